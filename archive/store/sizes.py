"""How large the archive was, day by day."""

from datetime import datetime

from archive.store.connection import ArchiveDatabase

_NOTE = "INSERT INTO file_sizes (day, bytes) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET bytes = excluded.bytes"


def used_bytes(db: ArchiveDatabase) -> int:
    """Bytes of the file, without pages that are free."""
    names = ("page_count", "freelist_count", "page_size")
    pages, free, size = (db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return int((pages - free) * size)


def note_size(db: ArchiveDatabase, now: datetime) -> None:
    """Takes note of it for this day."""
    db.write(_NOTE, (now.date().isoformat(), used_bytes(db)))


def sizes(db: ArchiveDatabase) -> list[tuple[str, int]]:
    """Day and bytes at the end of its last crawl, in order."""
    if not db["file_sizes"].exists():  # an older format's file, opened to read
        return []
    return list(db.conn.execute("SELECT day, bytes FROM file_sizes ORDER BY day"))


def began_at(db: ArchiveDatabase) -> str | None:
    """When the first crawl began."""
    began: str | None = db.conn.execute("SELECT min(started_at) FROM crawls").fetchone()[0]
    return began
