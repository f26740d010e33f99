"""Health: the figures that sources are judged by, and the incidents that were found."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from archive.dates import from_iso, iso
from archive.health.baseline import DAYS, Baseline, make_baseline
from archive.health.figures import History, Illness, Incident, ListingFigures, spans_of_illness
from archive.health.hours import Hour
from archive.health.judging import Judged
from archive.store.connection import ArchiveDatabase
from archive.store.counting import Tally, add_hour, count_crawls, read_hour, sum_up

_RECENT = timedelta(days=8)
_MONTH = timedelta(days=28)
_SOURCES = """
SELECT s.id, s.name, s.home, s.country, h.first_look_at, h.last_look_at, h.last_new_at, h.first_rate, h.baseline
FROM sources AS s LEFT JOIN health_sources AS h ON h.source_id = s.id WHERE s.retired_at IS NULL ORDER BY s.name
"""
_HOURS = """
SELECT source_id, hour, looks, new, fresh, counts FROM sources AS s
CROSS JOIN health_hours AS h ON h.source_id = s.id AND h.hour >= ? WHERE s.retired_at IS NULL ORDER BY source_id, hour
"""
_LISTINGS = """
SELECT l.source_id, l.url, l.kind, l.first_seen_at, l.last_fetched_at, l.last_changed_at, l.failures, l.failing_since,
       l.reason, l.moved_to, l.moved_at, coalesce(sum(d.changed), 0), coalesce(sum(d.answered), 0)
FROM listings AS l LEFT JOIN listing_days AS d ON d.listing_id = l.id AND d.day >= ? AND d.day < ?
WHERE l.last_fetched_at >= ? AND (l.kind <> 'sitemap' OR l.found_in IN ('configured', 'robots.txt'))
  AND l.found_in IS NOT 'guess' GROUP BY l.id ORDER BY l.id
"""
_INCIDENT = "id, source_id, kind, subject, began_at, found_at, ended_at, says, advice, figures"
_DUE = """
SELECT s.id, h.first_look_at FROM sources AS s JOIN health_sources AS h ON h.source_id = s.id
WHERE s.retired_at IS NULL AND h.first_look_at IS NOT NULL AND h.baseline_on IS NOT ?
"""
_FIRST_RATE = """
SELECT count(*) / 7.0 FROM articles
WHERE source_id = ? AND published_on >= date(?, '-7 days') AND published_on < date(?)
"""
_PAST = """
SELECT hour, looks, new, fresh, counts FROM health_hours WHERE source_id = ? AND hour >= ? ORDER BY hour
"""


class HealthRecords:
    """The part of an archive that knows how its sources are."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def count(self) -> int:
        """Counts the crawls that ended since; each once. Returns how many."""
        return count_crawls(self._db)

    def add(self, source_id: int, hour: Hour) -> None:
        """Adds to an hour what was counted elsewhere than in a crawl of this archive."""
        tally = Tally(hour.looks, hour.new, hour.fresh)
        for name, count in hour.counts.items():
            tally.counts[name], tally.minutes[name] = count
        with self._db.atomic():
            add_hour(self._db, source_id, iso(hour.at)[:13], tally)
            look, new = iso(hour.at) if hour.looks else None, iso(hour.at) if hour.fresh else None
            sum_up(self._db, source_id, look, look, new)

    def renew_baselines(self, today: date) -> None:
        """Makes the baselines of this day, of sources that have none of it. One that cannot be made stays as it was."""
        due = self._db.conn.execute(_DUE, (today.isoformat(),)).fetchall()
        since = (today - timedelta(days=DAYS)).isoformat()
        for source_id, first_look in due:
            hours = [read_hour(*row) for row in self._db.conn.execute(_PAST, (source_id, since))]
            baseline = make_baseline(hours, from_iso(first_look), today, self._ill(source_id, today))
            (rate,) = self._db.conn.execute(_FIRST_RATE, (source_id, first_look, first_look)).fetchone()
            self._db.write(
                "UPDATE health_sources SET baseline_on = ?, first_rate = ?, baseline = coalesce(?, baseline) "
                "WHERE source_id = ?",
                (today.isoformat(), rate, json.dumps(asdict(baseline)) if baseline else None, source_id),
            )

    def histories(self, now: datetime, paused: Collection[str] = ()) -> list[History]:
        """What every source is judged by, those retired and those in `paused` (names) aside."""
        recent, month = iso(now - _RECENT), (now - _MONTH).date().isoformat()
        hours: dict[int, list[Hour]] = {}
        for source_id, *row in self._db.conn.execute(_HOURS, (recent[:13],)):
            hours.setdefault(source_id, []).append(read_hour(*row))
        listings: dict[int, list[ListingFigures]] = {}
        for source_id, *row in self._db.conn.execute(_LISTINGS, (month, now.date().isoformat(), recent)):
            listings.setdefault(source_id, []).append(_listing(row))
        opened, closed = _by_source(self.open()), _by_source(self._closed(recent))
        return [
            History(
                source_id=row[0],
                name=row[1],
                home=row[2],
                country=row[3],
                first_look_at=_time(row[4]),
                last_look_at=_time(row[5]),
                last_new_at=_time(row[6]),
                first_rate=row[7] or 0.0,
                hours=tuple(hours.get(row[0], ())),
                baseline=_baseline(row[8]),
                listings=tuple(listings.get(row[0], ())),
                open=tuple(opened.get(row[0], ())),
                closed=(*closed.get(row[0], ()), *closed.get(None, ())),
            )
            for row in self._db.conn.execute(_SOURCES).fetchall()
            if row[1] not in paused
        ]

    def open(self) -> list[tuple[int | None, Incident]]:
        """The incidents that last, each with its source's id (None: of all sources), the oldest first."""
        query = f"SELECT {_INCIDENT} FROM incidents WHERE ended_at IS NULL ORDER BY began_at, id"  # noqa: S608
        return [_incident(row) for row in self._db.conn.execute(query)]

    def _closed(self, since: str) -> list[tuple[int | None, Incident]]:
        query = f"SELECT {_INCIDENT} FROM incidents WHERE ended_at >= ? ORDER BY id"  # noqa: S608
        return [_incident(row) for row in self._db.conn.execute(query, (since,))]

    def settle(self, judged: Iterable[Judged], now: datetime) -> None:
        """Writes down what began, what still is, and what ended. Incidents of sources that were retired end."""
        with self._db.atomic():
            for one in judged:
                for incident in one.began:
                    self._begin(one.source_id, incident)
                for incident in one.lasting:
                    self._db.conn.execute(
                        "UPDATE incidents SET says = ? WHERE id = ? AND says <> ?",
                        (incident.illness.says, incident.id, incident.illness.says),
                    )
                for incident in one.ended:
                    self._db.conn.execute("UPDATE incidents SET ended_at = ? WHERE id = ?", (iso(now), incident.id))
            self._db.conn.execute(
                "UPDATE incidents SET ended_at = ? WHERE ended_at IS NULL "
                "AND source_id IN (SELECT id FROM sources WHERE retired_at IS NOT NULL)",
                (iso(now),),
            )

    def _begin(self, source_id: int | None, incident: Incident) -> None:
        ill = incident.illness
        self._db.conn.execute(
            "INSERT INTO incidents (source_id, kind, subject, began_at, found_at, says, advice, figures) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                source_id,
                ill.kind,
                ill.subject,
                iso(ill.since),
                iso(incident.found_at),
                ill.says,
                ill.advice,
                json.dumps(dict(ill.figures)),
            ),
        )

    def _ill(self, source_id: int, today: date) -> list[tuple[datetime, datetime]]:
        query = f"SELECT {_INCIDENT} FROM incidents WHERE source_id = ? OR source_id IS NULL"  # noqa: S608
        incidents = [_incident(row)[1] for row in self._db.conn.execute(query, (source_id,))]
        return spans_of_illness(incidents, datetime.combine(today, time(), UTC))


def _by_source(incidents: Iterable[tuple[int | None, Incident]]) -> dict[int | None, list[Incident]]:
    found: dict[int | None, list[Incident]] = {}
    for owner, incident in incidents:
        found.setdefault(owner, []).append(incident)
    return found


def _listing(row: list[Any]) -> ListingFigures:
    url, kind, first_seen, fetched, changed, failures, failing, reason, moved_to, moved_at, changes, answered = row
    return ListingFigures(
        url=url,
        kind=kind,
        first_seen_at=from_iso(first_seen),
        last_fetched_at=_time(fetched),
        last_changed_at=_time(changed),
        failures=failures,
        failing_since=_time(failing),
        reason=reason,
        moved_to=moved_to,
        moved_at=_time(moved_at),
        changes=changes,
        answered=answered,
    )


def _incident(row: tuple[Any, ...]) -> tuple[int | None, Incident]:
    number, source_id, kind, subject, began, found, ended, says, advice, figures = row
    illness = Illness(kind, from_iso(began), says, advice, subject, json.loads(figures))
    return source_id, Incident(illness, from_iso(found), number, _time(ended))


def _baseline(text: str | None) -> Baseline | None:
    if text is None:
        return None
    read = json.loads(text)
    return Baseline(**{**read, "rates": tuple(read["rates"])})


def _time(text: str | None) -> datetime | None:
    return from_iso(text) if text else None
