"""Feeds as they are found: what each kind says, and what is made of broken ones."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import Link, Moment
from crawler.discovery.feeds import plain_text, read_feed
from crawler.discovery.reading import Reading

FEED = "https://paper.example/feeds/all.xml"
MORNING = Moment(
    "Tue, 24 Nov 2026 06:30:00 +0100", datetime(2026, 11, 24, 5, 30, tzinfo=UTC), date(2026, 11, 24), "second"
)


def rss(items: str, attributes: str = "", channel: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {attributes}><channel><title>The Paper</title>'
        f"<link>https://paper.example/</link><description>News</description>{channel}{items}</channel></rss>"
    ).encode()


def item(title: str = "A story", link: str = "https://paper.example/a", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def urls(reading: Reading) -> list[str]:
    return [link.url for link in reading.links]


def titles(reading: Reading) -> list[str | None]:
    return [link.title for link in reading.links]


def test_rss_2() -> None:
    body = rss(
        item(
            "Harbour reopens",
            "https://paper.example/harbour?a=1&amp;b=2",
            "<pubDate>Tue, 24 Nov 2026 06:30:00 +0100</pubDate><dc:creator>Ann Ok</dc:creator>"
            "<category>Local</category><category>Sea</category>"
            "<description><![CDATA[<p>First.</p><p>Second &amp; last.</p>]]></description>"
            '<guid isPermaLink="false">tag:1</guid>',
        ),
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        "<language>en-gb</language><ttl>45</ttl>",
    )
    assert read_feed(body, FEED, "application/rss+xml") == Reading(
        links=(
            Link(
                "https://paper.example/harbour?a=1&b=2",
                "feed",
                "Harbour reopens",
                published=MORNING,
                language="en-gb",
                hints={"authors": "Ann Ok", "summary": "First. Second & last.", "tags": "Local; Sea"},
            ),
        ),
        ttl_minutes=45,
        title="The Paper",
        language="en-gb",
    )


def test_atom() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://paper.example/news/">
    <title type="html">Das &amp;amp; Blatt</title><link rel="self" href="/atom.xml"/>
    <updated>2026-11-24T07:00:00Z</updated>
    <entry><title type="html">H&amp;auml;fen &lt;em&gt;offen&lt;/em&gt;</title><id>tag:x,2026:1</id>
      <link rel="enclosure" href="a.mp3"/><link rel="alternate" type="text/html" href="hafen.html"/>
      <published>2026-11-24T06:30:00+01:00</published><updated>2026-11-24T08:00:00+01:00</updated>
      <author><name>Jo</name></author></entry>
    <entry><title>Nur ge\xc3\xa4ndert</title><link href="../zwei"/><updated>2026-11-23</updated></entry></feed>"""
    reading = read_feed(body, "https://paper.example/atom.xml", "application/atom+xml")
    assert reading.title == "Das & Blatt"
    assert reading.links == (
        Link(
            "https://paper.example/news/hafen.html",
            "feed",
            "Häfen offen",
            Moment(
                "2026-11-24T06:30:00+01:00", datetime(2026, 11, 24, 5, 30, tzinfo=UTC), date(2026, 11, 24), "second"
            ),
            Moment("2026-11-24T08:00:00+01:00", datetime(2026, 11, 24, 7, tzinfo=UTC), date(2026, 11, 24), "second"),
            "de",
            {"authors": "Jo"},
        ),
        Link(
            "https://paper.example/zwei",
            "feed",
            "Nur geändert",
            lastmod=Moment("2026-11-23", None, date(2026, 11, 23), "day"),
            language="de",
        ),
    )


def test_rss_1_says_when_a_story_was_published_with_dc_date() -> None:
    body = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
      xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
      <channel rdf:about="https://paper.example/"><title>P</title><sy:updatePeriod>hourly</sy:updatePeriod>
      <sy:updateFrequency>4</sy:updateFrequency></channel>
      <item rdf:about="https://paper.example/a"><title>A</title><link>https://paper.example/a</link>
      <dc:date>2026-11-24T05:30Z</dc:date></item></rdf:RDF>"""
    reading = read_feed(body, FEED)
    assert reading.ttl_minutes == 15
    moment = Moment("2026-11-24T05:30Z", datetime(2026, 11, 24, 5, 30, tzinfo=UTC), date(2026, 11, 24), "minute")
    assert reading.links == (Link("https://paper.example/a", "feed", "A", moment),)


@pytest.mark.parametrize("version", ["0.91", "0.92", "0.94"])
def test_old_rss(version: str) -> None:
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    )
    body = f'<?xml version="1.0"?>{doctype}<rss version="{version}"><channel>{item()}</channel></rss>'
    assert urls(read_feed(body.encode(), FEED)) == ["https://paper.example/a"]


def test_json_feed() -> None:
    body = b"""\xef\xbb\xbf {"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "language": "nl",
      "items": [
      {"id": "1", "url": "/een", "title": "E\\u00e9n &amp; <b>twee</b>", "date_published": "2026-11-24T05:30:00Z",
       "date_modified": "2026-11-24", "authors": [{"name": "Ann"}, {"name": "Bo"}, 3], "tags": ["a", "b"],
       "summary": "S"},
      {"id": "https://paper.example/twee", "author": {"name": "Cee"}},
      {"id": "3", "external_url": "https://other.example/x"},
      {"id": "4"}, 5, {"url": ["x"]}]}"""
    assert read_feed(body, FEED, "text/plain") == Reading(
        links=(
            Link(
                "https://paper.example/een",
                "feed",
                "Eén & twee",
                Moment("2026-11-24T05:30:00Z", datetime(2026, 11, 24, 5, 30, tzinfo=UTC), date(2026, 11, 24), "second"),
                Moment("2026-11-24", None, date(2026, 11, 24), "day"),
                "nl",
                {"authors": "Ann; Bo", "summary": "S", "tags": "a; b"},
            ),
            Link("https://paper.example/twee", "feed", language="nl", hints={"authors": "Cee"}),
            Link("https://other.example/x", "feed", language="nl"),
        ),
        title="Paper",
        language="nl",
    )


@pytest.mark.parametrize(
    "content_type", [None, "text/html", "text/plain; charset=iso-8859-1", "application/octet-stream"]
)
def test_the_content_type_is_not_believed(content_type: str | None) -> None:
    reading = read_feed(rss(item("Übergröße")), FEED, content_type)
    assert (titles(reading), reading.problem) == (["Übergröße"], None)


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b"\n\n  ", b"\xef\xbb\xbf\r\n", b"\xfe\xff", b"\xff\xfe", b"\x00\x0b"]
)
def test_marks_and_spaces_before_a_feed(before: bytes) -> None:
    wide = {b"\xfe\xff": "utf-16-be", b"\xff\xfe": "utf-16-le"}.get(before)
    body = rss(item("Übergröße"))
    reading = read_feed(before + (body.decode().encode(wide) if wide else body), FEED)
    assert (titles(reading), reading.problem) == (["Übergröße"], None)


@pytest.mark.parametrize(
    ("encoding", "declared"), [("iso-8859-1", "utf-8"), ("windows-1251", "windows-1251"), ("shift_jis", "Shift_JIS")]
)
def test_encodings_are_as_declared_unless_they_cannot_be(encoding: str, declared: str) -> None:
    title = {"iso-8859-1": "Größe", "windows-1251": "Порт открыт", "shift_jis": "港が再開"}[encoding]
    body = rss(item(title)).decode().replace("utf-8", declared).encode(encoding)
    assert titles(read_feed(body, FEED)) == [title]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Q&amp;amp;A: &lt;b&gt;why&lt;/b&gt; 3 &lt; 4", "Q&A: why 3 < 4"),
        ("<![CDATA[Caf&eacute; <i>no</i>ir]]>", "Café noir"),
        ("A&nbsp;b &eacute;t&eacute; &mdash; c", "A b été — c"),
        ("  two\n   lines ", "two lines"),
        ("List&lt;br/&gt;of", "List of"),
        ("Vector&lt;int&gt; explained", "Vector<int> explained"),
    ],
)
def test_titles_are_text(title: str, text: str) -> None:
    assert titles(read_feed(rss(item(title)), FEED)) == [text]


def test_relative_links_are_of_their_base() -> None:
    items = item(link="a.html") + item(link="/b") + item(link="//paper.example/c") + item(link="?d=1")
    assert urls(read_feed(rss(items, 'xml:base="https://paper.example/base/"'), FEED)) == [
        "https://paper.example/base/a.html",
        "https://paper.example/b",
        "https://paper.example/c",
        "https://paper.example/base/?d=1",
    ]
    assert urls(read_feed(rss(items), FEED))[0] == "https://paper.example/feeds/a.html"


def test_a_guid_is_a_link_only_if_it_is_one() -> None:
    items = (
        "<item><title>a</title><guid>https://paper.example/a?b=1&amp;c=2</guid></item>"
        '<item><title>b</title><guid isPermaLink="false">https://paper.example/b</guid></item>'
        "<item><title>c</title><guid>opaque-3</guid></item><item><title>d</title></item><item><title>e</title><link/></item>"
    )
    assert urls(read_feed(rss(items), FEED)) == ["https://paper.example/a?b=1&c=2"]


def test_the_address_before_feedburner_is_the_storys() -> None:
    items = item(link="https://feeds.example/~r/paper/1", more="<fb:origLink>https://paper.example/real</fb:origLink>")
    space = 'xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"'
    assert urls(read_feed(rss(items, space), FEED)) == ["https://paper.example/real"]


def test_each_url_once_and_only_web_addresses() -> None:
    links = ["https://paper.example/a", "https://paper.example/a#x", "javascript:alert(1)", "mailto:a@b", "file:///a"]
    assert urls(read_feed(rss("".join(item(link=link) for link in links)), FEED)) == ["https://paper.example/a"]


def test_a_feed_that_is_cut_gives_what_it_had() -> None:
    body = rss(
        item(link="https://paper.example/1") + item(link="https://paper.example/2") + item(link="https://p.example")
    )
    reading = read_feed(body[: body.index(b"https://p.example")], FEED)
    assert urls(reading)[:2] == ["https://paper.example/1", "https://paper.example/2"]
    assert reading.problem is not None
    assert reading.problem.startswith("broken or cut short XML")


def test_an_undeclared_entity_costs_nothing_but_is_said() -> None:
    reading = read_feed(rss(item("A&nbsp;b") + item("c", "https://paper.example/c")), FEED)
    assert titles(reading) == ["A b", "c"]
    assert reading.problem == "broken XML: undefined entity"


def test_an_empty_feed_is_no_problem() -> None:
    assert read_feed(rss(""), FEED) == Reading(title="The Paper")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "empty document"),
        (b"  \n ", "empty document"),
        (b"<!doctype html><html><body>Not found</body></html>", "not a feed: an HTML page"),
        (b"Service unavailable", "not a feed: it begins with 'Service unavailable'"),
        (b"<urlset></urlset>", "not a feed: it begins with '<urlset></urlset>'"),
        (b'{"a": 1}', "not a feed: JSON, but no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "a JSON Feed without items"),
        (
            b"<rss " + b" ".join(b'a%d="b"' % number for number in range(50_000)) + b"></rss>",
            "unreadable feed: a tag of more than 65,536 characters",
        ),
        (b"/etc/passwd", "not a feed: it begins with '/etc/passwd'"),
    ],
)
def test_what_is_no_feed_is_said(body: bytes, problem: str) -> None:
    assert read_feed(body, FEED) == Reading(problem=problem)


def test_json_that_cannot_be_read_is_said() -> None:
    for body in (b'{"version": "https://jsonfeed.org/version/1", "items": [', b'{"a":' * 100_000):
        assert (read_feed(body, FEED).problem or "").startswith("unreadable JSON")


def test_entities_are_not_expanded_and_nothing_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    declarations = f'<!ENTITY b0 "boom"><!ENTITY big "{"x" * 50_000}">{bomb}<!ENTITY file SYSTEM "file://{secret}">'
    body = (
        f'<?xml version="1.0"?><!DOCTYPE rss [{declarations}]><rss version="2.0"><channel>'
        f"<item><title>a&b11;&file;{'&big;' * 5000}</title><link>https://paper.example/a</link></item></channel></rss>"
    )
    reading = read_feed(body.encode(), FEED)
    assert urls(reading) == ["https://paper.example/a"]
    title = reading.links[0].title or ""
    assert ("boom" in title, "xxx" in title, "hidden" in title, len(title) < 40_000) == (False, False, False, True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_mutation_of_a_feed_raises(data: st.DataObject) -> None:
    whole = rss(item("A &amp; b", more="<pubDate>Tue, 24 Nov 2026 06:30:00 +0100</pubDate>") * 2, 'xml:base="/x"')
    body = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 9))] = data.draw(
            st.sampled_from(
                [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"\xff", b"\x00", b"<item>", b"</rss>", b'"', b"<!--"]
            )
        )
    reading = read_feed(bytes(body), FEED)
    assert all(link.url.startswith("http") for link in reading.links)


@given(st.text(max_size=200))
def test_plain_text_takes_anything(text: str) -> None:
    assert "\n" not in plain_text(text)
