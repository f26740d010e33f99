"""What stands between the spider and the network: one short class for each rule."""

from typing import Self
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.dates import now
from archive.models import Hop
from archive.store.forgotten import FORGOTTEN
from archive.urls import host_of, safe_url
from crawler.budgets import BUDGET
from crawler.errands import Busy, Refused, TurnEnded, errand_of, request_for, retry_after
from crawler.guard import Guard
from crawler.manners import Manners
from crawler.robots import MAX_REDIRECTS
from crawler.running import RunningCrawl
from crawler.spiders.news import NewsSpider

HOPS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class _Middleware:
    """A component that finds the running crawl through the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _spider(self) -> NewsSpider:
        assert isinstance(self._crawler.spider, NewsSpider)
        return self._crawler.spider

    @property
    def _crawl(self) -> RunningCrawl:
        return self._spider.crawl

    @property
    def _manners(self) -> Manners:
        return self._spider.manners


class GuardMiddleware(_Middleware):
    """No request to what is not the public internet, whatever asked for it: link, redirect, listing, robots.txt."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._guard = Guard.from_settings(crawler.settings)

    def process_request(self, request: Request) -> None:
        self._guard.check_url(request.url)


class ForgottenMiddleware(_Middleware):
    """No request for a page that was forgotten, wherever the way to it begins."""

    def process_request(self, request: Request) -> None:
        if self._crawl.forgotten.among([request.url]):
            raise Refused("skipped", FORGOTTEN)


class TurnMiddleware(_Middleware):
    """No request to a host whose turn has ended, and none at all once the crawl is told to stop."""

    def process_request(self, request: Request) -> None:
        host = host_of(request.url)
        if self._crawl.stopping.is_set() or self._crawl.frontier.is_closed(host):
            raise TurnEnded(host)
        self._manners.meet(errand_of(request.meta).source, request.url)


class RobotsMiddleware(_Middleware):
    """robots.txt as RFC 9309 means it, asked for once an origin and day."""

    async def process_request(self, request: Request) -> None:
        errand = errand_of(request.meta)
        if errand.kind == "robots" or self._manners.ignores_robots(errand.source, request.url):
            return
        rules = await self._manners.rules(request.url, errand.source)
        if isinstance(rules, str):
            raise Refused("unreachable", rules)
        if not rules.allows(request.url):
            raise Refused("skipped", "robots")
        if not self._manners.may_take_turn(host_of(request.url)):
            raise Busy("crawl_delay", self._manners.delay(host_of(request.url)))


class BudgetMiddleware(_Middleware):
    """No request more than a host gets in a day, or a crawl in all. robots.txt is counted, and never refused."""

    def process_request(self, request: Request) -> None:
        errand, host = errand_of(request.meta), host_of(request.url)
        spent = self._crawl.budgets.spend(errand.source.source, host)
        if spent is not None and errand.kind != "robots":
            self._crawl.budgets.spent[host] = spent.says
            raise Busy(BUDGET, spent.wait.total_seconds())


class BackoffMiddleware(_Middleware):
    """A host that says "too many requests", or says when it will be back, is believed."""

    def process_response(self, request: Request, response: Response) -> Response:
        if errand_of(request.meta).kind == "robots":
            return response
        wait = retry_after(response, now())
        if response.status == 429 or (response.status == 503 and wait is not None):
            raise Busy(f"http_{response.status}", wait)
        return response


class RedirectMiddleware(_Middleware):
    """Follows redirects, each hop recorded and each a request that every rule above judges anew."""

    def process_response(self, request: Request, response: Response) -> Response | Request:
        location = (response.headers.get("Location") or b"").decode("utf-8", "replace").strip()
        if response.status not in _REDIRECTS or not location:
            return response
        errand = errand_of(request.meta)
        if errand.kind == "robots" and len(errand.hops) >= MAX_REDIRECTS:
            return response
        if len(errand.hops) >= HOPS:
            raise Refused("unreachable", "too_many_redirects")
        headers = tuple(request.meta.get("raw_headers", ()))
        errand.hops.append(Hop(request.url, response.status, location, headers))
        target = safe_url(urljoin(request.url, location))
        if target is None:
            raise Refused("unreachable", "bad_redirect")
        followed = request_for(errand, self._crawl, target)
        followed.callback, followed.errback = request.callback, request.errback
        return followed
