"""Notes: what came with a list of URLs to save, kept beside the pages and never read by the program."""

from collections.abc import Mapping
from datetime import datetime

from archive.dates import iso
from archive.store.connection import ArchiveDatabase

Notes = Mapping[str, Mapping[str, str]]
"""URL -> name of a column -> what it said."""


def save_notes(db: ArchiveDatabase, notes: Notes, now: datetime) -> None:
    """Keeps what is not empty; a later value of the same name replaces the earlier."""
    rows = [(url, name, value, iso(now)) for url, named in notes.items() for name, value in named.items() if value]
    with db.atomic():
        db.conn.executemany("INSERT OR REPLACE INTO notes (url, name, value, noted_at) VALUES (?, ?, ?, ?)", rows)
