"""Pages larger or deeper than newspapers make them: read in a way whose cost grows with the page and no faster.

Whatever compares blocks with one another takes minutes on these, and a page that takes too long says nothing at all.
"""

from lxml.etree import XPath
from lxml.html import HtmlElement

from archive.text import clean

_MOST_ELEMENTS = 40_000
_MOST_TEXT = 2_000_000  # characters
_DEEPEST = 400  # elements in one another

_ELEMENTS = XPath("count(//*)")
_DEEP = XPath(f"boolean({'/*' * _DEEPEST})")


def beyond(tree: HtmlElement, visible: int) -> str:
    """Why a page must be read plainly, which shows so many characters; "" if it need not."""
    elements = _ELEMENTS(tree)
    if isinstance(elements, float) and elements > _MOST_ELEMENTS:
        return f"more than {_MOST_ELEMENTS:,} elements: read plainly"
    if visible > _MOST_TEXT:
        return f"more than {_MOST_TEXT:,} characters: read plainly"
    return f"more than {_DEEPEST} elements in one another: read plainly" if _DEEP(tree) else ""


def plain_text(tree: HtmlElement) -> str:
    """All paragraphs that the page marks as such, in their order, none chosen and none left out."""
    texts = (clean(" ".join("".join(paragraph.itertext()).split())) for paragraph in tree.iter("p"))
    return "\n\n".join(text for text in texts if text)
