"""Fixtures that many tests share."""

from collections.abc import Iterator

import pytest

from tests.newssite import NewsSite, NewsWeb


@pytest.fixture
def newssite() -> Iterator[NewsSite]:
    """One paper with six stories, a feed, a sitemap index and a news sitemap, on 127.0.0.1."""
    site = NewsSite()
    with NewsWeb([site]):
        yield site
