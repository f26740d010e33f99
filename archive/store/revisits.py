"""When pages of links are asked for again: what the schedule decided, and what it decides by. Columns of `links`."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from archive.dates import from_iso, iso
from archive.store.connection import ArchiveDatabase
from archive.store.pending import LINK_ROW, LinkRow, link_row

_LIFE = """
SELECT coalesce(l.began_at, l.first_seen_at), l.first_look_at, l.last_look_at, l.asked_at, l.due_at, l.due_why, l.edits,
       l.foretold, l.misses, l.misled FROM links AS l WHERE l.id = ?
"""
_KEEP = """
UPDATE links SET due_at = :due_at, due_why = :due_why, began_at = :began_at, first_look_at = :first_at,
    last_look_at = :last_at, asked_at = :asked_at, edits = :edits, foretold = :foretold, misses = :misses,
    misled = :misled, design_id = :design_id, checks_due = checks_due + :due, checks_made = checks_made + :made,
    checks_answered = checks_answered + :answered, checks_late = checks_late + :late WHERE id = :id
"""
DUE = """
SELECT id FROM links WHERE source_id = ? AND due_at <= ? AND state <> 'pending'
  AND outcome IS NOT 'awaiting_extraction' AND id NOT IN (SELECT value FROM json_each(?))
ORDER BY order_at DESC, id LIMIT ?
"""
_CLAIM = f"""
UPDATE links SET state = 'pending', outcome = NULL, reason = NULL, not_before = NULL, crawl_id = ?
WHERE id IN ({DUE}) RETURNING {LINK_ROW}
"""  # noqa: S608
_TIMES = ("began_at", "first_at", "last_at", "asked_at", "due_at")


@dataclass(frozen=True, slots=True)
class Life:
    """What is known of a story's page for the next look at it. The columns of `links` say what each is.

    `began_at`: what its age is counted from; `first_at`, `last_at`: answered looks; `asked_at`: the last one of any.
    """

    began_at: datetime
    first_at: datetime | None = None
    last_at: datetime | None = None
    asked_at: datetime | None = None
    due_at: datetime | None = None
    due_why: str | None = None
    edits: float = 0.0
    foretold: float = 0.0
    misses: int = 0
    misled: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What one look adds to a link's checks. The first answer is none."""

    due: int = 0
    made: int = 0
    answered: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request for a link's page is made with (RFC 9110, 13.1); nothing: it is made in full."""

    etag: str | None = None
    last_modified: str | None = None


class Revisits:
    """The part of an archive that knows when stories are looked at again."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def life(self, link_id: int) -> Life:
        """What is known of a link's page."""
        row = self._db.conn.execute(_LIFE, (link_id,)).fetchone()
        times = (from_iso(value) if value else None for value in row[:5])
        return Life(*times, *row[5:])  # type: ignore[arg-type]

    def keep(self, link_id: int, life: Life, counts: Counts, design_id: int | None) -> None:
        """Writes down what a look has changed, and when the next one is due."""
        values: dict[str, Any] = {field.name: getattr(life, field.name) for field in fields(life)}
        values |= {name: iso(values[name]) if values[name] else None for name in _TIMES}
        values |= {field.name: getattr(counts, field.name) for field in fields(counts)}
        self._db.write(_KEEP, values | {"id": link_id, "design_id": design_id})

    def validate(self, link_id: int, validators: Validators) -> None:
        """Writes down what the next request for a link's page is made with."""
        self._db.write(
            "UPDATE links SET etag = ?, last_modified = ? WHERE id = ?",
            (validators.etag, validators.last_modified, link_id),
        )

    def is_another_address(self, link_id: int, article_id: str) -> bool:
        """Whether the page of an article is looked at, or was, under another link than this one."""
        found = self._db.conn.execute(
            "SELECT 1 FROM links WHERE article_id = ? AND id <> ? AND first_look_at IS NOT NULL LIMIT 1",
            (article_id, link_id),
        )
        return found.fetchone() is not None

    def published_at(self, article_id: str) -> datetime | None:
        """When an article was published, if that is known to the hour."""
        row = self._db.conn.execute("SELECT published_at FROM articles WHERE id = ?", (article_id,)).fetchone()
        return from_iso(row[0]) if row and row[0] else None

    def claim(
        self, crawl_id: int, source_id: int, due_by: datetime, limit: int, exclude: Collection[int] = ()
    ) -> list[LinkRow]:
        """Makes links that are due by a time this crawl's, to be asked for: the newest stories, newest first.

        They are pending from now on, so that a crawl that ends before they are asked leaves them to the next.
        """
        values = (crawl_id, source_id, iso(due_by), json.dumps(list(exclude)), limit)
        with self._db.atomic():
            rows = [link_row(row) for row in self._db.conn.execute(_CLAIM, values)]
        return sorted(rows, key=lambda link: (link.order_at, -link.id), reverse=True)

    def end(self, link_id: int) -> None:
        """A link is not asked for again."""
        self._db.write("UPDATE links SET due_at = NULL, due_why = NULL WHERE id = ?", (link_id,))

    def clock_was_ahead(self, now: datetime) -> None:
        """The clock was wrong: what was asked for after `now` is due now, and not as much later as it was ahead."""
        self._db.write("UPDATE links SET due_at = :now WHERE due_at > :now AND asked_at > :now", {"now": iso(now)})

    def put_off(self, host: str, source_ids: Collection[int], until: datetime) -> None:
        """Nothing that these sources have at a host is due before `until`: its turn has ended."""
        self._db.write(
            "UPDATE links SET due_at = ? WHERE due_at < ? AND state <> 'pending' AND host = ? "
            "AND source_id IN (SELECT value FROM json_each(?))",
            (iso(until), iso(until), host, json.dumps(list(source_ids))),
        )

    def design(self, ages: Sequence[timedelta]) -> int | None:
        """The number of a fixed design; None for no ages."""
        if not ages:
            return None
        text = json.dumps([int(age.total_seconds()) for age in ages], separators=(",", ":"))
        with self._db.atomic():
            self._db.conn.execute("INSERT INTO revisit_designs (ages) VALUES (?) ON CONFLICT DO NOTHING", (text,))
            (number,) = self._db.conn.execute("SELECT id FROM revisit_designs WHERE ages = ?", (text,)).fetchone()
        return int(number)

    def pace(self, source_id: int) -> str | None:
        """What was observed of a source's edits, as JSON that the schedule reads."""
        row = self._db.conn.execute("SELECT pace FROM edit_paces WHERE source_id = ?", (source_id,)).fetchone()
        return str(row[0]) if row else None

    def keep_pace(self, source_id: int, pace: str, now: datetime) -> None:
        """Writes down what was observed of a source's edits."""
        self._db.write("INSERT OR REPLACE INTO edit_paces VALUES (?, ?, ?)", (source_id, pace, iso(now)))
