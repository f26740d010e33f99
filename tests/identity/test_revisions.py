from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.identity.answers import Answer
from archive.identity.blocks import blocks_hash
from archive.identity.revisions import (
    Candidate,
    Decision,
    Earlier,
    Held,
    Known,
    Relation,
    decide,
    decide_again,
)
from archive.models import Article, Outcome, Verdict, VerdictKind
from archive.text import text_hash, word_count

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://news.example/story"
WORDS = [f"word{n}" for n in range(120)]
TEXT = " ".join(WORDS)
EDITED = TEXT + " and a late addition"
OTHER = " ".join(f"other{n}" for n in range(120))
SHORT = "The video cannot be shown."


def candidate(text: str = TEXT, url: str = URL, kind: str = "article", **more: Any) -> Candidate:
    article = Article(
        title=more.pop("title", "Title"),
        text=text,
        paywalled=more.pop("paywalled", None),
        canonical_url=more.pop("canonical", None),
    )
    values = {"requested_url": url, "url": url, "fetched_at": AT + timedelta(days=1)} | more
    return Candidate(
        verdict=Verdict(VerdictKind(kind)), article=article, text_hash=text_hash(text), words=word_count(text), **values
    )


def held(text: str = TEXT, url: str = URL, **more: Any) -> Held:
    values: dict[str, Any] = {
        "id": "held",
        "story_id": "story",
        "verdict": VerdictKind.ARTICLE,
        "title": "Title",
        "description": None,
        "fetched_at": AT,
        "hashes": frozenset([text_hash(text)]),
    }
    return Held(url=url, text=text, text_hash=text_hash(text), words=word_count(text), **values | more)


HELD = held()
ANSWERED = Known(answered=HELD)


def test_unknown_page_is_new() -> None:
    assert decide(candidate(), Known()) == Decision(Outcome.NEW, change="first")


def test_same_text_at_the_same_url_is_unchanged() -> None:
    assert decide(candidate(TEXT.upper() + "\n"), ANSWERED) == Decision(Outcome.UNCHANGED, None, HELD)
    assert decide(candidate(title=" TITLE "), ANSWERED) == Decision(Outcome.UNCHANGED, None, HELD)


def test_title_that_was_not_found_this_time_is_no_change() -> None:
    assert decide(candidate(title=None), ANSWERED) == Decision(Outcome.UNCHANGED, None, HELD)


@pytest.mark.parametrize(("text", "title"), [(EDITED, "Title"), (TEXT, "Another title")])
def test_edited_article_becomes_revision(text: str, title: str) -> None:
    assert decide(candidate(text, title=title), ANSWERED) == Decision(Outcome.REVISION, None, HELD, "edited")


def test_unlike_text_at_the_same_url_replaces_it() -> None:
    assert decide(candidate(OTHER), ANSWERED) == Decision(Outcome.REVISION, None, HELD, "replaced")


def test_text_seen_before_is_a_revert_to_that_version() -> None:
    first = Earlier(1, "Title", frozenset([text_hash(TEXT)]))
    now = held(OTHER, hashes=frozenset([text_hash(TEXT), text_hash(OTHER)]), earlier=(first,))
    back = Decision(Outcome.REVISION, None, now, "reverted", reverts_to=1)
    assert decide(candidate(TEXT), Known(answered=now)) == back
    assert decide(candidate(TEXT, title="Another"), Known(answered=now)) == back
    aged = held(OTHER, earlier=(replace(first, hashes=frozenset([blocks_hash(TEXT)])),))
    assert decide(candidate(TEXT + "\n\nUpdated 5 minutes ago"), Known(answered=aged)).reverts_to == 1


def test_headline_seen_before_is_a_revert_only_with_the_text_it_had() -> None:
    now = held(title="Second", earlier=(Earlier(1, "Title", frozenset([text_hash(TEXT)])),))
    assert decide(candidate(), Known(answered=now)).reverts_to == 1
    assert decide(candidate(title="Third"), Known(answered=now)).change == "edited"
    assert decide(candidate(EDITED), Known(answered=now)).change == "edited"


def test_what_changes_by_itself_makes_no_version() -> None:
    aged = held(TEXT + "\n\nUpdated 5 minutes ago\n\n12 comments")
    for text in (TEXT, TEXT + "\n\nUpdated 2 hours ago\n\n31 comments", "Aktualisiert vor 3 Minuten\n\n" + TEXT):
        assert decide(candidate(text), Known(answered=aged)) == Decision(Outcome.UNCHANGED, None, aged)
    edited = decide(candidate(EDITED + "\n\n31 comments"), Known(answered=aged))
    assert edited == Decision(Outcome.REVISION, None, aged, "edited")


@pytest.mark.parametrize(
    "kind", ["index", "consent", "challenge", "soft_404", "error", "js_shell", "not_html", "empty"]
)
def test_page_that_is_no_story_is_rejected_and_harms_none_that_is_held(kind: str) -> None:
    assert decide(candidate(OTHER, kind=kind), Known()) == Decision(Outcome.REJECTED, kind)
    decision = decide(candidate(OTHER, kind=kind), ANSWERED)
    assert replace(decision, events=()) == Decision(Outcome.REJECTED, kind, HELD)


def test_story_without_text_is_rejected_unless_its_source_keeps_its_kind() -> None:
    assert decide(candidate("", kind="media"), Known()) == Decision(Outcome.REJECTED, "no_text")
    assert decide(candidate("", kind="media", kept=True), Known()) == Decision(Outcome.NEW, change="first")
    assert decide(candidate(kind="index", kept=True), Known()) == Decision(Outcome.NEW, change="first")


@pytest.mark.parametrize(
    ("worse", "reason"),
    [
        (candidate(EDITED, kind="teaser"), "teaser"),
        (candidate(EDITED, kind="media"), "media"),
        (candidate(EDITED, kind="consent", kept=True), "consent"),
        (candidate(" ".join(WORDS[:60]), truncated=True), "truncated"),
        (candidate(" ".join(WORDS[:39]), paywalled=True), "paywalled"),
    ],
)
def test_worse_version_is_kept_but_never_becomes_current(worse: Candidate, reason: str) -> None:
    kept = Decision(Outcome.REVISION, reason, HELD, "degraded", current=False)
    assert replace(decide(worse, ANSWERED), events=()) == kept
    again = held(degraded=frozenset([worse.text_hash]))
    assert replace(decide(worse, Known(answered=again)), events=()) == Decision(Outcome.UNCHANGED, reason, again)


PARAGRAPHS = [" ".join(WORDS[n : n + 10]).capitalize() + "." for n in range(0, 120, 10)]
WHOLE = "\n\n".join(PARAGRAPHS)


def test_less_than_half_of_a_text_from_its_beginning_on_is_kept_and_never_becomes_current() -> None:
    known = Known(answered=held(WHOLE))
    cut = candidate("\n\n".join(PARAGRAPHS[:5]))
    assert decide(cut, known) == Decision(Outcome.REVISION, "cut short", known.answered, "degraded", current=False)
    for shorter in (PARAGRAPHS[:7], PARAGRAPHS[4:9]):
        edit = Decision(Outcome.REVISION, None, known.answered, "edited")
        assert decide(candidate("\n\n".join(shorter)), known) == edit


def test_words_of_the_wall_below_a_beginning_are_no_edit() -> None:
    wall = "This story is for subscribers only, so please log in or choose one of our offers to read on here."
    walled = candidate("\n\n".join([*PARAGRAPHS[:3], wall]))
    assert decide(walled, Known(answered=held(WHOLE))).change == "degraded"


def test_text_that_stops_in_the_middle_of_a_sentence_was_cut() -> None:
    known = Known(answered=held(WHOLE))
    stopped = candidate("\n\n".join(PARAGRAPHS[:8]) + " Word80 word81 word82 wor")
    assert decide(stopped, known).change == "degraded"


def test_text_behind_a_new_paywall_was_cut() -> None:
    walled = candidate("\n\n".join(PARAGRAPHS[:9]), paywalled=True)
    assert decide(walled, Known(answered=held(WHOLE))).reason == "paywalled"
    assert decide(walled, Known(answered=held(WHOLE, paywalled=True))).change == "edited"


def test_text_that_stays_cut_short_for_days_and_visits_was_meant() -> None:
    cut = candidate("\n\n".join(PARAGRAPHS[:5]), fetched_at=AT + timedelta(days=3))
    seen = held(
        WHOLE, degraded=frozenset([cut.text_hash]), cut=(AT + timedelta(days=2), AT + timedelta(days=2, hours=6))
    )
    assert decide(cut, Known(answered=seen)).outcome is Outcome.UNCHANGED
    seen = replace(seen, cut=(AT, AT + timedelta(days=2)))
    assert decide(cut, Known(answered=seen)) == Decision(Outcome.REVISION, None, seen, "edited")
    walled = replace(cut, article=replace(cut.article, paywalled=True))
    assert decide(walled, Known(answered=seen)).outcome is Outcome.UNCHANGED
    assert decide(cut, Known(answered=replace(seen, cut=(AT,)))).outcome is Outcome.UNCHANGED


def test_better_verdict_takes_the_place_of_a_worse_one() -> None:
    teaser = held(" ".join(WORDS[:50]), verdict=VerdictKind.TEASER)
    better = decide(candidate(), Known(answered=teaser))
    assert replace(better, events=()) == Decision(Outcome.REVISION, None, teaser, "edited")
    same = held(verdict=VerdictKind.TEASER)
    better = decide(candidate(), Known(answered=same))
    assert replace(better, events=()) == Decision(Outcome.UNCHANGED, None, same, refresh=True)


def test_page_from_before_is_a_version_but_not_the_current_one() -> None:
    earlier = candidate(EDITED, fetched_at=AT - timedelta(days=300))
    assert decide(earlier, ANSWERED) == Decision(Outcome.REVISION, None, HELD, "edited", current=False)


def test_answer_that_nothing_was_modified_is_unchanged() -> None:
    assert decide(candidate("", kind="empty", status=304), ANSWERED) == Decision(Outcome.UNCHANGED, None, HELD)


CLEAN = "https://news.example/story"
ELSEWHERE = "https://news.example/2026/story.html"


@pytest.mark.parametrize("how", ["canonical", "same_key", "requested", "answered"])
@pytest.mark.parametrize("text", [TEXT, EDITED])
def test_another_url_of_an_article_is_a_duplicate_if_the_texts_agree(how: str, text: str) -> None:
    known = Known(**{how: (HELD,) if how == "same_key" else HELD})
    assert replace(decide(candidate(text, url=ELSEWHERE), known), events=()) == Decision(Outcome.DUPLICATE, None, HELD)


UNLIKE = (("jaccard", 0.0), ("containment", 0.0))


def test_redirect_to_another_story_is_no_relation() -> None:
    assert decide(candidate(OTHER, url=ELSEWHERE), Known(requested=HELD)) == Decision(Outcome.NEW, change="first")


def test_canonical_of_a_page_with_unlike_text_is_refused_and_that_is_told() -> None:
    refused = Relation("held", "canonical_refused", UNLIKE)
    for how in ("canonical", "source"):
        assert decide(candidate(OTHER, url=ELSEWHERE, canonical=URL), Known(**{how: HELD})) == Decision(
            Outcome.NEW, change="first", relations=(refused,)
        )
    edited = decide(
        candidate(EDITED, canonical=ELSEWHERE), Known(answered=HELD, canonical=held(OTHER, url=ELSEWHERE, id="other"))
    )
    assert edited.relations == (replace(refused, other="other"),)


def test_claims_of_other_pages_to_be_this_one_are_refused_too() -> None:
    liar = held(OTHER, url=ELSEWHERE, id="liar")
    assert decide(candidate(), Known(answered=liar, namers=(liar,))) == Decision(
        Outcome.NEW, change="first", relations=(Relation("", "canonical_refused", UNLIKE, of="liar"),)
    )
    same = held(EDITED, url=ELSEWHERE, id="same")
    assert decide(candidate(), Known(namers=(liar, same))) == Decision(Outcome.DUPLICATE, None, same)


def test_copy_that_names_its_source_is_an_article_and_says_so_whichever_came_first() -> None:
    there, scores = "https://agency.example/wire/4711", (("jaccard", 0.967), ("containment", 1.0))
    copy = decide(candidate(EDITED, canonical=there), Known(source=held(url=there)))
    assert copy == Decision(Outcome.NEW, change="first", relations=(Relation("held", "syndicated_from", scores),))
    source = decide(candidate(url=there), Known(namers=(held(EDITED, id="copy"),)))
    assert source == Decision(
        Outcome.NEW, change="first", relations=(Relation("", "syndicated_from", scores, of="copy"),)
    )


def _answer(number: int, day: float = 0) -> Answer:
    return Answer(f"a{number}", f"https://news.example/x/page-{number}", "Title", AT + timedelta(days=day))


def test_page_that_a_site_gives_everywhere_is_a_soft_404() -> None:
    known = Known(answers=(_answer(1), _answer(2), _answer(3)))
    refused = decide(candidate(), known)
    why = "the same page as under 3 other addresses, first https://news.example/x/page-1"
    flags = [Relation("a1", "same_answer", (("addresses", 3.0),), of=of) for of in ("a2", "a3")]
    assert refused == Decision(
        Outcome.REJECTED,
        "soft_404",
        relations=tuple(flags),
        verdict=Verdict(VerdictKind.SOFT_404, 1.0, (why,)),
    )
    assert decide(candidate(), Known(answers=known.answers[:2])).outcome is Outcome.NEW
    assert decide(candidate(kept=True), known).outcome is Outcome.NEW
    assert decide(candidate(judged=True), known).outcome is Outcome.NEW
    assert decide(candidate(kind="media"), known).outcome is Outcome.NEW


def test_what_a_site_gives_everywhere_never_takes_the_place_of_a_story() -> None:
    story = held(OTHER)
    known = Known(answered=story, answers=(_answer(1), _answer(2), _answer(3)))
    refused = decide(candidate(), known)
    assert (refused.outcome, refused.reason, refused.article) == (Outcome.REJECTED, "soft_404", story)
    first = held(id="a1")
    assert decide(candidate(), replace(known, answered=first)) == Decision(Outcome.UNCHANGED, None, first)


def test_page_to_which_a_whole_site_leads_is_nobodys_duplicate() -> None:
    asked = candidate(requested_url="https://news.example/old/99")
    few = tuple(f"https://news.example/old/{number}" for number in range(8))
    assert decide(asked, Known(answered=HELD, addresses=few)) == Decision(Outcome.DUPLICATE, None, HELD)
    many = (*few, "https://news.example/old/8", "https://short.example/1")
    refused = decide(asked, Known(answered=HELD, addresses=many))
    assert (refused.outcome, refused.reason) == (Outcome.REJECTED, "soft_404")
    assert refused.verdict is not None
    assert refused.verdict.reasons == ("where 10 other addresses led, https://news.example/story",)


@pytest.mark.parametrize("how", ["same_key", "answered"])
def test_url_alike_with_unlike_text_is_a_second_article_and_a_conflict(how: str) -> None:
    known = Known(**{how: (HELD,) if how == "same_key" else HELD})
    conflict = Relation("held", "key_conflict", (("jaccard", 0.0), ("containment", 0.0)))
    assert decide(candidate(OTHER, url=ELSEWHERE), known) == Decision(
        Outcome.NEW, change="first", relations=(conflict,)
    )


def test_short_texts_agree_only_when_they_are_equal() -> None:
    video = held(SHORT)
    known = Known(same_key=(video,))
    assert decide(candidate(SHORT, url=ELSEWHERE), known) == Decision(Outcome.DUPLICATE, None, video)
    assert decide(candidate(SHORT + " Sorry.", url=ELSEWHERE), known).outcome == Outcome.NEW


def test_moved_article_is_still_that_article() -> None:
    moved = candidate(EDITED, url=ELSEWHERE, requested_url=URL)
    assert replace(decide(moved, Known(requested=HELD)), events=()) == Decision(Outcome.REVISION, None, HELD, "edited")
    same = replace(moved, article=Article("Title", text=TEXT), text_hash=text_hash(TEXT))
    assert replace(decide(same, Known(requested=HELD)), events=()) == Decision(Outcome.UNCHANGED, None, HELD)


def test_edit_seen_through_a_tracked_link_is_a_revision() -> None:
    tracked = held(url=CLEAN + "?utm_source=feed")
    assert decide(candidate(EDITED, url=CLEAN), Known(same_key=(tracked,))) == Decision(
        Outcome.REVISION, None, tracked, "edited"
    )
    before = candidate(TEXT, url=CLEAN)
    assert decide(before, Known(same_key=(tracked,))) == Decision(Outcome.DUPLICATE, None, tracked)
    teaser = candidate(" ".join(WORDS[:60]), url=CLEAN, kind="teaser")
    assert decide(teaser, Known(same_key=(tracked,))) == Decision(Outcome.DUPLICATE, None, tracked)


def test_old_text_through_another_url_is_no_revert() -> None:
    now = held(EDITED, url=CLEAN + "?utm_source=feed", hashes=frozenset(map(text_hash, (TEXT, EDITED))))
    assert decide(candidate(TEXT, url=CLEAN), Known(same_key=(now,))) == Decision(Outcome.DUPLICATE, None, now)


def test_reading_again_never_makes_a_publishers_revision_or_loses_a_text() -> None:
    assert decide_again(candidate(), HELD) == Decision(Outcome.UNCHANGED, None, HELD, refresh=True)
    assert decide_again(candidate(EDITED), HELD) == Decision(Outcome.REVISION, None, HELD, "edited")
    for worse in (candidate(EDITED, kind="index"), candidate(""), candidate(EDITED, kind="teaser")):
        assert decide_again(worse, HELD) == Decision(Outcome.UNCHANGED, "not read as well as before", HELD)


def test_first_redirect_to_a_held_article_is_a_duplicates_address() -> None:
    redirected = candidate(requested_url="https://news.example/r/4711")
    assert decide(redirected, ANSWERED) == Decision(Outcome.DUPLICATE, None, HELD)
    assert decide(redirected, Known(answered=HELD, requested=HELD)) == Decision(Outcome.UNCHANGED, None, HELD)
