"""Silence, and a drop: fewer stories came than were to be expected."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from archive.health.baseline import Baseline
from archive.health.figures import History, Illness
from archive.health.wording import long, number, when

SHORTEST = timedelta(hours=6)
FALSE_A_YEAR = 0.3
"""Silences that chance alone may make us tell of, a source and year."""
MARGIN = 1.5
"""How much longer than the longest known silence one must be."""
MOST = 25.0
FIRST_SHORTEST, FIRST_LEAST, WEEKEND = timedelta(hours=24), 12.0, 0.2
"""Without a baseline: a day at least, and twelve stories missing; a day of a weekend counts a fifth."""
WINDOWS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
LEAST_EXPECTED = 12.0
DROPPED = 0.5
DEVIATIONS, UNSURE = 5.0, 5.0
"""Of one day's spread, and more where it is known from few days: half as many again from ten."""
LEAN = 2.0
"""Days lean on one another: n of them are as good as (n + 1) / 2."""
LEAST_SPREAD = 0.2


def silence(history: History, now: datetime, factor: float) -> Illness | None:
    """No story where some were expected. `factor`: how much of the usual all sources publish these days, at most 1.

    With a baseline: the stories missed exceed log(stories a year / FALSE_A_YEAR): were stories to come independently,
    chance would make FALSE_A_YEAR such silences a year; and, since they do not, MARGIN times the longest silence of the
    last weeks in the same measure. Over once a story comes.
    """
    last, look = history.last_new_at or history.first_look_at, history.last_look_at
    if last is None or look is None or look <= last:
        return None
    if (opened := history.opened("silence")) is not None:
        return opened.illness if last <= opened.illness.since else None
    last = max(last, history.fit_since or last)
    if (dropped := history.opened("drop")) is not None:
        factor *= float(dropped.illness.figures.get("share", 1.0))
    baseline, gap = history.baseline, look - last
    if baseline is None:
        missed, least, shortest = history.first_rate * _days(last, look), FIRST_LEAST, FIRST_SHORTEST
    else:
        missed, least, shortest = baseline.expected(last, look) * factor, most_missed(baseline), SHORTEST
    if gap < shortest or missed < least:
        return None
    return Illness(
        "silence",
        last,
        f"no new story since {when(last, now)}: in {long(gap)}, {number(missed)} were to be expected",
        history.advice("silence"),
        figures={"missed": round(missed, 1), "threshold": round(least, 1)},
    )


def most_missed(baseline: Baseline) -> float:
    """Stories that may be missing before a silence is told of."""
    by_chance = math.log(max(365 * baseline.per_day, 1.0) / FALSE_A_YEAR)
    return min(MOST, max(by_chance, MARGIN * baseline.longest, 3.0))


def drop(history: History, now: datetime, factor: float) -> Illness | None:
    """Half of what is usual, or less, came in a day, three or a week, and days do not vary that much.

    Ends when a day has two thirds of what it should; the baseline of the beginning is the measure.
    """
    baseline, look = history.baseline, history.last_look_at
    if baseline is None or look is None:
        return None
    if (opened := history.opened("drop")) is not None:
        window = timedelta(days=1) if baseline.per_day >= LEAST_EXPECTED else timedelta(days=3)
        came, expected = _came(history, look - window, look), baseline.expected(look - window, look) * factor
        return None if came >= (1 + DROPPED) / 2 * expected - 1 else opened.illness
    for window in WINDOWS:
        start = look - window
        came, expected = _came(history, start, look), baseline.expected(start, look) * factor
        if expected < LEAST_EXPECTED or came > DROPPED * expected or not _was_looked_at(history, start):
            continue
        spread = max(baseline.spread, LEAST_SPREAD) * math.sqrt(LEAN / (window.days + LEAN - 1))
        deviations = DEVIATIONS * (1 + UNSURE / baseline.days)
        if math.log((came + 0.5) / (expected + 0.5)) < -deviations * spread:
            return _dropped(history, now, start, came, expected)
    return None


def _dropped(history: History, now: datetime, start: datetime, came: int, expected: float) -> Illness:
    return Illness(
        "drop",
        start,
        f"since {when(start, now)} {came} new stories came, where about {number(expected)} were to be expected",
        history.advice("drop"),
        figures={"came": came, "expected": round(expected, 1), "share": round((came + 0.5) / (expected + 0.5), 3)},
    )


def _came(history: History, start: datetime, end: datetime) -> int:
    return sum(hour.fresh for hour in history.hours if start <= hour.at < end)


def _was_looked_at(history: History, start: datetime) -> bool:
    looked = [hour.at for hour in history.hours if hour.looks and hour.at >= start]
    first, fit = history.first_look_at, history.fit_since
    is_fit = first is not None and first + timedelta(days=1) <= start and (fit is None or fit <= start)
    return len(looked) >= 4 and is_fit


def _days(start: datetime, end: datetime) -> float:
    """Days between, those of a weekend counted as WEEKEND."""
    total, moment = 0.0, start
    while moment < end:
        step = min(timedelta(hours=1), end - moment)
        total += step / timedelta(days=1) * (WEEKEND if moment.weekday() >= 5 else 1.0)
        moment += step
    return total


def common_factor(of: History, ratios: Mapping[int, tuple[str | None, float]]) -> float:
    """How much of the usual the other sources publish these days, from .1 to 1: a holiday is one for all.

    `ratios`: by source, its country, and its last day against what was expected of it. The median over
    those of the same country, if four of them tell, else over all; 1 where fewer than four do.
    """
    telling = [pair for source_id, pair in ratios.items() if source_id != of.source_id]
    alike = [ratio for country, ratio in telling if country == of.country]
    others = sorted(alike if len(alike) >= 4 else [ratio for _, ratio in telling])
    return min(1.0, max(0.1, others[len(others) // 2])) if len(others) >= 4 else 1.0


def ratios_of(histories: Iterable[History], now: datetime) -> dict[int, tuple[str | None, float]]:
    """What `common_factor` is told of these sources: those that tell anything."""
    found = ((one, _ratio(one, now)) for one in histories)
    return {one.source_id: (one.country, ratio) for one, ratio in found if ratio is not None}


def _ratio(history: History, now: datetime) -> float | None:
    """Stories of the last day against those expected; None where few are, or where it was not looked at."""
    look = history.last_look_at
    if history.baseline is None or look is None or now - look > timedelta(hours=6):
        return None
    expected = history.baseline.expected(look - timedelta(days=1), look)
    return _came(history, look - timedelta(days=1), look) / expected if expected >= 3 else None
