"""The days that a page shows its readers by the headline: "Published 3 March 2026", "12. Februar 2026, 14:03 Uhr"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml.html import HtmlElement

from archive.dates import parse_date, plain_letters
from archive.extraction.page.surroundings import following, preceding, texts
from archive.text import words_in

_YEAR = re.compile(r"(?<!\d)(?:(?:19|20|25)\d{2}|[٠-٩۰-۹०-९০-৯]{4})(?!\d)")  # 25..: Thailand's
_LONGEST = 110  # characters of a text that is a date with what belongs to it
_NUMBERS = re.compile(r"\d+\w{0,2}|[^\w\s]+")
_BAR = re.compile(r"[|/·•–—]|\d{4}")
_MOST_WORDS = 7  # beside the numbers: of a month, a weekday, "published on", a name
_LONGEST_LABEL = 40
_MOST = 4  # dates
_PROSE = 90  # characters from which a text is a paragraph of the story
_PARAGRAPHS = 2  # a date after so many of them is in the story or below it
_TEASER = {"a", "li", "article"}
_CARD = 800  # characters: a card of another story has no more
_LINKED = 25  # characters of a link that is a headline
_CHANGED = re.compile(
    r"updat|actuali[sz]|a[ck]tuali|mise? a jour|\bmaj\b|modif|revis|geandert|anderung|\bstand:|bijgewerkt|gewijzigd"
    r"|oppdater|opdater|uppdater|andrad|paivite|aggiorna|atualiza|zmenen|guncel|diperbarui|cap nhat|обнов|измен|оновлен"
    r"|更新|修正|수정|업데이트|अपडेट|تحديث|עודכן"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """A date as it is shown or given in a <time>, where it stands, and whether it is said to be that of a change."""

    value: str
    where: Literal["time", "dateline"]
    place: str
    changed: bool


def find_datelines(headline: HtmlElement) -> list[Dateline]:
    """The dates shown after the headline, before the story has begun; if there are none, those just before it."""
    own = {headline, *headline.iterancestors()}
    after = list(_dates(following(headline), own, "after headline"))
    return after[:_MOST] or list(_dates(preceding(headline), own, "before headline"))[:_MOST]


def _dates(elements: Iterator[HtmlElement], own: set[HtmlElement], place: str) -> Iterator[Dateline]:
    paragraphs, label = set[str](), ""
    for element in elements:
        for text in texts(element):
            if len(text) >= _PROSE:
                paragraphs.add(text)
                if len(paragraphs) >= _PARAGRAPHS:
                    return
            elif _is_dateline(text) and not _of_teaser(element, own):
                yield Dateline(text, "dateline", place, _is_change(element, f"{label} {text}"))
            label = text if len(text) < _LONGEST_LABEL and not _YEAR.search(text) else ""
        given = element.get("datetime") if element.tag == "time" else None
        if given and not _of_teaser(element, own):
            yield Dateline(given, "time", place, _is_change(element, f"{label} {(element.text or '')[:_LONGEST]}"))


def _is_change(element: HtmlElement, text: str) -> bool:
    """Whether the first date of a text is said to be that of a change, by a word before it or shortly after."""
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
    if "publi" in names:
        return False
    plain = plain_letters(text)
    year = _YEAR.search(plain)
    said_of = plain[: year.start()] + _BAR.split(plain[year.end() :])[0] if year else plain
    return "updated" in names or "modified" in names or _CHANGED.search(said_of) is not None


def _is_dateline(text: str) -> bool:
    """Whether a text is a date and little else."""
    if len(text) > _LONGEST or not _YEAR.search(text) or parse_date(text).precision in ("month", "none"):
        return False
    return words_in(_NUMBERS.sub(" ", text)) <= _MOST_WORDS


def _of_teaser(element: HtmlElement, own: set[HtmlElement]) -> bool:
    """Whether the date stands in a list's item or card together with the headline of another story."""
    for around in (element, *element.iterancestors()):
        if around in own:
            return False
        if around.tag in _TEASER:
            if len(around.text_content()) > _CARD:
                return False
            links = (a.text_content().strip() for a in around.iter("a"))
            return any(len(text) >= _LINKED and not _YEAR.search(text) for text in links)
    return False
