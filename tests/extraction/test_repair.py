"""Lines of an extracted text that are not the story."""

import pytest

from archive.extraction.blocks import Block, join
from archive.extraction.repair import repaired
from tests.extraction.pages import STORY, TITLE

BODY = [Block("p", text) for text in STORY]


def story_of(blocks: list[Block], titles: list[str]) -> list[Block]:
    return repaired(blocks, titles)[0]


def p(text: str) -> Block:
    return Block("p", text)


def head(text: str) -> Block:
    return Block("head", text)


@pytest.mark.parametrize("title", [TITLE, TITLE.upper(), f"“{TITLE}”"])
def test_title_among_the_first_lines_goes_with_labels_above_it(title: str) -> None:
    assert story_of([p("World News"), head(title), *BODY], [TITLE]) == BODY


def test_title_further_down_stays() -> None:
    blocks = [*BODY, p(TITLE), p(STORY[0])]
    assert story_of(blocks, [TITLE]) == blocks


@pytest.mark.parametrize("label", ["Posted", "Actions", "World News Europe"])
def test_labels_before_the_first_paragraph_go(label: str) -> None:
    assert story_of([p(label), *BODY], []) == BODY


@pytest.mark.parametrize("line", ["It was over.", "War!", "“Never again.”", "終わった。"])
def test_short_first_sentence_stays(line: str) -> None:
    assert story_of([p(line), *BODY], [])[0] == p(line)


def test_heading_before_the_first_paragraph_stays() -> None:
    assert story_of([head("What happened"), *BODY], [])[0] == head("What happened")


@pytest.mark.parametrize("last", [head("Related"), p("Lesen Sie auch:"), p("© 2026 Harbour Post")])
def test_what_announces_nothing_at_the_end_goes(last: Block) -> None:
    assert story_of([*BODY, last], []) == BODY


def test_picture_credit_goes_wherever_it_stands() -> None:
    assert story_of([*BODY[:2], p("© Ann Moor / Harbour Post"), *BODY[2:]], []) == BODY


def test_repair_never_takes_most_of_a_text() -> None:
    blocks = [head(TITLE), p("Posted")]
    assert story_of(blocks, [TITLE]) == blocks


def test_items_and_rows_are_lines_of_one_paragraph() -> None:
    blocks = [
        p("Three things:"),
        Block("item", "one"),
        Block("item", "two"),
        Block("row", "a | b | "),
        Block("row", "c"),
    ]
    assert join(blocks) == "Three things:\n\none\ntwo\n\na | b\nc"
