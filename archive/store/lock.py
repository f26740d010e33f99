"""The lock of an archive: one crawl or import at a time, given up by the kernel when its holder dies."""

import fcntl
import os
import sys
from pathlib import Path
from types import TracebackType

from archive.dates import iso, now
from archive.errors import ArchiveBusy, ArchiveUnusable


class ArchiveLock:
    """flock on `<archive>.lock`. The file stays; only the lock says whether somebody holds it.

    The descriptor is close-on-exec (as all of Python's are), so that no worker process keeps the lock of a dead crawl.
    """

    def __init__(self, archive: Path) -> None:
        self.path = Path(f"{archive}.lock")
        self._descriptor: int | None = None

    def acquire(self, command: str | None = None) -> None:
        """Takes the lock, or raises ArchiveBusy saying who holds it since when, at once."""
        if self._descriptor is not None:
            return
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ArchiveUnusable(f"{self.path} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            holder = f"{os.getpid()}\n{iso(now())}\n{command or ' '.join(sys.argv)}\n"
            os.pwrite(descriptor, holder.encode(errors="replace"), 0)
        except BlockingIOError:
            os.close(descriptor)
            raise ArchiveBusy(self.held_by()) from None
        except OSError as error:
            os.close(descriptor)
            raise ArchiveUnusable(f"{self.path} cannot be written: {error.strerror}") from error
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Gives the lock up; nothing if it is not held."""
        if self._descriptor is not None:
            # Emptied first, so that a later look does not name a holder who is gone.
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def held_by(self) -> str:
        """Who holds it since when, as they wrote it down; for somebody who did not get it."""
        return f"{self.path.with_suffix('')} is {self._holder()}"

    def _holder(self) -> str:
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        if len(lines) < 3:  # taken this instant, not yet written
            return "held by another process"
        return f"held by pid {lines[0]} ({lines[2]}) since {lines[1]}"

    def __enter__(self) -> "ArchiveLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
