"""A story as Markdown (CommonMark with the tables of GFM): the lines of the plain text in their order, and their form.

Without its marks, and without the pictures, it says what the plain text says.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from lxml.html import HtmlElement

from archive.extraction.markdown.figures import Picture, placed
from archive.extraction.markdown.inline import Mark, Marked, inline, read_marks
from archive.extraction.story.blocks import Block
from archive.extraction.story.liveblog import Report, by_report
from archive.extraction.story.tracing import squeezed

_LISTS = ("ul", "ol", "dl", "menu")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_DEFAULT_LEVEL = 2  # of a heading that the page does not mark up as one
_INDENT = "    "  # a level of a list, whatever its marker
_FENCE = re.compile(r"`{3,}")


def render(blocks: Sequence[Block], url: str, pictures: Iterable[Picture] = (), reports: Sequence[Report] = ()) -> str:
    """The lines of a story as Markdown; `url` is the page's.

    `pictures` and `reports` of a live blog are those that stood on the page before it was pruned: a report's time is a
    line above its first one.
    """
    marks = _Marks(url)
    shown = placed(pictures, [squeezed(block.text) for block in blocks])
    parts: list[str] = [_picture(picture) for picture in shown.get(-1, ())]
    place = 0
    for report, lines in by_report(reports, blocks):
        if report is not None and report.shown not in ("", lines[0].text):
            parts.append(f"**{inline(report.shown)}**")
        for (kind, _), group in groupby(enumerate(lines), key=_kind_of):
            alike = [block for _, block in group]
            parts += _of_kind(kind, alike, marks)
            parts += [_picture(picture) for n in range(place, place + len(alike)) for picture in shown.get(n, ())]
            place += len(alike)
    return "\n\n".join(parts)


def _picture(picture: Picture) -> str:
    return f"![{inline(picture.caption)}]({picture.src})"


def _kind_of(numbered: tuple[int, Block]) -> tuple[str, HtmlElement | int | None]:
    """What becomes one thing: items of lists, rows of a table, lines of one quote; every other line is one alone."""
    number, block = numbered
    if block.kind in ("item", "row"):
        return block.kind, None
    if block.kind == "p" and (code := _around(block, "pre")) is not None:
        return "code", code
    if block.kind == "p" and (quote := _around(block, "blockquote")) is not None:
        return "quote", quote
    return block.kind, number


def _around(block: Block, *tags: str) -> HtmlElement | None:
    element = block.element
    if element is None or element.tag in tags:
        return element
    return next(element.iterancestors(*tags), None)


def _of_kind(kind: str, blocks: list[Block], marks: "_Marks") -> Iterator[str]:
    if kind == "item":
        yield "\n".join(_list(blocks, marks))
    elif kind == "row":
        yield "\n".join(_table(blocks, marks))
    elif kind == "quote":
        yield "\n>\n".join(f"> {marks.line(block)}" for block in blocks)
    elif kind == "code":
        yield _code(blocks)
    elif kind == "head":
        yield from (f"{'#' * _level(block)} {marks.line(block)}" for block in blocks)
    else:
        yield from map(marks.line, blocks)


def _level(block: Block) -> int:
    heading = _around(block, *_HEADINGS)
    return _HEADINGS.get(str(heading.tag), _DEFAULT_LEVEL) if heading is not None else _DEFAULT_LEVEL


def _list(blocks: list[Block], marks: "_Marks") -> Iterator[str]:
    opened: list[HtmlElement | None] = []
    last: HtmlElement | None = None
    for block in blocks:
        item = _around(block, "li", "dd", "dt")
        if item is not None and item is last:
            yield f"\n{_INDENT * len(opened)}{marks.line(block)}"
            continue
        around = next(item.iterancestors(*_LISTS), None) if item is not None else None
        above = set(around.iterancestors(*_LISTS)) if around is not None else set()
        while opened and opened[-1] is not around and opened[-1] not in above:
            opened.pop()
        if not opened or opened[-1] is not around:
            opened.append(around)
        last = item
        yield f"{_INDENT * (len(opened) - 1)}{_marker(item, around)} {marks.line(block)}"


def _marker(item: HtmlElement | None, around: HtmlElement | None) -> str:
    if item is None or around is None or around.tag != "ol":
        return "-"
    start = around.get("start", "1")
    number = (int(start) if start.isdecimal() else 1) + sum(1 for _ in item.itersiblings("li", preceding=True))
    return f"{number % 10**9}."


def _table(blocks: list[Block], marks: "_Marks") -> Iterator[str]:
    rows = [marks.cells(block) for block in blocks]
    width = max(map(len, rows))
    for number, row in enumerate(rows):
        yield f"| {' | '.join([*row, *[''] * (width - len(row))])} |"
        if number == 0:
            yield f"|{' --- |' * width}"


def _code(blocks: list[Block]) -> str:
    element = _around(blocks[0], "pre")
    text = "\n".join(block.text for block in blocks)
    if element is not None and squeezed(element.text_content()) == squeezed(text):
        text = element.text_content().strip("\n")
    fence = max(("```", *(found + "`" for found in _FENCE.findall(text))), key=len)
    return f"{fence}\n{text}\n{fence}"


class _Marks:
    """Which characters of the lines are marked. Lines that share an element are looked up one after the other."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._read: dict[HtmlElement, Marked] = {}
        self._cursors: dict[HtmlElement, int] = {}

    def line(self, block: Block) -> str:
        """A line as Markdown."""
        return inline(block.text, self._of(block.element, block.text))

    def cells(self, block: Block) -> list[str]:
        """The cells of a row."""
        texts = [cell.strip() for cell in block.text.strip(" |").split("|")]
        return [inline(text, self._of(block.element, text)) for text in texts]

    def _of(self, element: HtmlElement | None, text: str) -> list[Mark] | None:
        if element is None:
            return None
        if element not in self._read:
            self._read[element] = read_marks(element, self._url)
        whole, key = self._read[element], squeezed(text)
        start = whole.text.find(key, self._cursors.get(element, 0))
        if start < 0 or len(key) != len("".join(text.split())):
            return None
        self._cursors[element] = start + len(key)
        return whole.marks[start : start + len(key)]
