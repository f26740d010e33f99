"""A site's furniture among the lines of a story: what also stands in its other stories, and their headlines."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from math import ceil

from lxml.html import HtmlElement

from archive.extraction.blocks import Block
from archive.extraction.site import Remembered, SiteMemory, remembered
from archive.extraction.teaching import ENOUGH, count_topics, mark_of, topic_words
from archive.extraction.units import target_of, text_of
from archive.models import Traits
from archive.urls import url_key

_SHORT, _LONG = 40, 250  # characters: below, chance repeats a line; above, it is a paragraph, and may be a wire's
_SHARE, _SHARE_IN_DRESS = 0.03, 0.1  # of the pages: a short line must stand on so many, more if it looks like the story
_SHORTEST_HEADLINE = 20  # characters
_HEADLINE_WORDS = 2  # that tell a topic
_LONGEST_LINK = 300  # characters of a line that is one link
_LONGEST_HEADING = 80  # characters of a line that heads a box
_LEAST_KEPT = 3  # the part of the text that must stay: less, and the memory is wrong

_Dress = tuple[str, str, str, str]


def find_furniture(blocks: list[Block], traits: Traits, memory: SiteMemory | None, url: str = "") -> list[Block]:
    """The blocks of a story that are its site's by what the site's other pages have taught; none if that were most.

    `traits`: of the page itself, all its blocks among the lines; `url`: what its links are relative to.
    """
    known = remembered(memory) if memory is not None else None
    if known is None:
        return []
    topics = count_topics([*known.few, traits]) if known.few else known.lines
    dress = _story_dress(blocks)
    repeated = {place for place, block in enumerate(blocks) if _repeats(block, topics, known.pages, dress)}
    repeated -= set(_single_items(blocks, repeated))
    boxed = {inner for place in repeated for inner in _box(blocks, place, dress)}
    promos = {place for place, block in enumerate(blocks) if _is_promo(block, known, traits, url)}
    found = repeated | boxed | promos
    found -= {place for place in found if _heads_story(blocks, place, found, dress)}
    gone = sum(len(blocks[place].text) for place in found)
    size = sum(len(block.text) for block in blocks)
    return [blocks[place] for place in sorted(found)] if _LEAST_KEPT * (size - gone) >= size else []


def _repeats(block: Block, topics: Mapping[str, int], pages: int, dress: _Dress | None) -> bool:
    """Whether a line stands in enough stories: this page's may be one of those counted."""
    others = topics.get(mark_of(block.text), 0) - 1
    looks_own = _dress(block) == dress
    if len(block.text) < _SHORT:
        share = _SHARE_IN_DRESS if looks_own else _SHARE
        return others >= min(max(1, ceil(share * pages)), ENOUGH - 1)
    return others >= (2 if len(block.text) > _LONG and looks_own else 1)


def _single_items(blocks: Sequence[Block], found: set[int]) -> Iterator[int]:
    """Items of lists and rows of tables most of which stand nowhere else: "two eggs" is in many recipes."""
    for kind, run in groupby(range(len(blocks)), key=lambda place: blocks[place].kind):
        places = list(run)
        hits = [place for place in places if place in found]
        if kind in ("item", "row") and 2 * len(hits) < len(places):
            yield from hits


def _is_promo(block: Block, known: Remembered, own: Traits, url: str) -> bool:
    """Whether a line is the headline or the description of another story, alone or twice, or a link to one."""
    text = block.text
    half = text[: len(text) // 2].strip()
    shown = half if text[len(text) // 2 :].strip() == half else text
    mark = mark_of(shown)
    if mark in known.others and mark not in (own.title, own.description):
        return len(shown) >= _SHORTEST_HEADLINE and len(topic_words(shown)) >= _HEADLINE_WORDS
    return len(text) <= _LONGEST_LINK and any(
        target in known.others and target != own.url for target in _linked_whole(block, url)
    )


def _linked_whole(block: Block, url: str) -> Iterator[str]:
    """The marks of the addresses to which the whole of a line leads."""
    if block.element is None or not url:
        return
    for link in block.element.iter("a"):
        if 2 * len(text_of(link)) > len(block.text) and (target := target_of(link.get("href"), url)):
            yield mark_of(url_key(target))


# --- boxes


def _dress(block: Block) -> _Dress | None:
    """How a line is marked up: tag and classes of its element and of what that stands in."""
    element = block.element
    parent = element.getparent() if element is not None else None
    if element is None or parent is None:
        return None
    return element.tag, element.get("class") or "", parent.tag, parent.get("class") or ""


def _story_dress(blocks: Sequence[Block]) -> _Dress | None:
    """The dress that most of the text wears."""
    sizes: Counter[_Dress | None] = Counter()
    for block in blocks:
        sizes[_dress(block)] += len(block.text)
    return max(sizes, key=lambda dress: sizes[dress], default=None)


def _box(blocks: Sequence[Block], heading: int, dress: _Dress | None) -> range:
    """The places of the blocks in the largest box that a line heads; none if the story's own are among them."""
    element = blocks[heading].element
    if element is None or len(blocks[heading].text) > _LONGEST_HEADING:
        return range(0)
    before = {around for block in blocks[:heading] if block.element is not None for around in _around(block.element)}
    end = heading + 1
    for box in takewhile(lambda around: around not in before, _around(element)):
        grown = end
        while grown < len(blocks) and (inner := blocks[grown].element) is not None and box in _around(inner):
            grown += 1
        if any(_dress(block) == dress for block in blocks[end:grown]):
            break
        end = grown
    return range(heading + 1, end)


def _around(element: HtmlElement) -> list[HtmlElement]:
    return [element, *element.iterancestors()]


def _heads_story(blocks: Sequence[Block], place: int, found: set[int], dress: _Dress | None) -> bool:
    """Whether a line is a heading of the story that other stories have too ("What we know"): its own words follow."""
    block, after = blocks[place], blocks[place + 1] if place + 1 < len(blocks) else None
    if block.kind != "head" or after is None or place + 1 in found or _dress(after) != dress:
        return False
    return block.element is None or after.element is None or block.element.getparent() is after.element.getparent()
