"""Boxes in a news story: other texts under headings of their own, deeper in the page than the story's paragraphs."""

from collections import Counter
from collections.abc import Iterable

from lxml.html import HtmlElement

from archive.extraction.story.blocks import Block
from archive.text import extent, words_in

_PROSE, _FEWEST = 80, 4  # extent of a paragraph; paragraphs from which a story has a level of its own
_LEVEL = 0.6  # of the prose: what the story's paragraphs on one level must be
_LONGEST, _SHARE = 250, 0.25  # words of a box; of the prose that may stand in boxes


def without_boxes(blocks: list[Block]) -> list[Block]:
    """Without boxes that begin with their only heading and have all their lines deeper than the story's paragraphs.

    A story that is itself made of such parts, or has no level of its own, is left as it is.
    """
    prose = [b for b in blocks if b.kind == "p" and extent(b.text) >= _PROSE and b.element is not None]
    size, level = sum(len(b.text) for b in prose), _level(prose)
    base = [b for b in prose if _depth(b) == level]
    if len(prose) < _FEWEST or sum(len(b.text) for b in base) < _LEVEL * size:
        return blocks
    parents = {parent for b in base if (parent := _parent(b)) is not None}
    around = _common(parents)
    boxes = _children(blocks, around) if around is not None else []
    found = {id(b) for box in boxes if _is_box(box, parents, level) for b in box}
    taken = sum(len(b.text) for b in blocks if id(b) in found)
    return [b for b in blocks if id(b) not in found] if taken <= _SHARE * size else blocks


def _level(prose: list[Block]) -> int:
    return max(Counter(_depth(b) for b in prose).items(), key=lambda counted: counted[1], default=(0, 0))[0]


def _depth(block: Block) -> int:
    """How deep in the page a line stands; a quotation is no deeper than the lines around it."""
    if block.element is None:
        return 0
    return sum(1 for above in block.element.iterancestors() if above.tag != "blockquote")


def _parent(block: Block) -> HtmlElement | None:
    return block.element.getparent() if block.element is not None else None


def _common(elements: Iterable[HtmlElement]) -> HtmlElement | None:
    """The smallest element that holds all."""
    chains = [[element, *element.iterancestors()] for element in elements]
    shared = set[HtmlElement]().union(*chains).intersection(*chains) if chains else set()
    return next((element for element in chains[0] if element in shared), None) if chains else None


def _children(blocks: list[Block], around: HtmlElement) -> list[list[Block]]:
    """The lines of each child of an element that is no line itself."""
    inside: dict[HtmlElement, list[Block]] = {}
    for block in blocks:
        element = block.element
        while element is not None and element.getparent() is not around:
            element = element.getparent()
        if element is not None and element is not block.element:
            inside.setdefault(element, []).append(block)
    return list(inside.values())


def _is_box(lines: list[Block], parents: set[HtmlElement], level: int) -> bool:
    if len(lines) < 2 or [b.kind == "head" for b in lines] != [True] + [False] * (len(lines) - 1):
        return False
    if sum(words_in(b.text) for b in lines) > _LONGEST or any(_parent(b) in parents for b in lines[1:]):
        return False
    return all(_depth(b) > level for b in lines[1:])
