"""`morgue split` and `morgue merge-stories`: people's word on what is one story."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_json, print_rows
from archive.deciding import Decided, in_force, merge, undo_merge, undo_split
from archive.deciding import split as take_out
from archive.errors import UsageError
from archive.face import Archive
from archive.reports import counted
from archive.store.decisions import DecisionKind
from archive.store.lock import ArchiveLock

Result = TypeVar("Result")

_COLUMNS = ("url", "others", "example", "because", "decided_at")


@click.command(short_help="Say that an article is not one story with others.")
@click.argument("url_or_id", metavar="[URL-or-ID]", required=False)
@click.option("--because", metavar="TEXT", help="Why; it is kept with the decision.")
@click.option("--undo", is_flag=True, help="Let the article join its story again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@global_options
@pass_options
def split(options: Options, /, url_or_id: str | None, because: str | None, undo: bool, as_json: bool) -> None:
    """Say that an article is not the story that it was put into; without a URL, list what was decided.

    It leaves that story, and never is in one with the articles of it again. Articles with the very same words go with
    it. Every later crawl, import, re-extraction and rebuild respects the decision.
    """
    if url_or_id is None:
        _list(options, "split", as_json=as_json, asked=bool(because) or undo)
        return
    reason = _reason(because, undo=undo)
    decided = _work(
        options,
        lambda archive: undo_split(archive, url_or_id) if reason is None else take_out(archive, url_or_id, reason),
    )
    _tell(options, [decided], as_json=as_json)


@click.command(name="merge-stories", short_help="Say that several articles are one story.")
@click.argument("urls_or_ids", metavar="[URL-or-ID...]", nargs=-1)
@click.option("--because", metavar="TEXT", help="Why; it is kept with the decision.")
@click.option("--undo", is_flag=True, help="Take back what was said of these articles.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@global_options
@pass_options
def merge_stories(
    options: Options, /, urls_or_ids: tuple[str, ...], because: str | None, undo: bool, as_json: bool
) -> None:
    """Say that the stories of these articles are one; without URLs, list what was decided.

    Every later crawl, import, re-extraction and rebuild respects the decision. With --undo, the articles' stories are
    again what comparing their texts has shown.
    """
    if not urls_or_ids:
        _list(options, "merge", as_json=as_json, asked=bool(because) or undo)
        return
    reason = _reason(because, undo=undo)
    if reason is None:
        decided = _work(options, lambda archive: [undo_merge(archive, one) for one in urls_or_ids])
    elif len(urls_or_ids) == 1:
        raise UsageError("say which articles are one story: two or more")
    else:
        decided = _work(options, lambda archive: merge(archive, urls_or_ids, reason))
    _tell(options, decided, as_json=as_json)


def _reason(because: str | None, *, undo: bool) -> str | None:
    """Why; None if something is to be undone."""
    if undo:
        if because:
            raise UsageError("--undo takes a decision back; it needs no reason")
        return None
    if because is None or not because.strip():
        raise UsageError("say why, for those who read it later: --because TEXT")
    return because.strip()


def _work(options: Options, work: Callable[[Archive], Result]) -> Result:
    place = options.existing()
    with ArchiveLock(place), Archive.open(place, force=options.force) as archive:
        return work(archive)


def _tell(options: Options, decided: list[Decided], *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(one) for one in decided)
        return
    for one in decided:
        alone = one.articles == 1
        options.say(f"{one.url}: {'a story by itself' if alone else f'in a story of {one.articles:,}'}: {one.story_id}")


def _list(options: Options, kind: DecisionKind, *, as_json: bool, asked: bool) -> None:
    """Prints the decisions in force. `asked`: for something to be decided, which needs an address."""
    if asked:
        raise UsageError("say of which article: its URL or its id")
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        found = in_force(archive, kind)
    if as_json:
        print_json({"urls": urls, "because": row.because, "decided_at": row.decided_at} for row, urls in found)
        return
    rows = ((*_shown(row.subject, urls), row.because, row.decided_at) for row, urls in found)
    options.say(counted(print_rows(_COLUMNS, rows), "decision"))


def _shown(subject: str, urls: list[str]) -> tuple[str, int, str]:
    """The article that was spoken of, how many others, and one of them."""
    return urls[0] if urls else subject, max(len(urls) - 1, 0), urls[1] if len(urls) > 1 else ""
