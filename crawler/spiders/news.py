"""The one spider: all sources that are due, in one crawl."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Self

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.dates import now
from archive.errors import NewsmorgueError
from archive.ingest import Decided
from archive.store.archive import Archive
from archive.store.fetches import FetchContext
from archive.store.pending import LinkRow
from crawler.agenda import read_due_plan
from crawler.errands import errand_of, page_of, request_for, unfinished, validators
from crawler.frontier import Frontier
from crawler.hearing import Hearing
from crawler.manners import Manners
from crawler.outcomes import Outcomes
from crawler.pipelines import Received
from crawler.plan import CrawlReport, CrawlRequest, Plan
from crawler.running import Errand, RunningCrawl
from crawler.traps import Traps

LATER = 0.1
"""Seconds until a link that had to wait for the reading of others is looked at again."""


class NewsSpider(scrapy.Spider):
    """Opens the listings that are due, then asks for the links of the archive's table until none is left.

    `scrapy crawl news -a archive=morgue.db -a config=morgue.toml` gives strings; `morgue` gives a CrawlRequest.
    """

    name = "news"
    crawl: RunningCrawl
    manners: Manners

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.is_open = False
        self.error: NewsmorgueError | None = None
        self._to_judge: dict[int, LinkRow] = {}
        self.report: CrawlReport | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider for a plan; the networks that permissions name are set before Scrapy's settings freeze."""
        plan = kwargs.get("plan") or read_due_plan(CrawlRequest.from_strings(kwargs))
        crawler.settings.set("MORGUE_ALLOW_NETWORKS", plan.allow_networks(), priority="spider")
        spider = cls(plan)
        spider._set_crawler(crawler)
        return spider

    def opened(self, crawl: RunningCrawl, asked: Sequence[LinkRow]) -> None:
        """The archive is open; the crawl can begin. `asked`: links to fetch and no others."""
        self.crawl, self.is_open = crawl, True
        self.manners = Manners(self.crawler, crawl)
        self._outcomes = Outcomes(crawl, self.manners)
        self._traps = Traps(crawl)
        self._hearing = Hearing(crawl, self.manners, self._outcomes)
        crawl.frontier = Frontier(self._pending, self.manners.capacity, crawl.ingest.room)
        crawl.frontier.put(asked)
        loop = asyncio.get_running_loop()

        def tell(decided: Decided) -> None:  # in the writer's thread
            loop.call_soon_threadsafe(self._decided, decided)

        crawl.ingest.on_decided = tell
        for source in crawl.sources.values():
            if source.planned.whole:
                crawl.frontier.add_source(source.id, crawl.request.limit)

    async def start(self) -> AsyncIterator[Request]:
        """Listings first, so that the newest links are known; then links, newest first."""
        for source in self.crawl.sources.values():
            for errand in self._hearing.begin(source):
                yield self._listing_request(errand)
        async for request in self.links():
            yield request

    async def links(self) -> AsyncIterator[Request]:
        """Requests for links, newest first, until none is left and every page is judged."""
        while True:
            link = await self.crawl.frontier.next()
            if link is not None and (fate := await self._traps.lets(link)) != "now":
                self.crawl.frontier.landed(link)
                if fate == "later":
                    self.crawl.frontier.retry(link, LATER)
                else:
                    self.crawl.frontier.done(link)
            elif link is not None:
                source = self.crawl.sources[link.source_id]
                known = {} if self.plan.request.save else validators(link)
                errand = Errand(source, "page", link.url, link=link, validators=known)
                yield self._request(errand, self.parse_page, self.lost_page)
            elif not await self._more_to_do():
                return

    async def parse_page(self, response: Response) -> AsyncIterator[Received]:
        """A page that a link led to. What a server failed to give, or gave in part, is asked for again."""
        errand = errand_of(response.meta)
        assert errand.link is not None
        self.crawl.frontier.landed(errand.link)
        self._outcomes.answered(response.url)
        problem = unfinished(response)
        if problem and self._outcomes.again(errand.link, problem):
            self._traps.ended(errand.link)
            return
        origin = "save" if self.plan.request.save else "crawl"
        context = FetchContext(self.crawl.crawl_id, errand.source.id, errand.link.id)
        self._to_judge[errand.link.id] = errand.link
        yield Received(page_of(response, errand, origin), context, errand.link)

    async def lost_page(self, failure: Failure) -> None:
        """A link that got no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        errand = errand_of(request.meta)
        assert errand.link is not None
        self._traps.ended(errand.link)
        await self._outcomes.failed(errand, request.url, _error(failure))

    async def parse_listing(self, response: Response) -> AsyncIterator[Request | Received]:
        """A feed, sitemap or front page; or an address of which nobody said what it is."""
        try:
            async for more in self._hearing.answered(response, errand_of(response.meta)):
                yield self._listing_request(more) if isinstance(more, Errand) else more
        finally:
            self.crawl.frontier.listing_closed(errand_of(response.meta).source.id)

    async def lost_listing(self, failure: Failure) -> AsyncIterator[Request]:
        """A listing that got no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        try:
            async for errand in self._hearing.missed(errand_of(request.meta), request.url, _error(failure)):
                yield self._listing_request(errand)
        finally:
            self.crawl.frontier.listing_closed(errand_of(request.meta).source.id)

    def _listing_request(self, errand: Errand) -> Request:
        self.crawl.frontier.listing_opened(errand.source.id)
        return self._request(errand, self.parse_listing, self.lost_listing)

    def _request(self, errand: Errand, callback: Any, errback: Any) -> Request:
        request = request_for(errand, self.crawl)
        request.callback, request.errback = callback, errback
        return request

    def _decided(self, decided: Decided) -> None:
        self.crawl.decided.setdefault(decided.source_id or 0, Counter())[decided.outcome.value] += 1
        if decided.source_id in self.crawl.sources:
            self._traps.learn(decided.source_id, decided.yielded)
        link = self._to_judge.pop(decided.link_id or 0, None)
        if link is not None:
            self._traps.ended(link)
            self._outcomes.judged(link, decided)
        self.crawl.frontier.wake()

    async def _pending(self, source_id: int, limit: int, exclude: Collection[int]) -> list[LinkRow]:
        """New links first; what is due again when no more of them can come, as far as there is room."""
        held, crawl = list(exclude), self.crawl
        is_whole, more_to_come = crawl.sources[source_id].planned.whole, crawl.frontier.is_listening(source_id)

        def read(archive: Archive) -> list[LinkRow]:
            links = archive.links.pending(source_id, now(), limit, held, again=not (is_whole and more_to_come))
            if is_whole and not more_to_come and len(links) < limit and crawl.may_revisit():
                mine = [*held, *(link.id for link in links)]
                links += crawl.revisiting.claim(archive, source_id, limit - len(links), mine)
            return links

        return await crawl.write(read)

    async def _more_to_do(self) -> bool:
        """Wait until every page is judged: one that turns out to be cut short is asked for again."""
        try:
            while not self.crawl.stopping.is_set() and not await asyncio.to_thread(self.crawl.ingest.wait, 0.2):
                pass  # a thread cannot be interrupted, and a signal shall be heard
        except NewsmorgueError as error:
            self.crawl.fail(error)
        await asyncio.sleep(0)
        return not self.crawl.stopping.is_set() and not self.crawl.frontier.is_idle()


def _error(failure: Failure) -> BaseException:
    assert failure.value is not None
    return failure.value
