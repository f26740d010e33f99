"""One story in several markups: its title, its standfirst, its eleven paragraphs, and nothing of the page."""

# ruff: noqa: E501 - markup and prose read better on one line

from pathlib import Path

import pytest

from tests.extraction.alliance import DESCRIPTION, PAGES, PARAGRAPHS, TITLE, URL
from tests.extraction.pages import article_of

OTHER = "/politics/us-approves-additional-325-million-in-ukraine-security-assistance"
HEADLINE = "US approves additional $325 million in Ukraine security assistance"
SENTENCE = (
    "The U.S. State Department has approved more assistance for Ukraine, including ammunition and anti-armor systems."
)
IMAGE = '<img src="/blinken.jpg" alt="U.S. Secretary of State Antony Blinken.">'
STORY = "\n\n".join(PARAGRAPHS)

PROMOS = {
    "all in one link": f'<a href="{OTHER}">{IMAGE}<h3>{HEADLINE}</h3><p>{SENTENCE}</p><span>LEARN MORE</span></a>',
    "all in one link without tags": f'<a href="{OTHER}">{IMAGE}<div>{HEADLINE}</div><div>{SENTENCE}</div></a>',
    "link to another site": f'<a href="https://o.example.org/x">{IMAGE}<h3>{HEADLINE}</h3><p>{SENTENCE}</p></a>',
    "headline not linked": f'<a href="{OTHER}">{IMAGE}</a><h3>{HEADLINE}</h3><p>{SENTENCE}</p><a href="{OTHER}">MORE</a>',
    "only paragraphs": f'<p><a href="{OTHER}">{IMAGE}</a></p><p>{HEADLINE}</p><p>{SENTENCE}</p><p><a href="{OTHER}">MORE</a></p>',
    "no call to action": f'<div><a href="{OTHER}">{IMAGE}</a><h3><a href="{OTHER}">{HEADLINE}</a></h3><p>{SENTENCE}</p></div>',
    "call to a section": f'<div><h3><a href="{OTHER}">{HEADLINE}</a></h3><p>{SENTENCE}</p><a href="/politics">ALL</a></div>',
    "button": f'<h3><a href="{OTHER}">{HEADLINE}</a></h3><p>{SENTENCE}</p><p><a href="{OTHER}"><button>MORE</button></a></p>',
    "divisions": f'<div><div><a href="{OTHER}">{HEADLINE}</a></div><div>{SENTENCE}</div><div><a href="{OTHER}">MORE</a></div></div>',
    "table": f'<table><tr><td><a href="{OTHER}">{HEADLINE}</a><p>{SENTENCE}</p><a href="{OTHER}">MORE</a></td></tr></table>',
    "list": f'<ul><li><a href="{OTHER}">{HEADLINE}</a></li><li>{SENTENCE}</li><li><a href="{OTHER}">MORE</a></li></ul>',
    "line breaks": f'<p><a href="{OTHER}">{HEADLINE}</a><br>{SENTENCE}<br><a href="{OTHER}">MORE</a></p>',
    "call in the sentence": f'<p><a href="{OTHER}">{HEADLINE}</a></p><p>{SENTENCE} <a href="{OTHER}">LEARN MORE</a></p>',
    "tracked links": f'<h3><a href="{OTHER}?utm_source=a">{HEADLINE}</a></h3><p>{SENTENCE}</p><a href="{OTHER}?utm_source=b">MORE</a>',
    "headline alone": f'<p><a href="{OTHER}">{HEADLINE}</a></p>',
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_story_comes_out_whole_and_alone_in_every_markup(path: Path) -> None:
    article = article_of(path.read_bytes(), URL)
    assert (article.title, article.description, article.text) == (TITLE, DESCRIPTION, STORY)


def test_there_are_at_least_four_markups() -> None:
    assert len(PAGES) >= 4


@pytest.mark.parametrize("promo", PROMOS.values(), ids=PROMOS)
@pytest.mark.parametrize("tag", ["p", "div"])
def test_promo_card_of_any_shape_is_no_part_of_the_story(promo: str, tag: str) -> None:
    before, after = ("".join(f"<{tag}>{p}</{tag}>" for p in part) for part in (PARAGRAPHS[:5], PARAGRAPHS[5:]))
    page = (
        f'<html lang=en><head><title>{TITLE} | Example</title><meta property="og:description" content="{DESCRIPTION}">'
        f"</head><body><nav><a href='/world'>World News</a></nav><h1>{TITLE}</h1><h2>{DESCRIPTION}</h2><div>Posted</div>"
        f"<div class=x1>{before}{promo}{after}</div><footer><a href='/about'>About</a></footer></body></html>"
    )
    article = article_of(page, URL)
    assert (article.title, article.description, article.text) == (TITLE, DESCRIPTION, STORY)
