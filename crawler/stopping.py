"""Ending requests that are under way, so that a crawl told to stop does so in seconds."""

import asyncio

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.errands import TurnEnded
from crawler.rendering import RenderingDownloadHandler


class StoppableDownloadHandler(RenderingDownloadHandler):
    """A download ends with TurnEnded when the crawl is told to stop; its link stays pending."""

    lazy = True  # made for the first request, when the crawl is open

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._under_way: set[asyncio.Task[object]] = set()
        self._stopping = False
        crawler.spider.crawl.on_stop.append(self._abort)  # type: ignore[union-attr]

    async def download_request(self, request: Request) -> Response:
        # Scrapy runs each download in a task of its own.
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            return await super().download_request(request)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            raise TurnEnded("the crawl was stopped") from None
        finally:
            self._under_way.discard(task)

    def _abort(self) -> None:
        self._stopping = True
        for task in self._under_way:
            task.cancel()


def empty_slots(crawler: Crawler) -> None:
    """Give up the requests that wait for their host's delay."""
    for slot in crawler.engine.downloader.slots.values():
        slot.close()
        while slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(Failure(TurnEnded("the crawl was stopped")))  # type: ignore[no-untyped-call]
