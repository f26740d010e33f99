"""The inside of a line as Markdown: its own words with links, emphasis and code, every other sign escaped.

The words are those of the plain text; the page's element only tells which of them are marked. What would not be read
back as the same words is left unmarked (CommonMark 0.31, 6.2 "emphasis", 2.4 "backslash escapes").
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote, urljoin

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from archive.extraction.story.tracing import squeezed

_STRONG = {"b", "strong"}
_STRESSED = {"i", "em", "cite", "dfn"}
_CODE = {"code", "kbd", "samp", "tt"}
_UNREAD = {"script", "style", "template"}
_SPECIAL = re.compile(r"[\\`*\[\]<~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w{1,32};)")
_STARTS_BLOCK = re.compile(r"^(?:(#{1,6})(?=\s|$)|([-+=])(?=[\s\-+=]|$)|(>)|(\d{1,9})([.)])(?=\s|$))")
_SAFE = "/:?#@!$&'*+,;=%~-._[]"


class Mark(NamedTuple):
    """How a character is marked: where its link leads ("" for none), and whether it is strong, stressed, code."""

    href: str = ""
    strong: bool = False
    stressed: bool = False
    code: bool = False


_PLAIN = Mark()


class Marked(NamedTuple):
    """All characters of an element but white space, and the mark of each."""

    text: str
    marks: list[Mark]


def read_marks(element: HtmlElement, url: str) -> Marked:
    """The characters of an element with their marks; `url` is what relative links are relative to."""
    pieces: list[str] = []
    marks: list[Mark] = []
    stack = [_PLAIN]
    for event, below in iterwalk(element, events=("start", "end")):
        if event == "start":
            stack.append(_mark_of(below, stack[-1], url))
            text = below.text if below.tag not in _UNREAD else None
        else:
            stack.pop()
            text = below.tail if below is not element else None
        if text and (piece := squeezed(text)):
            pieces.append(piece)
            marks += [stack[-1]] * len(piece)
    return Marked("".join(pieces), marks)


def _mark_of(element: HtmlElement, around: Mark, url: str) -> Mark:
    tag = element.tag
    if tag == "a" and not around.href:
        return around._replace(href=address(element.get("href"), url))
    if tag in _STRONG:
        return around._replace(strong=True)
    if tag in _STRESSED:
        return around._replace(stressed=True)
    return around._replace(code=True) if tag in _CODE else around


def address(href: str | None, url: str) -> str:
    """An absolute http or https address, fit to stand in Markdown; "" for any other."""
    try:
        absolute = urljoin(url, (href or "").strip()) if href and not href.lstrip().startswith("#") else ""
    except ValueError:
        return ""
    return quote(absolute, _SAFE) if absolute.lower().startswith(("http://", "https://")) else ""


def inline(text: str, marks: list[Mark] | None = None) -> str:
    """One line as Markdown. `marks`: of every character of `text` that is no white space, in order; None for none."""
    if not marks:
        return at_start(escaped(text))
    everywhere = _spread(text, marks)
    return at_start(_rendered(text, everywhere, 0, len(text), 0))


def escaped(text: str) -> str:
    """Plain words that no reader of Markdown takes for more."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def at_start(line: str) -> str:
    """A line that does not begin a heading, a list, a quote or a rule."""
    found = _STARTS_BLOCK.match(line)
    if not found:
        return line
    if found[4]:
        return f"{found[4]}\\{line[found.end(4) :]}"
    return f"\\{line}"


def _spread(text: str, marks: list[Mark]) -> list[Mark]:
    """A mark for every character: white space has what is common to the characters around it."""
    every: list[Mark] = []
    given = iter(marks)
    for character in text:
        every.append(_PLAIN if character.isspace() else next(given, _PLAIN))
    for place, character in enumerate(text):
        if character.isspace() and 0 < place < len(text) - 1:
            before, after = every[place - 1], every[place + 1]
            href = before.href if before.href == after.href else ""
            every[place] = Mark(href, *(a and b for a, b in zip(before[1:], after[1:], strict=True)))
    return every


def _rendered(text: str, marks: list[Mark], start: int, end: int, level: int) -> str:
    """A stretch of a line, marked from the outermost kind of mark to the innermost: link, strong, stressed, code."""
    if level == len(_PLAIN):
        return escaped(text[start:end])
    parts: list[str] = []
    for value, first, last in _stretches(marks, start, end, level):
        if level == len(_PLAIN) - 1 and value and "`" not in text[first:last]:
            parts.append(f"`{text[first:last]}`")
            continue
        inside = _rendered(text, marks, first, last, level + 1)
        if value and level == 0:
            if parts and text[first - 1] == "!":  # else it would be a picture
                parts[-1] = f"{parts[-1][:-1]}\\!"
            parts.append(f"[{inside}]({value})")
        elif value and level < 3 and _can_be_marked(text, marks, first, last):
            parts.append(f"**{inside}**" if level == 1 else f"*{inside}*")
        else:
            parts.append(inside)
    return "".join(parts)


def _stretches(marks: list[Mark], start: int, end: int, level: int) -> Iterator[tuple[str | bool, int, int]]:
    place = start
    for value, group in groupby(marks[start:end], key=lambda mark: mark[level]):
        length = sum(1 for _ in group)
        yield value, place, place + length
        place += length


def _can_be_marked(text: str, marks: list[Mark], first: int, last: int) -> bool:
    """Whether asterisks around a stretch open and close it there, whatever stands beside it."""
    before, after = text[first - 1 : first], text[last : last + 1]
    opens = not _is_sign(text[first]) or not before or before.isspace() or _is_sign(before)
    closes = not _is_sign(text[last - 1]) or not after or after.isspace() or _is_sign(after)
    alone = not (first and any(marks[first - 1][1:3])) and not (last < len(marks) and any(marks[last][1:3]))
    return opens and closes and alone and not text[first].isspace() and not text[last - 1].isspace()


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
