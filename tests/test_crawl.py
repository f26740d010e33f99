"""Whole crawls of healthy sites: real subprocesses against papers on loopback. Both sums are checked every time."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.sample.server import Answer, redirect
from tests.crawling import Bench, Ran
from tests.newssite import NewsSite, NewsWeb

HOST = "127.0.0.1"
pytestmark = pytest.mark.xdist_group("crawl")


@dataclass(frozen=True)
class Crawled:
    bench: Bench
    site: NewsSite
    ran: Ran


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One crawl of six stories in a feed, a sitemap index and a news sitemap; looked at, not touched."""
    bench, site = Bench(tmp_path_factory.mktemp("crawled")), NewsSite()
    with NewsWeb([site]):
        bench.configure(site)
        yield Crawled(bench, site, bench.crawl())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.end()


@pytest.fixture
def site(bench: Bench) -> Iterator[NewsSite]:
    made = NewsSite()
    with NewsWeb([made]):
        bench.configure(made)
        yield made


# -- what a crawl does


def test_a_crawl_stores_every_story_a_site_lists(crawled: Crawled) -> None:
    assert (crawled.ran.code, crawled.ran.stderr) == (0, "")
    assert crawled.bench.stored_urls() == sorted(crawled.site.story_urls)
    assert crawled.ran.sums(HOST) == {"discovered": 6, "fetched": 6, "new": 6}
    assert [len(crawled.site.requests_for(story.path)) for story in crawled.site.stories] == [1] * 6


def test_robots_txt_is_asked_for_first_and_every_request_says_who_asks(crawled: Crawled) -> None:
    assert crawled.site.paths[0] == "/robots.txt"
    [agent] = {request.header("User-Agent") for request in crawled.site.requests}
    assert re.fullmatch(r"newsmorgue/[\d.]+ \(\+tests@example\.org\)", agent or "")


def test_links_are_asked_newest_first(crawled: Crawled) -> None:
    asked = [path for path in crawled.site.paths if path in crawled.site.paper.stories]
    assert asked == [story.path for story in crawled.site.stories]


def test_a_crawl_is_written_down_with_what_ran_and_by_whose_leave(crawled: Crawled) -> None:
    [(command, ended, config, permissions, digest)] = crawled.bench.rows(
        "SELECT command, ended, config, permissions, sha256 FROM crawls"
    )
    assert (command, ended, config) == ("crawl", "finished", crawled.bench.config.read_text())
    assert json.loads(permissions) == [
        "127.0.0.1: a test's own server (allow_networks = ('127.0.0.0/8',), delay = 0.0)"
    ]
    assert re.fullmatch("[0-9a-f]{64}", digest)


def test_every_answer_is_kept_as_evidence(crawled: Crawled) -> None:
    rows = crawled.bench.rows("SELECT requested_url, status, status_line, peer_ip, protocol FROM fetches ORDER BY id")
    asked = sorted(request.url for request in crawled.site.requests)
    assert sorted(url for url, *_ in rows) == asked
    assert {tuple(answer) for _, *answer in rows} == {(200, "HTTP/1.1 200 OK", HOST, "HTTP/1.1")}


def test_a_second_crawl_of_an_unchanged_site_stores_nothing_new_and_asks_only_what_changed(
    bench: Bench, site: NewsSite
) -> None:
    bench.crawl()
    before, asked = bench.rows("SELECT id, fetched_at FROM articles ORDER BY id"), len(site.requests)
    ran = bench.crawl()
    assert (ran.code, ran.sums(HOST).get("fetched", 0)) == (0, 0)
    assert bench.rows("SELECT id, fetched_at FROM articles ORDER BY id") == before
    again = site.requests[asked:]
    assert not {request.path for request in again} & set(site.paper.stories)
    assert "/robots.txt" not in {request.path for request in again}  # a copy of today is used
    [front] = [request for request in again if request.path == "/"]
    assert front.header("If-None-Match")


def test_an_edited_story_is_a_revision_when_revisits_are_asked_for(bench: Bench, site: NewsSite) -> None:
    bench.crawl()
    site.edit(site.stories[2], title="The harbour master resigns after all", added="He said so on Tuesday evening.")
    ran = bench.crawl(revisit=True)
    assert ran.sums(HOST) == {"discovered": 6, "fetched": 6, "revision": 1, "unchanged": 5}
    assert bench.count("FROM revisions") == 7


def test_what_happened_to_known_pages_is_recorded_when_revisits_are_asked_for(bench: Bench, site: NewsSite) -> None:
    bench.crawl()
    held = set(bench.stored_urls())
    lost, home, moved, failing, back, _ = site.stories
    bench.execute(
        "INSERT INTO events (article_id, kind, at, detail) SELECT id, 'gone', fetched_at, 'status 404' FROM articles "
        f"WHERE url = '{site.url}{back.path}'"
    )
    there = "/2026" + moved.path
    site.paper.publish(replace(moved, path=there, published=moved.published - timedelta(days=99)))
    site.paper.listed = 6  # so that nothing lists the new address
    site.paper.answers |= {
        lost.path: Answer(410),
        home.path: redirect("/"),
        moved.path: redirect(there, 301),
        failing.path: Answer(403),
    }
    ran = bench.crawl(revisit=True)
    assert (ran.code, ran.stderr) == (0, "")
    found = bench.rows(
        "SELECT kind, requested_url, detail FROM happenings WHERE requested_url IS NOT NULL ORDER BY kind"
    )
    assert found == [
        ("back", site.url + back.path, "status 200"),
        ("gone", site.url + lost.path, "status 410"),
        ("moved", site.url + moved.path, f"from {site.url}{moved.path} to {site.url}{there}"),
        ("redirected_home", site.url + home.path, f"from {site.url}{home.path} to {site.url}/"),
    ]
    assert set(bench.stored_urls()) == held - {site.url + moved.path} | {site.url + there}


def test_a_limit_leaves_the_rest_pending_and_the_next_crawl_takes_it(bench: Bench, site: NewsSite) -> None:
    first = bench.crawl(limit=2)
    assert first.sums(HOST) == {"discovered": 6, "fetched": 2, "new": 2, "pending": 4}
    bench.crawl()
    assert bench.stored_urls() == sorted(site.story_urls)


def test_stories_beyond_the_horizon_are_counted_and_a_date_fetches_them(bench: Bench) -> None:
    site = NewsSite(50, feeds=(), sitemaps=("index",))  # one every three hours; the front page has thirty
    with NewsWeb([site]):
        bench.configure(site, since="1d")
        [source] = bench.crawl(limit=0).report["sources"]
        assert source["sums"]["pending"] == 30
        assert source["older"] >= 20
        assert source["oldest_on"] == site.stories[-1].published.date().isoformat()
        assert bench.crawl(since="2000", limit=0).sums(HOST)["pending"] == 50


def test_the_spider_runs_under_scrapys_own_command(bench: Bench, site: NewsSite) -> None:
    arguments = ["crawl", "news", "-a", f"archive={bench.archive}", "-a", f"config={bench.config}"]
    ran = subprocess.run([sys.executable, "-m", "scrapy", *arguments], capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert bench.stored_urls() == sorted(site.story_urls)
    bench.check_sums()


# -- addresses instead of sources


def test_the_address_of_a_story_archives_that_story_and_says_so(bench: Bench, site: NewsSite) -> None:
    url = site.story_urls[1]
    ran = bench.crawl(url)
    assert bench.stored_urls() == [url]
    assert ran.sums(HOST) == {"discovered": 1, "fetched": 1, "new": 1}
    assert ran.report["notes"] == [f"{url} is a story: it alone is archived; `morgue crawl {site.url}/` takes the site"]
    assert site.paths == ["/robots.txt", site.stories[1].path]


def test_the_address_of_a_feed_archives_what_it_lists(bench: Bench, site: NewsSite) -> None:
    ran = bench.crawl(site.url + "/feed.xml")
    assert ran.sums(HOST) == {"discovered": 6, "fetched": 6, "new": 6}
    assert ran.report["notes"] == [
        f"{site.url}/feed.xml is a feed: what it lists is archived; `morgue crawl {site.url}/` takes the site"
    ]
    assert not {"/", "/sitemap.xml"} & set(site.paths)


def test_saving_takes_exactly_these_pages_whatever_they_are(bench: Bench, site: NewsSite) -> None:
    site.paper.answers |= {"/old": redirect("/moved"), "/moved": redirect(site.stories[0].path, 301)}
    site.paper.answers |= {"/loop": redirect("/loop")}
    bench.crawl(site.story_urls[0], save=True)
    paths = [site.stories[0].path, "/", "/nowhere", "/old", "/loop", "/search?q=1"]
    ran = bench.crawl(*(site.url + path for path in paths), save=True)
    saved = ran.report["saved"]
    assert [(one["url"].removeprefix(site.url), one["status"], one["reason"]) for one in saved] == [
        (paths[0], 200, None),
        ("/", 200, saved[1]["reason"]),
        ("/nowhere", 404, saved[2]["reason"]),
        ("/old", 200, None),
        ("/loop", None, "too_many_redirects"),
        ("/search?q=1", None, "robots"),
    ]
    assert all(one["sha256"] and one["fetched_at"] and one["verdict"] for one in saved[:4])
    assert saved[0]["id"] == saved[3]["id"] == bench.rows("SELECT id FROM articles")[0][0]
    assert len(site.requests_for("/loop")) == 11
    assert not {"/search?q=1", "/feed.xml", "/sitemap.xml"} & set(site.paths)
    [(hops,)] = bench.rows("SELECT hops FROM fetches WHERE requested_url = ?", site.url + "/old")
    assert [(hop["status"], hop["location"]) for hop in json.loads(hops)] == [
        (302, "/moved"),
        (301, site.stories[0].path),
    ]


def test_saving_from_a_private_address_names_the_setting(bench: Bench, site: NewsSite) -> None:
    bench.config.unlink()
    ran = bench.crawl(site.story_urls[0], save=True)
    assert [(one["status"], one["reason"]) for one in ran.report["saved"]] == [(None, "address_refused")]
    assert "allow_networks" in ran.stderr
    assert site.requests == []


def test_a_private_site_without_leave_is_a_usage_error_that_names_the_setting(bench: Bench, site: NewsSite) -> None:
    bench.config.unlink()
    ran = bench.crawl(site.url + "/")
    assert (ran.code, site.requests) == (2, [])
    assert "allow_networks" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert not bench.archive.exists()
