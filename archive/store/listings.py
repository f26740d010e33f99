"""Listings: the feeds, sitemaps and front pages that name stories; and the robots.txt of each origin."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from archive.dates import from_iso, iso
from archive.store.connection import ArchiveDatabase

ListingKind = Literal["feed", "sitemap", "front"]

_COLUMNS = (
    "source_id, url, kind, first_seen_at, found_in, id, etag, last_modified, sha256, listed, older, failures, reason, "
    "oldest_on, last_fetched_at, last_changed_at, not_before"
)  # in the order of Listing


@dataclass(frozen=True, slots=True)
class Listing:
    """A row of `listings`. What a visit learned stays None until the first one. `older`: stories before the horizon."""

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
            "UPDATE listings SET last_fetched_at = :at, failures = 0, reason = NULL, not_before = NULL, "
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
    oldest_on, fetched_at, changed_at, not_before = row[-4:]
    return replace(
        Listing(*row),
        first_seen_at=from_iso(row[3]),
        oldest_on=date.fromisoformat(oldest_on) if oldest_on else None,
        last_fetched_at=_time(fetched_at),
        last_changed_at=_time(changed_at),
        not_before=_time(not_before),
    )


def _time(text: str | None) -> datetime | None:
    return from_iso(text) if text else None
