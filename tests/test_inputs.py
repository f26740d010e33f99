"""What is handed in to be extracted: what it is taken for, and what is said of lines that are no page."""

import base64
import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import inputs
from archive.inputs import HandedIn, Inputs, Stream, is_one_page

URL = "https://news.example/a"
HTML = b"<!DOCTYPE html><p>A story.</p>"


def lines(path: Path, *said: object) -> list[HandedIn]:
    path.write_text("".join(f"{json.dumps(each)}\n" for each in said))
    return list(Inputs().of_path(path))


def test_a_file_is_what_its_first_bytes_say(tmp_path: Path) -> None:
    line = json.dumps({"url": URL, "html": "x"}).encode()
    for name, content, one in [("a", HTML, True), ("b", b"\n " + line, False), ("c", b"WARC/1.0\r\n", False)]:
        for path, data in ((tmp_path / name, content), (tmp_path / f"{name}.gz", gzip.compress(content))):
            path.write_bytes(data)
            assert is_one_page(str(path)) == one
            assert is_one_page(Stream(io.BytesIO(data))) == one
    assert is_one_page(URL)
    assert not is_one_page(str(tmp_path))


def test_a_page_is_its_bytes_as_they_are_and_counts_as_fetched_when_the_file_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(HTML))
    (given,) = Inputs().of_path(path, URL)
    assert given.page is not None
    assert (given.name, given.page.url, given.page.body) == (str(path), URL, path.read_bytes())
    assert given.page.header("content-encoding") == "gzip"
    assert given.page.fetched_at == datetime.fromtimestamp(int(path.stat().st_mtime), UTC)


def test_a_stream_is_read_like_a_file() -> None:
    (given,) = Inputs().of_stream(Stream(io.BytesIO(HTML * 10_000)))
    assert given.page is not None
    assert (given.name, given.page.url, given.page.body) == ("standard input", "", HTML * 10_000)


def test_a_line_has_its_page_as_text_or_bytes_and_what_else_it_says(tmp_path: Path) -> None:
    coded = base64.b64encode(HTML).decode()
    at = "2026-01-31T10:00:00+01:00"
    first, second, third = lines(
        tmp_path / "x.jsonl",
        {"url": URL, "html": "<p>Größe\ud800"},
        {"html_b64": coded, "id": 7, "fetched_at": at},
        {"url": "ftp://a.example/", "html": ""},
    )
    assert first.page is not None
    assert second.page is not None
    assert third.page is not None
    assert (first.page.url, first.page.body, first.id) == (URL, "<p>Größe".encode(), None)
    assert (second.page.url, second.page.body, second.id) == ("", HTML, 7)
    assert second.page.fetched_at == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert (third.page.url, third.page.body) == ("", b"")


def test_a_line_that_is_too_long_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "_LONGEST_LINE", 2**20)
    given = lines(tmp_path / "x.jsonl", {"html": "a"}, {"html": "x" * 3 * 2**20}, {"html": "b"})
    assert [each.wrong for each in given] == ["", "is longer than 1 MB", ""]
    assert given[2].page is not None
    assert (given[2].name, given[2].page.body) == (f"{tmp_path}/x.jsonl:3", b"b")


def test_a_broken_gzip_of_lines_gives_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    whole = gzip.compress(b"".join(json.dumps({"html": str(n) * 50}).encode() + b"\n" for n in range(2000)))
    path.write_bytes(whole[:-20])
    *pages, last = Inputs().of_path(path)
    assert len(pages) > 100
    assert not any(page.wrong for page in pages)
    assert last.wrong.startswith("cannot be read: ")
