"""Lists of stories on a page, as cards: linked headlines with perhaps a sentence or two. Reports one after another."""

import re
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from archive.text import clean
from archive.urls import host_of, site_of

_HEADINGS = ("h2", "h3", "h4", "h5")
_MOST = 150  # headings that are looked at
_UP = 5  # elements from a headline up to the card that it is the headline of
_TEASER = 700  # characters: with more under it, a headline is a story's and no card's
_LONGEST = 20_000  # characters of the text of cards that is kept
_PIECE = 25  # characters from which a piece of text is a sentence
CLOCK = re.compile(
    r"\s*(?:\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?|uhr|h)?|\d{1,2}\s*[ap]\.?m\.?)\b.{0,12}\s*", re.I
)


@dataclass(frozen=True, slots=True)
class Cards:
    """`count`: cards of one page; `text`: all that they say."""

    count: int = 0
    text: str = ""


def find_cards(tree: HtmlElement, url: str) -> Cards:
    """The cards of a page at this address."""
    texts: list[str] = []
    for heading in islice(tree.iter(*_HEADINGS), _MOST):
        if _leads_on(heading, url) and len(text := _text_of(_card(heading))) <= _TEASER:
            texts.append(text)
    return Cards(len(texts), "\n".join(texts)[:_LONGEST])


def _leads_on(heading: HtmlElement, url: str) -> bool:
    """Whether a headline is a link to another page of the site."""
    link = next(heading.iter("a"), None)
    if link is None:
        link = next((a for a in _ancestors(heading, 3) if a.tag == "a"), None)
    href = (link.get("href") or "").strip() if link is not None else ""
    if not href or href.startswith(("#", "javascript:", "mailto:")):
        return False
    path = href.partition("#")[0]
    if not path or path == url.partition("#")[0]:
        return False
    host = host_of(href) if "//" in href[:8] else ""
    return not host or not url or site_of(host) == site_of(host_of(url))


def _ancestors(element: HtmlElement, most: int) -> list[HtmlElement]:
    found: list[HtmlElement] = []
    for ancestor in element.iterancestors():
        if len(found) == most or ancestor.tag in ("body", "html"):
            break
        found.append(ancestor)
    return found


def _card(heading: HtmlElement) -> list[HtmlElement]:
    """The elements that belong to a headline: the outermost one without another headline, else what follows it."""
    card = heading
    for ancestor in _ancestors(heading, _UP):
        if sum(1 for _ in zip(range(2), ancestor.iter("h1", *_HEADINGS), strict=False)) > 1:
            break
        card = ancestor
    if card is not heading and card.tag != "a":
        return [card]
    following = [card]
    for sibling in card.itersiblings():
        if sibling.tag in (*_HEADINGS, "h1") or next(sibling.iter(*_HEADINGS), None) is not None:
            break
        following.append(sibling)
    return following


def _text_of(elements: list[HtmlElement]) -> str:
    return clean(" ".join(" ".join(element.itertext()) for element in elements)).replace("\n", " ")


def count_entries(tree: HtmlElement) -> int:
    """How many blocks of one kind stand under one another that have a clock at their head, and prose without a link."""
    counts: dict[tuple[HtmlElement | None, str, str | None], int] = {}
    seen: set[HtmlElement] = set()
    for clock in _clocks(tree):
        for block in _ancestors(clock, _UP - 1):
            parent = block.getparent()
            if block in seen or parent is None:
                break
            if sum(1 for _ in islice(parent.iterchildren(block.tag), 3)) < 3:
                continue
            seen.add(block)
            if _is_report(block):
                key = (parent, str(block.tag), block.get("class"))
                counts[key] = counts.get(key, 0) + 1
            break
    return max(counts.values(), default=0)


def _clocks(tree: HtmlElement) -> list[HtmlElement]:
    return [
        element
        for element in tree.iter("time", "span", "strong", "b")
        if (text := element.text) and len(text) < 40 and text.lstrip()[:1].isdigit() and CLOCK.fullmatch(text)
    ][:200]


def _is_report(block: HtmlElement) -> bool:
    pieces = [text for text in block.itertext() if len(text.strip()) >= _PIECE]
    prose = sum(len(text) for text in pieces)
    linked = sum(len("".join(link.itertext())) for link in block.iter("a"))
    return prose >= 2 * _PIECE and 2 * linked < prose
