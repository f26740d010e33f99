"""When a feed, a story or a failed link is due again: values in, values out, no clock of its own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from archive.dates import parse_date, parse_since
from archive.models import Moment
from archive.store.links import LinkState
from archive.store.listings import Listing
from crawler.sources import HORIZON

HOUR = timedelta(hours=1)
SOONEST = timedelta(minutes=10)
"""A listing that claims a change since we looked is believed this long after the last fetch, and not before."""
LONGEST = timedelta(days=30)
GIVE_UP = timedelta(days=7)
GUESS_AGAIN = timedelta(days=30)
LONG_WAIT = 60.0
"""Seconds: a wait beyond this ends a host's turn (CONTRACTS, Manners)."""
BACK_OFF = 30.0
FIRST_PAUSE = 2.0
TRIES = 3


def revisit(state: LinkState, now: datetime, *, force: bool = False) -> bool:
    """Whether a link that is listed again is asked again.

    A story is looked at again after half its age, at least an hour, until it is 30 days old; sooner where the listing
    says it changed. A link that never answered is tried for a week; one robots.txt forbade is put to robots.txt again.
    """
    if force:
        return True
    if state.state == "skipped":
        return state.reason not in ("denied", "off_site")
    if state.last_fetched_at is None:
        return now - state.first_seen_at <= GIVE_UP
    since = now - state.last_fetched_at
    if _moved(state.lastmod, state.last_fetched_at):
        return since >= SOONEST
    published = _moment(state.published)
    age = now - ((published.at if published else None) or state.first_seen_at)
    return age <= LONGEST and since >= max(HOUR, age / 2)


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


def retry_pause(tries: int) -> float | None:
    """Seconds until a request without an answer, or with a server's error, is made again; None: it had its tries."""
    return FIRST_PAUSE * 5 ** (tries - 1) if tries < TRIES else None


def back_off(times: int, retry_after: float | None) -> float:
    """Seconds a host is left alone after it said "too many requests" for the `times`th time in a row."""
    seconds = BACK_OFF * 2 ** (times - 1) if retry_after is None else retry_after
    return seconds if times < TRIES else max(seconds, 10 * BACK_OFF)


def _moment(raw: str | None) -> Moment | None:
    return parse_date(raw) if raw else None


def _moved(lastmod: str | None, fetched_at: datetime) -> bool:
    moment = _moment(lastmod)
    if moment is None or moment.on is None:
        return False
    return moment.at > fetched_at if moment.at is not None else moment.on > fetched_at.date()
