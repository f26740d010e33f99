"""`morgue edits`: what publishers changed in their stories."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import chain
from typing import Any

import click

from archive.cli.export import check_sources, last_day
from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_json, print_rows
from archive.dates import iso, now, parse_since
from archive.face import Archive
from archive.identity.changes import CLASSES
from archive.reports import counted
from archive.store.versions import EditsWanted
from archive.store.versions import edits as edits_of

_COLUMNS = ("seen", "source", "edit", "words", "headline", "url")
_CAUSES = ("publisher", "extractor", "degraded", "all")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The command's own options."""

    source: str | None
    since: str | None
    until: str | None
    silent: bool
    named: str | None
    cause: str
    as_json: bool


@click.command(short_help="List what publishers changed in their stories.")
@click.argument("source", required=False)
@click.option("--since", metavar="DAY", help="Seen from this day on: 2026-01-31, 2026-01, 2026 or 7d.")
@click.option("--until", metavar="DAY", help="Seen up to and including this day, month or year.")
@click.option("--silent", is_flag=True, help="Only figures, names, quotes, headlines changed without a word.")
@click.option(
    "--class", "named", type=click.Choice(CLASSES), metavar="CLASS", help=f"Only of this kind: {', '.join(CLASSES)}."
)
@click.option(
    "--cause", type=click.Choice(_CAUSES), default="publisher", show_default=True, help="Who changed the text."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: the columns of the view `edits`.")
@global_options
@pass_options
def edits(options: Options, /, **asked: Any) -> None:
    """List what publishers changed in their stories, of one SOURCE or of all, the latest first.

    Days are those on which the archive saw the change. `morgue diff URL` shows the words.
    """
    wanted = _Asked(**asked)
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        check_sources(archive, [wanted.source] if wanted.source else [])
        rows = edits_of(archive.db.conn, _wanted(wanted))
        first = next(rows, None)
        if first is None:
            options.say("no edits")
            return
        rows = chain([first], rows)
        shown = print_json(rows) if wanted.as_json else print_rows(_COLUMNS, map(_line, rows))
    options.say(counted(shown, "edit"))


def _wanted(asked: _Asked) -> EditsWanted:
    since = datetime.combine(parse_since(asked.since, now()), time.min, UTC) if asked.since else None
    until = datetime.combine(last_day(asked.until), time.max, UTC) if asked.until else None
    return EditsWanted(
        source=asked.source,
        since=iso(since) if since else None,
        until=iso(until) if until else None,
        named=asked.named,
        cause=None if asked.cause == "all" else asked.cause,
        silent=asked.silent,
    )


def _line(row: dict[str, Any]) -> tuple[object, ...]:
    words = f"+{row['words_added']} -{row['words_removed']}" if row["words_added"] is not None else ""
    return row["at"][:16].replace("T", " "), row["source"], "; ".join(_what(row)), words, _headline(row), row["url"]


def _what(row: dict[str, Any]) -> Iterator[str]:
    yield row["class"] or row["change"]
    if row["reverts_to"]:
        yield f"back to version {row['reverts_to']}"
    if row["silent"]:
        yield "silent"
    if row["cause"] != "publisher":
        yield f"cause: {row['cause']}"


def _headline(row: dict[str, Any]) -> str:
    before, after = row["headline_before"] or "", row["headline_after"] or ""
    return after if before == after or not before else f"{before} -> {after}"
