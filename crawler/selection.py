"""Which listings of a source are opened: configured ones, known ones, and those that others name."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urljoin

from archive.store.listings import Listing, ListingKind
from crawler.discovery import ListingRef, Reading
from crawler.running import RunningSource
from crawler.schedule import GUESS_AGAIN, LEEWAY, child_due, listing_due_at

DAY = timedelta(days=1)
MOST_FEEDS = 30
MOST_UNDATED = 20
"""Of the sitemaps that an index names without a date, this many are opened."""
INDEXED = "sitemap index"
GUESSED = "guess"
_COMMON: tuple[tuple[str, ListingKind], ...] = (
    ("/sitemap.xml", "sitemap"),
    ("/sitemap_index.xml", "sitemap"),
    ("/news-sitemap.xml", "sitemap"),
    ("/feed/", "feed"),
    ("/rss.xml", "feed"),
    ("/rss", "feed"),
    ("/atom.xml", "feed"),
)


def listing_of(source: RunningSource, ref: ListingRef, now: datetime) -> Listing:
    """The listing at a URL as it is known, or a new one."""
    return source.listings.get(ref.url) or Listing(source.id, ref.url, ref.kind, now, ref.found_in)


def openings(source: RunningSource, now: datetime, *, due: bool) -> Iterator[Listing]:
    """The listings a crawl of the whole source begins with. `due`: only those due; else all whose host may be asked."""
    return (listing for listing in beginnings(source, now) if is_open(source, listing, now, due=due))


def beginnings(source: RunningSource, now: datetime) -> list[Listing]:
    """The listings that lead to all others: front page, configured ones, and those found before."""
    config = source.source
    named = [ListingRef(config.home, "front", "configured")]
    named += (ListingRef(url, "feed", "configured") for url in config.feeds or ())
    named += (ListingRef(url, "sitemap", "configured") for url in config.sitemaps or ())
    found = [known for known in source.listings.values() if _begins(known) and _wanted(source, known.kind)]
    listings = {ref.url: listing_of(source, ref, now) for ref in named} | {known.url: known for known in found}
    return list(listings.values())


def is_open(source: RunningSource, listing: Listing, now: datetime, *, due: bool) -> bool:
    """Whether a listing is looked at in this crawl."""
    if listing.not_before is not None and listing.not_before > now:
        return False
    if due:
        return opens_at(source, listing, now) <= now + LEEWAY
    return not source.is_slow or listing.last_fetched_at is None or now - listing.last_fetched_at >= DAY


def opens_at(source: RunningSource, listing: Listing, now: datetime) -> datetime:
    """When a listing is due. One request a crawl belongs to a story, but for a look at what is new once a day.

    One that was read in the future is due now: the clock was wrong then, and is right again.
    """
    last = listing.last_fetched_at
    if last is not None and last > now + LEEWAY:
        return max(now, listing.not_before or now)
    due_at = listing_due_at(listing, source.source.every, source.source.timezone)
    return max(due_at, last + DAY) if source.is_slow and last is not None else due_at


def named_by(source: RunningSource, reading: Reading, now: datetime) -> list[Listing]:
    """Of the listings that a document names, those to open: due sitemaps of an index, feeds of a front page."""
    refs = [ref for ref in reading.listings if _wanted(source, ref.kind)]
    dated = [ref for ref in refs if ref.kind == "sitemap" and ref.lastmod is not None and ref.lastmod.on is not None]
    dated = [ref for ref in dated if child_due(ref.lastmod, source.listings.get(ref.url), source.horizon.since)]
    undated = [ref for ref in refs if ref.kind == "sitemap" and (ref.lastmod is None or ref.lastmod.on is None)]
    undated.sort(key=lambda ref: "news" not in ref.url.lower())
    feeds = [ref for ref in refs if ref.kind != "sitemap"]
    chosen = [*dated, *undated[:MOST_UNDATED], *feeds[:MOST_FEEDS]]
    return [listing_of(source, ref, now) for ref in chosen]


def children(source: RunningSource, listing: Listing) -> list[Listing]:
    """The sitemaps of an index that is not modified: those that changed last, for it says nothing of theirs."""
    if listing.kind != "sitemap" or listing.found_in == INDEXED:
        return []
    known = [listing for listing in source.listings.values() if listing.found_in == INDEXED]
    known.sort(key=lambda listing: listing.last_changed_at or listing.first_seen_at, reverse=True)
    return known[:MOST_UNDATED]


def in_robots(source: RunningSource, urls: Iterable[str], now: datetime) -> list[Listing]:
    """The sitemaps that robots.txt names, unless the source's block names its own."""
    if not _wanted(source, "sitemap"):
        return []
    return [listing_of(source, ListingRef(url, "sitemap", "robots.txt"), now) for url in urls]


def guesses(source: RunningSource, now: datetime) -> list[Listing]:
    """Common places of feeds and sitemaps, for a source that names none; each is tried once a month at most."""
    if source.source.feeds is not None or source.source.sitemaps is not None:
        return []
    if any(listing.kind != "front" and listing.found_in != GUESSED for listing in source.listings.values()):
        return []
    refs = (ListingRef(urljoin(source.source.home, path), kind, GUESSED) for path, kind in _COMMON)
    listings = (listing_of(source, ref, now) for ref in refs)
    return [listing for listing in listings if not _tried(listing, now)]


def _tried(listing: Listing, now: datetime) -> bool:
    return listing.last_fetched_at is not None and now - listing.last_fetched_at < GUESS_AGAIN


def _wanted(source: RunningSource, kind: ListingKind) -> bool:
    """Whether listings of this kind are looked for, or only the configured ones count."""
    configured = {"feed": source.source.feeds, "sitemap": source.source.sitemaps, "front": None}[kind]
    return configured is None


def _begins(known: Listing) -> bool:
    """Whether a crawl begins with a known listing: not with a guess that failed, nor what its index will name again."""
    if known.found_in == GUESSED:
        return known.failures == 0 and known.last_fetched_at is not None
    return known.found_in != INDEXED or known.last_fetched_at is None
