"""Paragraphs of the story that trafilatura left out: told by the company they keep and by their signature.

It takes the first container that looks like a story's, so the rest of a story in several is lost; and what it takes for
an ornament between two paragraphs it drops. What is missing stands among the lines that were kept, or is marked up like
them: the same tag and class, in containers with the same tags and classes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from lxml.html import HtmlElement

from archive.extraction.page.units import HEADINGS, target_of, text_of
from archive.extraction.story.blocks import Block
from archive.extraction.story.lines import SENTENCE_OR_COLON
from archive.extraction.story.tracing import INSIDE, Traced, block_around, squeezed
from archive.text import clean, extent, words_in

_LONG = 80  # characters of a script with spaces from which a text counts as a paragraph whatever it looks like
_SENTENCE = 40  # characters from which a sentence counts as one
_LINKED = 0.5  # share of a line's text in links from which it leads away
_SEVERAL = 3  # headings that look alike
_CLOSE = 60  # characters without white space between a heading and its paragraph: a time, a name
_ASIDE = {
    *("aside", "figure", "figcaption", "footer", "nav", "header", "form", "table", "details", "button", "address"),
    *("noscript", "iframe", "object", "audio", "video"),
}
_SMALL = INSIDE | {"img", "picture", "source", "svg", "path", "iframe", "video", "audio", "noscript"}
_ADVERTISED = re.compile(r"advert|promo|sponsor|teaser|social|share", re.IGNORECASE)
_ADDRESSES = ("data-url", "data-href", "data-canonical", "data-canonical-url", "data-permalink", "itemid")
_NUMBERED = re.compile(r"[-_]*[^\W_]*\d[^\W_]*")  # "body-2", "css-1h3t9lj"

_Signature = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Story:
    """What was kept: its lines' elements, theirs, all around these; what they look like and say; where it is."""

    lines: set[HtmlElement]
    parents: set[HtmlElement]
    around: set[HtmlElement]
    signatures: set[_Signature]
    parts: set[tuple[str, str]]  # tags and classes of lines among them that say more than they do: what it is made of
    dress: str  # the classes of the paragraphs that most of its text stands in
    texts: set[str]
    text: str
    start: int
    prose: int  # where the first paragraph starts
    end: int
    covered: bytearray  # for every piece of the page's text whether a line has it


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that was not kept, and where it is."""

    start: int
    end: int
    element: HtmlElement
    text: str


def recovered(traced: Traced, url: str) -> list[Block]:
    """The lines of a story with those that belong among or after them, in the order of the page."""
    lines = {block.element for block in traced.blocks if block.element is not None}
    if len(lines) < 2:
        return traced.blocks
    story = _story_of(traced, lines)
    found = list(_missing(traced, replace(story, parts=_parts(traced, story)), url))
    return list(_merged(traced, found)) if found else traced.blocks


def _story_of(traced: Traced, lines: set[HtmlElement]) -> _Story:
    placed = [(block, span) for block, span in zip(traced.blocks, traced.spans, strict=True) if span]
    texts = [squeezed(block.text) for block in traced.blocks]
    paragraphs = [line for line in lines if line.tag in ("p", "div", "li")]
    covered = bytearray(len(traced.layout.starts))
    for _, span in placed:
        first, last = traced.layout.piece(span[0]), traced.layout.piece(span[1] - 1)
        covered[first : last + 1] = b"\1" * (last + 1 - first)
    return _Story(
        lines=lines,
        parents={parent for line in lines if (parent := line.getparent()) is not None},
        around={above for line in lines for above in line.iterancestors()},
        dress=_dress_of(traced.blocks),
        parts=set(),
        signatures={_signature(line, depth) for line in paragraphs for depth in (2, 3)},
        texts=set(texts),
        text="".join(texts),
        start=min(span[0] for _, span in placed),
        prose=min((span[0] for block, span in placed if block.kind == "p" and extent(block.text) >= _LONG), default=0),
        end=max(span[1] for _, span in placed),
        covered=covered,
    )


def _parts(traced: Traced, story: _Story) -> set[tuple[str, str]]:
    """Tag and classes of paragraphs between the kept ones that together say more than all of these."""
    if story.end - story.start < 2 * len(story.text):
        return set()
    sizes: Counter[tuple[str, str]] = Counter()
    for line in _lines_not_kept(traced, story):
        if story.start < line.start < story.end and _is_paragraph(line) and _linked(line) <= _LINKED:
            sizes[_dress(line.element)] += line.end - line.start
    return {dress for dress, size in sizes.items() if dress[1] and size > len(story.text)}


def _dress(element: HtmlElement) -> tuple[str, str]:
    return str(element.tag), element.get("class") or ""


def _is_paragraph(line: _Line) -> bool:
    size = extent(line.text)
    return size >= _LONG or (size >= _SENTENCE and SENTENCE_OR_COLON.search(line.text) is not None)


def _dress_of(blocks: list[Block]) -> str:
    sizes: Counter[str] = Counter()
    for block in blocks:
        if block.element is not None and block.element.tag == "p":
            sizes[block.element.get("class") or ""] += len(block.text)
    dress, size = max(sizes.items(), key=lambda counted: counted[1], default=("", 0))
    return dress if 2 * size > sum(len(block.text) for block in blocks) else ""


def _signature(element: HtmlElement, depth: int) -> _Signature:
    """Tags and classes of an element and its surroundings, generated parts left out; a <div> of text is a paragraph."""
    parts = [("p" if element.tag in ("div", "blockquote") else str(element.tag), _class_of(element))]
    for above in element.iterancestors():
        if len(parts) == depth:
            break
        parts.append((str(above.tag), _class_of(above)))
    return tuple(parts)


def _class_of(element: HtmlElement) -> str:
    return _unnumbered(element.get("class") or "")


@lru_cache(maxsize=16384)
def _unnumbered(classes: str) -> str:
    return " ".join(_NUMBERED.sub("", classes).split())


# --- what is missing


def _missing(traced: Traced, story: _Story, url: str) -> Iterator[_Line]:
    """What belongs to the story, in the order of the page; a heading that alone looks as it does is none of it."""
    found = list(_belonging(traced, story, url))
    looks = Counter(_signature(line.element, 2) for line in found if _is_apart(line, story))
    yield from (line for line in found if not _is_apart(line, story) or looks[_signature(line.element, 2)] >= _SEVERAL)


def _is_apart(line: _Line, story: _Story) -> bool:
    """Whether a line is a heading in a container of its own within the story, as those of live blogs' entries."""
    inside = story.start < line.start < story.end
    return line.element.tag in HEADINGS and inside and line.element.getparent() not in story.parents


def _belonging(traced: Traced, story: _Story, url: str) -> Iterator[_Line]:
    """What may belong to the story."""
    piece = traced.layout.piece
    headings: list[_Line] = []  # of which it is not yet known what follows
    for line in _lines_not_kept(traced, story):
        if line.start >= story.end and _opens_another(line.element, story, url):
            return
        if headings and story.covered.find(1, piece(headings[-1].start), piece(line.start)) >= 0:
            yield from _among(headings, story, traced)
            headings = []
        if line.element.tag in HEADINGS:
            headings.append(line)
        elif _belongs(line, story):
            if headings and line.start - headings[-1].end <= _CLOSE:
                yield headings[-1]
            headings = []
            yield line
        elif _linked(line) > _LINKED:
            headings = []
    yield from _among(headings, story, traced)


def _lines_not_kept(traced: Traced, story: _Story) -> Iterator[_Line]:
    """The page's other lines; no text that the story has elsewhere."""
    layout = traced.layout
    seen = set(story.lines)
    for piece in range(len(layout.starts)):
        if story.covered[piece]:
            continue
        start = layout.starts[piece]
        element = block_around(layout.holder(start))
        if element in seen:
            continue
        seen.add(element)
        if any(below.tag not in _SMALL for below in element.iterdescendants()):
            continue
        text = clean(text_of(element))
        key = squeezed(text)
        if key and key not in (story.text if extent(text) >= _LONG else story.texts):
            yield _Line(start, start + len(key), element, text)


def _opens_another(element: HtmlElement, story: _Story, url: str) -> bool:
    """Whether another story starts here: a second headline, one that leads elsewhere, a container with an address."""
    if element.tag == "h1":
        return True
    if element.tag in HEADINGS and words_in(text_of(element)) > 2:
        links = (*element.iter("a"), *element.iterancestors("a"))
        if any(target_of(link.get("href"), url) for link in links):
            return True
    for above in element.iterancestors():
        if above in story.around:
            return False
        if any((value := above.get(name)) and "/" in value and target_of(value, url) for name in _ADDRESSES):
            return True
    return False


def _among(headings: Iterable[_Line], story: _Story, traced: Traced) -> Iterator[_Line]:
    """The headings between lines of the story that lead nowhere: beside its lines, or right above one."""
    layout = traced.layout
    for line in headings:
        if not story.start < line.start < story.end or _linked(line) > _LINKED:
            continue
        after = story.covered.find(1, layout.piece(line.start))
        if line.element.getparent() in story.parents or layout.starts[after] - line.end <= _CLOSE:
            yield line


def _belongs(line: _Line, story: _Story) -> bool:
    """Whether a line is a paragraph of the story: beside its paragraphs and between them, or marked up like them."""
    size, ends = extent(line.text), SENTENCE_OR_COLON.search(line.text)
    long = size >= _LONG
    if not (long or (ends and size >= _SENTENCE)) or (line.start < story.prose and not (long and ends)):
        return False
    if _linked(line) > _LINKED or _stands_aside(line.element, story):
        return False
    inside = line.start < story.end
    place = _quote_around(line.element)
    near, far = _signature(place, 2), _signature(place, 3)
    if place.getparent() in story.parents:
        return inside and line.start > story.start and (line.start > story.prose or near in story.signatures)
    if far in story.signatures and any(names for _, names in far):
        return True
    if inside and line.start > story.start and _dress(line.element) in story.parts:
        return True
    if story.dress and line.element.tag == "p" and line.element.get("class") == story.dress and long:
        return True
    return inside and line.start > story.start and long and near in story.signatures and any(names for _, names in near)


def _quote_around(element: HtmlElement) -> HtmlElement:
    """The quotation that a paragraph is in, else the paragraph."""
    return next(element.iterancestors("blockquote"), element)


def _stands_aside(element: HtmlElement, story: _Story) -> bool:
    """Whether a box lies around an element, below what the story's lines stand in."""
    for above in (element, *element.iterancestors()):
        if above in story.around:
            return False
        if above.tag in _ASIDE or _ADVERTISED.search(f"{above.get('class')} {above.get('id')}"):
            return True
    return False


def _linked(line: _Line) -> float:
    """The share of a line's text in links; all of it if the line is in one."""
    if next(line.element.iterancestors("a"), None) is not None:
        return 1.0
    return sum(len(text_of(link)) for link in line.element.iter("a")) / len(line.text)


# --- and where it belongs


def _merged(traced: Traced, found: list[_Line]) -> Iterator[Block]:
    """All lines in the order of the page."""
    rest = iter(found)
    upcoming = next(rest, None)
    for block, span in zip(traced.blocks, traced.spans, strict=True):
        while span and upcoming and upcoming.start < span[0]:
            yield _block(upcoming)
            upcoming = next(rest, None)
        yield block
    while upcoming:
        yield _block(upcoming)
        upcoming = next(rest, None)


def _block(line: _Line) -> Block:
    if line.element.tag in HEADINGS:
        return Block("head", line.text, line.element)
    listed = line.element.tag == "li" or next(line.element.iterancestors("li"), None) is not None
    return Block("item" if listed else "p", line.text, line.element)
