"""Whole crawls: real subprocesses against papers on loopback. `bench.crawl` checks both sums every time."""

import gzip
import json
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.sample.server import Answer, Request, document, redirect
from tests.crawling import Bench, until
from tests.newssite import NewsSite, NewsWeb, cut_gzip, dripping, lying_about_length

HOST = "127.0.0.1"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.end()


@pytest.fixture
def site(bench: Bench) -> Iterator[NewsSite]:
    """Six stories in a feed, a sitemap index and a news sitemap; configured as a source of the bench."""
    made = NewsSite()
    with NewsWeb([made]):
        bench.configure(made)
        yield made


# -- what a crawl does


def test_a_crawl_stores_every_story_a_site_lists_and_says_who_asks(bench: Bench, site: NewsSite) -> None:
    ran = bench.crawl()
    assert (ran.code, ran.stderr) == (0, "")
    assert bench.stored_urls() == sorted(site.story_urls)
    assert ran.sums(HOST)["new"] == 6
    agents = {request.header("User-Agent") for request in site.requests}
    assert len(agents) == 1
    assert re.fullmatch(r"newsmorgue/[\d.]+ \(\+tests@example\.org\)", agents.pop() or "")
    assert site.paths[0] == "/robots.txt"
    assert all(len(site.requests_for(story.path)) == 1 for story in site.stories)


def test_a_second_crawl_of_an_unchanged_site_stores_nothing_new_and_asks_for_no_story(
    bench: Bench, site: NewsSite
) -> None:
    bench.crawl()
    before = bench.rows("SELECT id, fetched_at FROM articles ORDER BY id")
    asked = len(site.requests)
    ran = bench.crawl()
    assert ran.code == 0
    assert ran.sums(HOST).get("fetched", 0) == 0
    assert bench.rows("SELECT id, fetched_at FROM articles ORDER BY id") == before
    again = [request.path for request in site.requests[asked:]]
    assert not set(again) & {story.path for story in site.stories}
    assert "/robots.txt" not in again  # a copy of today is used
    assert len(again) == len(set(again))


def test_an_edited_story_is_a_revision_when_revisits_are_asked_for(bench: Bench, site: NewsSite) -> None:
    bench.crawl()
    site.edit(site.stories[2], title="The harbour master resigns after all", added="He said so on Tuesday evening.")
    ran = bench.crawl(revisit=True)
    assert ran.sums(HOST)["revision"] == 1
    assert bench.count("FROM revisions") == 7


def test_links_come_newest_first(bench: Bench, site: NewsSite) -> None:
    bench.crawl()
    asked = [path for path in site.paths if path in site.paper.stories]
    assert asked == [story.path for story in site.stories]


def test_a_limit_leaves_the_rest_pending_and_the_next_crawl_takes_it(bench: Bench, site: NewsSite) -> None:
    first = bench.crawl(limit=2)
    assert (first.sums(HOST)["fetched"], first.code) == (2, 0)
    assert first.sums(HOST)["pending"] >= 4
    bench.crawl()
    assert bench.stored_urls() == sorted(site.story_urls)


def test_a_crawl_is_written_down_with_what_ran_and_by_whose_leave(bench: Bench, site: NewsSite) -> None:
    bench.crawl()
    [(command, ended, config, permissions, digest)] = bench.rows(
        "SELECT command, ended, config, permissions, sha256 FROM crawls"
    )
    assert (command, ended, config) == ("crawl", "finished", bench.config.read_text())
    assert "a test's own server" in permissions
    assert re.fullmatch("[0-9a-f]{64}", digest)


def test_several_sources_are_crawled_in_one_run(bench: Bench) -> None:
    sites = [NewsSite(4, host=f"127.0.0.{number}", seed=number) for number in (1, 2, 3)]
    with NewsWeb(sites):
        bench.configure(*sites)
        ran = bench.crawl()
    assert [ran.sums(site.host)["new"] for site in sites] == [4, 4, 4]


# -- addresses instead of sources


def test_the_address_of_a_story_archives_that_story_and_says_so(bench: Bench, site: NewsSite) -> None:
    url = site.story_urls[1]
    ran = bench.crawl(url)
    assert bench.stored_urls() == [url]
    assert ran.sums(HOST) == {"discovered": 1, "fetched": 1, "new": 1}
    assert "is a story" in ran.report["notes"][0]
    assert site.paths == ["/robots.txt", site.stories[1].path]


def test_the_address_of_a_feed_archives_what_it_lists(bench: Bench, site: NewsSite) -> None:
    ran = bench.crawl(site.url + "/feed.xml")
    assert ran.sums(HOST)["new"] == 6
    assert not {"/", "/sitemap.xml"} & set(site.paths)


def test_saving_takes_exactly_these_pages_whatever_they_are(bench: Bench, site: NewsSite) -> None:
    bench.crawl(site.story_urls[0])
    urls = [site.story_urls[0], site.url + "/", site.url + "/nowhere"]
    ran = bench.crawl(*urls, save=True)
    saved = ran.report["saved"]
    assert [(one["url"], one["status"]) for one in saved] == [(urls[0], 200), (urls[1], 200), (urls[2], 404)]
    assert all(one["sha256"] and one["fetched_at"] and one["verdict"] for one in saved)
    assert saved[0]["id"] == bench.rows("SELECT id FROM articles WHERE url = ?", urls[0])[0][0]
    assert bench.count("FROM bodies") == 3


def test_a_page_to_save_that_robots_txt_forbids_is_not_asked_for(bench: Bench, site: NewsSite) -> None:
    ran = bench.crawl(site.url + "/search?q=1", save=True)
    assert [(one["status"], one["reason"]) for one in ran.report["saved"]] == [(None, "robots")]
    assert site.paths == ["/robots.txt"]


# -- robots.txt


def forbidding(path: str) -> Answer:
    return document(f"User-agent: *\nDisallow: {path}\n", "text/plain")


def test_what_robots_txt_forbids_is_never_asked_for(bench: Bench, site: NewsSite) -> None:
    site.paper.answers["/robots.txt"] = forbidding(site.stories[0].path)
    ran = bench.crawl()
    assert site.stories[0].path not in site.paths
    assert ran.reasons(HOST) == {"skipped: robots": 1}
    assert bench.stored_urls() == sorted(site.story_urls[1:])


@pytest.mark.parametrize("status", [404, 403, 410])
def test_a_robots_txt_that_is_not_there_allows_everything(bench: Bench, site: NewsSite, status: int) -> None:
    site.paper.answers["/robots.txt"] = replace(forbidding("/"), status=status)
    assert bench.crawl().sums(HOST)["new"] == 6


def test_a_server_error_for_robots_txt_disallows_everything(bench: Bench, site: NewsSite) -> None:
    site.paper.answers["/robots.txt"] = replace(document("User-agent: *\nAllow: /\n", "text/plain"), status=503)
    ran = bench.crawl()
    assert set(site.paths) == {"/robots.txt"}
    assert ran.code == 3
    assert "robots" in (ran.problem(HOST) or "")


def test_the_last_good_robots_txt_holds_while_the_server_fails(bench: Bench, site: NewsSite) -> None:
    site.paper.answers["/robots.txt"] = forbidding(site.stories[0].path)
    bench.crawl(limit=1)
    bench.execute("UPDATE robots SET fetched_at = '2026-01-01T00:00:00.000Z'")  # not of today any more
    site.paper.answers["/robots.txt"] = Answer(500)
    bench.crawl()
    assert bench.stored_urls() == sorted(site.story_urls[1:])
    assert site.stories[0].path not in site.paths


def test_robots_txt_is_followed_through_redirects(bench: Bench, site: NewsSite) -> None:
    site.paper.answers["/robots.txt"] = redirect("/real-robots.txt")
    site.paper.answers["/real-robots.txt"] = forbidding(site.stories[0].path)
    bench.crawl()
    assert site.stories[0].path not in site.paths
    assert bench.stored_urls() == sorted(site.story_urls[1:])


def test_permission_to_ignore_robots_txt_is_used_and_recorded(bench: Bench, site: NewsSite) -> None:
    bench.configure(site, robots="ignore")
    site.paper.answers["/robots.txt"] = forbidding("/")
    assert bench.crawl().sums(HOST)["new"] == 6
    assert "robots = ignore" in bench.rows("SELECT permissions FROM crawls")[0][0]


# -- where it must not go


def test_a_redirect_to_a_private_address_is_refused_and_recorded(bench: Bench, site: NewsSite) -> None:
    site.paper.answers[site.stories[0].path] = redirect("http://10.0.0.1/internal")
    ran = bench.crawl()
    assert ran.reasons(HOST) == {"unreachable: address_refused": 1}
    assert bench.rows("SELECT reason FROM left_out WHERE url = ?", site.story_urls[0]) == [("address_refused",)]


def test_links_to_other_sites_are_left_out_with_their_reason(bench: Bench, site: NewsSite) -> None:
    feed = f"""<rss version="2.0"><channel><title>x</title>
    <item><title>Ours</title><link>{site.story_urls[0]}</link></item>
    <item><title>Theirs</title><link>https://elsewhere.example.com/a-story-of-theirs</link></item>
    </channel></rss>"""
    site.paper.answers["/feed.xml"] = document(feed, "application/rss+xml")
    ran = bench.crawl(site.url + "/feed.xml")
    assert ran.sums(HOST) == {"discovered": 2, "fetched": 1, "new": 1, "skipped": 1}
    assert ran.reasons(HOST) == {"skipped: off_site": 1}


def test_the_environments_proxies_see_nothing(bench: Bench, site: NewsSite) -> None:
    trap = NewsSite(host="127.0.0.9")
    with NewsWeb([trap]):
        bench.env = dict.fromkeys(("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"), trap.url)
        assert bench.crawl().sums(HOST)["new"] == 6
        assert trap.requests == []


def test_a_private_site_without_leave_is_a_usage_error_that_names_the_setting(bench: Bench, site: NewsSite) -> None:
    bench.config.unlink()
    ran = bench.crawl(site.url + "/")
    assert (ran.code, site.requests) == (2, [])
    assert "allow_networks" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not bench.archive.exists()


# -- faults of servers


def test_a_body_cut_short_is_asked_for_again_and_marked_as_such(bench: Bench, site: NewsSite) -> None:
    page = "<html><body><p>" + "The harbour froze over last night. " * 200
    site.paper.answers[site.stories[0].path] = lying_about_length(page, len(page) * 2)
    bench.crawl()
    assert len(site.requests_for(site.stories[0].path)) == 3
    assert bench.rows("SELECT truncated FROM fetches WHERE requested_url = ?", site.story_urls[0]) == [(1,)]


def test_a_body_that_is_whole_the_second_time_is_stored(bench: Bench, site: NewsSite) -> None:
    path = site.stories[0].path
    whole = site.paper.stories[path]
    failing = iter([Answer(500), Answer(0)])

    def sometimes(request: Request) -> Answer:
        return next(failing, None) or replace(site.paper, answers={})(request)

    site.paper.answers[path] = sometimes
    bench.crawl()
    assert whole.path == path
    assert bench.stored_urls() == sorted(site.story_urls)
    assert len(site.requests_for(path)) == 3


def test_a_gzip_body_without_its_end_is_asked_for_again(bench: Bench, site: NewsSite) -> None:
    path = site.stories[0].path
    page = gzip.decompress(_gzipped(site, path)).decode()
    answers = iter([cut_gzip(page)])
    site.paper.answers[path] = lambda request: next(answers, None) or document(page)
    bench.crawl()
    assert len(site.requests_for(path)) == 2
    assert bench.stored_urls() == sorted(site.story_urls)


def _gzipped(site: NewsSite, path: str) -> bytes:
    answer = site.paper(Request(0.0, site.url, "GET", path, ()))
    return gzip.compress(answer.body)


def test_a_server_error_that_stays_is_a_rejected_page_and_its_status_is_kept(bench: Bench, site: NewsSite) -> None:
    site.paper.answers[site.stories[0].path] = Answer(500, b"<h1>Oops</h1>")
    ran = bench.crawl()
    assert ran.sums(HOST)["rejected"] == 1 + _other_rejected(ran.sums(HOST))
    rows = bench.rows("SELECT status, verdict FROM fetches WHERE requested_url = ?", site.story_urls[0])
    assert rows == [(500, "error")]


def _other_rejected(sums: dict[str, int]) -> int:
    """Pages that a front lists and that are no stories: section pages and the like."""
    return sums["fetched"] - 6


def test_a_host_that_says_it_is_busy_for_long_ends_its_turn_and_its_links_wait(bench: Bench, site: NewsSite) -> None:
    bench.configure(site, delay=0.01)
    site.paper.answers[site.stories[0].path] = Answer(429, headers=(("Retry-After", "120"),))
    ran = bench.crawl()
    assert ran.code == 0
    assert ran.sums(HOST)["pending"] >= 6
    asked = [path for path in site.paths if path in site.paper.stories]
    assert asked == [site.stories[0].path] * len(asked)
    waits = bench.rows("SELECT DISTINCT state, not_before > last_seen_at FROM links WHERE state = 'pending'")
    assert waits == [("pending", 1)]
    before = len(site.requests)
    bench.crawl()
    assert not {request.path for request in site.requests[before:]} & set(site.paper.stories)


def test_a_host_that_says_it_is_busy_for_a_moment_is_asked_again(bench: Bench, site: NewsSite) -> None:
    path = site.stories[0].path
    answers = iter([Answer(503, headers=(("Retry-After", "1"),))])
    site.paper.answers[path] = lambda request: next(answers, None) or replace(site.paper, answers={})(request)
    bench.crawl()
    first, second = site.requests_for(path)
    assert second.at - first.at >= 1.0
    assert bench.stored_urls() == sorted(site.story_urls)


def test_a_redirect_is_followed_and_each_hop_kept(bench: Bench, site: NewsSite) -> None:
    site.paper.answers["/moved"] = redirect(site.stories[0].path, 301)
    site.paper.answers["/old"] = redirect("/moved")
    bench.crawl(site.url + "/old", save=True)
    [(url, hops)] = bench.rows("SELECT url, hops FROM fetches WHERE requested_url = ?", site.url + "/old")
    assert url == site.story_urls[0]
    assert [hop["status"] for hop in json.loads(hops)] == [302, 301]


def test_a_redirect_without_end_is_left_after_ten_hops(bench: Bench, site: NewsSite) -> None:
    site.paper.answers["/loop"] = redirect("/loop")
    ran = bench.crawl(site.url + "/loop", save=True)
    assert [one["reason"] for one in ran.report["saved"]] == ["too_many_redirects"]
    assert len(site.requests_for("/loop")) == 11


# -- manners


def test_a_host_is_asked_no_faster_than_its_delay(bench: Bench, site: NewsSite) -> None:
    bench.configure(site, delay=0.4, sitemaps=[])
    bench.crawl(limit=3)
    times = [request.at for request in site.requests]
    gaps = [after - before for before, after in pairwise(times)]
    assert len(gaps) >= 5
    assert min(gaps) >= 0.28  # 0.4 s less a quarter, and a little for the clocks


def test_a_crawl_delay_of_robots_txt_is_honoured_in_full(bench: Bench, site: NewsSite) -> None:
    site.paper.answers["/robots.txt"] = document("User-agent: *\nCrawl-delay: 0.5\n", "text/plain")
    bench.configure(site, sitemaps=[], feeds=[site.url + "/feed.xml"])
    bench.crawl(limit=2)
    times = [request.at for request in site.requests]
    gaps = [after - before for before, after in pairwise(times[1:])]
    assert gaps
    assert min(gaps) >= 0.49


def test_a_crawl_delay_over_a_minute_allows_one_request_a_crawl_and_nothing_waits_for_it(
    bench: Bench, site: NewsSite
) -> None:
    site.paper.answers["/robots.txt"] = document("User-agent: *\nCrawl-delay: 90\n", "text/plain")
    first = bench.crawl(*site.story_urls[:2], save=True)
    assert site.paths == ["/robots.txt"]
    assert first.sums(HOST) == {"discovered": 2, "pending": 2}
    assert "127.0.0.1 asks for 90 s between requests: at most 960 stories a day" in first.report["notes"]
    bench.execute("UPDATE links SET not_before = NULL")  # the 90 seconds are over
    bench.crawl(*site.story_urls[:2], save=True)
    assert len(site.paths) == 2
    assert site.paths[1] in site.paper.stories


def test_no_port_is_opened(bench: Bench, site: NewsSite) -> None:
    site.paper.answers[site.stories[0].path] = dripping("<p>slow</p>" * 100, 100, 0.1)
    process = bench.start()
    until(lambda: site.requests_for(site.stories[0].path))
    assert listening(process.pid) == []


def listening(pid: int) -> list[str]:
    """TCP ports that a process listens on, by /proc."""
    sockets = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    tables = (Path(f"/proc/{pid}/net/{name}").read_text() for name in ("tcp", "tcp6"))
    lines = (line.split() for table in tables for line in table.splitlines()[1:])
    return [fields[1] for fields in lines if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets]


# -- sources that give nothing


def test_a_site_that_cannot_be_reached_is_ill_and_says_why(bench: Bench, site: NewsSite) -> None:
    bench.configure(site, home="http://127.0.0.77:9/", allow_networks=["127.0.0.0/8"])
    ran = bench.crawl()
    assert ran.code == 3
    assert ran.problem(HOST) == "http://127.0.0.77:9/ could not be read (refused)"


def test_a_site_that_lists_nothing_is_ill_and_says_what_was_looked_for(bench: Bench) -> None:
    site = NewsSite(0, feeds=(), sitemaps=())
    with NewsWeb([site]):
        site.paper.answers["/"] = document("<html><body><h1>Under construction</h1></body></html>")
        bench.configure(site)
        ran = bench.crawl()
    assert ran.code == 3
    assert ran.problem(HOST) == (
        "no feed, no sitemap and no stories found; looked at the front page, sitemaps in robots.txt, "
        "feeds the front page declares, and the common places of both"
    )
    assert {"/", "/robots.txt", "/sitemap.xml", "/feed/"} <= set(site.paths)


# -- stopping


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_a_crawl_cleanly_within_seconds(
    bench: Bench, site: NewsSite, number: signal.Signals, code: int
) -> None:
    site.paper.answers[site.stories[1].path] = dripping("<p>slow</p>" * 1000, 10, 1.0)
    process = bench.start()
    until(lambda: site.requests_for(site.stories[1].path))
    process.send_signal(number)
    _, stderr = process.communicate(timeout=10)
    assert (process.returncode, stderr) == (code, "")
    bench.check_sums()
    assert bench.rows("SELECT ended FROM crawls") == [("stopped",)]
    assert bench.rows("SELECT state FROM links WHERE url = ?", site.story_urls[1]) == [("pending",)]
    del site.paper.answers[site.stories[1].path]
    bench.crawl()
    assert bench.stored_urls() == sorted(site.story_urls)


def test_an_archive_that_another_crawl_holds_is_busy(bench: Bench, site: NewsSite) -> None:
    site.paper.answers[site.stories[0].path] = dripping("<p>slow</p>" * 1000, 10, 1.0)
    process = bench.start()
    until(lambda: site.requests_for(site.stories[0].path))
    ran = bench.crawl()
    assert ran.code == 4
    assert f"held by pid {process.pid} (crawl) since" in ran.stderr
