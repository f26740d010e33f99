"""When a feed, sitemap or front page is looked at again: values in, values out, no clock of its own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from archive.dates import parse_since
from archive.models import Moment
from archive.store.listings import Listing
from crawler.sources import HORIZON

GUESS_AGAIN = timedelta(days=30)


def listing_due(listing: Listing, now: datetime, every: timedelta | None = None) -> bool:
    """Whether a feed, sitemap or front page is looked at in this crawl."""
    if listing.not_before is not None and listing.not_before > now:
        return False
    if listing.last_fetched_at is None or every is None:
        return True
    return now - listing.last_fetched_at >= every


def child_due(lastmod: Moment | None, known: Listing | None, since: date) -> bool:
    """Whether a sitemap that an index names is opened: it holds something within the horizon, or may."""
    if lastmod is None or lastmod.on is None:
        return True
    if lastmod.on < since:
        return False
    if known is None or known.last_fetched_at is None or lastmod.at is None:
        return True
    return lastmod.at > known.last_fetched_at


@dataclass(frozen=True, slots=True)
class Horizon:
    """What is taken of sitemaps: entries from `since` on, and those without a date if `undated`."""

    since: date
    undated: bool = False


def horizon(since: str | None, configured: str | None, now: datetime) -> Horizon:
    """What the command says, else the source's block, else the last week.

    Entries without a date may be a hundred thousand old stories: they are taken where somebody has named a day.
    """
    named = since or configured
    return Horizon(parse_since(named or HORIZON, now), undated=named is not None)
