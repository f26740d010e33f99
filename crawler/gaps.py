"""`morgue gaps`: what the sites listed and the archive does not hold, and asking for it again."""

import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from archive.cli.export import check_sources, last_day
from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import plain, print_json, print_rows
from archive.completeness import DAY_COLUMNS, day_rows, gap_lines, grouped, is_of, worth_retrying
from archive.dates import iso, now, parse_since
from archive.errors import ExitCode, UsageError
from archive.face import Archive
from archive.reports import counted
from archive.store.completeness import Row, Which
from crawler.commands import run_request
from crawler.plan import CrawlRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's own options."""

    source: str | None
    since: str | None
    until: str | None
    reasons: tuple[str, ...]
    limit: int | None
    by_day: bool
    retry: bool
    as_json: bool


@click.command(short_help="List what the sites listed and the archive does not hold.")
@click.argument("source", required=False)
@click.option("--since", metavar="DAY", help="Listed from this day on: 2026-01-31, 2026-01, 2026 or 7d.")
@click.option("--until", metavar="DAY", help="Up to and including this day, month or year.")
@click.option("--reason", "reasons", multiple=True, metavar="REASON", help="Only these (timeout, rejected ...).")
@click.option("--by-day", is_flag=True, help="How many of each day are listed, held and missing.")
@click.option("--retry", is_flag=True, help="Ask for the missing again, and for nothing else.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="With --retry: at most N, the latest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per missing story, or day.")
@global_options
@pass_options
def gaps(options: Options, /, **given: Any) -> int:
    """List what the feeds and sitemaps of the sites listed and the archive does not hold, with the reasons.

    A story's day is its publisher's, as listed, else the day it was first listed. `--retry` asks again for what may be
    had: not for what robots.txt or the source's patterns forbid, what is gone, or what was read and is no story. With
    `--reason`, it asks for those, too; what robots.txt still forbids is not fetched.
    """
    asked = Asked(**given)
    if asked.retry and asked.by_day:
        raise UsageError("--retry and --by-day do not go together")
    which = Which(
        asked.source,
        parse_since(asked.since, now()).isoformat() if asked.since else None,
        last_day(asked.until).isoformat() if asked.until else None,
    )
    with Archive.open(options.existing(), readonly=not asked.retry, force=options.force) as archive:
        check_sources(archive, [asked.source] if asked.source else [])
        if not asked.retry:
            return _tell(archive, which, asked)
        rows = archive.completeness.gaps(which)
        in_use = {source.name for source in archive.sources.all()}
    return _retry(options, asked, [row for row in rows if row["source"] in in_use])


def _tell(archive: Archive, which: Which, asked: Asked) -> ExitCode:
    held = archive.completeness
    if asked.by_day:
        coverage = held.coverage(which)
        print_json(coverage) if asked.as_json else print_rows(DAY_COLUMNS, day_rows(coverage))
        return ExitCode.OK
    missing = [row for row in held.gaps(which) if is_of(row, asked.reasons)]
    if asked.as_json:
        print_json(missing)
        return ExitCode.OK
    lines = list(gap_lines(held.coverage(which), missing, held.overflows(which), held.before_horizon(which)))
    click.echo("\n".join(map(plain, lines)) or "no feed or sitemap has listed a story")
    return ExitCode.OK


def _retry(options: Options, asked: Asked, rows: Sequence[Row]) -> ExitCode:
    """Asks for gaps again, and says what came of it."""
    chosen = [row for row in rows if worth_retrying(row, asked.reasons, iso(now()))]
    chosen.sort(key=lambda row: row["day"], reverse=True)
    chosen = chosen[: asked.limit]
    if not chosen:
        options.say("nothing is missing" if not rows else "nothing of what is missing can be had by asking again:")
        if not asked.as_json and not options.quiet:
            click.echo("\n".join(map(plain, grouped(rows))), nl=bool(rows))
        return ExitCode.OK
    options.say(f"asking again for {counted(len(chosen), 'story', 'stories')}; {len(rows) - len(chosen):,} left alone")
    report = run_request(options, _request(options, chosen))
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        filled = archive.completeness.held([row["url"] for row in chosen])
        still = {row["url"]: row for row in archive.completeness.gaps(Which(asked.source))}
    after = [_after(row, filled, still) for row in chosen]
    if asked.as_json:
        print_json(after)
    elif not options.quiet:
        click.echo("\n".join(map(plain, _result(after))))
    return report.exit_code


def _request(options: Options, chosen: Sequence[Row]) -> CrawlRequest:
    only: defaultdict[str, list[str]] = defaultdict(list)
    for row in chosen:
        wanted = only[row["source"]]
        if row["stage"] != "awaiting_extraction":  # any crawl begins by reading what was received
            wanted.append(row["url"])
    return CrawlRequest(
        archive=options.existing(),
        config=options.config,
        only={source: tuple(urls) for source, urls in only.items()},
        command=shlex.join(["morgue", "gaps", "--retry", *only])[:500],
        quiet=options.quiet,
        force=options.force,
    )


def _after(row: Row, filled: set[str], still: Mapping[str, Row]) -> Row:
    """A gap as it is after it was asked for again."""
    return {**still.get(row["url"], row), "filled": row["url"] in filled}


def _result(after: Sequence[Row]) -> list[str]:
    missing = [row for row in after if not row["filled"]]
    filled = counted(len(after) - len(missing), "gap")
    if not missing:
        return [f"filled {filled}: all that were asked for"]
    return [f"filled {filled}, {len(missing):,} still missing:", *grouped(missing)]
