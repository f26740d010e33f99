"""From errands to requests and back: requests, pages, and what a failure means for a link."""

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, cast

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from archive.dates import now
from archive.models import Page
from archive.store.listings import Listing
from archive.store.pending import LinkRow
from crawler.browser import RenderingFailed
from crawler.download import BodyTooLargeError, HeadersTooLargeError
from crawler.guard import AddressRefused
from crawler.listings import LIMIT
from crawler.running import Errand, RunningCrawl

ACCEPT = {
    "page": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
    "front": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
    "feed": "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5",
    "sitemap": "application/xml,text/xml;q=0.9,*/*;q=0.5",
    "robots": "text/plain,*/*;q=0.5",
}
ROBOTS_SIZE = 5 * 2**20
TIMEOUT = 30.0
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED, in OpenSSL's x509_vfy.h
ERRAND = "errand"
RENDERED = "rendered"
"""In a request's meta: its answer's body is what scripts made of it; in `fetches.origin`, after a colon."""
logger = logging.getLogger("newsmorgue")
DOWNLOAD_ERRORS = (
    AddressRefused,
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    OSError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
"""All that a download raises when there is no answer."""


class Refused(IgnoreRequest):
    """A request that is not made. `state` is what its link becomes."""

    def __init__(self, state: Literal["skipped", "unreachable"], reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


class Busy(IgnoreRequest):
    """A host that asks to be left alone. `seconds`: how long it said; None: it did not."""

    def __init__(self, reason: str, seconds: float | None) -> None:
        super().__init__(reason)
        self.reason, self.seconds = reason, seconds


class TurnEnded(IgnoreRequest):
    """The host's turn has ended in this crawl: its links stay pending."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request got no answer. `state` None: it is worth another try."""

    reason: str
    state: Literal["skipped", "unreachable"] | None = None


_FAILURES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Failure], ...] = (
    (CannotResolveHostError, Failure("dns")),
    ((DownloadTimeoutError, TimeoutError), Failure("timeout")),
    ((DownloadConnectionRefusedError, ConnectionRefusedError), Failure("refused")),
    (ResponseDataLossError, Failure("truncated")),
    ((UnsupportedURLSchemeError, NotSupported), Failure("bad_url", "unreachable")),
    (RenderingFailed, Failure("rendering")),
    ((DownloadFailedError, OSError), Failure("connection")),
    (IgnoreRequest, Failure("turn_ended")),
)


def errand_of(meta: Mapping[str, Any]) -> Errand:
    """The errand that a request was made for, from its meta."""
    return cast(Errand, meta[ERRAND])


def validators(known: LinkRow | Listing) -> dict[str, str]:
    """The headers that ask for a page only if it is not the one that is held (RFC 9110, 13.1)."""
    named = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in named.items() if value}


def request_for(errand: Errand, crawl: RunningCrawl, url: str | None = None) -> Request:
    """The request of an errand, or of its next hop. Secrets go to the source's own hosts only."""
    url = url or errand.url
    headers = {
        "User-Agent": crawl.user_agent,
        "Accept": ACCEPT[errand.kind],
        "Accept-Encoding": "gzip, deflate, br, zstd",
        **(errand.validators if not errand.hops else {}),
        **(errand.source.secrets if errand.source.source.owns(url) else {}),
    }
    meta: dict[str, Any] = {ERRAND: errand, "download_timeout": TIMEOUT, "verbatim_url": True}
    if errand.kind in ("feed", "sitemap"):
        meta["download_maxsize"] = LIMIT
    elif errand.kind == "robots":
        meta["download_maxsize"] = ROBOTS_SIZE
    if crawl.settings.crawl.proxy:
        meta["proxy"] = crawl.settings.crawl.proxy
    return Request(url, headers=headers, meta=meta, dont_filter=True)


def page_of(response: Response, errand: Errand, origin: str) -> Page:
    """An answer as it goes into the archive."""
    meta = response.meta
    hidden = {name.lower() for name in errand.source.secrets}
    sent = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in _pairs(response.request))
    return Page(
        requested_url=errand.url,
        url=response.url,
        body=response.body,
        fetched_at=now(),
        status=response.status,
        status_line=meta.get("status_line", ""),
        headers=tuple(meta.get("raw_headers", ())),
        request_headers=tuple((name, "[redacted]" if name.lower() in hidden else value) for name, value in sent),
        hops=tuple(errand.hops),
        peer_ip=str(response.ip_address) if response.ip_address else None,
        protocol=response.protocol,
        truncated=is_cut(response),
        origin=f"{origin}:{RENDERED}" if meta.get(RENDERED) else origin,
    )


def unfinished(response: Response) -> str | None:
    """Why an answer is worth asking for again: the server failed, or the body came in part. None when it is whole."""
    if response.status >= 500:
        return f"http_{response.status}"
    return "truncated" if is_cut(response) else None


def is_cut(response: Response) -> bool:
    """Whether the connection ended before the body did."""
    return "dataloss" in response.flags or bool(response.meta.get("truncated"))


def retry_after(response: Response, at: datetime) -> float | None:
    """Seconds that Retry-After asks for; None when it is missing or unreadable (RFC 9110, 10.2.3)."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - at).total_seconds())


def failure_of(error: BaseException) -> Failure:
    """What an exception of the download says about the link."""
    match error:
        case Refused():
            return Failure(error.reason, error.state)
        case AddressRefused() | BodyTooLargeError() | HeadersTooLargeError():
            return Failure(error.reason, "unreachable")
        case _ if (reason := _tls_reason(error)) is not None:
            return Failure(reason, "unreachable")
    for kinds, failure in _FAILURES:
        if isinstance(error, kinds):
            return failure
    logger.error("a request failed on what nobody foresaw", exc_info=error)
    return Failure("internal_error", "unreachable")


def _tls_reason(error: BaseException | None) -> str | None:
    """Why there is no secure connection, if that is what went wrong."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):  # aiohttp's is one, too, and keeps the one that has a code
            found = getattr(error, "certificate_error", error)
            return "certificate_expired" if getattr(found, "verify_code", 0) == _EXPIRED else "certificate"
        if isinstance(error, ssl.SSLError):
            return "tls"
        error = error.__cause__ or error.__context__
    return None


def _pairs(request: Request | None) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in request.headers.items() for value in values] if request else []
