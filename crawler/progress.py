"""What a crawl shows while it runs, and the honest line per source at its end."""

import asyncio
import shlex
from collections import Counter
from collections.abc import Iterator
from time import monotonic

from rich.console import Console
from rich.live import Live
from rich.table import Table

from archive.dates import iso, now
from crawler.plan import CrawlReport, SourceReport
from crawler.running import RunningCrawl

SHOWN = {
    "new": "new",
    "revision": "revised",
    "unchanged": "unchanged",
    "duplicate": "duplicate",
    "rejected": "rejected",
    "failed": "failed",
}
EVERY = 30.0
"""Seconds between two lines off a terminal."""


class Progress:
    """Shows how a crawl goes: a table on a terminal, a line now and then elsewhere."""

    def __init__(self, crawl: RunningCrawl) -> None:
        self._crawl, self._began = crawl, monotonic()

    async def show(self) -> None:
        """Until cancelled."""
        console = Console(stderr=True)
        if not console.is_terminal:
            while True:
                await asyncio.sleep(EVERY)
                console.print(self.line(), soft_wrap=True)
        with Live(self.table(), console=console, refresh_per_second=2, transient=True) as live:
            while True:
                await asyncio.sleep(0.5)
                live.update(self.table())

    def table(self) -> Table:
        """Sources, how many links their listings named, and what became of their pages so far."""
        table = Table("source", "listed", *SHOWN.values(), box=None)
        for source in self._crawl.sources.values():
            counts = self._crawl.decided.get(source.id, Counter())
            table.add_row(source.name, str(source.named), *(str(counts[outcome]) for outcome in SHOWN))
        return table

    def line(self) -> str:
        """All sources in one line."""
        total = sum(self._crawl.decided.values(), Counter[str]())
        counts = ", ".join(f"{total[outcome]} {said}" for outcome, said in SHOWN.items() if total[outcome])
        return f"{monotonic() - self._began:.0f} s: {total.total()} pages ({counts or 'none yet'})"


def report_lines(report: CrawlReport) -> list[str]:
    """The end of a crawl in words: a line per source, what was not taken, and where to look."""
    lines = [line for source in report.sources for line in source_lines(source)]
    if any(map(_left_out, report.sources)):
        lines.append("What is not in articles, and why: the view left_out.")
    return lines


def _left_out(report: SourceReport) -> int:
    """Links that the view left_out tells of."""
    sums = report.sums
    return sums.rejected + sums.failed + sums.awaiting + sums.unreachable + sums.pending + sums.skipped - sums.known


def source_lines(report: SourceReport) -> list[str]:
    """`NAME: found 12, fetched 10: 8 new, …`, and a second line for what is wrong or was left."""
    sums = report.sums
    judged = (
        f"{sums.new} new, {sums.revision} revised, {sums.unchanged} unchanged, {sums.duplicate} duplicate, "
        f"{sums.rejected} rejected, {sums.failed} failed"
    )
    judged += f", {sums.awaiting} awaiting extraction" if sums.awaiting else ""
    skipped = sums.skipped - sums.known
    rest = f"{sums.known} known, {skipped} skipped, {sums.unreachable} unreachable, {sums.pending} pending"
    lines = [f"{report.name}: found {sums.discovered}, fetched {sums.fetched}: {judged}; {rest}"]
    if report.problem:
        lines.append(f"{report.name}: {report.problem}")
    lines += _not_taken(report)
    return lines


def _not_taken(report: SourceReport) -> Iterator[str]:
    """What sitemaps list beyond the horizon, and the command that takes it."""
    since = report.oldest_on or "1990-01-01"
    command = shlex.join(["morgue", "crawl", report.name, "--since", since])
    back_to = since if since[:4] == iso(now())[:4] else since[:4]
    listed = [f"{report.older:,} older stories are listed, back to {back_to}"] if report.older else []
    listed += [f"{report.undated:,} stories are listed without a date"] if report.undated else []
    if listed:
        time = _duration((report.older + report.undated) * report.delay)
        yield f"{report.name}: {', '.join(listed)}; `{command}` fetches them, {time} at {report.delay:g} s a request"


def _duration(seconds: float) -> str:
    """`about 14 days`: the largest unit that gives two digits or one."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            count = round(seconds / size)
            return f"about {count:,} {unit}{'s' * (count != 1)}"
    return "less than a minute"
