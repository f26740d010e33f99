"""Pages of sources with `js`: fetched like all others, and then brought to what their scripts make of them.

The page itself is fetched as ever: guard, robots.txt, delay, redirects, limits, headers verbatim. What its scripts ask
for while they run comes through the same guard and robots.txt: scripts and data of the site and of the hosts that the
source names, by GET; images, styles, frames, and what is other people's, are not asked for.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.dates import now
from archive.encoding import MOST, decode
from archive.models import Page
from archive.store.recent import Recent
from archive.urls import host_of
from crawler.browser import Browser, Given, require_browser
from crawler.download import BodyTooLargeError, GuardedDownloadHandler
from crawler.errands import DOWNLOAD_ERRORS, ERRAND, RENDERED, errand_of
from crawler.manners import Manners
from crawler.robots import RobotsRules
from crawler.running import Errand

MOST_REQUESTS = 80
"""That the scripts of one page may make."""
MOST_BYTES = 5 * 2**20
"""Of the answer to one of them."""
_PATIENCE = 10.0  # seconds for one of them
_HOPS = 5
_KINDS = frozenset({"script", "fetch", "xhr"})
_CACHED = 32 * 2**20  # bytes of scripts, which are the same on all pages of a site
_NOT_PASSED_ON = frozenset({"content-encoding", "content-length", "transfer-encoding", "set-cookie", "connection"})
_NOT_OF_THE_BODY = frozenset({"content-encoding", "content-length", "content-type", "transfer-encoding"})
_AGENT = "User-Agent"
Fetch = Callable[[Request], Awaitable[Response]]


class RenderingDownloadHandler(GuardedDownloadHandler):
    """Has pages and front pages of sources with `js` rendered once they have come whole."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._browser: Browser | None = None
        self._scripts = _Scripts()

    async def download_request(self, request: Request) -> Response:
        response = await super().download_request(request)
        if not _is_to_be_rendered(request, response):
            return response
        errand = errand_of(request.meta)
        agent = (request.headers.get(_AGENT) or b"").decode("latin-1")
        if self._browser is None:
            self._browser = Browser(require_browser(errand.source.name), agent)
        page = await asyncio.to_thread(_decoded, response, request)
        manners: Manners = self.crawler.spider.manners  # type: ignore[union-attr]
        supply = _Supply(errand, manners, super().download_request, self._scripts, agent, _passed_on(page), request)
        html = (await self._browser.render(request.url, supply.ask)).encode("utf-8", "replace")
        if len(html) > MOST:
            raise BodyTooLargeError(f"{request.url}: after its scripts the page has {len(html)} bytes")
        request.meta["raw_headers"] = _headers_of_rendered(request.meta["raw_headers"])
        request.meta[RENDERED] = True
        return response.replace(body=html, headers=dict(request.meta["raw_headers"]))

    async def close(self) -> None:
        """Ends the browser, too."""
        if self._browser is not None:
            await self._browser.close()
        await super().close()


class _Scripts:
    """Scripts asked for in this crawl; each once, also by pages at the same time."""

    def __init__(self) -> None:
        self._held: Recent[str, Given] = Recent(_CACHED)
        self._asking: dict[str, asyncio.Lock] = {}

    async def get(self, url: str, fetch: Callable[[], Awaitable[Given | None]]) -> Given | None:
        """The script at a URL."""
        async with self._asking.setdefault(url, asyncio.Lock()):
            given = self._held.peek(url) or await fetch()
            if given is not None and given.status == 200:
                self._held.get(url, lambda: (given, len(given.body)))
            return given


@dataclass(slots=True)
class _Supply:
    """What the browser is given for one page."""

    errand: Errand
    manners: Manners
    fetch: Fetch
    scripts: "_Scripts"
    agent: str
    page: Given
    request: Request
    asked: Counter[str] = field(default_factory=Counter)

    async def ask(self, url: str, method: str, kind: str) -> Given | None:
        """The page itself, or what its scripts may have."""
        if kind == "document":
            return self.page
        if kind not in _KINDS or method not in ("GET", "HEAD") or self.asked.total() >= MOST_REQUESTS:
            return None
        self.asked[url] += 1
        if kind != "script":
            return await self._fetched(url, method)
        return await self.scripts.get(url, lambda: self._fetched(url, method))

    async def _fetched(self, url: str, method: str) -> Given | None:
        for _ in range(_HOPS):
            if not self._is_needed(url) or not await self._is_allowed(url):
                return None
            request = self._request(url, method)
            try:
                response = await self.fetch(request)
            except DOWNLOAD_ERRORS:
                return None
            location = response.headers.get("Location")
            if not (response.status in (301, 302, 303, 307, 308) and location):
                return _passed_on(await asyncio.to_thread(_decoded, response, request))
            url = response.urljoin(location.decode("utf-8", "replace"))
        return None

    def _is_needed(self, url: str) -> bool:
        """Whether it is the site's own, or of a host that the source names."""
        source, host = self.errand.source.source, host_of(url)
        return source.owns(url) or any(host == name or host.endswith(f".{name}") for name in source.script_hosts)

    async def _is_allowed(self, url: str) -> bool:
        if self.manners.ignores_robots(self.errand.source, url):
            return True
        try:
            rules = await self.manners.rules(url, self.errand.source)
        except DOWNLOAD_ERRORS:
            return False
        return isinstance(rules, RobotsRules) and rules.allows(url)

    def _request(self, url: str, method: str) -> Request:
        secrets = self.errand.source.secrets if self.errand.source.source.owns(url) else {}
        headers = {_AGENT: self.agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate, br, zstd", **secrets}
        meta = {
            name: value
            for name, value in self.request.meta.items()
            if name in ("proxy", "guard", "verbatim_url", ERRAND)
        }
        limits = {"download_timeout": _PATIENCE, "download_maxsize": MOST_BYTES}
        return Request(url, method=method, headers=headers, meta=meta | limits, dont_filter=True)


def _is_to_be_rendered(request: Request, response: Response) -> bool:
    errand = request.meta.get(ERRAND)
    if not isinstance(errand, Errand) or errand.kind not in ("page", "front") or not errand.source.source.js:
        return False
    kind = (response.headers.get("Content-Type") or b"text/html").split(b";")[0].strip().lower()
    return (
        response.status == 200 and kind in (b"text/html", b"application/xhtml+xml") and "dataloss" not in response.flags
    )


def _decoded(response: Response, request: Request) -> Page:
    """An answer without its content codings."""
    headers = tuple(request.meta.get("raw_headers", ()))
    return decode(Page(response.url, response.url, response.body, now(), status=response.status, headers=headers))


def _passed_on(page: Page) -> Given:
    headers = {name: value for name, value in page.headers if name.lower() not in _NOT_PASSED_ON}
    return Given(page.status, headers, page.body)


def _headers_of_rendered(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers as received; those that speak of bytes that are not kept are renamed, as replayed archives do."""
    kept = [(f"X-Archive-Orig-{name}" if name.lower() in _NOT_OF_THE_BODY else name, value) for name, value in headers]
    return [*kept, ("Content-Type", "text/html; charset=utf-8")]
