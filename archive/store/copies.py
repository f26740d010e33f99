"""Copies of an archive's file, made while others write to it."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from archive.dates import iso
from archive.errors import ArchiveMissing, ArchiveUnusable
from archive.store import checking
from archive.store.archive import Archive

_STEP = 2000  # pages between two looks at how far it is
_SAMPLE = 50  # bodies of a copy that are read again
_COUNTED = ("bodies", "fetches", "links", "articles", "revisions", "decisions")
_NAME = re.compile(r"(.+)-\d{8}T\d{6}Z\.db")
Counts = dict[str, int]


@contextmanager
def seen_as_now(archive: Archive) -> Iterator[None]:
    """Whatever others write meanwhile, `archive` is read as it is at this moment.

    SQLite's online backup begins anew whenever another process has written; from a connection that reads already, it
    copies what that connection sees (sqlite3_backup_step: the source's read transaction is kept if there is one).
    """
    archive.db.conn.execute("BEGIN")
    try:
        archive.db.conn.execute("SELECT 1 FROM about").fetchone()
        yield
    finally:
        archive.db.rollback()


def size(archive: Archive) -> int:
    """Bytes that a copy will take."""
    pages, of = (archive.db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * of)


def counts(archive: Archive) -> Counts:
    """How many rows there are in the tables that matter most."""
    return {name: archive.db.conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _COUNTED}  # noqa: S608


def copy(archive: Archive, target: Path, told: Callable[[int, int], None]) -> None:
    """Writes the file as it is seen into a new one, which is one file and no WAL. `told`: pages done, pages in all."""
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        archive.db.conn.backup(connection, pages=_STEP, progress=lambda _, left, total: told(total - left, total))
        connection.execute("PRAGMA journal_mode = DELETE")


def troubles_of(copy: Path, expected: Counts) -> list[str]:
    """What is wrong with a copy; `expected`: the rows that it must have."""
    with Archive.open(copy, readonly=True, force=True) as archive:
        found = checking.file_troubles(archive, quick=True)
        if not found:
            held = counts(archive)
            found += [f"{name}: {held[name]:,} rows, not {n:,}" for name, n in expected.items() if held[name] != n]
            found += filter(None, checking.sampled_bodies(archive, _SAMPLE))
    return found


def write_down(archive: Archive, path: Path, size: int, at: datetime) -> None:
    """Takes note in the archive that there is a copy."""
    archive.db.write("INSERT INTO backups (made_at, path, bytes) VALUES (?, ?, ?)", (iso(at), str(path), size))


def write_down_removed(archive: Archive, path: Path, at: datetime) -> None:
    """Takes note that a copy is there no more."""
    archive.db.write("UPDATE backups SET removed_at = ? WHERE path = ? AND removed_at IS NULL", (iso(at), str(path)))


def dated_name(archive: Path, at: datetime) -> str:
    """What a copy in a folder is called."""
    return f"{archive.stem}-{at:%Y%m%dT%H%M%SZ}.db"


def copies_in(folder: Path, archive: Archive) -> list[Path]:
    """The dated copies of this very archive in a folder, the oldest first; nothing else, whatever it is called."""
    named = sorted(path for path in folder.glob("*.db") if _is_named(path, archive.path))
    return [path for path in named if _uuid(path) == archive.uuid]


def _is_named(path: Path, archive: Path) -> bool:
    found = _NAME.fullmatch(path.name)
    return found is not None and found[1] == archive.stem and path.is_file() and not path.is_symlink()


def _uuid(path: Path) -> str | None:
    try:
        with Archive.open(path, readonly=True, force=True) as archive:
            return archive.uuid
    except (ArchiveUnusable, ArchiveMissing, sqlite3.Error):
        return None
