"""benchmarks/newsweb.py over a few pages of our own writing, asked with a real client."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from benchmarks.newsweb import Serving, serving
from benchmarks.stored_pages import load_sites

PAGES = {
    "https://www.big.example/2024/a.html": ("Big A", "2024-03-01"),
    "https://www.big.example/2024/b.html?id=7": ("Big B", "2024-03-02T09:30:00+01:00"),
    "https://www.big.example/2023/c.html": ("Big C", "2023-01-05"),
    "https://www.big.example/d d|e/": ("Big & D", None),
    "https://one.example/story": (None, "2022-07-01"),
    "https://two.example/story": ("Two", None),
    "https://three.example/": ("A home page, not a story", None),
    "not an address": ("Nothing", None),
}


def html_of(name: str) -> bytes:
    return f"<!doctype html><title>{name} &amp; Co</title><p>The story of {name}.</p>".encode()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets") / "small"
    (folder / "pages").mkdir(parents=True)
    rows = []
    for number, (url, (title, day)) in enumerate(PAGES.items()):
        file = f"pages/{number}.html.gz"
        (folder / file).write_bytes(gzip.compress(html_of(f"page {number}")))
        rows.append(
            {"id": number, "url": url, "file": file, "title": title, "date": day, "body": "x" if number else None}
        )
    (folder / "truth.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder.parent


@pytest.fixture(scope="module")
def web(data: Path) -> Iterator[Serving]:
    with serving(data, 3) as running:
        yield running


def ask(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urlopen(request, timeout=5) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_a_publisher_with_many_pages_is_a_site_and_the_others_share(data: Path) -> None:
    sites = {site.name: [story.target for story in site.newest] for site in load_sites(data, 3)}
    assert sites["www.big.example"] == ["/2024/b.html?id=7", "/2024/a.html", "/2023/c.html", "/d%20d|e/"]
    assert sorted(target for name, targets in sites.items() if name != "www.big.example" for target in targets) == [
        "/story",
        "/story",
    ]


def test_home_pages_and_what_is_no_address_are_left_out(data: Path) -> None:
    assert sum(len(site.stories) for site in load_sites(data, 3)) == 6


def test_a_limit_takes_from_every_site_in_turn(data: Path) -> None:
    whole, cut = load_sites(data, 3), load_sites(data, 3, limit=len(load_sites(data, 3)))
    assert [(site.address, len(site.stories)) for site in cut] == [(site.address, 1) for site in whole]


def test_only_text_leaves_out_pages_whose_set_knows_no_story(data: Path) -> None:
    assert "/2024/a.html" not in [
        story.target for site in load_sites(data, 3, only_text=True) for story in site.stories
    ]


def test_every_story_is_served_as_stored_at_its_own_path(web: Serving, data: Path) -> None:
    for site in web.sites:
        for story in site.stories:
            status, headers, body = ask(web.origin(site) + story.target)
            assert (status, headers["Content-Type"], body) == (
                200,
                "text/html",
                gzip.decompress(story.file.read_bytes()),
            )


def test_answers_are_gzip_ed_for_clients_that_ask(web: Serving) -> None:
    site = web.sites[0]
    _, headers, body = ask(web.origin(site) + site.stories[0].target, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert body == site.stories[0].file.read_bytes()


def test_an_unchanged_answer_is_304(web: Serving) -> None:
    url = web.urls[0]
    status, _, body = ask(url, If_None_Match=ask(url)[1]["ETag"])
    assert (status, body) == (304, b"")


def test_robots_lead_to_every_story_by_way_of_the_sitemaps(web: Serving) -> None:
    site = next(site for site in web.sites if site.name == "www.big.example")
    origin = web.origin(site)
    robots = ask(f"{origin}/robots.txt")[2].decode()
    assert robots.splitlines()[-2:] == [f"Sitemap: {origin}/sitemap.xml", f"Sitemap: {origin}/news.xml"]
    index = ask(f"{origin}/sitemap.xml")[2].decode()
    children = [part.partition("</loc>")[0] for part in index.split("<loc>")[1:]]
    assert children == [
        f"{origin}/sitemaps/2024.xml",
        f"{origin}/sitemaps/2023.xml.gz",
        f"{origin}/sitemaps/undated.xml",
    ]
    bodies = [ask(child)[2] for child in children]
    text = "".join((gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode() for body in bodies)
    assert [part.partition("</loc>")[0] for part in text.split("<loc>")[1:]] == [
        origin + story.target for story in site.newest
    ]


def test_front_page_names_the_feed_and_the_feed_the_titles(web: Serving) -> None:
    site = next(site for site in web.sites if site.name == "www.big.example")
    front = ask(f"{web.origin(site)}/")[2].decode()
    assert '<link rel="alternate" type="application/rss+xml" href="/feed.xml">' in front
    assert '<a href="/d%20d|e/">Big &amp; D</a>' in front
    feed = ask(f"{web.origin(site)}/feed.xml")[2].decode()
    assert "<title>Big B</title>" in feed
    assert "<pubDate>Sat, 02 Mar 2024 09:30:00 +0100</pubDate>" in feed


def test_a_title_the_set_does_not_hold_comes_from_the_page(web: Serving) -> None:
    titles = [story.title for site in web.sites for story in site.stories]
    assert "page 4 & Co" in titles


def test_unknown_addresses_are_404(web: Serving) -> None:
    assert ask(f"{web.origin(web.sites[0])}/nowhere")[0] == 404
