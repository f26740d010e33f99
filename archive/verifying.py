"""Whether an archive still is what was put into it: the file, its rows, the pages' bytes, the chain of the crawls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from archive.errors import ArchiveBusy, ArchiveUnusable, ExitCode
from archive.store import checking
from archive.store.archive import Archive
from archive.store.lock import ArchiveLock

Told = Callable[[int, int], None]
_MOST = 100  # troubles of one kind that are told one by one


@dataclass(slots=True)
class Verified:
    """What was looked at, and what is wrong: lines that say where. `unread`: what could not be looked at, and why.

    `is_damaged`: the file itself is, not only what stands in it.
    """

    troubles: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    is_damaged: bool = False
    bodies: int = 0
    bytes: int = 0
    crawls: int = 0
    quick: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """0 if nothing is wrong, 5 if the file is damaged, else 1."""
        if self.is_damaged:
            return ExitCode.UNUSABLE
        return ExitCode.FAILED if self.troubles else ExitCode.OK

    def add(self, troubles: list[str]) -> None:
        """Takes note of troubles of one kind."""
        self.troubles += troubles[:_MOST]
        if len(troubles) > _MOST:
            self.troubles.append(f"... and {len(troubles) - _MOST:,} more like the last one")


def verify(path: Path, *, quick: bool = False, force: bool = False, told: Told | None = None) -> Verified:
    """Looks at everything; `quick` leaves out the pages' bytes and the indexes. A crawl may be running.

    `told`: called with bodies done and bodies in all.
    """
    verified = Verified(quick=quick)
    with Archive.open(path, readonly=True, force=force) as archive:
        verified.add([f"file: {line}" for line in checking.file_troubles(archive, quick=quick)])
        verified.is_damaged = bool(verified.troubles)
        if verified.is_damaged:  # what else SQLite reads of it may be anything
            return verified
        verified.add(list(checking.broken_references(archive)))
        verified.add(list(checking.odd_rows(archive)))
        verified.add(list(checking.broken_sums(archive)))
        verified.add(list(checking.missing_bodies(archive)))
        chain = list(checking.broken_chain(archive))
        verified.crawls = len(chain)
        verified.add([line for _, line in chain if line])
        if not quick:
            _look_at_bodies(archive, verified, told)
    if not quick:
        _look_at_words(path, verified, force=force)
    return verified


def _look_at_bodies(archive: Archive, verified: Verified, told: Told | None) -> None:
    total, troubles = checking.body_count(archive), []
    for size, trouble in checking.bodies(archive):
        verified.bodies += 1
        verified.bytes += size
        if trouble:
            troubles.append(trouble)
        if told is not None:
            told(verified.bodies, total)
    verified.add(troubles)


def _look_at_words(path: Path, verified: Verified, *, force: bool) -> None:
    """SQLite checks a full-text index as if it wrote to it, so a crawl would wait for that."""
    try:
        with ArchiveLock(path), Archive.open(path, force=force) as archive:
            trouble = checking.word_index_trouble(archive)
    except (ArchiveBusy, ArchiveUnusable) as error:
        verified.unread.append(f"the full-text index was not looked at: {error}")
    else:
        verified.add([trouble] if trouble else [])
