"""When a story's page is asked for again: values in, values out, no clock of its own."""

from datetime import datetime, timedelta

from archive.dates import parse_date
from archive.models import Moment
from archive.store.links import LinkState

HOUR = timedelta(hours=1)
SOONEST = timedelta(minutes=10)
"""A listing that claims a change since we looked is believed this long after the last fetch, and not before."""
LONGEST = timedelta(days=30)
GIVE_UP = timedelta(days=7)


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


def _moment(raw: str | None) -> Moment | None:
    return parse_date(raw) if raw else None


def _moved(lastmod: str | None, fetched_at: datetime) -> bool:
    moment = _moment(lastmod)
    if moment is None or moment.on is None:
        return False
    return moment.at > fetched_at if moment.at is not None else moment.on > fetched_at.date()
