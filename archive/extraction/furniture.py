"""A site's furniture among the lines of a story: what also stands in its other stories, and their headlines."""

from collections.abc import Mapping
from math import ceil

from archive.extraction.blocks import Block
from archive.extraction.site import Remembered, SiteMemory, remembered
from archive.extraction.teaching import ENOUGH, count_topics, mark_of, topic_words
from archive.models import Traits

_SHORT, _LONG = 40, 250  # characters: below, chance repeats a line; above, it is a paragraph, and may be a wire's
_SHARE_OF_PAGES = 0.03  # on which a short line must stand
_SHORTEST_HEADLINE = 20  # characters
_HEADLINE_WORDS = 2  # that tell a topic
_LEAST_KEPT = 3  # the part of the text that must stay: less, and the memory is wrong


def find_furniture(blocks: list[Block], traits: Traits, memory: SiteMemory | None) -> list[Block]:
    """The blocks of a story that are its site's by what the site's other pages have taught; none if that were most.

    `traits`: of the page itself, all its blocks among the lines.
    """
    known = remembered(memory) if memory is not None else None
    if known is None:
        return []
    topics = count_topics([*known.few, traits]) if known.few else known.lines
    found = [b for b in blocks if _repeats(b.text, topics, known.pages) or _is_promo(b.text, known, traits)]
    left = sum(len(b.text) for b in blocks) - sum(len(b.text) for b in found)
    return found if _LEAST_KEPT * left >= sum(len(b.text) for b in blocks) else []


def _repeats(text: str, topics: Mapping[str, int], pages: int) -> bool:
    """Whether a line stands in enough stories: this page's may be one of those counted."""
    others = topics.get(mark_of(text), 0) - 1
    if len(text) < _SHORT:
        return others >= min(max(1, ceil(_SHARE_OF_PAGES * pages)), ENOUGH - 1)
    return others >= (2 if len(text) > _LONG else 1)


def _is_promo(text: str, known: Remembered, own: Traits) -> bool:
    """Whether a line is the headline or the description of another story, alone or twice."""
    half = text[: len(text) // 2].strip()
    shown = half if text[len(text) // 2 :].strip() == half else text
    mark = mark_of(shown)
    if mark not in known.others or mark in (own.title, own.description):
        return False
    return len(shown) >= _SHORTEST_HEADLINE and len(topic_words(shown)) >= _HEADLINE_WORDS
