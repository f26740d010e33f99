"""Pages from files: an HTML file that somebody saved, or the responses in a WARC file."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from archive.errors import UsageError
from archive.models import Page
from archive.urls import safe_url

MOST = 10 * 2**20
"""Bytes of a page's body, as for a page that is fetched; the rest is cut off and the page marked truncated."""
WARC_NAME = re.compile(r"\.w?arc(\.gz)?$", re.I)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)")  # written by browsers when they save a page
_TAGS = re.compile(rb"<(?:link|meta)\b[^>]*>", re.I)
_PAIRS = re.compile(rb"([a-z:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.I)
_HEAD = 2**19  # bytes of a page in which it is looked for


@dataclass(slots=True)
class Reading:
    """One reading of files. `skipped` counts records that hold no page, by reason; `broken` says where a file ended.

    `cut` counts pages of which a part is missing; they are marked truncated.
    """

    skipped: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    cut: int = 0

    def pages(self, path: Path, url: str | None = None) -> Iterator[Page]:
        """The pages of one file, in its order. `url` is where an HTML file came from.

        Raises UsageError for a file that is neither, or an HTML file of which nobody says where it came from.
        """
        try:
            with path.open("rb") as file:
                if WARC_NAME.search(path.name) or file.peek(5)[:5] == b"WARC/":
                    yield from self.responses(file, path)
                else:
                    yield read_html(file.read(), path, url)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from None

    def responses(self, file: BinaryIO, path: Path) -> Iterator[Page]:
        """The pages of a WARC file that is open, whatever it is called. Raises UsageError if it is none."""
        records = ArchiveIterator(file)
        records.loader.http_parser = _Verbatim(["HTTP/1.0", "HTTP/1.1", "HTTP/2"], verify=False)
        taken = 0
        try:
            for record in records:
                offset = records.offset
                if reason := _not_a_page(record):
                    self.skipped[reason] += 1
                elif page := _page(record, f"warc:{path.name}@{offset}"):
                    taken += 1
                    self.cut += page.truncated
                    yield page
                else:
                    self.skipped["unreadable"] += 1
        except (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, EOFError) as error:
            said = " ".join(str(error).split())[:200]
            if not taken and not self.skipped:
                raise UsageError(f"{path} is not a WARC file ({said})") from None
            self.broken.append(f"{path} cannot be read past byte {records.offset:,} ({said})")


class _Verbatim(StatusAndHeadersParser):  # type: ignore[misc]
    """Reads header lines as they are: one character a byte, as everywhere in the archive."""

    @staticmethod
    def decode_header(line: bytes) -> str:
        return line.decode("latin-1")


def read_html(body: bytes, path: Path, url: str | None = None) -> Page:
    """A saved page. It counts as fetched when the file was last changed. Raises UsageError without an address."""
    address = safe_url(url or own_address(body) or "")
    if address is None:
        said = f"{url!r} is not an http or https address" if url else "it does not say where it came from: add --url"
        raise UsageError(f"{path}: {said}")
    return Page(
        requested_url=address,
        url=address,
        body=body[:MOST],
        fetched_at=datetime.fromtimestamp(int(path.stat().st_mtime), UTC),
        truncated=len(body) > MOST,
        origin="file",
    )


def own_address(body: bytes) -> str | None:
    """Where a page says it is from: a browser's remark, its canonical link, or its OpenGraph address."""
    if saved := _SAVED_FROM.search(body, 0, 2000):
        return saved[1].decode("utf-8", errors="replace")
    for tag in _TAGS.finditer(body, 0, _HEAD):
        said = {
            name.lower(): unescape((a or b or c).decode(errors="replace")) for name, a, b, c in _PAIRS.findall(tag[0])
        }
        if said.get(b"rel", "").lower() == "canonical" or said.get(b"property", "").lower() == "og:url":
            address = said.get(b"href") or said.get(b"content") or ""
            if safe_url(address):
                return address
    return None


def _not_a_page(record: Any) -> str | None:
    """Why a record holds no page to look at; None if it may hold one."""
    if record.rec_type != "response":
        return f"{record.rec_type} record"
    address = record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("uri") or ""
    if safe_url(address) is None or record.http_headers is None:
        return "not http"
    status = record.http_headers.get_statuscode()
    if not re.fullmatch(r"2\d\d", status):
        return f"status {status[:3]}"
    kind = (record.http_headers.get_header("content-type") or "text/html").split(";")[0].strip().lower()
    return None if "html" in kind else "not html"


def _page(record: Any, origin: str) -> Page | None:
    """The record's page; None if its date or body cannot be read."""
    headers = record.http_headers
    url = safe_url(record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("uri"))
    fetched_at = _date(record.rec_headers.get_header("WARC-Date") or record.rec_headers.get_header("archive-date"))
    if url is None or fetched_at is None:
        return None
    is_chunked = (headers.get_header("transfer-encoding") or "").strip().lower() == "chunked"
    stream = ChunkedDataReader(record.raw_stream) if is_chunked else record.raw_stream
    body = stream.read(MOST + 1)
    return Page(
        requested_url=url,
        url=url,
        body=body[:MOST],
        fetched_at=fetched_at,
        status=int(headers.get_statuscode()),
        status_line=f"{headers.protocol} {headers.statusline}".strip(),
        headers=tuple((str(name), str(value)) for name, value in headers.headers),
        peer_ip=record.rec_headers.get_header("WARC-IP-Address"),
        protocol=headers.protocol or None,
        truncated=len(body) > MOST or _is_cut(record, body, is_chunked=is_chunked),
        origin=origin,
    )


def _is_cut(record: Any, body: bytes, *, is_chunked: bool) -> bool:
    """Whether the record says that it is cut, ends before its length, or has less than its page's Content-Length."""
    record.raw_stream.read()
    if record.rec_headers.get_header("WARC-Truncated") or getattr(record.raw_stream, "limit", 0):
        return True
    length = record.http_headers.get_header("content-length") or ""
    return not is_chunked and length.strip().isdecimal() and len(body) < int(length)


def _date(text: str | None) -> datetime | None:
    """WARC's dates (ISO 8601) and ARC's (fourteen digits), both UTC."""
    try:
        if text and re.fullmatch(r"\d{14}", text):
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
