"""Bylines to names of people: "By Ann Lee and Bob Ray, Staff Writers | The Daily" is Ann Lee and Bob Ray."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from archive.dates import plain_letters
from archive.text import normalise

_LEAD = re.compile(
    r"^(?:\W*(?:(?:(?:this (?:post|article|story) was )?written|story|reported|reporting|words|text|posted|published"
    r"|analysis|opinion|review|interview|commentary) by|by line|byline|by|von|par|por|di|da|door|av|af|przez|text|texte"
    r"|texto|testo|foto|autor(?:in|es|s)?|author(?:s)?|auteur|autore|автор|текст|γράφει (?:ο|η)|yazan|haber|skrevet av"
    r"|skrivet av|skriven av|skrevet af|(?:eingestellt|veröffentlicht|geschrieben|verfasst|gepostet|erstellt) von"
    r"|(?:eine?|der|die) (?:analyse|artikel|beitrag|kommentar|kolumne|interview|bericht|gastbeitrag|essay) von"
    r"|(?:écrit|publié|rédigé) par|(?:publicado|escrito) por|scritto da|a cura di|geschreven door|napisane przez"
    r"|文|記者|记者|本报记者|作者|撰文|기자|글|बाय|द्वारा|लेखक|بقلم|كتبت?|מאת)(?!\w)\s*[:：/]?\s*)+",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:[,;|/•·&＆、，ㆍ\n\t]|\s[-–—]\s"
    r"|\b(?:and|und|et|y|e|en|og|och|ja|i|и|та|with|mit|avec|con)\b(?=\s+[^\W\da-zа-я]))\s*"
)
_CONTACT = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+|(?<!\w)@\w+")
_BRACKETS = re.compile(r"\s*[(\[<（【][^)\]>）】]*[)\]>）】]?")
_AFTER_NAME = re.compile(
    r"\s+(?:for|in|at|für|pour|para|of|from)\s+.*$|\s*(?:updated|published|posted|last modified)\b.*$", re.IGNORECASE
)
# Roles that stand after a name, or before it, without a space or with one.
_ROLE = re.compile(
    r"\s*(?:(?:선임|인턴|수습)?기자|특파원|논설위원|記者|记者|特派員|編集委員|論説委員|通讯员|특별취재팀)$|^(?:記者|记者|通讯员)\s+"
)
_NO_PERSON = re.compile(
    r"\b(?:admin|administrator|redaktion|redazione|redacción|redaccion|rédaction|redactie|redakcja|redakce|redaksi(?:yon)?"
    r"|redaction|editors?|editorial|newsroom|news ?desk|staff|team|desk|reporters?|correspondents?|writers?"
    r"|contributors?|editor-in-chief|journalists?|producers?|columnists?|chief|senior|deputy|associate|bureau|agency"
    r"|agencies|agencia|wires?|services?|press|online|magazine|zeitung|news|media|tv|radio|gmbh|inc|ltd|author|byline"
    r"|share|follow|comments?|photos?|video|illustration|twitter|facebook|mon|tue|wed|thu|fri|sat|sun|last|see|more|minutes?|ago"
    r"|today|published|updated|advertisement|subscribe|sign in|contact|view all|posts?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d\w*|\d\S*)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:e\.\s?v|gmbh|ag|inc|ltd|llc|plc|press|presse|news|times|post|media|magazine?|verlag|stiftung|foundation"
    r"|institute?|university|universität|ministr\w+|agency|agencia|agence|agentur\w*|ajansı|agenzia|агентство|redaktion"
    r"|desk|staff|team|editors?|association|verband|landesanstalt|newsroom|online|tv|radio|service|company|group|network"
    r"|society|\w+\.(?:com|de|org|net))\b|通信社?$|新聞$|日报$|통신$|뉴스$|新华社|新華社",
    re.IGNORECASE,
)
_NOISE = re.compile(  # in what a page shows: of links, labels and jobs
    r"\b(?:about|images?|getty|click|here|read|more|all|show|zeige|alle|artikel|articles?|über|mehr|follow|account|profile?"
    r"|bluesky|mastodon|linkedin|instagram|founder|manager|director|head|specialist|expert|microsoft|marketing|community"
    r"|development|theatre|university|college|school|sponsored|licensed|infografik|opinion|analysis|chair|on|source|quelle)\b",
    re.IGNORECASE,
)
_PARTICLES = {
    *(
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "der",
        "den",
        "du",
        "la",
        "le",
        "van",
        "von",
        "vom",
        "zu",
        "zur",
    ),
    *("y", "e", "i", "af", "av", "ten", "ter", "bin", "ibn", "al", "el", "und", "and"),
}
_NOT_IN_A_NAME = re.compile(r"\d{4}|\d:\d\d|\d\s*min\b|[{}<>=]|\.(?:author|name)\b")
_LONGEST_NAME = 60  # characters
_LONGEST_PERSON, _LONGEST_SHOWN = 5, 4  # words
_NOBODY = {
    *("admin", "administrator", "redaktion", "die redaktion", "redazione", "redaccion", "redacción", "rédaction"),
    *("la rédaction", "redactie", "redakcja", "staff", "editor", "editors", "author", "name", "unknown", "anonymous"),
    *("none", "null", "undefined", "편집국", "編集部", "编辑部", "редакция", "редакція"),
}


def clean_names(bylines: Iterable[str], others: set[str], *, declared: bool = False) -> tuple[str, ...]:
    """Those whom bylines name, each once, in order; `others` are normalised names that are left out.

    What a page declares as its author may be a newsroom or an agency; what it only shows must look like a person.
    """
    names: dict[str, str] = {}
    for byline in bylines:
        text = _LEAD.sub("", _BRACKETS.sub("", _CONTACT.sub(" ", byline)).strip())
        for piece in _SPLIT.split(text):
            name = _without_rest(_LEAD.sub("", piece)).strip(" .,:;|-–—*\"'")
            name = _without_initials(_ROLE.sub("", name if declared else _person(name)).strip())
            key = letters_of(name)
            if _is_name(name, others) and (key not in names or (" " in name and " " not in names[key])):
                names[key] = name
    return tuple(names.values())


@lru_cache(maxsize=1024)  # of each place that names somebody with each other one
def letters_of(name: str) -> str:
    """A name for comparison: letters without case and accents, but with the vowel signs of Indian scripts."""
    return "".join(c for c in plain_letters(name) if c.isalpha() or unicodedata.category(c) in ("Mc", "Mn"))


def looks_like_person(name: str, *, shown: bool = False) -> bool:
    """Whether it has the shape of a person's name: two to five words, first and last capitalised; or no case at all.

    What a page shows, and does not declare, must have no other words than names and what stands between them.
    """
    words = name.split()
    if _ORGANISATION.search(name) or len(words) > (_LONGEST_SHOWN if shown else _LONGEST_PERSON):
        return False
    if not any(c.isupper() or c.islower() for c in name):
        return True
    if shown and (_NOISE.search(name) or not all(w[:1].isupper() or w in _PARTICLES for w in words)):
        return False
    return len(words) > 1 and all(w[:1].isupper() or not w[:1].isalpha() for w in (words[0], words[-1]))


def looks_like_nickname(name: str) -> bool:
    """Whether what a page shows may be how somebody signs: one word, or capitalised ones; no label of a link."""
    words = name.split()
    if _NOISE.search(name) or "admin" in name.casefold():
        return False
    return len(words) == 1 or all(not w[:1].islower() or w in _PARTICLES for w in words)


def _without_rest(text: str) -> str:
    """Without "for The Daily" and "of Elm" after a name; "Human in the Loop" has none before them."""
    name = _AFTER_NAME.sub("", text)
    return name if " " in name.strip() or " " not in text.strip() else text


def _person(text: str) -> str:
    """What stands before a role, a number or a date, if that may be a name ("The Associated" is none); "" else."""
    found = _NO_PERSON.search(text)
    if not found:
        return text
    before = text[: found.start()].strip(" .,:;|-–—*")
    return before if len(before.split()) > 1 and not before.startswith(("The ", "THE ")) else ""


def _without_initials(name: str) -> str:
    """Without initials that stand for a picture: "AM Ann Moor" is Ann Moor."""
    first, _, rest = name.partition(" ")
    words = rest.split()
    return rest if len(words) > 1 and first == words[0][0] + words[-1][0] else name


def _is_name(text: str, others: set[str]) -> bool:
    plain = normalise(text)
    if not 2 <= len(text) <= _LONGEST_NAME or plain in others or plain in _NOBODY:
        return False
    return len(text.split()) <= 6 and any(c.isalpha() for c in text) and not _NOT_IN_A_NAME.search(text)
