"""Reading a listing in a worker. No network, no Scrapy."""

import hashlib
from dataclasses import dataclass, replace

from archive.encoding import decode
from archive.models import Link, Page
from archive.spans import Span, span_of
from archive.store.listings import Listing, ListingKind
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
    reaches back, for both list the latest stories only. `is_same`: the very bytes that were read before; nothing more
    is told of them.
    """

    kind: DocumentKind
    sha256: str
    reading: Reading
    wanted: tuple[Link, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    truncated: bool = False
    span: Span | None = None
    is_same: bool = False

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


def read_listing(
    page: Page, kind: ListingKind | None, horizon: Horizon, source: Source, known: str | None = None
) -> Heard:
    """Decode and read a listing; `kind` None: find out what the page is. Runs in a worker process.

    `known`: the SHA-256 of what was read before.
    """
    page = decode(page, LIMIT)
    digest = hashlib.sha256(page.body).hexdigest()
    if kind is not None and digest == known and not page.truncated:
        return Heard(kind, digest, Reading(), is_same=True)
    content_type = page.header("Content-Type")
    found: DocumentKind = kind or classify(page.body, page.url, content_type)
    reading = _read(found, page, content_type, horizon)
    refused = {link.url: reason for link in reading.links if (reason := source.refuses(link.url))}
    wanted = tuple(link for link in reading.links if link.url not in refused)
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
