"""Links: every discovered URL, what the listing said of it, and what became of it. This table is the frontier."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

from archive.dates import from_iso, iso
from archive.models import Link, Moment
from archive.store.connection import ArchiveDatabase
from archive.store.forgotten import FORGOTTEN, Forgotten
from archive.store.pending import PENDING, LinkRow, PendingLinks
from archive.urls import host_of, url_key

__all__ = ["KNOWN", "KNOWN_LINKS", "PENDING", "LinkRow", "LinkState", "Links", "Meeting", "Met"]

_BATCH = 500  # links a transaction's statement looks up at once
_AHEAD = timedelta(days=1)
KNOWN = "known"  # the reason of a link that was fetched before and is not due

KNOWN_LINKS = """
SELECT l.url, l.id, l.crawl_id, l.first_seen_at, l.last_fetched_at, l.article_id, l.state, l.reason, l.attempts,
       l.outcome, l.due_at, l.misled, f.outcome, f.reason
FROM json_each(?) AS wanted CROSS JOIN links AS l ON l.url = wanted.value LEFT JOIN fetches AS f ON f.id = l.fetch_id
"""
_INSERT = """
INSERT INTO links (source_id, url, url_key, host, found_as, listing_id, title, published, lastmod, language, hints,
                   order_at, first_seen_at, last_seen_at, crawl_id, state, reason, listed_in, listed_on)
VALUES (:source_id, :url, :url_key, :host, :found_as, :listing_id, :title, :published, :lastmod, :language, :hints,
        :order_at, :now, :now, :crawl_id, :state, :reason, :listed_in,
        coalesce(:published_on, :lastmod_on, substr(:now, 1, 10)))
"""
_HINTS = """
title = coalesce(:title, title), published = coalesce(:published, published), lastmod = coalesce(:lastmod, lastmod),
language = coalesce(:language, language), hints = coalesce(:hints, hints),
listed_in = coalesce(listed_in, :listed_in),
listed_on = CASE WHEN published IS NULL THEN coalesce(:published_on, listed_on) ELSE listed_on END,
order_at = CASE WHEN :dated THEN :order_at ELSE order_at END, last_seen_at = :now, crawl_id = :crawl_id
"""
_RESTAMP = f"UPDATE links SET {_HINTS} WHERE id = :id"  # noqa: S608
_DUE = (
    f"UPDATE links SET {_HINTS}, state = 'pending', outcome = NULL, reason = NULL, not_before = NULL, attempts = 0, "  # noqa: S608
    "due_why = CASE WHEN due_at <= :now THEN due_why ELSE 'listed' END, "
    "due_at = CASE WHEN due_at <= :now THEN due_at ELSE :now END WHERE id = :id"
)
_SETTLED = f"UPDATE links SET {_HINTS}, state = 'skipped', outcome = NULL, reason = :reason WHERE id = :id"  # noqa: S608
_REFUSED = (
    f"UPDATE links SET {_HINTS}, state = 'skipped', outcome = NULL, reason = :reason, attempts = 0 WHERE id = :id"  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One reading of one listing in one crawl. `listing_id` None: the operator asked for these URLs.

    `since`: when the listing was last read.
    """

    crawl_id: int
    source_id: int
    listing_id: int | None
    now: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkState:
    """A known link met again. `published` and `lastmod` are as newly listed, verbatim; the rest is as it stood.

    `state`, `outcome` and `reason` are those of the last run that wanted it: "fetched", however often it was skipped as
    known since; "unreachable"; or "skipped" where something forbade the request. `due_at`: when it is asked for again;
    `misled`: how often in a row it was listed as changed and had not.
    """

    url: str
    first_seen_at: datetime
    last_fetched_at: datetime | None
    published: str | None
    lastmod: str | None
    outcome: str | None
    article_id: str | None
    state: str
    reason: str | None
    due_at: datetime | None = None
    misled: int = 0


class _Known(NamedTuple):
    """A row of KNOWN_LINKS."""

    url: str
    id: int
    crawl_id: int
    first_seen_at: str
    last_fetched_at: str | None
    article_id: str | None
    state: str
    reason: str | None
    attempts: int
    outcome: str | None
    due_at: str | None
    misled: int
    fetch_outcome: str | None
    fetch_reason: str | None

    @property
    def is_known(self) -> bool:
        return self.state == "skipped" and self.reason == KNOWN


@dataclass(frozen=True, slots=True)
class Met:
    """What a listing's links were: never seen before, to be fetched again, held and not due.

    `appeared`: the new ones, and those that other listings have named since this one was last read.
    """

    new: int
    due: int
    known: int
    appeared: int = 0


class Links(PendingLinks):
    """The part of an archive that knows what to fetch."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db
        self._forgotten = Forgotten(db)

    def meet(self, meeting: Meeting, links: Sequence[Link], revisit: Callable[[LinkState], bool]) -> Met:
        """Takes note of what a listing names: unknown links become pending, known ones if `revisit` says so.

        A link that is pending already is stamped as this crawl's; of one finished in this crawl, only what is listed is
        noted. A known link that is not due becomes skipped: as known if it was ever answered, else for the reason it
        had. Forgotten pages are skipped as such, and nothing that the listing says of them is kept.
        """
        met, appeared, since = [0, 0, 0], 0, iso(meeting.since) if meeting.since else ""
        with self._db.atomic():
            unique = _unique(links)
            if forgotten := self._forgotten.among(unique):
                self.skip(meeting, dict.fromkeys(forgotten, FORGOTTEN))
                unique = {url: link for url, link in unique.items() if url not in forgotten}
            for batch in _batches(unique, _BATCH):
                known = self._known(batch)
                for url, link in batch.items():
                    held = known.get(url)
                    appeared += held is None or (since != "" and held.first_seen_at > since)
                    fate = self._meet(meeting, link, held, revisit)
                    if fate is not None:
                        met[fate] += 1
        return Met(met[0], met[1], met[2], appeared)

    def skip(self, meeting: Meeting, reasons: Mapping[str, str]) -> None:
        """Takes note of links not to request (url -> reason); those answered in this crawl stand."""
        found_as = self._found_as(meeting.listing_id)
        with self._db.atomic():
            for batch in _batches({url: Link(url, found_as) for url in reasons}, _BATCH):
                known = self._known(batch)
                for url, link in batch.items():
                    values = _values(meeting, link) | {"reason": reasons[url], "state": "skipped"}
                    if (held := known.get(url)) is None:
                        self._insert(values)
                    elif held.crawl_id != meeting.crawl_id or held.state in ("pending", "skipped"):
                        self._db.conn.execute(_REFUSED, values | {"id": held.id})

    def _known(self, batch: Mapping[str, Link]) -> dict[str, _Known]:
        rows = self._db.conn.execute(KNOWN_LINKS, (json.dumps(list(batch)),))
        return {row[0]: _Known(*row) for row in rows}

    def _meet(
        self, meeting: Meeting, link: Link, held: _Known | None, revisit: Callable[[LinkState], bool]
    ) -> int | None:
        """The place in Met that the link counts in, None if it was counted before in this crawl."""
        values = _values(meeting, link)
        if held is None:
            self._insert(values)
            return 0
        values["id"], again = held.id, held.crawl_id == meeting.crawl_id
        if held.state == "pending":
            self._db.conn.execute(_RESTAMP, values)
            return None if again else 1
        if again and not held.is_known:  # it has its end in this crawl; what another listing says of it counts
            self._db.conn.execute(_RESTAMP, values)
            return None
        if revisit(_state(held, values)):
            self._db.conn.execute(_DUE, values)
            return 1
        # A link refused or not reached in an earlier run keeps that reason: it is not held, so it is not "known".
        values["reason"] = held.reason if held.last_fetched_at is None else KNOWN
        self._db.conn.execute(_SETTLED, values)
        return None if again else 2

    def _insert(self, values: Mapping[str, Any]) -> None:
        url = values["url"]
        self._db.conn.execute(_INSERT, {**values, "url_key": url_key(url), "host": host_of(url)})

    def _found_as(self, listing_id: int | None) -> str:
        row = self._db.conn.execute("SELECT kind FROM listings WHERE id = ?", (listing_id,)).fetchone()
        return row[0] if row else "asked"


def _state(held: _Known, values: Mapping[str, Any]) -> LinkState:
    state, reason = held.state, held.reason
    if held.is_known:
        state, reason = "fetched", held.fetch_reason
    elif state == "skipped" and held.attempts:  # not reached, and then left alone in a later run
        state = "unreachable"
    return LinkState(
        url=held.url,
        first_seen_at=from_iso(held.first_seen_at),
        last_fetched_at=from_iso(held.last_fetched_at) if held.last_fetched_at else None,
        published=values["published"],
        lastmod=values["lastmod"],
        outcome=held.outcome or held.fetch_outcome,
        article_id=held.article_id,
        state=state,
        reason=reason,
        due_at=from_iso(held.due_at) if held.due_at else None,
        misled=held.misled,
    )


def _values(meeting: Meeting, link: Link) -> dict[str, Any]:
    listed = _listed_at(link)
    order = meeting.now if listed is None else min(listed, meeting.now)
    return {
        "source_id": meeting.source_id,
        "url": link.url,
        "found_as": link.found_as,
        "listing_id": meeting.listing_id,
        "title": _storable(link.title),
        "published": _storable(link.published.raw) if link.published else None,
        "lastmod": _storable(link.lastmod.raw) if link.lastmod else None,
        "language": _storable(link.language),
        "hints": json.dumps(dict(link.hints), sort_keys=True) if link.hints else None,
        "dated": listed is not None,
        "listed_in": None if link.found_as in ("front", "asked") else meeting.listing_id,
        "published_on": _day(link.published, meeting.now),
        "lastmod_on": _day(link.lastmod, meeting.now),
        "order_at": iso(order),
        "now": iso(meeting.now),
        "crawl_id": meeting.crawl_id,
        "state": "pending",
        "reason": None,
    }


def _listed_at(link: Link) -> datetime | None:
    """When the listing says the story is from: published, else lastmod. A day without a clock counts as its beginning.

    So among stories of one day those with a clock come first; the order is only that of fetching.
    """
    for moment in (link.published, link.lastmod):
        if moment is not None and moment.at is not None:
            return moment.at
        if moment is not None and moment.on is not None:
            return datetime.combine(moment.on, time(), UTC)
    return None


def _day(moment: Moment | None, now: datetime) -> str | None:
    """The publisher's day, if it is none of the future (a day ahead may be one, east of us)."""
    if moment is None or moment.on is None or moment.on > (now + _AHEAD).date():
        return None
    return moment.on.isoformat()


def _storable(text: str | None) -> str | None:
    """Text as listed, without what SQLite's tools cannot show: NUL and lone surrogates."""
    return None if text is None else text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _unique(links: Sequence[Link]) -> dict[str, Link]:
    """The first link of each URL."""
    unique: dict[str, Link] = {}
    for link in links:
        unique.setdefault(link.url, link)
    return unique


def _batches(links: Mapping[str, Link], size: int) -> Iterator[dict[str, Link]]:
    items = iter(links.items())
    while batch := dict(islice(items, size)):
        yield batch
