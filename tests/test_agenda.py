"""What is due when: plain values in, a list out; and crawls of what is due."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.errors import ExitCode
from archive.store.connection import APPLICATION_ID, connect
from archive.store.listings import Listing, Outlook
from archive.store.migrations import MIGRATIONS
from archive.store.waiting import Queue, Waiting
from crawler.agenda import NEVER_READ, Item, Known, agenda, read_due_plan
from crawler.plan import CrawlRequest
from crawler.sources import Source, parse_source
from tests.crawling import Bench
from tests.newssite import NewsSite, NewsWeb, document

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOME, RSS = "https://www.post.com/", "https://www.post.com/rss"


def post(**keys: object) -> Source:
    return parse_source({"name": "Post", "home": HOME, **keys})


def read(url: str, ago: timedelta, kind: str = "feed", **more: object) -> Listing:
    return replace(Listing(1, url, "feed", NOW, last_fetched_at=NOW - ago), kind=kind, **more)  # type: ignore[arg-type]


BOTH = (read(HOME, HOUR, "front"), read(RSS, HOUR / 2))


def test_a_new_source_begins_with_its_front_page_and_what_is_configured() -> None:
    assert agenda(post(feeds=[RSS]), Known(), NOW) == [
        Item("Post", "front", NOW, NEVER_READ, HOME),
        Item("Post", "feed", NOW, NEVER_READ, RSS),
    ]


def test_listings_are_due_as_the_source_says() -> None:
    known = Known(1, BOTH)
    assert agenda(post(every="6h"), known, NOW) == [
        Item("Post", "front", NOW + 5 * HOUR, "every 6h", HOME),
        Item("Post", "feed", NOW + 5.5 * HOUR, "every 6h", RSS),
    ]
    at_seven = datetime(2026, 3, 11, 6, tzinfo=UTC)
    assert agenda(post(every="0 7 * * *", timezone="Europe/Berlin"), known, NOW) == [
        Item("Post", "front", at_seven, "every 0 7 * * *", HOME),
        Item("Post", "feed", at_seven, "every 0 7 * * *", RSS),
    ]


def test_it_is_told_what_says_so() -> None:
    seen = read(RSS, HOUR / 2)
    ripe = replace(seen, outlook=Outlook(due_at=NOW + HOUR, due_why="window"))
    rows = {
        "feed_every 30m": (post(every="6h", feed_every="30m"), seen),
        "every 6h": (post(every="6h"), seen),
        "adaptive: hourly": (post(), seen),
        "adaptive: before its oldest entries can be pushed off": (post(), ripe),
    }
    found = [
        next(item.by for item in agenda(source, Known(1, (listing,)), NOW) if item.what == "feed")
        for source, listing in rows.values()
    ]
    assert found == list(rows)
    due = {"design": "revisit", "pace": "adaptive: as often as it is edited"}
    for why, by in due.items():
        waits = Waiting(stories=Queue(1, NOW, why))
        assert [item.by for item in agenda(post(), Known(1, (seen,), waits), NOW) if item.what == "stories"] == [by]


def test_a_wait_that_a_host_asked_for_goes_before() -> None:
    told = Known(1, (read(HOME, HOUR, "front", not_before=NOW + 9 * HOUR),))
    assert [item.at for item in agenda(post(every="6h"), told, NOW)] == [NOW + 9 * HOUR]


def test_a_source_whose_host_allows_one_request_a_crawl_is_looked_at_once_a_day() -> None:
    slow = Known(1, (read(HOME, HOUR, "front"),), is_slow=True)
    assert [item.at for item in agenda(post(every="6h"), slow, NOW)] == [NOW + 23 * HOUR]


def test_what_waits_beside_listings_is_due_too_and_the_next_comes_first() -> None:
    waits = Waiting(links=Queue(3, NOW + HOUR), stories=Queue(40, NOW), received=Queue(1, NOW - HOUR))
    assert [(item.what, item.at, item.count) for item in agenda(post(every="6h"), Known(1, BOTH, waits), NOW)] == [
        ("pages", NOW - HOUR, 1),
        ("stories", NOW, 40),
        ("links", NOW + HOUR, 3),
        ("front", NOW + 5 * HOUR, 1),
        ("feed", NOW + 5.5 * HOUR, 1),
    ]


# -- crawls of what is due


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.end()


def test_a_crawl_of_what_is_due_opens_no_source_that_has_nothing_due(bench: Bench) -> None:
    sites = [NewsSite(2, host=f"127.0.0.{n}", seed=n) for n in (1, 2)]
    with NewsWeb(sites):
        bench.configure_each({site: {"every": "6h"} for site in sites})
        assert bench.crawl(due=True).sums("127.0.0.1")["new"] == 2
        asked = len(sites[0].paths)
        assert bench.crawl(due=True).report == {
            "exit_code": ExitCode.OK,
            "ended": "nothing due",
            "crawl_id": 0,
            "sources": [],
            "saved": [],
            "notes": [],
        }
        bench.execute(
            "UPDATE listings SET last_fetched_at = '2026-01-01T00:00:00Z' WHERE url LIKE 'http://127.0.0.2:%'"
        )
        bench.execute("UPDATE robots SET fetched_at = '2026-01-01T00:00:00Z'")
        ran = bench.crawl(due=True)
        assert [one["name"] for one in ran.report["sources"]] == ["127.0.0.2"]
        assert ran.sums("127.0.0.2") == {}  # its listings were asked for, and are what they were
        assert sites[1].paths.count("/feed.xml") == 2
        assert len(sites[0].paths) == asked
        assert bench.rows("SELECT name FROM sources WHERE retired_at IS NULL ORDER BY 1") == [
            ("127.0.0.1",),
            ("127.0.0.2",),
        ]
        assert bench.count("FROM crawls") == 2


def test_without_due_a_crawl_looks_at_every_listing_whatever_every_says(bench: Bench) -> None:
    site = NewsSite(1)
    with NewsWeb([site]):
        bench.configure(site, every="6h")
        bench.crawl()
        asked = len(site.paths)
        bench.crawl()
        assert site.paths[asked:].count("/") == 1


def test_after_a_clock_that_was_a_day_ahead_nothing_waits_for_a_day(bench: Bench) -> None:
    site = NewsSite(2)
    with NewsWeb([site]):
        bench.configure(site)
        bench.crawl(due=True)
        ahead = "strftime('%Y-%m-%dT%H:%M:%fZ', julianday({}) + 1)"
        for table, columns in {
            "crawls": ("started_at",),
            "listings": ("last_fetched_at", "seen_at", "due_at"),
            "links": ("last_fetched_at", "asked_at", "due_at"),
        }.items():
            bench.execute(f"UPDATE {table} SET " + ", ".join(f"{name} = {ahead.format(name)}" for name in columns))
        asked = len(site.paths)
        assert bench.crawl(due=True).sums(site.host) == {"discovered": 2, "fetched": 2, "unchanged": 2}
        assert sorted(site.paths[asked:])[:1] == ["/"]
        assert bench.crawl(due=True).report["ended"] == "nothing due"


def test_what_robots_txt_forbids_is_not_due_until_it_is_listed_again(bench: Bench) -> None:
    site = NewsSite(2)
    forbidden = site.stories[0].path
    site.paper.answers["/robots.txt"] = document(f"User-agent: *\nDisallow: {forbidden}\n", "text/plain")
    with NewsWeb([site]):
        bench.configure(site)
        for _ in range(2):  # found, and listed again
            bench.crawl(revisit=True)
        assert bench.count("FROM links WHERE reason = 'robots' AND due_at IS NULL") == 1
        assert bench.crawl(due=True).report["ended"] == "nothing due"


def test_a_crawl_of_a_known_story_that_may_not_be_asked_for_any_more_makes_no_source_ill(bench: Bench) -> None:
    site = NewsSite(2)
    with NewsWeb([site]):
        bench.configure(site)
        bench.crawl()
        site.paper.answers["/robots.txt"] = document("User-agent: *\nDisallow: /\n", "text/plain")
        bench.execute("UPDATE robots SET fetched_at = '2026-01-01T00:00:00.000Z'")  # not of today any more
        bench.execute("UPDATE links SET due_at = first_seen_at")
        ran = bench.crawl(due=True)
        assert ran.sums(site.host) == {"discovered": 2, "skipped": 2}
        assert ran.report["exit_code"] == ExitCode.OK
        assert bench.count("FROM links WHERE due_at > last_seen_at") == 2


def test_of_an_archive_of_an_earlier_format_everything_is_due(bench: Bench) -> None:
    bench.config.write_text('[[source]]\nname = "Post"\nhome = "https://www.post.com/"\n')
    old = connect(bench.archive)
    MIGRATIONS.apply(old, stop_before="ninth_format")
    old.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.conn.execute("PRAGMA user_version = 8")
    old.conn.execute("INSERT INTO about VALUES ('uuid', 'u')")
    old.conn.execute("INSERT INTO sources (name, home, added_at) VALUES ('Post', 'https://www.post.com/', '')")
    old.close()
    plan = read_due_plan(CrawlRequest(bench.archive, bench.config, due=True))
    assert [planned.source.name for planned in plan.planned] == ["Post"]
