"""The last resorts for pages that declare nothing."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from htmldate import extractors

from archive.extraction.fields import guessing
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


def test_threads_that_read_days_at_once_leave_htmldate_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before, both_begun = extractors.get_external_parser, Barrier(2)

    def slowly(*_: object, **__: object) -> None:
        time.sleep(0.05)

    def begin(second: bool) -> None:
        both_begun.wait()
        time.sleep(0.02 * second)  # begins within the other's time, and ends after it
        guessed("no day")

    monkeypatch.setattr(guessing, "find_date", slowly)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(begin, (False, True)))
    assert extractors.get_external_parser is before


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_language_is_told_by_small_words_without_a_model(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    texts = {
        "en": "The harbour wall of the town is to be repaired before the winter, and the council has said it is not "
        "going to ask for more money from those who live in the old houses at the quay, as it had in the past.",
        "de": "Die Mauer im Hafen der Stadt ist zu alt, und der Rat will sie mit dem Geld aus den Fonds für den Winter "
        "sichern. Das ist nicht die erste Reparatur, die an dem Kai in den letzten Jahren auf dem Plan stand.",
        "fr": "Le mur du port est en mauvais état, et la ville ne veut pas attendre que les vagues de l'hiver le "
        "fassent tomber sur les maisons du quai. Les travaux sont prévus pour le mois de mai dans un plan voté.",
    }
    monkeypatch.setattr(guessing, "classify", None)
    assert guessing.guess_language(texts[language]) == language
