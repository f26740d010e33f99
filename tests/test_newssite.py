"""The newspapers that other tests crawl are what these tests need them to be."""

import gzip
import http.client
import zlib
from datetime import UTC, datetime

import pytest

from archive.extraction import extract
from archive.models import Page, VerdictKind
from tests.newssite import NewsSite, cut_gzip, make_stories, newsweb

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)


def test_stories_are_the_same_each_time_and_differ_from_one_another() -> None:
    stories = make_stories(60, 1, NOW)
    assert stories == make_stories(60, 1, NOW)
    assert len({story.path for story in stories}) == 60
    assert len({story.text for story in stories + make_stories(60, 2, NOW)}) == 120


def test_stories_are_as_long_as_stories_are() -> None:
    words = [len(story.text.split()) for story in make_stories(60, 1, NOW)]
    assert min(words) >= 200
    assert max(words) <= 550


@pytest.mark.parametrize("number", range(3))
def test_extraction_takes_each_template_for_an_article(number: int, newssite: NewsSite) -> None:
    story = newssite.stories[number]
    connection = http.client.HTTPConnection(newssite.url.removeprefix("http://"), timeout=5)
    connection.request("GET", story.path)
    response = connection.getresponse()
    url = newssite.url + story.path
    found = extract(Page(url, url, response.read(), NOW, response.status, headers=tuple(response.getheaders())))
    connection.close()
    assert (found.verdict.kind, found.article.title) == (VerdictKind.ARTICLE, story.title)
    assert found.article.text == story.text


def test_sites_have_addresses_and_stories_of_their_own() -> None:
    with newsweb(3, stories=2) as web:
        assert [site.url.rpartition(":")[0] for site in web.sites] == [f"http://127.0.0.{n}" for n in (1, 2, 3)]
        assert len({url for site in web.sites for url in site.story_urls}) == 6


def test_edit_makes_another_version_at_the_same_address(newssite: NewsSite) -> None:
    story = newssite.stories[2]
    edited = newssite.edit(story, title="Another headline", added="One more paragraph.")
    assert (edited.path, edited.title, edited.text) == (
        story.path,
        "Another headline",
        story.text + "\n\nOne more paragraph.",
    )
    assert newssite.stories[2] == edited


def test_cut_gzip_lacks_its_trailer() -> None:
    with pytest.raises((EOFError, zlib.error)):
        gzip.decompress(cut_gzip("news " * 1000).body)
