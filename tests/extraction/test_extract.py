"""The one way in: pure, never raising, the same for the same bytes."""

import gzip
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extraction import EXTRACTOR_VERSION, extract
from archive.extraction.story.blocks import dropped
from archive.models import Dropped, Page, VerdictKind
from archive.text import clean
from tests.extraction.alliance import PAGES, URL
from tests.extraction.pages import FETCHED_AT, STORY, article_page, extracted, html, paragraphs

ROOT = Path(__file__).parent.parent.parent


def test_text_is_paragraphs_separated_by_an_empty_line_and_clean() -> None:
    inside = (
        "<p>Soft\u00adhyphen,&nbsp;no-break \x07and   zero\u200bwidth in one paragraph of the story, which is long.</p>"
    )
    text = extracted(article_page(inside)).article.text
    assert text.split("\n\n") == [
        *STORY[:3],
        "Softhyphen, no-break and zerowidth in one paragraph of the story, which is long.",
        *STORY[3:],
    ]
    assert clean(text) == text


def test_extraction_names_its_version_and_can_be_sent_to_another_process() -> None:
    found = extracted(article_page())
    assert found.extractor_version == EXTRACTOR_VERSION
    assert pickle.loads(pickle.dumps(found)) == found


def test_encoded_body_is_decoded_first() -> None:
    page = article_page()
    encoded = extracted(gzip.compress(page.encode()), headers=(("Content-Encoding", "gzip"),))
    assert encoded.article == extracted(page).article


def test_same_bytes_give_the_same_answer_in_any_order_and_often() -> None:
    pages = [path.read_bytes() for path in PAGES] + [article_page().encode()]
    forward = [extracted(body, URL) for body in pages]
    for _ in range(4):
        backward = [extracted(body, URL) for body in reversed(pages)]
        assert backward[::-1] == forward


def test_same_bytes_give_the_same_answer_in_another_process() -> None:
    code = (
        "import sys; from tests.extraction.alliance import PAGES, URL; from tests.extraction.pages import extracted\n"
        "sys.stdout.reconfigure(encoding='utf-8'); print([extracted(p.read_bytes(), URL) for p in PAGES])"
    )
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True, timeout=120)
    assert ran.stdout.strip() == str([extracted(path.read_bytes(), URL) for path in PAGES])


HOSTILE = {
    "nested JSON": html(
        f'<h1>Wall</h1>{paragraphs(*STORY)}<script type="application/ld+json">'
        + '{"@type":"NewsArticle","author":[{"@type":"Person",' * 10_000
        + "</script>"
    ),
    "attributes": html(f"<p {' '.join(f'a{n}=1' for n in range(40_000))}>x</p>{paragraphs(*STORY)}"),
    "UTF-16": article_page().encode("utf-16"),
    "lone surrogates": article_page("<p>\ud800\udc00\udfff</p>").encode("utf-8", "surrogatepass"),
    "NUL bytes": article_page().replace("wall", "w\0all").encode(),
    "unclosed": "<html><body><p>" + STORY[0] * 3 + "<div><table><tr><td><a href=",
    "many links": html("".join(f"<a href='/{n}'>l{n}</a>" for n in range(3000))),
    "bad addresses": article_page("<a href='http://[::1'>x</a><a href='//'>y</a><a href='http://a:b/'>z</a>"),
    "no head, no body": "<p>" + STORY[0],
    "frameset": "<html><frameset><frame src='/a'></frameset></html>",
    "other root": "<svg><script>alert(1)</script><p>x</p></svg>",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_page_gets_a_verdict(body: str | bytes) -> None:
    assert extracted(body).verdict.kind in VerdictKind


def test_story_beside_hostile_json_is_still_read() -> None:
    assert extracted(HOSTILE["nested JSON"]).article.text.split("\n\n") == list(STORY)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"<html><body><p>", b"<title>", b"<!doctype html><script>"]))
def test_any_bytes_get_a_verdict(noise: bytes, before: bytes) -> None:
    page = Page(URL, URL, before + noise, FETCHED_AT, headers=(("Content-Type", "text/html"),))
    assert extract(page).verdict.kind in VerdictKind


@pytest.mark.parametrize(
    "url", ["", "not a url", "http://", "http://[::1", "ftp://x/y", "https://www.harbour-post.com"]
)
def test_any_address_will_do(url: str) -> None:
    assert extracted(article_page(), url).article.text.split("\n\n") == list(STORY)


def test_what_rules_left_out_is_told_under_their_names() -> None:
    card = "<div><a href='/fair'><img src='/f.jpg'></a><h3><a href='/fair'>Fair opens early on Sunday</a></h3></div>"
    found = extracted(article_page(card))
    assert Dropped("promo card", "Fair opens early on Sunday") in found.dropped
    assert "Fair opens early" not in found.article.text


def test_long_piece_that_was_left_out_is_cut() -> None:
    assert dropped("rule", " ".join(STORY)) == Dropped("rule", " ".join(STORY)[:200])
