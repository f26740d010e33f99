"""What an answer is to the schedule, and whether the next request is made on condition that the page has changed."""

from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.dates import now
from archive.models import Hop, Outcome, Page
from archive.settling import Decided
from archive.store.revisits import Validators
from crawler.plan import CrawlRequest
from crawler.revisiting import Revisiting, found_in, validators_after
from crawler.running import REVISITS_FOR, RunningCrawl

URL = "https://post.example/a"
PAGE = Page(URL, URL, b"", datetime(2026, 3, 10, tzinfo=UTC), headers=(("ETag", '"1"'), ("Last-Modified", "Sun")))
NEW = Decided(1, 1, 1, Outcome.NEW, "article", None, "a1", "A", truncated=False)
REQUIRED = [one.name for one in fields(RunningCrawl) if one.init and one.default is one.default_factory is MISSING]
GIVEN = Validators('"1"', "Sun")


def decided(outcome: Outcome, verdict: str | None = "article", reason: str | None = None) -> Decided:
    return replace(NEW, outcome=outcome, verdict=verdict, reason=reason)


WALL = decided(Outcome.REJECTED, "challenge", "challenge")
GONE = decided(Outcome.REJECTED, "error", "error")


@pytest.mark.parametrize(
    ("page", "result", "kept"),
    [
        (PAGE, NEW, GIVEN),
        (PAGE, decided(Outcome.REVISION), GIVEN),
        (PAGE, decided(Outcome.UNCHANGED), GIVEN),
        (replace(PAGE, headers=()), NEW, Validators()),
        (replace(PAGE, truncated=True), NEW, Validators()),
        (PAGE, replace(NEW, truncated=True), Validators()),
        (PAGE, decided(Outcome.REVISION, reason="paywalled"), Validators()),
        (PAGE, decided(Outcome.UNCHANGED, reason="cut short"), Validators()),
        (PAGE, decided(Outcome.FAILED, None, "timeout"), Validators()),
        (PAGE, WALL, Validators()),
        (replace(PAGE, status=403), WALL, Validators()),
        (replace(PAGE, hops=(Hop(URL, 301, "/b"),)), NEW, Validators()),
        (replace(PAGE, url="https://post.example/b"), NEW, Validators()),
        (replace(PAGE, status=404), GONE, None),
        (replace(PAGE, status=503), GONE, None),
        (replace(PAGE, status=304, headers=()), decided(Outcome.UNCHANGED, None), None),
        (replace(PAGE, status=304), decided(Outcome.FAILED, None, "304_unasked"), Validators()),
    ],
)
def test_only_a_whole_story_from_its_own_address_makes_the_next_request_conditional(
    page: Page, result: Decided, kept: Validators | None
) -> None:
    assert validators_after(page, result) == kept


@pytest.mark.parametrize(
    ("status", "result", "found"),
    [
        (200, NEW, "story"),
        (200, decided(Outcome.NEW, "live_blog"), "live"),
        (200, decided(Outcome.REVISION), "edit"),
        (200, decided(Outcome.REVISION, reason="paywalled"), "same"),
        (304, decided(Outcome.UNCHANGED, None), "same"),
        (200, decided(Outcome.REJECTED, "index", "index"), "never"),
        (404, decided(Outcome.REJECTED, "index", "index"), "nothing"),
        (200, WALL, "nothing"),
        (404, GONE, "nothing"),
        (200, decided(Outcome.FAILED, None, "timeout"), "nothing"),
    ],
)
def test_what_an_answer_is_to_the_schedule(status: int, result: Decided, found: str) -> None:
    assert found_in(replace(PAGE, status=status), result, again=True) == found


@pytest.mark.parametrize(("due", "times", "may"), [(True, 0.5, True), (True, 2, False), (False, 2, True)])
def test_a_crawl_of_what_is_due_asks_for_known_stories_for_ten_minutes(due: bool, times: float, may: bool) -> None:
    parts: dict[str, Any] = dict.fromkeys(REQUIRED)  # nothing of them is needed
    parts["request"] = CrawlRequest(Path("a.db"), due=due)
    parts["revisiting"] = Revisiting(1, now() - times * REVISITS_FOR)
    crawl = RunningCrawl(**parts)
    assert crawl.may_revisit() is may
