"""`morgue gaps`: what is missing is listed with its reason, and asked for again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.completeness import gap_lines, worth_retrying
from archive.store.completeness import Row
from crawler.sample.server import Answer
from tests.newssite import NewsSite, NewsWeb, consent_wall, make_stories
from tests.typing_morgue import Desk

NAMES = ("held", "down", "gone", "forbidden", "walled", "listed")


@pytest.fixture
def site() -> Iterator[NewsSite]:
    """Six stories in a feed: one is well, the others are each missing for a reason of its own."""
    site = NewsSite(stories=6, sitemaps=())
    with NewsWeb([site]):
        yield site


def sicken(site: NewsSite) -> None:
    answers = dict(zip(NAMES, site.stories, strict=True))
    site.paper.answers[answers["down"].path] = Answer(500)
    site.paper.answers[answers["gone"].path] = Answer(410)
    site.paper.answers[answers["walled"].path] = consent_wall()
    site.paper.answers[answers["listed"].path] = Answer(
        headers=(("Content-Type", "image/png"),), body=b"\x89PNG\r\n\x1a\n" + bytes(60)
    )
    site.paper.answers["/robots.txt"] = Answer(body=f"User-agent: *\nDisallow: {answers['forbidden'].path}\n".encode())


def heal(site: NewsSite) -> None:
    for story in site.stories:
        site.paper.answers.pop(story.path, None)


def asked_for(site: NewsSite, since: int) -> set[str]:
    named = {story.path: name for name, story in zip(NAMES, site.stories, strict=True)}
    return {named.get(path, path) for path in site.paths[since:]}


def test_gaps_are_told_and_filled(site: NewsSite, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.configure(site)
    sicken(site)
    desk.type("crawl")
    told = desk.type("gaps")
    assert told.code == 0
    head, *lines = told.out.splitlines()
    assert head.startswith("127.0.0.1, ")
    assert head.endswith(": 6 listed, 1 held (16.7 % of what is wanted), 5 missing")
    assert {line.strip() for line in lines if not line.startswith("      ")} == {
        "1 no story: the server answered 500",
        "1 no story: its page is gone",
        "1 not asked for: robots.txt forbids it",
        "1 no story: a request for consent stands in its place",
        "1 no story: no HTML",
    }
    reasons = {row["url"]: (row["stage"], row["reason"]) for row in desk.type("gaps", "--json").rows}
    assert reasons == dict(
        zip(
            site.story_urls[1:],
            [
                ("rejected", "http_500"),
                ("rejected", "gone"),
                ("skipped", "robots"),
                ("rejected", "consent"),
                ("rejected", "not_html"),
            ],
            strict=True,
        )
    )
    days = desk.type("gaps", "--by-day", "--json").rows
    assert (sum(day["listed"] for day in days), sum(day["held"] for day in days)) == (6, 1)

    heal(site)
    before = len(site.paths)
    again = desk.type("gaps", "--retry")
    assert (again.code, again.out) == (0, "filled 2 gaps: all that were asked for\n")
    assert "asking again for 2 stories; 3 left alone" in again.err
    assert asked_for(site, before) == {"down", "walled"}  # and no listing, for nothing new was wanted

    before = len(site.paths)
    named = desk.type("gaps", "127.0.0.1", "--retry", "--reason", "gone", "--reason", "robots", "--json")
    assert {(row["url"], row["filled"]) for row in named.rows} == {
        (site.story_urls[2], True),
        (site.story_urls[3], False),  # robots.txt was asked, and has the last word
    }
    assert asked_for(site, before) == {"gone"}
    assert desk.type("gaps", "--retry").err == "nothing of what is missing can be had by asking again:\n"
    [(broken,)] = desk.query("SELECT count(*) FROM crawl_sources WHERE counts ->> 'discovered' > 2 AND crawl_id > 1")
    assert broken == 0


def test_what_is_asked_cannot_be_meant(site: NewsSite, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.configure(site)
    desk.type("crawl", "--limit", "1")
    unknown = desk.type("gaps", "127.0.0.2")
    assert (unknown.code, unknown.out) == (2, "")
    assert "has no source '127.0.0.2'; did you mean '127.0.0.1'?" in unknown.err
    assert desk.type("gaps", "--retry", "--by-day").code == 2
    assert desk.type("gaps", "--since", "yesterweek").code == 2
    limited = desk.type("gaps", "--retry", "--limit", "1")
    assert limited.out == "filled 1 gap: all that were asked for\n"
    assert len(desk.type("gaps", "--json").rows) == 4


def gap(stage: str, reason: str | None = None, not_before: str | None = None) -> Row:
    return {"source": "s", "day": "2026-10-04", "url": "u", "stage": stage, "reason": reason, "not_before": not_before}


NOW = "2026-10-04T12:00:00.000Z"


@pytest.mark.parametrize(
    ("row", "reasons", "again"),
    [
        (gap("unreachable", "timeout"), (), True),
        (gap("failed", "killed"), (), True),
        (gap("awaiting_extraction"), (), True),
        (gap("pending"), (), True),
        (gap("pending", "http_429", "2026-10-04T11:00:00.000Z"), (), True),
        (gap("pending", "http_429", "2026-10-04T13:00:00.000Z"), ("http_429",), False),  # the site said when
        (gap("rejected", "soft_404"), (), True),
        (gap("rejected", "challenge"), (), True),
        (gap("rejected", "http_500"), (), True),
        (gap("rejected", "gone"), (), False),
        (gap("rejected", "gone"), ("gone",), True),
        (gap("rejected", "index"), (), False),
        (gap("rejected", "index"), ("rejected",), True),
        (gap("skipped", "robots"), (), False),
        (gap("skipped", "denied"), (), False),
        (gap("skipped", "off_site"), ("off_site",), True),
        (gap("skipped", "forgotten"), ("forgotten",), False),
        (gap("unreachable", "timeout"), ("dns",), False),
    ],
)
def test_only_what_may_be_had_is_asked_for_again(row: Row, reasons: tuple[str, ...], again: bool) -> None:
    assert worth_retrying(row, reasons, NOW) is again


def test_a_source_says_what_nobody_can_know_and_what_was_not_counted() -> None:
    hole = {"source": "s", "since": "2026-10-03T08:00:00.000Z", "until": "2026-10-03T20:30:00.000Z", "url": "rss"}
    older = {"source": "s", "older": 412338, "oldest_on": "1998-01-02"}
    assert list(gap_lines([], [], [hole] * 4, [older])) == [
        "s: no feed or sitemap has listed a story in these days",
        "  4 times a listing had moved on entirely between two visits; "
        "stories listed in between may have been lost unseen:",
        *["      2026-10-03T08:00Z to 2026-10-03T20:30Z  rss"] * 3,
        "      … and 1 more, in the view listing_gaps",
        "  412,338 older stories listed, back to 1998-01-02: before the horizon, and not counted",
    ]


def test_of_many_gaps_some_are_shown_and_all_are_counted() -> None:
    waiting = [gap("pending", "http_429", f"2026-10-04T1{hour}:00:00.000Z") for hour in range(5)]
    assert list(gap_lines([], waiting, [], []))[1:] == [
        "  5 still to be asked for (the site asked to be left alone (429)), not before 2026-10-04T14:00Z",
        *["      2026-10-04  u"] * 3,
        "      … and 2 more",
    ]


def test_what_patterns_left_out_is_fetched_once_they_do_not(site: NewsSite, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.configure(site, deny=["-1000$"])
    desk.type("crawl")
    [row] = desk.type("gaps", "--json").rows
    assert (row["url"], row["reason"]) == (site.story_urls[0], "denied")
    assert desk.type("gaps").out.splitlines()[0].endswith("6 listed, 5 held (100.0 % of what is wanted), 1 missing")
    desk.configure(site)
    site.edit(site.stories[5])  # so that the feed is read again
    assert desk.type("crawl").code == 0
    assert desk.type("gaps", "--json").rows == []
    for story in site.stories:
        site.paper.stories.pop(story.path)
    for story in make_stories(4, 99, datetime.now(UTC) + timedelta(hours=20)):
        site.paper.publish(story)
    desk.type("crawl")
    told = desk.type("gaps").out.splitlines()
    assert told[1].startswith("  1 time a listing had moved on entirely between two visits")
    assert told[2].endswith(f"  {site.url}/feed.xml")
