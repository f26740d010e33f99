"""Live blogs: which blocks are reports, when they were written, what they say."""

from datetime import UTC, datetime

from archive.extraction.page.parsing import parse
from archive.extraction.story.liveblog import declared_entries, find_reports
from archive.models import Entry, VerdictKind
from tests.extraction.pages import STORY, extracted, html, paragraphs

CLOCKS = ("14:32", "13:55", "13:10", "12:41", "11:58")


def report(clock: str, text: str) -> str:
    return f"<div class='post'><p><b>{clock}</b></p><p>{text}</p></div>"


def timed(clock: str, text: str) -> str:
    return f"<div class='post'><time datetime='2026-05-03T{clock}:00Z'>{clock}</time><p>{text}</p></div>"


REPORTS = "".join(map(report, CLOCKS, STORY))


def test_blocks_with_a_clock_each_are_reports() -> None:
    tree = parse(html(f"<h1>Harbour wall</h1><div>{REPORTS}</div>"))
    assert tree is not None
    assert [(r.shown, r.named) for r in find_reports(tree)] == [(clock, "") for clock in CLOCKS]


def test_fewer_than_five_are_no_live_blog() -> None:
    tree = parse(html(f"<div>{''.join(map(report, CLOCKS[:4], STORY))}</div>"))
    assert tree is not None
    assert find_reports(tree) == []


def test_page_that_is_reports_for_the_most_part_is_a_live_blog() -> None:
    story = "<article><h1>{}</h1><div class='story'>{}</div></article>"
    times = [datetime.fromisoformat(f"2026-05-03T{clock}:00Z") for clock in CLOCKS]
    found = extracted(html(story.format("Harbour wall", "".join(map(timed, CLOCKS, STORY)))))
    assert found.verdict.kind is VerdictKind.LIVE_BLOG
    assert found.entries == tuple(
        Entry(clock, at, "", text) for clock, at, text in zip(CLOCKS, times, STORY, strict=True)
    )
    called_live = extracted(html(story.format("Live: the harbour wall", REPORTS)))
    assert called_live.entries == tuple(Entry(c, None, "", text) for c, text in zip(CLOCKS, STORY, strict=True))
    chronicle = extracted(html(story.format("A day at the harbour wall", REPORTS)))
    assert (chronicle.verdict.kind, chronicle.entries) == (VerdictKind.ARTICLE, ())


def test_story_with_the_clocks_of_comments_below_it_is_none() -> None:
    comments = "".join(report(clock, "I never liked that wall.") for clock in CLOCKS)
    found = extracted(html(f"<article><h1>Harbour wall</h1>{paragraphs(*STORY)}</article><div>{comments}</div>"))
    assert found.verdict.kind is VerdictKind.ARTICLE


def test_declared_reports_keep_their_instants_and_lose_their_markup() -> None:
    updates = [
        {
            "headline": "Open &amp; free",
            "datePublished": "2026-05-03T14:32:00+01:00",
            "articleBody": "<p>One.</p>\nTwo.",
        },
        {"articleBody": "No time."},
        {"datePublished": "2026-05-03"},
        "broken",
    ]
    assert declared_entries({"liveBlogUpdate": updates}) == [
        Entry("2026-05-03T14:32:00+01:00", datetime(2026, 5, 3, 13, 32, tzinfo=UTC), "Open & free", "One.\n\nTwo."),
        Entry("", None, "", "No time."),
    ]
    assert declared_entries({"liveBlogUpdate": None}) == []
