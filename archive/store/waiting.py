"""What a source has waiting beside its listings: links to ask for, stories to look at again, pages to judge.

Asked at every look at what is due, so each query ends at the first row that answers it, or reads an index only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.dates import from_iso
from archive.store.connection import ArchiveDatabase

_LINKS = "SELECT count(*) FROM links WHERE source_id = ? AND state = 'pending'"
_FREE_LINK = "SELECT first_seen_at FROM links WHERE source_id = ? AND state = 'pending' AND not_before IS NULL LIMIT 1"
_FIRST_LINK = "SELECT min(not_before) FROM links WHERE source_id = ? AND state = 'pending'"
_STORIES = "SELECT count(*) FROM links WHERE source_id = ? AND due_at IS NOT NULL"
_FIRST_STORY = """
SELECT due_at, due_why FROM links WHERE source_id = ? AND due_at IS NOT NULL AND state <> 'pending'
  AND outcome IS NOT 'awaiting_extraction' ORDER BY due_at LIMIT 1
"""
_RECEIVED = """
SELECT count(*), min(f.fetched_at) FROM inbox JOIN fetches AS f ON f.id = inbox.fetch_id WHERE f.source_id = ?
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """How many there are, and when the first of them is due; None if there is none. `why`: its links.due_why."""

    count: int = 0
    at: datetime | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """`links` never asked for, or to be tried again; `stories` that are known; `received` pages that are not judged."""

    links: Queue = Queue()
    stories: Queue = Queue()
    received: Queue = Queue()


def waiting(db: ArchiveDatabase, source_id: int) -> Waiting:
    """What waits at a source."""

    def ask(query: str) -> tuple[Any, ...]:
        return tuple(db.conn.execute(query, (source_id,)).fetchone() or (None, None))

    links, stories, received = ask(_LINKS)[0], ask(_STORIES)[0], ask(_RECEIVED)
    free = ask(_FREE_LINK)[0] or ask(_FIRST_LINK)[0] if links else None
    due_at, due_why = ask(_FIRST_STORY) if stories else (None, None)
    return Waiting(_queue(links, free), _queue(stories, due_at, due_why), _queue(*received))


def _queue(count: int, at: str | None, why: str | None = None) -> Queue:
    return Queue(count, from_iso(at), why) if count and at else Queue()
