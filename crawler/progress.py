"""What a crawl shows while it runs, and the honest line per source at its end."""

import asyncio
import logging
import sys
from collections import Counter
from dataclasses import dataclass, field
from time import monotonic

from rich.console import Console
from rich.live import Live
from rich.table import Table

from archive.ingest import Decided
from crawler.plan import CrawlReport, SourceReport
from crawler.running import RunningCrawl

logger = logging.getLogger("newsmorgue")
SHOWN = ("new", "revision", "unchanged", "duplicate", "rejected", "failed")
EVERY = 30.0
"""Seconds between two lines off a terminal."""


@dataclass(slots=True, eq=False)
class Progress:
    """Counts what is decided and shows it: a table on a terminal, a line now and then elsewhere."""

    crawl: RunningCrawl
    decided: dict[int, Counter[str]] = field(default_factory=dict)
    began: float = field(default_factory=monotonic)

    def count(self, decided: Decided) -> None:
        """One page was judged."""
        if decided.source_id is not None:
            self.decided.setdefault(decided.source_id, Counter())[decided.outcome] += 1

    async def show(self) -> None:
        """Until cancelled."""
        console = Console(stderr=True)
        if not console.is_terminal:
            await self._log()
            return
        with Live(self.table(), console=console, refresh_per_second=2, transient=True) as live:
            while True:
                await asyncio.sleep(0.5)
                live.update(self.table())

    def table(self) -> Table:
        """Sources, how many links their listings named, and what became of their pages so far."""
        table = Table("source", "listed", *("revised" if name == "revision" else name for name in SHOWN), box=None)
        for source in self.crawl.sources.values():
            counts = self.decided.get(source.id, Counter())
            table.add_row(source.name, str(source.named), *(str(counts[name]) for name in SHOWN))
        return table

    def line(self) -> str:
        """All sources in one line."""
        total = sum(self.decided.values(), Counter[str]())
        counts = ", ".join(f"{total[name]} {name}" for name in SHOWN if total[name])
        return f"{monotonic() - self.began:.0f} s: {total.total()} pages ({counts or 'none yet'})"

    async def _log(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            print(self.line(), file=sys.stderr, flush=True)


def report_lines(report: CrawlReport) -> list[str]:
    """The end of a crawl in words: a line per source, what was not taken, and where to look."""
    lines = [line for source in report.sources for line in source_lines(source)]
    if any(source.sums.discovered > source.sums.new + source.sums.known for source in report.sources):
        lines.append("What is not in articles, and why: the view left_out.")
    return lines


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
    if report.older:
        since = report.oldest_on or "1990-01-01"
        lines.append(
            f"{report.name}: {report.older:,} older stories are listed, back to {since[:4]}; "
            f"`morgue crawl {report.name} --since {since}` fetches them"
        )
    return lines
