"""Lists of addresses as people keep them."""

import io
from pathlib import Path

import pytest

from archive.errors import UsageError
from crawler.url_lists import Listed, read_list, read_opml, read_text


def test_a_text_has_an_address_a_line_and_remarks() -> None:
    text = "# mine\nhttps://a.example/1\n\n  https://b.example/2  # good\r\nhttps://a.example/1\n"
    assert read_list(text, "list") == [Listed("https://a.example/1"), Listed("https://b.example/2")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_has_its_addresses_in_the_column_url_and_the_rest_is_said_of_them(delimiter: str) -> None:
    lines = (["Name", "URL", "Why"], ["One", "https://a.example/", "a, b; c"], ["Two", "https://b.example/", ""])
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert read_list(text, "list") == [
        Listed("https://a.example/", {"Name": "One", "Why": "a, b; c"}),
        Listed("https://b.example/", {"Name": "Two"}),
    ]


def test_an_address_may_hold_a_comma() -> None:
    assert read_list("https://a.example/x,y\n", "list") == [Listed("https://a.example/x,y")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://a.example/\nftp://b.example/\n", "line 2: 'ftp://b.example/'"),
        ("hello world\n", "line 1: 'hello world'"),
        ("name,url\nOne,\n", "line 2: ''"),
        ("name,url\nOne,not one\n", "line 2: 'not one'"),
    ],
)
def test_what_is_no_address_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_list(text, "list.csv")
    assert str(refused.value) == f"list.csv, {said} is not an http or https address"


def test_lines_longer_or_shorter_than_the_heading_are_read() -> None:
    text = "url,why\nhttps://a.example/,x,y,z\nhttps://b.example/\n"
    assert read_list(text, "list") == [Listed("https://a.example/", {"why": "x"}), Listed("https://b.example/")]


OPML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE opml [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<opml version="2.0"><body>
  <outline text="Towns">
    <outline text="The Lake" title="Lake" xmlUrl="https://lake.example/feed" htmlUrl="https://lake.example/news"/>
    <outline text="Hill" xmlUrl="https://hill.example/rss.xml"/>
  </outline>
  <outline text="&secret;" xmlUrl="https://bare.example/x"/>
</body></opml>"""


def test_opml_gives_feeds_with_home_name_and_group() -> None:
    assert read_opml(OPML, "list") == [
        Listed("https://lake.example/feed", {"name": "Lake", "home": "https://lake.example/news", "group": "Towns"}),
        Listed("https://hill.example/rss.xml", {"name": "Hill", "home": "https://hill.example/", "group": "Towns"}),
        Listed("https://bare.example/x", {"home": "https://bare.example/"}),
    ]


@pytest.mark.parametrize("text", ["<opml><body/></opml>", "<opml", "<opml><outline text='x'/></opml>"])
def test_opml_without_feeds_says_so(text: str) -> None:
    with pytest.raises(UsageError, match=r"list\.opml names no feed"):
        read_opml(text, "list.opml")


def test_files_and_standard_input_are_utf8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"\xef\xbb\xbfhttps://a.example/\xc3\xa4\n")
    assert read_text(str(path)) == "https://a.example/ä\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"https://a.example/\n")))
    assert read_text("-") == "https://a.example/\n"
    path.write_bytes("https://a.example/ä".encode("latin-1"))
    with pytest.raises(UsageError, match=r"list\.txt is not UTF-8 text \(byte 18\)"):
        read_text(str(path))
    with pytest.raises(UsageError, match=r"no\.txt cannot be read: No such file"):
        read_text(str(tmp_path / "no.txt"))
