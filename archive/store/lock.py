"""The lock of an archive: one crawl or import at a time, given up by the kernel when its holder dies."""

import fcntl
import os
import sys
from pathlib import Path
from types import TracebackType

from archive.dates import iso, now
from archive.errors import ArchiveBusy, ArchiveUnusable


def holder(archive: Path) -> str | None:
    """Who holds an archive's lock, since when; None if nobody does. The lock is not touched."""
    path = Path(f"{archive}.lock")
    if (said := _written(path)) is None:
        return None
    pid = said.split()[3]
    return said if pid.isdecimal() and _is_alive(int(pid)) else None  # else it was killed, and its lock ended with it


def _written(path: Path) -> str | None:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return f"held by pid {lines[0]} ({lines[2]}) since {lines[1]}" if len(lines) >= 3 else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):  # or nonsense in the file
        return False
    except PermissionError:  # another user's
        return True
    return True


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
        return _written(self.path) or "held by another process"  # taken this instant, not yet written

    def __enter__(self) -> "ArchiveLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
