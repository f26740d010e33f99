"""`morgue forget`: takes a page out of the archive, for good."""

from typing import Any

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_json, print_rows
from archive.errors import UsageError
from archive.face import Archive
from archive.forgetting import Forgotten, allow_again, resume
from archive.forgetting import forget as take_out
from archive.reports import counted
from archive.store.forgotten import Tombstone
from archive.store.lock import ArchiveLock

_COLUMNS = ("url", "forgotten_at", "because", "bodies", "undone_at")
_STEPS = {
    "bodies": "taking out its pages, and packing anew what was packed against them",
    "article": "taking out its article, and all that is known by it",
    "postings": "taking it out of the index of likeness",
    "words": "writing the index of words anew",
    "space": "overwriting what is unused in the file",
}


@click.command(short_help="Take a page out for good, and never ask for it again.")
@click.argument("url_or_id", metavar="[URL-or-ID]", required=False)
@click.option("--because", metavar="TEXT", help="Why; it is kept with the date and the hash of what was taken out.")
@click.option("--undo", is_flag=True, help="Let the page be asked for again; what was taken out does not come back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@global_options
@pass_options
def forget(options: Options, /, url_or_id: str | None, because: str | None, undo: bool, as_json: bool) -> None:
    """Take a page out of the archive for good; without a URL, list what was forgotten.

    Its bytes go, and every version, claim, index entry, relation, event and note; what was left of them in unused parts
    of the file is overwritten. Date, reason, URLs and hash stay, and the page is never asked for or taken in again. An
    interrupted run is gone on with by the next one.
    """
    if url_or_id is None:
        if because or undo:
            raise UsageError("say which page: its URL or its id")
        _list(options, as_json=as_json)
    elif undo:
        if because:
            raise UsageError("--undo takes a decision back; it needs no reason")
        _allow(options, url_or_id)
    else:
        _forget(options, url_or_id, because, as_json=as_json)


def _forget(options: Options, url_or_id: str, because: str | None, *, as_json: bool) -> None:
    if because is None or not because.strip():
        raise UsageError("say why, for those who read it later: --because TEXT")
    place = options.existing()
    with ArchiveLock(place):
        told = lambda step: options.say(f"{_STEPS[step]} ...")  # noqa: E731
        forgotten = take_out(place, url_or_id, because.strip(), force=options.force, told=told)
    if as_json:
        print_json([_row(forgotten.tombstone) | {"alike": forgotten.alike, "backups": forgotten.backups}])
    else:
        options.say("\n".join(_told(forgotten)))


def _told(forgotten: Forgotten) -> list[str]:
    stone = forgotten.tombstone
    what = counted(len(stone.sha256), "body", "bodies")
    if forgotten.before:
        lines = [f"{stone.url} was forgotten {stone.forgotten_at[:16]}Z already: {stone.because}"]
    else:
        lines = [f"{stone.url} is forgotten: {what} and all that came of it; it will not be asked for again"]
    lines += [f"the same bytes are another page's too, and stay: sha256 {sha256}" for sha256 in stone.kept]
    lines += [f"an article with the same words, or a part of them, stays: {url}" for url in forgotten.alike]
    lines += [f"a copy made before may still have it: {path}" for path in forgotten.backups]
    return lines


def _allow(options: Options, url: str) -> None:
    place = options.existing()
    with ArchiveLock(place):
        resume(place, force=options.force)
        with Archive.open(place, force=options.force) as archive, archive.transaction():
            stone = allow_again(archive, url)
    options.say(f"{stone.url} may be asked for again; what was taken out cannot be brought back")


def _row(stone: Tombstone) -> dict[str, Any]:
    return {
        "url": stone.url,
        "article_id": stone.article_id,
        "forgotten_at": stone.forgotten_at,
        "because": stone.because,
        "sha256": stone.sha256,
        "kept": stone.kept,
        "undone_at": stone.undone_at,
        "is_done": stone.next_step is None,
    }


def _list(options: Options, *, as_json: bool) -> None:
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        stones = archive.forgotten.all()
    if as_json:
        print_json(map(_row, stones))
        return
    rows = [(one.url, one.forgotten_at, one.because, len(one.sha256), one.undone_at) for one in stones]
    options.say(counted(print_rows(_COLUMNS, rows), "page"))
    if any(one.next_step for one in stones):
        options.say("not all of it is done; `morgue forget` with any of these URLs goes on")
