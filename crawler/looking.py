"""A crawl that only looks at a site: its listings, a few stories, and some of both a second time with validators."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.dates import now
from archive.store.archive import Archive
from archive.store.fetches import FetchContext, FetchKind
from archive.store.links import LinkRow
from archive.store.looked import AGAIN, LOOK, SHELL, Looked
from archive.workers import PageFailed
from crawler.discovery.shells import is_shell
from crawler.errands import errand_of, page_of
from crawler.opening import EVERYTHING
from crawler.pipelines import Received
from crawler.running import Errand, RunningSource
from crawler.spiders.news import NewsSpider


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What is asked for twice: with these validators, an unchanged page should cost nothing (RFC 9110, 13)."""

    kind: FetchKind
    url: str
    validators: dict[str, str]


class LookingSpider(NewsSpider):
    """Reads all listings before it asks for stories, so that those it samples are the newest that anything lists.

    The front page is kept as a page, too: what it is says whether the site needs a browser, or hides behind a wall.
    """

    _listened = False

    async def start(self) -> AsyncIterator[Request]:
        async for request in super().start():
            yield request
        self._listened = True
        for source in self.crawl.sources.values():
            self.crawl.frontier.wake(source.id)
        async for request in self.links():
            yield request
        for source in self.crawl.sources.values():
            for look in await self.crawl.write(partial(second_looks, source_id=source.id)):
                yield self._second(source, look)

    async def parse_listing(self, response: Response) -> AsyncIterator[Request | Received]:
        async for more in super().parse_listing(response):
            yield more
        errand = errand_of(response.meta)
        if errand.url == errand.source.source.home:
            page = page_of(response, errand, LOOK)
            try:
                shell = await asyncio.wrap_future(self.crawl.executor.submit(is_shell, page))
            except PageFailed:
                shell = False
            kept = replace(page, origin=SHELL if shell else LOOK)
            yield Received(kept, FetchContext(self.crawl.crawl_id, errand.source.id, None))

    async def parse_second(self, response: Response) -> None:
        """How a second request was answered."""
        errand = errand_of(response.meta)
        context = FetchContext(self.crawl.crawl_id, errand.source.id, None, None, errand.kind)
        await self.crawl.write(lambda archive: archive.fetches.record(page_of(response, errand, AGAIN), context))

    async def lost_second(self, failure: Failure) -> None:
        """A second request without an answer says nothing."""

    def _second(self, source: RunningSource, look: SecondLook) -> Request:
        errand = Errand(source, look.kind, look.url, validators=look.validators)
        return self._request(errand, self.parse_second, self.lost_second)

    async def _pending(self, source_id: int, limit: int, exclude: Collection[int]) -> list[LinkRow]:
        if not self._listened:
            return []
        held = list(exclude)
        return await self.crawl.write(lambda archive: _sample(archive, source_id, limit, held))


def second_looks(archive: Archive, source_id: int) -> list[SecondLook]:
    """The front page, a feed, a sitemap and a story, as far as they said how to ask whether they have changed."""
    looked = Looked(archive.db, source_id)
    chosen: dict[str, dict[str, Any]] = {}
    for listing in looked.listings():
        if listing["reason"] is None and (listing["etag"] or listing["last_modified"]):
            chosen.setdefault(listing["kind"], listing)
    looks = [_look(row["kind"], row["url"], row["etag"], row["last_modified"]) for row in chosen.values()]
    pages = (page["requested_url"] for page in looked.pages() if page["article_id"] and not page["is_front"])
    stories = ((url, archive.fetches.conditional(url)) for url in pages)
    said = next(((url, validators) for url, validators in stories if validators), None)
    return [*looks, *([_look("page", said[0], *said[1])] if said else [])]


def _look(kind: FetchKind, url: str, etag: str | None, last_modified: str | None) -> SecondLook:
    said = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return SecondLook(kind, url, {name: value for name, value in said.items() if value})


def _sample(archive: Archive, source_id: int, limit: int, exclude: Collection[int]) -> list[LinkRow]:
    wanted = [link for link in Looked(archive.db, source_id).sample(limit + len(exclude)) if link not in exclude]
    rows = {row.id: row for row in archive.links.pending(source_id, now(), EVERYTHING, exclude)}
    return [rows[link] for link in wanted[:limit] if link in rows]
