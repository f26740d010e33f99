"""Takedown: a page is taken out of the archive with all that came of it, and is never asked for again.

One job of several steps, each of one or more transactions; the tombstone says which step is next. Whenever the program
ends under it, the page is not asked for and not stored from the first transaction on, and doing it again goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from archive.dates import now
from archive.errors import NotHeld, UsageError
from archive.placing import take_out
from archive.store import forgetting as steps
from archive.store import words
from archive.store.archive import Archive
from archive.store.forgotten import Tombstone
from archive.store.holdings import article_id
from archive.store.scrubbing import scrub

STEPS = ("bodies", "article", "postings", "words", "space")
"""What is taken out, in this order: pages, the article and what is known by it, its postings in the index of likeness,
its words in the index of full text, and what SQLite has left of them in the file."""
_MERGED = 2000  # pages of the index of words in one transaction
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of it. `alike`: URLs of articles with the same words or a part of them, which stay as they are.

    `backups`: copies of the archive made before, which still have it. `before`: it had been forgotten earlier.
    """

    tombstone: Tombstone
    alike: tuple[str, ...] = ()
    backups: tuple[str, ...] = ()
    before: bool = False


def forget(path: Path, url_or_id: str, because: str, *, force: bool = False, told: Told | None = None) -> Forgotten:
    """Forgets a page, for good. `told` is called with the name of each step that begins.

    With the archive's lock held, and no connection of this process open to the archive. Raises NotHeld.
    """
    resume(path, force=force, told=told)
    with Archive.open(path, force=force) as archive:
        article = article_id(archive.db.conn, url_or_id)
        subject = steps.subject_at(archive, url_or_id, article)
        held = archive.forgotten.at(url_or_id)
        if held is not None and held.undone_at is None and article is None:
            return Forgotten(held, backups=tuple(steps.copies_in_backups(archive)), before=True)
        if subject is None:
            raise NotHeld(f"the archive holds nothing of {url_or_id}, so there is nothing to forget")
        alike = steps.related_urls(archive, article) if article else []
        with archive.transaction():
            steps.write_tombstone(archive, subject, because, STEPS[0], now())
        tombstone = archive.forgotten.at(subject.url)
        backups = steps.copies_in_backups(archive)
    assert tombstone is not None
    tombstone = _finish(path, tombstone, force=force, told=told)
    return Forgotten(tombstone, tuple(alike), tuple(backups))


def resume(path: Path, *, force: bool = False, told: Told | None = None) -> int:
    """Goes on with what was interrupted; returns how many pages. What it needs is what `forget` needs."""
    with Archive.open(path, force=force) as archive:
        left = [tombstone for tombstone in archive.forgotten.all() if tombstone.next_step]
    for tombstone in left:
        _finish(path, tombstone, force=force, told=told)
    return len(left)


def allow_again(archive: Archive, url: str) -> Tombstone:
    """Lets a page be asked for again; what was taken out stays out. Raises UsageError if it was not forgotten."""
    tombstone = archive.forgotten.at(url)
    if tombstone is None or tombstone.undone_at:
        raise UsageError(f"{url} was not forgotten")
    archive.decisions.undo_row(tombstone.decision_id, now())
    return tombstone


def _finish(path: Path, tombstone: Tombstone, *, force: bool, told: Told | None) -> Tombstone:
    first = STEPS.index(tombstone.next_step or STEPS[0])
    for step in STEPS[first:]:
        if told is not None:
            told(step)
        if step == "space":
            scrub(path)
        with Archive.open(path, force=force) as archive:
            steps.clear_what_is_deleted(archive)
            _WORK.get(step, _nothing)(archive, tombstone)
            following = STEPS.index(step) + 1
            with archive.transaction():
                steps.next_step(archive, tombstone, STEPS[following] if following < len(STEPS) else None)
    return replace(tombstone, next_step=None)


def _bodies(archive: Archive, tombstone: Tombstone) -> None:
    more = True
    while more:
        with archive.transaction():
            more = steps.remove_bodies(archive, tombstone)


def _article(archive: Archive, tombstone: Tombstone) -> None:
    with archive.transaction():
        steps.remove_words(archive, tombstone, now())
        if tombstone.article_id and archive.articles.held(tombstone.article_id):
            take_out(archive, tombstone.article_id)


def _postings(archive: Archive, tombstone: Tombstone) -> None:
    place: int | None = -1
    while place is not None:
        place, _ = archive.fingerprints.clean(place)


def _words(archive: Archive, tombstone: Tombstone) -> None:
    more, begin = True, True
    while more:
        with archive.transaction():
            more = words.merge(archive, _MERGED, begin=begin)
        begin = False


def _nothing(archive: Archive, tombstone: Tombstone) -> None:
    """The step is done already."""


_WORK: dict[str, Callable[[Archive, Tombstone], None]] = {
    "bodies": _bodies,
    "article": _article,
    "postings": _postings,
    "words": _words,
}
