"""Last resorts for pages that declare nothing: the day, and the language. A guess is never an instant."""

import re
from datetime import datetime

from htmldate import find_date
from lxml.html import HtmlElement
from py3langid import classify

from archive.models import Claim

_ENOUGH = 60  # characters of text that a language can be told from
_SAMPLE = 2000
_YEAR_ONLY = "-01-01"  # what htmldate makes of a bare year


def guess_day(tree: HtmlElement, url: str, fetched_at: datetime) -> Claim | None:
    """The day that the page's markup and text point to. The tree is left as it is."""
    day = find_date(
        tree, extensive_search=True, original_date=True, url=url or None, max_date=fetched_at.replace(tzinfo=None)
    )
    return Claim("published", day, "text", "htmldate") if day and not day.endswith(_YEAR_ONLY) else None


def guess_language(text: str) -> str:
    """ISO 639-1 of a text, "" if it is too short to tell."""
    return str(classify(text[:_SAMPLE])[0]) if len(text) >= _ENOUGH else ""


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


def could_be_written_in(language: str, text: str) -> bool:
    """False if hardly a letter of the text is of the language's script: a template's language, not the story's."""
    sample = text[:_SAMPLE]
    letters = len(_LETTERS.findall(sample))
    own = len(_OWN_LETTERS.get(language.split("-")[0], _LATIN).findall(sample))
    mixed = ("-" in language and len(language.split("-")[1]) == 4) or language[:2] in (
        "sr",
        "kk",
        "mn",
        "uz",
        "az",
        "pa",
    )
    return letters < _ENOUGH or mixed or own * 5 >= letters
