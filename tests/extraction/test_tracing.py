"""Every line of a story knows the element of the page that it came from."""

from lxml.html import HtmlElement

from archive.extraction.body import find_blocks
from archive.extraction.page.parsing import parse
from archive.extraction.page.sight import look
from archive.extraction.story.blocks import Block
from archive.extraction.story.tracing import trace
from tests.extraction.pages import STORY, TITLE, URL, html, paragraphs


def tree_of(page: str) -> HtmlElement:
    tree = parse(page)
    assert tree is not None
    return tree


def found_in(page: str) -> list[Block]:
    tree = tree_of(page)
    return find_blocks(tree, URL, look(tree, URL).running)


def names(page: str, *lines: str) -> list[str | None]:
    """The ids of the elements that lines are traced to."""
    traced = trace([Block("p", line) for line in lines], tree_of(page)).blocks
    return [None if block.element is None else block.element.get("id") for block in traced]


def test_paragraphs_of_a_story_are_traced_to_their_elements() -> None:
    body = "".join(f'<p id="p{i}">{text}</p>' for i, text in enumerate(STORY))
    blocks = found_in(html(f"<nav><p>{STORY[0]}</p></nav><article><h1>{TITLE}</h1>{body}</article>"))
    assert [(b.text, b.element.get("id") if b.element is not None else "") for b in blocks if b.text in STORY] == [
        (text, f"p{i}") for i, text in enumerate(STORY)
    ]


def test_links_and_emphasis_belong_to_the_paragraph_around_them() -> None:
    page = '<body><div id="box"><p id="p">The <b>old <a href="/x">wall</a></b> fell&shy; <i>down</i>.</p></div></body>'
    assert names(page, "The old wall fell down.") == ["p"]


def test_short_line_between_long_ones_is_found_there_and_not_in_the_navigation() -> None:
    body = f'<p>{STORY[0]}</p><h2 id="here">Sport</h2><p>{STORY[1]}</p>'
    page = f'<body><ul><li id="nav">Sport</li></ul><div>{body}</div><h2 id="below">Sport</h2></body>'
    assert names(page, STORY[0], "Sport", STORY[1])[1] == "here"


def test_short_line_above_the_first_long_one_is_the_nearest_before_it() -> None:
    page = f'<body><p id="nav">Harbour</p><h2 id="near">Harbour</h2><p>{STORY[0]}</p><p>Harbour</p></body>'
    assert names(page, "Harbour", STORY[0])[0] == "near"


def test_lines_between_line_breaks_share_their_element() -> None:
    page = f'<body><div id="story">{STORY[0]}<br><br>{STORY[1]}</div></body>'
    assert names(page, STORY[0], STORY[1]) == ["story", "story"]


def test_line_put_together_from_two_paragraphs_is_traced_to_what_holds_both() -> None:
    page = f'<body><div id="both"><p>{STORY[0]}</p><p>{STORY[1]}</p></div><p>{STORY[2]}</p></body>'
    assert names(page, STORY[0] + " " + STORY[1]) == ["both"]


def test_row_of_a_table_is_traced_across_its_cells() -> None:
    page = '<body><table><tr id="row"><td>Herring</td><td>12 tonnes</td></tr></table></body>'
    (block,) = trace([Block("row", "Herring | 12 tonnes |")], tree_of(page)).blocks
    assert block.element is not None
    assert block.element.get("id") == "row"


def test_text_that_the_tree_does_not_show_has_no_element() -> None:
    page = f"<body><script type='application/ld+json'>{STORY[0]}</script><p>{STORY[1]}</p></body>"
    assert names(page, STORY[0], "Nowhere.") == [None, None]


def test_page_of_paragraphs_only_is_traced_without_a_body_element() -> None:
    tree = tree_of(f"<html>{paragraphs(STORY)}</html>")
    assert all(block.element is not None for block in trace([Block("p", text) for text in STORY], tree).blocks)
