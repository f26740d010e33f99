"""`morgue export`: the articles as a dataset."""

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import stdout_bytes
from archive.dates import now, parse_since
from archive.errors import UsageError
from archive.export import FORMATS, Row, Write, Written, writer_for
from archive.export.files import whole_file
from archive.face import Archive
from archive.reports import counted

_YEAR = re.compile(r"\s*\d{4}\s*")
_MONTH = re.compile(r"\s*\d{4}-\d{2}\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command's own options."""

    format_name: str | None
    output: Path | None
    overwrite: bool
    excel: bool
    sources: tuple[str, ...]
    since: str | None
    until: str | None


@click.command(short_help="Write the articles as a dataset.")
@click.option("--format", "format_name", metavar="FORMAT", help=f"{' or '.join(FORMATS)}; else by the file's name.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write; else standard output.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it is there.")
@click.option("--excel", is_flag=True, help="CSV for spreadsheets; says how many cells it had to change.")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Only this source; may be repeated.")
@click.option("--since", metavar="DAY", help="From this day on: 2026-01-31, 2026-01, 2026 or 7d.")
@click.option("--until", metavar="DAY", help="Up to and including this day, month or year.")
@global_options
@pass_options
def export(options: Options, /, **wanted: Any) -> None:
    """Write the articles as a dataset: one row per article, its current version; duplicates are marked, not left out.

    The day of an article is its publisher's, or else the day it was first seen.
    """
    asked = Wanted(**wanted)
    write = writer_for(_format_name(asked), excel=asked.excel)
    since = parse_since(asked.since, now()) if asked.since else None
    until = last_day(asked.until) if asked.until else None
    tally: Counter[str] = Counter()
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        check_sources(archive, asked.sources)
        rows = _tallied(archive.rows(*asked.sources, since=since, until=until), tally)
        written, target = _write(asked, write, rows)
    undated = f", {tally['undated']:,} of them without a day of the publisher's" if tally["undated"] else ""
    options.say(f"{counted(written.rows, 'article')}{undated} -> {target}")
    if asked.excel:
        options.say(
            f"changed for spreadsheets: {counted(written.guarded, 'cell')} that looked like a formula (a ' in front), "
            f"{counted(written.cut, 'cell')} cut to what a cell holds"
        )


def last_day(text: str) -> date:
    """The last day of a day, month or year. Raises UsageError."""
    first = parse_since(text, now())
    if _YEAR.fullmatch(text):
        return first.replace(month=12, day=31)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1]) if _MONTH.fullmatch(text) else first


def _format_name(asked: Wanted) -> str:
    if asked.format_name:
        return asked.format_name
    if asked.output is None or str(asked.output) == "-":
        return "csv" if asked.excel else "jsonl"
    if ending := asked.output.suffix.lstrip(".").lower():
        return ending
    raise UsageError(f"say --format {' or '.join(FORMATS)}: the name {asked.output} does not tell")


def check_sources(archive: Archive, names: Iterable[str]) -> None:
    """Raises UsageError for a name that no source of the archive has."""
    for name in names:
        if archive.sources.by_name(name) is None:
            near = get_close_matches(name, [source.name for source in archive.sources.all()], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "; `morgue status` lists them"
            raise UsageError(f"{archive.path} has no source {name!r}{hint}")


def _tallied(rows: Iterator[Row], tally: Counter[str]) -> Iterator[Row]:
    for row in rows:
        tally["undated"] += row["published_on"] is None
        yield row


def _write(asked: Wanted, write: Write, rows: Iterator[Row]) -> tuple[Written, str]:
    if asked.output is None or str(asked.output) == "-":
        return write(rows, stdout_bytes()), "standard output"
    with whole_file(asked.output, overwrite=asked.overwrite) as out:
        return write(rows, out), str(asked.output.absolute())
