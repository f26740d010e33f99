"""The last resorts for pages that declare nothing."""

from htmldate import extractors

from archive.extraction.fields.guessing import guess_day
from archive.extraction.page.parsing import parse
from tests.extraction.pages import FETCHED_AT, STORY, URL, html, paragraphs


def guessed(shown: str) -> str | None:
    tree = parse(html(f"<div>{paragraphs(*STORY)}<p class='meta'>{shown}</p></div>"))
    assert tree is not None
    claim = guess_day(tree, URL, FETCHED_AT)
    return claim.value if claim else None


def test_day_is_read_by_our_own_rules_and_the_slow_reader_is_never_started() -> None:
    before = extractors.get_external_parser
    assert guessed("8.Dezember 2010 um 09:43 · Rezepte · 6 Kommentare") == "2010-12-08"
    assert guessed("Vom 24. April bis 2. Oktober 2, Tor 7") is None
    assert extractors.get_external_parser is before
    assert before.cache_info().currsize == 0
