"""Where a page shows who wrote it."""

from collections.abc import Iterator

from lxml.etree import XPath
from lxml.html import HtmlElement

from archive.extraction.parsing import elements

_BYLINES = XPath(
    "//body//*[contains(@class, 'yline') or contains(@class, 'uthor') or contains(@rel, 'author')"
    " or contains(@data-testid, 'yline') or contains(@data-testid, 'uthor')"
    " or (self::a and (contains(@href, '/author') or contains(@href, '/autor') or contains(@href, '/people/')"
    " or contains(@href, '/profile/') or contains(@href, '/journalist') or contains(@href, '/redakt')))]"
)
_NO_BYLINES = {"article", "main", "input", "link", "script"}
_AROUND_OTHERS = {"form", "aside", "footer", "nav"}
_LONGEST = 120  # characters
_MOST_ELEMENTS = 40
_MOST_BYLINES = 4


def find_bylines(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """(place, text) of the first bylines: of each its innermost parts ("byline 1 part"), and then the whole."""
    found = [e for e in elements(_BYLINES, tree)[: 3 * _MOST_ELEMENTS] if _can_be_byline(e)][:_MOST_ELEMENTS]
    number, seen = 0, set[HtmlElement]()
    for byline in found:
        whole = _spaced(byline)
        if byline in seen or not 0 < len(whole) <= _LONGEST or number >= _MOST_BYLINES:
            continue
        number += 1
        inside = [e for e in found if e is not byline and byline in e.iterancestors()]
        outer = {parent for e in inside for parent in e.iterancestors()}
        seen.update(inside)
        yield from ((f"byline {number} part", text) for e in inside if e not in outer and (text := _spaced(e)))
        yield f"byline {number}", whole


def _can_be_byline(element: HtmlElement) -> bool:
    """Not that of a comment, and not in a part of the page that is about other stories or the reader."""
    return element.tag not in _NO_BYLINES and not any(
        around.tag in _AROUND_OTHERS or "omment" in (around.get("class") or "") or "omment" in (around.get("id") or "")
        for around in element.iterancestors()
    )


def _spaced(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())
