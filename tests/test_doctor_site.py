"""`morgue doctor URL`: sites in several sicknesses, and what is said of each."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from crawler.examined import block, finds_nothing, lines, verdict
from crawler.examining import Examination, Robots
from crawler.sample.server import Answer, document
from crawler.sources import load
from tests.newssite import NewsSite, NewsWeb, consent_wall
from tests.typing_morgue import Desk, Typed

SHELL = (
    '<!doctype html><html lang="en"><head><title>The Paper</title>'
    '<script defer src="/static/js/main.0a1b.js"></script></head>'
    '<body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div></body></html>'
)


@pytest.fixture
def site() -> Iterator[NewsSite]:
    site = NewsSite(stories=5, sitemaps=("news",))
    with NewsWeb([site]):
        yield site


def looked(site: NewsSite, folder: Path, **keys: Any) -> Typed:
    desk = Desk(folder)
    desk.configure(site, **keys)
    return desk.type("doctor", site.url, "--json")


def test_a_healthy_site(site: NewsSite, tmp_path: Path) -> None:
    site.paper.answers["/robots.txt"] = Answer(
        body=f"Sitemap: {site.url}/sitemap-news.xml\nUser-agent: *\nDisallow: {site.stories[4].path}\n".encode()
    )
    ran = looked(site, tmp_path, deny=[site.stories[3].path])
    assert ran.code == 0
    (seen,) = ran.rows
    assert (seen["verdict"], seen["finds_nothing"]) == ("well: a crawl would begin with 3 stories", False)
    assert seen["robots"] == {
        "status": 200,
        "policy": "rules",
        "crawl_delay": None,
        "sitemaps": 1,
        "allows_home": True,
        "ignored": False,
    }
    assert [(row["kind"], row["found_in"], row["listed"], row["reason"]) for row in seen["listings"]] == [
        ("front", "configured", 5, None),
        ("feed", "front page", 5, None),
        ("sitemap", "robots.txt", 5, None),
    ]
    assert seen["fates"] == {"accepted": 3, "denied": 1, "robots": 1}
    fates = {link["url"]: link["fate"] for link in seen["samples"]}
    assert fates == dict(zip(site.story_urls, ["accepted"] * 3 + ["denied", "robots"], strict=True))
    story = seen["story"]
    told = next(one for one in site.stories if story["url"] == site.url + one.path)
    assert (story["title"], json.loads(story["authors"])) == (told.title, list(told.authors))
    assert story["markdown"] > 500
    again = {row["kind"]: row["status"] for row in seen["again"]}
    assert again == {"front": 304, "feed": 304, "sitemap": 304, "page": 304}
    assert sorted(site.paths).count("/robots.txt") == 1
    assert len([path for path in site.paths if path in {one.path for one in site.stories}]) == 4  # one of them twice
    assert not (tmp_path / "morgue.db").exists()


def test_a_site_that_is_nothing_without_javascript(site: NewsSite, tmp_path: Path) -> None:
    for story in site.stories:
        site.paper.answers[story.path] = document(SHELL)
    ran = looked(site, tmp_path)
    assert ran.code == 3
    assert "a crawl needs a browser here" in ran.rows[0]["verdict"]


def test_a_front_page_that_is_nothing_without_javascript(tmp_path: Path) -> None:
    site = NewsSite(stories=2, feeds=(), sitemaps=())
    with NewsWeb([site]):
        site.paper.answers["/"] = document(SHELL)
        ran = looked(site, tmp_path)
    assert ran.code == 3
    assert ran.rows[0]["pages"][0]["verdict"] == "js_shell"
    assert "a crawl needs a browser here" in ran.rows[0]["verdict"]


def test_robots_that_forbid_everything(site: NewsSite, tmp_path: Path) -> None:
    site.paper.answers["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /\nCrawl-delay: 5\n")
    ran = looked(site, tmp_path)
    assert ran.code == 3
    (seen,) = ran.rows
    assert (seen["robots"]["allows_home"], seen["delay"]) == (False, 5)
    assert "robots" in seen["verdict"]
    assert site.paths == ["/robots.txt"]


def test_no_feed_and_no_sitemap_at_all(tmp_path: Path) -> None:
    site = NewsSite(stories=4, feeds=(), sitemaps=())
    with NewsWeb([site]):
        desk = Desk(tmp_path)
        desk.configure(site)
        ran = desk.type("doctor", site.url)
    assert ran.code == 0
    told = " ".join(ran.out.split())
    assert "feed none found" in told
    assert "sitemap none found" in told
    assert "guessed 7 common places of feeds and sitemaps, and nothing is there" in told
    assert "links 4 found, 4 accepted" in told
    assert "well: a crawl would begin with 4 stories" in told
    assert "browser not needed" in told


def test_a_wall_before_every_story(site: NewsSite, tmp_path: Path) -> None:
    for story in site.stories:
        site.paper.answers[story.path] = consent_wall()
    ran = looked(site, tmp_path)
    assert ran.code == 3
    assert ran.rows[0]["verdict"].startswith("a wall stands before its stories")


def test_a_site_that_does_not_honour_conditional_requests(site: NewsSite, tmp_path: Path) -> None:
    site.paper.answers[site.stories[0].path] = replace(document("<p>x"), etag=None)
    site.paper.answers["/feed.xml"] = replace(site.paper.answers.get("/feed.xml") or document("<rss/>"), etag=None)
    (seen,) = looked(site, tmp_path).rows
    assert "feed" not in {row["kind"] for row in seen["again"]}


def test_what_is_no_site_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.type("doctor", "nowhere").code == 2
    private = desk.type("doctor", "http://127.0.0.1:9/")
    assert (private.code, private.out) == (2, "")
    assert "allow_networks" in private.err


SEEN = Examination(
    "gazette.example",
    "https://gazette.example/",
    {"name": "gazette.example", "home": "https://gazette.example/"},
    Robots(200, "rules", 30.0, 1),
    delay=30.0,
    a_day=4000.0,
    listings=(
        {
            "url": "https://gazette.example/rss",
            "kind": "feed",
            "found_in": "front page",
            "listed": 1,
            "older": 0,
            "oldest_on": None,
            "reason": None,
            "etag": None,
            "last_modified": None,
            "newest_at": "2026-10-04T11:02:00.000Z",
        },
    ),
    fates={"accepted": 1, "off_site": 2},
    samples=({"url": "https://gazette.example/a", "title": "A", "found_as": "feed", "fate": "accepted"},),
    story={
        "url": "https://gazette.example/a",
        "title": "A",
        "authors": '["Ann Ahlgren"]',
        "published_at": None,
        "published_on": None,
        "language": "sv",
        "text": "word " * 90,
        "word_count": 90,
        "verdict": "article",
        "verdict_score": 0.9,
    },
    older=400,
    oldest_on="2019-01-01",
)


def test_what_is_said_of_a_site_is_one_page() -> None:
    text = " ".join(("word " * 90).split())[:200]
    assert " ".join("\n".join(lines(SEEN)).split()) == (
        "gazette.example (https://gazette.example/) "
        "robots.txt status 200; allows the front page; asks for 30 s between requests; names 1 sitemap "
        "pace 30 s between two requests: at most 2,880 a day; about 4,000 stories a day are listed, which is more than "
        "that: some will never be fetched "
        "feed https://gazette.example/rss: named by the front page, 1 entry, the newest of 2026-10-04T11:02Z "
        "sitemap none found "
        "older 400 stories of more than 7d ago, back to 2019-01-01: not taken unless asked for "
        "links 3 found, 1 accepted, 2 refused: 2 because it belongs to another site "
        "accepted https://gazette.example/a "
        "story https://gazette.example/a: article 0.90 title A authors Ann Ahlgren published no date "
        f"text 90 words: {text}… "
        "asked twice feed: offers no way to ask whether it changed; story: offers no way to ask whether it changed "
        "browser not needed"
    )


def test_the_block_is_a_morgue_toml(tmp_path: Path) -> None:
    config = tmp_path / "morgue.toml"
    config.write_text(block(SEEN))
    (source,) = load(config).sources
    assert (source.name, source.home, source.language) == ("gazette.example", "https://gazette.example/", "sv")
    assert tomlkit.parse(block(SEEN)).as_string().endswith("# feed: https://gazette.example/rss")


def test_a_site_that_needs_a_browser_gets_one_in_its_block(tmp_path: Path) -> None:
    shell = {"requested_url": SEEN.home, "status": 200, "verdict": "js_shell", "article_id": None, "is_front": 0}
    config = tmp_path / "morgue.toml"
    config.write_text(block(replace(SEEN, story=None, pages=(shell,))))
    assert load(config).sources[0].js is True


@pytest.mark.parametrize(
    ("changes", "said", "nothing"),
    [
        ({}, "well: a crawl would begin with 1 story", False),
        ({"story": None}, "1 address found, and no story among those looked at", False),
        ({"fates": {"denied": 3}}, "a crawl would fetch nothing: 3 the patterns of its source", True),
        ({"fates": {}, "problem": "no feed"}, "a crawl would find nothing: no feed", True),
    ],
)
def test_the_verdict(changes: dict[str, Any], said: str, nothing: bool) -> None:
    seen = replace(SEEN, **changes)
    assert verdict(seen).startswith(said)
    assert finds_nothing(seen) is nothing
