"""A paper lists what it prints, and answers what it is told to answer."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lxml import etree, html

from crawler.sample.paper import NewsPaper
from crawler.sample.server import Answer, Request
from crawler.sample.story import Story

ORIGIN = "http://127.0.0.1:8000"
STORY = Story(
    path="/town/a",
    title="Bread & butter",
    description="Prices <rise>.",
    paragraphs=("One.", "Two & three."),
    published=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    authors=("Ada Winterbourne",),
    listed_as="/town/a?utm_source=feed",
)


def ask(paper: NewsPaper, path: str) -> Answer:
    return paper(Request(0.0, ORIGIN, "GET", path, ()))


def paper() -> NewsPaper:
    return NewsPaper("The Paper", {STORY.path: STORY}, pages=("/extra",))


def locations(body: bytes) -> list[str]:
    return [element.text or "" for element in etree.fromstring(body).iter("{*}loc")]


def test_robots_names_the_sitemaps_and_they_lead_to_every_story() -> None:
    robots = ask(paper(), "/robots.txt").body.decode()
    assert robots.splitlines()[-2:] == [f"Sitemap: {ORIGIN}/sitemap.xml", f"Sitemap: {ORIGIN}/sitemap-news.xml"]
    children = locations(ask(paper(), "/sitemap.xml").body)
    assert children == [f"{ORIGIN}/sitemap-stories.xml.gz", f"{ORIGIN}/sitemap-pages.xml"]
    assert locations(gzip.decompress(ask(paper(), "/sitemap-stories.xml.gz").body)) == [f"{ORIGIN}/town/a"]
    assert locations(ask(paper(), "/sitemap-pages.xml").body) == [f"{ORIGIN}/extra"]
    assert locations(ask(paper(), "/sitemap-news.xml").body) == [f"{ORIGIN}/town/a"]


def test_every_feed_names_the_story_and_its_time() -> None:
    rss = etree.fromstring(ask(paper(), "/feed.xml").body)
    assert rss.findtext(".//item/link") == f"{ORIGIN}/town/a?utm_source=feed"
    assert rss.findtext(".//item/pubDate") == "Sun, 01 Mar 2026 09:30:00 +0000"
    atom = etree.fromstring(ask(paper(), "/atom.xml").body)
    assert atom.findtext("{*}entry/{*}published") == "2026-03-01T09:30:00+00:00"
    feed = json.loads(ask(paper(), "/feed.json").body)
    assert [(item["url"], item["title"]) for item in feed["items"]] == [(f"{ORIGIN}/town/a", "Bread & butter")]


def test_front_page_declares_the_feeds_and_links_the_story() -> None:
    front = html.fromstring(ask(paper(), "/").body)
    assert front.xpath("//link[@rel='alternate']/@href") == ["/feed.xml", "/atom.xml", "/feed.json"]
    assert front.xpath("//h2/a/@href") == ["/town/a?utm_source=feed"]
    assert front.xpath("//h2/a/text()") == ["Bread & butter"]


def test_story_has_its_paragraphs_and_its_canonical_address_whatever_the_query() -> None:
    page = html.fromstring(ask(paper(), "/town/a?utm_source=feed").body)
    assert page.xpath("//div[@class='article-body']/p/text()") == ["One.", "Two & three."]
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{ORIGIN}/town/a"]


def test_withdrawn_story_is_gone_from_page_and_listings() -> None:
    changed = paper()
    changed.withdraw("/town/a")
    assert ask(changed, "/town/a").status == 404
    assert locations(ask(changed, "/sitemap-news.xml").body) == []


def test_answers_come_before_everything_for_a_path_or_one_of_its_queries() -> None:
    changed = paper()
    changed.answers["/robots.txt"] = Answer(500)
    changed.answers["/town/a?x"] = lambda request: Answer(410, request.url.encode())
    assert ask(changed, "/robots.txt").status == 500
    assert ask(changed, "/town/a?x").body == f"{ORIGIN}/town/a?x".encode()
    assert ask(changed, "/town/a").status == 200


def test_feeds_and_sitemaps_that_it_lacks_are_neither_named_nor_served() -> None:
    bare = NewsPaper("The Paper", {STORY.path: STORY}, feeds=(), sitemaps=())
    assert b"Sitemap" not in ask(bare, "/robots.txt").body
    assert b"alternate" not in ask(bare, "/").body
    assert {ask(bare, path).status for path in ("/feed.xml", "/sitemap.xml", "/sitemap-news.xml")} == {404}


def test_only_the_sitemap_goes_back_further_than_what_is_listed() -> None:
    newer = replace(STORY, path="/town/b", listed_as=None, published=STORY.published + timedelta(days=1))
    short = NewsPaper("The Paper", {story.path: story for story in (STORY, newer)}, listed=1)
    assert html.fromstring(ask(short, "/").body).xpath("//h2/a/@href") == ["/town/b"]
    assert [item["id"] for item in json.loads(ask(short, "/feed.json").body)["items"]] == ["/town/b"]
    assert locations(ask(short, "/sitemap-news.xml").body) == [f"{ORIGIN}/town/b"]
    whole = gzip.decompress(ask(short, "/sitemap-stories.xml.gz").body)
    assert locations(whole) == [f"{ORIGIN}/town/b", f"{ORIGIN}/town/a"]
