"""What is usual of a source: how much it publishes by weekday and hour, and how much of that is flawed as a rule."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from statistics import fmean, median, quantiles

from archive.health.hours import Hour
from archive.health.shares import tallies

DAYS = 42
"""Six weeks: six of each weekday for robust means, and short enough that a slow summer becomes usual."""
LEAST_DAYS = 10
"""With less, there is no baseline: both weekends and weekdays must have been seen."""
LEAST_OF_A_DAY = 5
_WEEK = 7 * 24
_KERNEL = (0.25, 0.5, 0.25)
_SECONDS = 3600.0
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Baseline:
    """`rates`: fresh stories expected in each hour of the week, from Monday 00:00 UTC on (168 of them).

    `spread`: how far days are from what was expected of them, as a robust standard deviation of logarithms. `longest`:
    the longest silence, in stories that were expected in it. `shares`: by name, the share that is bad on a bad day (one
    in ten), or over all days if that is more. `days`: how many it is made of.
    """

    days: int
    rates: tuple[float, ...]
    spread: float
    longest: float
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def per_day(self) -> float:
        """Fresh stories a day, over the week."""
        return sum(self.rates) / 7

    def expected(self, start: datetime, end: datetime) -> float:
        """Fresh stories expected between two times."""
        sums = [0.0, *accumulate(self.rates)]
        return max(0.0, _until(sums, self.rates, end) - _until(sums, self.rates, start))


def _until(sums: Sequence[float], rates: Sequence[float], moment: datetime) -> float:
    hours = (moment - _MONDAY).total_seconds() / _SECONDS
    weeks, hour = divmod(hours, _WEEK)
    whole = int(hour)
    return weeks * sums[-1] + sums[whole] + rates[whole] * (hour - whole)


def make_baseline(
    hours: Sequence[Hour], first_look: datetime, today: date, ill: Iterable[Span] = ()
) -> Baseline | None:
    """From the hours of the last DAYS before `today`, in order; None while there are too few.

    Days on which nothing was looked at, the first one (with a week's stories) and those of an illness do not count.
    """
    begin = max(first_look.date() + timedelta(days=1), today - timedelta(days=DAYS))
    spans = list(ill)
    kept = [hour for hour in hours if begin <= hour.at.date() < today]
    looked = {hour.at.date() for hour in kept if hour.looks}
    days = sorted(day for day in looked if not any(_touches(day, span) for span in spans))
    if len(days) < LEAST_DAYS:
        return None
    well = set(days)
    kept = [hour for hour in kept if hour.at.date() in well]
    totals = dict.fromkeys(days, 0)
    for hour in kept:
        totals[hour.at.date()] += hour.fresh
    levels, profile = _levels(totals), _profile(kept)
    rates = tuple(levels[weekday] * profile[hour] for weekday in range(7) for hour in range(24))
    plain = Baseline(len(days), rates, _spread(totals, levels), 0.0)
    return Baseline(plain.days, rates, plain.spread, _longest(kept, plain), _shares(kept))


def _touches(day: date, span: Span) -> bool:
    return span[0].date() <= day <= span[1].date()


def _levels(totals: Mapping[date, int]) -> list[float]:
    """Stories expected on each weekday: a trimmed mean, drawn towards that of all workdays, or of the weekend."""
    by_weekday: list[list[int]] = [[] for _ in range(7)]
    for day, total in totals.items():
        by_weekday[day.weekday()].append(total)
    overall = _trimmed(list(totals.values()))
    levels = []
    for weekday, values in enumerate(by_weekday):
        alike = [total for day, total in totals.items() if (day.weekday() >= 5) == (weekday >= 5)]
        drawn = _trimmed(alike) if len(alike) >= 3 else overall
        levels.append((len(values) * _trimmed(values) + 2 * drawn) / (len(values) + 2))
    return levels


def _trimmed(values: Sequence[int]) -> float:
    """The mean without the least and the most of at least four values, and without a tenth of many at each end."""
    if not values:
        return 0.0
    cut = max(1, len(values) // 10) if len(values) >= 4 else 0
    return fmean(sorted(values)[cut : len(values) - cut])


def _profile(hours: Iterable[Hour]) -> list[float]:
    """The share of a day's stories that comes in each hour, smoothed over its neighbours; never quite zero."""
    counts = [0.25] * 24
    for hour in hours:
        counts[hour.at.hour] += hour.fresh
    total = sum(counts)
    return [
        sum(weight * counts[(hour + shift) % 24] for shift, weight in zip((-1, 0, 1), _KERNEL, strict=True)) / total
        for hour in range(24)
    ]


def _spread(totals: Mapping[date, int], levels: Sequence[float]) -> float:
    ratios = [math.log((total + 0.5) / (levels[day.weekday()] + 0.5)) for day, total in totals.items()]
    middle = median(ratios)
    freedom = max(1, len(ratios) - 7)  # seven levels were fitted to these very days
    return 1.4826 * median(abs(ratio - middle) for ratio in ratios) * math.sqrt(len(ratios) / freedom)


def _longest(hours: Sequence[Hour], baseline: Baseline) -> float:
    """The longest silence: from a story to the last look that found none after it."""
    longest, last = 0.0, None
    for hour in hours:
        if hour.fresh:
            last = hour.at
        elif hour.looks and last is not None and hour.at - last < timedelta(days=7):
            longest = max(longest, baseline.expected(last, hour.at))
    return longest


def _shares(hours: Sequence[Hour]) -> dict[str, float]:
    shares = {}
    for name, tallied in tallies(hours).items():
        days: dict[date, list[int]] = {}
        for hour, bad, total in tallied:
            day = days.setdefault(hour.at.date(), [0, 0])
            day[0] += bad
            day[1] += total
        if sum(total for _, total in days.values()) >= 4 * LEAST_OF_A_DAY:
            shares[name] = _on_a_bad_day(list(days.values()))
    return shares


def _on_a_bad_day(days: Sequence[Sequence[int]]) -> float:
    pooled = sum(bad for bad, _ in days) / sum(total for _, total in days)
    daily = [bad / total for bad, total in days if total >= LEAST_OF_A_DAY]
    return max(pooled, quantiles(daily, n=10, method="inclusive")[-1]) if len(daily) >= 5 else pooled
