from datetime import UTC, datetime, timedelta

import pytest

from archive.identity.profiles import Profile, Stretch, compare, lead_in
from archive.identity.relating import Finding, Subject, relate
from tests.tales import paragraphs, report, text, title

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORY, OTHER, THIRD = (paragraphs(seed) for seed in (1, 2, 3))


def subject(body: str, headline: str = title(1), site: str = "post.example", hours: float | None = 0) -> Subject:
    at = None if hours is None else AT + timedelta(hours=hours)
    return Subject(1, site, at, Profile(headline, body))


BASE = subject(text(*STORY), site="wire.example")


def found(body: str, headline: str = title(1), **more: object) -> Finding:
    return relate(subject(body, headline, **more), BASE)  # type: ignore[arg-type]


def test_copy_with_another_headline_and_an_intro_of_its_own_is_syndicated() -> None:
    copy = found(text(OTHER[0], *STORY[1:]), "Something else entirely happened")
    assert (copy.kind, copy.merges) == ("syndicated", True)
    assert found(text(*STORY), site="wire.example").kind == "near"


def test_teaser_is_truncated() -> None:
    teaser = found(" ".join(STORY[:2])[:330] + " … Log in to read on")
    assert (teaser.kind, teaser.merges) == ("truncated", True)


def test_rewritten_story_is_known_by_what_it_is_about() -> None:
    rewritten = [" ".join(w if n % 7 else "otherwise" for n, w in enumerate(part.split())) for part in STORY]
    assert found(text(*rewritten[::2])).merges


def test_story_that_quotes_another_is_no_copy() -> None:
    quoting = found(text(*OTHER[:4], *STORY[2:4], *OTHER[4:]), title(2), hours=30)
    assert (quoting.kind, quoting.merges) == (None, False)


def test_stories_with_the_same_tail_are_two() -> None:
    tail = paragraphs(50, 3, 60)  # more than the story has: a long biography, a call to subscribe
    one, two = (subject(text(*paragraphs(seed, 2), *tail), title(seed), "post.example", seed) for seed in (1, 2))
    assert compare(one.profile, two.profile).containment > 0.6
    assert not relate(one, two).merges


def test_report_with_other_facts_is_a_sibling_of_its_template() -> None:
    days = [subject(report(day), f"Weather in Eastwater on day {day}", hours=24 * day) for day in range(2)]
    assert relate(*days) == relate(*days)
    assert (relate(*days).kind, relate(*days).merges) == ("template_sibling", False)


def test_report_put_right_within_hours_is_the_same_report() -> None:
    first = subject(report(1), "Weather in Eastwater")
    again = report(1).replace("per cent chance", "per cent risk")
    for seed, wrong in enumerate(["high of ", "low of ", "around "]):
        before, _, after = again.partition(wrong)
        again = f"{before}{wrong}{80 + seed}{after[after.index(' ') :]}"
    assert compare(first.profile, Profile("Weather in Eastwater", again)).unlike == 3
    assert relate(subject(again, "Weather in Eastwater", hours=2), first).merges
    assert relate(subject(again, "Weather in Eastwater", hours=24), first).kind == "template_sibling"


def test_story_with_some_figures_changed_is_the_same_story() -> None:
    numbered = [f"{part} There were {n * 7} of them." if n < 4 else part for n, part in enumerate(STORY)]
    changed = [part.replace("There were ", "There were 9") for part in numbered]
    assert relate(subject(text(*numbered)), subject(text(*changed), site="wire.example")).kind == "syndicated"


@pytest.mark.parametrize(("hours", "merges"), [(0, True), (None, True), (24 * 20, False)])
def test_what_is_a_little_alike_is_one_story_only_within_days(hours: float | None, merges: bool) -> None:
    some = text(*STORY[:3], *OTHER[:5])
    assert found(some, title(1), hours=hours).merges is merges


def test_story_within_another_that_begins_otherwise_is_a_part_of_it() -> None:
    roundup = found(text(*OTHER[:4], *STORY, *THIRD[:4], *OTHER[4:]), "What to know today")
    assert (roundup.kind, roundup.merges, roundup.second_in_first) == ("part_of", False, True)


def test_beginning_of_a_story_is_followed_through_another_text() -> None:
    story, whole = Profile("", text(*STORY)), Profile("", text(*OTHER[:2], *STORY[:4], *THIRD))
    assert lead_in(story, whole) == Stretch(80, 240, 4)
    assert lead_in(whole, story) is None
    assert lead_in(Profile("", text(*STORY[4:])), whole) is None


def test_texts_of_no_words_are_like_nothing() -> None:
    empty = Profile("", "")
    assert compare(empty, empty).containment == 0.0
    assert relate(Subject(1, "a", None, empty), BASE).kind is None
