"""One crawl while it runs: its sources, and the parts of the archive it writes through."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from archive.dates import now
from archive.errors import NewsmorgueError
from archive.ingest import Ingest
from archive.models import Hop
from archive.store.archive import Archive
from archive.store.fetches import FetchKind
from archive.store.forgotten import ForgottenUrls
from archive.store.listings import Listing
from archive.store.pending import LinkRow
from archive.store.shapes import Yielded
from archive.store.writer import Writer
from archive.workers import WorkerPool
from crawler.budgets import Budgets
from crawler.frontier import Frontier
from crawler.listings import Heard
from crawler.plan import CrawlRequest, Planned
from crawler.revisiting import Revisiting
from crawler.schedule import Horizon
from crawler.sources import Settings, Source

logger = logging.getLogger("newsmorgue")
Result = TypeVar("Result")
REVISITS_FOR = timedelta(minutes=10)
"""From the beginning of a crawl of what is due until it asks for no more known stories: the next one goes on, and looks
at listings first."""
LOCK_PATIENCE = 10.0
"""Seconds that a crawl told to stop still waits for another process to finish writing."""


@dataclass(slots=True, eq=False)
class RunningSource:
    """A source in this crawl: what is wanted of it, and what its listings said so far."""

    id: int
    planned: Planned
    horizon: Horizon
    secrets: Mapping[str, str] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)  # by URL, as known when the crawl began, and since
    opened: set[str] = field(default_factory=set)  # URLs of listings asked for in this crawl
    read: int = 0  # listings that answered
    named: int = 0  # links they named
    unchanged: int = 0  # listings that had nothing new to say
    older: int = 0
    oldest_on: date | None = None
    undated: int = 0
    failures: dict[str, str] = field(default_factory=dict)  # URL of a listing -> why it said nothing
    shapes: dict[str, Yielded] = field(default_factory=dict)  # of URLs that may be traps, and what they gave
    is_slow: bool = False  # its Crawl-delay allows one request a crawl, and links are waiting for it

    def heard(self, listing: Listing, heard: Heard | None) -> None:
        """Count what a listing said; None: nothing new."""
        self.read += 1
        self.listings[listing.url] = listing
        if heard is None:
            self.unchanged += 1
            return
        self.named += len(heard.wanted) + len(heard.refused)
        self.older += heard.reading.older
        self.undated += 0 if self.horizon.undated else heard.reading.undated
        days = [day for day in (self.oldest_on, heard.reading.oldest_on) if day is not None]
        self.oldest_on = min(days, default=None)

    @property
    def source(self) -> Source:
        """The source as configured."""
        return self.planned.source

    @property
    def name(self) -> str:
        """The source's name."""
        return self.planned.source.name


@dataclass(slots=True, eq=False)
class Errand:
    """What one request is made for; it travels with the request through its redirects."""

    source: RunningSource
    kind: FetchKind
    url: str
    link: LinkRow | None = None
    listing: Listing | None = None
    validators: Mapping[str, str] = field(default_factory=dict)
    hops: list[Hop] = field(default_factory=list)
    tries: int = 0


@dataclass(slots=True, eq=False)
class RunningCrawl:
    """What the spider, the middlewares and the pipeline share."""

    request: CrawlRequest
    settings: Settings
    crawl_id: int
    user_agent: str
    writer: Writer
    ingest: Ingest
    executor: WorkerPool
    sources: dict[int, RunningSource]
    budgets: Budgets
    revisiting: Revisiting
    decided: dict[int, Counter[str]] = field(default_factory=dict)  # outcomes so far, by source
    notes: list[str] = field(default_factory=list)
    unanswered: dict[str, str] = field(default_factory=dict)  # URL of a page to save -> why there is no answer
    forgotten: ForgottenUrls = field(default_factory=ForgottenUrls)
    closed_hosts: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    on_stop: list[Callable[[], None]] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    error: NewsmorgueError | None = None
    no_room: NewsmorgueError | None = None  # why the crawl was stopped, if the disk is too full
    frontier: Frontier = field(init=False)

    async def write(self, work: Callable[[Archive], Result]) -> Result:
        """Have the writer do something in a transaction; returns when it is committed."""
        try:
            return await asyncio.wrap_future(self.writer.call(work))
        except NewsmorgueError as error:
            self.fail(error)
            raise

    def may_revisit(self) -> bool:
        """Whether stories are still asked for again: a crawl of what is due ends in time for listings to be due."""
        return not self.request.due or now() - self.revisiting.began_at < REVISITS_FOR

    def stop(self) -> None:
        """Ask for nothing more; what is in flight stays pending."""
        if not self.stopping.is_set():
            self.stopping.set()
            self.frontier.stop()
            for act in self.on_stop:
                act()
            asyncio.get_running_loop().call_later(LOCK_PATIENCE, self.writer.give_up)

    def fail(self, error: NewsmorgueError) -> None:
        """Stop: the archive cannot take what is fetched."""
        self.error = self.error or error
        self.stop()

    async def sleep(self, seconds: float) -> None:
        """Wait, but not when the crawl is told to stop."""
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            return

    def say(self, line: str) -> None:
        """Something a person should read, once."""
        if line not in self.notes:
            self.notes.append(line)
            logger.warning(line)


def origin_of(url: str) -> str:
    """scheme://host[:port], what one robots.txt is for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
