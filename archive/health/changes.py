"""When a share became another one: Page's cumulative sum (E. S. Page, Continuous Inspection Schemes, Biometrika 1954).

Each bad item speaks for the change by log(p1/p0), each good one against it by log((1-p1)/(1-p0)); the sum never falls
below zero, and the change began where it last left zero.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.health.hours import Hour
from archive.health.shares import Share


@dataclass(frozen=True, slots=True)
class Change:
    """How strongly a change is shown, since when, and how many were bad of how many since then."""

    score: float
    since: datetime
    bad: int
    total: int


def became_bad(hours: Iterable[Hour], share: Share, usual: float, ill: float) -> Change | None:
    """The change from the share `usual` to `ill` that the hours end in; None if they do not."""
    weights = math.log(ill / usual), math.log((1 - ill) / (1 - usual))
    return _change(hours, share, *weights, names=share.bad)


def became_good(hours: Iterable[Hour], share: Share, usual: float, ill: float) -> Change | None:
    """The same for the way back, of hours since the illness was seen. `since`: the hour from which on all is well."""
    weights = math.log(usual / ill), math.log((1 - usual) / (1 - ill))
    return _change(hours, share, *weights, names=share.good)


def _change(
    hours: Iterable[Hour], share: Share, for_bad: float, for_good: float, names: tuple[str, ...]
) -> Change | None:
    """`names`: what is counted where the change begins."""
    change: Change | None = None
    for hour in hours:
        bad, total = share.of(hour)
        if not total:
            continue
        score = (change.score if change else 0.0) + bad * for_bad + (total - bad) * for_good
        if score <= 0:
            change = None
        elif change is None:
            change = Change(score, hour.first(names), bad, total)
        else:
            change = Change(score, change.since, change.bad + bad, change.total + total)
    return change
