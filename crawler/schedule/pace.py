"""How much a listing publishes: what visits have shown, by hour of the day and day of the week, forgotten slowly."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import exp
from typing import Any

HOUR = timedelta(hours=1)
_MEMORY = 21 * 24.0  # hours after which what was seen counts 1/e: for the shape of a week
_LATELY = 3 * 24.0  # the same, for how much is published at all
_FAINT = 1 / 96  # entries an hour: what is believed of a listing that has never shown anything new
_TRUSTED = 2.0  # entries expected at an hour or on a day, before its own figure counts as much as the average
_LEAST = 0.03  # of the average: no hour is believed to be dead
_LONGEST_STEP = 14 * 24  # hours of absence that are looked at one by one

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """Entries that appeared, and hours during which they would have been seen; both decayed.

    `by_hour`, `hours`: 24, UTC; `by_day`, `days`: 7, from Monday. `lately` of what was `expected` tells whether more or
    less is published than a while ago; `first` of `lately` were not known from another listing. `burst`: the most
    entries an hour between two visits, after the first of them.
    """

    by_hour: Numbers = (0.0,) * 24
    hours: Numbers = (0.0,) * 24
    by_day: Numbers = (0.0,) * 7
    days: Numbers = (0.0,) * 7
    lately: float = 0.0
    expected: float = 0.0
    first: float = 0.0
    burst: float = 0.0

    @classmethod
    def of(cls, text: str | None) -> "Pace":
        """From the JSON that `text` gave; without any, nothing is known."""
        if not text:
            return cls()
        held: dict[str, Any] = {
            name: tuple(of) if isinstance(of, list) else of for name, of in json.loads(text).items()
        }
        return cls(**held)

    def text(self) -> str:
        """As JSON, a few hundred characters."""
        rounded = {
            name: [round(one, 3) for one in of] if isinstance(of, tuple) else round(of, 3)
            for name, of in asdict(self).items()
        }
        return json.dumps(rounded, separators=(",", ":"))

    @property
    def watched(self) -> float:
        """Hours, decayed."""
        return sum(self.hours)

    @property
    def mean(self) -> float:
        """Entries an hour over a whole week, lately."""
        return self._usual * self.level

    @property
    def level(self) -> float:
        """How much more is published lately than the shape of the week says."""
        return min(10.0, max(0.1, (self.lately + 2.0) / (self.expected + 2.0)))

    @property
    def share(self) -> float:
        """Of what appears here, the part that no other listing has named before."""
        return (self.first + 1.0) / (self.lately + 1.0)

    @property
    def peak(self) -> float:
        """Entries an hour when most is published: by the shape of the week, or once in a burst."""
        fullest = max(self._hour_factors()) * max(self._day_factors())
        return max(self.burst, self._usual * max(self.level, 1.0) * fullest)

    def rates(self, start: datetime) -> Iterator[tuple[float, float]]:
        """(hours, entries an hour) from `start` on, without end: up to the next full hour, then hour by hour."""
        by_hour, by_day, base = self._hour_factors(), self._day_factors(), self.mean
        at = start.replace(minute=0, second=0, microsecond=0)
        width = 1.0 - (start - at) / HOUR
        hour, day = at.hour, at.weekday()
        while True:
            yield width, base * max(_LEAST, by_hour[hour] * by_day[day])
            width, hour = 1.0, (hour + 1) % 24
            day = (day + (hour == 0)) % 7

    @property
    def _usual(self) -> float:
        return max(_FAINT, sum(self.by_hour) / self.watched) if self.watched else _FAINT

    def _hour_factors(self) -> list[float]:
        raw = _factors(self.by_hour, self.hours)
        return [raw[at - 1] / 4 + raw[at] / 2 + raw[(at + 1) % 24] / 4 for at in range(24)]

    def _day_factors(self) -> list[float]:
        return _factors(self.by_day, self.days)


def observed(pace: Pace, since: datetime, until: datetime, entries: int, at: Sequence[datetime], first: int) -> Pace:
    """The pace after a visit at `until`, the last one having been at `since`, that found `entries` new ones.

    `at`: the listed times of some of them; the others are spread over the time between. `first`: how many of them no
    other listing had named.
    """
    until = max(until, since + timedelta(minutes=1))
    span = (until - since) / HOUR
    dated = [moment for moment in at if since <= moment <= until][:entries]
    rest = (entries - len(dated)) / span
    keep, lately = exp(-span / _MEMORY), exp(-span / _LATELY)
    by_hour, hours = [one * keep for one in pace.by_hour], [one * keep for one in pace.hours]
    by_day, days = [one * keep for one in pace.by_day], [one * keep for one in pace.days]
    expected, level = 0.0, pace.level
    begin = max(since, until - _LONGEST_STEP * HOUR)
    hour, day, left = begin.hour, begin.weekday(), (until - begin) / HOUR
    for width, rate in pace.rates(begin):
        width = min(width, left)
        hours[hour] += width
        days[day] += width
        by_hour[hour] += rest * width
        by_day[day] += rest * width
        expected += width * rate / level
        left, hour = left - width, (hour + 1) % 24
        day = (day + (hour == 0)) % 7
        if left <= 0:
            break
    for one in dated:
        by_hour[one.hour] += 1
        by_day[one.weekday()] += 1
    return Pace(
        by_hour=tuple(by_hour),
        hours=tuple(hours),
        by_day=tuple(by_day),
        days=tuple(days),
        lately=pace.lately * lately + entries,
        expected=pace.expected * lately + (expected if pace.watched else entries),
        first=pace.first * lately + first,
        burst=max(pace.burst * keep, (entries - 1) / max(1.0, span)),
    )


def _factors(entries: Numbers, hours: Numbers) -> list[float]:
    """Each hour's (or day's) rate as a multiple of the average, which stands in where little was to be expected."""
    average = sum(entries) / sum(hours) if sum(hours) else 0.0
    return [(of + _TRUSTED) / (seen * average + _TRUSTED) for of, seen in zip(entries, hours, strict=True)]
