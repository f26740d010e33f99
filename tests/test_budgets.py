"""Requests a day and a crawl: the newest pages first, the others wait, and that is said."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.dates import iso
from crawler import budgets
from crawler.budgets import SOON, Budgets, midnight_after
from crawler.sources import CrawlOptions, load, parse_source
from tests.crawling import Bench
from tests.newssite import NewsSite, NewsWeb

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
POST = parse_source({"name": "Post", "home": "https://post.com/", "most_requests": 3})


def test_a_host_gets_so_many_requests_a_day_with_those_of_earlier_crawls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "now", lambda: NOW)
    mine = Budgets(CrawlOptions(), {"post.com": 2, "other.com": 9}, NOW)
    assert mine.spend(POST, "post.com") is None
    spent = mine.spend(POST, "post.com")
    assert spent is not None
    assert spent.wait == timedelta(hours=12)
    assert mine.spend(POST, "img.post.com") is None
    monkeypatch.setattr(budgets, "now", lambda: NOW + timedelta(days=1))
    assert mine.spend(POST, "post.com") is None  # it is another day


def test_a_crawl_gets_so_many_requests_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "now", lambda: NOW)
    mine = Budgets(CrawlOptions(most_per_crawl=2), {}, NOW)
    assert [mine.spend(POST, host) for host in ("a.com", "b.com")] == [None, None]
    spent = mine.spend(POST, "c.com")
    assert spent is not None
    assert spent.wait == SOON


def test_a_day_ends_at_midnight_utc() -> None:
    assert midnight_after(NOW) == datetime(2026, 3, 11, tzinfo=UTC)


def test_what_crawl_says_holds_for_sources_that_say_nothing(tmp_path: Path) -> None:
    path = tmp_path / "morgue.toml"
    blocks = '[[source]]\nname = "A"\nhome = "https://a.com"\n[[source]]\nname = "B"\nhome = "https://b.com"\n'
    path.write_text(f'[crawl]\nmost_requests = 500\nfeed_every = "15m"\n{blocks}most_requests = 9\nfeed_every = "1h"\n')
    a, b = load(path).sources
    assert (a.most_requests, a.feed_every) == (500, timedelta(minutes=15))
    assert (b.most_requests, b.feed_every) == (9, timedelta(hours=1))


def test_pages_beyond_the_budget_wait_for_the_next_day_and_the_newest_are_had(tmp_path: Path) -> None:
    bench, site = Bench(tmp_path), NewsSite(9, feeds=("rss",), sitemaps=())
    with NewsWeb([site]):
        bench.configure(site, most_requests=8)  # robots.txt, the front page, the feed, and five stories
        ran = bench.crawl()
        assert len(site.requests) == 8
        sums = ran.sums(site.host)
        assert (sums["new"], sums["pending"]) == (5, 4)
        assert ran.reasons(site.host)["pending: budget"] == 4
        assert bench.stored_urls() == sorted(site.story_urls[:5])
        assert "127.0.0.1: the 8 requests that it gets a day (most_requests) are made; 4 pages wait until" in ran.stderr
        assert ran.stderr.count("most_requests") == 1
        tomorrow = iso(midnight_after(datetime.now(UTC)))[:16]
        assert bench.count("FROM links WHERE state = 'pending' AND not_before LIKE ?", f"{tomorrow}%") == 4

        bench.crawl()
        assert len(site.requests) == 8
        assert bench.count("FROM listings WHERE failures > 0") == 0

        bench.execute("UPDATE links SET not_before = NULL")
        bench.execute("UPDATE listings SET not_before = NULL")
        bench.execute("UPDATE fetches SET fetched_at = '2026-01-01T00:00:00.000Z'")
        assert bench.crawl().sums(site.host)["new"] == 4
