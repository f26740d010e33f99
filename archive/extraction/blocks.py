"""The lines of a story on their way from tree to text."""

from collections.abc import Iterable
from dataclasses import dataclass

_JOINED = {"item", "row"}


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a story: "head", "item", "row" or "p", and its text."""

    kind: str
    text: str


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
