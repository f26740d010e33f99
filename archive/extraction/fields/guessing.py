"""Last resorts for pages that declare nothing: the day, and the language. A guess is never an instant."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from threading import Lock

from htmldate import extractors, find_date
from lxml.html import HtmlElement
from py3langid import classify

from archive.dates import parse_date
from archive.models import Claim

_ENOUGH = 60  # characters of text that a language can be told from
_SAMPLE = 2000
_YEAR_ONLY = "-01-01"  # what htmldate makes of a bare year
_ONE_READER = Lock()  # htmldate's reader is a global: of two threads, one would put the other's back, and leave its own


class _Reader:
    """Reads a date that htmldate found and cannot read."""

    def get_date_data(self, text: str) -> dict[str, datetime | None]:
        """As dateparser says it."""
        day = parse_date(text).on
        return {"date_obj": datetime.combine(day, time.min) if day else None}


@contextmanager
def _own_reader() -> Iterator[None]:
    """Has htmldate read dates by our own rules: dateparser takes two seconds to start, and guesses."""
    with _ONE_READER:
        before = extractors.get_external_parser
        extractors.get_external_parser = _Reader  # type: ignore[assignment]
        try:
            yield
        finally:
            extractors.get_external_parser = before


def guess_day(tree: HtmlElement, url: str, fetched_at: datetime) -> Claim | None:
    """The day that the page's markup and text point to. The tree is left as it is."""
    with _own_reader():
        day = find_date(
            tree, extensive_search=True, original_date=True, url=url or None, max_date=fetched_at.replace(tzinfo=None)
        )
    return Claim("published", day, "text", "htmldate") if day and not day.endswith(_YEAR_ONLY) else None


_SCRIPTS = (
    ("ar fa ur ps ckb ug sd", "\u0600-\u06ff"),
    ("he yi", "\u0590-\u05ff"),
    ("ru uk bg sr mk be kk ky mn tg", "\u0400-\u04ff"),
    ("el", "\u0370-\u03ff"),
    ("zh ja", "\u3040-\u30ff\u3400-\u9fff"),
    ("ko", "\uac00-\ud7af"),
    (
        "hi mr ne bn ta te kn ml gu pa si th lo km my ka hy am",
        "\u0530-\u058f\u0900-\u109f\u10a0-\u10ff\u1200-\u137f\u1780-\u17ff",
    ),
)
_LETTERS = re.compile(r"[^\W\d_]")
_OWN_LETTERS = {code: re.compile(f"[{letters}]") for codes, letters in _SCRIPTS for code in codes.split()}
_SEVERAL_SCRIPTS = {"sr", "kk", "mn", "uz", "az", "pa", "ku"}
_SCRIPT_NAMED = re.compile(r"[a-z]+-[A-Z][a-z]{3}")
_LATIN = re.compile("[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]")


# The words that every text of a language is full of: a fifth of it and more.
_SMALL_WORDS = {
    "en": "the of and to in a is that for it on was with as at by he his be this have are from not they but has had or",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an er hat dass sie",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se il sont avec ce aux",
    "es": "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este es ha",
    "it": "di e il la che in a per un del è della una i con non si da al sono le dei nel come più ha alla gli anche",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas foi ao das à é ou",
    "nl": "de van het een en in is dat op te zijn voor met die niet aan er om ook als dan maar bij uit door naar",
    "da": "og i at det er en til af på de med den for som ikke der et har fra var om men han",
    "sv": "och i att det som en på är av för med till den har inte om ett men var från de så",
    "nb": "og i det på som er en til å han av for med at var de ikke den har om et fra men",
    "pl": "w i na z się do nie to że jest o jak po za od przez ale dla są tym co oraz",
}
_SMALL = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_A_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS = 40
_CLEAR, _CLEARLY = 0.15, 1.6  # a language's share that no second one comes near: 1,086 of 1,133 real texts, none wrong
_LEAST_SMALL = 0.08  # of real texts none has less than .11, of texts in another language none more than .04


def guess_language(text: str) -> str:
    """ISO 639-1 of a text, "" if it is too short to tell.

    By its small words where they leave no doubt: py3langid takes half a second to load, and 2 ms a text.
    """
    sample = text[:_SAMPLE]
    return (_by_small_words(sample) or str(classify(sample)[0])) if len(text) >= _ENOUGH else ""


def _by_small_words(sample: str) -> str:
    words = _A_WORD.findall(sample.lower())
    if len(words) < _FEWEST_WORDS:
        return ""
    shares = ((sum(word in small for word in words) / len(words), code) for code, small in _SMALL.items())
    (most, language), (second, _) = sorted(shares, reverse=True)[:2]
    return language if most >= _CLEAR and most >= _CLEARLY * second else ""


def could_be_written_in(language: str, text: str) -> bool:
    """False if a text has not the language's script or hardly any of its small words: the language of a template."""
    return _has_script_of(language, text[:_SAMPLE]) and _has_small_words_of(language, text[:_SAMPLE])


def _has_small_words_of(language: str, sample: str) -> bool:
    code = language.split("-")[0]
    small = _SMALL.get("nb" if code == "no" else code)
    words = _A_WORD.findall(sample.lower()) if small else []
    return not small or len(words) < _FEWEST_WORDS or sum(word in small for word in words) >= _LEAST_SMALL * len(words)


def _has_script_of(language: str, sample: str) -> bool:
    if sample.isascii() and language.split("-")[0] not in _OWN_LETTERS:
        return True
    letters = len(_LETTERS.findall(sample))
    own = len(_OWN_LETTERS.get(language.split("-")[0], _LATIN).findall(sample))
    mixed = language.split("-")[0] in _SEVERAL_SCRIPTS or _SCRIPT_NAMED.match(language) is not None
    return letters < _ENOUGH or mixed or own * 5 >= letters
