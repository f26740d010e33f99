"""Whether this machine and an archive are fit for a year without a person: one line a thing, and what to do."""

import os
import platform
import sqlite3
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from archive.errors import ArchiveUnusable, NewsmorgueError
from archive.growth import Growth, growth, growth_line
from archive.reports import counted
from archive.space import free_bytes, in_bytes
from archive.store.archive import Archive
from archive.store.lock import holder
from archive.store.network import network_type_here
from archive.store.soundness import Dated, FileState, answered_at, damage, file_state, has_full_text, last_fetch
from archive.workers import PageFailed, WorkerPool

State = Literal["ok", "note", "wrong"]

_LEAST_PYTHON, _LEAST_SQLITE = (3, 11), (3, 38, 0)
_SOON = timedelta(days=60)
_LARGE_LOG = 512 * 2**20
"""Of the write-ahead log: more is left only where somebody reads on and on, or a process was killed."""
_SLOW_CLOCK, _WRONG_CLOCK = 10.0, 60.0
"""Seconds. Servers' clocks differ by less; a minute puts a first publication in the wrong order."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is, and what to do. `unusable`: nothing can be done with the archive."""

    name: str
    state: State
    said: str
    advice: str = ""
    unusable: bool = False


def machine_checks() -> Iterator[Check]:
    """Python, SQLite, and whether worker processes start."""
    version = platform.python_version()
    yield _at_least("Python", sys.version_info[:3], _LEAST_PYTHON, f"{version} ({sys.executable})")
    yield _at_least("SQLite", sqlite3.sqlite_version_info, _LEAST_SQLITE, sqlite3.sqlite_version)
    yield _full_text()
    yield _workers()


def archive_checks(path: Path, min_free: int, now: datetime) -> Iterator[Check]:
    """The archive's place and file, and the clock that its fetches were made by. `min_free`: bytes to be left free."""
    network = network_type_here(path)
    advice = "put the archive on a local disk: SQLite's locks fail there"
    yield Check("file system", "wrong", f"{path} is on {network}", advice) if network else _local(path)
    if not path.exists():
        yield free_space(Growth(0, None, free_bytes(_folder(path)), min_free, None), now.date())
        yield Check("archive", "note", f"there is none at {path} yet", "the first crawl makes it")
        return
    try:
        with Archive.open(path, readonly=True, force=True) as archive:
            yield from of_file(file_state(archive.db), path)
            yield free_space(growth(archive, min_free, now), now.date())
            yield _undamaged(damage(archive.db))
            yield clock(answered_at(archive.db), last_fetch(archive.db), now)
    except ArchiveUnusable as error:
        yield Check("archive", "wrong", str(error), "restore a backup", unusable=True)
    except sqlite3.DatabaseError as error:
        yield Check("archive", "wrong", f"{path}: {error}", "restore a backup", unusable=True)
    held_by = holder(path)
    yield Check("lock", "note" if held_by else "ok", held_by or "nobody is writing")


def of_file(state: FileState, path: Path) -> Iterator[Check]:
    """What SQLite says of the file, and what lies beside it."""
    size = in_bytes(path.stat().st_size)
    if state.format < state.newest_format:
        said = f"{path}, {size}, of format {state.format}; this program writes {state.newest_format}"
        yield Check("archive", "note", said, "the next crawl brings it up to date; back it up before")
    else:
        yield Check("archive", "ok", f"{path}, {size}, format {state.format}")
    log = Path(f"{path}-wal")
    written = log.stat().st_size if log.exists() else 0
    if written > _LARGE_LOG:
        said = f"the write-ahead log has {in_bytes(written)}"
        yield Check("log", "note", said, "a program that reads the archive for hours keeps it from being put away")
    else:
        yield Check("log", "ok", f"the write-ahead log has {in_bytes(written)}")
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        yield Check("access", "wrong", f"{path} or its folder cannot be written", "crawl as its owner", unusable=True)
    if state.waiting:
        said = f"{counted(state.waiting, 'page')} received and not read"
        yield Check("inbox", "note", said, "the next crawl reads them")


def free_space(grown: Growth, today: date) -> Check:
    """Whether there is room to go on, and until when."""
    said, advice = growth_line(grown), "make room, or move the archive: below min_free no crawl runs"
    if grown.free <= grown.min_free:
        return Check("free space", "wrong", said, advice)
    soon = grown.floor_on is not None and grown.floor_on - today < _SOON
    return Check("free space", "note" if soon else "ok", said, advice if soon else "")


def clock(answers: Sequence[Dated], last: datetime | None, now: datetime) -> Check:
    """Whether our clock agrees with those of the servers that answered last (RFC 9110, 6.6.1; Age: RFC 9111, 5.1)."""
    advice = "switch on time synchronisation, such as `timedatectl set-ntp true`"
    if last is not None and last > now + timedelta(seconds=_WRONG_CLOCK):
        said = f"it is {now:%Y-%m-%d %H:%M}Z here, and the archive's last fetch was made at {last:%Y-%m-%d %H:%M}Z"
        return Check("clock", "wrong", said, advice)
    behind = clock_behind(answers)
    if behind is None:
        return Check("clock", "note", "no answers with a date are held yet, to compare this machine's clock with")
    hosts = len({answer.host for answer in answers})
    said = f"{abs(behind):.0f} s {'behind' if behind > 0 else 'ahead of'} {counted(hosts, 'server')} that answered last"
    if abs(behind) > _WRONG_CLOCK:
        return Check("clock", "wrong", said, advice)
    return Check("clock", "note", said, advice) if abs(behind) > _SLOW_CLOCK else Check("clock", "ok", said)


def clock_behind(answers: Iterable[Dated]) -> float | None:
    """Seconds that our clock is behind the servers', the median over hosts: one wrong server does not count."""
    by_host: defaultdict[str, list[float]] = defaultdict(list)
    for answer in answers:
        by_host[answer.host].append((answer.said_at - answer.fetched_at).total_seconds())
    return statistics.median(map(statistics.median, by_host.values())) if by_host else None


def _at_least(name: str, have: Sequence[int], least: Sequence[int], said: str) -> Check:
    needed = ".".join(map(str, least))
    if tuple(have) < tuple(least):
        return Check(name, "wrong", said, f"{needed} or newer is needed", unusable=True)
    return Check(name, "ok", said)


def _full_text() -> Check:
    if has_full_text():
        return Check("FTS5", "ok", "is in SQLite: `morgue search` works")
    said = "is not in this Python's SQLite: no archive can be made"
    return Check("FTS5", "wrong", said, "use a Python with it, such as python.org's or uv's", unusable=True)


def _workers(start: Callable[..., WorkerPool] = WorkerPool) -> Check:
    pool = start(1)
    try:
        pool.submit(os.getpid).result(timeout=60)
    except (NewsmorgueError, PageFailed, TimeoutError, OSError) as error:
        said = f"a worker process does not start: {error}"
        return Check("workers", "wrong", said, "is memory or a limit (ulimit) short?")
    finally:
        pool.close()
    return Check("workers", "ok", "a worker process starts")


def _local(path: Path) -> Check:
    return Check("file system", "ok", f"{_folder(path)} is local")


def _undamaged(found: Sequence[str]) -> Check:
    if not found:
        return Check("integrity", "ok", "SQLite finds no damage")
    said = f"SQLite finds damage: {found[0]}"
    return Check("integrity", "wrong", said, "restore a backup; `morgue rebuild` saves what can be read", unusable=True)


def _folder(path: Path) -> Path:
    return next(folder for folder in path.absolute().parents if folder.is_dir())
