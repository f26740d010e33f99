"""When a feed, sitemap or front page is looked at again: values in, values out, no clock of its own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from archive.dates import parse_since
from archive.models import Moment
from archive.store.listings import Listing
from crawler.cron import Cron
from crawler.schedule.visits import LEEWAY
from crawler.sources import HORIZON

GUESS_AGAIN = timedelta(days=30)
DAY = timedelta(days=1)
HOURLY = timedelta(hours=1)


def listing_due_at(listing: Listing, every: timedelta | Cron | None = None, zone: str | None = None) -> datetime:
    """When it is looked at again: as `every` says, if configured, else by its outlook; never before its host said.

    One that was never read is due since it is known. `zone`: whose clocks a cron expression goes by. An archive of an
    earlier version tells no outlook: then it is an hour.
    """
    last, foreseen = listing.last_fetched_at, listing.outlook.due_at
    if last is None:
        due_at = listing.first_seen_at
    elif every is None:
        due_at = foreseen or last + HOURLY
    elif foreseen and isinstance(every, timedelta) and _is_mark(listing, last, every):
        due_at = foreseen
    else:
        due_at = next_time(every, last, zone)
    return max(due_at, listing.not_before or due_at)


def _is_mark(listing: Listing, last: datetime, every: timedelta) -> bool:
    """Whether its due time was set by this interval."""
    due_at = listing.outlook.due_at
    return listing.outlook.due_why == "fixed" and due_at is not None and timedelta() < due_at - last <= every


def next_time(every: timedelta | Cron, last: datetime, zone: str | None = None) -> datetime:
    """The first time after `last` that an interval or a cron expression names."""
    return every.after(last, zone) if isinstance(every, Cron) else last + every


Need = Literal["open", "unchanged", "later", "older"]


def child_need(lastmod: Moment | None, known: Listing | None, since: date, now: datetime, *, due: bool) -> Need:
    """What becomes of a sitemap that an index names: opened, or why not.

    "older" than the horizon; "unchanged" by its lastmod since it was read; "later": it may have changed, but by what it
    has brought so far its time has not come (`due`: only then is it opened). So a lastmod that moves all the time and
    means nothing costs no more than none at all; one that stands still though the sitemap does not is found out by
    asking once in half the age of its newest entry, at least a day apart.
    """
    if lastmod is not None and lastmod.on is not None and lastmod.on < since:
        return "older"
    if known is not None and known.not_before is not None and known.not_before > now:
        return "later"
    if known is None or known.last_fetched_at is None:
        return "open"
    if lastmod is not None and lastmod.on is not None and not _moved(lastmod, known, known.last_fetched_at):
        newest = max(filter(None, (known.outlook.newest_at, known.outlook.new_at)), default=known.first_seen_at)
        doubted = now - known.last_fetched_at >= max(DAY, (known.last_fetched_at - newest) / 2)
        return "open" if doubted else "unchanged"
    ripe = not due or known.outlook.due_at is None or known.outlook.due_at <= now + LEEWAY
    return "open" if ripe else "later"


def _moved(lastmod: Moment, known: Listing, read_at: datetime) -> bool:
    """Whether a sitemap may have changed since it was read."""
    if lastmod.at is None and lastmod.on is not None and lastmod.on >= read_at.date():
        return True  # at any hour of that day
    if known.lastmod is not None:
        return lastmod.raw != known.lastmod
    return lastmod.at is not None and lastmod.at > read_at


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
