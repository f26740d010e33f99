"""What happens to an article's page, as `decide` finds it from one answer after another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.identity.answers import Answer
from archive.identity.events import Event, Standing, is_own, standing
from archive.identity.revisions import Candidate, Held, Known, decide
from archive.models import Article, Verdict, VerdictKind
from archive.text import text_hash, word_count

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEXT = AT + timedelta(days=1)
URL = "https://news.example/town/story"
THERE = "https://news.example/2026/story.html"
HOME = "https://news.example/"
WORDS = [f"word{n}" for n in range(120)]
TEXT = " ".join(WORDS)
OTHER = " ".join(f"other{n}" for n in range(120))
CUT = " ".join(WORDS[:30])


def answer(text: str = TEXT, url: str = URL, kind: str = "article", **more: Any) -> Candidate:
    """What asking for the article's address gave a day later."""
    article = Article(title="Title", text=text, paywalled=more.pop("paywalled", None))
    values = {"requested_url": URL, "url": url, "fetched_at": NEXT} | more
    return Candidate(
        verdict=Verdict(VerdictKind(kind)), article=article, text_hash=text_hash(text), words=word_count(text), **values
    )


def lost(status: int = 404, **more: Any) -> Candidate:
    return answer("", kind="error", status=status, **more)


def held(text: str = TEXT, **more: Any) -> Held:
    values: dict[str, Any] = {
        "id": "held",
        "url": URL,
        "story_id": "story",
        "verdict": VerdictKind.ARTICLE,
        "title": "Title",
        "description": None,
        "fetched_at": AT,
        "hashes": frozenset([text_hash(text)]),
    }
    return Held(text=text, text_hash=text_hash(text), words=word_count(text), **values | more)


def stood(last: Any = None, led_to: str = URL, **more: Any) -> Held:
    return held(standing=Standing(AT, last, led_to, **more))


def known(article: Held | None = None, **more: Any) -> Known:
    """What is found when a redirect leads away from the address; without one, the address itself has answered, too."""
    return Known(**{"requested": article or held()} | more)


def at_home(article: Held | None = None) -> Known:
    return known(article, answered=article or held())


def events(candidate: Candidate, of: Known) -> list[tuple[str, str]]:
    found = decide(candidate, of).events
    assert {event.article for event in found} <= {"held"}
    return [(event.kind, event.detail) for event in found]


@pytest.mark.parametrize("status", [404, 410])
def test_page_that_answers_it_is_missing_has_gone_once(status: int) -> None:
    assert events(lost(status), at_home()) == [("gone", f"status {status}")]
    assert events(lost(status), at_home(stood("gone"))) == []
    assert events(lost(status), at_home(stood("back"))) == [("gone", f"status {status}")]


def test_page_that_only_says_it_is_missing_has_gone_too() -> None:
    soft = [("gone", "soft: status 200, but the page says that it is missing")]
    assert events(answer("", kind="soft_404"), at_home()) == soft
    assert events(answer("", kind="soft_404", url="https://news.example/not-found"), known()) == soft


def test_page_that_its_site_gives_under_every_address_is_missing_where_it_was_asked_for() -> None:
    answers = tuple(Answer(f"a{n}", f"https://news.example/other-{n}", "Title", NEXT) for n in range(4))
    soft = [("gone", "soft: status 200, but the page says that it is missing")]
    assert events(answer(OTHER), replace(at_home(), answers=answers)) == soft
    addresses = tuple(f"https://news.example/r/{n}" for n in range(12))
    led = answer(requested_url="https://news.example/r/99")
    assert events(led, Known(answered=held(), addresses=addresses)) == []


@pytest.mark.parametrize(
    "nothing",
    [
        lost(500),
        lost(503),
        lost(403),
        answer("", kind="challenge", status=403),
        answer("", kind="challenge", status=404),
        answer("", kind="consent"),
        answer("", kind="consent", url=HOME),
        answer("", kind="error", status=503, url=HOME),
        answer("", kind="js_shell"),
        answer("", kind="empty"),
    ],
)
def test_trouble_and_walls_are_no_disappearance_and_no_return(nothing: Candidate) -> None:
    of = known if nothing.url != URL else at_home
    assert events(nothing, of()) == []
    assert events(nothing, of(stood("gone"))) == []


@pytest.mark.parametrize("good", [answer(), answer(TEXT + " and more"), answer("", kind="empty", status=304)])
@pytest.mark.parametrize("away", ["gone", "redirected_home", "redirected"])
def test_any_good_answer_afterwards_is_a_return(good: Candidate, away: str) -> None:
    assert events(good, at_home(stood(away))) == [("back", f"status {good.status}")]
    assert events(good, at_home(stood("back"))) == events(good, at_home()) == []


@pytest.mark.parametrize(
    ("led_to", "kind"),
    [
        (HOME, "index"),
        (HOME, "js_shell"),
        (HOME, "soft_404"),
        ("https://www.news.example/en/", "empty"),
        ("https://news.example/town/", "empty"),
        ("https://news.example/business", "index"),
    ],
)
def test_redirect_to_the_front_page_or_a_list_is_an_event_and_leaves_the_article(led_to: str, kind: str) -> None:
    home = answer("", kind=kind, url=led_to)
    decision = decide(home, known())
    assert [(event.kind, event.detail) for event in decision.events] == [("redirected_home", f"from {URL} to {led_to}")]
    assert decision.change is None
    assert events(home, known(stood("redirected_home", led_to))) == []


def test_redirect_to_another_story_is_an_event_of_the_first() -> None:
    elsewhere = answer(OTHER, url=THERE)
    assert events(elsewhere, known()) == [("redirected", f"from {URL} to {THERE}")]
    assert events(elsewhere, known(stood("redirected", THERE))) == []
    assert events(elsewhere, known(answered=held(OTHER, id="other", url=THERE))) == [
        ("redirected", f"from {URL} to {THERE}")
    ]


def test_redirect_to_the_same_story_elsewhere_is_a_move() -> None:
    moved = [("moved", f"from {URL} to {THERE}")]
    assert events(answer(url=THERE), known()) == moved
    assert events(answer(url=THERE, requested_url="https://news.example/?p=7", hops=(URL,)), known()) == moved
    twin = known(answered=held(id="twin", url=THERE))
    assert events(answer(url=THERE), twin) == moved
    assert events(answer(url=THERE), replace(twin, requested=stood("moved", THERE))) == []
    assert events(answer(), at_home(stood("moved", THERE))) == [("back", "status 200")]


def test_address_that_led_to_the_old_one_and_leads_to_the_new_one_shows_the_move() -> None:
    short = "https://news.example/r/4711"
    assert events(answer(url=THERE, requested_url=short), known()) == [("moved", f"from {URL} to {THERE}")]
    assert events(answer(url=THERE, requested_url=short), known(answered=held())) == []


@pytest.mark.parametrize(
    ("spelling", "more"),
    [
        ("http://www.news.example/town/story?utm_source=x", {}),
        ("https://m.news.example/town/story", {}),
        ("https://news.example/town/story/amp", {}),
        ("https://news.example/view/77", {"canonical": held()}),
    ],
)
def test_view_of_a_page_or_another_spelling_of_its_address_is_no_move(spelling: str, more: dict[str, Held]) -> None:
    assert events(answer(url=spelling), known(**more)) == []


def test_other_address_that_has_gone_says_nothing_of_the_article() -> None:
    alias = "https://news.example/town/story/print"
    assert events(lost(requested_url=alias, url=alias), at_home()) == []
    assert events(lost(requested_url=alias, url=alias), Known()) == []
    tracked = "https://www.news.example/town/story?utm_source=feed"
    assert events(lost(requested_url=tracked, url=tracked), at_home()) == [("gone", "status 404")]
    redirect = "https://news.example/r/4711"
    assert events(lost(requested_url=redirect), Known(answered=held())) == [("gone", "status 404")]


def test_other_address_brings_no_lost_page_back() -> None:
    alias = "https://news.example/print/77"
    assert events(answer(requested_url=alias, url=alias), at_home(stood("gone"))) == []


@pytest.mark.parametrize("wall", [answer(CUT, paywalled=True), answer(CUT, kind="teaser")])
def test_wall_that_goes_up_before_a_readable_story_is_an_event_and_so_is_its_end(wall: Candidate) -> None:
    assert events(wall, at_home()) == [("paywalled", "30 of 120 words shown")]
    assert events(wall, at_home(stood(paywalled=True))) == []
    assert events(answer(), at_home(stood(paywalled=True))) == [("unpaywalled", "120 words shown, 120 before")]
    assert events(wall, at_home(stood("gone"))) == [("back", "status 200"), ("paywalled", "30 of 120 words shown")]


def test_text_that_came_short_on_its_way_is_neither_wall_nor_whole() -> None:
    short = answer(CUT, truncated=True)
    assert events(short, at_home()) == events(short, at_home(stood(paywalled=True))) == []


def test_beginning_that_was_all_there_ever_was_is_no_wall_going_up_and_the_whole_is_one_coming_down() -> None:
    teaser = held(CUT, verdict=VerdictKind.TEASER)
    assert events(answer(CUT + " more", kind="teaser"), at_home(teaser)) == []
    assert events(answer(), at_home(teaser)) == [("unpaywalled", "120 words shown, 30 before")]


def test_story_marked_as_paid_but_shown_whole_is_not_walled() -> None:
    assert events(answer(paywalled=True), at_home()) == []


@pytest.mark.parametrize("older", [lost(), answer("", kind="index", url=HOME), answer(CUT, kind="teaser")])
def test_answer_from_before_what_is_known_makes_no_event(older: Candidate) -> None:
    later = held(standing=Standing(NEXT + timedelta(days=1), "gone" if older.status == 200 else None))
    assert events(older, known(later) if older.url == HOME else at_home(later)) == []
    assert events(older, known(held(fetched_at=NEXT)) if older.url == HOME else at_home(held(fetched_at=NEXT))) == []


def test_standing_follows_from_events_by_time() -> None:
    later = NEXT + timedelta(days=1)
    assert standing([], AT) == Standing(AT)
    went = [("gone", AT, URL), ("back", NEXT, URL), ("paywalled", NEXT, URL), ("moved", later, THERE)]
    assert standing(went, NEXT) == Standing(later, "moved", THERE, paywalled=True)  # type: ignore[arg-type]
    assert standing([("paywalled", AT, URL), ("unpaywalled", NEXT, URL)], AT) == Standing(NEXT)


def test_own_addresses_are_spellings_of_one() -> None:
    assert is_own("http://www.news.example/town/story/?fbclid=x", URL)
    assert not is_own("https://news.example/town/story?page=2", URL)
    assert not is_own("https://m.news.example/town/story", URL)


def test_event_names_its_article() -> None:
    assert decide(lost(), at_home()).events == (Event("held", "gone", "status 404"),)
