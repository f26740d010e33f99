"""One SQLite connection, opened so that a killed process loses nothing it acknowledged and nobody waits on a reader.

WAL with `synchronous=NORMAL`: a commit is in the operating system's hands when it returns, so it survives `kill -9` of
this process. Only loss of power may take the last commits (those since the last checkpoint), never the file's
consistency; a page and the state of its link are one commit, so what is lost that way is fetched again.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlite_utils

from archive.errors import ArchiveBusy, ArchiveUnusable

APPLICATION_ID = int.from_bytes(b"nmrg", "big")  # in the file's header, for file(1) and for us
_BUSY_MS = 200  # SQLite's own waiting; ours goes on after it and can be stopped
_PAUSE = 0.05  # seconds between two tries for the lock
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_WRONG = {
    sqlite3.SQLITE_NOTADB: "is not an archive: not a SQLite file",
    sqlite3.SQLITE_CORRUPT: "is corrupt",
    sqlite3.SQLITE_READONLY: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: the file or its folder is not accessible",
    sqlite3.SQLITE_PERM: "cannot be opened: access is denied",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
}


class ArchiveDatabase(sqlite_utils.Database):
    """A connection whose `atomic()` takes the write lock at once and waits for it until `stop` is set."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self.stop = threading.Event()
        super().__init__(connection, execute_plugins=False)

    @contextlib.contextmanager
    def atomic(self) -> Generator["ArchiveDatabase", None, None]:
        """A transaction, or a savepoint inside one. Raises ArchiveBusy (stopped while waiting) or ArchiveUnusable."""
        try:
            if self.conn.in_transaction:
                with super().atomic():
                    yield self
            else:
                yield from self._transaction()
        except sqlite3.DatabaseError as error:
            raise_unusable(self.path, error)
            raise

    def write(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> None:
        """One statement, as part of the transaction there is or as one of its own."""
        if self.conn.in_transaction:
            self.conn.execute(statement, values)
        else:
            with self.atomic():
                self.conn.execute(statement, values)

    def _transaction(self) -> Generator["ArchiveDatabase", None, None]:
        # IMMEDIATE: a deferred transaction that has read cannot wait for the lock, it fails.
        self.insist("BEGIN IMMEDIATE")
        try:
            yield self
            self.insist("COMMIT")
        except BaseException:
            self.rollback()
            raise

    def insist(self, statement: str, *, to_its_end: bool = False) -> None:
        """Tries until no other connection is in the way. Raises ArchiveBusy when `stop` is set meanwhile.

        `to_its_end`: for a pragma that does a part of its work at each step and gives no rows; outside of transactions.
        """
        run = self.conn.executescript if to_its_end else self.conn.execute
        while True:
            try:
                run(statement)
            except sqlite3.OperationalError as error:
                if primary_code(error) not in _BUSY:
                    raise
            else:
                return
            if self.stop.wait(_PAUSE):
                raise ArchiveBusy(f"{self.path} is being written by another process; stopped waiting for it")


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its extension; 0 for errors that Python's own layer raised."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def raise_unusable(path: Path, error: sqlite3.Error) -> None:
    """Raises ArchiveUnusable if the error is about the file rather than about a statement."""
    if wrong := _WRONG.get(primary_code(error)):
        raise ArchiveUnusable(f"{path} {wrong}") from error


def connect(path: Path, *, readonly: bool = False, immutable: bool = False) -> ArchiveDatabase:
    """Opens the file without looking into it. `immutable` reads a file on a read-only medium."""
    mode = "ro&immutable=1" if immutable else "ro" if readonly else "rwc"
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, isolation_level=None, timeout=_BUSY_MS / 1000
    )
    try:
        database = ArchiveDatabase(connection, path)
        database.conn.execute("PRAGMA foreign_keys = ON")
        if readonly:
            database.conn.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return database


def tune(database: ArchiveDatabase, journal: str) -> None:
    """Sets how commits reach the disk; `journal` is "wal", or "delete" where shared memory does not work."""
    (pages,) = database.conn.execute("PRAGMA page_count").fetchone()
    if pages == 0:
        database.insist("PRAGMA auto_vacuum = INCREMENTAL")  # cannot be set once there is a table
    database.insist(f"PRAGMA journal_mode = {journal}")
    database.insist(f"PRAGMA synchronous = {'NORMAL' if journal == 'wal' else 'FULL'}")
    database.insist("PRAGMA wal_autocheckpoint = 4000")  # pages: what is written often goes to the file less often
    database.insist("PRAGMA journal_size_limit = 67108864")  # a long reader lets the WAL grow; give the space back
