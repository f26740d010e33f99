"""A site's furniture among the lines of a story: what also stands in its other stories, and their headlines."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice, takewhile
from math import ceil

from lxml.html import HtmlElement

from archive.extraction.page.units import target_of, text_of
from archive.extraction.site import Remembered, SiteMemory, remembered
from archive.extraction.site.teaching import ENOUGH, count_topics, mark_of, topic_words
from archive.extraction.story.blocks import Block
from archive.extraction.story.repair import without_dangling
from archive.models import Traits
from archive.urls import url_key

_SHORT, _LONG = 40, 250  # characters: below, chance repeats a line; above, it is a paragraph, and may be a wire's
_SHARE, _SHARE_IN_DRESS = 0.03, 0.1  # of the pages: a short line must stand on so many, more if it looks like the story
_SHORTEST_HEADLINE = 20  # characters
_HEADLINE_WORDS = 2  # that tell a topic
_LONGEST_LINK = 300  # characters of a line that is one link
_LINKED = 0.25  # of the text of a box that leads away
_LONGEST_HEADING = 80  # characters of a line that heads a box
_MOST_HEADINGS = 60  # of a page that are remembered
_LEAST_KEPT = 3  # the part of the text that must stay: less, and the memory is wrong

_Dress = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Story:
    """The lines of a page, which of them look like the story, and where its first paragraph is (-1: nowhere)."""

    blocks: list[Block]
    looks_own: list[bool]
    lead: int


def headings_of(tree: HtmlElement) -> list[str]:
    """The headings of a page but the first rank's, as many as are worth remembering."""
    return [text_of(heading) for heading in islice(tree.iter("h2", "h3", "h4", "h5", "h6"), _MOST_HEADINGS)]


def without_furniture(blocks: list[Block], furniture: list[Block]) -> list[Block]:
    """The blocks that are no furniture, and head something. Never drops most of a text."""
    if not furniture:
        return blocks
    kept = without_dangling([block for block in blocks if block not in furniture])
    return kept if _LEAST_KEPT * sum(len(b.text) for b in kept) >= sum(len(b.text) for b in blocks) else blocks


def find_furniture(blocks: list[Block], traits: Traits, memory: SiteMemory | None, url: str = "") -> list[Block]:
    """The blocks of a page's text that are its site's by what the site's other pages have taught.

    `traits`: of the page itself, all its blocks among the lines; `url`: what its links are relative to.
    """
    known = remembered(memory) if memory is not None else None
    if known is None:
        return []
    story = _story_of(blocks)
    topics = count_topics([*known.few, traits]) if known.few else known.lines
    repeated = set(_repeated(story, topics, known.pages, {traits.title, traits.description}))
    repeated -= set(_single_items(blocks, repeated))
    boxed = {inner for place in repeated for inner in _box(story, place, url)}
    promos = {place for place, block in enumerate(blocks) if _is_promo(block, known, traits, url)}
    found = repeated | boxed | promos
    found -= {place for place in found if _heads_story(story, place, found)}
    return [blocks[place] for place in sorted(found)]


def _story_of(blocks: list[Block]) -> _Story:
    dresses = [_dress(block) for block in blocks]
    sizes: Counter[_Dress | None] = Counter()
    for block, dress in zip(blocks, dresses, strict=True):
        sizes[dress] += len(block.text)
    own = max(sizes, key=lambda dress: sizes[dress], default=None)
    looks_own = [dress == own for dress in dresses]
    paragraphs = (place for place, block in enumerate(blocks) if looks_own[place] and len(block.text) >= _SHORT)
    return _Story(blocks, looks_own, next(paragraphs, -1))


def _dress(block: Block) -> _Dress | None:
    """How a line is marked up: tag and classes of its element and of what that stands in."""
    element = block.element
    parent = element.getparent() if element is not None else None
    if element is None or parent is None:
        return None
    return element.tag, element.get("class") or "", parent.tag, parent.get("class") or ""


# --- lines


def _repeated(story: _Story, topics: Mapping[str, int], pages: int, own: set[str]) -> Iterator[int]:
    """The lines that stand in enough stories. This page may be one of those counted; others may say its headline."""
    for place, block in enumerate(story.blocks):
        mark = mark_of(block.text)
        if mark not in own and topics.get(mark, 0) - 1 >= _needed(story, place, pages):
            yield place


def _needed(story: _Story, place: int, pages: int) -> int:
    """In how many other stories a line must stand. The first paragraph is what others promote a story with."""
    length, looks_own, leads = len(story.blocks[place].text), story.looks_own[place], place == story.lead
    if leads or length < _SHORT:
        share = _SHARE_IN_DRESS if looks_own else _SHARE
        return min(max(2 if leads else 1, ceil(share * pages)), ENOUGH - 1)
    return 2 if length > _LONG and looks_own else 1


def _single_items(blocks: list[Block], found: set[int]) -> Iterator[int]:
    """Items of lists and rows of tables most of which stand nowhere else: "two eggs" is in many recipes."""
    for kind, run in groupby(range(len(blocks)), key=lambda place: blocks[place].kind):
        places = list(run)
        hits = [place for place in places if place in found]
        if kind in ("item", "row") and 2 * len(hits) < len(places):
            yield from hits


def _heads_story(story: _Story, place: int, found: set[int]) -> bool:
    """Whether a line is a heading of the story that other stories have too ("What we know"): what it heads stays."""
    block, after = story.blocks[place], next(iter(story.blocks[place + 1 : place + 2]), None)
    if block.kind != "head" or after is None or place + 1 in found:
        return False
    return block.element is None or after.element is None or block.element.getparent() in _around(after.element)


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


def _box(story: _Story, heading: int, url: str) -> range:
    """The places of the blocks in the largest box that a line heads, if it leads away and nothing looks like the story.

    A box that does not is a part of the story that others have, too: "Pros", "Ingredients".
    """
    blocks, element = story.blocks, story.blocks[heading].element
    if element is None or len(blocks[heading].text) > _LONGEST_HEADING:
        return range(0)
    before = {around for block in blocks[:heading] if block.element is not None for around in _around(block.element)}
    end, largest = heading + 1, element
    for box in takewhile(lambda around: around not in before, _around(element)):
        grown = end
        while grown < len(blocks) and (inner := blocks[grown].element) is not None and box in _around(inner):
            grown += 1
        if any(story.looks_own[end:grown]):
            break
        end, largest = grown, box
    return range(heading + 1, end if _leads_away(largest, url) else 0)


def _leads_away(box: HtmlElement, url: str) -> bool:
    linked = sum(len(text_of(link)) for link in box.iter("a") if target_of(link.get("href"), url))
    return linked >= _LINKED * len(text_of(box))


def _around(element: HtmlElement) -> list[HtmlElement]:
    return [element, *element.iterancestors()]
