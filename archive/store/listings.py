"""Listings: the feeds, sitemaps and front pages that name stories; and the robots.txt of each origin."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from archive.dates import from_iso, iso
from archive.store.connection import ArchiveDatabase
from archive.urls import host_of

ListingKind = Literal["feed", "sitemap", "front"]

_COLUMNS = (
    "source_id, url, kind, first_seen_at, found_in, id, etag, last_modified, sha256, listed, older, failures, reason, "
    "oldest_on, last_fetched_at, last_changed_at, not_before, seen_at, lastmod, index_id, "
    "moved_to, moved_at, "
    "due_at, due_why, per_day, pace, asks, quiet, newest_at, new_at, retired_at, retired_why"
)  # in the order of Listing, then of Outlook
_OUTLOOK = 10  # columns
_TIMES = ("due_at", "newest_at", "new_at", "retired_at")


@dataclass(frozen=True, slots=True)
class Outlook:
    """When a listing is looked at again, and what that follows from. The crawler's schedule decides it.

    `pace` and `asks` are JSON that the schedule reads; `per_day`: entries, as observed lately; `quiet`: visits in a row
    that found nothing new; `retired_at`: since when it is asked for rarely.
    """

    due_at: datetime | None = None
    due_why: str | None = None
    per_day: float | None = None
    pace: str | None = None
    asks: str | None = None
    quiet: int = 0
    newest_at: datetime | None = None
    new_at: datetime | None = None
    retired_at: datetime | None = None
    retired_why: str | None = None


_FORESEEN = ", ".join(f"{name} = :{name}" for name in Outlook.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Listing:
    """A row of `listings`. What a visit learned stays None until the first one. `older`: stories before the horizon.

    `seen_at`: the last answer, "not modified" too; `last_fetched_at`: the last attempt. `lastmod`: what its sitemap
    index (`index_id`) said of it when it was last read, verbatim. `moved_to`: where it has moved for good.
    """

    source_id: int
    url: str
    kind: ListingKind
    first_seen_at: datetime
    found_in: str | None = None
    id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    listed: int | None = None
    older: int | None = None
    failures: int = 0
    reason: str | None = None
    oldest_on: date | None = None
    last_fetched_at: datetime | None = None
    last_changed_at: datetime | None = None
    not_before: datetime | None = None
    seen_at: datetime | None = None
    lastmod: str | None = None
    index_id: int | None = None
    moved_to: str | None = None
    moved_at: datetime | None = None
    outlook: Outlook = Outlook()

    @property
    def address(self) -> str:
        """Where it is asked for. A front page is what it is called, wherever it leads."""
        return self.moved_to if self.moved_to and self.kind != "front" else self.url


@dataclass(frozen=True, slots=True)
class ListingVisit:
    """What one successful reading found. `sha256` None: not modified, what was known before stands."""

    at: datetime
    sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    listed: int | None = None
    older: int | None = None
    oldest_on: date | None = None


@dataclass(frozen=True, slots=True)
class RobotsCopy:
    """The last answer for robots.txt of an origin (scheme://host:port), and the last good copy with its time.

    `status` None: no answer. `body` is at most 500 KiB.
    """

    origin: str
    fetched_at: datetime
    status: int | None = None
    good_at: datetime | None = None
    body: bytes | None = None


class Listings:
    """The part of an archive that remembers where stories are listed."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def known(self, source_id: int) -> list[Listing]:
        """The source's listings in the order they were found."""
        rows = self._db.conn.execute(f"SELECT {_COLUMNS} FROM listings WHERE source_id = ? ORDER BY id", (source_id,))  # noqa: S608
        return [_listing(row) for row in rows]

    def save(self, listing: Listing) -> int:
        """Adds the listing and returns its id. What visits learned of a known one is not touched."""
        with self._db.atomic():
            (saved,) = self._db.conn.execute(
                "INSERT INTO listings (source_id, url, kind, found_in, first_seen_at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (source_id, url) DO UPDATE SET kind = excluded.kind, "
                "found_in = coalesce(excluded.found_in, found_in) RETURNING id",
                (listing.source_id, listing.url, listing.kind, listing.found_in, iso(listing.first_seen_at)),
            ).fetchone()
        return int(saved)

    def visited(self, listing_id: int, visit: ListingVisit) -> None:
        """Records a successful visit; clears failures."""
        self._db.write(
            "UPDATE listings SET last_fetched_at = :at, seen_at = :at, failures = 0, reason = NULL, not_before = NULL, "
            "last_changed_at = CASE WHEN :sha256 IS NULL OR sha256 IS :sha256 THEN last_changed_at ELSE :at END, "
            "etag = CASE WHEN :sha256 IS NULL THEN coalesce(:etag, etag) ELSE :etag END, "
            "last_modified = CASE WHEN :sha256 IS NULL THEN coalesce(:modified, last_modified) ELSE :modified END, "
            "sha256 = coalesce(:sha256, sha256), listed = coalesce(:listed, listed), "
            "older = coalesce(:older, older), oldest_on = coalesce(:oldest_on, oldest_on) WHERE id = :id",
            {
                "id": listing_id,
                "at": iso(visit.at),
                "sha256": visit.sha256,
                "etag": visit.etag,
                "modified": visit.last_modified,
                "listed": visit.listed,
                "older": visit.older,
                "oldest_on": visit.oldest_on.isoformat() if visit.oldest_on else None,
            },
        )

    def failed(self, listing_id: int, reason: str, not_before: datetime | None, at: datetime) -> None:
        """Records a visit that got nothing, and when to try again at the earliest."""
        self._db.write(
            "UPDATE listings SET last_fetched_at = ?, failures = failures + 1, reason = ?, not_before = ? WHERE id = ?",
            (iso(at), reason, iso(not_before) if not_before else None, listing_id),
        )

    def unchanged(self, listing_id: int, at: datetime) -> None:
        """Its index says that it did not change: it counts as seen, without having been asked."""
        self._db.write("UPDATE listings SET seen_at = ? WHERE id = ?", (iso(at), listing_id))

    def forget_validators(self, source_id: int) -> None:
        """Has all listings of a source sent and read in full when they are asked next."""
        self._db.write(
            "UPDATE listings SET etag = NULL, last_modified = NULL, sha256 = NULL WHERE source_id = ?", (source_id,)
        )

    def wait(self, listing_id: int, not_before: datetime | None) -> None:
        """Its host's turn has ended before it was asked for: that is no failure of its own."""
        self._db.write(
            "UPDATE listings SET not_before = ? WHERE id = ?", (iso(not_before) if not_before else None, listing_id)
        )

    def wait_for_host(self, host: str, not_before: datetime) -> None:
        """A host asked to be left alone, or its turn has ended: that holds for all listings there, of any source."""
        rows = self._db.conn.execute("SELECT id, coalesce(moved_to, url) FROM listings").fetchall()
        there = [listing_id for listing_id, url in rows if host_of(url) == host]
        self._db.write(
            "UPDATE listings SET not_before = ? WHERE id IN (SELECT value FROM json_each(?))",
            (iso(not_before), json.dumps(there)),
        )

    def foresee(self, listing_id: int, outlook: Outlook) -> None:
        """Writes down when it is looked at again, and what that follows from."""
        values = {name: getattr(outlook, name) for name in Outlook.__dataclass_fields__}
        values |= {name: iso(values[name]) if values[name] else None for name in _TIMES}
        self._db.write(f"UPDATE listings SET {_FORESEEN} WHERE id = :id", values | {"id": listing_id})  # noqa: S608

    def belongs(self, listing_id: int, index_id: int, lastmod: str | None) -> None:
        """Writes down which sitemap index names it, and what that says of its last change."""
        self._db.write("UPDATE listings SET index_id = ?, lastmod = ? WHERE id = ?", (index_id, lastmod, listing_id))

    def moved(self, listing_id: int, to: str | None, at: datetime | None) -> None:
        """Where it has moved for good; None: it is where it was."""
        self._db.write(
            "UPDATE listings SET moved_to = ?, moved_at = ? WHERE id = ?", (to, iso(at) if at else None, listing_id)
        )


class Robots:
    """The part of an archive that keeps robots.txt."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def get(self, origin: str) -> RobotsCopy | None:
        """What is held of this origin."""
        row = self._db.conn.execute(
            "SELECT origin, fetched_at, status, good_at, body FROM robots WHERE origin = ?", (origin,)
        ).fetchone()
        return RobotsCopy(row[0], from_iso(row[1]), row[2], _time(row[3]), row[4]) if row else None

    def save(self, copy: RobotsCopy) -> None:
        """Replaces what is held of the origin."""
        self._db.write(
            "INSERT OR REPLACE INTO robots (origin, fetched_at, status, good_at, body) VALUES (?, ?, ?, ?, ?)",
            (copy.origin, iso(copy.fetched_at), copy.status, iso(copy.good_at) if copy.good_at else None, copy.body),
        )


def _listing(row: tuple[Any, ...]) -> Listing:
    facts = row[:-_OUTLOOK]
    return replace(
        Listing(*facts),
        first_seen_at=from_iso(facts[3]),
        oldest_on=date.fromisoformat(facts[13]) if facts[13] else None,
        last_fetched_at=_time(facts[14]),
        last_changed_at=_time(facts[15]),
        not_before=_time(facts[16]),
        seen_at=_time(facts[17]),
        moved_at=_time(facts[21]),
        outlook=_outlook(row[-_OUTLOOK:]),
    )


def _outlook(row: tuple[Any, ...]) -> Outlook:
    outlook = Outlook(*row)
    return replace(
        outlook, due_at=_time(row[0]), newest_at=_time(row[6]), new_at=_time(row[7]), retired_at=_time(row[8])
    )


def _time(text: str | None) -> datetime | None:
    return from_iso(text) if text else None
