"""How many requests a host gets in a day, and a crawl in all. What is beyond stays pending, with the reason."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.dates import now
from crawler.schedule import LONG_WAIT
from crawler.sources import CrawlOptions, Source

BUDGET = "budget"
SOON = timedelta(seconds=LONG_WAIT + 1)
"""After a crawl that has used up its own budget, the next one may go on."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Why a request may not be made now, and how long it waits."""

    wait: timedelta
    says: str


class Budgets:
    """Counts the requests of a crawl. `asked`: those of earlier crawls of `day` (UTC), by host."""

    def __init__(self, options: CrawlOptions, asked: Mapping[str, int], day: datetime) -> None:
        self._in_all = options.most_per_crawl
        self._asked, self._day, self._made = Counter(asked), day.date(), 0
        self.spent: dict[str, str] = {}  # host -> why it is asked for no more

    def spend(self, source: Source, host: str) -> Spent | None:
        """Count one request to a host; or say why it may not be made."""
        at = now()
        if at.date() != self._day:
            self._asked, self._day = Counter(), at.date()
        most = source.most_requests
        if self._in_all is not None and self._made >= self._in_all:
            return Spent(SOON, f"the {self._in_all:,} requests of a crawl (most_per_crawl) are made")
        if most is not None and self._asked[host] >= most:
            wait = midnight_after(at) - at
            return Spent(wait, f"the {most:,} requests that it gets a day (most_requests) are made")
        self._made += 1
        self._asked[host] += 1
        return None


def midnight_after(at: datetime) -> datetime:
    """The next beginning of a day, UTC."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
