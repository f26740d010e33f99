"""What pages turned out to be: walls, non-articles, no answers; and fields that stories lost."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from archive.health.changes import Change, became_bad, became_good
from archive.health.figures import History, Illness, Kind
from archive.health.shares import MISSING, NON_ARTICLES, UNREACHABLE, WALL, WALLS, Share, Tallied, is_of, tallies
from archive.health.wording import share as percent
from archive.health.wording import when

PROOF = 15.0
"""Of Page's sum: a change seen by chance once in e^15 items, were items independent (they are not: hence so much)."""
GOOD_PROOF = 5.0
LEAST_SHARE = 0.02
"""No share is taken to be rarer than that as a rule."""
MOST_SHARE = 0.6
"""What is bad more often than that as a rule cannot be told to have become bad."""
LEAST_BAD = 5
FIRST_ARTICLES = 20
_LACKING: dict[Literal["no_dates", "no_authors"], tuple[str, float]] = {
    "no_dates": ("dates", 0.8),
    "no_authors": ("authors", 1.0),
}
"""The field, and how many of FIRST_ARTICLES or more must be without it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A share that is watched for a change: how much is bad when ill, and at the beginning, when nothing is known."""

    kind: Kind
    share: Share
    at_first: float | None
    ill: float


Tallies = Mapping[str, list[Tallied]]
_WALL = Watched("wall", WALL, 0.1, 0.8)
_WATCHED = (
    Watched("non_articles", NON_ARTICLES, 0.5, 0.9),
    Watched("unreachable", UNREACHABLE, 0.3, 0.9),
    *(Watched("drift", share, None, 0.8) for share in MISSING.values()),
)
_FIELD_WORDS = {"authors": "authors", "dates": "a date", "title": "a headline", "text": "text to speak of"}


def page_illnesses(history: History, now: datetime) -> Iterator[Illness]:
    """All of this module; where pages are walls, only that."""
    tallied = tallies(history.hours)
    if wall := _watch(history, _WALL, tallied, now):
        yield wall
        return
    for watched in _WATCHED:
        if ill := _watch(history, watched, tallied, now):
            yield ill
    for kind in _LACKING:
        if ill := _lacks(history, kind, tallied):
            yield ill


def _watch(history: History, watched: Watched, tallied: Tallies, now: datetime) -> Illness | None:
    subject = watched.share.name.partition("/")[2]
    opened, hours = history.opened(watched.kind, subject), tallied[watched.share.name]
    if opened is not None:
        usual = float(opened.illness.figures.get("usual", LEAST_SHARE))
        since = [one for one in hours if one.hour.at >= opened.found_at - timedelta(hours=1)]
        well = became_good(since, watched.share, usual, _ill(watched, usual))
        return None if well is not None and well.score >= GOOD_PROOF else opened.illness
    usual_share = usual_of(history, watched)
    if usual_share is None:
        return None
    if (over := history.over_since(watched.kind, subject)) is not None:
        hours = [one for one in hours if one.hour.at >= over]
    change = became_bad(hours, watched.share, usual_share, _ill(watched, usual_share))
    if change is None or change.score < PROOF or change.bad < LEAST_BAD:
        return None
    return _described(history, watched, change, usual_share, now)


def usual_of(history: History, watched: Watched) -> float | None:
    """The share that is bad as a rule; None where a change cannot be told."""
    known = history.baseline.shares.get(watched.share.name) if history.baseline else watched.at_first
    if known is None:
        known = watched.at_first
    return max(known, LEAST_SHARE) if known is not None and known <= MOST_SHARE else None


def _ill(watched: Watched, usual: float) -> float:
    return max(watched.ill, (1 + usual) / 2)


def _described(history: History, watched: Watched, change: Change, usual: float, now: datetime) -> Illness:
    says, advice = _WORDS[watched.kind](history, watched, change, now)
    figures: dict[str, float | str] = {"bad": change.bad, "total": change.total, "usual": round(usual, 3)}
    return Illness(watched.kind, change.since, says, advice, watched.share.name.partition("/")[2], figures)


def _wall_words(history: History, _: Watched, change: Change, now: datetime) -> tuple[str, str]:
    kind = _most(history, change, WALLS)
    name = "consent pages" if kind == "consent" else "bot checks"
    share = percent(change.bad, change.total)
    said = f"{share} {name} since {when(change.since, now)} ({change.bad} of {change.total} pages)"
    return said, history.advice("consent" if kind == "consent" else "challenge")


def _page_words(history: History, watched: Watched, change: Change, now: datetime) -> tuple[str, str]:
    kind = _most(history, change, watched.share.bad)
    what = "of the pages are no articles" if watched.kind == "non_articles" else "of the stories do not answer"
    share = percent(change.bad, change.total)
    said = f"{share} {what} since {when(change.since, now)} ({change.bad} of {change.total}, mostly {kind})"
    return said, history.advice(watched.kind)


def _drift_words(history: History, watched: Watched, change: Change, now: datetime) -> tuple[str, str]:
    field = watched.share.name.partition("/")[2]
    said = (
        f"{percent(change.bad, change.total)} of the new stories are without {_FIELD_WORDS[field]} since "
        f"{when(change.since, now)} ({change.bad} of {change.total}): the site was probably rebuilt"
    )
    return said, history.advice("drift")


_WORDS = {
    "wall": _wall_words,
    "non_articles": _page_words,
    "unreachable": _page_words,
    "drift": _drift_words,
}


def _most(history: History, change: Change, names: tuple[str, ...]) -> str:
    """Which of the names is counted most since the change."""
    counts: Counter[str] = Counter()
    for hour in history.since(_hour(change.since)):
        for name, count in hour.counts.items():
            if is_of(name, names):
                counts[name.partition("/")[2]] += count.number
    return counts.most_common(1)[0][0] if counts else "unknown"


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _lacks(history: History, kind: Literal["no_dates", "no_authors"], tallied: Tallies) -> Illness | None:
    """From the first day: hardly a story with a date, none with an author. Over when half of them have it."""
    field, much = _LACKING[kind]
    opened = history.opened(kind)
    hours = [one for one in tallied[f"missing/{field}"] if opened is None or one.hour.at >= opened.found_at]
    missing, total = sum(one.bad for one in hours), sum(one.total for one in hours)
    if opened is not None:
        return None if total >= LEAST_BAD and missing < total / 2 else opened.illness
    known = history.baseline.shares.get(f"missing/{field}", 1.0) if history.baseline else 1.0
    if total < FIRST_ARTICLES or missing < much * total or known < MOST_SHARE or history.opened("drift", field):
        return None
    since = history.first_look_at or hours[0].hour.at
    said = f"{missing} of the last {total} stories are without {_FIELD_WORDS[field]}"
    return Illness(kind, since, said, history.advice("missing"), figures={"bad": missing, "total": total})
