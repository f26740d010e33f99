"""Blocks inside the story that lead away from it: promo cards, related links, share bars, sign-up boxes.

They are told by their shape, whatever their classes, tags and words are. A *card* is a linked image or headline, a
sentence or two, and maybe a call to action: all its links go to one other page. A paragraph that has links among its
words is none, and stays; so does a page that is made of cards.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from lxml.etree import XPath
from lxml.html import HtmlElement

from archive.extraction.page.parsing import elements
from archive.extraction.page.standfirst import HEAVY, find_standfirst, story_root
from archive.extraction.page.units import (
    HEADINGS,
    LONGEST_LABEL,
    QUOTES,
    Unit,
    beginning_of,
    find_units,
    target_of,
    text_of,
)
from archive.extraction.prune.appended import find_appended
from archive.extraction.prune.captions import find_captions
from archive.extraction.prune.named import find_named
from archive.extraction.prune.runs import make_paragraphs
from archive.extraction.story.blocks import LONGEST_NOTE, dropped
from archive.extraction.story.lines import STATEMENT_END
from archive.models import Dropped
from archive.text import extent, words_in
from archive.urls import same_site

_TABLES = {"table", "thead", "tbody", "tfoot", "tr", "td", "th"}
_NEVER_AROUND = ("aside", "header", "footer", "nav", "dialog", "button", "figure", "label", "noscript")
_BOXES = {"div", "section", "article", "aside", "li", "td", "dd", "header", "footer"}
_LONGEST_CARD = 90  # words of a card that stand in no link
_FARM_LINKS, _FARM_LINKED, _FARM_PROSE = 3, 0.3, 0.2  # links; their share of its text; its prose beside the story's
_SCRAP = 800  # extent
_FARM_SURE = 0.8  # linked: no story, whatever headline it has
_LONGEST_TEASER, _LONGEST_ACTION = 50, 5  # words of a sentence with its call to action, and of the latter
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)$", re.IGNORECASE)
_LONGEST_SIGN_UP = 70  # words
_CARDS_SHARE = 0.25  # of the words in the story's container: a page with more of its words in cards is made of them
_BLOCKS_SHARE = 0.4
_SHARERS = re.compile(
    r"//(?:www\.|m\.|api\.)?(?:facebook\.com/(?:sharer|share|dialog)|(?:twitter|x)\.com/(?:intent|share|home\?status)"
    r"|linkedin\.com/(?:share|cws|sharing)|wa\.me/\?|whatsapp\.com/send|t\.me/share|telegram\.me/share"
    r"|pinterest\.[a-z.]+/pin/create|reddit\.com/submit|vk\.com/share|line\.me/|social-plugins\.line\.me"
    r"|b\.hatena\.ne\.jp|bsky\.app/intent|getpocket\.com/(?:save|edit)|share\.flipboard|tumblr\.com/(?:share|widgets)"
    r"|xing\.com/)|^whatsapp:|^mailto:\?",
    re.IGNORECASE,
)
_EMAIL_INPUTS = XPath(".//input[@type='email' or contains(@name, 'email') or contains(@name, 'mail')]")


def prune_story(tree: HtmlElement, url: str, description: str, title: str = "") -> list[Dropped]:
    """Take the blocks that are not the story out of the tree, and note them.

    What lies outside the story's container is left alone.
    """
    appended = _drop("story appended", list(find_appended(tree, title, url)))
    body, main = tree.find(".//body"), story_root(tree)
    if body is None or main is None:
        return appended
    _unwrap_tables(main)
    _unwrap_furniture(main)
    make_paragraphs(main, body)
    standfirst = find_standfirst(tree, description)
    notes = [
        *appended,
        *_drop("links around the story", _around_story(main)),
        *_drop("card of a link", _opened_cards(main)),
        *_drop("standfirst", [standfirst] if standfirst is not None else []),
        *_drop("called furniture", find_named(tree, main)),
        *_drop("sign-up box", [box for box in _sign_ups(main) if box is not main]),
        *_drop("share bar", [bar for bar in _share_bars(main) if bar is not main]),
        *_drop("caption", find_captions(main)),
    ]
    units = find_units(main, url)
    cards = _outermost([*_card_runs(units, main, url), *_card_boxes(units, main, url)])
    blocks = _outermost(_link_blocks(units, url))
    words = words_in(text_of(main))
    for rule, found, share in (("promo card", cards, _CARDS_SHARE), ("link block", blocks, _BLOCKS_SHARE)):
        if sum(words_in(text_of(e)) for e in found) <= share * words:
            notes += _drop(rule, found)
    return notes


def _unwrap_tables(main: HtmlElement) -> None:
    """Make divisions of the tables that a page is laid out with: those that have most of its text in one cell."""
    cell = next((around for around in (main, *main.iterancestors()) if around.tag in ("td", "th")), None)
    for around in (cell, *cell.iterancestors()) if cell is not None else ():
        if around.tag in _TABLES:
            for element in (around, *around.itersiblings(), *around.itersiblings(preceding=True)):
                if element.tag in _TABLES:
                    element.tag = "div"


def _unwrap_furniture(main: HtmlElement) -> None:
    """Make divisions of what cannot be around a story: somebody has not closed it, and all that follows is in it."""
    around_headline = {around for h1 in main.getroottree().iter("h1") for around in h1.iterancestors(*_NEVER_AROUND)}
    for around in main.iterancestors(*_NEVER_AROUND):
        if around not in around_headline:
            continue  # what is called a story here may be comments, or the footer of a short page
        around.tag = "div"
        for name in ("class", "id", "role"):
            around.attrib.pop(name, None)


def _outermost(found: Iterable[HtmlElement]) -> list[HtmlElement]:
    once = dict.fromkeys(found)
    return [e for e in once if not any(around in once for around in e.iterancestors())]


def _drop(rule: str, found: Iterable[HtmlElement]) -> list[Dropped]:
    notes: list[Dropped] = []
    for element in found:
        if element.getparent() is not None:
            if text := beginning_of(element, LONGEST_NOTE):
                notes.append(dropped(rule, text))
            element.drop_tree()
    return notes


# --- cards


def _card_runs(units: list[Unit], main: HtmlElement, url: str) -> Iterator[HtmlElement]:
    """Cards without a box of their own: a unit, a sentence, and a unit that leads to the same page or a last link."""
    for first, last in pairwise(units):
        if first.target != last.target or not last.text or not _opens_card(first) or _heads_text(last):
            continue
        between = _between(first.element, last.element, main)
        if between is not None and sum(words_in(text_of(e)) for e in between) <= _LONGEST_CARD:
            yield from (first.element, *between, last.element)
    for unit in units:
        after = unit.element.getnext()
        if after is not None and _opens_card(unit) and _ends_in_link(after, unit.target, url):
            yield from (unit.element, after)


def _ends_in_link(element: HtmlElement, target: str, url: str) -> bool:
    """Whether an element is a short text that ends in a call to action: a link to that page, and no other."""
    links = list(element.iter("a"))
    text = text_of(element)
    if not links or words_in(text) > _LONGEST_TEASER or any(target_of(a.get("href"), url) != target for a in links):
        return False
    action = text_of(links[-1])
    return bool(action) and text.endswith(action) and words_in(action) <= _LONGEST_ACTION and text != action


def _opens_card(unit: Unit) -> bool:
    """An image, or a headline: a link of a word or two opens nothing."""
    return unit.image or words_in(unit.text) > 2


def _between(first: HtmlElement, last: HtmlElement, main: HtmlElement) -> list[HtmlElement] | None:
    """The siblings between two blocks, or between what holds them; None if there are many, or links in them."""
    while first.getparent() is not last.getparent():
        if len(list(first.iterancestors())) > len(list(last.iterancestors())):
            first = first.getparent()
        else:
            last = last.getparent()
        if first is main or last is main or first is None or last is None:
            return None
    found: list[HtmlElement] = []
    for sibling in first.itersiblings():
        if sibling is last:
            return found
        if len(found) > 3 or next(sibling.iter("a"), None) is not None or (sibling.tail or "").strip():
            return None
        found.append(sibling)
    return None


def _card_boxes(units: list[Unit], main: HtmlElement, url: str) -> Iterator[HtmlElement]:
    """Cards in a box: the linked image or headline comes first, and every link in the box is a unit."""
    in_units = {link for unit in units for link in unit.element.iter("a")}
    for unit in units:
        if _PICTURE.search(unit.target) or not _opens_card(unit):
            continue
        box = unit.element if unit.image and words_in(unit.text) > 2 else None
        for around in unit.element.iterancestors():
            if around is main or around.tag in QUOTES or not _is_card(around, unit):
                break
            links = [link for link in around.iter("a") if link.get("href")]
            targets = [target_of(link.get("href"), url) for link in links]
            if not in_units.issuperset(links) or len(set(targets)) > 2:
                break
            if around.tag in _BOXES or (around.tag == "p" and targets.count(unit.target) > 1):
                box = around
        if box is not None:
            yield box


def _is_card(box: HtmlElement, unit: Unit) -> bool:
    content = text_of(box)
    if len(content) > 12 * _LONGEST_CARD or words_in(content) - words_in(unit.text) > _LONGEST_CARD:
        return False
    return len(_text_before(unit.element, box)) <= LONGEST_LABEL


def _text_before(element: HtmlElement, box: HtmlElement) -> str:
    """What the box says before the element."""
    parts: list[str] = []
    while element is not box:
        for sibling in element.itersiblings(preceding=True):
            parts += [sibling.text_content(), sibling.tail or ""]
        element = element.getparent()
        parts.append(element.text or "")
    return " ".join(" ".join(parts).split())


def _opened_cards(main: HtmlElement) -> Iterator[HtmlElement]:
    """What opens over a link in running text: right behind it an element that has the link again, and then others."""
    for link in main.iter("a"):
        card = link.getnext()
        if card is None or card.tag == "a" or (link.tail or "").strip() or not (href := link.get("href")):
            continue
        links = [inner for inner in card.iter("a") if inner.get("href")]
        if len(links) < _FARM_LINKS or links[0].get("href") != href or text_of(links[0]) != text_of(link):
            continue
        if sum(len(text_of(inner)) for inner in links) >= _FARM_SURE * len(text_of(card)):
            yield card


# --- link lists, bars, boxes


def _around_story(main: HtmlElement) -> Iterator[HtmlElement]:
    """What stands beside the story and is links for the most part, or further away and has hardly a text."""
    size = extent(text_of(main))
    for height, level in enumerate((main, *main.iterancestors())):
        if level.tag == "body":
            return
        around = [*level.itersiblings(), *level.itersiblings(preceding=True)]
        yield from (e for e in around if _is_link_farm(e, size) or (height > 1 and _is_scrap(e)))


def _is_scrap(element: HtmlElement) -> bool:
    """Whether an element has no paragraph, table or headline, and hardly a text: a bar, a menu, a form."""
    return next(element.iter("h1", "p", "table"), None) is None and extent(text_of(element)) < _SCRAP


def _is_link_farm(element: HtmlElement, story: int) -> bool:
    links = list(element.iter("a"))
    size, linked = extent(text_of(element)), sum(extent(text_of(link)) for link in links)
    headline = any(not _is_in_link(heading) for heading in element.iter("h1"))
    if len(links) < _FARM_LINKS or (headline and linked < _FARM_SURE * size):
        return False
    paragraphs = (extent(text_of(p)) for p in element.iter("p") if not _is_in_link(p))
    prose = sum(length for length in paragraphs if length >= HEAVY)
    return prose <= _FARM_PROSE * story and linked >= _FARM_LINKED * size


def _is_in_link(element: HtmlElement) -> bool:
    return next(element.iterancestors("a"), None) is not None


def _link_blocks(units: list[Unit], url: str) -> Iterator[HtmlElement]:
    """Headlines of the site's other stories: units in a list, in a heading or in capitals, or that end no sentence.

    A linked heading with a paragraph under it is a heading of this story.
    """
    for unit in units:
        if next(unit.element.iter("h1"), None) is not None or not same_site(f"//{unit.target}", url):
            continue
        if _heads_text(unit):
            continue
        listed = unit.is_heading or unit.element.tag == "li" or unit.text.isupper()
        if listed or not STATEMENT_END.search(unit.text):
            yield unit.element


def _heads_text(unit: Unit) -> bool:
    """Whether a unit is but a heading, of a paragraph right under it."""
    after = unit.element.getnext()
    if unit.image or after is None or after.tag not in ("p", "ul", "ol", "div") or extent(text_of(after)) < HEAVY:
        return False
    return any(text_of(heading) == unit.text for heading in unit.element.iter(*HEADINGS))


def _share_bars(main: HtmlElement) -> Iterator[HtmlElement]:
    """Boxes whose links all share this page somewhere, and that hold hardly a word outside of them."""
    for link in main.iter("a"):
        if not _SHARERS.search(link.get("href") or ""):
            continue
        bar = link
        for around in link.iterancestors():
            if around is main or not all(_SHARERS.search(a.get("href") or "#") for a in around.iter("a")):
                break
            if words_in(text_of(around)) - sum(words_in(text_of(a)) for a in around.iter("a")) > 4:
                break
            bar = around
        yield bar


def _sign_ups(main: HtmlElement) -> Iterator[HtmlElement]:
    """The largest box around a field for an address that holds no more text than an invitation."""
    for field in elements(_EMAIL_INPUTS, main):
        box = None
        for around in field.iterancestors():
            if (
                around is main
                or words_in(text_of(around)) > _LONGEST_SIGN_UP
                or next(around.iter("h1"), None) is not None
            ):
                break
            box = around
        if box is not None:
            yield box
