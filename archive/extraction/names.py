"""Bylines to names of people: "By Ann Lee and Bob Ray, Staff Writers | The Daily" is Ann Lee and Bob Ray."""

import re
from collections.abc import Iterable

from archive.text import normalise

_LEAD = re.compile(
    r"^(?:\W*(?:(?:written|story|reported|reporting|words|text|posted|published|analysis|opinion|review) by|by line"
    r"|byline|by|von|par|por|di|da|door|av|af|przez|автор|text|texte|texto|testo|foto|autor(?:in|es|s)?|author(?:s)?|auteur"
    r"|skrevet av|skrivet av|geschrieben von|ein artikel von|ein beitrag von|publié par|publicado por|a cura di"
    r"|文|記者|記者：|作者)\b\s*[:：]?\s*)+",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:[,;|/•·&＆、，\n\t]|\s[-–—]\s|\b(?:and|und|et|y|e|en|og|och|ja|i|и|та|with|mit|avec|con)\b(?=\s+[^\W\da-zа-я]))\s*"
)
_CONTACT = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+|(?<!\w)@\w+")
_BRACKETS = re.compile(r"\s*[(\[<][^)\]>]*[)\]>]?")
_AFTER_NAME = re.compile(
    r"\s+(?:for|in|at|für|pour|para|of|from)\s+.*$|\s*(?:updated|published|posted|last modified)\b.*$", re.IGNORECASE
)
_NO_PERSON = re.compile(
    r"\b(?:admin|administrator|redaktion|redazione|redacción|redaccion|rédaction|redactie|redakcja|redakce|redaksi(?:yon)?"
    r"|redaction|editors?|editorial|newsroom|news ?desk|staff|team|desk|reporters?|correspondents?|writers?"
    r"|contributors?|editor-in-chief|journalists?|producers?|columnists?|chief|senior|deputy|associate|bureau|agency|agencies|agencia"
    r"|wires?|services?|press|online|magazine|zeitung|news|media|tv|radio|gmbh|inc|ltd|author|byline|share|follow"
    r"|comments?|photos?|video|illustration|twitter|facebook|mon|tue|wed|thu|fri|last|see|more|minutes?|ago|today"
    r"|published|updated|advertisement|subscribe|sign in|contact|view all|posts?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d\w*|\d\S*)\b",
    re.IGNORECASE,
)
_NOT_IN_A_NAME = re.compile(r"\d{4}|\d:\d\d|\d\s*min\b|[{}<>=]|\.(?:author|name)\b")
_LONGEST_NAME = 60


_NOBODY = {
    "admin",
    "administrator",
    "redaktion",
    "die redaktion",
    "redazione",
    "redaccion",
    "redacción",
    "rédaction",
    "la rédaction",
}
_NOBODY |= {
    "redactie",
    "redakcja",
    "staff",
    "editor",
    "editors",
    "author",
    "name",
    "unknown",
    "anonymous",
    "none",
    "null",
    "undefined",
}


def clean_names(bylines: Iterable[str], others: set[str], *, declared: bool = False) -> tuple[str, ...]:
    """Those whom bylines name, each once, in order; `others` are normalised names that are left out.

    What a page declares as its author may be a newsroom or an agency; what it only shows must look like a person.
    """
    names: dict[str, str] = {}
    for byline in bylines:
        text = _LEAD.sub("", _BRACKETS.sub("", _CONTACT.sub(" ", byline)).strip())
        for piece in _SPLIT.split(text):
            name = _AFTER_NAME.sub("", _LEAD.sub("", piece)).strip(" .,:;|-–—*\"'")
            name = name if declared else _person(name)
            if _is_name(name, others):
                names.setdefault(normalise(name), name)
    return tuple(names.values())


def _person(text: str) -> str:
    """What stands before a role, a number or a date, if that is long enough to be a name; "" else."""
    found = _NO_PERSON.search(text)
    if not found:
        return text
    before = text[: found.start()].strip(" .,:;|-–—*")
    return before if len(before.split()) > 1 else ""


def _is_name(text: str, others: set[str]) -> bool:
    plain = normalise(text)
    if not 2 <= len(text) <= _LONGEST_NAME or plain in others or plain in _NOBODY:
        return False
    return len(text.split()) <= 6 and any(c.isalpha() for c in text) and not _NOT_IN_A_NAME.search(text)
