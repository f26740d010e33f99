"""A copy of the archive beside it, whole or not at all, while a crawl writes."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.dates import now
from archive.errors import ArchiveUnusable, NewsmorgueError, UsageError
from archive.space import require
from archive.store import copies
from archive.store.archive import Archive

Told = Callable[[int, int], None]
_RESERVE = 16 * 2**20  # bytes that shall be left of the disk, at least
_UNFINISHED = re.compile(r"\.(?P<name>.+)\.(?P<pid>\d+)\.unfinished")


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was made and looked at: where it is, its size and rows, and the older copies that went for it.

    `unrecorded`: why the archive itself does not know of it.
    """

    path: Path
    bytes: int
    counts: copies.Counts
    removed: tuple[Path, ...] = ()
    unrecorded: str | None = None


class BackupFailed(NewsmorgueError):
    """The copy is not what was to be copied. It is not kept."""


def back_up(
    path: Path, destination: Path, *, keep: int | None = None, force: bool = False, told: Told | None = None
) -> Backup:
    """Copies the archive as it is now into a folder, under a dated name, or into a file that is not there yet.

    With `keep`, of the dated copies of this archive in the folder the last so many stay, and only once the new one has
    been read. `told`: called with pages done and pages in all. Raises UsageError, NoRoom, BackupFailed.
    """
    at = now()
    target = _target(path, destination, at, keep)
    draft = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    _clear(target.parent)
    try:
        counts = _copy(path, draft, force=force, told=told or (lambda _done, _total: None))
        _sync(draft)
        size = draft.stat().st_size
        draft.rename(target)
        _sync(target.parent)
    finally:
        for name in (draft, *(draft.with_name(draft.name + end) for end in ("-journal", "-wal", "-shm"))):
            name.unlink(missing_ok=True)
    removed, unrecorded = _tidy(path, target, size, at, keep, force=force)
    return Backup(target, size, counts, removed, unrecorded)


def _target(path: Path, destination: Path, at: datetime, keep: int | None) -> Path:
    destination = destination.absolute()
    if destination.is_dir():
        target = destination / copies.dated_name(path, at)
    elif keep is not None:
        raise UsageError(f"--keep counts the copies in a folder, and {destination} is none")
    elif not destination.parent.is_dir():
        raise UsageError(f"there is no folder {destination.parent} to make a backup in")
    else:
        target = destination
    if target.exists():
        raise UsageError(f"{target} is there already; a backup is made into a folder, or into a new file")
    return target


def _copy(path: Path, draft: Path, *, force: bool, told: Told) -> copies.Counts:
    with Archive.open(path, readonly=True, force=force) as archive, copies.seen_as_now(archive):
        require(draft.parent, copies.size(archive) + _RESERVE, "a copy")
        counts = copies.counts(archive)
        copies.copy(archive, draft, told)
    if troubles := copies.troubles_of(draft, counts):
        raise BackupFailed(f"the copy is not whole, and was not kept: {'; '.join(troubles[:3])}")
    return counts


def _tidy(
    path: Path, target: Path, size: int, at: datetime, keep: int | None, *, force: bool
) -> tuple[tuple[Path, ...], str | None]:
    """Removes older copies, and writes down in the archive which there are."""
    with Archive.open(path, readonly=True, force=force) as archive:
        old = copies.copies_in(target.parent, archive)[:-keep] if keep else []
    old = [path for path in old if path != target]
    for path_ in old:
        path_.unlink()
    try:
        with Archive.open(path, force=force) as archive, archive.transaction():
            copies.write_down(archive, target, size, at)
            for path_ in old:
                copies.write_down_removed(archive, path_, at)
    except ArchiveUnusable as error:
        return tuple(old), str(error)
    return tuple(old), None


def _clear(folder: Path) -> None:
    """Removes what a backup that was killed has left."""
    for path in folder.glob(".*.unfinished"):
        found = _UNFINISHED.fullmatch(path.name)
        if found and not _is_running(int(found["pid"])):
            path.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
