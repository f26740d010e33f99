"""When listings are looked at again: plain values in, a decision out."""

from datetime import UTC, date, datetime, timedelta

from archive.dates import iso, parse_date
from archive.store.listings import Listing
from crawler.cron import Cron
from crawler.schedule import Horizon, child_due, horizon, listing_due_at

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


def test_a_sitemap_of_an_index_is_opened_for_what_lies_within_the_horizon() -> None:
    since = date(2026, 3, 3)
    assert child_due(parse_date("2026-03-04"), None, since)
    assert not child_due(parse_date("2026-03-02"), None, since)
    assert child_due(None, None, since)
    assert child_due(parse_date("recently"), None, since)


def test_a_sitemap_that_did_not_change_since_it_was_read_is_not_opened() -> None:
    since = date(2026, 3, 3)
    before, after = (parse_date(iso(NOW - hours * HOUR)) for hours in (3, 1))
    assert not child_due(before, listing(fetched_ago=2 * HOUR), since)
    assert child_due(after, listing(fetched_ago=2 * HOUR), since)
    assert child_due(parse_date("2026-03-10"), listing(fetched_ago=2 * HOUR), since)


def test_the_command_says_the_horizon_else_the_source_else_it_is_a_week_without_undated_entries() -> None:
    assert horizon(None, None, NOW) == Horizon(date(2026, 3, 3))
    assert horizon(None, "1d", NOW) == Horizon(date(2026, 3, 9), undated=True)
    assert horizon("1998", "1d", NOW) == Horizon(date(1998, 1, 1), undated=True)
