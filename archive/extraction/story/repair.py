"""The lines of an extracted text without what is not the story: the title again, labels, headings of nothing."""

from collections.abc import Callable, Iterable
from itertools import pairwise

from archive.extraction.story.blocks import Block, left_out
from archive.extraction.story.boxes import without_boxes
from archive.extraction.story.endings import without_card, without_ending
from archive.extraction.story.leadins import ends_in_credit, without_lead_ins
from archive.extraction.story.lines import SENTENCE_END, is_advertisement, is_caption, is_contact, is_dateline, is_right
from archive.extraction.story.openings import key_of, without_bylines, without_headlines
from archive.models import Dropped
from archive.text import extent, words_in

_FIRST_LINES = 5
_LEAD_IN = 80  # characters
_MARKS = ("[", "【", "（", "(")  # of who speaks, where it was written
_LABEL = 4  # words of a line that can be a label: "Posted", "World News", "Photo: Ann Lee"


def repaired(
    blocks: list[Block], titles: Iterable[str], authors: tuple[str, ...] = (), news: bool = False
) -> tuple[list[Block], list[Dropped]]:
    """The story's own lines, and a note of every other one. Never drops most of a text.

    `news`: whether the page declares a news story, whose boxes are not the story; in a guide or a recipe they are.
    """
    titles = {title for title in titles if title}
    wanted = {key_of(title) for title in titles} - {""}
    kept, notes = blocks, list[Dropped]()
    for rule, step in (
        ("title repeated", lambda lines: _without_title(lines, wanted)),
        ("title repeated", lambda lines: without_headlines(lines, titles)),
        ("author's card", lambda lines: without_card(lines, authors)),
        ("byline above the story", lambda lines: without_bylines(lines, authors)),
        ("label above the story", _without_labels),
        ("box", without_boxes if news else list),
        ("read also", without_lead_ins),
        ("credit", lambda lines: _without(lines, is_right)),
        ("caption", lambda lines: _without(lines, is_caption)),
        ("caption", lambda lines: _without(lines, ends_in_credit)),
        ("advertisement's label", lambda lines: _without(lines, is_advertisement)),
        ("said twice in a row", _without_repeated),
        ("after the story", lambda lines: without_ending(lines, authors)),
        ("heading of nothing", without_dangling),
    ):
        left = step(kept)
        notes += left_out(rule, kept, left)
        kept = left
    return (kept, notes) if 3 * _size(kept) >= _size(blocks) else (blocks, [])


def _size(blocks: Iterable[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _without_repeated(blocks: list[Block]) -> list[Block]:
    """Without sentences that stand twice in a row: the page's buttons say them, not the story."""
    twice = {a.text for a, b in pairwise(blocks) if a.text == b.text and a.kind != "row" and words_in(a.text) > _LABEL}
    return [block for block in blocks if block.text not in twice]


def _without_title(blocks: list[Block], titles: set[str]) -> list[Block]:
    """Without a line among the first that is the title, and without short lines above it."""
    for place, block in enumerate(blocks[:_FIRST_LINES]):
        if key_of(block.text) in titles:
            above = [b for b in blocks[:place] if not _is_label(b)]
            return [*above, *blocks[place + 1 :]]
    return blocks


def _is_label(block: Block) -> bool:
    """A few words or a time that end no sentence."""
    if block.kind != "p" or SENTENCE_END.search(block.text) or block.text.startswith(_MARKS):
        return block.kind == "p" and is_dateline(block.text)
    return (len(block.text.split()) <= _LABEL and len(block.text) < 40) or is_dateline(block.text)


def _without_labels(blocks: list[Block]) -> list[Block]:
    """Without labels before the first paragraph."""
    start = 0
    while start < min(len(blocks), _FIRST_LINES) and _is_label(blocks[start]):
        start += 1
    return blocks[start:]


def without_dangling(blocks: list[Block]) -> list[Block]:
    """Without what announces something at the end, where nothing follows, and without addresses there."""
    end = len(blocks)
    while end and (_announces(blocks[end - 1]) or is_contact(blocks[end - 1].text)):
        end -= 1
    return blocks[:end]


def _announces(block: Block) -> bool:
    """A heading, or a few words that end in a colon."""
    return block.kind == "head" or (block.text.endswith((":", "：")) and extent(block.text) <= _LEAD_IN)


def _without(blocks: list[Block], unwanted: Callable[[str], bool]) -> list[Block]:
    return [block for block in blocks if block.kind == "row" or not unwanted(block.text)]
