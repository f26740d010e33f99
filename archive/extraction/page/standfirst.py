"""The story's container, and the standfirst above the story: a field of its own, not a paragraph."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.extraction.page.units import INLINE, text_of
from archive.text import extent, words_in

HEAVY = 80  # characters from which a text counts as a paragraph
_MOST = 0.6  # of the running text: an element with more of it in one child is not the smallest around the story
_STANDFIRSTS = {"p", "h2", "h3", "div"}
_SHORTEST, _LONGEST = 40, 400  # characters of a standfirst
_ADVERTISEMENT = {
    *("advertisement", "anzeige", "werbung", "publicité", "publicidad", "publicidade", "pubblicità", "advertentie"),
    *(
        "annons",
        "annonse",
        "annonce",
        "reklama",
        "реклама",
        "reklam",
        "reklame",
        "mainos",
        "iklan",
        "広告",
        "广告",
        "광고",
    ),
}


def story_root(tree: HtmlElement) -> HtmlElement | None:
    """The smallest element with most of the page's running text; None for a page without any."""
    body = tree.find(".//body")
    if body is None:
        return None
    weights: dict[HtmlElement, int] = {}
    for element, weight in _paragraphs(body):
        above = list(element.iterancestors())
        if element.tag != "a" and all(around.tag != "a" for around in above):
            for around in above:
                weights[around] = weights.get(around, 0) + weight
    total, main = weights.get(body, 0), body
    while total:
        heaviest = max(main, key=lambda child: weights.get(child, 0), default=None)
        if heaviest is None or weights.get(heaviest, 0) < _MOST * total:
            return main
        main = heaviest
    return None


def _paragraphs(body: HtmlElement) -> Iterator[tuple[HtmlElement, int]]:
    """Elements with running text of their own that is no link, and how many characters."""
    for paragraph in body.iter("p"):
        length = extent(text_of(paragraph))
        if length >= HEAVY and 2 * sum(extent(text_of(link)) for link in paragraph.iter("a")) <= length:
            yield paragraph, length
    for block in body.iter("div", "br", "section", "article", "td", "font"):
        for text in (block.text, block.tail):
            if text and 3 * len(text) >= HEAVY and (length := extent(text.strip())) >= HEAVY:
                yield block, length


def find_standfirst(tree: HtmlElement, description: str) -> HtmlElement | None:
    """The block that says the description word for word, if a date, a byline or a label follows it.

    A first paragraph that a page repeats as its description is followed by the second one, and stays.
    """
    wanted = "".join(description.split())
    for element in tree.iter("p", "h2", "h3", "h4", "div", "span", "strong") if wanted else ():
        text = "".join((element.text or "").split())[:20]
        if not text or not wanted.startswith(text):
            continue
        if "".join(element.text_content()[: 2 * len(description) + 200].split()) == wanted:
            return element if _stands_apart(element) else None
    return None


def visible_standfirst(tree: HtmlElement) -> str:
    """The sentence under the headline, if a date, a byline or a label separates it from the story; "" else."""
    h1 = tree.find(".//h1")
    for level in (h1, *list(h1.iterancestors())[:2]) if h1 is not None else ():
        after = level.getnext()
        if after is not None and (text := text_of(after)):
            fits = after.tag in _STANDFIRSTS and _SHORTEST <= extent(text) <= _LONGEST
            return text if fits and next(after.iter("a"), None) is None and _stands_apart(after) else ""
    return ""


def _stands_apart(element: HtmlElement) -> bool:
    """Whether something that is no paragraph comes between this block and the next paragraph, and there is one."""
    if element.tag in INLINE:
        return False
    for level in (element, *list(element.iterancestors())[:3]):
        for sibling in level.itersiblings():
            if _is_dateline(sibling):
                return _goes_on(sibling)
            if extent(text_of(sibling)) >= HEAVY:
                return False
    return False


def _goes_on(label: HtmlElement) -> bool:
    """Whether running text follows: what stands alone above a wall or a footer is no standfirst, but all there is."""
    for level in (label, *label.iterancestors()):
        size = 0
        for sibling in level.itersiblings():
            size += extent(text_of(sibling))
            if size >= HEAVY:
                return True
    return False


def _is_dateline(element: HtmlElement) -> bool:
    """A time, or a label of a word or three that is not an advertisement's."""
    text = text_of(element)
    if extent(text) < HEAVY and next(element.iter("time"), None) is not None:
        return True
    return 0 < words_in(text) <= 3 and text.casefold() not in _ADVERTISEMENT
