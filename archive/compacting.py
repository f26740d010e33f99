"""The archive's file made as small as what it holds: step by step while crawls run, or written anew."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import sleep

from archive.dates import now
from archive.errors import ArchiveBusy, NewsmorgueError
from archive.reports import size_on_disk
from archive.space import require
from archive.store import compacting, copies, words
from archive.store.archive import Archive
from archive.store.lock import ArchiveLock

Told = Callable[[int, int], None]
_PAGES = 256  # given back in one transaction: 1 MB at most is moved
_MERGED = 256  # pages of the index of words, likewise
_PAUSE = 0.005  # seconds after each, in which others may write
_RESERVE = 16 * 2**20  # bytes


@dataclass(slots=True)
class Compacted:
    """Bytes on disk before and after; dead postings taken out, checks folded; what could not be done, and why."""

    before: int
    after: int = 0
    postings: int = 0
    checks: int = 0
    undone: tuple[str, ...] = ()


class NotTheSame(NewsmorgueError):
    """The file written anew does not hold what the old one does. The old one stays."""


def compact(path: Path, *, force: bool = False, told: Told | None = None) -> Compacted:
    """Gives back what is not used, while others may read and write. `told`: free pages given back, and in all."""
    compacted = Compacted(size_on_disk(path))
    with Archive.open(path, force=force) as archive:
        place: int | None = -1
        while place is not None:
            place, removed = archive.fingerprints.clean(place)
            compacted.postings += removed
            sleep(_PAUSE)
        _merge_words(archive)
        _release(archive, told or (lambda _done, _total: None))
        if not compacting.checkpoint(archive):
            compacted.undone = ("the WAL could not be emptied, for somebody reads or writes: a later run does it",)
    compacted.after = size_on_disk(path)
    return compacted


def fold_checks(path: Path, before: datetime, *, force: bool = False) -> Compacted:
    """Makes counts of checks from before a time that found pages unchanged (status 304), a link and day each.

    With the archive's lock held. A crawl whose hash does not hold is left as it is, and told.
    """
    compacted, undone = Compacted(size_on_disk(path)), []
    with Archive.open(path, force=force) as archive:
        held = compacting.held_on_to(archive, before)
        for crawl_id in compacting.crawls_to_fold(archive, before):
            with archive.transaction():
                folded = compacting.fold(archive, crawl_id, before, held, now())
            if folded is None:
                undone.append(f"crawl {crawl_id}: its fetches are not those that its hash was taken of; they stay")
            compacted.checks += folded or 0
    compacted.undone = tuple(undone)
    return compacted


def write_anew(path: Path, *, force: bool = False) -> Compacted:
    """Writes the whole file anew, in order and without gaps, which takes as much room again while it does.

    Raises NoRoom, ArchiveBusy while anybody has the archive open, NotTheSame.
    """
    with ArchiveLock(path):
        compacted = Compacted(size_on_disk(path))
        draft = path.with_name(f"{path.name}.compacting")
        draft.unlink(missing_ok=True)  # of a run that was killed
        with Archive.open(path, force=force) as archive:
            require(path.parent, copies.size(archive) + _RESERVE, "a second copy of the archive")
            counts = copies.counts(archive)
        try:
            compacting.write_anew(path, draft)
            if troubles := copies.troubles_of(draft, counts):
                raise NotTheSame(f"what was written is not what was to be, and the archive stays: {troubles[0]}")
            _sync(draft)
            if not compacting.is_closed(path):
                raise ArchiveBusy(f"{path} was opened by another program meanwhile; it stays as it was")
            draft.replace(path)
            _sync(path.parent)
        finally:
            draft.unlink(missing_ok=True)
        compacted.after = size_on_disk(path)
    return compacted


def _merge_words(archive: Archive) -> None:
    more, begin = True, True
    while more:
        with archive.transaction():
            more = words.merge(archive, _MERGED, begin=begin)
        begin = False
        sleep(_PAUSE)


def _release(archive: Archive, told: Told) -> None:
    free = total = compacting.free_pages(archive)
    while free:
        compacting.release(archive, _PAGES)
        left = compacting.free_pages(archive)
        total, free = max(total, left), left if left < free else 0  # none given back: it has no pointer map
        told(total - left, total)
        sleep(_PAUSE)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # of folders, some file systems cannot
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
