"""A story as Markdown, read back by a parser of Markdown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from archive.extraction import extract
from archive.extraction.markdown import render
from archive.extraction.markdown.inline import address, inline
from archive.extraction.story.blocks import Block
from archive.models import Page
from tests.extraction.pages import FETCHED_AT, STORY, TITLE, URL, html, paragraphs

PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")


def markdown_of(inside: str) -> str:
    page = Page(
        URL, URL, html(f"<article><h1>{TITLE}</h1><div class='story'>{inside}</div></article>").encode(), FETCHED_AT
    )
    return extract(page, markdown=True).markdown


def read_back(markdown: str) -> str:
    """What a reader of the Markdown reads, pictures aside, without white space."""
    words: list[str] = []
    for token in PARSER.parse(markdown):
        if token.type == "fence":
            words.append(token.content)
        for child in token.children or ():
            if child.type in ("text", "code_inline"):
                words.append(child.content)
    return "".join("".join(words).split())


def shape(markdown: str) -> list[str]:
    """The opening tokens of the parsed Markdown."""
    return [token.tag for token in PARSER.parse(markdown) if token.nesting == 1 and token.tag != "p"]


def test_every_form_of_a_page_is_kept_in_the_order_of_the_text() -> None:
    inside = (
        f"<p>{STORY[0]}</p><h2>What the <em>divers</em> found</h2><p>{STORY[1]}</p>"
        "<ul><li>A gap of <b>forty</b> centimetres</li>"
        "<li>Loose stones<ol><li>By the crane</li><li>By the pier</li></ol></li></ul>"
        "<p>The <a href='/town/council'>council</a> has <strong>known</strong> it since spring.</p>"
        f"<blockquote><p>{STORY[2]}</p><p>{STORY[3]}</p></blockquote>"
        "<table><tr><th>Year</th><th>Cost</th></tr><tr><td>1998</td><td>12 pounds</td></tr></table>"
        f"<p>{STORY[4]}</p>"
    )
    assert markdown_of(inside) == (
        f"{STORY[0]}\n\n## What the *divers* found\n\n{STORY[1]}\n\n"
        "- A gap of **forty** centimetres\n- Loose stones\n    1. By the crane\n    2. By the pier\n\n"
        "The [council](https://www.harbour-post.com/town/council) has **known** it since spring.\n\n"
        f"> {STORY[2]}\n>\n> {STORY[3]}\n\n"
        "| Year | Cost |\n| --- | --- |\n| 1998 | 12 pounds |\n\n"
        f"{STORY[4]}"
    )


def test_picture_stands_with_its_caption_where_it_stood() -> None:
    figure = "<figure><img src='/i/crane.jpg'><figcaption>The old crane [1911]</figcaption></figure>"
    markdown = markdown_of(f"{paragraphs(*STORY[:2])}{figure}{paragraphs(*STORY[2:])}")
    picture = "![The old crane \\[1911\\]](https://www.harbour-post.com/i/crane.jpg)"
    assert markdown.split("\n\n") == [*STORY[:2], picture, *STORY[2:]]


def test_time_of_a_report_stands_above_it() -> None:
    posts = "".join(
        f"<div class='post'><time datetime='2026-05-03T1{n}:30Z'>1{n}:30</time><p>{text}</p></div>"
        for n, text in enumerate(STORY)
    )
    lines = [line for n, text in enumerate(STORY) for line in (f"**1{n}:30**", text)]
    assert markdown_of(posts).split("\n\n") == lines


def test_markdown_is_made_only_if_it_is_asked_for() -> None:
    page = Page(URL, URL, html(paragraphs(*STORY)).encode(), FETCHED_AT)
    assert extract(page).markdown == ""
    assert extract(page, markdown=True).markdown == extract(page).article.text


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("2023. It leaked # once *and* [again](x) <b>", "2023\\. It leaked # once \\*and\\* \\[again\\](x) \\<b>"),
        ("- not a list", "\\- not a list"),
        ("snake_case and _word_", "snake_case and \\_word\\_"),
        ("AT&T &amp; more", "AT&T \\&amp; more"),
    ],
)
def test_signs_of_plain_words_are_escaped(inside: str, line: str) -> None:
    assert inline(inside) == line
    assert read_back(line) == "".join(inside.split())


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("漁協は<b>「沈む」</b>と言う", "漁協は「沈む」と言う"),
        ("漁協は<b>沈む</b>と言う", "漁協は**沈む**と言う"),
        ("<b>Bold</b><i>er</i> than", "Bolder than"),
        ("Look!<a href='https://a.example/b (c)'>Here</a> now", "Look\\![Here](https://a.example/b%20%28c%29) now"),
        ("<a href='javascript:go()'>Here</a> and <a href='#top'>up</a>", "Here and up"),
        ("a<b> bold </b>word", "a **bold** word"),
    ],
)
def test_marks_that_would_be_read_otherwise_are_left_out(inside: str, line: str) -> None:
    end = ", and that is all there is to say of it."
    markdown = markdown_of(f"{paragraphs(*STORY[:3])}<p>{inside}{end}</p>{paragraphs(*STORY[3:])}")
    assert f"{line}{end}" in markdown.split("\n\n")


@given(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1), min_size=1))
def test_any_words_are_read_back_as_they_were(lines: list[str]) -> None:
    texts = [" ".join(line.split()) for line in lines if line.split()]
    markdown = render([Block("p", text) for text in texts], URL)
    assert read_back(markdown) == "".join("".join(texts).split())
    assert not re.search(r"h[1-6]|ul|ol|table|blockquote|hr", " ".join(shape(markdown)))


def test_only_addresses_of_the_web_become_links() -> None:
    assert address("/a b", "https://www.harbour-post.com/x") == "https://www.harbour-post.com/a%20b"
    assert address("//cdn.example/ü", "https://www.harbour-post.com/x") == "https://cdn.example/%C3%BC"
    assert [address(href, URL) for href in ("#a", "mailto:a@b.example", "data:,x", None, "http://[")] == [""] * 5
