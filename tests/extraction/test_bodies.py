"""Stories in pages that hide them from whoever reads the markup literally: nothing unusual may cost the main text."""

import pytest

from archive.models import VerdictKind
from tests.extraction.pages import STORY, TITLE, article_of, extracted, html, paragraphs

TEXT = "\n\n".join(STORY)
HOUSE = "Its letters are cast in the old mill beside the river, and its readers own a third of it."
HEAD = f"<title>{TITLE}</title>"


@pytest.mark.parametrize(
    "opened",
    [
        "<header class='site-header'><a href='/'>The Post</a>",
        "<header><nav class='menu'><a href='/'>The Post</a><a href='/town'>Town</a>",
        "<aside class='popup-overlay' id='newsletter'><p>Sign up for our letter.</p>",
        "<footer><div>",
        "<nav role='navigation'>",
    ],
)
def test_story_in_an_element_that_somebody_forgot_to_close(opened: str) -> None:
    story = f"<div class='main'><h1>{TITLE}</h1><div class='entry'>{paragraphs(*STORY)}</div></div>"
    end = "</nav></header></aside></footer>"
    about = paragraphs(f"The Post has been printed since 1899. {HOUSE}", f"It is read all over the town. {HOUSE}")
    page = html(f"{opened}{story}{end}<div class='about'>{about}</div>", HEAD)
    assert extracted(page).verdict.kind is VerdictKind.ARTICLE
    assert article_of(page).text == TEXT


def test_a_footer_that_says_more_than_the_story_stays_one() -> None:
    brief = f"<div class='main'><h1>{TITLE}</h1><div class='entry'>{paragraphs(*STORY[:2])}</div></div>"
    about = paragraphs(*(text.replace("harbour", "paper") for text in STORY[::-1]))
    assert article_of(html(f"{brief}<footer><div>{about}</div></footer>", HEAD)).text == "\n\n".join(STORY[:2])


@pytest.mark.parametrize("name", ["comments", "modal popup", "sidebar widget", "related-posts", "hidden"])
def test_story_in_a_container_that_is_called_something_else(name: str) -> None:
    page = html(f"<h1>{TITLE}</h1><div class='{name}' id='{name}'>{paragraphs(*STORY)}</div>", HEAD)
    assert article_of(page).text == TEXT


def test_story_whose_parts_are_streamed_after_the_page() -> None:
    place, part = "<template id='{0}:{1}'></template>", "<div hidden id='S:{0}'>{1}</div>"
    story = f"<p>{STORY[0]}</p>{place.format('B', 0)}{place.format('P', '1a')}<p>{STORY[4]}</p>"
    shell = f"<main><h1>{TITLE}</h1><article>{story}</article></main>"
    parts = part.format(0, paragraphs(*STORY[1:3])) + part.format("1a", paragraphs(STORY[3]))
    footer = "<footer><p>Harbour Post, 1 Quay Street, Harbour Town. All rights reserved.</p></footer>"
    page = html(f"{shell}{footer}{parts}<script>$RC('B:0','S:0')</script>", HEAD)
    assert article_of(page).text == TEXT


def test_story_in_a_shadow_root_is_shown_and_in_any_other_template_not() -> None:
    inside = f"<h1>{TITLE}</h1>{paragraphs(*STORY)}"
    shown = html(f"<news-story><template shadowrootmode='open'>{inside}</template></news-story>", HEAD)
    assert article_of(shown).text == TEXT
    assert STORY[0] not in article_of(html(f"<h1>{TITLE}</h1><template>{paragraphs(*STORY)}</template>", HEAD)).text


def test_places_of_streamed_parts_that_never_came_or_lie_in_themselves_are_left_alone() -> None:
    around_itself = "<div hidden id='S:1'><template id='B:1'></template></div>"
    odd = f"<template id='B:0'></template>{around_itself}<template id='B:x'></template>"
    page = html(f"<main><h1>{TITLE}</h1><article>{paragraphs(*STORY)}</article></main>{odd}", HEAD)
    assert article_of(page).text == TEXT
