"""What stands between a headline and the first paragraph: the headline again, who, when, where in the site."""

import re

from lxml.html import HtmlElement

from archive.extraction.story.blocks import Block
from archive.extraction.story.lines import SENTENCE_END
from archive.text import normalise, tokens, words_in

_PROSE = 80  # characters from which a line of sentences is the first paragraph
_MOST = 8  # lines that are looked at
_HEADLINE = 10  # characters of a headline that can be told inside a longer line
_ALIKE = 0.75  # of the words of both
_FEW = 8  # words of a byline, a date, a place in the site
_DATED = re.compile(r"\d{1,2}[:.h]\d\d\b|\b(?:19|20)\d\d\b|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}\s?[年년]|^\d+ min\b")
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$")
_NO_LETTERS = re.compile(r"[\W_]+")


def key_of(text: str) -> str:
    """The letters and digits of a text, folded: equal where only case, marks and spaces differ."""
    return _NO_LETTERS.sub("", normalise(text))


def first_paragraph(blocks: list[Block]) -> int:
    """The place of the first line that is running text; the number of lines looked at if none is."""
    for place, block in enumerate(blocks[:_MOST]):
        if block.kind == "p" and len(block.text) >= _PROSE and SENTENCE_END.search(block.text):
            return place
    return min(len(blocks), _MOST)


def without_headlines(blocks: list[Block], titles: set[str]) -> list[Block]:
    """Without the headline above the first paragraph, also inside a longer line or with a word or two changed."""
    top = first_paragraph(blocks)
    words = [set(tokens(title)) for title in titles]
    keys = {key for title in titles if len(key := key_of(title)) >= _HEADLINE}
    return [b for b in blocks[:top] if not _is_headline(b, keys, words)] + blocks[top:]


def _is_headline(block: Block, keys: set[str], words: list[set[str]]) -> bool:
    if block.element is not None and _around(block.element, "h1") and block.kind == "head":
        return True
    key = key_of(block.text)
    if any(title in key and len(key) <= 2 * len(title) for title in keys):
        return True
    if block.kind != "head":
        return False
    own = set(tokens(block.text))
    return any(len(own & said) >= _ALIKE * len(own | said) for said in words if len(own) > 2)


def _around(element: HtmlElement, tag: str) -> bool:
    return element.tag == tag or next(element.iterancestors(tag), None) is not None


def without_bylines(blocks: list[Block], authors: tuple[str, ...]) -> list[Block]:
    """Without names, dates, addresses and the place in the site above the first paragraph."""
    top = first_paragraph(blocks)
    names = [name for author in authors if " " in (name := normalise(author))]
    listed = _opens_with_labels(blocks)
    return [b for b in blocks[:top][listed:] if not _is_byline(b, names)] + blocks[top:]


def _opens_with_labels(blocks: list[Block]) -> int:
    """How many lines of a list of labels come first, before any other line."""
    count = 0
    while count < min(len(blocks), _MOST) and blocks[count].kind == "item" and _is_label(blocks[count].text):
        count += 1
    return count if count < len(blocks) and blocks[count].kind != "item" else 0


def _is_label(text: str) -> bool:
    return words_in(text) <= _FEW and not SENTENCE_END.search(text)


def _is_byline(block: Block, names: list[str]) -> bool:
    if block.kind == "row" or not _is_label(block.text):
        return False
    if block.kind != "head" and (_ADDRESS.match(block.text) or _DATED.search(block.text)):
        return True
    text = normalise(block.text)
    return any(name in text for name in names)
