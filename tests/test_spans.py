from datetime import UTC, datetime, timedelta

from archive.models import Link, Moment
from archive.spans import Hole, Span, SpanBefore, hole, span_of

NOON = datetime(2026, 10, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def feed(*hours: int, dated: bool = True) -> list[Link]:
    """Stories of these hours before noon, newest first, as a feed lists them."""
    return [
        Link(f"https://gazette.example/{at}", "feed", published=Moment("", NOON - at * HOUR) if dated else None)
        for at in hours
    ]


def between(first: list[Link], second: list[Link], read_at: datetime = NOON) -> Hole | None:
    before = span_of(first)
    kept = SpanBefore(read_at - 9 * HOUR, before.marks, before.newest_at)
    return hole(kept, span_of(second), frozenset(link.url for link in second), read_at)


def test_span_is_the_newest_half_and_the_times() -> None:
    links = [*feed(7), *feed(3, 2, 5)]  # one kept on top
    newest = ("https://gazette.example/2", "https://gazette.example/3")
    assert span_of(links) == Span(4, newest, tuple(NOON - at * HOUR for at in (7, 5, 3, 2)))
    assert span_of(feed(1, 2, 3, dated=False)).marks == ("https://gazette.example/1", "https://gazette.example/2")
    assert len(span_of(feed(*range(40))).marks) == 10
    assert span_of([]) == Span(0, (), ())


def test_feed_that_moved_on_entirely_leaves_a_hole_from_newest_to_oldest() -> None:
    assert between(feed(11, 12, 13), feed(1, 2, 3)) == Hole(NOON - 11 * HOUR, NOON - 3 * HOUR)


def test_one_story_still_listed_means_that_nothing_was_lost() -> None:
    assert between(feed(11, 12, 13), feed(1, 2, 11)) is None
    assert between(feed(10, 11, 12, 13), feed(1, 2, 11)) is None  # the newest was taken back


def test_old_stories_kept_in_a_feed_hide_no_hole() -> None:
    pinned = feed(400)
    assert between([*pinned, *feed(11, 12, 13, 14, 15)], [*pinned, *feed(1, 2, 3, 4, 5)]) is not None


def test_new_addresses_for_old_stories_are_no_hole() -> None:
    moved = [Link(f"{link.url}-new", "feed", published=link.published) for link in feed(10, 11, 12, 13)]
    assert between(feed(11, 12, 13), moved) is None


def test_undated_feeds_leave_a_hole_between_the_two_readings() -> None:
    assert between(feed(11, 12, dated=False), feed(1, 2, dated=False)) == Hole(NOON - 9 * HOUR, NOON)


def test_empty_feeds_say_nothing() -> None:
    assert between([], feed(1)) is None
    assert between(feed(1), []) is None
