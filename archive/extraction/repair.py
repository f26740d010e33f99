"""The lines of an extracted text without what is not the story: the title again, labels, headings of nothing."""

import re
from collections.abc import Iterable

from archive.extraction.blocks import Block, left_out
from archive.models import Dropped
from archive.text import normalise

_FIRST_LINES = 5
_LEAD_IN = 80  # characters
_CREDIT = 120
_LABEL = 4  # words of a line that can be a label: "Posted", "World News", "Photo: Ann Lee"
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’»」』)\]]*$")
_NO_LETTERS = re.compile(r"[\W_]+")


def repaired(blocks: list[Block], titles: Iterable[str]) -> tuple[list[Block], list[Dropped]]:
    """The story's own lines, and a note of every other one. Never drops most of a text."""
    wanted = {_key(title) for title in titles} - {""}
    kept, notes = blocks, list[Dropped]()
    for rule, step in (
        ("title repeated", lambda lines: _without_title(lines, wanted)),
        ("label above the story", _without_labels),
        ("credit", _without_credits),
        ("heading of nothing", _without_dangling),
    ):
        left = step(kept)
        notes += left_out(rule, kept, left)
        kept = left
    return (kept, notes) if 3 * _size(kept) >= _size(blocks) else (blocks, [])


def _key(text: str) -> str:
    return _NO_LETTERS.sub("", normalise(text))


def _size(blocks: Iterable[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _without_title(blocks: list[Block], titles: set[str]) -> list[Block]:
    """Without a line among the first that is the title, and without short lines above it."""
    for place, block in enumerate(blocks[:_FIRST_LINES]):
        if _key(block.text) in titles:
            above = [b for b in blocks[:place] if not _is_label(b)]
            return [*above, *blocks[place + 1 :]]
    return blocks


def _is_label(block: Block) -> bool:
    return (
        block.kind == "p"
        and len(block.text.split()) <= _LABEL
        and not _SENTENCE_END.search(block.text)
        and len(block.text) < 40
    )


def _without_labels(blocks: list[Block]) -> list[Block]:
    """Without labels before the first paragraph."""
    start = 0
    while start < min(len(blocks), _FIRST_LINES) and _is_label(blocks[start]):
        start += 1
    return blocks[start:]


def _without_dangling(blocks: list[Block]) -> list[Block]:
    """Without what announces something at the end, where nothing follows."""
    end = len(blocks)
    while end and _announces(blocks[end - 1]):
        end -= 1
    return blocks[:end]


def _announces(block: Block) -> bool:
    """A heading, or a few words that end in a colon."""
    return block.kind == "head" or (block.text.endswith((":", "：")) and len(block.text) <= _LEAD_IN)


def _without_credits(blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if not _is_credit(block)]


def _is_credit(block: Block) -> bool:
    """Who holds the rights in a picture or a page."""
    return "©" in block.text and len(block.text) <= _CREDIT and block.kind != "row"
