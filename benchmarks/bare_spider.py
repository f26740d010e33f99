"""A Scrapy spider and nothing else: asks for URLs on condition that they changed, and counts the answers by status.

    python -m scrapy runspider benchmarks/bare_spider.py -a known=URLS.json

URLS.json holds [URL, ETag, Last-Modified] of each. Scrapy's settings are its own defaults, but for the log's level.
"""

import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import scrapy
from scrapy.http import Response


class BareSpider(scrapy.Spider):
    """Gets the same answers as a re-crawl, and keeps nothing."""

    name = "bare"
    custom_settings = {"LOG_LEVEL": "WARNING"}  # noqa: RUF012 - Scrapy's own way
    handle_httpstatus_list = [304]  # noqa: RUF012

    def __init__(self, known: str) -> None:
        super().__init__()
        self.known: list[list[str]] = json.loads(Path(known).read_text(encoding="utf-8"))
        self.statuses: Counter[int] = Counter()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url, etag, last_modified in self.known:
            yield scrapy.Request(url, headers={"If-None-Match": etag, "If-Modified-Since": last_modified})

    def parse(self, response: Response) -> None:
        self.statuses[response.status] += 1

    def closed(self, reason: str) -> None:
        json.dump(self.statuses, sys.stdout)
