"""From the spider to the archive: a page is committed before anything interprets it."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from scrapy.crawler import Crawler

from archive.errors import NewsmorgueError
from archive.models import Page
from archive.store.fetches import FetchContext
from archive.store.pending import LinkRow

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider


@dataclass(frozen=True, slots=True)
class Received:
    """A page, and what it was fetched for; `link` when the frontier gave it out."""

    page: Page
    context: FetchContext
    link: LinkRow | None = None


class IngestPipeline:
    """Hands pages to the inbox and waits until they are there."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Received) -> Received:
        spider: NewsSpider = self._crawler.spider  # type: ignore[assignment]
        try:
            if item.page.status == HTTPStatus.NOT_MODIFIED:
                await asyncio.wrap_future(spider.crawl.ingest.receive_unmodified(item.page, item.context))
            else:
                await asyncio.wrap_future(spider.crawl.ingest.receive(item.page, item.context))
        except NewsmorgueError as error:
            spider.crawl.fail(error)
        finally:
            if item.link is not None:
                spider.crawl.frontier.done(item.link)
        return item
