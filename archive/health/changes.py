"""When a share became another one: Page's cumulative sum (E. S. Page, Continuous Inspection Schemes, Biometrika 1954).

Each bad item speaks for the change by log(p1/p0), each good one against it by log((1-p1)/(1-p0)); the sum never falls
below zero, and the change began where it last left zero.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.health.shares import Share, Tallied


@dataclass(frozen=True, slots=True)
class Change:
    """How strongly a change is shown, since when, and how many were bad of how many since then."""

    score: float
    since: datetime
    bad: int
    total: int


def became_bad(hours: Iterable[Tallied], share: Share, usual: float, ill: float) -> Change | None:
    """The change from the share `usual` to `ill` that the hours end in; None if they do not."""
    return _change(hours, math.log(ill / usual), math.log((1 - ill) / (1 - usual)), share.bad)


def became_good(hours: Iterable[Tallied], share: Share, usual: float, ill: float) -> Change | None:
    """The same for the way back, of hours since the illness was seen. `since`: from when on all is well."""
    return _change(hours, math.log(usual / ill), math.log((1 - usual) / (1 - ill)), share.good)


def _change(hours: Iterable[Tallied], for_bad: float, for_good: float, names: tuple[str, ...]) -> Change | None:
    """`names`: what is counted where the change begins."""
    score, begun, bad, total = 0.0, None, 0, 0
    for tallied in hours:
        score += tallied.bad * for_bad + (tallied.total - tallied.bad) * for_good
        if score <= 0:
            score, begun, bad, total = 0.0, None, 0, 0
            continue
        begun = begun or tallied.hour
        bad += tallied.bad
        total += tallied.total
    return Change(score, begun.first(*names), bad, total) if begun else None
