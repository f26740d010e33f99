"""What is to be done when: the listings, links and stories of each source, with the time at which each is due."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from archive.dates import now
from archive.store.archive import Archive
from archive.store.listings import Listing
from archive.store.waiting import Waiting, waiting
from crawler.opening import is_slow
from crawler.plan import CrawlRequest, Plan, Planned, read_plan
from crawler.running import RunningSource
from crawler.schedule import LEEWAY, horizon
from crawler.selection import beginnings, opens_at
from crawler.sources import Source
from crawler.values import written

_WHY = {  # by listings.due_why
    "rate": "as often as it brings something new",
    "new": "often, to learn how much it publishes",
    "window": "before its oldest entries can be pushed off",
    "asked": "it asks for fewer visits",
    "age": "nothing new for long",
    "unchanged": "its index says that it did not change",
    "failed": "it gave no answer",
    "wait": "its host asked for a pause",
    "fixed": "as it was configured",
}
_WHY_AGAIN = {  # by links.due_why
    "pace": "adaptive: as often as it is edited",
    "design": "revisit",
    "missed": "adaptive: the last look did not find it",
    "listed": "adaptive: it was listed as changed",
}
NEVER_READ = "not read yet"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be done for a source. `what`: front, feed or sitemap; links, stories or pages. `by`: why then."""

    source: str
    what: str
    at: datetime
    by: str
    url: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive knows of a source."""

    id: int = 0
    listings: tuple[Listing, ...] = ()
    waiting: Waiting = field(default_factory=Waiting)
    is_slow: bool = False


def agenda(source: Source, known: Known, at: datetime) -> list[Item]:
    """What is to be done for a source, the next first."""
    listed = RunningSource(
        known.id,
        Planned(source),
        horizon(None, source.since, at),
        listings={listing.url: listing for listing in known.listings},
        is_slow=known.is_slow,
    )
    items = [_reading(listed, listing, at) for listing in beginnings(listed, at)]
    items += _queued(source, known.waiting)
    return sorted(items, key=lambda item: (item.at, item.url or ""))


def known_of(archive: Archive, source: Source) -> Known:
    """What the archive knows of a source; nothing of one that it has never seen."""
    record = archive.sources.by_name(source.name)
    if record is None or record.id is None:
        return Known()
    listings = tuple(archive.listings.known(record.id))
    return Known(record.id, listings, waiting(archive.db, record.id), is_slow(archive, source, record.id))


def read_agenda(archive: Archive, sources: Iterable[Source], at: datetime) -> list[Item]:
    """What is to be done for all of these sources, the next first; nothing for those that are paused."""
    items = [item for source in sources if not source.paused for item in agenda(source, known_of(archive, source), at)]
    return sorted(items, key=lambda item: item.at)


def next_due(archive: Archive, sources: Iterable[Source], at: datetime) -> Item | None:
    """What is due first, which may be since some time; None where there is no source that is not paused."""
    return next(iter(read_agenda(archive, sources, at)), None)


def read_due_plan(request: CrawlRequest) -> Plan:
    """The plan of a request; of one for what is due, without the sources that have nothing due. Raises as read_plan.

    Of an archive of an earlier format, which cannot tell, everything is due: the crawl brings it up to date.
    """
    plan = read_plan(request)
    if not request.due or not request.archive.exists():
        return plan
    at = now()
    with Archive.open(request.archive, readonly=True, force=request.force) as archive:
        try:
            due = tuple(one for one in plan.planned if not one.whole or _is_due(archive, one.source, at))
        except sqlite3.OperationalError:
            return plan
    return replace(plan, planned=due)


def _is_due(archive: Archive, source: Source, at: datetime) -> bool:
    return any(item.at <= at + LEEWAY for item in agenda(source, known_of(archive, source), at))


def _reading(source: RunningSource, listing: Listing, at: datetime) -> Item:
    config = source.source
    every = config.interval(listing.kind)
    if listing.last_fetched_at is None:
        by = NEVER_READ
    elif every is not None:
        by = f"{'every' if every is config.every else 'feed_every'} {written(every)}"
    else:
        by = f"adaptive: {_WHY.get(listing.outlook.due_why or '', 'hourly')}"
    return Item(source.name, listing.kind, opens_at(source, listing, at), by, listing.url)


def _queued(source: Source, waits: Waiting) -> Iterator[Item]:
    queues = (
        ("links", waits.links, "to be asked for"),
        ("stories", waits.stories, _WHY_AGAIN.get(waits.stories.why or "", "adaptive")),
        ("pages", waits.received, "received and not judged"),
    )
    for what, queue, by in queues:
        if queue.at is not None:
            yield Item(source.name, what, queue.at, by, count=queue.count)
