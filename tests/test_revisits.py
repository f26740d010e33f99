"""Stories that are looked at again when they are due, whether or not anything still lists them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler.sample.server import redirect
from tests.crawling import Bench
from tests.newssite import Answer, NewsSite, NewsWeb, consent_wall

HOST = "127.0.0.1"


@pytest.fixture
def site() -> Iterator[NewsSite]:
    made = NewsSite(4)
    with NewsWeb([made]):
        yield made


@pytest.fixture
def bench(tmp_path: Path, site: NewsSite) -> Iterator[Bench]:
    made = Bench(tmp_path)
    made.configure(site)
    yield made
    made.end()


def make_due(bench: Bench, *paths: str) -> None:
    """All stories are due, or those at these paths, as if time had passed."""
    only = "AND (" + " OR ".join(f"url LIKE '%{path}'" for path in paths) + ")" if paths else ""
    bench.execute(f"UPDATE links SET due_at = '2026-01-01T00:00:00.000Z' WHERE article_id IS NOT NULL {only}")


def last(bench: Bench, columns: str, path: str) -> tuple[Any, ...]:
    """What the last answer for a path came to."""
    return bench.rows(f"SELECT {columns} FROM fetches WHERE requested_url LIKE ? ORDER BY id DESC", f"%{path}")[0]


def test_stories_that_are_due_are_asked_for_and_not_modified_costs_a_row(bench: Bench, site: NewsSite) -> None:
    bench.crawl()
    [(after,)] = bench.rows("SELECT count(*) FROM links WHERE due_at > (SELECT max(fetched_at) FROM fetches)")
    assert after == 4
    make_due(bench)
    site.paper.listed = 0  # nothing lists them any more
    site.paper.answers["/sitemap.xml"] = Answer(404)
    bodies, asked = bench.count("FROM bodies"), len(site.requests)
    seen = bench.rows("SELECT last_seen_at FROM articles")
    ran = bench.crawl()
    assert ran.sums(HOST) == {"discovered": 4, "fetched": 4, "unchanged": 4}
    pages = [request for request in site.requests[asked:] if request.path in site.paper.stories]
    newest_first = bench.rows("SELECT url FROM links ORDER BY order_at DESC, id")
    assert [(site.url + request.path,) for request in pages] == newest_first
    assert all(request.header("If-None-Match") for request in pages)
    held = (304, "unchanged", None, None, None, 1)
    columns = "status, outcome, verdict, sha256, reason, article_id IS NOT NULL"
    assert {last(bench, columns, story.path) for story in site.stories} == {held}
    assert (bench.count("FROM bodies"), bench.count("FROM inbox")) == (bodies, 0)
    assert min(bench.rows("SELECT last_seen_at FROM articles")) > max(seen)
    checks = "SELECT DISTINCT checks_due, checks_made, checks_answered, edits, next_at > last_at FROM exposure"
    assert bench.rows(checks) == [(1, 1, 1, 0, 1)]
    assert "fetched" not in bench.crawl().sums(HOST)  # nothing is due
    assert bench.count("FROM edit_paces") == 1
    make_due(bench)
    asked = len(site.requests)
    assert bench.crawl(due=True).sums(HOST)["unchanged"] == 4
    assert {request.path for request in site.requests[asked:]} == set(site.paper.stories)  # no listing is due


def test_new_stories_are_asked_for_before_known_ones_and_edits_are_found(bench: Bench, site: NewsSite) -> None:
    bench.crawl()
    edited = site.edit(site.stories[0], title="The harbour master resigns after all", added="He said so on Tuesday.")
    old = replace(site.stories[3], path="/town/found-late-77", title="Found late", published=site.stories[3].published)
    site.paper.publish(replace(old, paragraphs=tuple(f"{line} Or so they say." for line in old.paragraphs)))
    make_due(bench)
    asked = len(site.requests)
    ran = bench.crawl()
    assert ran.sums(HOST)["new"] + ran.sums(HOST)["revision"] == 2
    paths = [request.path for request in site.requests[asked:] if request.path in site.paper.stories]
    assert paths[0] == old.path
    assert bench.rows("SELECT edits, checks_made FROM exposure WHERE url LIKE ?", f"%{edited.path}") == [(1, 1)]
    made_due = "SELECT edits > 0 FROM links WHERE url LIKE ?"
    assert bench.rows(made_due, f"%{edited.path}") == [(1,)]


def test_validators_are_those_of_a_whole_story_and_of_no_other_address(bench: Bench, site: NewsSite) -> None:
    walled, moved, whole, bare = site.stories
    site.paper.answers[moved.path] = redirect(whole.path + "?print")
    site.paper.answers[bare.path] = lambda request: replace(site.paper._story(bare, request.origin), etag=None)
    bench.crawl()
    site.paper.answers[walled.path] = consent_wall()
    for _ in range(2):
        make_due(bench, walled.path, moved.path, bare.path, whole.path)
        bench.execute("UPDATE links SET due_at = '2026-01-01T00:00:00.000Z'")
        bench.crawl()
    asked = {path: site.requests_for(path)[-1].header("If-None-Match") is not None for path in (whole.path, bare.path)}
    assert asked == {whole.path: True, bare.path: False}
    assert [bool(request.header("If-None-Match")) for request in site.requests_for(walled.path)] == [False, True, False]
    through = [*site.requests_for(moved.path), *site.requests_for(whole.path + "?print")]
    assert not any(request.header("If-None-Match") for request in through)


def test_a_304_that_is_no_answer_to_what_was_asked_failed(bench: Bench, site: NewsSite) -> None:
    _, unasked, _, lost = site.stories  # the first one is what the others are packed against
    site.paper.answers[unasked.path] = Answer(304)
    assert bench.crawl().reasons(HOST) == {"failed: 304_unasked": 1}
    bench.execute(f"DELETE FROM bodies WHERE sha256 IN (SELECT sha256 FROM articles WHERE url LIKE '%{lost.path}')")
    make_due(bench)
    assert bench.crawl().reasons(HOST)["failed: 304_not_held"] == 1
    make_due(bench, lost.path)
    bench.crawl()
    assert last(bench, "status, outcome", lost.path) == (200, "unchanged")
    assert not site.requests_for(lost.path)[-1].header("If-None-Match")


def test_a_page_that_was_gone_and_is_not_modified_is_back(bench: Bench, site: NewsSite) -> None:
    story = site.stories[1]
    bench.crawl()
    site.paper.answers[story.path] = Answer(404)
    make_due(bench)
    bench.crawl()
    [(misses, due_in)] = bench.rows(
        "SELECT misses, (julianday(due_at) - julianday(asked_at)) * 24 FROM links WHERE url LIKE ?", f"%{story.path}"
    )
    assert (misses, round(due_in, 3)) == (1, 1)
    del site.paper.answers[story.path]
    make_due(bench)
    bench.crawl()
    assert last(bench, "status", story.path) == (304,)
    assert [kind for (kind,) in bench.rows("SELECT kind FROM events ORDER BY id")] == ["gone", "back"]


def test_a_design_is_kept_and_its_missed_checks_are_counted(bench: Bench, site: NewsSite) -> None:
    bench.configure(site, revisit=["15m", "1h", "6h"])
    bench.crawl()
    hours = "SELECT DISTINCT round((julianday(due_at) - julianday(first_look_at)) * 24, 2) FROM links"
    assert bench.rows(hours) == [(0.25,)]
    bench.execute(
        "UPDATE links SET "
        + ", ".join(
            f"{name} = strftime('%Y-%m-%dT%H:%M:%fZ', {name}, '-2 hours')"
            for name in ("due_at", "first_look_at", "last_look_at", "asked_at")
        )
    )
    counts = "SELECT DISTINCT design, checks_due, checks_made, checks_late FROM exposure"
    assert bench.rows(counts) == [("[900,3600,21600]", 2, 0, 0)]
    bench.crawl()
    assert bench.rows(counts) == [("[900,3600,21600]", 2, 1, 1)]
    assert bench.rows(hours) == [(6.0,)]


def test_what_the_source_refuses_by_now_is_not_asked_for_again(bench: Bench, site: NewsSite) -> None:
    bench.crawl()
    make_due(bench)
    section = site.stories[0].path.split("/")[1]
    bench.configure(site, deny=[f"/{section}/"], feeds=[], sitemaps=[])
    site.paper.listed = 0
    asked = len(site.requests)
    ran = bench.crawl()
    assert not [request.path for request in site.requests[asked:] if request.path.startswith(f"/{section}/")]
    assert ran.reasons(HOST)["skipped: denied"] == sum(story.path.startswith(f"/{section}/") for story in site.stories)
    assert bench.count(f"FROM links WHERE url LIKE '%/{section}/%' AND due_at IS NOT NULL") == 0
