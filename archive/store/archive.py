"""The archive: one SQLite file. Everything that reads or writes it goes through the parts of this class."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from archive.dates import now
from archive.errors import ArchiveMissing, ArchiveUnusable
from archive.program import VERSION
from archive.store.alerting import Alerts
from archive.store.articles import Articles
from archive.store.bodies import Bodies
from archive.store.completeness import Completeness
from archive.store.connection import APPLICATION_ID, ArchiveDatabase, connect, raise_unusable, tune
from archive.store.crawls import Crawls
from archive.store.decisions import Decisions
from archive.store.diary import Diary
from archive.store.fetches import Fetches
from archive.store.fingerprints import Fingerprints
from archive.store.forgotten import Forgotten
from archive.store.health import HealthRecords
from archive.store.links import Links
from archive.store.listings import Listings, Robots
from archive.store.migrations import FORMAT, migrate
from archive.store.network import network_type_here
from archive.store.relations import Relations
from archive.store.revisits import Revisits
from archive.store.shapes import Shapes
from archive.store.sites import Sites
from archive.store.sources import Sources
from archive.store.stories import Stories


class Archive:
    """An open archive, for one thread. Use `Archive.open`.

    Single statements commit by themselves; what belongs together goes into `transaction()`.
    """

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db
        self.path = db.path
        self.uuid: str = db.conn.execute("SELECT value FROM about WHERE name = 'uuid'").fetchone()[0]
        self.sources = Sources(db)
        self.crawls = Crawls(db)
        self.links = Links(db)
        self.revisits = Revisits(db)
        self.listings = Listings(db)
        self.robots = Robots(db)
        self.completeness = Completeness(db)
        self.fetches = Fetches(db)
        self.bodies = Bodies(db)
        self.articles = Articles(db)
        self.fingerprints = Fingerprints(db)
        self.relations = Relations(db)
        self.stories = Stories(db)
        self.decisions = Decisions(db)
        self.forgotten = Forgotten(db)
        self.sites = Sites(db)
        self.shapes = Shapes(db)
        self.health = HealthRecords(db)
        self.alerts = Alerts(db)
        self.diary = Diary(db)

    @classmethod
    def open(cls, path: str | Path, *, create: bool = False, readonly: bool = False, force: bool = False) -> Self:
        """Opens the archive at `path`; with `create`, makes one where nothing is.

        An archive of an older format is brought up to date, unless `readonly`. `force` allows a network file system.
        Raises ArchiveMissing, ArchiveUnusable.
        """
        path = Path(path)
        _look(path, create=create and not readonly)
        network = network_type_here(path)
        if network and not force:
            raise ArchiveUnusable(
                f"{path} lies on a network file system ({network}): SQLite's locks fail there; use --force to try"
            )
        try:
            db = _connect_readonly(path) if readonly else connect(path)
        except sqlite3.DatabaseError as error:
            raise_unusable(path, error)
            raise
        try:
            _check(db, create=create)
            if not readonly:
                _prepare(db, journal="delete" if network else "wal")
            return cls(db)
        except sqlite3.DatabaseError as error:
            db.close()
            raise_unusable(path, error)
            raise
        except BaseException:
            db.close()
            raise

    @property
    def db(self) -> ArchiveDatabase:
        """The connection itself, for statements of the user's own."""
        return self._db

    @property
    def stop(self) -> threading.Event:
        """Set it (from any thread) to end the waiting for another process's write lock; ArchiveBusy is raised then."""
        return self._db.stop

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another one, a savepoint. Waits for other writers until `stop` is set.

        Raises ArchiveBusy when stopped while waiting; ArchiveUnusable if the disk is full, the file corrupt.
        """
        with self._db.atomic():
            yield

    def close(self) -> None:
        """Closes the file. What was written is already there."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _look(path: Path, *, create: bool) -> None:
    """What can be said before SQLite touches the path."""
    if path.is_dir():
        raise ArchiveUnusable(f"{path} is a folder, not an archive")
    if not path.exists() and not create:
        raise ArchiveMissing(f"there is no archive at {path}")
    if not path.parent.is_dir():
        raise ArchiveUnusable(f"{path} cannot be made: there is no folder {path.parent}")


def _connect_readonly(path: Path) -> ArchiveDatabase:
    """Reading WAL files writes beside them; on a read-only medium that nobody can be writing to, it need not."""
    db = connect(path, readonly=True)
    try:
        db.insist("SELECT 1 FROM sqlite_master")
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        if Path(f"{path}-wal").exists():
            raise
        return connect(path, readonly=True, immutable=True)
    except BaseException:
        db.close()
        raise
    return db


def _check(db: ArchiveDatabase, *, create: bool) -> None:
    """Raises ArchiveUnusable for a SQLite file that is no archive, or one of a format that this program cannot know."""
    db.conn.execute("BEGIN")  # one look: another process may be making the archive at this moment
    db.insist("SELECT 1 FROM sqlite_master")
    (application,) = db.conn.execute("PRAGMA application_id").fetchone()
    (held,) = db.conn.execute("PRAGMA user_version").fetchone()
    (tables,) = db.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    ours = application == APPLICATION_ID
    newer = ours and held > FORMAT
    by = db.conn.execute("SELECT value FROM about WHERE name = 'format_by'").fetchone() if newer else None
    db.conn.execute("ROLLBACK")
    if not ours and (tables or not create):
        kind = "a SQLite file, but not an archive" if tables else "empty, not an archive"
        raise ArchiveUnusable(f"{db.path} is {kind}")
    if newer:
        raise ArchiveUnusable(
            f"{db.path} has format {held}, made by {by[0] if by else 'a newer program'}; "
            f"this is newsmorgue {VERSION}, which knows formats up to {FORMAT}: upgrade newsmorgue"
        )


def _prepare(db: ArchiveDatabase, journal: str) -> None:
    """Readies a connection for writing; makes the tables if there are none. Fails if the file cannot be written."""
    tune(db, journal)
    with db.atomic():
        migrate(db, now())
        # A write, even if there is nothing to do: a read-only file shows now, and not after an hour's crawl.
        db.conn.execute(f"PRAGMA user_version = {FORMAT}")
