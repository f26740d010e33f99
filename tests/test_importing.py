"""Pages out of files that other programs wrote."""

import gzip
import hashlib
import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.errors import UsageError
from archive.importing import MOST, Reading, read_html
from archive.models import Page

URL = "https://lakeside.example/ferry"
HTML = b"<html><body>Ferry</body></html>"
Headers = list[tuple[str, str]]


class Warc:
    """Writes a WARC file record by record."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._out = io.BytesIO()
        self._writer = WARCWriter(self._out, gzip=path.name.endswith(".gz"))

    def add(
        self,
        body: bytes = HTML,
        headers: Headers | None = None,
        *,
        url: str = URL,
        status: str = "200 OK",
        kind: str = "response",
        also: dict[str, str] | None = None,
    ) -> None:
        http = StatusAndHeaders(status, headers or [("Content-Type", "text/html")], protocol="HTTP/1.1")
        said = {"WARC-Date": "2026-02-03T04:05:06Z", "WARC-IP-Address": "192.0.2.7"} | (also or {})
        record = self._writer.create_warc_record(
            url, kind, io.BytesIO(body), len(body), http_headers=http, warc_headers_dict=said
        )
        self._writer.write_record(record)

    def pages(self) -> tuple[list[Page], Reading]:
        self.path.write_bytes(self._out.getvalue())
        reading = Reading()
        return list(reading.pages(self.path)), reading


@pytest.fixture(params=["some.warc", "some.warc.gz"])
def warc(tmp_path: Path, request: pytest.FixtureRequest) -> Warc:
    return Warc(tmp_path / request.param)


def test_a_response_becomes_the_page_it_was(warc: Warc) -> None:
    headers = [("Content-Type", "text/html; charset=utf-8"), ("X-Twice", "one"), ("X-Twice", "two")]
    warc.add(headers=list(headers))
    (page,), reading = warc.pages()
    assert page == Page(
        requested_url=URL,
        url=URL,
        body=HTML,
        fetched_at=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
        status=200,
        status_line="HTTP/1.1 200 OK",
        headers=tuple(headers),
        peer_ip="192.0.2.7",
        protocol="HTTP/1.1",
        origin=f"warc:{warc.path.name}@0",
    )
    assert (reading.skipped, reading.broken) == ({}, [])


def test_header_bytes_are_kept_one_character_each(tmp_path: Path) -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Utf8: caf\xc3\xa9\r\nX-Latin: caf\xe9\r\n\r\n" + HTML
    fields = f"WARC-Type: response\r\nWARC-Target-URI: {URL}\r\nWARC-Date: 2026-02-03T04:05:06Z\r\n"
    record = f"WARC/1.0\r\n{fields}Content-Type: application/http\r\nContent-Length: {len(http)}\r\n\r\n"
    path = tmp_path / "other-name"
    path.write_bytes(record.encode() + http + b"\r\n\r\n")
    (page,) = Reading().pages(path)
    assert page.headers[1:] == (("X-Utf8", "caf\xc3\xa9"), ("X-Latin", "caf\xe9"))
    assert page.body == HTML


def test_content_encoding_stays_and_chunks_go(warc: Warc) -> None:
    packed = gzip.compress(HTML)
    chunked = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (packed[:9], packed[9:])) + b"0\r\n\r\n"
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    warc.add(chunked, headers)
    (page,), _ = warc.pages()
    assert page.body == packed
    assert not page.truncated


def test_records_that_hold_no_page_are_counted(warc: Warc) -> None:
    warc.add(url="dns:lakeside.example", kind="resource")
    warc.add(status="301 Moved")
    warc.add(status="404 Not Found")
    warc.add(headers=[("Content-Type", "image/png")])
    warc.add()
    pages, reading = warc.pages()
    assert [page.url for page in pages] == [URL]
    assert reading.skipped == {"resource record": 1, "status 301": 1, "status 404": 1, "not html": 1}


def test_each_page_says_where_in_the_file_it_lies(warc: Warc) -> None:
    warc.add()
    warc.add(url=f"{URL}/2")
    pages, _ = warc.pages()
    offset = int(pages[1].origin.rpartition("@")[2])
    start = warc.path.read_bytes()[offset : offset + 5]
    assert start.startswith(b"\x1f\x8b") or start == b"WARC/"


def test_a_page_cut_short_is_marked(warc: Warc) -> None:
    warc.add(headers=[("Content-Type", "text/html"), ("Content-Length", "5000")])
    warc.add(also={"WARC-Truncated": "length"})
    warc.add(headers=[("Content-Type", "text/html"), ("Content-Length", str(len(HTML)))])
    warc.add(b"x" * (MOST + 5))
    pages, reading = warc.pages()
    assert [page.truncated for page in pages] == [True, True, False, True]
    assert reading.cut == 3
    assert len(pages[3].body) == MOST


def test_a_file_cut_short_gives_what_it_holds(tmp_path: Path) -> None:
    warc = Warc(tmp_path / "some.warc")
    warc.add()
    warc.add(b"y" * 1000)
    warc.pages()
    warc.path.write_bytes(warc.path.read_bytes()[:-900] + b"\r\n\r\nrubbish\r\n")
    reading = Reading()
    pages = list(reading.pages(warc.path))
    assert pages[0].body == HTML
    assert all(page.truncated for page in pages[1:])


def test_a_packed_file_that_ends_early_counts_the_page_it_cuts(tmp_path: Path) -> None:
    warc = Warc(tmp_path / "some.warc.gz")
    warc.add(b"".join(hashlib.sha256(bytes([number])).hexdigest().encode() for number in range(200)))
    warc.pages()
    warc.path.write_bytes(warc.path.read_bytes()[:-4000])
    reading = Reading()
    (page,) = reading.pages(warc.path)
    assert (page.truncated, reading.cut) == (True, 1)


def test_what_is_no_warc_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "some.warc.gz"
    path.write_bytes(b"hello\nworld\n")
    with pytest.raises(UsageError, match=f"^{path} is not a WARC file "):
        list(Reading().pages(path))


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no\.html cannot be read: No such file or directory"):
        list(Reading().pages(tmp_path / "no.html"))


def test_a_saved_page_is_from_the_time_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "ferry.html"
    path.write_bytes(HTML)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    (page,) = Reading().pages(path, URL)
    moment = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert page == Page(requested_url=URL, url=URL, body=HTML, fetched_at=moment, origin="file")


@pytest.mark.parametrize(
    "head",
    [
        '<!-- saved from url=(0030)https://lakeside.example/ferry -->\n<link rel="canonical" href="https://other.example/">',
        '<link rel="canonical" href="https://lakeside.example/ferry">',
        '<link rel="canonical" href="/ferry"><meta property="og:url" content="https://lakeside.example/ferry">',
    ],
)
def test_a_saved_page_may_say_itself_where_it_came_from(tmp_path: Path, head: str) -> None:
    path = tmp_path / "ferry.html"
    path.write_text(f"<html>{head}<p>Ferry</p></html>")
    assert read_html(path.read_bytes(), path).url == URL


@pytest.mark.parametrize("body", [b"", b"<p>Ferry</p>", b"\x00\x01"])
def test_a_page_from_nowhere_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "ferry.html"
    path.write_bytes(body)
    with pytest.raises(UsageError, match=r"it does not say where it came from: add --url"):
        read_html(body, path)
    with pytest.raises(UsageError, match=r"'ftp://x\.example/' is not an http or https address"):
        read_html(body, path, "ftp://x.example/")
