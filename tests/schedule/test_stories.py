"""When stories are looked at again: plain values in, a decision out."""

from datetime import UTC, datetime, timedelta

import pytest

from archive.dates import iso
from archive.store.links import LinkState
from crawler.schedule import revisit

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
