"""The archive's part in a crawl: its lock, its writer and its workers, held while the spider runs."""

import asyncio
import logging
from functools import partial
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from archive.dates import now
from archive.errors import NewsmorgueError
from archive.ingest import Ingest, IngestOptions
from archive.store.archive import Archive
from archive.store.lock import ArchiveLock
from archive.store.writer import Writer
from archive.workers import READING, WorkerPool
from crawler import opening
from crawler.alerts import tell_people
from crawler.closing import close
from crawler.floor import too_little_room
from crawler.progress import Progress
from crawler.revisiting import Revisiting
from crawler.running import RunningCrawl
from crawler.spiders.news import NewsSpider
from crawler.stopping import empty_slots

failures = logging.getLogger("newsmorgue.failures")


class ArchiveExtension:
    """Opens the archive when the spider opens and closes it when the spider closes, also under plain `scrapy crawl`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._lock: ArchiveLock | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Connected to the spider's beginning and end."""
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self, spider: NewsSpider) -> None:
        """Take the lock and begin the crawl. An archive that cannot be used ends it before its first request."""
        if not spider.plan.planned:
            raise CloseSpider("nothing_due")
        try:
            self._open(spider)
        except NewsmorgueError as error:
            spider.error = error
            failures.error("%s", error)
            raise CloseSpider(type(error).__name__) from error

    async def spider_closed(self, spider: NewsSpider, reason: str) -> None:
        """Have judged what was received, write the crawl's end, and give the lock back."""
        try:
            if spider.is_open:
                if reason == "shutdown":
                    spider.crawl.stop()
                spider.report = await asyncio.to_thread(close, spider.crawl, spider.plan)
                await asyncio.to_thread(tell_people, spider.plan)
        except NewsmorgueError as error:
            spider.error = error
            failures.error("%s", error)
        finally:
            if self._lock is not None:
                self._lock.release()

    def _open(self, spider: NewsSpider) -> None:
        plan, path = spider.plan, spider.plan.request.archive
        if wrong := too_little_room(plan):
            raise wrong
        lock = ArchiveLock(path)
        lock.acquire(plan.request.command)
        self._lock = lock
        user_agent = plan.user_agent(self._crawler.settings["USER_AGENT"])
        with Archive.open(path, create=True, force=plan.request.force) as archive, archive.transaction():
            sources = opening.open_sources(archive, plan)
            crawl_id = opening.begin(archive, plan, sources, user_agent)
            asked = opening.ask(archive, crawl_id, sources) if plan.request.exact else []
            forgotten = archive.forgotten.urls()
            budgets = opening.budgets(archive, plan)
        writer = Writer(path, force=plan.request.force)
        executor = WorkerPool(
            plan.settings.crawl.workers, preload=(*READING, "archive.extraction.beforehand", "crawler.listings")
        )
        crawl = RunningCrawl(
            request=plan.request,
            settings=plan.settings,
            crawl_id=crawl_id,
            user_agent=user_agent,
            writer=writer,
            ingest=Ingest(writer, executor, IngestOptions()),
            executor=executor,
            budgets=budgets,
            sources={source.id: source for source in sources},
            forgotten=forgotten,
            revisiting=Revisiting(
                crawl_id,
                now(),
                {source.id: plan.design(source.source) for source in sources},
                {source.id: source.source.refuses for source in sources},
            ),
        )
        if not plan.request.save:
            crawl.ingest.on_settled = crawl.revisiting.settled
        spider.opened(crawl, asked)
        crawl.on_stop.append(partial(empty_slots, self._crawler))
        crawl.ingest.resume()


class ProgressExtension:
    """Shows how the crawl goes, unless it was asked to be quiet."""

    def __init__(self) -> None:
        self._showing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Connected to the spider's beginning and end."""
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self, spider: NewsSpider) -> None:
        """Begin to show, in a task of its own."""
        if spider.is_open and not spider.plan.request.quiet:
            self._showing = asyncio.ensure_future(Progress(spider.crawl).show())

    async def spider_closed(self, spider: NewsSpider) -> None:
        """Take the table away."""
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.wait({self._showing})
