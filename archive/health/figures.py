"""What health is judged by, and what is found: values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from archive.health.advice import advice
from archive.health.baseline import Baseline
from archive.health.hours import Hour

Kind = Literal[
    "network",  # nothing of any source can be reached
    "certificate",
    "robots",
    "down",  # no listing of the source answers
    "listing",  # one does not
    "feed_moved",
    "feed_dead",
    "wall",
    "non_articles",
    "unreachable",  # stories do not answer
    "no_dates",
    "no_authors",
    "drift",
    "silence",
    "drop",
]


HARMLESS: frozenset[Kind] = frozenset(("feed_moved", "no_dates", "no_authors"))
"""They change neither how much is published nor what becomes of it."""
BLINDING: frozenset[Kind] = frozenset(
    ("network", "certificate", "robots", "down", "wall", "non_articles", "unreachable", "silence")
)
"""While one lasts, how much is published cannot be told."""
AWAY = timedelta(days=2)
"""A source that was not looked at for so long has lost stories to us, not to its readers."""
NORMAL_AFTER = timedelta(days=28)
"""What has lasted so long is what is usual now, of illnesses that can be."""


@dataclass(frozen=True, slots=True)
class ListingFigures:
    """A feed, sitemap or front page that matters: configured, in robots.txt, or declared by the front page.

    `changes` and `answered` are of the last four weeks, today not counted.
    """

    url: str
    kind: str
    first_seen_at: datetime
    last_fetched_at: datetime | None = None
    last_changed_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    reason: str | None = None
    moved_to: str | None = None
    moved_at: datetime | None = None
    changes: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Illness:
    """What is wrong with a source: since when, in a sentence, and what to do next.

    `subject` tells several of a kind apart. `figures` are what it was judged by; some are the measure of getting well.
    """

    kind: Kind
    since: datetime
    says: str
    advice: str
    subject: str = ""
    figures: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incident:
    """An illness as it was first seen. `id` is the archive's, None before it is saved."""

    illness: Illness
    found_at: datetime
    id: int | None = None
    ended_at: datetime | None = None


def spans_of_illness(incidents: Iterable[Incident], now: datetime) -> list[tuple[datetime, datetime]]:
    """The times of which nothing is to be learned: those of illnesses that are none of the usual by now."""
    return [
        (one.illness.since, one.ended_at or now)
        for one in incidents
        if one.illness.kind not in HARMLESS and not (one.ended_at and one.ended_at - one.found_at >= NORMAL_AFTER)
    ]


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one source. `hours`: the last eight days, in order, those without anything left out.

    `first_rate`: stories a day in the week before the first look, by their own dates. `open`: what ails it already;
    `closed`: what did, and ended in those eight days.
    """

    source_id: int
    name: str
    home: str = ""
    country: str | None = None
    first_look_at: datetime | None = None
    last_look_at: datetime | None = None
    last_new_at: datetime | None = None
    first_rate: float = 0.0
    hours: tuple[Hour, ...] = ()
    baseline: Baseline | None = None
    listings: tuple[ListingFigures, ...] = ()
    open: tuple[Incident, ...] = ()
    closed: tuple[Incident, ...] = ()

    def advice(self, of: str) -> str:
        """What to do next about an illness of this source."""
        return advice(of, self.name, self.home)

    def opened(self, kind: Kind, subject: str = "") -> Incident | None:
        """The open incident of that kind and subject."""
        return next((one for one in self.open if (one.illness.kind, one.illness.subject) == (kind, subject)), None)

    def over_since(self, kind: Kind, subject: str = "") -> datetime | None:
        """When the last incident of that kind and subject ended, if one did lately."""
        alike = (one for one in self.closed if (one.illness.kind, one.illness.subject) == (kind, subject))
        return max((one.ended_at for one in alike if one.ended_at), default=None)

    @property
    def fit_since(self) -> datetime | None:
        """From when on what comes tells of the source: after what kept it from us, and after a time without a look."""
        kinds = BLINDING | {"drop"}
        ended = [one.ended_at for one in self.closed if one.ended_at and one.illness.kind in kinds]
        looked = [hour.at for hour in self.hours if hour.looks]
        ended += [later for before, later in pairwise(looked) if later - before > AWAY]
        return max(ended, default=None)

    def since(self, moment: datetime) -> list[Hour]:
        """The hours that begin at `moment` or later."""
        return [hour for hour in self.hours if hour.at >= moment]
