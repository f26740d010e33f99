"""When things are due: plain values in, a decision out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from archive.dates import iso, parse_date
from archive.store.links import LinkState
from archive.store.listings import Listing
from crawler.schedule import Horizon, back_off, child_due, horizon, listing_due, retry_pause, revisit

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def fetched(
    *, published: timedelta | None, ago: timedelta, lastmod: str | None = None, first_seen: timedelta = 40 * DAY
) -> LinkState:
    """A story published and last fetched so long ago."""
    return LinkState(
        url="https://post.com/a",
        first_seen_at=NOW - first_seen,
        last_fetched_at=NOW - ago,
        published=iso(NOW - published) if published is not None else None,
        lastmod=lastmod,
        outcome="new",
        article_id="a1",
        state="fetched",
        reason=None,
    )


def unanswered(state: str, reason: str, first_seen: timedelta) -> LinkState:
    return LinkState("https://post.com/a", NOW - first_seen, None, None, None, None, None, state, reason)


@pytest.mark.parametrize(
    ("published", "ago", "due"),
    [
        (1 * HOUR, 0.9 * HOUR, False),
        (2 * HOUR, 1 * HOUR, True),
        (1 * DAY, 11 * HOUR, False),
        (1 * DAY, 12 * HOUR, True),
        (10 * DAY, 4 * DAY, False),
        (10 * DAY, 5 * DAY, True),
        (31 * DAY, 30 * DAY, False),
    ],
)
def test_a_story_is_looked_at_again_after_half_its_age_until_it_is_30_days_old(
    published: timedelta, ago: timedelta, due: bool
) -> None:
    assert revisit(fetched(published=published, ago=ago), NOW) is due


def test_a_story_without_a_time_is_as_old_as_its_link() -> None:
    assert revisit(fetched(published=None, ago=13 * HOUR, first_seen=DAY), NOW)
    assert not revisit(fetched(published=None, ago=13 * HOUR, first_seen=10 * DAY), NOW)


def test_a_listing_that_says_it_changed_is_believed_ten_minutes_after_the_last_fetch() -> None:
    changed = iso(NOW - timedelta(minutes=1))
    assert revisit(fetched(published=20 * DAY, ago=HOUR, lastmod=changed), NOW)
    assert not revisit(fetched(published=20 * DAY, ago=timedelta(minutes=9), lastmod=changed), NOW)
    assert not revisit(fetched(published=20 * DAY, ago=HOUR, lastmod=iso(NOW - 2 * HOUR)), NOW)


def test_a_changed_day_counts_only_after_the_day_of_the_fetch() -> None:
    assert revisit(fetched(published=20 * DAY, ago=DAY, lastmod="2026-03-10"), NOW)
    assert not revisit(fetched(published=20 * DAY, ago=HOUR, lastmod="2026-03-10"), NOW)


def test_force_makes_everything_due() -> None:
    assert revisit(fetched(published=400 * DAY, ago=timedelta(0)), NOW, force=True)
    assert revisit(unanswered("skipped", "denied", 400 * DAY), NOW, force=True)


def test_a_link_that_never_answered_is_tried_for_a_week() -> None:
    assert revisit(unanswered("unreachable", "dns", 6 * DAY), NOW)
    assert not revisit(unanswered("unreachable", "dns", 8 * DAY), NOW)


def test_a_link_robots_txt_forbade_is_put_to_it_again_and_a_denied_one_is_not() -> None:
    assert revisit(unanswered("skipped", "robots", 60 * DAY), NOW)
    assert not revisit(unanswered("skipped", "denied", HOUR), NOW)
    assert not revisit(unanswered("skipped", "off_site", HOUR), NOW)


def listing(*, fetched_ago: timedelta | None = None, not_before: datetime | None = None) -> Listing:
    at = None if fetched_ago is None else NOW - fetched_ago
    return Listing(1, "https://post.com/rss", "feed", NOW - DAY, last_fetched_at=at, not_before=not_before)


def test_a_listing_is_due_unless_it_was_told_to_wait_or_its_interval_is_not_over() -> None:
    assert listing_due(listing(), NOW)
    assert listing_due(listing(fetched_ago=timedelta(seconds=1)), NOW)
    assert not listing_due(listing(not_before=NOW + HOUR), NOW)
    assert listing_due(listing(not_before=NOW - HOUR), NOW)
    assert not listing_due(listing(fetched_ago=5 * HOUR), NOW, every=6 * HOUR)
    assert listing_due(listing(fetched_ago=6 * HOUR), NOW, every=6 * HOUR)


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


def test_a_request_is_made_three_times() -> None:
    assert [retry_pause(tries) for tries in (1, 2, 3)] == [2.0, 10.0, None]


def test_a_busy_host_is_left_alone_as_long_as_it_says_or_ever_longer() -> None:
    assert [back_off(times, None) for times in (1, 2, 3, 4)] == [30, 60, 300, 300]
    assert [back_off(times, 5.0) for times in (1, 2, 3)] == [5, 5, 300]
    assert back_off(1, 900.0) == 900
