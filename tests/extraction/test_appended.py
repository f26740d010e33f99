"""Stories that a page appends to its own, and what only looks like one."""

import pytest

from archive.extraction.page.parsing import parse
from archive.extraction.page.units import text_of
from archive.extraction.prune.appended import find_appended
from tests.extraction.pages import STORY, TITLE, URL, html, paragraphs

OTHER = "Fishermen ask for a deeper basin"
TEXT = paragraphs(*STORY[2:])


def appended(after: str, tag: str = "article") -> list[str]:
    """The beginnings of what is found after a story."""
    story = f"<{tag} class=s><h1>{TITLE}</h1><time>1 May</time>{paragraphs(*STORY)}</{tag}>"
    tree = parse(html(f"<main>{story}{after}</main>"))
    assert tree is not None
    return [text_of(element)[: len(OTHER)] for element in find_appended(tree, TITLE, URL)]


@pytest.mark.parametrize(
    "after",
    [
        f"<article><h1>{OTHER}</h1>{TEXT}</article>",
        f"<div><article><header><h2><a href='/basin'>{OTHER}</a></h2></header>{TEXT}</article></div>",
        f"<div data-url='/town/basin'><h2>{OTHER}</h2>{TEXT}</div>",
        f"<section itemid='https://www.harbour-post.com/town/basin'><h2>{OTHER}</h2>{TEXT}</section>",
    ],
    ids=["article with h1", "article with linked heading", "address", "identity"],
)
def test_whole_story_after_the_story_is_another(after: str) -> None:
    assert appended(after) == [OTHER]


def test_twin_of_the_storys_element_is_another() -> None:
    twin = f"<div class=s><h1>{OTHER}</h1><time>2 May</time>{TEXT}</div>"
    assert appended(twin, "div") == [OTHER]
    assert appended(twin.replace("<time>2 May</time>", ""), "div") == []


@pytest.mark.parametrize(
    "after",
    [
        f"<h1>{OTHER}</h1>{TEXT}",
        f"<section><h1>{OTHER}</h1>{TEXT}</section>",
        f"<article><h3>Ann Moor</h3>{TEXT}</article>",
        f"<article><h2><a href='{URL}#c2'>{OTHER}</a></h2>{TEXT}</article>",
        f"<article><h1>{OTHER}</h1><p>One line of it.</p></article>",
        f"<article><h1>{TITLE}</h1>{TEXT}</article>",
        f"<div data-url='{URL}'>{TEXT}</div>",
    ],
    ids=["sections", "section", "comment", "entry of a live blog", "teaser", "the story again", "own address"],
)
def test_part_of_the_page_is_none(after: str) -> None:
    assert appended(after) == []


def test_story_that_follows_its_headline_is_none() -> None:
    tree = parse(html(f"<h1>{TITLE}</h1><article><h2><a href='/x'>{OTHER}</a></h2>{TEXT}</article>"))
    assert tree is not None
    assert list(find_appended(tree, TITLE, URL)) == []
