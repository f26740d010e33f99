from datetime import UTC, datetime, timedelta

import pytest

from archive.identity.answers import Answer, everyones, leads_from_everywhere, site_text

AT = datetime(2026, 10, 4, 12, tzinfo=UTC)
BODY = "\n\n".join(f"Paragraph {n} of what the site shows when it has nothing to show." for n in range(4))


def answers(*paths: str, title: str | None = "Welcome", apart: float = 1) -> list[Answer]:
    return [
        Answer(f"a{n}", f"https://news.example/{path}", title, AT + timedelta(hours=apart * n))
        for n, path in enumerate(paths)
    ]


def page(path: str = "world/new-5", title: str | None = "Welcome", days: float = 1) -> Answer:
    return Answer("", f"https://news.example/{path}", title, AT + timedelta(days=days))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("/a-1", "Storm", BODY), ("/b-2", "Flood", BODY.upper())),
        (
            ("/a-1", "Storm", f"There is no /a-1 here.\n\n{BODY}"),
            ("/b-2", "Flood", f"There is no /b-2 here.\n\n{BODY}"),
        ),
        (("/fish-market", "x", f"Searched: fish market\n{BODY}"), ("/town-hall", "x", f"Searched: town hall\n{BODY}")),
        (("/1", "Storm gone | News", f"{BODY}\nStorm gone"), ("/2", "Flood gone | News", f"{BODY}\nFlood gone")),
        (("/a-1", "x", "Nothing is at /a-1, sorry."), ("/b-2", "x", "Nothing is at /b-2, sorry.")),
    ],
)
def test_text_is_the_sites_own_though_it_repeats_address_or_title(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    marks = {site_text(f"https://news.example{path}", title, text) for path, title, text in (one, other)}
    assert len(marks) == 1


def test_other_texts_and_other_sites_have_another_mark() -> None:
    urls = ("https://news.example/a-1", "https://www.news.example/b-2", "https://other.example/a-1")
    same, again, elsewhere = (site_text(url, "x", BODY) for url in urls)
    assert same == again != elsewhere
    assert site_text(urls[0], "x", BODY + "\nOne line more.") != same
    assert site_text("https://news.example/new", "x", BODY + "\nThe news.") != same  # "new" is no word of that line


def test_fourth_unlike_address_within_days_shows_it() -> None:
    three = answers("a-1", "b-2", "c-3")
    assert everyones(page(), three) == tuple(three)
    assert everyones(page(), three[:2]) == ()


def test_story_in_several_sections_and_views_of_a_page_show_nothing() -> None:
    filed = answers(
        "world/storm-5", "coast/storm-5", "storm-5", "m/world/storm-5/print", "amp/coast/storm-5?utm_source=x"
    )
    assert everyones(page("weather/storm-5"), filed) == ()
    assert everyones(page("weather/other-6"), filed) == ()


def test_text_that_comes_back_every_week_shows_nothing_and_a_burst_is_remembered() -> None:
    assert everyones(page(days=28), answers("a-1", "b-2", "c-3", apart=24 * 7)) == ()
    assert len(everyones(page(days=400), answers("a-1", "b-2", "c-3"))) == 3


def test_pages_with_titles_of_their_own_must_be_many_and_have_a_text() -> None:
    titles = (
        "Mayor speaks",
        "Bridge opens",
        "Team wins",
        "Rain falls",
        "Ship sails",
        "Fair ends",
        "Bank shuts",
        "Band plays",
    )
    own = [
        Answer(f"a{n}", f"https://news.example/{n}", title, AT + timedelta(hours=n)) for n, title in enumerate(titles)
    ]
    assert everyones(page(title="Court sits"), own[:7]) == ()
    assert everyones(page(title="Court sits"), own) == tuple(own)
    assert everyones(page(title="Court sits"), own, short=True) == ()


def test_title_that_repeats_the_address_is_the_same_title() -> None:
    told = [
        Answer(word, f"https://news.example/{word}-1", f"{word.title()} 1 was not found", AT)
        for word in ("fish", "hall", "fair")
    ]
    assert everyones(Answer("", "https://news.example/band-7", "Band 7 was not found", AT), told) == tuple(told)
    assert everyones(page(title=None), answers("a-1", "b-2", "c-3", title=None)) != ()


def test_redirects_of_a_whole_site_to_one_page_are_counted_once_each() -> None:
    there = "https://news.example/front/today"
    old = [f"https://news.example/old/{n}" for n in range(10)]
    assert leads_from_everywhere(there, old) == 10
    assert leads_from_everywhere(there, old[:9]) == 0
    assert leads_from_everywhere(there, [f"https://news.example/{n}/today?utm_source={n}" for n in range(20)]) == 0
    assert leads_from_everywhere(there, [f"https://short.example/{n}" for n in range(20)]) == 0
