"""The story's headline, and what stands around it: the places of dates, pictures and names."""

from collections.abc import Iterator
from itertools import chain, islice

from lxml.html import HtmlElement

from archive.text import normalise

_AFTER, _BEFORE = 250, 40  # elements looked at on either side of the headline
_LEVELS = 6  # ancestors of the headline below which a date may stand before it
_ELSEWHERE = {"aside", "nav", "footer", "form", "script", "style", "noscript", "template", "svg", "select", "button"}
_ELSEWHERE |= {"iframe", "figure", "figcaption", "table"}


def headline_of(tree: HtmlElement, titles: list[str]) -> HtmlElement | None:
    """The heading that says the page's title, else the first h1 that says anything, else None."""
    wanted = [normalise(title) for title in titles if title]
    for level in ("h1", "h2"):
        first = None
        for heading in list(tree.iter(level))[:40]:
            text = normalise(heading.text_content()[:500])
            if len(text) > 15 and any(text in title or (len(title) > 15 and title in text) for title in wanted):
                return heading
            first = heading if first is None and text else first
        if first is not None and level == "h1":
            return first
    return None


def following(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The elements after the headline, in the page's order."""
    seen = (
        element
        for level in chain([headline], headline.iterancestors())
        if level.tag != "body"
        for sibling in level.itersiblings()
        for element in _inside(sibling)
    )
    return islice(seen, _AFTER)


def preceding(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The elements before the headline, the nearest first but each before its children."""
    seen = (
        element
        for level in islice(chain([headline], headline.iterancestors()), _LEVELS)
        for sibling in level.itersiblings(preceding=True)
        for element in _inside(sibling, backwards=True)
    )
    return islice(seen, _BEFORE)


def _inside(element: HtmlElement, *, backwards: bool = False) -> Iterator[HtmlElement]:
    """An element and those below it, but nothing below those that are about something else."""
    waiting = [element]
    while waiting:
        element = waiting.pop()
        yield element
        if not _is_elsewhere(element):
            waiting.extend(element if backwards else reversed(element))


def _is_elsewhere(element: HtmlElement) -> bool:
    if element.tag in _ELSEWHERE:
        return True
    return "omment" in (element.get("class") or "") or "omment" in (element.get("id") or "")


def texts(element: HtmlElement) -> list[str]:
    """What stands directly in an element, unless that is about something else, and after it."""
    texts = (None if _is_elsewhere(element) else element.text, element.tail)
    return [" ".join(text.split()) for text in texts if text and not text.isspace()]
