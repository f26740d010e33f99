"""Chromium as a renderer: it runs a page's scripts, and every byte that it is given comes from us.

Its own ways to the network are shut (no name resolves, every connection would go to a proxy that is not there), and
each of its requests is answered by a function of the caller's, or not at all. So addresses are judged where they are
connected to, as for all other requests, which a browser that connects by itself does not allow. Playwright is an extra
(`newsmorgue[js]`); the browser is the system's, none is downloaded.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from archive.errors import ConfigError

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Page, Playwright, Route

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DEADLINE = 30.0
"""Seconds that a page's scripts have, what they load included."""
QUIET = 8.0
"""Seconds of these that are waited for until nothing is loaded any more (for half a second)."""
_ENDING = 5.0  # seconds for a browser to close
_SHUT = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
)


class RenderingFailed(OSError):
    """The browser did not bring a page to its end. It is worth another try."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that the browser is given."""

    status: int
    headers: dict[str, str]
    body: bytes


_STAY = Given(204, {}, b"")  # no content: whoever asked stays where it is
Ask = Callable[[str, str, str], Awaitable[Given | None]]
"""(URL, method, kind) -> what the browser gets for it; None: nothing. Kinds are Chromium's: "script", "fetch" ..."""


def find_chromium() -> str | None:
    """The system's browser."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def require_browser(source: str) -> str:
    """The browser's path. Raises ConfigError, saying for which source it is needed and how to get it."""
    if find_spec("playwright") is None:
        raise ConfigError(f'source {source!r}: js needs an extra: pip install "newsmorgue[js]"')
    path = find_chromium()
    if path is None:
        raise ConfigError(f"source {source!r}: js needs Chromium, and there is none on PATH (apt install chromium)")
    return path


class Browser:
    """One Chromium, started for the first page, and again if it ended."""

    def __init__(self, path: str, user_agent: str) -> None:
        self._path, self._user_agent = path, user_agent
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._starting = asyncio.Lock()

    async def render(self, url: str, ask: Ask) -> str:
        """The page at a URL after its scripts, as HTML. Raises RenderingFailed.

        Nothing is shared with other pages: no cookies, no storage, no cache.
        """
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            chromium = await self._started()
            async with asyncio.timeout(DEADLINE):
                return await self._rendered(chromium, url, ask)
        except (Error, TimeoutError) as error:
            said = "its scripts do not end" if isinstance(error, TimeoutError) else str(error).splitlines()[0]
            raise RenderingFailed(f"{url} could not be rendered: {said}") from error

    async def close(self) -> None:
        """Ends the browser and the program that drives it."""
        await self._end()
        if self._playwright is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._playwright.stop(), _ENDING)
            self._playwright = None

    async def _rendered(self, chromium: "Chromium", url: str, ask: Ask) -> str:
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        context = await chromium.new_context(
            user_agent=self._user_agent, service_workers="block", accept_downloads=False
        )
        try:
            page = await context.new_page()
            await _shut_in(context, page, url, ask)
            await page.goto(url, wait_until="domcontentloaded")
            with suppress(Error):  # a page that is never quiet is taken as it stands
                await page.wait_for_load_state("networkidle", timeout=QUIET * 1000)
            html = await page.content()
            if page.url.startswith("chrome-error:"):
                raise Error("it has left its page")
            return html
        finally:
            try:
                await asyncio.wait_for(context.close(), _ENDING)
            except (Error, TimeoutError):
                await self._end()  # whatever holds it; the next page gets another browser

    async def _started(self) -> "Chromium":
        from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra

        async with self._starting:
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            if self._chromium is None or not self._chromium.is_connected():
                self._chromium = await self._playwright.chromium.launch(
                    executable_path=self._path,
                    args=list(_SHUT),
                    chromium_sandbox=os.geteuid() != 0,  # it refuses to be root's with one
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                )
            return self._chromium

    async def _end(self) -> None:
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        chromium, self._chromium = self._chromium, None
        if chromium is not None:
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(chromium.close(), _ENDING)


async def _shut_in(context: "BrowserContext", page: "Page", url: str, ask: Ask) -> None:
    """Has every request of a page answered by `ask`; the page itself only once, and no other page at all."""
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    opened: set[str] = set()

    async def answer(route: "Route") -> None:
        request = route.request
        kind = request.resource_type
        given = None
        if kind != "document":
            given = await ask(request.url, request.method, kind)
        elif request.url == url and not opened:
            opened.add(url)
            given = await ask(url, request.method, kind)
        else:  # a frame, a window, or where a script leads: refused, it would take the page's place with an error
            given = _STAY
        with suppress(Error):  # the page may be closed by now
            if given is None:
                await route.abort("blockedbyclient")
            else:
                await route.fulfill(status=given.status, headers=given.headers, body=given.body)

    async def close(popup: "Page") -> None:
        if popup is not page:
            await popup.close()

    await context.route("**/*", answer)
    await context.route_web_socket("**/*", lambda socket: socket.close())
    context.on("page", close)
