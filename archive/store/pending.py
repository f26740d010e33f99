"""Links that wait for their answer: which are asked for next, and what becomes of those that get none."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from archive.dates import from_iso, iso
from archive.store.connection import ArchiveDatabase

LINK_ROW = "id, source_id, url, host, attempts, article_id, order_at, last_fetched_at IS NOT NULL, etag, last_modified"
PENDING = f"""
SELECT {LINK_ROW} FROM links
WHERE source_id = ? AND state = 'pending' AND (not_before IS NULL OR not_before <= ?)
  AND id NOT IN (SELECT value FROM json_each(?)) AND (last_fetched_at IS NULL OR ?)
ORDER BY last_fetched_at IS NOT NULL, order_at DESC, id LIMIT ?
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link to fetch. `attempts` counts those without an answer since the last one.

    `again`: it was answered before; `etag`, `last_modified`: of the answer that is held, for a conditional request.
    """

    id: int
    source_id: int
    url: str
    host: str
    attempts: int
    article_id: str | None
    order_at: datetime
    again: bool = False
    etag: str | None = None
    last_modified: str | None = None


def link_row(row: tuple[Any, ...]) -> LinkRow:
    """A row of LINK_ROW."""
    number, source_id, url, host, attempts, article_id, order_at, again, etag, last_modified = row
    return LinkRow(
        number, source_id, url, host, attempts, article_id, from_iso(order_at), bool(again), etag, last_modified
    )


class PendingLinks:
    """The part of `Links` that hands out what is to be asked for."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def carry_over(self, crawl_id: int, source_ids: Collection[int], now: datetime) -> None:
        """Makes all links of these sources that are still pending this crawl's. A wait that is over is forgotten.

        So are those whose page an earlier crawl left in the inbox: what becomes of it is this crawl's doing.
        """
        sources = json.dumps(list(source_ids))
        with self._db.atomic():
            self._db.conn.execute(
                "UPDATE links SET crawl_id = ?, reason = CASE WHEN not_before > ? THEN reason END "
                "WHERE state = 'pending' AND source_id IN (SELECT value FROM json_each(?))",
                (crawl_id, iso(now), sources),
            )
            self._db.conn.execute(
                "UPDATE links SET crawl_id = ? "
                "WHERE id IN (SELECT f.link_id FROM inbox JOIN fetches AS f ON f.id = fetch_id) "
                "AND outcome = 'awaiting_extraction' AND source_id IN (SELECT value FROM json_each(?))",
                (crawl_id, sources),
            )

    def pending(
        self, source_id: int, now: datetime, limit: int, exclude: Collection[int], *, again: bool = True
    ) -> list[LinkRow]:
        """Links to fetch now: those never answered, then, if `again`, the others; newest first.

        `exclude`: ids already in flight.
        """
        rows = self._db.conn.execute(PENDING, (source_id, iso(now), json.dumps(list(exclude)), again, limit))
        return [link_row(row) for row in rows]

    def pending_count(self, source_id: int) -> int:
        """How many links of the source await their answer, those that must wait included."""
        (count,) = self._db.conn.execute(
            "SELECT count(*) FROM links WHERE source_id = ? AND state = 'pending'", (source_id,)
        ).fetchone()
        return int(count)

    def pending_at(self, host: str, source_ids: Collection[int], reason: str) -> int:
        """How many links that these sources have at a host wait for this reason."""
        (count,) = self._db.conn.execute(
            "SELECT count(*) FROM links WHERE state = 'pending' AND reason = ? AND host = ? "
            "AND source_id IN (SELECT value FROM json_each(?))",
            (reason, host, json.dumps(list(source_ids))),
        ).fetchone()
        return int(count)

    def finish(
        self, link_id: int, crawl_id: int, state: Literal["unreachable", "skipped"], reason: str, now: datetime
    ) -> None:
        """Ends a link for this crawl without an answer."""
        self._db.write(
            "UPDATE links SET state = ?, outcome = NULL, reason = ?, crawl_id = ?, last_seen_at = ?, "
            "not_before = NULL, attempts = CASE ? WHEN 'unreachable' THEN attempts + 1 ELSE 0 END WHERE id = ?",
            (state, reason, crawl_id, iso(now), state, link_id),
        )

    def postpone(self, link_id: int, crawl_id: int, not_before: datetime | None, reason: str, now: datetime) -> None:
        """Leaves a link pending after an attempt without an answer; it is not tried again before `not_before`."""
        self._db.write(
            "UPDATE links SET state = 'pending', outcome = NULL, reason = ?, crawl_id = ?, last_seen_at = ?, "
            "not_before = ?, attempts = attempts + 1 WHERE id = ?",
            (reason, crawl_id, iso(now), iso(not_before) if not_before else None, link_id),
        )

    def postpone_host(self, host: str, source_ids: Collection[int], not_before: datetime, reason: str) -> None:
        """Ends a host's turn: all pending links that these sources have there wait; that is no attempt."""
        self._db.write(
            "UPDATE links SET reason = ?, not_before = ? "
            "WHERE state = 'pending' AND source_id IN (SELECT value FROM json_each(?)) AND host = ?",
            (reason, iso(not_before), json.dumps(list(source_ids)), host),
        )

    def id_of(self, url: str) -> int | None:
        """The id of a link by its exact URL."""
        row = self._db.conn.execute("SELECT id FROM links WHERE url = ?", (url,)).fetchone()
        return int(row[0]) if row else None
