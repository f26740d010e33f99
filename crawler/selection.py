"""Which listings of a source are opened: configured ones, known ones, and those that others name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urljoin

from archive.store.listings import Listing, ListingKind
from crawler.discovery import ListingRef, Reading
from crawler.running import RunningSource
from crawler.schedule import GUESS_AGAIN, LEEWAY, Need, child_need, listing_due_at

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


@dataclass(frozen=True, slots=True)
class Named:
    """What becomes of the listings that a document names: opened, or known and not asked for.

    `unchanged`: an index says so, it counts as seen; `dropped`: an index does not name them any more, or they lie
    before the horizon now. `lastmods`: what the index says of those to open. `unknown`: how many sitemaps it names for
    the first time.
    """

    opened: tuple[Listing, ...] = ()
    unchanged: tuple[Listing, ...] = ()
    dropped: tuple[Listing, ...] = ()
    lastmods: Mapping[str, str] = field(default_factory=dict)
    unknown: int = 0


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
    # Where several name a story, a feed or sitemap shall be the first: they say more, and cost less.
    of_their_own = [one for one in listings.values() if one.moved_to is None or one.moved_to not in listings]
    return sorted(of_their_own, key=lambda listing: listing.kind == "front")


def is_open(source: RunningSource, listing: Listing, now: datetime, *, due: bool) -> bool:
    """Whether a listing is looked at in this crawl."""
    if listing.not_before is not None and listing.not_before > now:
        return False
    if due:
        return opens_at(source, listing, now) <= now + LEEWAY
    return not source.is_slow or listing.last_fetched_at is None or now - listing.last_fetched_at >= DAY


def opens_at(source: RunningSource, listing: Listing, now: datetime) -> datetime:
    """When a listing is due, a sitemap index with the sitemaps it names.

    One request a crawl belongs to a story, but for a look at what is new once a day. What was read in the future is due
    now: the clock was wrong then, and is right again.
    """
    every, last = source.source.interval(listing.kind), listing.last_fetched_at
    if last is not None and last > now + LEEWAY:
        return max(now, listing.not_before or now)
    due_at = listing_due_at(listing, every, source.source.timezone)
    if listing.kind == "sitemap" and every is None:
        children = [child for child in source.listings.values() if _is_child(child, listing) and child.outlook.due_at]
        due_at = min([due_at, *map(listing_due_at, children)])
        due_at = max(due_at, listing.not_before or due_at)
    return max(due_at, last + DAY) if source.is_slow and last is not None else due_at


def named_by(source: RunningSource, listing: Listing, reading: Reading, now: datetime, *, due: bool) -> Named:
    """What becomes of the listings that a document names: sitemaps of an index, feeds of a front page.

    `due`: of sitemaps that are known, only those are opened that are due.
    """
    refs = [ref for ref in reading.listings if _wanted(source, ref.kind)]
    sitemaps = [ref for ref in refs if ref.kind == "sitemap"]
    needs = {ref.url: _need(source, ref, now, due=due) for ref in sitemaps}
    wanted = [ref for ref in sitemaps if needs[ref.url] == "open"]
    dated = [ref for ref in wanted if ref.lastmod is not None and ref.lastmod.on is not None]
    undated = sorted((ref for ref in wanted if ref not in dated), key=lambda ref: _likely(source, ref))
    feeds = [ref for ref in refs if ref.kind != "sitemap"]
    chosen = [*dated, *undated[:MOST_UNDATED], *feeds[:MOST_FEEDS]]
    known = [child for child in source.listings.values() if _is_child(child, listing)]
    return Named(
        opened=tuple(listing_of(source, ref, now) for ref in chosen),
        unchanged=tuple(child for child in known if needs.get(child.url) == "unchanged"),
        dropped=tuple(child for child in known if needs.get(child.url, "older") == "older"),
        lastmods={ref.url: ref.lastmod.raw for ref in dated if ref.lastmod is not None},
        unknown=sum(ref.url not in source.listings for ref in chosen if ref.kind == "sitemap"),
    )


def children(source: RunningSource, listing: Listing, now: datetime, *, due: bool) -> Named:
    """What becomes of the sitemaps of an index that is not modified: those are opened of which it never says anything.

    Of these, the ones that changed last.
    """
    if listing.kind != "sitemap" or listing.found_in == INDEXED:
        return Named()
    known = [child for child in source.listings.values() if _is_child(child, listing)]
    undated = [child for child in known if child.lastmod is None]
    undated = [child for child in undated if child_need(None, child, source.horizon.since, now, due=due) == "open"]
    undated.sort(key=lambda child: child.last_changed_at or child.first_seen_at, reverse=True)
    return Named(
        opened=tuple(undated[:MOST_UNDATED]), unchanged=tuple(child for child in known if child.lastmod is not None)
    )


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


def _need(source: RunningSource, ref: ListingRef, now: datetime, *, due: bool) -> Need:
    return child_need(ref.lastmod, source.listings.get(ref.url), source.horizon.since, now, due=due)


def _likely(source: RunningSource, ref: ListingRef) -> tuple[bool, bool]:
    """Sorts sitemaps of which nothing is said: news first, then those that have not been looked at yet."""
    known = source.listings.get(ref.url)
    return "news" not in ref.url.lower(), known is not None and known.last_fetched_at is not None


def _is_child(child: Listing, index: Listing) -> bool:
    """Whether a sitemap is named by this index; an archive of an earlier version does not tell by which."""
    named = child.found_in == INDEXED and child.url != index.url and index.kind == "sitemap"
    return named and child.index_id in (None, index.id)


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
