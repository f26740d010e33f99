"""When listings are looked at again: plain values in, a decision out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from archive.dates import iso, parse_date
from archive.store.listings import Listing, Outlook
from crawler.cron import Cron
from crawler.schedule import Horizon, child_need, horizon, listing_due_at

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def listing(*, fetched_ago: timedelta | None = None, not_before: datetime | None = None) -> Listing:
    at = None if fetched_ago is None else NOW - fetched_ago
    return Listing(1, "https://post.com/rss", "feed", NOW - DAY, last_fetched_at=at, not_before=not_before)


def test_a_listing_is_due_when_its_interval_is_over_and_not_while_it_was_told_to_wait() -> None:
    assert listing_due_at(listing()) == NOW - DAY
    assert listing_due_at(listing(fetched_ago=5 * HOUR), every=6 * HOUR) == NOW + HOUR
    assert listing_due_at(listing(fetched_ago=5 * HOUR), every=Cron("30 * * * *")) == NOW - 4.5 * HOUR
    assert listing_due_at(listing(not_before=NOW + HOUR)) == NOW + HOUR
    assert listing_due_at(listing(fetched_ago=5 * HOUR, not_before=NOW + 9 * HOUR), every=6 * HOUR) == NOW + 9 * HOUR


def test_a_listing_of_a_source_that_says_nothing_is_due_after_an_hour() -> None:
    assert listing_due_at(listing(fetched_ago=HOUR / 2)) == NOW + HOUR / 2


SINCE = date(2026, 3, 3)


def need(lastmod: str | None, known: Listing | None = None, *, due: bool = False) -> str:
    return child_need(parse_date(lastmod) if lastmod else None, known, SINCE, NOW, due=due)


def test_a_sitemap_of_an_index_is_opened_for_what_lies_within_the_horizon() -> None:
    assert need("2026-03-04") == "open"
    assert need("2026-03-02") == "older"
    assert need(None) == "open"
    assert need("recently") == "open"


def test_a_sitemap_that_did_not_change_since_it_was_read_is_not_opened() -> None:
    before, after = (iso(NOW - hours * HOUR) for hours in (3, 1))
    known = listing(fetched_ago=2 * HOUR)
    assert need(before, known) == "unchanged"
    assert need(after, known) == "open"
    assert need("2026-03-10", known) == "open"  # at any hour of that day
    assert need(before, replace(known, lastmod=before)) == "unchanged"
    assert need(before, replace(known, lastmod="2026-03-10T08:00:00Z")) == "open"  # whatever its clock says


def test_a_sitemap_whose_lastmod_always_moves_is_opened_when_its_own_time_has_come() -> None:
    known = replace(listing(fetched_ago=2 * HOUR), outlook=Outlook(due_at=NOW + HOUR))
    assert need(iso(NOW), known, due=True) == "later"
    assert need(iso(NOW), known, due=False) == "open"
    assert need(iso(NOW), replace(known, outlook=Outlook(due_at=NOW)), due=True) == "open"


def test_a_lastmod_that_stands_still_is_doubted_after_half_the_age_of_what_the_sitemap_holds() -> None:
    said = "2026-03-05T00:00:00Z"
    known = replace(listing(fetched_ago=30 * HOUR), lastmod=said)
    assert need(said, replace(known, outlook=Outlook(newest_at=NOW - 40 * HOUR))) == "open"
    assert need(said, replace(known, outlook=Outlook(newest_at=NOW - 10 * DAY))) == "unchanged"


def test_the_command_says_the_horizon_else_the_source_else_it_is_a_week_without_undated_entries() -> None:
    assert horizon(None, None, NOW) == Horizon(date(2026, 3, 3))
    assert horizon(None, "1d", NOW) == Horizon(date(2026, 3, 9), undated=True)
    assert horizon("1998", "1d", NOW) == Horizon(date(1998, 1, 1), undated=True)


def test_without_a_configured_interval_the_outlook_says_when() -> None:
    known = replace(listing(fetched_ago=2 * HOUR), outlook=Outlook(due_at=NOW + HOUR))
    assert listing_due_at(known) == NOW + HOUR
    assert listing_due_at(replace(known, not_before=NOW + 2 * HOUR)) == NOW + 2 * HOUR
    assert listing_due_at(known, every=6 * HOUR) == NOW + 4 * HOUR


def test_a_fixed_interval_keeps_its_marks_until_it_is_another() -> None:
    known = replace(listing(fetched_ago=10 * HOUR / 60), outlook=Outlook(due_at=NOW + 5 * HOUR / 60, due_why="fixed"))
    assert listing_due_at(known, every=HOUR / 4) == NOW + 5 * HOUR / 60
    assert listing_due_at(known, every=HOUR / 5) == NOW + 2 * HOUR / 60
