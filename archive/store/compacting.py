"""Giving back what the archive's file does not need, in transactions so short that a crawl hardly waits for them."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from archive.dates import iso
from archive.errors import ArchiveBusy, ArchiveUnusable
from archive.store.archive import Archive
from archive.store.connection import connect

_REFERENCES = (  # of answers that other rows rest on
    "SELECT fetch_id FROM articles",
    "SELECT fetch_id FROM revisions",
    "SELECT fetch_id FROM relations",
    "SELECT fetch_id FROM events",
    "SELECT fetch_id FROM site_pages",
    "SELECT fetch_id FROM links",
    "SELECT fetch_id FROM inbox",
)
_CHECKS = "kind = 'page' AND status = 304 AND outcome = 'unchanged' AND link_id IS NOT NULL AND fetched_at < :before"
_HELD_ON_TO = f"SELECT id FROM fetches WHERE {_CHECKS} AND id IN ({' UNION ALL '.join(_REFERENCES)})"  # noqa: S608
_CRAWLS = f"""
SELECT DISTINCT f.crawl_id FROM fetches AS f JOIN crawls AS c ON c.id = f.crawl_id
WHERE c.sha256 IS NOT NULL AND {_CHECKS} ORDER BY f.crawl_id
"""  # noqa: S608
_OF_CRAWL = f"{_CHECKS} AND crawl_id = :crawl AND id NOT IN (SELECT value FROM json_each(:held))"  # noqa: S608
_FOLD = f"""
INSERT INTO folded_checks (link_id, day, checks, first_at, last_at)
SELECT link_id, substr(fetched_at, 1, 10) AS day, count(*), min(fetched_at), max(fetched_at) FROM fetches
WHERE {_OF_CRAWL} GROUP BY link_id, day
ON CONFLICT (link_id, day) DO UPDATE SET checks = checks + excluded.checks,
    first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)
"""  # noqa: S608
_DROP = f"DELETE FROM fetches WHERE {_OF_CRAWL}"  # noqa: S608
_FOLDED = "SELECT sha256 FROM folded_crawls WHERE crawl_id = ?"
_SEALED = "SELECT sha256 FROM crawls WHERE id = ?"
_NOTE = """
INSERT INTO folded_crawls (crawl_id, folded_at, checks, sha256) VALUES (:crawl, :at, :checks, :sha256)
ON CONFLICT (crawl_id) DO UPDATE SET folded_at = excluded.folded_at, checks = checks + excluded.checks,
    sha256 = excluded.sha256
"""


def free_pages(archive: Archive) -> int:
    """Pages of the file that nothing is in."""
    return int(archive.db.conn.execute("PRAGMA freelist_count").fetchone()[0])


def release(archive: Archive, pages: int) -> None:
    """Moves pages from the file's end into free ones, as many as are said, and cuts the end off: one transaction."""
    archive.db.insist(f"PRAGMA incremental_vacuum({pages:d})", to_its_end=True)


def checkpoint(archive: Archive) -> bool:
    """Brings what the WAL has into the file, and empties it; False if somebody reads or writes meanwhile."""
    busy, *_ = archive.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def crawls_to_fold(archive: Archive, before: datetime) -> list[int]:
    """Sealed crawls with checks from before a time that found pages unchanged."""
    return [int(crawl) for (crawl,) in archive.db.conn.execute(_CRAWLS, {"before": iso(before)})]


def held_on_to(archive: Archive, before: datetime) -> str:
    """The checks from before a time that other rows rest on, as a JSON list: these stay."""
    return json.dumps([fetch for (fetch,) in archive.db.conn.execute(_HELD_ON_TO, {"before": iso(before)})])


def fold(archive: Archive, crawl_id: int, before: datetime, held: str, now: datetime) -> int | None:
    """Makes counts of a crawl's checks; returns how many, None if its hash does not hold. In a transaction."""
    connection, values = archive.db.conn, {"crawl": crawl_id, "before": iso(before), "held": held}
    known = connection.execute(_FOLDED, (crawl_id,)).fetchone() or connection.execute(_SEALED, (crawl_id,)).fetchone()
    if archive.crawls.digest(crawl_id) != known[0]:
        return None
    connection.execute(_FOLD, values)
    dropped = connection.execute(_DROP, values).rowcount
    if dropped:
        note = {"crawl": crawl_id, "at": iso(now), "checks": dropped, "sha256": archive.crawls.digest(crawl_id)}
        connection.execute(_NOTE, note)
    return dropped


def write_anew(path: Path, draft: Path) -> None:
    """Writes all that the file holds into a new one, in order. Raises ArchiveBusy if others have it open."""
    with closing(connect(path)) as db:
        if not _is_alone(db.conn):
            raise ArchiveBusy(
                f"{path} is open in another program; it can be written anew only while nobody has it open"
            )
        db.conn.execute("PRAGMA auto_vacuum = INCREMENTAL")
        try:
            db.conn.execute("VACUUM INTO ?", (str(draft),))
        except sqlite3.OperationalError as error:
            raise ArchiveUnusable(f"{draft} could not be written: {error}") from error


def is_closed(path: Path) -> bool:
    """Whether no WAL lies beside the file, which means that nobody has it open to write."""
    return not Path(f"{path}-wal").exists()


def _is_alone(connection: sqlite3.Connection) -> bool:
    """Leaving the WAL needs the file for oneself alone, so it shows whether one has it. The next to open it is back."""
    try:
        return bool(connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete")
    except sqlite3.OperationalError:
        return False
