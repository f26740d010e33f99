"""The floor of free space: a crawl stops before the disk is full."""

import asyncio
import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from archive.space import NoRoom, free_bytes, in_bytes
from crawler.plan import Plan
from crawler.spiders.news import NewsSpider

logger = logging.getLogger("newsmorgue")
LOOK_EVERY = 2.0
"""Seconds between two looks at the disk. At a page of 10 MB a second twenty of them come in between."""


def too_little_room(plan: Plan) -> NoRoom | None:
    """What to say if the archive's disk has less free than `min_free`; None if it has enough."""
    place, floor = plan.request.archive.absolute().parent, plan.settings.crawl.min_free
    free = free_bytes(place)
    if free >= floor:
        return None
    kept = f"min_free keeps {in_bytes(floor)}"
    return NoRoom(f"the disk of {place} has {in_bytes(free)} free, and {kept}: nothing is fetched; links stay pending")


class FloorExtension:
    """Stops the crawl cleanly when there is too little room."""

    def __init__(self) -> None:
        self._looking: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Connected to the spider's beginning and end."""
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self, spider: NewsSpider) -> None:
        """Begin to look, in a task of its own."""
        if spider.is_open:
            self._looking = asyncio.ensure_future(self._look(spider))

    async def spider_closed(self, spider: NewsSpider) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    async def _look(self, spider: NewsSpider) -> None:
        while (wrong := await asyncio.to_thread(too_little_room, spider.plan)) is None:
            await asyncio.sleep(LOOK_EVERY)
        spider.crawl.no_room = wrong
        logger.error("%s", wrong)
        spider.crawl.stop()
