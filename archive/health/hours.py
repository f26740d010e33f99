"""One hour of one source: what was counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple


class Count(NamedTuple):
    """How many in an hour, and the minute of the first."""

    number: int
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Hour:
    """What one source did in one hour (`at`: its beginning, UTC).

    `looks`: listings that answered. `new`: articles stored for the first time, `fresh`: those of them published at most
    two days before. `counts` by name: "verdict/KIND" of pages that answered with a body; "missing/FIELD" of new
    articles (title, authors, dates, text); "page/REASON" of stories without an answer; "robots/page" of those that
    robots.txt forbids; "listing/REASON" of listings that failed.
    """

    at: datetime
    looks: int = 0
    new: int = 0
    fresh: int = 0
    counts: Mapping[str, Count] = field(default_factory=dict)

    def total(self, family: str) -> int:
        """The sum over a family of names, such as "verdict/"."""
        return sum(count.number for name, count in self.counts.items() if name.startswith(family))

    def first(self, *families: str) -> datetime:
        """When one of these names, or of the families that end in a slash, was counted first in this hour."""
        minutes = [count.minute for name, count in self.counts.items() if name.startswith(families)]
        return self.at + timedelta(minutes=min(minutes, default=0))
