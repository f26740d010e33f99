"""How often a listing is looked at: by what it has been seen to publish, with floor and ceiling."""

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import exp

import pytest

from archive.store.listings import Listing, ListingKind, Outlook
from crawler.cron import Cron
from crawler.schedule import Asks, Observation, after_failure, after_visit, fixed
from crawler.schedule.visits import CEILING, FLOOR, WAITING

NOW = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def listing(kind: ListingKind = "feed", **more: object) -> Listing:
    return replace(Listing(1, "https://post.com/rss", kind, NOW), **more)  # type: ignore[arg-type]


@dataclass
class Feed:
    """Looked at as the schedule says: `times` are those of its stories, of which it names the newest `most`."""

    times: Sequence[datetime]
    most: int = 20
    dated: bool = True
    asks: Asks | None = None
    redundant: bool = False  # another listing has named all of it before

    def watch(self, days: float) -> "Watched":
        known, now, got, visits = listing(), NOW, dict[int, datetime](), list[datetime]()
        while now < NOW + days * DAY:
            end = bisect_right(self.times, now)
            named = range(max(0, end - self.most), end)
            new = [story for story in named if story not in got]
            got |= dict.fromkeys(new, now)
            visits.append(now)
            seen = Observation(
                entries=len(new),
                first=0 if self.redundant else len(new),
                listed=len(named),
                at=[self.times[story] for story in named] if self.dated else (),
                newest_at=self.times[end - 1] if self.dated and end else None,
                asks=self.asks,
            )
            outlook = after_visit(known, seen, now)
            assert outlook.due_at is not None
            assert outlook.due_at - now >= FLOOR
            known = replace(known, outlook=outlook, seen_at=now, last_fetched_at=now, listed=len(named))
            now = outlook.due_at
        passed = [story for story, at in enumerate(self.times) if NOW <= at <= visits[-1]]
        return Watched(visits, known.outlook, [self.times[story] for story in passed if story not in got])


@dataclass
class Watched:
    visits: list[datetime]
    outlook: Outlook
    lost: list[datetime]

    def between(self, begin: float, end: float) -> list[datetime]:
        return [at for at in self.visits if NOW + begin * DAY <= at < NOW + end * DAY]


def published(
    a_day: float, days: float, rate: Callable[[datetime], float] = lambda _: 1.0, seed: int = 1
) -> Sequence[datetime]:
    """Times of stories, at random, from ten days before NOW on; `rate`: relative to the others."""
    chance, times, at = random.Random(seed), [], NOW - 10 * DAY
    while at < NOW + days * DAY:
        expected = a_day / 24 * rate(at)
        count, product = 0, chance.random()
        while product > exp(-expected):
            count, product = count + 1, product * chance.random()
        times += [at + chance.random() * HOUR for _ in range(count)]
        at += HOUR
    return sorted(times)


def test_the_interval_goes_with_the_root_of_the_rate() -> None:
    often, seldom = (len(Feed(published(rate, 10)).watch(10).between(4, 10)) / 6 for rate in (64, 4))
    assert often == pytest.approx(4 * seldom, rel=0.2)
    assert often == pytest.approx(24 * (64 / 24 / (2 * WAITING)) ** 0.5, rel=0.2)


def test_nights_are_slower_once_they_have_been_seen() -> None:
    def by_day(at: datetime) -> float:
        return 2.0 if 7 <= at.hour < 19 else 0.02

    watched = Feed(published(40, 14, by_day)).watch(14)
    late = watched.between(7, 14)
    night = sum(at.hour < 6 for at in late)
    assert night / len(late) < 0.125  # of a quarter of the time
    assert watched.lost == []


def test_weekends_are_slower_once_they_have_been_seen() -> None:
    def by_week(at: datetime) -> float:
        return 1.0 if at.weekday() < 5 else 0.05

    late = Feed(published(20, 28, by_week)).watch(28).between(14, 28)
    weekend = sum(at.weekday() >= 5 for at in late)
    assert weekend / len(late) < 0.14  # of two sevenths of the time


@pytest.mark.parametrize("dated", [True, False])
def test_a_feed_that_names_only_its_newest_stories_loses_none_between_two_looks(dated: bool) -> None:
    assert Feed(published(150, 6), most=10, dated=dated).watch(6).lost == []
    watched = Feed(published(150, 6), most=10, redundant=True, dated=dated).watch(6)
    assert watched.lost == []  # though it has nothing of its own to tell


def test_a_burst_once_seen_is_reckoned_with() -> None:
    times = sorted(NOW + day * DAY + 5 * HOUR + n * MINUTE / 10 for day in range(-10, 6) for n in range(12))
    assert Feed(times, most=20).watch(6).lost == []


def test_what_is_named_elsewhere_first_is_looked_at_rarely() -> None:
    own, others = (len(Feed(published(40, 10), most=50, redundant=of).watch(10).between(3, 10)) for of in (False, True))
    assert others < own / 4


def test_a_listing_that_falls_silent_is_looked_at_ever_less_and_comes_back_when_it_changes() -> None:
    before = [at for at in published(20, 60) if at < NOW + 5 * DAY]
    watched = Feed([*before, NOW + 80 * DAY, *(NOW + 80 * DAY + n * HOUR for n in range(1, 40))]).watch(82)
    assert len(watched.between(3, 4)) > 20
    assert len(watched.between(60, 75)) < 10
    assert len(watched.lost) < 72  # an hour each, of the days until it was looked at again
    assert len(watched.between(81, 82)) > 10
    assert watched.outlook.retired_at is None


def test_a_dead_feed_and_a_closed_volume_are_retired_with_the_day_since() -> None:
    old = Observation(entries=20, listed=20, at=[NOW - 90 * DAY] * 20, newest_at=NOW - 90 * DAY)
    outlook = after_visit(listing(), old, NOW)
    assert (outlook.retired_at, outlook.retired_why, outlook.due_why) == (NOW, "old", "age")
    again = after_visit(listing(outlook=outlook, seen_at=NOW, listed=20), Observation(), NOW + 7 * DAY)
    assert again.retired_at == NOW
    assert again.due_at == NOW + 10 * DAY  # a feed is tried every three days, for ever
    volume = after_visit(listing("sitemap", outlook=outlook, seen_at=NOW, listed=500), Observation(), NOW + 300 * DAY)
    assert volume.due_at == NOW + 330 * DAY
    back = after_visit(
        listing(outlook=again, seen_at=NOW), Observation(1, 1, 20, newest_at=NOW + 13 * DAY), NOW + 14 * DAY
    )
    assert back.retired_at is None


def test_a_ttl_stretches_the_interval_at_most_twofold_and_never_beyond_what_loses_stories() -> None:
    plain, polite, absurd = (
        len(Feed(published(40, 10), most=40, asks=Asks(ttl)).watch(10).visits) for ttl in (None, 60, 10_000)
    )
    assert absurd < polite < plain
    assert absurd > 0.4 * plain
    assert Feed(published(150, 6), most=10, asks=Asks(10_000)).watch(6).lost == []


def test_hours_to_be_skipped_are_skipped_unless_something_comes_in_them() -> None:
    skipped = Asks(skip_hours=(0, 1, 2, 3, 4, 5))

    def by_day(at: datetime) -> float:
        return 1.0 if at.hour >= 6 else 0.0

    asked = Feed(published(20, 10, by_day), asks=skipped).watch(10).between(4, 10)
    assert all(at.hour >= 6 for at in asked)
    asked = Feed(published(60, 10), most=10, asks=skipped).watch(10).between(1, 10)
    assert any(at.hour < 6 for at in asked)


def test_failures_are_followed_by_ever_longer_pauses_and_the_first_success_ends_them() -> None:
    pauses = []
    for failures in range(8):
        outlook = after_failure(listing(failures=failures), "timeout", NOW)
        assert outlook.due_at is not None
        pauses.append((outlook.due_at - NOW) / MINUTE)
    assert pauses == [15, 30, 60, 120, 240, 360, 360, 360]
    busy = Feed(published(60, 3)).watch(3).outlook
    recovered = after_visit(listing(outlook=busy, failures=8, seen_at=NOW + 3 * DAY), Observation(), NOW + 3.2 * DAY)
    assert recovered.due_at is not None
    assert recovered.due_at - (NOW + 3.2 * DAY) < 2 * HOUR


def test_a_host_that_says_when_it_may_be_asked_again_is_believed() -> None:
    outlook = after_failure(listing(), "http_503", NOW, NOW + 5 * HOUR)
    assert (outlook.due_at, outlook.due_why) == (NOW + 5 * HOUR, "wait")


def test_a_listing_that_is_not_there_is_asked_for_once_a_week_and_retired() -> None:
    outlook = Outlook()
    for failures in range(12):
        outlook = after_failure(listing(failures=failures, outlook=outlook), "http_410", NOW)
        assert (outlook.retired_why == "gone") is (failures >= 5)
    assert outlook.due_at == NOW + 7 * DAY
    assert after_visit(listing(outlook=outlook), Observation(1, 1, 1, newest_at=NOW), NOW).retired_why is None


def test_what_never_told_anything_is_looked_at_twice_a_day() -> None:
    watched = Feed([]).watch(2)
    assert watched.visits[1] - watched.visits[0] == HOUR / 2
    assert watched.visits[-1] - watched.visits[-2] <= CEILING


def test_a_configured_interval_keeps_its_marks_without_drift() -> None:
    first = fixed(Outlook(), Outlook(per_day=3), HOUR, NOW, None)
    assert (first.due_at, first.due_why, first.per_day) == (NOW + HOUR, "fixed", 3)
    late = fixed(first, Outlook(), HOUR, NOW + 1.2 * HOUR, None)
    assert late.due_at == NOW + 2 * HOUR
    assert fixed(first, Outlook(), HOUR, NOW + HOUR - MINUTE / 2, None).due_at == NOW + 2 * HOUR
    assert fixed(first, Outlook(), HOUR, NOW + 4.5 * HOUR, None).due_at == NOW + 5 * HOUR
    assert fixed(first, Outlook(), HOUR, NOW + HOUR / 2, None).due_at == NOW + HOUR  # asked by hand in between
    assert fixed(first, Outlook(), Cron("0 7 * * *"), NOW, "Europe/Berlin").due_at == NOW + 6 * HOUR
