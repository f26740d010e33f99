"""The download handler: aiohttp, with every address judged, answers kept verbatim, and caps on all of them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NoReturn, cast

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from aiohttp.resolver import ThreadedResolver
from aiohttp.streams import StreamReader
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Headers
from scrapy.utils.ssl import _make_ssl_context

from crawler.guard import AddressRefused, Guard

HEADER_BYTES = 64 * 1024  # of all header sections of one answer: status lines, names, values, separators
DEFAULT_TIMEOUT = 30.0  # seconds from the first look-up to the last byte of the body


class BodyTooLargeError(DownloadCancelledError):
    """The body is, or says it is, larger than the request's download_maxsize."""

    reason: ClassVar[str] = "too_large"


class HeadersTooLargeError(DownloadFailedError):
    """The header section is larger than HEADER_BYTES."""

    reason: ClassVar[str] = "headers_too_large"


class _HeaderFloodError(aiohttp.ClientError):
    """More than HEADER_BYTES came, and the header section has not ended."""


class _RefusedConnectionError(OSError):
    """Carries an AddressRefused through aiohttp, which retries and reports only OSError."""

    def __init__(self, refused: AddressRefused) -> None:
        super().__init__(str(refused))
        self.refused = refused


@dataclass(frozen=True, slots=True)
class _Leave:
    """What the request that a connection is made for may connect to. None as guard: its proxy, whatever its address."""

    host: str
    guard: Guard | None

    def check(self, address: str) -> None:
        if self.guard is not None:
            self.guard.check_address(address, self.host)


# Connections are made in the task of the request they are for, or in tasks that copy its context.
_leave: ContextVar[_Leave] = ContextVar("leave")


class GuardedResolver(AbstractResolver):
    """Refuses a name if any of its addresses is refused: a name that points here and there is not to be trusted."""

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The name's addresses. Raises AddressRefused by the leave of the request in whose task this runs."""
        return await self.resolve_for(_leave.get(), host, port, family)

    async def resolve_for(
        self, leave: _Leave, host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The name's addresses, all of which the leave allows. Raises AddressRefused; OSError if there are none."""
        found = await self._resolver.resolve(host, port, family)
        for result in found:
            leave.check(result["host"])
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._resolver.close()


def guarded_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for an address that was just judged: the last check before a connection is made."""
    family, kind, protocol, _, peer = address
    try:
        _leave.get().check(peer[0])
    except AddressRefused as error:
        raise _RefusedConnectionError(error) from error
    return socket.socket(family=family, type=kind, proto=protocol)


class _CappedProtocol(ResponseHandler):
    """Stops reading a header section that does not end, and tells a body that was cut from one that was closed."""

    _header_bytes: int | None = None  # of the answer that is awaited; None once its final header section is whole

    def set_response_params(self, **options: Any) -> None:
        self._header_bytes = 0
        super().set_response_params(**options)

    def data_received(self, data: bytes) -> None:
        before = self._header_bytes
        super().data_received(data)
        if before is None or self._header_bytes is None:
            return
        self._header_bytes = before + len(data)
        if self._header_bytes > HEADER_BYTES and self.exception() is None and self.transport is not None:
            self.set_exception(_HeaderFloodError())
            self.transport.close()

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        if data[0].code >= 200:
            self._header_bytes = None
        super().feed_data(data, size)

    def connection_lost(self, exc: BaseException | None) -> None:
        payload = self._payload
        if payload is not None and not payload.is_eof():
            if exc is not None:  # a body without length ends with its connection, but not with one that broke
                payload.set_exception(aiohttp.ClientPayloadError(f"connection lost: {exc}"))
            elif self.exception() is not None:  # the parser gave up: aiohttp leaves the reader waiting
                payload.set_exception(aiohttp.ClientPayloadError(f"not readable: {self.exception()}"))
        super().connection_lost(exc)


class GuardedDownloadHandler(AiohttpDownloadHandler):
    """Fetches what the guard allows: that of MORGUE_ALLOW_NETWORKS, or the one in `request.meta["guard"]`.

    Leaves in `request.meta`: `raw_headers`, a list of (name, value) as received and in order, latin-1; `status_line`;
    `sent_headers`, the same of the request, with what aiohttp added. A body that was cut short is a response with the
    flag "dataloss" and what came of it. `request.meta["proxy"]` names a proxy; the environment's are not looked at.
    URLs are sent as they are.

    Raises AddressRefused, BodyTooLargeError, HeadersTooLargeError, and Scrapy's own download errors.
    """

    _DEFAULT_CONNECT_TIMEOUT: ClassVar[float] = DEFAULT_TIMEOUT
    experimental: ClassVar[bool] = False  # its warning is about Scrapy's own; what is used of it is tested here

    def __init__(self, crawler: Crawler) -> None:
        super(AiohttpDownloadHandler, self).__init__(crawler)  # Scrapy's own would open a session that is not ours
        self._ssl_context = _make_ssl_context(crawler.settings)
        self._guard = Guard.from_settings(crawler.settings)
        self._fail_on_dataloss = False
        self._resolver = GuardedResolver(ThreadedResolver())
        connector = aiohttp.TCPConnector(
            local_addr=self._bind_address,
            limit=0,  # how many at once is decided where hosts take turns; waiting here would eat the request's time
            use_dns_cache=True,
            resolver=self._resolver,
            socket_factory=guarded_socket,
        )
        connector._factory = cast("partial[ResponseHandler]", partial(_CappedProtocol, loop=asyncio.get_running_loop()))
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            trust_env=False,
            # The cap is on the whole header section, and ours: these only have to be no smaller.
            max_line_size=HEADER_BYTES * 8,
            max_field_size=HEADER_BYTES * 8,
            max_headers=HEADER_BYTES,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    @asynccontextmanager
    async def _make_request(self, request: Request, timeout: float) -> AsyncIterator[_ClientResponse]:
        guard: Guard = request.meta.get("guard") or self._guard
        proxy = self._extract_proxy_url_with_creds(request)
        with _scrapy_errors(request, timeout):
            guard.check_url(request.url)
            url = yarl.URL(request.url, encoded=True)
            host = url.raw_host or ""
            guard.check_host(host)
            token = _leave.set(_Leave(host, None if proxy else guard))
            try:
                if proxy:
                    async with asyncio.timeout(timeout):
                        await self._resolver.resolve_for(_Leave(host, guard), host, url.port or 0)
                async with self._session.request(
                    request.method,
                    url,
                    data=request.body or None,
                    headers=self._request_headers(request).to_tuple_list(),
                    timeout=aiohttp.ClientTimeout(total=timeout),
                    ssl=self._ssl_context,
                    allow_redirects=False,
                    proxy=proxy,
                ) as response:
                    answer = cast(_ClientResponse, response)
                    _leave.get().check(_peer(answer))
                    _keep_verbatim(answer, request)
                    yield answer
            finally:
                _leave.reset(token)

    @staticmethod
    def _extract_headers(response: _ClientResponse) -> Headers:
        return Headers(response.raw_headers)  # bytes: not every header is UTF-8

    @staticmethod
    async def _iter_body_chunks(response: _ClientResponse) -> AsyncIterator[bytes]:
        """What came of the body, all of it: the stream itself forgets unread bytes when the connection breaks."""
        content = response.content
        try:
            async for chunk in content.iter_any():
                yield chunk
        except aiohttp.ClientPayloadError:
            if left := content._read_nowait(-1):
                yield left
            raise

    @staticmethod
    def _cancel_maxsize(size: int, limit: int, request: Request, *, expected: bool) -> NoReturn:
        said = "says it has" if expected else "has at least"
        raise BodyTooLargeError(f"{request.url}: the body {said} {size} bytes, the limit is {limit}")


def _peer(response: _ClientResponse) -> str:
    """The address that answered; where it is not known nothing may be read."""
    if response._peername is None:
        raise DownloadFailedError("the connection was lost before it was known whose it was")
    return response._peername[0]


def _keep_verbatim(response: _ClientResponse, request: Request) -> None:
    version = response.version or aiohttp.HttpVersion11
    line = f"HTTP/{version.major}.{version.minor} {response.status} {response.reason or ''}".rstrip()
    size = len(line) + 2 + sum(len(name) + len(value) + 4 for name, value in response.raw_headers)
    if size > HEADER_BYTES:
        raise HeadersTooLargeError(f"{request.url}: the headers have {size} bytes, the limit is {HEADER_BYTES}")
    request.meta["status_line"] = line.encode("utf-8", "surrogateescape").decode("latin-1")
    request.meta["raw_headers"] = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in response.raw_headers]
    request.meta["sent_headers"] = list(response.request_info.headers.items())


@contextmanager
def _scrapy_errors(request: Request, timeout: float) -> Iterator[None]:
    """aiohttp's errors as Scrapy's, and ours as they are."""
    try:
        yield
    except TimeoutError as error:
        raise DownloadTimeoutError(f"{request.url}: no whole answer within {timeout} seconds") from error
    except _HeaderFloodError as error:
        raise HeadersTooLargeError(f"{request.url}: more than {HEADER_BYTES} bytes of headers") from error
    except aiohttp.InvalidURL as error:
        raise UnsupportedURLSchemeError(str(error)) from error
    except aiohttp.ClientConnectorDNSError as error:
        raise CannotResolveHostError(str(error)) from error
    except aiohttp.ClientSSLError as error:
        raise DownloadFailedError(f"{request.url}: {error}") from error
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, _RefusedConnectionError):
            raise error.os_error.refused from error
        raise DownloadConnectionRefusedError(str(error)) from error
    except aiohttp.ClientError as error:
        raise DownloadFailedError(str(error) or type(error).__name__) from error
    except OSError as error:  # aiohttp's are caught above: this is our own look before a proxy is asked
        raise CannotResolveHostError(f"{request.url}: {error}") from error
