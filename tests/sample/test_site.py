"""The sample newspaper is complete, always fresh, and each of its stories reads as a story."""

from datetime import UTC, datetime, timedelta

import pytest

from archive.extraction import extract
from archive.models import Page, VerdictKind
from crawler.sample.paper import NewsPaper
from crawler.sample.server import Request
from crawler.sample.site import PAGES, sample_paper
from crawler.sample.story import Story

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:8000"
PAPER = sample_paper(NOW)
WHOLE = [story for story in PAPER.newest if story.template != "paywalled"]


def fetch(paper: NewsPaper, path: str) -> Page:
    answer = paper(Request(0.0, ORIGIN, "GET", path, ()))
    url = ORIGIN + path
    return Page(url, url, answer.body, NOW, answer.status, headers=answer.headers)


def test_most_stories_lie_within_a_week_and_a_few_before_it() -> None:
    ages = [NOW - story.published for story in PAPER.newest]
    assert min(ages) > timedelta(0)
    assert sum(age > timedelta(days=8) for age in ages) == 2
    assert sum(age < timedelta(days=7) for age in ages) == 18


def test_same_time_gives_the_same_paper() -> None:
    assert sample_paper(NOW).stories == PAPER.stories


@pytest.mark.parametrize("story", WHOLE, ids=lambda story: story.path)
def test_story_comes_out_of_its_page_as_it_was_written(story: Story) -> None:
    found = extract(fetch(PAPER, story.path))
    assert found.verdict.kind is VerdictKind.ARTICLE
    assert found.article.title == story.title
    assert found.article.text == story.text


def test_other_pages_are_not_taken_for_stories() -> None:
    verdicts = {path: extract(fetch(PAPER, path)).verdict.kind.value for path in PAGES}
    assert verdicts["/archive/this-month"] == "index"
    assert verdicts["/culture/keeper-of-the-light"] == "consent"
    assert verdicts["/town/carnival-programme"] == "error"
    assert extract(fetch(PAPER, "/business/what-the-mayor-owes")).verdict.kind is VerdictKind.TEASER
