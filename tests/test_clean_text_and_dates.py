"""Text and dates of a page are clean: no character costs a story, and no date is made of one that cannot be."""

from datetime import UTC, datetime

import pytest

from archive import Extraction, Page, extract

SAID = "The council met on Monday and spoke for three hours about the harbour wall, which has leaked since spring. "
URL = "https://www.harbour-post.com/town/wall-still-leaks"


def extracted(inside: str = "", published: str = "") -> Extraction:
    """A story of four paragraphs, with something strange in each, or with a date declared."""
    meta = f'<meta property="article:published_time" content="{published}">' if published else ""
    prose = "".join(f"<p>{SAID * 2}Part {number}.{inside}</p>" for number in range(4))
    html = f"<html><head><title>Wall still leaks</title>{meta}</head><body><article><h1>Wall still leaks</h1>{prose}"
    body = f"{html}</article></body></html>".encode()
    return extract(Page(requested_url=URL, url=URL, body=body, fetched_at=datetime(2026, 11, 24, tzinfo=UTC)))


@pytest.mark.parametrize("inside", ["\0", "\x0b", "\ufffe", "\uffff", "&#0;", "&#x1;", "&#x1F", "&#11;", "&#xFFFE;"])
def test_a_character_that_no_tree_may_hold_costs_nothing_but_itself(inside: str) -> None:
    assert extracted(inside).article.text == extracted().article.text != ""


@pytest.mark.parametrize("kept", ["&#x1f600;", "&#127865;", "&#x10d;"])
def test_references_that_begin_like_those_of_controls_are_read(kept: str) -> None:
    assert len(extracted(kept).article.text) == len(extracted().article.text) + 4


@pytest.mark.parametrize("published", ["2026-02-30", "11/12/2026"])
def test_a_declared_day_that_is_none_or_a_coin_toss_is_not_guessed_at(published: str) -> None:
    moment = extracted(published=published).article.published
    assert moment is None or (moment.at, moment.on) == (None, None)
