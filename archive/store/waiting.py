"""What a source has waiting beside its listings: links to ask for, stories to look at again, pages to judge."""

from dataclasses import dataclass
from datetime import datetime

from archive.dates import from_iso
from archive.store.connection import ArchiveDatabase

_PENDING = """
SELECT count(*), min(coalesce(not_before, first_seen_at)) FROM links WHERE source_id = ? AND state = 'pending'
"""
_STORIES = """
SELECT count(*), min(due_at) FROM links WHERE source_id = ? AND due_at IS NOT NULL AND state <> 'pending'
"""
_RECEIVED = """
SELECT count(*), min(f.fetched_at) FROM inbox JOIN fetches AS f ON f.id = inbox.fetch_id WHERE f.source_id = ?
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """How many there are, and when the first of them is due; None if there is none."""

    count: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """`links` never asked for, or to be tried again; `stories` that are known; `received` pages that are not judged."""

    links: Queue = Queue()
    stories: Queue = Queue()
    received: Queue = Queue()


def waiting(db: ArchiveDatabase, source_id: int) -> Waiting:
    """What waits at a source."""
    return Waiting(*(_queue(db, query, source_id) for query in (_PENDING, _STORIES, _RECEIVED)))


def _queue(db: ArchiveDatabase, query: str, source_id: int) -> Queue:
    count, at = db.conn.execute(query, (source_id,)).fetchone()
    return Queue(count, from_iso(at) if at else None)
