"""What of a text makes a version: its paragraphs, without what the page says of itself and what changes by itself."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from archive.identity.sentences import ALIKE, alike, fold, split_sentences
from archive.identity.stamps import heads_box, is_label, is_plea, is_stamp
from archive.text import words_in

_PARTS = re.compile(r"\s*[|·•‧∙●]\s*|\s+/\s+|\t+")
_ENDS = re.compile(r"[.!?…。！？｡।؟۔:：;][\"'”’»“」』）)\]】›]*$")
_SENTENCE = re.compile(r"[.!?…。！？｡।؟۔][\"'”’»“」』）)\]】›]*$")
_MOST_LOOSE = 6  # lines that may come or go
_HEADLINE = 20  # words: longer lines are paragraphs
_PROSE = 12  # words: shorter lines may stand in another order


@lru_cache(maxsize=64)  # a text is compared more than once, and a page's with several
def story_blocks(text: str) -> tuple[str, ...]:
    """The paragraphs of a text as they are written, without ages, counters, labels and boxes of links."""
    return tuple(_blocks(text))


def same_story(a: str, b: str) -> bool:
    """Whether two texts differ in nothing that the publisher wrote as a part of the story.

    Paragraphs must be in the same order; shorter lines need not. A few lines that are neither sentences nor hold a
    number (captions, credits, links) may come and go, for a page has more of them than extraction always tells from the
    story; one that was reworded is an edit.
    """
    left, right = ([fold(block) for block in story_blocks(text)] for text in (a, b))
    if left == right:
        return True
    if _prose(left) != _prose(right) or Counter(filter(_is_firm, left)) != Counter(filter(_is_firm, right)):
        return False
    gone, came = (list((Counter(x) - Counter(y)).elements()) for x, y in ((left, right), (right, left)))
    if max(len(gone), len(came)) > _MOST_LOOSE:
        return False
    return not any(alike(old.split(), new.split()) >= ALIKE for old in gone for new in came)


@lru_cache(maxsize=64)
def blocks_hash(text: str) -> str:
    """SHA-256 of what must be the same of a text, in hexadecimal: equal if `same_story`."""
    blocks = [fold(block) for block in story_blocks(text)]
    return hashlib.sha256("\n".join([*_prose(blocks), "", *sorted(filter(_is_firm, blocks))]).encode()).hexdigest()


def _prose(blocks: list[str]) -> list[str]:
    return [block for block in blocks if words_in(block) >= _PROSE]


def _is_firm(block: str) -> bool:
    """Whether a line is a paragraph, a sentence, or holds a number."""
    return words_in(block) >= _PROSE or _SENTENCE.search(block) is not None or any(c.isdigit() for c in block)


def _blocks(text: str) -> Iterator[str]:
    boxed = False
    for line in filter(None, map(str.strip, text.split("\n"))):
        if heads_box(line):
            boxed = True
        elif is_label(line) or is_plea(line) or not (kept := _without_stamps(line)):
            continue  # they stand within boxes, too
        elif not (boxed and _is_headline(line)):
            boxed = False
            yield kept


def _is_headline(line: str) -> bool:
    """A line that is no sentence, as are the links of a box."""
    return words_in(line) <= _HEADLINE and not _ENDS.search(line)


def _without_stamps(line: str) -> str:
    """A line without those of its parts, or of its sentences, that are ages or counters."""
    parts = [part for part in _PARTS.split(line) if part]
    if len(kept := [part for part in parts if not is_stamp(part)]) < len(parts):
        return " | ".join(kept)
    if not any(c.isdigit() for c in line):
        return line
    sentences = list(split_sentences(line))
    kept = [sentence for sentence in sentences if not is_stamp(sentence.strip("()[]（）【】 "))]
    return line if len(kept) == len(sentences) else " ".join(kept)
