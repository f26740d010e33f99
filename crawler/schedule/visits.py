"""When a listing that was looked at, or could not be, is looked at again: what was seen in, an outlook out.

`after_visit` and `after_failure` are all that a simulation needs: pure, every time is an argument.
"""

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from archive.store.listings import Listing, Outlook
from crawler.cron import Cron
from crawler.schedule.pace import HOUR, Pace, observed

DAY = timedelta(days=1)
FLOOR = timedelta(minutes=5)
"""Between two looks at a listing, whatever it publishes."""
LEEWAY = timedelta(minutes=1)
"""A crawl of what is due takes with it what would be due within this: else what was read some seconds into the crawl
before would wait for the one after."""
CEILING = 12 * HOUR
"""The same, the other way, while it is alive: who has told us nothing for a day may have something to say."""
WAITING = 0.18
"""Entry-hours. A visit is due when the entries expected since the last one have together waited this long.

At a steady rate r that is every sqrt(2 * WAITING / r) hours. Of all ways to divide a number of requests among listings,
intervals in proportion to 1/sqrt(r) let entries wait least: a Lagrange multiplier shows it (compare Cho and
Garcia-Molina, "Effective page refresh policies for web crawlers", 2003).
"""
SPREAD = 4.0
"""Standard deviations (of a Poisson process at the fastest pace seen) that shall fit into what a listing names at a
time: the chance that entries are pushed off between two looks is then below 1 in 10,000."""
OLD = {"feed": 30 * DAY, "front": 30 * DAY, "sitemap": 14 * DAY}
"""Age of its newest entry from which on a listing counts as dead, or as a closed volume."""
_AGES = 8  # looks during the time that the newest entry has been there
_FRESH = 2 * DAY  # age up to which only the pace counts
_RAREST = {"feed": 3 * DAY, "front": 3 * DAY, "sitemap": 30 * DAY}
_RAREST_GONE = 7 * DAY
_YOUNG = HOUR / 2  # between the first looks at a listing that tells no times
_FIRST_RETRY = 15 * timedelta(minutes=1)
_LONGEST_RETRY = 6 * HOUR
_GONE = {"http_404", "http_410"}
_GONE_FOR_GOOD = 6  # failures in a row
_GUESS_AGAIN = 30 * DAY
_SEED = 3  # dated entries that tell a pace
_LONGEST_SEED = 14 * DAY
_ACQUAINTED = 72.0  # hours watched, before it is known in which hours nothing comes
_WEEK = 7 * 24


@dataclass(frozen=True, slots=True)
class Asks:
    """What a listing asks for: minutes between visits, hours (0-23, UTC) and days (0: Monday) without any.

    From <ttl>, sy:updatePeriod, skipHours and skipDays of feeds, or Cache-Control's max-age. Hints: see `after_visit`.
    """

    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()

    @classmethod
    def of(cls, text: str | None) -> "Asks":
        """From the JSON that `text` gave."""
        held = json.loads(text) if text else {}
        return cls(held.get("ttl"), tuple(held.get("skip_hours", ())), tuple(held.get("skip_days", ())))

    def text(self) -> str | None:
        """As JSON; None if it asks for nothing."""
        held = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(held) if held else None


@dataclass(frozen=True, slots=True)
class Observation:
    """What one answered visit found. The defaults are those of "not modified".

    `entries`: those that were not there at the last visit; `first`: of these, the ones no other listing had named;
    `listed`: all that it names now, None: as before; `at`: listed times, of any of them; `newest_at`: of the newest,
    or before which all of them lie.
    """

    entries: int = 0
    first: int = 0
    listed: int | None = None
    at: Sequence[datetime] = ()
    newest_at: datetime | None = None
    asks: Asks | None = None


def after_visit(listing: Listing, seen: Observation, now: datetime) -> Outlook:
    """The outlook of a listing that answered. `listing` is as it was before.

    The interval follows the observed pace, between FLOOR and CEILING, and the age of the newest entry beyond that. What
    the listing asks for stretches it, at most twofold, and over hours in which nothing has ever come. Nothing else
    stretches it so far that, at the fastest pace seen, entries could be pushed off before we have seen them.
    """
    held = listing.outlook
    pace = _pace(listing, seen, now)
    newest = max((at for at in (held.newest_at, seen.newest_at) if at is not None and at <= now + DAY), default=None)
    dated = listing.seen_at is None and seen.newest_at is not None
    appeared = now if seen.entries and not dated else held.new_at
    told = replace(
        held,
        per_day=round(pace.mean * 24, 2),
        pace=pace.text(),
        asks=held.asks if seen.asks is None else seen.asks.text(),
        quiet=0 if seen.entries or listing.seen_at is None else held.quiet + 1,
        newest_at=newest,
        new_at=appeared,
    )
    age = now - max(filter(None, (newest, appeared)), default=listing.first_seen_at)
    return _planned(listing, told, pace, seen.listed or listing.listed or 0, (age, now))


def after_failure(listing: Listing, reason: str, now: datetime, not_before: datetime | None = None) -> Outlook:
    """The outlook of a listing that gave nothing: asked again ever later, and never before the host said.

    `listing` is as it was before: `failures` does not count this one. A page that is missing (404, 410) is asked for
    ever more rarely, up to once a week; others at least four times a day: outages end.
    """
    failures, held = listing.failures + 1, listing.outlook
    gone = reason in _GONE
    longest = _RAREST_GONE if gone else DAY if reason == "robots" else _LONGEST_RETRY
    pause = min(longest, _FIRST_RETRY * 2 ** min(failures - 1, 16))
    if listing.found_in == "guess":
        pause = _GUESS_AGAIN
    at = now + pause
    due_at, why = (not_before, "wait") if not_before is not None and not_before > at else (at, "failed")
    told = replace(held, due_at=due_at, due_why=why)
    if gone and failures >= _GONE_FOR_GOOD and held.retired_at is None:
        return replace(told, retired_at=now, retired_why="gone")
    return told


def fixed(before: Outlook, outlook: Outlook, every: timedelta | Cron, now: datetime, zone: str | None) -> Outlook:
    """The outlook with what was configured instead: an interval keeps the marks of the first visit, without drift."""
    if isinstance(every, Cron):
        return replace(outlook, due_at=every.after(now, zone), due_why="fixed")
    mark = before.due_at if before.due_why == "fixed" and before.due_at is not None else now
    if mark - now > every:  # it was less often before
        mark = now
    passed = (now + LEEWAY - mark) // every + 1  # marks, this one too
    return replace(outlook, due_at=mark + max(0, passed) * every, due_why="fixed")


def _pace(listing: Listing, seen: Observation, now: datetime) -> Pace:
    pace = Pace.of(listing.outlook.pace)
    if listing.seen_at is not None and listing.outlook.pace:
        pace = observed(pace, listing.seen_at, now, seen.entries, seen.at, min(seen.first, seen.entries))
        if 1 < (seen.listed or 0) <= seen.entries:  # nothing is left of what was there: some may have been missed
            pace = replace(pace, burst=min(2 * pace.burst, (seen.listed or 0) * (HOUR / FLOOR)))
        return pace
    dates = sorted(at for at in seen.at if now - _LONGEST_SEED <= at <= now)
    if len(dates) < _SEED or dates[0] == dates[-1]:
        return pace
    # What the entries' own times say. How many others name first is not known yet: none are counted.
    seeded = observed(pace, dates[0], now, len(dates), dates, 0)
    return replace(seeded, lately=0.0, expected=0.0, burst=_densest(dates))


def _densest(dates: Sequence[datetime]) -> float:
    """The most entries within an hour, after the first of them. `dates` in order."""
    return float(max(bisect_left(dates, at + HOUR, place) - place for place, at in enumerate(dates)) - 1)


def _planned(listing: Listing, told: Outlook, pace: Pace, listed: int, times: tuple[timedelta, datetime]) -> Outlook:
    age, now = times
    interval, why = _by_pace(listing, pace, now)
    asks = Asks.of(told.asks)
    if asks.ttl and timedelta(minutes=asks.ttl) > interval:
        interval, why = min(timedelta(minutes=asks.ttl), 2 * interval), "asked"
    old = age > OLD[listing.kind]
    if age > _FRESH and (rare := min(age / _AGES, _RAREST[listing.kind] if old else 2 * DAY)) > interval:
        interval, why = rare, "age"
    window = max(FLOOR, _bearable(listed) / pace.peak * HOUR) if listed else CEILING
    if window < interval:
        interval, why = window, "window"
    due_at = now + max(FLOOR, interval)
    later = _outside(due_at, asks, pace)
    if later != due_at and (later - now <= window or pace.watched >= _ACQUAINTED):
        due_at, why = later, "asked"
    retired = (told.retired_at or now, "old") if old else (None, None)
    return replace(told, due_at=due_at, due_why=why, retired_at=retired[0], retired_why=retired[1])


def _bearable(listed: int) -> float:
    """Entries that may be expected between two looks at a listing that names so many: m + SPREAD * sqrt(m) = listed."""
    return float(((SPREAD**2 + 4 * listed) ** 0.5 - SPREAD) / 2) ** 2


def _by_pace(listing: Listing, pace: Pace, now: datetime) -> tuple[timedelta, str]:
    """The interval after which the entries expected have waited for WAITING entry-hours together."""
    interval = max(FLOOR, min(CEILING, _until_waited(pace, now)))
    known = now - listing.first_seen_at
    if pace.watched < 24 and (young := max(_YOUNG, known / 2)) < interval:
        return young, "new"
    return interval, "rate"


def _until_waited(pace: Pace, now: datetime) -> timedelta:
    waited, entries, hours = 0.0, 0.0, 0.0
    for width, rate in pace.rates(now):
        rate *= pace.share**2  # so listings that name the same stories share the visits that one of them would get
        more = entries * width + rate * width**2 / 2
        if waited + more >= WAITING:
            left = WAITING - waited
            return timedelta(hours=hours + ((entries**2 + 2 * rate * left) ** 0.5 - entries) / rate)
        waited, entries, hours = waited + more, entries + rate * width, hours + width
        if hours > CEILING / HOUR:
            break
    return CEILING


def _outside(due_at: datetime, asks: Asks, pace: Pace) -> datetime:
    """The first moment from `due_at` on outside the hours and days that the feed asks to be left alone.

    Not believed of hours and days in which it has been seen to publish.
    """
    hours = {hour for hour in asks.skip_hours if pace.by_hour[hour] < 0.5}
    days = {day for day in asks.skip_days if pace.by_day[day] < 0.5}
    for _ in range(_WEEK):
        if due_at.hour not in hours and due_at.weekday() not in days:
            break
        due_at = due_at.replace(minute=0, second=0, microsecond=0) + HOUR
    return due_at
