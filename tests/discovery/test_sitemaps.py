"""Sitemaps in every form, whole and broken."""

import gzip
import tracemalloc
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import Link, Moment
from crawler.discovery.reading import ListingRef, Reading
from crawler.discovery.sitemaps import read_sitemap

URL = "https://paper.example/sitemap.xml"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
VIDEO = 'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'


def urlset(*entries: str, spaces: str = f"{SPACE} {NEWS} {IMAGE} {VIDEO}") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {spaces}>{"".join(entries)}</urlset>'.encode()


def entry(path: str, lastmod: str = "", more: str = "") -> str:
    dated = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>https://paper.example/{path}</loc>{dated}<priority>0.5</priority>{more}</url>"


def day(raw: str) -> Moment:
    return Moment(raw, None, date.fromisoformat(raw), "day")


def paths(reading: Reading) -> list[str]:
    return [link.url.removeprefix("https://paper.example/") for link in reading.links]


NEWS_ENTRY = """<news:news><news:publication><news:name>The Paper</news:name><news:language>pt</news:language>
    </news:publication><news:publication_date>2026-11-24T06:30:00+01:00</news:publication_date>
    <news:title><![CDATA[O porto &amp; o mar]]></news:title><news:keywords>porto, mar</news:keywords></news:news>"""
MORNING = Moment("2026-11-24T06:30:00+01:00", datetime(2026, 11, 24, 5, 30, tzinfo=UTC), date(2026, 11, 24), "second")


def test_a_news_sitemap_keeps_title_date_and_language() -> None:
    reading = read_sitemap(urlset(entry("a", "2026-11-25", NEWS_ENTRY)), URL)
    assert reading == Reading(
        links=(
            Link(
                "https://paper.example/a",
                "news_sitemap",
                "O porto & o mar",
                MORNING,
                day("2026-11-25"),
                "pt",
                {"publication": "The Paper", "keywords": "porto, mar"},
            ),
        )
    )


@pytest.mark.parametrize(
    "spaces", [SPACE, "", 'xmlns="http://www.google.com/schemas/sitemap/0.84"', f'{SPACE} xmlns:news="x"']
)
def test_namespaces_that_are_missing_or_wrong_are_no_matter(spaces: str) -> None:
    reading = read_sitemap(urlset(entry("a", "2026-11-25", NEWS_ENTRY), spaces=spaces), URL)
    assert [(link.found_as, link.title, link.published) for link in reading.links] == [
        ("news_sitemap", "O porto & o mar", MORNING)
    ]


def test_images_and_videos_are_not_the_story() -> None:
    image = "<image:image><image:loc>https://paper.example/i.jpg</image:loc><image:title>No</image:title></image:image>"
    video = (
        "<video:video><video:title>No</video:title><video:publication_date>2001-01-01</video:publication_date>"
        "<video:content_loc>https://paper.example/v.mp4</video:content_loc></video:video>"
    )
    reading = read_sitemap(urlset(f"<url>{image}{video}<loc> https://paper.example/a\n</loc></url>"), URL)
    assert reading == Reading(links=(Link("https://paper.example/a", "sitemap"),), undated=1)


def test_newest_first_and_undated_last() -> None:
    body = urlset(
        entry("undated"),
        entry("old", "2026-01-01"),
        entry("clock", "2026-11-24T10:00:00Z"),
        entry("day", "2026-11-24"),
        entry("late", "2026-11-24T20:00:00Z"),
        entry("unread", "yesterday"),
    )
    assert paths(read_sitemap(body, URL)) == ["late", "clock", "day", "old", "undated", "unread"]


def test_entries_before_the_horizon_are_counted_not_returned() -> None:
    body = urlset(
        entry("new", "2026-11-24"),
        entry("edge", "2026-11-17T00:00:00+09:00"),
        entry("old", "2026-11-16T23:59:59Z"),
        entry("oldest", "March 3, 1998"),
        entry("undated"),
        entry("news", "1999-01-01", NEWS_ENTRY),
    )
    reading = read_sitemap(body, URL, date(2026, 11, 17))
    assert paths(reading) == ["news", "new", "edge"]
    assert (reading.older, reading.oldest_on, reading.undated) == (2, date(1998, 3, 3), 1)


def test_an_index_names_further_sitemaps() -> None:
    body = f"""<sitemapindex {SPACE}><sitemap><loc>https://paper.example/s1.xml.gz</loc><lastmod>2026-11-24</lastmod></sitemap>
    <sitemap><loc>/s2.xml</loc></sitemap><sitemap><lastmod>2026-11-24</lastmod></sitemap></sitemapindex>"""
    assert read_sitemap(body.encode(), URL) == Reading(
        listings=(
            ListingRef("https://paper.example/s1.xml.gz", "sitemap", "sitemap index", day("2026-11-24")),
            ListingRef("https://paper.example/s2.xml", "sitemap", "sitemap index"),
        ),
        problem="1 entries without a usable URL",
    )


def test_each_url_once_and_only_web_addresses() -> None:
    locs = [
        "/a",
        "https://paper.example/a",
        "https://paper.example/b?c=1&amp;d=2",
        "ftp://paper.example/x",
        "",
        "tel:1",
    ]
    reading = read_sitemap(urlset(*(f"<url><loc>{loc}</loc></url>" for loc in locs)), URL)
    assert (paths(reading), reading.problem) == (["a", "b?c=1&d=2"], "3 entries without a usable URL")


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress,
        lambda body: gzip.compress(body[:100]) + gzip.compress(body[100:]),
        lambda body: gzip.compress(body) + b"\0" * 20,
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: b"\r\n  " + body,
        lambda body: body.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda body: body.replace(b"UTF-8", b"ISO-8859-1"),
    ],
)
def test_wrappings(packed: object) -> None:
    assert callable(packed)
    reading = read_sitemap(packed(urlset(entry("a"), entry("b"))), URL)
    assert (paths(reading), reading.problem) == (["a", "b"], None)


def test_a_gzip_that_is_cut_gives_what_it_had() -> None:
    whole = gzip.compress(urlset(*(entry(f"{number * 7919}") for number in range(5000))))
    reading = read_sitemap(whole[: len(whole) // 2], URL)
    assert 1000 < len(reading.links) < 5000
    assert (reading.problem or "").startswith("broken XML")


def test_a_list_of_urls_is_a_sitemap() -> None:
    body = b"\xef\xbb\xbfhttps://paper.example/a\r\nhttps://paper.example/b\n\nnonsense\nhttps://paper.example/a\n"
    assert paths(read_sitemap(body, URL)) == ["a", "b"]
    assert read_sitemap(gzip.compress(body), URL, date(2026, 1, 1)) == Reading(undated=2)


def test_a_feed_used_as_a_sitemap() -> None:
    items = "".join(
        f"<item><link>https://paper.example/{name}</link><pubDate>{when}</pubDate></item>"
        for name, when in [
            ("old", "Sun, 01 Mar 2026 00:00:00 GMT"),
            ("a", "Mon, 23 Nov 2026 06:00:00 GMT"),
            ("b", "Tue, 24 Nov 2026 06:00:00 GMT"),
            ("none", ""),
        ]
    )
    body = f'<rss version="2.0"><channel><title>P</title>{items}</channel></rss>'.encode()
    assert paths(read_sitemap(body, URL)) == ["b", "a", "old", "none"]
    reading = read_sitemap(gzip.compress(body), URL, date(2026, 11, 1))
    assert (paths(reading), reading.older, reading.oldest_on, reading.undated) == (["b", "a"], 1, date(2026, 3, 1), 1)


@pytest.mark.parametrize(
    ("found", "written", "left"),
    [
        (b"c</loc>", None, ["a", "b"]),
        (b"/b</loc>", b"/b</lod>", ["a", "b", "c"]),
        (b"b</loc><priority>0.5</priority></url>", b"b</loc>", ["a", "b", "c"]),
        (b"</urlset>", b"</urlset>junk", ["a", "b", "c"]),
        (b"/b<", b"/b\x01<", ["a", "b", "c"]),
        (b"/b</loc>", b"/b</loc>\xe9", ["a", "b", "c"]),
        (b"?xml version", b"?xml versoin", ["a", "b", "c"]),
    ],
    ids=["cut", "wrong end", "no end", "junk after", "control character", "encoding", "declaration"],
)
def test_what_can_be_read_of_broken_xml_is(found: bytes, written: bytes | None, left: list[str]) -> None:
    body = urlset(entry("a"), entry("b"), entry("c"))
    broken = body[: body.index(found)] if written is None else body.replace(found, written)
    reading = read_sitemap(broken, URL)
    assert paths(reading) == left
    assert (reading.problem or "").startswith("broken XML")


@pytest.mark.parametrize("padding", range(0, 200, 7))
def test_bare_ampersands_do_not_cut_urls(padding: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.discovery.decoding._CHUNK", 64)
    locs = ["a?x=1&y=2", "b?x=1&amp;y=2", "<![CDATA[c?x=1&y=2]]>", "d?x=1&#38;y&#x26;z&copy=3"]
    body = urlset(" " * padding, *(f"<url><loc>/{loc}</loc></url>" for loc in locs))
    body = body.replace(b"/<![CDATA[", b"<![CDATA[/")
    reading = read_sitemap(body, URL)
    assert (paths(reading), reading.problem) == (
        ["a?x=1&y=2", "b?x=1&y=2", "c?x=1&y=2", "d?x=1&y&z&copy=3"],
        None,
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "empty document"),
        (b" \n", "empty document"),
        (b"<!doctype html><html><body><p>Not found</p></body></html>", "not a sitemap: an HTML page"),
        (b"<books></books>", "not a sitemap: its root is 'books'"),
        (b"Not found", "not a sitemap: neither XML nor a list of URLs"),
        (b"\x1f\x8b\x08garbage", "empty document"),
    ],
)
def test_what_is_no_sitemap_is_said(body: bytes, problem: str) -> None:
    assert read_sitemap(body, URL) == Reading(problem=problem)


@pytest.mark.parametrize("place", ["<loc>https://paper.example/{}</loc>", '<loc a="{}">https://paper.example/</loc>'])
def test_entities_are_not_expanded_and_nothing_is_opened(place: str) -> None:
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE urlset [<!ENTITY b0 "boom">{bomb}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = f"{doctype}<urlset><url>{place.format('&b11;')}</url><url>{place.format('&f;')}</url></urlset>"
    tracemalloc.start()
    reading = read_sitemap(body.encode(), URL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20
    assert all("boom" not in link.url and "root" not in link.url for link in reading.links)


def test_memory_does_not_grow_with_a_sitemap() -> None:
    def peak(entries: int) -> int:
        lines = (entry(f"2019/{number}/a-story-of-old", "2019-05-05T10:00:00+00:00") for number in range(entries))
        body = gzip.compress(urlset(*lines), 1)
        tracemalloc.start()
        reading = read_sitemap(body, URL, date(2026, 1, 1))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (reading.older, reading.links, reading.problem) == (entries, (), None)
        return used

    assert peak(20_000) < peak(2_000) + 300_000


def test_what_lies_beyond_the_cap_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.discovery.sitemaps.SITEMAP_BYTES", 100_000)
    reading = read_sitemap(gzip.compress(urlset(*(entry(str(number)) for number in range(5000)))), URL)
    assert 500 < len(reading.links) < 2000
    assert reading.problem is not None


MUTATIONS = [b"<", b">", b"&", b"</url>", b"<url>", b"<loc>", b"]]>", b"<!--", b"\xff", b"\x00", b'"', b"<!DOCTYPE x ["]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_mutation_of_a_sitemap_raises(data: st.DataObject) -> None:
    body = bytearray(urlset(entry("a", "2026-11-24", NEWS_ENTRY), entry("b"), entry("c", "2026-11-23")))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 12))] = data.draw(st.sampled_from(MUTATIONS))
    packed = gzip.compress(bytes(body)) if data.draw(st.booleans()) else bytes(body)
    cut = data.draw(st.integers(0, len(packed)))
    for document in (packed, packed[:cut]):
        reading = read_sitemap(document, URL, data.draw(st.sampled_from([None, date(2026, 11, 24)])))
        assert all(link.url.startswith("http") for link in reading.links)


@given(st.binary(max_size=400))
def test_no_bytes_raise(body: bytes) -> None:
    assert read_sitemap(body, URL).problem is not None or body.lstrip()
