"""Front pages of our own writing, in several styles and languages; every link to a story is marked `data-story`."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from archive.models import Link
from archive.urls import safe_url, url_key
from crawler.discovery.pages import classify, read_front
from crawler.discovery.reading import DocumentKind, ListingRef, Reading

FRONTS = Path(__file__).parent / "fronts"
HOMES = {
    "classic-en": "https://gazette.example.org/",
    "cards-de": "https://nordblatt.example/",
    "japanese": "https://minato.example/",
    "table-ko": "http://hanggu.example/",
    "base-es": "https://www.puerto.example/",
    "arabic": "https://mina.example/",
    "script": "https://wire.example/",
    "blog": "https://pier.example/",
}


def front(name: str) -> bytes:
    text = (FRONTS / f"{name}.html").read_text()
    return text.encode("euc-kr" if "euc-kr" in text else "utf-8")


def marked(name: str) -> list[str]:
    """The keys of the story links, in the page's order."""
    root = html.document_fromstring(
        (FRONTS / f"{name}.html").read_text().encode(), parser=html.HTMLParser(encoding="utf-8")
    )
    base = root.find(".//base")
    start = base.get("href") if base is not None else HOMES[name]
    urls = [safe_url(anchor.get("href"), start) for anchor in root.iter("a") if anchor.get("data-story") is not None]
    return list(dict.fromkeys(url_key(url) for url in urls if url))


@pytest.mark.parametrize("name", HOMES)
def test_the_stories_of_a_front_page_are_found_and_nothing_else_is(name: str) -> None:
    found = [url_key(link.url) for link in read_front(front(name), HOMES[name]).links]
    missed = [key for key in marked(name) if key not in found]
    wrong = [key for key in found if key not in marked(name)]
    assert (missed, wrong) == ([], [])
    assert found == marked(name)


def test_titles_are_those_of_the_headlines() -> None:
    links = read_front(front("classic-en"), HOMES["classic-en"]).links
    assert links[0] == Link(
        "https://gazette.example.org/news/2026/11/24/harbour-reopens-after-storm.html",
        "front",
        "Harbour reopens after the worst storm in decades",
    )
    assert [link.title for link in links[1:4]] == [
        "Council tax to rise by four per cent",
        "Bridge closed for a week",
        "Fishermen want answers on quotas",
    ]
    korean = read_front(front("table-ko"), HOMES["table-ko"], "text/html; charset=euc-kr").links
    assert korean[0].title == "항구가 다시 열렸다 태풍 피해 삼 주 만에"
    assert read_front(front("blog"), HOMES["blog"]).links[0].title == "What the low tide left behind on Sunday"


@pytest.mark.parametrize(
    ("name", "feeds"),
    [
        (
            "classic-en",
            [
                ("https://gazette.example.org/rss/top.xml", "Top stories"),
                ("https://gazette.example.org/atom", None),
                ("https://gazette.example.org/feeds/sport.rss", None),
            ],
        ),
        ("cards-de", [("https://nordblatt.example/service/rss/alles", None)]),
        ("japanese", [("https://minato.example/rss/news.xml", None)]),
        ("base-es", [("https://www.puerto.example/portada/feed.json", "JSON")]),
        ("blog", [("https://pier.example/feed/", None)]),
        ("arabic", []),
    ],
)
def test_feeds_declared_and_visible(name: str, feeds: list[tuple[str, str | None]]) -> None:
    found = read_front(front(name), HOMES[name]).listings
    assert found == tuple(ListingRef(url, "feed", "front page", title=title) for url, title in feeds)


def test_title_and_language_of_the_page() -> None:
    reading = read_front(front("cards-de"), HOMES["cards-de"])
    assert (reading.title, reading.language, reading.problem) == ("Nordblatt", "de", None)


@pytest.mark.parametrize("body", [b"", b"   ", b"%PDF-1.7", b'{"a": 1}', b"plain words", b"\x00\x01\x02"])
def test_what_is_no_page_is_said(body: bytes) -> None:
    assert read_front(body, "https://paper.example/") == Reading(problem="not an HTML page")


PROSE = "The harbour was closed for three weeks and opened again on Tuesday, to nobody's surprise but the gulls'. "


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>T</title>{head}</head><body>{body}</body></html>".encode()


CARDS = "".join(
    f'<h3><a href="/news/2026/11/{day}/a-headline-of-words">A headline of five words</a></h3>' for day in range(10, 30)
)
ARTICLE = '<meta property="og:type" content="article">'
LD = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x"}</script>'
RSS = b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>'


@pytest.mark.parametrize(
    ("body", "path", "kind"),
    [
        (page(CARDS), "", "front"),
        (page(CARDS, ARTICLE), "", "front"),
        (page("<p>nothing</p>"), "", "front"),
        (page(CARDS), "sport/", "front"),
        (page(CARDS + f"<p>{PROSE}</p>"), "sport/", "front"),
        (page("<p>nothing</p>"), "a", "story"),
        (page(CARDS, ARTICLE), "a", "story"),
        (page(CARDS, LD), "a", "story"),
        (page(CARDS, '<meta property="article:published_time" content="2026">'), "a", "story"),
        (page(f"<p>{PROSE * 3}</p>" * 8 + CARDS), "a", "story"),
        (RSS, "", "feed"),
        (b"\xef\xbb\xbf\n" + RSS, "a", "feed"),
        (
            b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><!-- html --><feed xmlns="http://www.w3.org/2005/Atom"/>',
            "a",
            "feed",
        ),
        (b'<rdf:RDF xmlns:rdf="x"></rdf:RDF>', "a", "feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "a", "feed"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>', "s.xml", "sitemap"),
        (b'<?xml version="1.0"?><sitemapindex></sitemapindex>', "s", "sitemap"),
        (b"https://paper.example/a\nhttps://paper.example/b\n", "s.txt", "sitemap"),
        (b"", "a", "story"),
        (b"%PDF-1.7", "a.pdf", "story"),
    ],
)
def test_what_a_document_is(body: bytes, path: str, kind: DocumentKind) -> None:
    assert classify(body, f"https://paper.example/{path}") == kind


@pytest.mark.parametrize("name", HOMES)
def test_a_home_page_is_a_front(name: str) -> None:
    assert classify(front(name), HOMES[name], "text/html") == "front"


def test_a_page_of_many_anchors_is_read_up_to_a_bound() -> None:
    body = page("".join(f'<a href="/2026/11/24/a-story-of-number-{n}">A story of number {n}</a>' for n in range(5000)))
    assert len(read_front(body, "https://paper.example/").links) == 2000


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_mutation_of_a_page_raises(data: st.DataObject) -> None:
    body = bytearray(front(data.draw(st.sampled_from(sorted(HOMES)))))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 30))] = data.draw(
            st.sampled_from(
                [
                    b"<",
                    b'href="http://[',
                    b"\xff",
                    b"\x00",
                    b"</a>",
                    b'<base href="//">',
                    b"<a href=x:y>",
                    b'"',
                    b"&#0;",
                ]
            )
        )
    read_front(bytes(body), "https://paper.example/")
    classify(bytes(body), "https://paper.example/a")
