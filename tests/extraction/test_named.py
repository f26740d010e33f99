"""What a page calls furniture, and when its names are not believed."""

import pytest

from archive.extraction.page.parsing import parse
from archive.extraction.page.standfirst import story_root
from archive.extraction.page.units import text_of
from archive.extraction.prune.named import find_named
from tests.extraction.pages import STORY, TITLE, html, paragraphs

BOX = "Ann Moor writes about the harbour."


def named(inside: str) -> list[str]:
    """The texts of what is called furniture on a page with the story and something after it."""
    tree = parse(html(f"<main class='author'><h1>{TITLE}</h1><div>{paragraphs(*STORY)}{inside}</div></main>"))
    assert tree is not None
    main = story_root(tree)
    assert main is not None
    return [text_of(element) for element in find_named(tree, main)]


@pytest.mark.parametrize(
    "names",
    [
        "author-bio",
        "articleCaption",
        "NewsletterBox",
        "c-promo__item",
        "bildunterschrift",
        "faktaboks",
        "relacionadas",
    ],
)
def test_a_word_of_the_name_is_enough(names: str) -> None:
    assert named(f"<div class='{names}'><p>{BOX}</p></div>") == [BOX]


def test_an_id_a_role_and_a_tag_are_names_too() -> None:
    boxes = f"<div id=related-items>{BOX}</div><div role=complementary>{BOX}</div><figcaption>{BOX}</figcaption>"
    assert named(f"{boxes}<div data-testid=InfoBox>{BOX}</div>") == [BOX] * 4


@pytest.mark.parametrize("names", ["has-caption", "no-promo", "authority", "subtle", "story", ""])
def test_what_only_holds_or_lacks_such_a_thing_is_none(names: str) -> None:
    assert named(f"<div class='{names}'><p>{BOX}</p></div>") == []


def test_a_name_that_holds_much_of_the_story_is_not_believed() -> None:
    assert named(f"<div class=caption>{paragraphs(*STORY)}</div>") == []
    assert named("".join(f"<div class=comment><p>{text}</p></div>" for text in STORY)) == []


def test_words_in_a_paragraph_and_code_are_no_boxes() -> None:
    assert (
        named(f"<p>It was <span class=tooltip>low water</span> then.</p><pre><span class=comment>{BOX}</span></pre>")
        == []
    )


def test_the_outermost_box_is_taken() -> None:
    assert named(f"<div class=related><div class=caption>{BOX}</div> {BOX}</div>") == [f"{BOX} {BOX}"]
