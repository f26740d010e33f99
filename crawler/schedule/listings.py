"""When a feed, sitemap or front page is looked at again: values in, values out, no clock of its own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from archive.dates import parse_since
from archive.models import Moment
from archive.store.listings import Listing
from crawler.cron import Cron
from crawler.sources import HORIZON

GUESS_AGAIN = timedelta(days=30)
HOURLY = timedelta(hours=1)
LEEWAY = timedelta(minutes=1)
"""A crawl of what is due takes with it what would be due within this: else what was read some seconds into the crawl
before would wait for the one after."""


def listing_due_at(listing: Listing, every: timedelta | Cron | None = None, zone: str | None = None) -> datetime:
    """When it is looked at again: as its source's `every` says, else after an hour; not while its host is left alone.

    One that was never read is due since it is known. `zone`: whose clocks a cron expression goes by.
    """
    last = listing.last_fetched_at
    due_at = listing.first_seen_at if last is None else next_time(every or HOURLY, last, zone)
    return max(due_at, listing.not_before or due_at)


def next_time(every: timedelta | Cron, last: datetime, zone: str | None = None) -> datetime:
    """The first time after `last` that an interval or a cron expression names."""
    return every.after(last, zone) if isinstance(every, Cron) else last + every


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
