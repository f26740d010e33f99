"""What sites listed against what is held: gaps, coverage, and the holes between two readings of a listing."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.dates import from_iso, iso
from archive.spans import Span, SpanBefore, hole
from archive.store.connection import ArchiveDatabase

Row = dict[str, Any]

_SPAN = "SELECT read_at, newest, newest_at FROM listing_spans WHERE listing_id = ?"
_KEEP_SPAN = "INSERT OR REPLACE INTO listing_spans VALUES (?, ?, ?, ?, ?, ?)"
_OVERFLOW = """
INSERT INTO overflows (listing_id, since, until, read_before_at, read_at, entries) VALUES (?, ?, ?, ?, ?, ?)
"""
_WHERE = """
(:source IS NULL OR source = :source) AND (:since IS NULL OR day >= :since) AND (:until IS NULL OR day <= :until)
"""
_GAPS = f"""
SELECT source, day, url, title, listed_as, listed_in, stage, reason, not_before, at FROM gaps WHERE {_WHERE}
ORDER BY source, day DESC, url
"""  # noqa: S608
_COVERAGE = f"SELECT * FROM coverage WHERE {_WHERE} ORDER BY source, day DESC"  # noqa: S608
_LISTING_GAPS = """
SELECT * FROM listing_gaps WHERE (:source IS NULL OR source = :source)
  AND (:since IS NULL OR substr(until, 1, 10) >= :since) AND (:until IS NULL OR substr(since, 1, 10) <= :until)
ORDER BY source, since DESC, url
"""
_BEFORE_HORIZON = """
SELECT s.name AS source, sum(g.older) AS older, min(g.oldest_on) AS oldest_on
FROM listings AS g JOIN sources AS s ON s.id = g.source_id
WHERE g.older > 0 AND (:source IS NULL OR s.name = :source) GROUP BY s.id ORDER BY s.name
"""
_HELD = "SELECT url FROM json_each(?) AS wanted JOIN article_urls AS u ON u.url = wanted.value"


@dataclass(frozen=True, slots=True)
class Which:
    """Which gaps: of one source, of these days (inclusive, YYYY-MM-DD). None: all."""

    source: str | None = None
    since: str | None = None
    until: str | None = None

    @property
    def values(self) -> dict[str, str | None]:
        """For a statement."""
        return {"source": self.source, "since": self.since, "until": self.until}


class Completeness:
    """The part of an archive that knows what it lacks."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def heard(self, listing_id: int, span: Span, urls: frozenset[str], read_at: datetime) -> None:
        """Takes note of how far a listing reached, and of the hole if there is one since the reading before."""
        row = self._db.conn.execute(_SPAN, (listing_id,)).fetchone()
        if row is not None:
            before = SpanBefore(from_iso(row[0]), tuple(json.loads(row[1])), from_iso(row[2]) if row[2] else None)
            if found := hole(before, span, urls, read_at):
                times = (found.since, found.until, before.read_at, read_at)
                self._db.write(_OVERFLOW, (listing_id, *map(iso, times), span.entries))
        if span.entries:
            newest, oldest = (iso(at) if at else None for at in (span.newest_at, span.oldest_at))
            row = (listing_id, iso(read_at), span.entries, json.dumps(span.marks), newest, oldest)
            self._db.write(_KEEP_SPAN, row)

    def gaps(self, which: Which) -> list[Row]:
        """What was listed and is not held: by source, latest day first."""
        return self._rows(_GAPS, which)

    def coverage(self, which: Which) -> list[Row]:
        """Listed, held and missing, by source and day."""
        return self._rows(_COVERAGE, which)

    def overflows(self, which: Which) -> list[Row]:
        """When a listing was read so late that entries may have been lost in between."""
        return self._rows(_LISTING_GAPS, which)

    def before_horizon(self, which: Which) -> list[Row]:
        """How many older stories sitemaps list that no crawl has taken note of, by source."""
        return self._rows(_BEFORE_HORIZON, which)

    def held(self, urls: Collection[str]) -> set[str]:
        """Those of these addresses that lead to an article."""
        return {url for (url,) in self._db.conn.execute(_HELD, (json.dumps(list(urls)),))}

    def _rows(self, query: str, which: Which) -> list[Row]:
        cursor = self._db.conn.execute(query, which.values)
        names = [name for name, *_ in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
