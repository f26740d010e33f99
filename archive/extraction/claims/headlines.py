"""Where a page shows its headline: an h1, or a heading that says what the head says; without a label in it."""

import re
from collections.abc import Iterable, Iterator

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from archive.extraction.claims.choices import readable
from archive.text import normalise

# These are words of the headline; a span, a div or a small beside others is a part of its own.
_IN_LINE = {"a", "abbr", "b", "bdi", "cite", "em", "font", "i", "mark", "q", "s", "strong", "sub", "sup", "u", "wbr"}
_BREAKS = {"br", "div", "h2", "h3", "p", "small"}
_LABEL = re.compile(
    r"kicker|overline|topline|toptitle|pre-?title|eyebrow|label|badge|roofline|dachzeile|spitzmarke|categor|rubri|small"
    r"|sub-?(?:head|title|line)|antetit|cintillo|occhiello|surtitre|vignette",
    re.IGNORECASE,
)
_MOST = 5
_MOST_OTHERS = 15
_SHORTEST, _LONGEST = 10, 1000  # characters of a heading that may stand for a title

WHOLE, AFTER_LABEL, AFTER_PART, BEFORE_PART = "", " after its label", " after its first part", " before its last part"


def find_headlines(tree: HtmlElement, titles: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(tag, part of it, text) of each h1, and of other headings that are one of these titles or a part of one."""
    for h1, _ in zip(tree.iter("h1"), range(_MOST), strict=False):
        yield from (("h1", part, text) for part, text in _readings(h1))
    wanted = {normalise(readable(title[:_LONGEST])) for title in titles} - {""}
    for heading, _ in zip(tree.iter("h2", "h3"), range(_MOST_OTHERS), strict=False):
        for part, text in _readings(heading):
            key = normalise(text)
            if len(key) >= _SHORTEST and any(key in title for title in wanted) and not _is_linked(heading):
                yield "h2", part, text


def _readings(heading: HtmlElement) -> Iterator[tuple[str, str]]:
    """(part, text): the whole, and the whole without the first or last part that stands apart in it."""
    yield WHOLE, spaced(heading)
    parts = [(element, text) for element, text in _parts(heading) if any(map(str.isalnum, text))]
    if len(parts) > 1:
        yield (AFTER_LABEL if _is_label(parts[0][0]) else AFTER_PART), " ".join(text for _, text in parts[1:])
        yield BEFORE_PART, " ".join(text for _, text in parts[:-1])


def spaced(element: HtmlElement) -> str:
    """The text of an element with a space where two parts of it meet, not inside of a word."""
    pieces = [element.text or ""]
    for event, inner in iterwalk(element, events=("start", "end")):
        if inner is element:
            continue
        text = (inner.text if event == "start" else inner.tail) or ""
        if inner.tag in _BREAKS or (inner.tag not in _IN_LINE and _meet(pieces[-1], text)):
            pieces.append(" ")
        if text:
            pieces.append(text)
    return " ".join("".join(pieces).split())


def _meet(before: str, after: str) -> bool:
    """Whether a word ends here and another begins: "of the weekPyramid"."""
    return before[-1:].islower() and after[:1].isupper()


def _parts(heading: HtmlElement) -> Iterator[tuple[HtmlElement | None, str]]:
    """What stands apart in a heading: (element, text); of running text the element is None."""
    while len(heading) == 1 and not (heading.text or "").strip() and not (heading[0].tail or "").strip():
        heading = heading[0]
    running = heading.text or ""
    for child in heading:
        if child.tag in _IN_LINE:
            running += spaced(child) + (child.tail or "")
            continue
        if running.strip():
            yield None, " ".join(running.split())
        if text := spaced(child):
            yield child, text
        running = child.tail or ""
    if running.strip():
        yield None, " ".join(running.split())


def _is_label(element: HtmlElement | None) -> bool:
    return element is not None and (element.tag == "small" or bool(_LABEL.search(element.get("class") or "")))


def _is_linked(heading: HtmlElement) -> bool:
    return next(heading.iter("a"), None) is not None or any(around.tag == "a" for around in heading.iterancestors())
