"""How an archive's file is: its format, damage, and what its last answers say of our clock."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.dates import from_iso
from archive.store.connection import ArchiveDatabase
from archive.store.migrations import FORMAT
from archive.store.zstandard import ZstdError, unpack
from archive.urls import host_of

_LATEST = "SELECT url, fetched_at, response_headers FROM fetches WHERE origin = 'crawl' ORDER BY id DESC LIMIT 200"
_RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FileState:
    """`waiting`: pages in the inbox."""

    format: int
    newest_format: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Dated:
    """When a server said it answered, by its clock, and when we received that, by ours."""

    host: str
    said_at: datetime
    fetched_at: datetime


def has_full_text() -> bool:
    """Whether this Python's SQLite has FTS5."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5 (word)")
        except sqlite3.OperationalError:
            return False
    return True


def file_state(db: ArchiveDatabase) -> FileState:
    """Figures of the file."""
    (held,) = db.conn.execute("PRAGMA user_version").fetchone()
    (waiting,) = db.conn.execute("SELECT count(*) FROM inbox").fetchone()
    return FileState(held, FORMAT, waiting)


def damage(db: ArchiveDatabase, most: int = 5) -> list[str]:
    """What SQLite finds wrong in the file, at most so many lines; it reads all of it, but for the order of indexes."""
    found = [str(line) for (line,) in db.conn.execute(f"PRAGMA quick_check({most})")]
    return [] if found == ["ok"] else found


def last_fetch(db: ArchiveDatabase) -> datetime | None:
    """When the last answer was received."""
    row = db.conn.execute("SELECT fetched_at FROM fetches ORDER BY id DESC LIMIT 1").fetchone()
    return from_iso(row[0]) if row else None


def answered_at(db: ArchiveDatabase) -> list[Dated]:
    """The dates of the latest answers, all within a day."""
    dated: list[Dated] = []
    for url, fetched_at, packed in db.conn.execute(_LATEST):
        at = from_iso(fetched_at)
        if dated and dated[0].fetched_at - at > _RECENT:
            break
        if (said_at := _said_at(_headers(packed))) is not None:
            dated.append(Dated(host_of(url), said_at, at))
    return dated


def _headers(packed: bytes | None) -> str:
    try:
        return unpack(packed).decode("latin-1") if packed else ""
    except ZstdError:  # what is damaged, `morgue verify` tells
        return ""


def _said_at(headers: str) -> datetime | None:
    """The Date of an answer, and what it has aged in caches on its way; None if it has none that can be read."""
    pairs = (line.partition(": ") for line in headers.split("\n"))
    said = {name.lower(): value for name, _, value in pairs}
    try:
        moment = parsedate_to_datetime(said.get("date", ""))
    except ValueError:
        return None
    age = said.get("age", "0").strip()
    seconds = timedelta(seconds=int(age)) if age.isdecimal() and len(age) < 9 else timedelta()
    return moment.replace(tzinfo=moment.tzinfo or UTC) + seconds
