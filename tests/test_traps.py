"""Sites that give addresses without end: few requests, all stories, and a reason for what is left out."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.shapes import path_of, url_shape, with_any
from archive.store.shapes import Yielded
from crawler.sample import listings, templates
from crawler.sample.server import Answer, Request, document
from crawler.schedule.traps import FEW, WARY, standing, variants
from tests.crawling import Bench
from tests.newssite import NewsSite, NewsWeb, make_stories

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
AT_ONCE = 2 * WARY + FEW  # some are asked for while others are being read


@pytest.mark.parametrize(
    ("path", "shape", "general"),
    [
        ("/calendar/2026/03/10", "/calendar/#", None),
        ("/calendar/2026-03-10?view=day&page=3", "/calendar/#?page&view", "/calendar/#?*"),
        ("/town/old-landing-reopens-1000", "/town/*", None),
        ("/old-landing-reopens", "/*", None),
        ("/2026/03/10/old-landing", "/#/*", None),
        ("/a.php?id=3;sid=4", "/*?id&sid", "/*?*"),
        ("/town/a-b-c;jsessionid=99AB", "/town/*;jsessionid", "/town/*?*"),
        ("/list?a1=1&a2=2&b=3&c=4&d=5&e=6", "/list?a#&b&c&d", "/list?*"),
        ("/", "/", None),
    ],
)
def test_what_a_program_counts_through_has_one_shape(path: str, shape: str, general: str | None) -> None:
    assert url_shape(f"https://post.com{path}") == shape
    assert with_any(shape) == general


def test_the_path_is_what_parameters_are_added_to() -> None:
    assert path_of("https://post.com/a;s=1?b=2") == path_of("https://post.com/a?b=2") == "https://post.com/a"


def yielded(shape: str = "/calendar/#", **counts: int) -> Yielded:
    return replace(Yielded(shape, 0, 0, 0, 0, NOW), **counts)


def test_a_shape_that_gives_nothing_is_asked_little_then_not_at_all_and_tried_again_ever_more_rarely() -> None:
    assert [standing(yielded(dry=dry), NOW) for dry in (9, 10, 29, 30)] == ["free", "few", "few", "stopped"]
    assert [standing(yielded("/a?*", dry=dry), NOW) for dry in (32, 33, 99, 100)] == ["free", "few", "few", "stopped"]
    assert [standing(yielded(dry=30), NOW + days * DAY) for days in (6, 7)] == ["stopped", "probe"]
    assert [standing(yielded(dry=33), NOW + days * DAY) for days in (13, 14)] == ["stopped", "probe"]
    assert [standing(yielded(dry=300), NOW + days * DAY) for days in (55, 56)] == ["stopped", "probe"]


def test_a_shape_that_gives_stories_is_not_stopped() -> None:
    assert standing(yielded(stories=2, dry=29), NOW) == "free"
    assert standing(yielded(stories=100, dry=1000), NOW) == "free"


def test_parameters_are_noise_until_two_stories_differ_by_them() -> None:
    assert variants(yielded("/town/*?sid", stories=10, copies=5))
    assert variants(yielded("/town/*;sid", stories=10, copies=5))
    assert not variants(yielded("/town/*?sid", stories=10, copies=4))
    assert not variants(yielded("/town/*?sid", stories=10, copies=50, forks=1))
    assert not variants(yielded("/town/*", stories=10, copies=50))


def endless(site: NewsSite, numbers: range) -> list[str]:
    """Addresses that the site has of everything but stories, and of each story with a session."""
    calendar = [f"/calendar/2026/{n // 28 + 1:02}/{n % 28 + 1:02}" for n in numbers]
    lists = [f"/archive?offset={n}&sort=date" for n in numbers]
    sessions = [f"{story.path}?visit=v{n}{n * 7919}" for n in numbers[:20] for story in site.stories]
    return [*calendar, *lists, *sessions]


def open_traps(site: NewsSite, numbers: range) -> None:
    def page(request: Request) -> Answer:
        around = templates.Surroundings(site.paper.name, "en", request.origin, site.paper.sections)
        return document(templates.section(around, f"What is on {len(request.path)}", site.stories))

    def sitemap(request: Request) -> Answer:
        paper = listings.Paper(site.paper.name, "en", request.origin)
        day = datetime.now(UTC).date().isoformat()
        paths = [*endless(site, numbers), *(story.path for story in site.stories)]
        return document(listings.sitemap(paper, ((path, day) for path in paths)), "application/xml")

    for path in endless(site, numbers):
        if path.startswith(("/calendar", "/archive")):
            site.paper.answers[path] = page
    site.paper.answers["/sitemap.xml"] = sitemap


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_calendars_endless_parameters_and_session_ids_cost_few_requests_and_no_story(bench: Bench) -> None:
    site = NewsSite(8, feeds=(), sitemaps=("index",))
    open_traps(site, range(200))
    with NewsWeb([site]):
        bench.configure(site)
        ran = bench.crawl()
        assert ran.sums(site.host)["new"] == 8
        asked = Counter(url_shape(request.url) for request in site.requests)
        assert asked["/calendar/#"] <= AT_ONCE
        assert asked["/archive?offset&sort"] <= AT_ONCE
        assert sum(count for shape, count in asked.items() if shape.endswith("?visit")) <= 3 * AT_ONCE
        assert ran.sums(site.host)["discovered"] == 200 + 200 + 8 * 20 + 8

        for _ in range(4):
            bench.execute("UPDATE links SET not_before = NULL")
            bench.crawl(since="7d")
        before = len(site.requests)
        site.paper.publish(make_stories(1, 99, datetime.now(UTC))[0])
        open_traps(site, range(200, 400))
        ran = bench.crawl()
        assert ran.sums(site.host)["new"] == 1
        assert len(site.requests) - before < 20
        assert ran.reasons(site.host)["skipped: trap"] > 400
    (left_out,) = bench.rows("SELECT count(*) FROM left_out WHERE reason = 'trap' AND url LIKE '%/calendar/%'")
    assert left_out[0] >= 300
    assert bench.count("FROM articles") == 9
