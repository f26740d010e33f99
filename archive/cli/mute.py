"""`morgue mute` and `morgue note`: what people say of a source, kept with its day."""

from dataclasses import asdict

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_json, print_rows
from archive.dates import now
from archive.errors import NotHeld, UsageError
from archive.face import Archive
from archive.muting import Mute, muted, unmute
from archive.muting import mute as keep_quiet
from archive.reports import counted
from archive.store.diary import DiaryNote

_MUTES = ("source", "until", "because", "decided_at")
_NOTES = ("noted_at", "subject", "text")


@click.command(short_help="Keep a known illness of a source out of alarms and exit codes.")
@click.argument("source", metavar="[SOURCE]", required=False)
@click.option("--until", metavar="DAY", help="The last day of it: 2026-01-31, or 30d for the next thirty days.")
@click.option("--because", metavar="TEXT", help="Why; it is kept with the decision.")
@click.option("--undo", is_flag=True, help="Be alarmed again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@global_options
@pass_options
def mute(
    options: Options, /, source: str | None, until: str | None, because: str | None, undo: bool, as_json: bool
) -> None:
    """Keep a known illness of a source out of alarms and exit codes, through a day; without SOURCE, list what is muted.

    It is crawled and judged all the same, and `morgue status` shows it as muted. What still ails it afterwards is told.
    """
    if source is None:
        if until or because or undo:
            raise UsageError("say which source")
        with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
            _list(options, list(muted(archive, now()).values()), as_json=as_json)
    elif undo:
        if until or because:
            raise UsageError("--undo takes a decision back; it needs neither a day nor a reason")
        with Archive.open(options.existing(), force=options.force) as archive:
            options.say(f"{unmute(archive, source, now())} is not muted any more")
    else:
        if until is None:
            raise UsageError("say through which day, so that it is not forgotten: --until DAY")
        if because is None or not because.strip():
            raise UsageError("say why, for those who read it later: --because TEXT")
        with Archive.open(options.existing(), force=options.force) as archive:
            made = keep_quiet(archive, source, until, because.strip(), now())
        if as_json:
            print_json([_row(made)])
        else:
            options.say(f"{made.source} is muted through {made.until}")


@click.command(short_help="Keep a dated diary of a source or an address.")
@click.argument("subject", metavar="[SOURCE|URL]", required=False)
@click.argument("text", metavar="[TEXT]", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@global_options
@pass_options
def note(options: Options, /, subject: str | None, text: str | None, as_json: bool) -> None:
    """Keep a dated diary of a source or an address; without TEXT, print it.

    `morgue status` and `morgue explain` show the notes beside what the program knows.
    """
    if text is None:
        with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
            notes = archive.diary.of(*([_subject(archive, subject)] if subject else []))
        _tell(options, notes, as_json=as_json)
        return
    if not text.strip():
        raise UsageError("say what to note: morgue note SOURCE TEXT")
    with Archive.open(options.existing(), force=options.force) as archive:
        about = _subject(archive, subject or "")
        archive.diary.add(about, text.strip(), now())
    options.say(f"noted of {about}")


def _subject(archive: Archive, word: str) -> str:
    """A source's name as it is written, or an address. Raises NotHeld."""
    for record in archive.sources.all():
        if record.name.casefold() == word.casefold():
            return record.name
    if word.startswith(("http://", "https://")):
        return word
    retired = archive.sources.by_name(word)
    if retired is None:
        raise NotHeld(f"no source is called {word!r}; an address begins with https://")
    return retired.name


def _list(options: Options, mutes: list[Mute], *, as_json: bool) -> None:
    if as_json:
        print_json(map(_row, mutes))
    else:
        rows = ([one.source, one.until, one.because, one.decided_at] for one in mutes)
        options.say(counted(print_rows(_MUTES, rows), "decision"))


def _row(mute: Mute) -> dict[str, str]:
    return {**asdict(mute), "until": mute.until.isoformat()}


def _tell(options: Options, notes: list[DiaryNote], *, as_json: bool) -> None:
    if as_json:
        print_json({name: getattr(one, name) for name in _NOTES} for one in notes)
    else:
        options.say(counted(print_rows(_NOTES, ([one.noted_at, one.subject, one.text] for one in notes)), "note"))
