"""What is asked of an archive to tell how its sources are."""

import json
from datetime import date, timedelta
from typing import Any

from archive.store.connection import ArchiveDatabase

_DAYS = """
SELECT source_id, coalesce(published_on, substr(first_seen_at, 1, 10)), count(*) FROM articles
WHERE coalesce(published_on, substr(first_seen_at, 1, 10)) BETWEEN ? AND ? AND source_id IS NOT NULL GROUP BY 1, 2
"""
_HEALTH = """
SELECT s.id, s.name, s.retired_at, s.config, h.first_look_at, h.last_look_at, h.last_new_at, h.baseline IS NOT NULL
FROM sources AS s LEFT JOIN health_sources AS h ON h.source_id = s.id ORDER BY s.name
"""
_INCIDENTS = """
SELECT source_id, kind, subject, began_at, found_at, says, advice FROM incidents
WHERE ended_at IS NULL ORDER BY began_at, id
"""
_NAMES = ("kind", "subject", "began_at", "found_at", "says", "advice")
_NOTES = "SELECT subject, text, noted_at FROM diary ORDER BY id"


def stories_by_day(db: ArchiveDatabase, last: date, days: int) -> dict[int, list[int]]:
    """By source, the articles of each day up to `last`, by the publisher's day, else the day first seen."""
    first = last - timedelta(days=days - 1)
    counts: dict[int, list[int]] = {}
    for source_id, day, number in db.conn.execute(_DAYS, (first.isoformat(), last.isoformat())):
        counts.setdefault(source_id, [0] * days)[(date.fromisoformat(day) - first).days] = number
    return counts


def knows_health(db: ArchiveDatabase) -> bool:
    """Whether the archive has a format that keeps health; an older one that is only read has not."""
    query = "SELECT 1 FROM sqlite_master WHERE name = 'health_sources'"
    return db.conn.execute(query).fetchone() is not None


def sources_known(db: ArchiveDatabase) -> list[dict[str, Any]]:
    """Every source with its first and last look; `paused` as of the last crawl, `has_baseline`."""
    names = ("id", "name", "retired_at", "config", "first_look_at", "last_look_at", "last_new_at", "has_baseline")
    rows = [dict(zip(names, row, strict=True)) for row in db.conn.execute(_HEALTH)]
    return [{**row, "paused": json.loads(row.pop("config")).get("paused") is True} for row in rows]


def open_incidents(db: ArchiveDatabase) -> dict[int | None, list[dict[str, Any]]]:
    """What lasts, by source; under None, of all of them together."""
    found: dict[int | None, list[dict[str, Any]]] = {}
    for source_id, *row in db.conn.execute(_INCIDENTS):
        found.setdefault(source_id, []).append(dict(zip(_NAMES, row, strict=True)))
    return found


def notes_by_subject(db: ArchiveDatabase) -> dict[str, list[dict[str, str]]]:
    """The diary, by source or address."""
    notes: dict[str, list[dict[str, str]]] = {}
    for subject, text, at in db.conn.execute(_NOTES):
        notes.setdefault(subject, []).append({"text": text, "noted_at": at})
    return notes
