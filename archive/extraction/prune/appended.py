"""Other stories that a page appends to its own: what infinite scrolling loads, and archives of a day."""

from collections.abc import Iterator
from itertools import pairwise

from lxml.html import HtmlElement

from archive.extraction.page.standfirst import HEAVY
from archive.extraction.page.units import HEADINGS, target_of, text_of
from archive.extraction.story.openings import key_of

_ADDRESSES = ("data-url", "data-canonical", "data-canonical-url", "data-article-url", "data-permalink", "itemid")
_HOLDERS = ("article", "section", "div")
_PARAGRAPHS = 2  # of running text, from which something is a story and not a teaser


def find_appended(tree: HtmlElement, title: str, url: str) -> Iterator[HtmlElement]:
    """Elements after the story's headline and first paragraphs that are whole stories with headlines of their own.

    They have the address of another page; or are <article>s that begin with an h1, or with a heading that links to
    another page; or begin with an h1 and have a time, as the element of the same name beside them that holds the
    story. Further h1 of the story's own element are sections of it.
    """
    wanted = key_of(title)
    own = next((heading for heading in tree.iter("h1", "h2") if wanted and key_of(text_of(heading)) == wanted), None)
    if own is None:
        return
    levels = [own, *own.iterancestors()]
    holders = {parent: child for child, parent in pairwise(levels)}  # of the headline, by what they stand in
    around, paragraphs, found = set(levels), -1, None
    for element in tree.iter("p", own.tag, *_HOLDERS):
        if element is own:
            paragraphs = 0
        if paragraphs < 0 or element in around or (found is not None and found in element.iterancestors()):
            continue
        if element.tag == "p":
            paragraphs += _is_prose(element)
        elif paragraphs >= _PARAGRAPHS and _is_another(element, wanted, url, holders) and _is_story(element):
            found = element
            yield element


def _is_another(element: HtmlElement, title: str, url: str, holders: dict[HtmlElement, HtmlElement]) -> bool:
    if any(target_of(element.get(name), url) for name in _ADDRESSES if element.get(name)):
        return True
    if element.tag != "article" and not _is_twin(element, holders):
        return False
    headline = next(element.iter(*HEADINGS), None)
    if headline is None or key_of(text_of(headline)) == title:
        return False
    linked = element.tag == "article" and any(target_of(link.get("href"), url) for link in headline.iter("a"))
    return linked or headline.tag == "h1"


def _is_twin(element: HtmlElement, holders: dict[HtmlElement, HtmlElement]) -> bool:
    """Whether an element stands beside the one that holds the story, has its name and, as that one, a time."""
    parent = element.getparent()
    holder = holders.get(parent) if parent is not None else None
    if holder is None or (holder.tag, holder.get("class")) != (element.tag, element.get("class")):
        return False
    return _is_dated(holder) and _is_dated(element)


def _is_dated(element: HtmlElement) -> bool:
    return next(element.iter("time"), None) is not None


def _is_story(element: HtmlElement) -> bool:
    return sum(map(_is_prose, element.iter("p"))) >= _PARAGRAPHS


def _is_prose(paragraph: HtmlElement) -> bool:
    """Whether a paragraph is running text outside of links."""
    return len(text_of(paragraph)) >= HEAVY and next(paragraph.iterancestors("a"), None) is None
