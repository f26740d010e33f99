"""When stories are looked at again: plain values in, a decision out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from archive.dates import iso
from archive.store.links import LinkState
from crawler.schedule import EditPace, Found, Life, Look, after_look, age_from, is_late, passed, revisit, watched

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DESIGN = (15 * MINUTE, HOUR, 6 * HOUR, DAY)


def fetched(
    *,
    ago: timedelta,
    due_in: timedelta | None = DAY,
    lastmod: str | None = None,
    first_seen: timedelta = 40 * DAY,
    misled: int = 0,
) -> LinkState:
    """A story last fetched so long ago."""
    return LinkState(
        url="https://post.com/a",
        first_seen_at=NOW - first_seen,
        last_fetched_at=NOW - ago,
        published=None,
        lastmod=lastmod,
        outcome="new",
        article_id="a1",
        state="fetched",
        reason=None,
        due_at=NOW + due_in if due_in is not None else None,
        misled=misled,
    )


def unanswered(state: str, reason: str, first_seen: timedelta) -> LinkState:
    return LinkState("https://post.com/a", NOW - first_seen, None, None, None, None, None, state, reason)


def looks(
    edits: Callable[[datetime, datetime], bool], kind: Found = "story", pace: EditPace | None = None
) -> list[Look]:
    """All looks at a story that is found at NOW, as it was published; `edits` says whether it changes between two."""
    pace, life, look, made = pace or EditPace(), Life(NOW), Look(NOW, kind), []
    while True:
        life = after_look(life, look, pace)
        made.append(look)
        if life.due_at is None:
            return made
        assert life.due_at - look.at >= 3 * MINUTE
        look = Look(life.due_at, "edit" if edits(look.at, life.due_at) else "same")


def ages(made: list[Look]) -> list[float]:
    return [(look.at - NOW) / HOUR for look in made]


def test_a_story_is_looked_at_after_minutes_then_hours_then_days_and_then_no_more() -> None:
    at = ages(looks(lambda *_: False))
    waits = [after - before for before, after in pairwise(at)]
    assert waits[0] < 1 / 3
    assert all(after > 0.8 * before for before, after in pairwise(waits[:-1]))
    assert at[-1] == 30 * 24
    assert (10 <= sum(age <= 24 for age in at) <= 22, 14 <= len(at) <= 30) == (True, True)


def test_a_story_that_keeps_changing_is_looked_at_more_often_than_one_that_does_not() -> None:
    calm = ages(looks(lambda *_: False))
    live = ages(looks(lambda *_: True))
    assert sum(age < 24 for age in live) > 3 * sum(age < 24 for age in calm)
    once = ages(looks(lambda before, after: before <= NOW + 5 * HOUR < after))
    after = sum(5 <= age < 24 for age in once)
    assert after > sum(5 <= age < 24 for age in calm)


def test_a_story_that_does_not_change_any_more_is_soon_looked_at_like_others() -> None:
    at = ages(looks(lambda before, _: before < NOW + 4 * HOUR, "live"))
    assert sum(3 <= age < 4 for age in at) >= 15
    assert sum(5 <= age < 6 for age in at) <= 10
    assert sum(8 <= age < 24 for age in at) <= 12


def test_a_live_blog_is_looked_at_every_few_minutes_from_the_beginning() -> None:
    assert sum(age < 1 for age in ages(looks(lambda *_: False, "live"))) >= 5


def test_a_source_that_edits_late_is_looked_at_late_and_one_that_never_does_seldom() -> None:
    chance = Random(3)
    late, never = EditPace(), EditPace()
    for _ in range(400):
        age = timedelta(hours=chance.uniform(16, 24))
        late = late.observed(timedelta(), 16 * HOUR, 0).observed(16 * HOUR, age, 1)
        never = never.observed(timedelta(), 24 * HOUR, 0)
    usual, rare = ages(looks(lambda *_: False)), ages(looks(lambda *_: False, pace=never))
    assert len(rare) < len(usual)
    assert sum(age <= 24 for age in rare) <= 8
    seen = ages(looks(lambda *_: False, pace=late))
    assert sum(16 <= age < 30 for age in seen) > 2 * sum(16 <= age < 30 for age in usual)


def test_pace_is_learned_from_looks_and_kept_as_text() -> None:
    life = after_look(Life(NOW), Look(NOW, "story"), EditPace())
    pace = watched(life, Look(NOW + HOUR, "edit"), EditPace())
    assert pace.expected(timedelta(), HOUR) > EditPace().expected(timedelta(), HOUR)
    assert watched(Life(NOW), Look(NOW, "story"), pace) == pace
    assert EditPace.of(pace.text()).hours == pace.hours
    assert EditPace.of('{"hours": [1], "edits": [1]}') == EditPace.of(None) == EditPace()


@pytest.mark.parametrize(("age", "edits"), [(0.0, 0.01), (0.2, 0.3), (3.0, 0.5), (700.0, 2.0)])
def test_until_is_when_so_many_edits_are_expected(age: float, edits: float) -> None:
    pace = EditPace().observed(HOUR, 9 * HOUR, 2)
    begin = timedelta(hours=age)
    assert pace.expected(begin, begin + pace.until(begin, edits)) == pytest.approx(edits, rel=1e-6)


def test_a_page_that_is_gone_is_asked_for_a_few_times_and_then_no_more() -> None:
    life = after_look(Life(NOW), Look(NOW, "story"), EditPace())
    at, waits = NOW + DAY, []
    while (life := after_look(life, Look(at, "nothing"), EditPace())).due_at is not None:
        waits.append(life.due_at - at)
        at = life.due_at
    assert waits == [HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY]
    back = after_look(life, Look(at + DAY, "same"), EditPace())
    assert (back.misses, back.due_at is not None) == (0, True)


def test_no_answer_is_no_look_at_the_story() -> None:
    life = after_look(Life(NOW), Look(NOW, "silence"), EditPace())
    assert (life.first_at, life.last_at, life.asked_at) == (None, None, NOW)
    assert life.due_at == NOW + 15 * MINUTE
    later = after_look(life, Look(NOW + HOUR, "silence"), EditPace())
    assert later.due_at == NOW + 2 * HOUR


def test_old_stories_and_what_is_none_are_not_looked_at_again() -> None:
    assert after_look(Life(NOW - 31 * DAY), Look(NOW, "story"), EditPace()).due_at is None
    assert after_look(Life(NOW), Look(NOW, "never"), EditPace()).due_at is None
    assert age_from(NOW, NOW - DAY) == NOW - DAY
    assert age_from(NOW, NOW + DAY) == age_from(NOW, None) == NOW


def test_a_fixed_design_has_its_marks_whatever_is_found() -> None:
    life, at, due = Life(NOW - 90 * DAY), NOW, []
    for found in ("story", "edit", "nothing", "silence", "same"):
        life = after_look(life, Look(at, found), EditPace(), DESIGN)  # type: ignore[arg-type]
        if life.due_at is None:
            break
        due.append(life.due_at - NOW)
        at = life.due_at - 30 * timedelta(seconds=1)  # a crawl takes with it what is due within a minute
    assert due == list(DESIGN)
    assert life.due_at is None


def test_checks_missed_while_the_machine_was_off_are_made_once_late_and_counted() -> None:
    life = after_look(Life(NOW), Look(NOW, "story"), EditPace(), DESIGN)
    on_time, late = NOW + 17 * MINUTE, NOW + 7 * HOUR
    assert (passed(life, NOW + 5 * MINUTE, DESIGN), passed(life, on_time, DESIGN), passed(life, late, DESIGN)) == (
        0,
        1,
        3,
    )
    assert (is_late(life, on_time, DESIGN), is_late(life, late, DESIGN)) == (False, True)
    life = after_look(life, Look(late, "same"), EditPace(), DESIGN)
    assert life.due_at == NOW + DAY
    assert passed(life, NOW + DAY, DESIGN) == 1


def test_a_check_of_an_adaptive_plan_has_come_due_when_it_is_made_in_time() -> None:
    life = replace(Life(NOW), first_at=NOW, last_at=NOW, asked_at=NOW, due_at=NOW + HOUR)
    assert (passed(life, NOW + HOUR / 2), passed(life, NOW + HOUR)) == (0, 1)


def test_a_link_that_is_due_is_asked_for_when_it_is_listed() -> None:
    assert revisit(fetched(ago=HOUR, due_in=timedelta(0)), NOW)
    assert not revisit(fetched(ago=HOUR, due_in=MINUTE), NOW)
    assert not revisit(fetched(ago=HOUR, due_in=None), NOW)


def test_a_listing_that_says_it_changed_is_believed_ten_minutes_after_the_last_fetch() -> None:
    changed = iso(NOW - timedelta(minutes=1))
    assert revisit(fetched(ago=HOUR, lastmod=changed), NOW)
    assert revisit(fetched(ago=HOUR, lastmod=changed, due_in=None), NOW)
    assert not revisit(fetched(ago=timedelta(minutes=9), lastmod=changed), NOW)
    assert not revisit(fetched(ago=HOUR, lastmod=iso(NOW - 2 * HOUR)), NOW)


def test_a_listing_that_was_wrong_so_is_believed_later_and_never_against_a_design() -> None:
    changed = iso(NOW - timedelta(minutes=1))
    assert not revisit(fetched(ago=HOUR, lastmod=changed, misled=3), NOW)
    assert revisit(fetched(ago=2 * HOUR, lastmod=changed, misled=3), NOW)
    assert not revisit(fetched(ago=DAY, lastmod=changed), NOW, fixed=True)
    life = replace(Life(NOW), first_at=NOW, last_at=NOW, due_at=NOW + HOUR, due_why="listed")
    assert after_look(life, Look(NOW + HOUR, "same"), EditPace()).misled == 1
    assert after_look(replace(life, misled=4), Look(NOW + HOUR, "edit"), EditPace()).misled == 0


def test_a_changed_day_counts_only_after_the_day_of_the_fetch() -> None:
    assert revisit(fetched(ago=DAY, lastmod="2026-03-10"), NOW)
    assert not revisit(fetched(ago=HOUR, lastmod="2026-03-10"), NOW)


def test_force_makes_everything_due() -> None:
    assert revisit(fetched(ago=timedelta(0)), NOW, force=True)
    assert revisit(unanswered("skipped", "denied", 400 * DAY), NOW, force=True)


def test_a_link_that_never_answered_is_tried_for_a_week() -> None:
    assert revisit(unanswered("unreachable", "dns", 6 * DAY), NOW)
    assert not revisit(unanswered("unreachable", "dns", 8 * DAY), NOW)
    assert not revisit(replace(unanswered("unreachable", "dns", 6 * DAY), due_at=NOW + HOUR), NOW)


def test_what_was_forbidden_is_asked_for_once_the_patterns_let_it_through_and_put_to_robots_txt_again() -> None:
    for reason in ("robots", "denied", "off_site"):
        assert revisit(unanswered("skipped", reason, 60 * DAY), NOW)
