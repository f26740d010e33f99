"""Reading a listing in a worker, and taking note of it in one transaction. No network, no Scrapy."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from archive.encoding import decode
from archive.models import Link, Page
from archive.spans import Span, span_of
from archive.store.archive import Archive
from archive.store.fetches import FetchContext
from archive.store.links import LinkState, Meeting, Met
from archive.store.listings import Listing, ListingKind, ListingVisit
from crawler.discovery import DocumentKind, Reading
from crawler.discovery.feeds import read_feed
from crawler.discovery.pages import classify, read_front
from crawler.discovery.sitemaps import read_sitemap
from crawler.schedule import Horizon
from crawler.sources import Source

LIMIT = 50 * 2**20
"""Bytes of a listing, decoded."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listing said: `wanted` links, and `refused` ones with the reason no request is made for them.

    `truncated`: the end of it is missing, as it was sent or at the limit. `span`: how far a feed or news sitemap
    reaches back, for both list the latest stories only.
    """

    kind: DocumentKind
    sha256: str
    reading: Reading
    wanted: tuple[Link, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    truncated: bool = False
    span: Span | None = None

    @property
    def listing_kind(self) -> ListingKind:
        """What the document is as a listing."""
        return "front" if self.kind == "story" else self.kind

    @property
    def urls(self) -> frozenset[str]:
        """All addresses that it names."""
        return frozenset((*(link.url for link in self.wanted), *(url for url, _ in self.refused)))

    def nothing_for(self, listing: Listing) -> str | None:
        """Why this is no answer for a listing: another kind of document in a guessed place, or one nobody can read."""
        if self.listing_kind != listing.kind:
            return f"not_a_{listing.kind}"
        if self.wanted or self.refused or self.reading.listings or self.reading.older:
            return None
        return "unreadable" if self.reading.problem else None


def read_listing(page: Page, kind: ListingKind | None, horizon: Horizon, source: Source) -> Heard:
    """Decode and read a listing; `kind` None: find out what the page is. Runs in a worker process."""
    page = decode(page, LIMIT)
    content_type = page.header("Content-Type")
    found: DocumentKind = kind or classify(page.body, page.url, content_type)
    reading = _read(found, page, content_type, horizon)
    refused = {link.url: reason for link in reading.links if (reason := source.refuses(link.url))}
    wanted = tuple(link for link in reading.links if link.url not in refused)
    digest = hashlib.sha256(page.body).hexdigest()
    latest = found == "feed" or any(link.found_as == "news_sitemap" for link in reading.links)
    span = span_of(reading.links) if latest else None
    return Heard(found, digest, replace(reading, links=()), wanted, tuple(refused.items()), page.truncated, span)


def _read(kind: DocumentKind, page: Page, content_type: str | None, horizon: Horizon) -> Reading:
    match kind:
        case "feed":
            return read_feed(page.body, page.url, content_type)
        case "sitemap":
            return _read_sitemap(page, horizon)
        case "front":
            return read_front(page.body, page.url, content_type)
        case _:
            return Reading()


def _read_sitemap(page: Page, horizon: Horizon) -> Reading:
    reading = read_sitemap(page.body, page.url, horizon.since)
    if not horizon.undated or not reading.undated:
        return reading
    everything = read_sitemap(page.body, page.url, None)
    return replace(reading, links=(*reading.links, *(link for link in everything.links if not _is_dated(link))))


def _is_dated(link: Link) -> bool:
    return any(moment is not None and moment.on is not None for moment in (link.published, link.lastmod))


@dataclass(frozen=True, slots=True)
class Visit:
    """One answered visit to a listing, to be noted. `named`: the listings it leads to that will be opened."""

    crawl_id: int
    listing: Listing
    page: Page
    named: tuple[Listing, ...]
    revisit: Callable[[LinkState], bool]
    now: datetime


def note(archive: Archive, visit: Visit, heard: Heard | None) -> tuple[int, Met]:
    """Record an answer and all it named; `heard` None: not modified. Returns the listing's id and what its links were.

    Call it in one transaction: a listing never counts as visited without its links.
    """
    listing_id = archive.listings.save(visit.listing)
    digest = heard.sha256 if heard else None
    source_id, kind = visit.listing.source_id, visit.listing.kind
    archive.fetches.record(visit.page, FetchContext(visit.crawl_id, source_id, None, listing_id, kind, digest))
    if heard is None:
        archive.listings.visited(listing_id, _visit(visit, None, None))
        return listing_id, Met(0, 0, 0)
    meeting = Meeting(visit.crawl_id, source_id, listing_id, visit.now)
    met = archive.links.meet(meeting, heard.wanted, visit.revisit)
    archive.links.skip(meeting, dict(heard.refused))
    if heard.span is not None:
        archive.completeness.heard(listing_id, heard.span, heard.urls, visit.now)
    for child in visit.named:
        archive.listings.save(child)
    archive.listings.visited(listing_id, _visit(visit, heard, len(heard.wanted) + len(heard.refused)))
    return listing_id, met


def note_failure(archive: Archive, crawl_id: int, listing: Listing, page: Page, reason: str) -> None:
    """Record an answer that was no listing: its status, or what it held instead."""
    listing_id = archive.listings.save(listing)
    archive.fetches.record(page, FetchContext(crawl_id, listing.source_id, None, listing_id, listing.kind))
    archive.listings.failed(listing_id, reason, None, page.fetched_at)


def _visit(visit: Visit, heard: Heard | None, listed: int | None) -> ListingVisit:
    cut = heard is not None and heard.truncated  # then "not modified" would be a lie: the rest was never seen
    return ListingVisit(
        at=visit.now,
        sha256=heard.sha256 if heard else None,
        etag=None if cut else visit.page.header("ETag"),
        last_modified=None if cut else visit.page.header("Last-Modified"),
        listed=listed,
        older=heard.reading.older if heard else None,
        oldest_on=heard.reading.oldest_on if heard else None,
    )
