"""Blocks inside the story that lead away from it: promo cards, related links, share bars, sign-up boxes.

They are told by their shape, whatever their classes, tags and words are. A *unit* is a block that is nothing but a link
to one other page (its text, its image, or both). A *card* is a linked image or headline, a sentence or two, and maybe a
call to action: all its links go to one other page. A paragraph that has links among its words is no unit, and stays.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from archive.urls import same_site

_INLINE = {"a", "span", "b", "strong", "i", "em", "font", "u", "small", "mark", "bdi", "abbr", "sup", "sub"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_CARDS = {"div", "section", "article", "aside", "li", "td", "dd", "header", "footer"}
_QUOTES = {"blockquote", "q", "figure", "figcaption", "table"}
_HEAVY = 80  # characters from which a text counts as a paragraph
_LONGEST_UNIT = 300  # characters of a link that is a block: longer ones are linked paragraphs
_LONGEST_CARD = 90  # words of a card that stand in no link
_ADVERTISEMENT = {
    "advertisement",
    "anzeige",
    "werbung",
    "publicité",
    "publicidad",
    "pubblicità",
    "advertentie",
    "annons",
    "annonse",
}
_ADVERTISEMENT |= {
    "annonce",
    "reklama",
    "реклама",
    "reklam",
    "iklan",
    "広告",
    "广告",
    "광고",
    "advertisement - scroll to continue",
}
_LONGEST_LABEL = 30  # characters of "Related", "Lesen Sie auch" before a headline
_LONGEST_BOX = 70  # words of a sign-up box
_CARDS_SHARE = 0.25  # of the words in the story's container: a page with more of its words in cards is made of them
_BLOCKS_SHARE = 0.4
_SENTENCE_END = re.compile(r"[.。।؟][\"'”’»)\]]*$")
_SHARERS = re.compile(
    r"//(?:www\.|m\.|api\.)?(?:facebook\.com/(?:sharer|share|dialog)|(?:twitter|x)\.com/(?:intent|share|home\?status)"
    r"|linkedin\.com/(?:share|cws|sharing)|wa\.me/\?|whatsapp\.com/send|t\.me/share|telegram\.me/share|reddit\.com/submit"
    r"|pinterest\.[a-z.]+/pin/create|vk\.com/share|line\.me/|social-plugins\.line\.me|b\.hatena\.ne\.jp|bsky\.app/intent"
    r"|getpocket\.com/(?:save|edit)|share\.flipboard|tumblr\.com/(?:share|widgets)|xing\.com/)|^whatsapp:|^mailto:\?",
    re.IGNORECASE,
)
_EMAIL_INPUTS = XPath(".//input[@type='email' or contains(@name, 'email') or contains(@name, 'mail')]")


@dataclass(frozen=True, slots=True)
class Unit:
    """A block that is nothing but a link: the block, where it leads, what it says, whether it shows an image."""

    element: HtmlElement
    target: str
    text: str
    image: bool


def prune_story(tree: HtmlElement, url: str, description: str) -> None:
    """Take the blocks that are not the story out of the tree. What lies outside the story's container is left alone."""
    main = story_root(tree)
    if main is None:
        return
    if description and (standfirst := _standfirst(tree, description)) is not None:
        _drop(standfirst)
    for box in [*_sign_ups(main), *_share_bars(main)]:
        _drop(box)
    units = list(_units(main, url))
    cards = _outermost([*_card_runs(units, main), *_card_boxes(units, main)])
    blocks = _outermost(_link_blocks(units, main, url))
    words = _words(_text(main))
    for elements, share in ((cards, _CARDS_SHARE), (blocks, _BLOCKS_SHARE)):
        if sum(_words(_text(e)) for e in elements) <= share * words:
            for element in elements:
                _drop(element)


def _outermost(elements: Iterable[HtmlElement]) -> list[HtmlElement]:
    found = dict.fromkeys(elements)
    return [e for e in found if not any(around in found for around in e.iterancestors())]


def story_root(tree: HtmlElement) -> HtmlElement | None:
    """The smallest element with most of the page's running text; None for a page without any."""
    body = tree.find(".//body")
    if body is None:
        return None
    weights: dict[HtmlElement, int] = {}
    for element, weight in _weighty(body):
        for around in element.iterancestors():
            weights[around] = weights.get(around, 0) + weight
            if around is body:
                break
    total, main = weights.get(body, 0), body
    while total:
        heaviest = max(main, key=lambda child: weights.get(child, 0), default=None)
        if heaviest is None or weights.get(heaviest, 0) < 0.6 * total:
            return main
        main = heaviest
    return None


def _weighty(body: HtmlElement) -> Iterator[tuple[HtmlElement, int]]:
    for paragraph in body.iter("p"):
        length = len(paragraph.text_content())
        if length >= _HEAVY:
            yield paragraph, length
    for block in body.iter("div", "br", "section", "td"):
        for text in (block.text, block.tail if block.tag == "br" else None):
            if text and len(text) >= _HEAVY and len(text.strip()) >= _HEAVY:
                yield block, len(text)


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _words(text: str) -> int:
    return len(text.split()) if text.isascii() or " " in text.strip() else len(text) // 3


# --- units


def _units(main: HtmlElement, url: str) -> Iterator[Unit]:
    done: set[HtmlElement] = set()
    for link in main.iter("a"):
        target = _target(link.get("href"), url)
        if target and link not in done:
            unit = _unit(link, target, url, main)
            if unit:
                done.update(unit.element.iter("a"))
                yield unit


def _target(href: str | None, url: str) -> str:
    """The other page of a link, without query and fragment; "" for this page, scripts and addresses."""
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return ""
    try:
        parts = urlsplit(urljoin(url, href.strip()))
        own = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", ""):
        return ""
    same = parts.netloc == own.netloc and parts.path.rstrip("/") == own.path.rstrip("/")
    return "" if same else f"{parts.netloc}{parts.path.rstrip('/')}?{parts.query if not parts.path.strip('/') else ''}"


def _unit(link: HtmlElement, target: str, url: str, main: HtmlElement) -> Unit | None:
    """The largest block around a link that holds nothing but links to the same page; None if it stands among words."""
    text = _text(link)
    if len(text) > _LONGEST_UNIT:
        return None
    top = link
    for around in link.iterancestors():
        if around is main or around.tag in _QUOTES or not _only_links(around, target, url):
            break
        top = around
    if top.tag in _INLINE and not _stands_alone(top):
        return None
    return Unit(top, target, _text(top), next(top.iter("img", "picture", "svg"), None) is not None)


def _only_links(element: HtmlElement, target: str, url: str) -> bool:
    """Whether an element holds no text but that of links to this page, and perhaps a label before them."""
    links = list(element.iter("a"))
    if any(_target(link.get("href"), url) != target for link in links):
        return False
    content = "".join(element.text_content()[: 5 * _LONGEST_UNIT].split())
    linked = sum(len("".join(link.text_content().split())) for link in links)
    if len(content) <= linked:
        return True
    label = len(content) - linked
    ends_linked = content.endswith("".join(links[-1].text_content().split()))
    return ends_linked and label <= _LONGEST_LABEL and 2 * label <= linked


def _stands_alone(element: HtmlElement) -> bool:
    """Whether an inline element has a line for itself: blocks or nothing on both sides."""
    before, parent = element.getprevious(), element.getparent()
    left = (before.tail if before is not None else parent.text if parent is not None else "") or ""
    if left.strip() or (element.tail or "").strip():
        return False
    after = element.getnext()
    return all(e is None or e.tag not in _INLINE for e in (before, after)) and (
        parent is None or parent.tag not in _INLINE
    )


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


# --- cards


def _card_runs(units: list[Unit], main: HtmlElement) -> Iterator[HtmlElement]:
    """Cards without a box of their own: units to one page, one after the other, with a sentence between."""
    for first, last in zip(units, units[1:], strict=False):
        if (
            first.target == last.target
            and last.text
            and (first.image or _words(first.text) > 2)
            and not _heads_text(last)
        ):
            between = _between(first.element, last.element, main)
            if between is not None and sum(_words(_text(e)) for e in between) <= _LONGEST_CARD:
                yield from (first.element, *between, last.element)


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


def _card_boxes(units: list[Unit], main: HtmlElement) -> Iterator[HtmlElement]:
    """Cards in a box: the linked image or headline comes first, and no link in the box leads anywhere else."""
    for unit in units:
        box = None
        for around in unit.element.iterancestors():
            if around is main or around.tag in _QUOTES or not _is_card(around, unit):
                break
            box = around if around.tag in _CARDS else box
        if box is not None:
            yield box


def _is_card(box: HtmlElement, unit: Unit) -> bool:
    content = _text(box)
    apart = _words(content) - _words(unit.text)
    if len(content) > 12 * _LONGEST_CARD or not apart <= _LONGEST_CARD:
        return False
    if not (unit.image or _words(unit.text) > 2) or len(_text_before(unit.element, box)) > _LONGEST_LABEL:
        return False
    return all(_ends_alike(link.get("href", ""), unit.target) for link in box.iter("a") if link.get("href"))


def _text_before(element: HtmlElement, box: HtmlElement) -> str:
    """What the box says before the element."""
    parts: list[str] = []
    while element is not box:
        for sibling in element.itersiblings(preceding=True):
            parts += [sibling.text_content(), sibling.tail or ""]
        parent = element.getparent()
        parts.append(parent.text or "")
        element = parent
    return " ".join(" ".join(parts).split())


def _ends_alike(href: str, target: str) -> bool:
    path = href.split("#")[0].split("?")[0].rstrip("/")
    return bool(path) and target.split("?")[0].endswith(path.split("//")[-1].lstrip("./"))


# --- link lists, bars, boxes


def _link_blocks(units: list[Unit], main: HtmlElement, url: str) -> Iterator[HtmlElement]:
    """Headlines of the site's other stories: units in a list, in a heading or in capitals, or that end no sentence.

    A linked heading with a paragraph under it is a heading of this story.
    """
    for unit in units:
        if next(unit.element.iter("h1"), None) is not None or not same_site(f"//{unit.target}", url):
            continue
        if _heads_text(unit):
            continue
        if _is_heading(unit) or unit.element.tag == "li" or unit.text.isupper() or not _SENTENCE_END.search(unit.text):
            yield unit.element


def _is_heading(unit: Unit) -> bool:
    return next(unit.element.iter(*_HEADINGS), None) is not None


def _heads_text(unit: Unit) -> bool:
    """Whether a unit is the heading of a paragraph right under it."""
    after = unit.element.getnext()
    return (
        _is_heading(unit)
        and after is not None
        and after.tag in ("p", "ul", "ol", "div")
        and len(_text(after)) >= _HEAVY
    )


def _share_bars(main: HtmlElement) -> Iterator[HtmlElement]:
    """Boxes whose links all share this page somewhere, and that hold hardly a word outside of them."""
    for link in main.iter("a"):
        if not _SHARERS.search(link.get("href") or ""):
            continue
        bar = link
        for around in link.iterancestors():
            if around is main or not all(_SHARERS.search(a.get("href") or "#") for a in around.iter("a")):
                break
            if _words(_text(around)) - sum(_words(_text(a)) for a in around.iter("a")) > 4:
                break
            bar = around
        yield bar


def _sign_ups(main: HtmlElement) -> Iterator[HtmlElement]:
    """The largest box around a field for an address that holds no more text than an invitation."""
    for field in _EMAIL_INPUTS(main):
        box = None
        for around in field.iterancestors():
            if around is main or _words(_text(around)) > _LONGEST_BOX or next(around.iter("h1"), None) is not None:
                break
            box = around
        if box is not None:
            yield box


# --- the standfirst


def _standfirst(tree: HtmlElement, description: str) -> HtmlElement | None:
    """The block that says the description word for word, if it stands apart from the story's paragraphs.

    A first paragraph that a page repeats as its description is followed by its like; a standfirst by the date, the
    byline, or blocks of another kind.
    """
    wanted = "".join(description.split())
    for element in tree.iter("p", "h2", "h3", "h4", "div", "span", "strong"):
        text = element.text
        if text and text.strip() and wanted.startswith("".join(text.split())[:20]):
            if "".join(element.text_content()[: 2 * len(description) + 200].split()) == wanted:
                return element if _stands_apart(element) else None
    return None


def _stands_apart(element: HtmlElement) -> bool:
    """Whether a date, a byline or a label comes between this block and the next paragraph."""
    if element.tag in _INLINE:
        return False
    for level in (element, *list(element.iterancestors())[:3]):
        for sibling in level.itersiblings():
            if _is_dateline(sibling):
                return True
            if len(_text(sibling)) >= _HEAVY:
                return False
    return False


def _is_dateline(element: HtmlElement) -> bool:
    """A time, or a label of a word or three that is not an advertisement's."""
    text = _text(element)
    if next(element.iter("time"), None) is not None:
        return True
    return 0 < _words(text) <= 3 and text.casefold() not in _ADVERTISEMENT
