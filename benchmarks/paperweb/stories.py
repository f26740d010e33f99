"""What papers publish and how they edit it: rates by hour, weekday and season, breaking news, live stories.

How edits are spread: of a paper with `edited` = 1 about four stories in ten are ever edited; of edits to ordinary
stories over half are made within an hour of publication (exponential, mean 20 minutes), a third within the day
(log-uniform), the rest within a month. 2 in 100 stories are live, for 2 to 9 hours, with a new version every 6 to 40
minutes.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from benchmarks.paperweb import DAY, HOUR, MINUTE
from benchmarks.paperweb.papers import Paper

_BY_HOUR = (
    *(0.3, 0.2, 0.15, 0.15, 0.25, 0.6, 1.2, 1.6, 1.7, 1.7, 1.6, 1.6),
    *(1.5, 1.5, 1.5, 1.6, 1.7, 1.6, 1.4, 1.2, 1.0, 0.8, 0.6, 0.4),
)
_BY_WEEKDAY = (1.12, 1.15, 1.15, 1.15, 1.1, 0.7, 0.63)
_HOLIDAYS = {
    (1, 1): 0.3,
    (4, 3): 0.4,
    (4, 6): 0.4,
    (5, 1): 0.4,
    (12, 24): 0.4,
    (12, 25): 0.15,
    (12, 26): 0.3,
    (12, 31): 0.5,
}
_SUMMER, _SUMMER_FACTOR = ((7, 15), (8, 31)), 0.65
_PRINT_HOUR, _WEEKLY_DAY = 4, 3
_EVENTS_A_DAY = 0.1
_EDITED = 0.4
_LIVE = 0.02


@dataclass(slots=True)
class Story:
    """A story. `edits`: when its page changed, in order; `listed_until`: when the last listing drops it."""

    n: int
    published: int
    section: int
    edits: tuple[int, ...] = ()
    is_live: bool = False
    is_front: bool = True
    listed_until: int = 0

    def version(self, at: int) -> int:
        """The number of the version that is to be read at a time, 0 being the first."""
        return bisect_right(self.edits, at)


@dataclass(frozen=True, slots=True)
class Event:
    """Breaking news: from `begin` on more is published, at first `factor` times as much, for `length` seconds."""

    begin: int
    length: int
    factor: float

    def weight(self, at: int) -> float:
        """How many times as much as usual is published at a time."""
        if not self.begin <= at < self.begin + self.length:
            return 1.0
        return 1.0 + (self.factor - 1.0) * (1.0 - (at - self.begin) / self.length)


def make_events(random: Random, begin: int, end: int) -> list[Event]:
    """Breaking news for all papers, about three times a month."""
    days = (end - begin) // DAY
    return [
        Event(begin + day * DAY + random.randrange(DAY), random.randint(3, 10) * HOUR, random.uniform(1.8, 4.5))
        for day in range(days)
        if random.random() < _EVENTS_A_DAY
    ]


def make_stories(random: Random, paper: Paper, events: list[Event], begin: int, end: int) -> list[Story]:
    """All that a paper publishes from `begin` to `end`, in order, with its edits."""
    theirs = [event for event in events if random.random() < 0.75]
    times = sorted(time for day in range(begin, end, DAY) for time in _times(random, paper, theirs, day))
    return [_story(random, paper, n, time, theirs) for n, time in enumerate(times)]


def season(at: int) -> float:
    """How much is published at this time of the year, as a share of the usual."""
    day = datetime.fromtimestamp(at, UTC)
    date = (day.month, day.day)
    return _HOLIDAYS.get(date, 1.0) * (_SUMMER_FACTOR if _SUMMER[0] <= date <= _SUMMER[1] else 1.0)


def _times(random: Random, paper: Paper, events: list[Event], day: int) -> Iterator[int]:
    local = day - day % DAY - paper.offset  # when that date begins at the paper
    weekday = datetime.fromtimestamp(day, UTC).weekday()
    wanted = paper.rate * season(day) * _weekday(paper, weekday)
    dumped = _poisson(random, wanted * paper.dumped)
    yield from (local + _PRINT_HOUR * HOUR + random.randrange(10 * MINUTE) for _ in range(dumped))
    for hour, weight in enumerate(_BY_HOUR):
        at = local + hour * HOUR
        factor = max((event.weight(at) for event in events), default=1.0)
        expected = wanted * (1 - paper.dumped) * weight / sum(_BY_HOUR) * factor
        yield from (at + random.randrange(HOUR) for _ in range(_poisson(random, expected)))


def _weekday(paper: Paper, weekday: int) -> float:
    match paper.rhythm:
        case "weekly":
            return 7.0 if weekday == _WEEKLY_DAY else 0.0
        case "weekdays":
            return 1.4 if weekday < 5 else 0.0
        case _:
            return _BY_WEEKDAY[weekday]


def _story(random: Random, paper: Paper, n: int, published: int, events: list[Event]) -> Story:
    breaking = any(event.weight(published) > 1.0 for event in events)
    is_live = random.random() < _LIVE * (2.5 if breaking else 1.0) * min(1.0, paper.rate / 15)
    edits = _live(random, published) if is_live else ()
    if random.random() < min(0.9, _EDITED * paper.edited):
        edits += tuple(_edits(random, published))
    return Story(
        n=n,
        published=published,
        section=random.randrange(paper.sections),
        edits=_spaced(sorted(edits), published),
        is_live=is_live,
        is_front=random.random() < paper.front_share,
    )


def _live(random: Random, published: int) -> tuple[int, ...]:
    gap, end = math.exp(random.uniform(math.log(6), math.log(40))) * MINUTE, published + random.uniform(2, 9) * HOUR
    times, at = [], published + random.expovariate(1 / gap)
    while at < end:
        times.append(int(at))
        at += max(2 * MINUTE, random.gammavariate(2, gap / 2))
    return tuple(times)


def _edits(random: Random, published: int) -> Iterator[int]:
    while True:
        kind = random.random()
        if kind < 0.55:
            age = random.expovariate(1 / (20 * MINUTE))
        elif kind < 0.88:
            age = math.exp(random.uniform(math.log(HOUR), math.log(DAY)))
        else:
            age = math.exp(random.uniform(math.log(DAY), math.log(30 * DAY)))
        yield published + int(age)
        if random.random() < 0.6:
            return


def _spaced(times: list[int], published: int) -> tuple[int, ...]:
    """Nobody saves twice within a minute: the later one is what readers get."""
    kept: list[int] = []
    for time in times:
        if kept and time - kept[-1] < MINUTE:
            kept[-1] = time
        elif time - published >= MINUTE:
            kept.append(time)
    return tuple(kept)


def _poisson(random: Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        count += 1
        product *= random.random()
    return count
