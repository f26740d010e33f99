"""Crawls of a site whose pages carry, in the midst of the story, what only other pages of the site can tell from it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.reextraction import re_extract
from archive.workers import InProcess
from crawler.sample.story import Story
from tests.crawling import Bench
from tests.newssite import NewsSite, NewsWeb, make_stories

HOUSE = "This paper belongs to its readers, who meet on the first Sunday of May to elect its editors."
pytestmark = pytest.mark.xdist_group("crawl")


def with_house(story: Story) -> Story:
    return replace(story, paragraphs=(*story.paragraphs[:2], HOUSE, *story.paragraphs[2:]))


@pytest.fixture
def site() -> Iterator[NewsSite]:
    made = NewsSite(6)
    for story in made.stories:
        made.paper.publish(with_house(story))
    with NewsWeb([made]):
        yield made


def test_a_crawl_learns_what_the_site_repeats_and_the_next_one_leaves_it_out(tmp_path: Path, site: NewsSite) -> None:
    bench = Bench(tmp_path)
    bench.configure(site)
    bench.crawl()
    first = bench.rows("SELECT text FROM articles")
    assert [HOUSE in text for (text,) in first] == [True] * 6

    story = make_stories(7, 99, site.stories[0].published)[0]
    site.paper.publish(with_house(story))
    ran = bench.crawl(revisit=True)
    assert ran.sums(site.host) == {"discovered": 7, "fetched": 7, "new": 1, "unchanged": 6}
    assert bench.rows("SELECT text, memory_hash IS NULL FROM articles WHERE url = ?", site.url + story.path) == [
        (story.text, 0)
    ]

    assert re_extract(bench.archive, InProcess()).total() == 7
    assert bench.count("FROM articles WHERE instr(text, ?)", HOUSE) == 0
    assert bench.rows("SELECT cause, count(*) FROM revisions WHERE current GROUP BY cause ORDER BY cause") == [
        ("extractor", 6),
        ("publisher", 1),
    ]
    assert bench.count("FROM site_lines WHERE text = ?", HOUSE) > 0
