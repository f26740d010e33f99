"""Boxes in a news story, and what only looks like one."""

from archive.extraction.page.parsing import parse
from archive.extraction.story.blocks import Block
from archive.extraction.story.boxes import without_boxes
from tests.extraction.pages import STORY, html, paragraphs

BOXED = ["The wall in numbers", "It is forty metres long, and nobody has ever measured its depth."]
BOX = f"<div><section><h3>{BOXED[0]}</h3><p>{BOXED[1]}</p></section></div>"


def kept(inside: str) -> list[str]:
    """The lines that stay of a story with something after its third paragraph."""
    tree = parse(html(f"<main><div>{paragraphs(*STORY[:3])}{inside}{paragraphs(*STORY[3:])}</div></main>"))
    assert tree is not None
    kinds = {"h3": "head", "li": "item"}
    lines = [Block(kinds.get(e.tag, "p"), str(e.text_content()), e) for e in tree.iter("p", "h3", "li")]
    return [block.text for block in without_boxes(lines)]


def test_box_under_a_heading_of_its_own_goes() -> None:
    assert kept(BOX) == list(STORY)


def test_heading_and_paragraphs_of_the_story_stay() -> None:
    assert kept("<h3>The wall in numbers</h3><p>It is forty metres long.</p>")[3:5] == [
        "The wall in numbers",
        "It is forty metres long.",
    ]


def test_deeper_quote_without_a_heading_stays() -> None:
    assert kept("<div><blockquote><p>I have never seen it so high.</p></blockquote></div>")[3] == (
        "I have never seen it so high."
    )


def test_part_with_several_headings_stays() -> None:
    assert kept(f"<div>{BOX}{BOX}</div>")[3:7] == BOXED * 2


def test_boxes_that_hold_much_of_the_text_stay() -> None:
    assert kept(f"<div><section><h3>More</h3>{paragraphs(*STORY)}</section></div>")[4:9] == list(STORY)


def test_story_without_a_level_of_its_own_stays() -> None:
    lines = [Block("p", text) for text in STORY]
    assert without_boxes(lines) == lines


def test_entry_that_is_a_heading_and_a_quotation_is_no_box() -> None:
    entry = f"<div><h3>Divers</h3><blockquote><p>{BOXED[1]}</p></blockquote></div>"
    parts = "".join(f"<div><p>{text}</p></div>" for text in STORY)
    tree = parse(html(f"<main>{parts}{entry}</main>"))
    assert tree is not None
    lines = [Block("head" if e.tag == "h3" else "p", str(e.text_content()), e) for e in tree.iter("p", "h3")]
    assert [block.text for block in without_boxes(lines)] == [*STORY, "Divers", BOXED[1]]
