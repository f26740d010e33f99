"""Where in our tree the lines of a story came from.

trafilatura works on copies, renames tags, merges and splits; what survives is the text, mostly in its order. So all
text of the page is laid out once without white space, and every line is looked up in it, after the line before.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from archive.extraction.page.units import INLINE
from archive.extraction.story.blocks import Block
from archive.text import clean

_ANCHOR = 40  # characters without white space from which a line can hardly stand in two places by chance
_PIECE = 60  # of a line that was put together from several places: how much of its beginning or end is looked up
_TRIES = 8  # places of a short line that are looked at for one that begins and ends where a piece of text does
INSIDE = INLINE | {"br", "wbr", "q", "cite", "code", "time", "s", "del", "ins", "kbd", "samp", "var", "label"}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """All text of a tree without white space; where every piece of it starts and stands (an element, or after it)."""

    text: str
    starts: list[int]
    holders: list[tuple[str, HtmlElement]]  # "start" or "end", as iterwalk says

    def piece(self, place: int) -> int:
        """The number of the piece that stands at a place."""
        return bisect_right(self.starts, place) - 1

    def holder(self, place: int) -> HtmlElement:
        """The element whose own text stands at a place."""
        side, element = self.holders[self.piece(place)]
        parent = element.getparent() if side == "end" else None
        return element if parent is None else parent

    def is_edge(self, place: int) -> bool:
        """Whether a piece starts here, or the text ends."""
        return place == len(self.text) or self.starts[self.piece(place)] == place


@dataclass(frozen=True, slots=True)
class Traced:
    """The lines of a story with their elements, where each stands in the page's text (None: nowhere), and that text."""

    blocks: list[Block]
    spans: list[Span | None]
    layout: Layout


def trace(blocks: list[Block], tree: HtmlElement) -> Traced:
    """The blocks with the smallest block element of the tree around each; None where the tree has no such text.

    Blocks share an element that breaks its lines without elements of their own. They come in the order of the page.
    """
    layout = lay_out(tree)
    blocks = _in_page_order(blocks, layout)
    spans = _spans(layout, [_key(block) for block in blocks])
    elements = (_around(layout, *span) if span else None for span in spans)
    return Traced([replace(b, element=e) for b, e in zip(blocks, elements, strict=True)], spans, layout)


def _key(block: Block) -> str:
    return squeezed(block.text.replace("|", "") if block.kind == "row" else block.text)


def _in_page_order(blocks: list[Block], layout: Layout) -> list[Block]:
    """The blocks as they stand on the page: of several containers, trafilatura may give a later one first."""
    cursor, astray = 0, False
    places: list[int] = []
    for key in map(_key, blocks):
        span = None if len(key) >= _ANCHOR else _find_short(layout, key, 0, len(layout.text))
        place = layout.text.find(key) if len(key) >= _ANCHOR else span[0] if span else -1
        if len(key) >= _ANCHOR and place >= 0:
            later = layout.text.find(key, cursor)
            astray = astray or later < 0
            cursor = max(cursor, later + len(key))
        places.append(place if place >= 0 else places[-1] if places else -1)
    if not astray:
        return blocks
    return [block for _, block in sorted(zip(places, blocks, strict=True), key=lambda placed: placed[0])]


def squeezed(text: str) -> str:
    """A text without white space, else as blocks have it."""
    return "".join((text if text.isascii() else clean(text)).split())


def lay_out(tree: HtmlElement) -> Layout:
    """The text of a page's body, scripts aside."""
    pieces: list[str] = []
    holders: list[tuple[str, HtmlElement]] = []
    body = tree.find(".//body")
    for side, element in iterwalk(tree if body is None else body, events=("start", "end")):
        text = element.tail if side == "end" else element.text if element.tag != "script" else None
        if text and not text.isspace() and (piece := squeezed(text)):
            pieces.append(piece)
            holders.append((side, element))
    return Layout("".join(pieces), [0, *accumulate(map(len, pieces))][: len(pieces)], holders)


def _spans(layout: Layout, keys: list[str]) -> list[Span | None]:
    """Where every line starts and ends: the long ones first, then the short ones between them."""
    text, cursor = layout.text, 0
    found: list[Span | None] = [None] * len(keys)
    for i, key in enumerate(keys):
        if len(key) >= _ANCHOR and (span := _find_long(text, key, cursor)):
            found[i], cursor = span, max(cursor, span[1])
    anchors = [i for i, span in enumerate(found) if span]
    if len(anchors) > 1:
        found[anchors[0]] = _last_before(text, keys[anchors[0]], found[anchors[1]]) or found[anchors[0]]
    first = anchors[0] if anchors else 0
    for i in range(first - 1, -1, -1):
        found[i] = _last_before(text, keys[i], next(filter(None, found[i + 1 :]), None))
    after = 0
    for i in range(first, len(keys)):
        if not (span := found[i]) and keys[i]:
            before = next((later[0] for later in found[i + 1 :] if later and later[0] >= after), len(text))
            span = found[i] = _find_short(layout, keys[i], after, before)
        after = span[1] if span else after
    return found


def _find_long(text: str, key: str, cursor: int) -> Span | None:
    """A line after the cursor, else anywhere; of a line that was put together, its beginning or its end."""
    for piece in dict.fromkeys((key, key[:_PIECE], key[-_PIECE:])):
        for start in (cursor, 0):
            if (place := text.find(piece, start)) >= 0:
                return place, place + len(piece)
    return None


def _last_before(text: str, key: str, after: Span | None) -> Span | None:
    place = text.rfind(key, 0, after[0]) if after and key else -1
    return (place, place + len(key)) if place >= 0 else None


def _find_short(layout: Layout, key: str, after: int, before: int) -> Span | None:
    """The first place in a gap, if possible one where pieces of text start and end."""
    places: list[int] = []
    place = layout.text.find(key, after, before)
    while place >= 0 and len(places) < _TRIES:
        if layout.is_edge(place) and layout.is_edge(place + len(key)):
            return place, place + len(key)
        places.append(place)
        place = layout.text.find(key, place + 1, before)
    return (places[0], places[0] + len(key)) if places else None


def _around(layout: Layout, start: int, end: int) -> HtmlElement:
    """The smallest block element around a stretch of text."""
    last = layout.holder(end - 1)
    holding = {last, *last.iterancestors()}
    element = layout.holder(start)
    while element not in holding:
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return block_around(element)


def block_around(element: HtmlElement) -> HtmlElement:
    """An element that is no part of a line, or the first one around it that is none."""
    while element.tag in INSIDE:
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return element
