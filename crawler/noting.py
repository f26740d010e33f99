"""What a listing said, taken note of in one transaction: its links, and when it is looked at again."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from archive.models import Link, Page
from archive.store.archive import Archive
from archive.store.fetches import FetchContext
from archive.store.links import LinkState, Meeting, Met
from archive.store.listings import Listing, ListingVisit
from crawler.cron import Cron
from crawler.discovery import Reading
from crawler.listings import Heard
from crawler.schedule import Asks, Observation, after_failure, after_visit, fixed
from crawler.selection import INDEXED, Named
from crawler.traps import TRAP, Shapes, refused

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,7})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Visit:
    """One answered visit to a listing, to be noted. `named`: what becomes of the listings it leads to.

    `every` and `zone`: when it is looked at, if that is configured. `since`: the horizon. `shapes`: those
    of URLs that may be traps.
    """

    crawl_id: int
    listing: Listing
    page: Page
    named: Named
    revisit: Callable[[LinkState], bool]
    now: datetime
    every: timedelta | Cron | None = None
    zone: str | None = None
    since: date | None = None
    shapes: Shapes = field(default_factory=dict)


def note(archive: Archive, visit: Visit, heard: Heard | None) -> tuple[int, Met]:
    """Record an answer and all it named; `heard` None: not modified. Returns the listing's id and what its links were.

    Call it in one transaction: a listing never counts as visited without its links.
    """
    listing_id = archive.listings.save(visit.listing)
    digest = heard.sha256 if heard else None
    source_id, kind = visit.listing.source_id, visit.listing.kind
    archive.fetches.record(visit.page, FetchContext(visit.crawl_id, source_id, None, listing_id, kind, digest))
    is_read, met = heard is not None and not heard.is_same, Met(0, 0, 0)
    if heard is not None and is_read:
        meeting = Meeting(visit.crawl_id, source_id, listing_id, visit.now, visit.listing.seen_at)
        trapped = refused(archive, (link.url for link in heard.wanted), visit.shapes, visit.now)
        wanted = [link for link in heard.wanted if link.url not in trapped]
        met = archive.links.meet(meeting, wanted, visit.revisit)
        archive.links.skip(meeting, dict(heard.refused) | dict.fromkeys(trapped, TRAP))
        if heard.span is not None:
            archive.completeness.heard(listing_id, heard.span, heard.urls, visit.now)
    listed = len(heard.wanted) + len(heard.refused) if heard is not None and is_read else None
    archive.listings.visited(listing_id, _visit(visit, heard, listed))
    _foresee(archive, listing_id, visit, observation(visit, heard, met))
    _note_moves(archive, listing_id, visit)
    _note_named(archive, listing_id, visit)
    return listing_id, met


def note_failure(archive: Archive, crawl_id: int, listing: Listing, page: Page, reason: str) -> None:
    """Record an answer that was no listing: its status, or what it held instead."""
    listing_id = archive.listings.save(listing)
    archive.fetches.record(page, FetchContext(crawl_id, listing.source_id, None, listing_id, listing.kind))
    note_silence(archive, listing_id, listing, reason, (None, page.fetched_at))


def note_silence(
    archive: Archive, listing_id: int, listing: Listing, reason: str, times: tuple[datetime | None, datetime]
) -> None:
    """Record that a listing gave nothing. `times`: when its host may be asked again, if it said so; and now."""
    not_before, now = times
    archive.listings.failed(listing_id, reason, not_before, now)
    archive.listings.foresee(listing_id, after_failure(listing, reason, now, not_before))
    if listing.moved_to is not None and (reason == "dns" or reason.startswith("http_4")):  # perhaps it has moved back
        archive.listings.moved(listing_id, None, None)


def observation(visit: Visit, heard: Heard | None, met: Met) -> Observation:
    """What a visit found, for the schedule."""
    if heard is None or heard.is_same:
        return Observation()
    reading, unknown = heard.reading, visit.named.unknown
    times = [at for link in heard.wanted if (at := _listed_at(link)) is not None and at <= visit.now]
    newest = max(times, default=None)
    if newest is None and reading.older and visit.since is not None:
        newest = datetime.combine(visit.since, time(), UTC)
    return Observation(
        entries=met.appeared + unknown,
        first=met.new + unknown,
        listed=len(heard.wanted) + len(heard.refused) + reading.older + len(reading.listings),
        at=times,
        newest_at=newest,
        asks=Asks(_ttl(reading, visit.page), reading.skip_hours, reading.skip_days),
    )


def _foresee(archive: Archive, listing_id: int, visit: Visit, seen: Observation) -> None:
    outlook = after_visit(visit.listing, seen, visit.now)
    if visit.every is not None:
        outlook = fixed(visit.listing.outlook, outlook, visit.every, visit.now, visit.zone)
    archive.listings.foresee(listing_id, outlook)


def _note_moves(archive: Archive, listing_id: int, visit: Visit) -> None:
    """A listing that was reached by permanent redirects alone (RFC 9110: 301, 308) has moved for good."""
    hops, listing = visit.page.hops, visit.listing
    if not hops and visit.page.requested_url != listing.url:  # asked for where it has moved to, and still there
        return
    moved = bool(hops) and all(hop.status in (301, 308) for hop in hops) and visit.page.url != listing.url
    if moved or listing.moved_to is not None:
        since = listing.moved_at if moved and visit.page.url == listing.moved_to else visit.now
        archive.listings.moved(listing_id, visit.page.url if moved else None, since if moved else None)


def _note_named(archive: Archive, listing_id: int, visit: Visit) -> None:
    """The listings that this one leads to. Those that need not be asked count as seen."""
    for child in visit.named.opened:
        child_id = archive.listings.save(child)
        if child.found_in == INDEXED and child.kind == "sitemap":
            archive.listings.belongs(child_id, listing_id, visit.named.lastmods.get(child.url))
    for child in visit.named.unchanged:
        if child.id is not None:
            archive.listings.unchanged(child.id, visit.now)
            archive.listings.foresee(
                child.id, replace(after_visit(child, Observation(), visit.now), due_why="unchanged")
            )
    for child in visit.named.dropped:
        if child.id is not None:
            archive.listings.foresee(child.id, replace(child.outlook, due_at=None, due_why="dropped"))


def _ttl(reading: Reading, page: Page) -> int | None:
    """Minutes for which asking again would be in vain, by the feed or by its server; a minute at least counts."""
    said = _MAX_AGE.search(page.header("Cache-Control") or "")
    return max(reading.ttl_minutes or 0, int(said[1]) // 60 if said else 0) or None


def _listed_at(link: Link) -> datetime | None:
    """The instant that the listing gives for a story: when it was published, else changed."""
    moments = (link.published, link.lastmod)
    return next((moment.at for moment in moments if moment is not None and moment.at is not None), None)


def _visit(visit: Visit, heard: Heard | None, listed: int | None) -> ListingVisit:
    cut = heard is not None and heard.truncated  # then "not modified" would be a lie: the rest was never seen
    is_read = heard is not None and not heard.is_same
    return ListingVisit(
        at=visit.now,
        sha256=heard.sha256 if heard else None,
        etag=None if cut else visit.page.header("ETag"),
        last_modified=None if cut else visit.page.header("Last-Modified"),
        listed=listed,
        older=heard.reading.older if heard and is_read else None,
        oldest_on=heard.reading.oldest_on if heard and is_read else None,
    )
