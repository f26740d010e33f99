"""What listings cost from the second crawl on: where they moved, what an index says, when they are due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.dates import from_iso, iso
from crawler.sample import listings
from crawler.sample.server import Request, document, redirect
from tests.crawling import Bench
from tests.newssite import Answer, NewsSite, NewsWeb

HOUR = timedelta(hours=1)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_feed_that_has_moved_for_good_is_asked_for_there_and_where_it_was_once_it_is_gone(bench: Bench) -> None:
    site = NewsSite(2, feeds=("rss",), sitemaps=())

    def feed(request: Request) -> Answer:
        paper = listings.Paper(site.paper.name, "en", request.origin)
        return document(listings.rss(paper, site.stories), "application/rss+xml")

    site.paper.answers |= {"/feed.xml": redirect("/news/feed", 301), "/news/feed": feed}
    with NewsWeb([site]):
        bench.configure(site, feeds=[f"{site.url}/feed.xml"])
        bench.crawl()
        ((moved_to, moved_at),) = bench.rows("SELECT moved_to, moved_at FROM listings WHERE kind = 'feed'")
        assert moved_to == f"{site.url}/news/feed"
        asked = len(site.requests_for("/feed.xml"))
        bench.crawl()
        assert len(site.requests_for("/feed.xml")) == asked == 1
        assert len(site.requests_for("/news/feed")) == 2
        assert bench.rows("SELECT moved_to, moved_at FROM listings WHERE kind = 'feed'") == [(moved_to, moved_at)]

        site.paper.answers["/feed.xml"] = feed
        del site.paper.answers["/news/feed"]
        bench.crawl()
        assert bench.rows("SELECT moved_to, reason FROM listings WHERE kind = 'feed'") == [(None, "http_404")]
        bench.crawl()
        assert len(site.requests_for("/feed.xml")) == 2
        assert bench.count("FROM listings WHERE kind = 'feed' AND failures = 0 AND moved_to IS NULL") == 1


def test_a_host_that_asks_for_a_pause_gets_it_from_all_listings_there(bench: Bench) -> None:
    site = NewsSite(2, feeds=("rss", "atom"), sitemaps=())
    with NewsWeb([site]):
        bench.configure(site, feeds=[f"{site.url}/feed.xml", f"{site.url}/atom.xml"])
        bench.crawl()
        site.paper.answers["/feed.xml"] = Answer(503, headers=(("Retry-After", "7200"),))
        bench.execute("UPDATE listings SET due_at = '2026-01-01T00:00:00Z' WHERE url LIKE '%/feed.xml'")
        bench.crawl(due=True)
        soon = iso(datetime.now(UTC) + 1.9 * HOUR)
        assert bench.count("FROM listings WHERE not_before > ?", soon) == 3
        before = len(site.requests)
        bench.execute("UPDATE listings SET due_at = '2026-01-01T00:00:00Z'")
        bench.crawl(due=True)
        bench.crawl()
        assert len(site.requests) == before


def test_a_sitemap_is_asked_for_when_its_index_says_that_it_changed(bench: Bench) -> None:
    site, changed = NewsSite(2, feeds=(), sitemaps=("index",)), datetime.now(UTC) - 2 * HOUR

    def index(request: Request) -> Answer:
        paper = listings.Paper(site.paper.name, "en", request.origin)
        return document(listings.sitemap_index(paper, [("/sitemap-stories.xml.gz", iso(changed))]), "application/xml")

    site.paper.answers["/sitemap.xml"] = index
    with NewsWeb([site]):
        bench.configure(site)
        bench.crawl()
        bench.crawl()
        assert len(site.requests_for("/sitemap.xml")) == 2
        assert len(site.requests_for("/sitemap-stories.xml.gz")) == 1
        ((why, seen_at, fetched_at),) = bench.rows(
            "SELECT due_why, seen_at, last_fetched_at FROM listings WHERE found_in = 'sitemap index'"
        )
        assert why == "unchanged"
        assert seen_at > fetched_at  # it counts as seen

        changed = datetime.now(UTC)
        bench.crawl()
        assert len(site.requests_for("/sitemap-stories.xml.gz")) == 2


def test_a_crawl_of_what_is_due_asks_for_listings_when_their_time_has_come(bench: Bench) -> None:
    site = NewsSite(3, feeds=("rss",), sitemaps=())
    with NewsWeb([site]):
        bench.configure(site, feeds=[f"{site.url}/feed.xml"])
        bench.crawl()
        for kind, due_at in bench.rows("SELECT kind, due_at FROM listings"):
            wait = from_iso(due_at) - datetime.now(UTC)
            assert HOUR / 20 < wait < 12 * HOUR, kind
        bench.execute("UPDATE listings SET due_at = '2026-01-01T00:00:00Z' WHERE kind = 'feed'")
        before = len(site.requests)
        bench.crawl(due=True)
        assert [request.path for request in site.requests[before:]] == ["/feed.xml"]
        ((quiet, per_day),) = bench.rows("SELECT quiet, per_day FROM listings WHERE kind = 'feed'")
        assert quiet == 1
        assert per_day > 0


def test_what_was_refused_by_a_pattern_is_met_once_the_pattern_is_gone_though_the_listing_did_not_change(
    bench: Bench,
) -> None:
    site = NewsSite(3, feeds=("rss",), sitemaps=())
    with NewsWeb([site]):
        bench.configure(site, deny=["/town/"])
        first = bench.crawl().sums(site.host)["new"]
        bench.configure(site)
        assert first + bench.crawl().sums(site.host)["new"] == 3
