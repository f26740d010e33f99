"""What trafilatura left out of a story and belongs to it, and above all what does not."""

import pytest

from archive.extraction.page.parsing import parse
from archive.extraction.story.blocks import Block
from archive.extraction.story.recovery import recovered
from archive.extraction.story.tracing import trace
from tests.extraction.pages import STORY, URL, paragraphs

MORE = "Two of the cranes on the quay have been out of use since the storm, and the third one is not allowed to lift."


def story(page: str, *kept: str) -> list[tuple[str, str]]:
    """Kind and text of the lines after recovery, when these had been kept."""
    tree = parse(f"<html><body>{page}</body></html>")
    assert tree is not None
    return [(b.kind, b.text) for b in recovered(trace([Block("p", line) for line in kept], tree), URL)]


def of(*lines: str) -> list[tuple[str, str]]:
    return [("p", line) for line in lines]


def test_paragraph_between_kept_ones_comes_back_in_its_place() -> None:
    page = f"<div>{paragraphs(STORY[0])}<p class='odd'>{MORE}</p>{paragraphs(STORY[1])}</div>"
    assert story(page, STORY[0], STORY[1]) == of(STORY[0], MORE, STORY[1])


def test_heading_between_kept_paragraphs_comes_back() -> None:
    page = f"<div>{paragraphs(STORY[0])}<h3>Divers</h3>{paragraphs(STORY[1])}</div>"
    assert story(page, STORY[0], STORY[1]) == [("p", STORY[0]), ("head", "Divers"), ("p", STORY[1])]


def test_heading_over_links_does_not_come_back() -> None:
    links = "<h3>More on this</h3><ul><li><a href='/a'>Harbour wall: what we know so far</a></li></ul>"
    page = f"<div>{paragraphs(STORY[0])}{links}{paragraphs(STORY[1])}</div>"
    assert story(page, STORY[0], STORY[1]) == of(STORY[0], STORY[1])


@pytest.mark.parametrize("tag", ["p", "div"])
def test_paragraph_with_the_signature_of_kept_ones_comes_back_from_further_down(tag: str) -> None:
    def body(*texts: str) -> str:
        return f"<div class='body'>{''.join(f'<{tag} class=text-1>{text}</{tag}>' for text in texts)}</div>"

    page = f"<main>{body(*STORY[:2])}<div>Advertisement</div>{body(MORE)}</main>"
    assert story(page, *STORY[:2]) == of(*STORY[:2], MORE)


def test_generated_parts_of_class_names_do_not_part_kin_and_kin_above_the_kept_ones_comes_back() -> None:
    body = "<div class='text-{0}'><div class='css-{0}'>{1}</div></div>"
    page = f"<main>{body.format('1h3t9', paragraphs(MORE))}{body.format('0ab7c', paragraphs(*STORY[:2]))}</main>"
    assert story(page, *STORY[:2]) == of(MORE, *STORY[:2])


def test_heading_of_a_paragraph_that_comes_back_comes_with_it() -> None:
    post = "<div class='post'><h3>{}</h3><div class='body'><p>{}</p></div></div>"
    posts = "".join(map(post.format, ("At noon", "At ten", "At nine"), (*STORY[:2], MORE)))
    assert story(f"<main>{posts}</main>", *STORY[:2])[-2:] == [("head", "At nine"), ("p", MORE)]


def entries(*posts: tuple[str, str]) -> str:
    post = "<div class='post'><div class='head'><h3>{}</h3></div><div class='body'><p>{}</p></div></div>"
    return "".join(post.format(*both) for both in posts)


def test_headings_that_look_alike_above_entries_come_back() -> None:
    page = f"<main>{entries(('Ten', STORY[0]), ('Nine', STORY[1]), ('Eight', STORY[2]), ('Seven', STORY[3]))}</main>"
    assert [text for _, text in story(page, *STORY[:4])] == [
        *(STORY[0], "Nine", STORY[1], "Eight", STORY[2], "Seven", STORY[3])
    ]


def test_heading_in_a_box_of_its_own_does_not_come_back_alone() -> None:
    page = f"<main><div class='body'>{paragraphs(STORY[0])}</div>{entries(('Nine', STORY[1]))}</main>"
    assert story(page, *STORY[:2]) == of(*STORY[:2])


def test_quotation_between_kept_paragraphs_comes_back() -> None:
    page = f"<div>{paragraphs(STORY[0])}<blockquote><p>{MORE}</p></blockquote>{paragraphs(STORY[1])}</div>"
    assert story(page, *STORY[:2]) == of(STORY[0], MORE, STORY[1])


@pytest.mark.parametrize(
    "between",
    [
        "<h1>Market hall closes</h1>",
        "<h2><a href='/town/market-hall'>Market hall closes early</a></h2>",
        "<a href='/town/market-hall'><h2>Market hall closes early</h2></a>",
    ],
)
def test_paragraphs_below_another_headline_stay_where_they_are(between: str) -> None:
    body = f"<div class='body'>{paragraphs(*STORY[:2])}</div>"
    assert story(f"{body}{between}<div class='body'>{paragraphs(MORE)}</div>", *STORY[:2]) == of(*STORY[:2])


def test_container_with_an_address_of_its_own_is_another_story() -> None:
    body = "<div class='story'{}><div class='body'>{}</div></div>"
    other = body.format(" data-url='https://www.harbour-post.com/town/market-hall'", paragraphs(MORE))
    assert story(f"<main>{body.format('', paragraphs(*STORY[:2]))}{other}</main>", *STORY[:2]) == of(*STORY[:2])


@pytest.mark.parametrize("box", ["aside", "figure", "footer", "nav", "form", "table"])
def test_paragraphs_in_a_box_stay_there(box: str) -> None:
    page = f"<div>{paragraphs(STORY[0])}<{box}><p>{MORE}</p></{box}>{paragraphs(STORY[1])}</div>"
    assert story(page, STORY[0], STORY[1]) == of(STORY[0], STORY[1])


def test_story_s_kin_in_a_box_stay_there() -> None:
    body = f"<div class='body'>{paragraphs(*STORY[:2])}</div>"
    assert story(f"{body}<aside><div class='body'>{paragraphs(MORE)}</div></aside>", *STORY[:2]) == of(*STORY[:2])


def test_linked_paragraph_does_not_come_back() -> None:
    page = f"<div>{paragraphs(STORY[0])}<p><a href='/a'>{MORE}</a></p>{paragraphs(STORY[1])}</div>"
    assert story(page, STORY[0], STORY[1]) == of(STORY[0], STORY[1])


def test_label_between_paragraphs_does_not_come_back() -> None:
    page = f"<div>{paragraphs(STORY[0], 'Published at noon', STORY[1])}</div>"
    assert story(page, STORY[0], STORY[1]) == of(STORY[0], STORY[1])


def test_text_that_the_story_has_does_not_come_back() -> None:
    page = f"<div class='body'>{paragraphs(*STORY[:2])}</div><div class='body'>{paragraphs(STORY[0])}</div>"
    assert story(page, *STORY[:2]) == of(*STORY[:2])


def test_paragraphs_without_any_class_are_not_kin() -> None:
    page = f"<div>{paragraphs(*STORY[:2])}</div><div>{paragraphs(MORE)}</div>"
    assert story(page, *STORY[:2]) == of(*STORY[:2])


def test_parts_in_containers_of_their_own_come_back_if_their_paragraphs_have_the_one_class_of_the_kept_ones() -> None:
    said = "<p class='css-6w9 em0'>{}</p>"
    intro = f"<header class='intro'>{said.format(STORY[0])}{said.format(STORY[1])}</header>"
    parts = "".join(f"<section><div class='slide'><div>{said.format(text)}</div></div></section>" for text in STORY[2:])
    others = f"<section><div class='slide'><div><p class='css-7x'>{MORE}</p></div></div></section>"
    assert story(f"<main>{intro}<div>{parts}</div>{others}</main>", *STORY[:2]) == of(*STORY)


def test_what_a_story_is_made_of_comes_back_from_between_its_beginning_and_its_end() -> None:
    rows = "".join(
        f"<div class='row'><div class='left'><div class='write-up'>{text}</div></div></div>" for text in STORY
    )
    page = f"<div><p>{MORE}</p></div>{rows}<div><p>{MORE[::-1]}</p></div>"
    assert story(page, MORE, MORE[::-1]) == of(MORE, *STORY, MORE[::-1])
    box = f"<div class='row'><div class='left'><div class='write-up'>{STORY[0]}</div></div></div>"
    page = f"<div><p>{MORE}</p></div>{box}<div><p>{MORE[::-1]}</p></div>"
    assert story(page, MORE, MORE[::-1]) == of(MORE, MORE[::-1])
