"""The pace of requests, and how a crawl ends before its end. Bounds on time are one-sided, or generous."""

import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.sample.server import Answer, document
from tests.crawling import Bench, until
from tests.newssite import NewsSite, NewsWeb, dripping, hostile_page

HOST = "127.0.0.1"
SLOW = dripping("<p>slow</p>" * 1000, 10, 1.0)


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


def gaps(site: NewsSite) -> list[float]:
    """Seconds between requests, the one after robots.txt left out: until then its Crawl-delay is not known."""
    times = [request.at for request in site.requests[1:]]
    return [after - before for before, after in pairwise(times)]


def test_a_host_is_asked_no_faster_than_its_delay(bench: Bench, site: NewsSite) -> None:
    bench.configure(site, delay=0.4, sitemaps=[])
    bench.crawl(limit=3)
    assert len(gaps(site)) >= 4
    assert min(gaps(site)) >= 0.28  # 0.4 s less a quarter, and a little for the clocks


def test_a_crawl_delay_of_robots_txt_is_honoured_in_full(bench: Bench, site: NewsSite) -> None:
    site.paper.answers["/robots.txt"] = document("User-agent: *\nCrawl-delay: 0.5\n", "text/plain")
    bench.configure(site, sitemaps=[])
    bench.crawl(limit=2)
    assert len(gaps(site)) >= 3
    assert min(gaps(site)) >= 0.49


def test_a_crawl_delay_over_a_minute_allows_one_request_a_crawl_and_nothing_waits_for_it(
    bench: Bench, site: NewsSite
) -> None:
    site.paper.answers["/robots.txt"] = document("User-agent: *\nCrawl-delay: 90\n", "text/plain")
    ran = bench.crawl(*site.story_urls[:2], save=True)
    assert site.paths == ["/robots.txt"]
    assert ran.sums(HOST) == {"discovered": 2, "pending": 2}
    assert ran.report["notes"] == ["127.0.0.1 asks for 90 s between requests: at most 960 stories a day"]
    bench.execute("UPDATE links SET not_before = NULL")  # the 90 seconds are over
    bench.crawl(*site.story_urls[:2], save=True)
    assert len(site.paths) == 2
    assert site.paths[1] in site.paper.stories


def test_the_last_good_robots_txt_holds_while_the_server_fails(bench: Bench, site: NewsSite) -> None:
    forbidden = site.stories[0].path
    site.paper.answers["/robots.txt"] = document(f"User-agent: *\nDisallow: {forbidden}\n", "text/plain")
    bench.crawl(limit=0)
    bench.execute("UPDATE robots SET fetched_at = '2026-01-01T00:00:00.000Z'")  # not of today any more
    site.paper.answers["/robots.txt"] = Answer(500)
    bench.crawl()
    assert len(site.requests_for("/robots.txt")) == 4
    assert bench.stored_urls() == sorted(site.story_urls[1:])
    assert forbidden not in site.paths


def test_slow_workers_stop_the_fetching_and_do_not_fill_the_memory(bench: Bench) -> None:
    site = NewsSite(120)
    for story in site.stories:
        site.paper.answers[story.path] = hostile_page("attributes")  # holds a worker for seconds
    with NewsWeb([site]):
        bench.configure(site, sitemaps=[], feeds=[])
        site.paper.answers["/"] = document("".join(f'<p><a href="{s.path}">{s.title}</a></p>' for s in site.stories))
        bench.start()
        until(lambda: len(site.requests) > 50)
        time.sleep(2.0)
        fetched = len(set(site.paths) & set(site.paper.stories))
        assert bench.count("FROM inbox") <= fetched <= 64 + 8  # the inbox's bound, and what is in flight
        bench.end()


def test_no_port_is_opened(bench: Bench, site: NewsSite) -> None:
    site.paper.answers[site.stories[0].path] = SLOW
    process = bench.start()
    until(lambda: site.requests_for(site.stories[0].path))
    assert listening(process.pid) == []


def listening(pid: int) -> list[str]:
    """TCP ports that a process listens on, by /proc."""
    sockets = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    tables = (Path(f"/proc/{pid}/net/{name}").read_text() for name in ("tcp", "tcp6"))
    lines = (line.split() for table in tables for line in table.splitlines()[1:])
    return [fields[1] for fields in lines if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_a_crawl_cleanly_within_seconds(
    bench: Bench, site: NewsSite, number: signal.Signals, code: int
) -> None:
    site.paper.answers[site.stories[1].path] = SLOW
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


def test_a_signal_ends_a_crawl_though_another_program_keeps_the_archive_locked(bench: Bench, site: NewsSite) -> None:
    site.paper.answers[site.stories[1].path] = SLOW
    process = bench.start(lock_patience=3.0)
    until(lambda: site.requests_for(site.stories[1].path))
    with closing(sqlite3.connect(bench.archive, isolation_level=None, timeout=20)) as other:
        other.execute("BEGIN IMMEDIATE")
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=40)
    assert process.returncode == 4
    assert "is being written by another process" in stderr
    assert len(stderr.splitlines()) == 1
    del site.paper.answers[site.stories[1].path]
    bench.crawl()
    assert bench.stored_urls() == sorted(site.story_urls)


def test_an_archive_that_another_crawl_holds_is_busy(bench: Bench, site: NewsSite) -> None:
    site.paper.answers[site.stories[0].path] = SLOW
    process = bench.start()
    until(lambda: site.requests_for(site.stories[0].path))
    ran = bench.crawl()
    assert ran.code == 4
    assert f"held by pid {process.pid} (crawl) since" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
