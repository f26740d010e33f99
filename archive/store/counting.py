"""What each crawl did for each source, by the hour: counted once, from the rows that the crawl left."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from archive.dates import from_iso
from archive.health.hours import Count, Hour
from archive.store.connection import ArchiveDatabase

_READY = """
SELECT id, started_at, ended_at FROM crawls WHERE NOT counted AND ended IS NOT NULL
AND id NOT IN (SELECT f.crawl_id FROM inbox JOIN fetches AS f ON f.id = inbox.fetch_id WHERE f.crawl_id IS NOT NULL)
ORDER BY id
"""
_FETCHES = """
SELECT f.source_id, f.fetched_at, f.kind, f.status, f.verdict, f.sha256, f.hops, f.listing_id, f.url, a.id, a.title,
       a.authors, a.published_on, a.word_count,
       a.published_on IS NULL OR a.published_on >= date(f.fetched_at, '-2 days')
FROM fetches AS f LEFT JOIN articles AS a ON f.outcome = 'new' AND a.id = f.article_id
WHERE f.crawl_id = ? AND f.source_id IS NOT NULL AND f.origin <> 'save' AND f.kind <> 'robots' ORDER BY f.id
"""
_UNANSWERED = """
SELECT source_id, last_seen_at, CASE state WHEN 'skipped' THEN 'robots/page' ELSE 'page/' || reason END FROM links
WHERE crawl_id = ? AND (state = 'unreachable' OR state = 'skipped' AND reason = 'robots')
"""
_SILENT = """
SELECT source_id, last_fetched_at, 'listing/' || reason FROM listings
WHERE failures > 0 AND last_fetched_at BETWEEN ? AND ? AND found_in IS NOT 'guess' AND reason <> 'turn_ended'
"""
_ADD = """
INSERT INTO health_hours (source_id, hour, looks, new, fresh, counts) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (source_id, hour) DO UPDATE SET looks = looks + excluded.looks, new = new + excluded.new,
    fresh = fresh + excluded.fresh, counts = excluded.counts
"""
_SUM_UP = """
INSERT INTO health_sources (source_id, first_look_at, last_look_at, last_new_at) VALUES (:source, :first, :look, :new)
ON CONFLICT (source_id) DO UPDATE SET first_look_at = coalesce(min(first_look_at, :first), first_look_at, :first),
    last_look_at = coalesce(max(last_look_at, :look), last_look_at, :look),
    last_new_at = coalesce(max(last_new_at, :new), last_new_at, :new)
"""
_SHORT = 60  # words: less is hardly a story's text


@dataclass(slots=True)
class Tally:
    """What is counted of one source in one hour. `counts`: name -> how many; `minutes`: name -> of the first."""

    looks: int = 0
    new: int = 0
    fresh: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    minutes: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, at: str) -> None:
        """Counts something that was at a time."""
        self.counts[name] += 1
        self.minutes[name] = min(self.minutes.get(name, 59), int(at[14:16]))


@dataclass(slots=True)
class _Source:
    hours: dict[str, Tally] = field(default_factory=dict)
    first_look: str | None = None
    last_look: str | None = None
    last_new: str | None = None

    def at(self, moment: str) -> Tally:
        return self.hours.setdefault(moment[:13], Tally())

    def looked(self, moment: str) -> None:
        self.at(moment).looks += 1
        self.first_look = self.first_look or moment
        self.last_look = max(self.last_look or moment, moment)


def count_crawls(db: ArchiveDatabase) -> int:
    """Counts crawls that have ended, all of whose pages are judged, once each. Returns how many; one transaction."""
    with db.atomic():
        ready = db.conn.execute(_READY).fetchall()
        for crawl in ready:
            _count(db, *crawl)
    return len(ready)


def recount(db: ArchiveDatabase) -> int:
    """Counts all crawls anew. Listings that gave no answer at all are known of the latest visit only."""
    with db.atomic():
        db.conn.execute("DELETE FROM health_hours")
        db.conn.execute("DELETE FROM health_sources")
        db.conn.execute("UPDATE crawls SET counted = 0")
        return count_crawls(db)


def add_hour(db: ArchiveDatabase, source_id: int, hour: str, tally: Tally) -> None:
    """Adds to what is counted of a source in an hour (2026-05-14T03)."""
    held = db.conn.execute(
        "SELECT counts FROM health_hours WHERE source_id = ? AND hour = ?", (source_id, hour)
    ).fetchone()
    counts: dict[str, list[int]] = json.loads(held[0]) if held else {}
    for name, number in tally.counts.items():
        before, minute = counts.get(name, [0, 59])
        counts[name] = [before + number, min(minute, tally.minutes.get(name, 0))]
    db.conn.execute(_ADD, (source_id, hour, tally.looks, tally.new, tally.fresh, json.dumps(counts)))


def sum_up(db: ArchiveDatabase, source_id: int, first: str | None, look: str | None, new: str | None) -> None:
    """Takes note of a source's first and last look, and of its last new story, where these are earlier or later."""
    db.conn.execute(_SUM_UP, {"source": source_id, "first": first, "look": look, "new": new})


def read_hour(hour: str, looks: int, new: int, fresh: int, counts: str) -> Hour:
    """An Hour from a row of health_hours."""
    read = {name: Count(*pair) for name, pair in json.loads(counts).items()} if counts != "{}" else {}
    return Hour(_hour_at(hour), looks, new, fresh, read)


@lru_cache(maxsize=2048)  # all sources share them
def _hour_at(hour: str) -> datetime:
    return from_iso(f"{hour}:00:00Z")


def _count(db: ArchiveDatabase, crawl_id: int, started_at: str, ended_at: str) -> None:
    sources: dict[int, _Source] = {}
    for row in db.conn.execute(_FETCHES, (crawl_id,)):
        source = sources.setdefault(row[0], _Source())
        if row[2] == "page":
            _count_page(source, row)
        else:
            _count_look(db, source, row)
    unanswered = db.conn.execute(_UNANSWERED, (crawl_id,)).fetchall()
    unanswered += db.conn.execute(_SILENT, (started_at, ended_at)).fetchall()
    for source_id, at, name in unanswered:
        sources.setdefault(source_id, _Source()).at(at).add(name, at)
    for source_id, source in sources.items():
        for hour, tally in source.hours.items():
            add_hour(db, source_id, hour, tally)
        sum_up(db, source_id, source.first_look, source.last_look, source.last_new)
    db.conn.execute("UPDATE crawls SET counted = 1 WHERE id = ?", (crawl_id,))


def _count_page(source: _Source, row: tuple[Any, ...]) -> None:
    at, verdict, article = row[1], row[4], row[9]
    tally = source.at(at)
    if verdict is not None:
        tally.add(f"verdict/{verdict}", at)
    if article is None:
        return
    tally.new += 1
    if row[14]:
        tally.fresh += 1
        source.last_new = max(source.last_new or at, at)
    for name in _missing(*row[10:14]):
        tally.add(f"missing/{name}", at)


def _missing(title: str | None, authors: str, published_on: str | None, words: int) -> Iterator[str]:
    if not title:
        yield "title"
    if authors == "[]":
        yield "authors"
    if published_on is None:
        yield "dates"
    if words < _SHORT:
        yield "text"


def _count_look(db: ArchiveDatabase, source: _Source, row: tuple[Any, ...]) -> None:
    at, status, digest = row[1], row[3], row[5]
    if status != 304 and (status not in (200, 203) or digest is None):
        return
    source.looked(at)
