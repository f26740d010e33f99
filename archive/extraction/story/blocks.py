"""The lines of a story on their way from tree to text."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from archive.models import Dropped

_JOINED = {"item", "row"}
LONGEST_NOTE = 200  # characters


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a story: "head", "item", "row" or "p", its text, and the element of the page that it stands in.

    `element` is None where the page's tree has no such text (what scripts hold). It is no part of what a block says:
    two blocks with the same kind and text are equal.
    """

    kind: str
    text: str
    element: HtmlElement | None = field(default=None, compare=False, repr=False)


def join(blocks: Iterable[Block]) -> str:
    """Paragraphs separated by an empty line; the items of a list, the rows of a table by a line's end."""
    parts: list[str] = []
    before = ""
    for block in blocks:
        if parts:
            parts.append("\n" if block.kind == before and block.kind in _JOINED else "\n\n")
        parts.append(block.text.strip(" |") if block.kind == "row" else block.text)
        before = block.kind
    return "".join(parts)


def dropped(rule: str, text: str) -> Dropped:
    """The note of a piece of text that a rule left out, cut to 200 characters."""
    return Dropped(rule, " ".join(text[: 2 * LONGEST_NOTE].split())[:LONGEST_NOTE])


def left_out(rule: str, before: Iterable[Block], after: Iterable[Block]) -> list[Dropped]:
    """The notes of the blocks that a rule left out."""
    kept = set(map(id, after))
    return [dropped(rule, block.text) for block in before if id(block) not in kept]
