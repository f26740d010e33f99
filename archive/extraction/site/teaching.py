"""Which lines stand in several stories of a site: what a site's pages teach about it. Pure functions of traits.

A line that stands under different headlines is the site's, not the story's. But not every two pages are two stories:
a page fetched again, edited or under another address is the same one, and the parts of a running story, or of a
series, repeat their background word for word. So pages that share much of their text count once, and so do pages whose
headlines have a word in common.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from archive.models import Article, Line, Traits
from archive.text import tokens
from archive.urls import url_key

MARK = 12  # hexadecimal digits: by chance, two of a million lines are taken for one once in five hundred archives
_LETTERS = re.compile(r"\w+")
_NO_LETTERS = {code: None for code in range(128) if not chr(code).isalnum()}
_SHOWN = 100  # characters kept of a line, for people
_SHORTEST_WORD = 4
_SHARED_WORDS = 2
ENOUGH = 24  # topics: more are not counted
_SAME_STORY = 0.3  # of the shorter one's characters: pages that share more are one story
_EVERYWHERE = 5, 0.2  # pages, and their share: what stands on more proves no kinship


@lru_cache(maxsize=1024)  # each line's is asked for when it teaches and when it is judged
def mark_of(text: str) -> str:
    """The mark of a text: of its letters and digits, whatever their case; "" if it has none."""
    if text.isascii():
        letters = text.lower().translate(_NO_LETTERS)
    else:
        letters = "".join(_LETTERS.findall(unicodedata.normalize("NFKC", text).casefold())).replace("_", "")
    return hashlib.blake2b(letters.encode(), digest_size=MARK // 2).hexdigest() if letters else ""


def topic_words(headline: str) -> set[str]:
    """The words by which a headline tells its topic: the longer ones, or pairs of characters in unspaced scripts."""
    words = tokens(headline)
    if words and all(len(word) == 1 for word in words):
        return {"".join(pair) for pair in pairwise(words)}
    return {word for word in words if len(word) >= _SHORTEST_WORD}


def traits_of(said: Article, url: str, lines: Iterable[str], headings: Iterable[str] = ()) -> Traits:
    """What a page can teach. `lines`: those of its text, before anything was dropped for the site's sake; `headings`:
    what else it shows as a heading, which counts as a line without length.
    """
    found = {mark: Line(mark, len(text), text[:_SHOWN]) for text in lines if (mark := mark_of(text))}
    for text in headings:
        if len(text) <= _SHOWN and (mark := mark_of(text)):
            found.setdefault(mark, Line(mark, 0, text))
    return Traits(
        url=mark_of(url_key(url)),
        title=mark_of(said.title or ""),
        description=mark_of(said.description or ""),
        words=tuple(sorted(topic_words(said.title or ""))),
        lines=tuple(found.values()),
    )


def count_topics(pages: Iterable[Traits]) -> dict[str, int]:
    """By mark, in how many stories of different topics a line stands. Any order of the pages gives the same."""
    ordered = sorted(pages, key=lambda page: (page.url, page.title, [line.mark for line in page.lines]))
    standing: dict[str, list[int]] = {}
    for number, page in enumerate(ordered):
        for mark in dict.fromkeys(line.mark for line in page.lines):
            standing.setdefault(mark, []).append(number)
    story = _stories(ordered, standing)
    common = _common_words(ordered)
    words = [frozenset(page.words) - common for page in ordered]
    return {mark: _unrelated(on, story, words) for mark, on in standing.items()}


def _stories(pages: Sequence[Traits], standing: Mapping[str, Sequence[int]]) -> list[int]:
    """For each page the number of the first page that is the same story."""
    first = list(range(len(pages)))

    def story(number: int) -> int:
        while first[number] != number:
            number = first[number]
        return number

    for a, b in (*_namesakes(pages), *_kin(pages, standing)):
        a, b = sorted((story(a), story(b)))
        first[b] = a
    return [story(number) for number in range(len(pages))]


def _namesakes(pages: Sequence[Traits]) -> Iterator[tuple[int, int]]:
    """Pairs of pages with one address or one headline."""
    seen: dict[tuple[str, str], int] = {}
    for number, page in enumerate(pages):
        for name in (("url", page.url), ("title", page.title)):
            if name[1]:
                yield seen.setdefault(name, number), number


def _kin(pages: Sequence[Traits], standing: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of pages whose texts share so much that they are one story, what stands on very many pages aside."""
    least, share = _EVERYWHERE
    telling = {mark for mark, on in standing.items() if len(on) <= max(least, share * len(pages))}
    sizes = [{line.mark: line.size for line in page.lines if line.size and line.mark in telling} for page in pages]
    totals = [sum(of.values()) for of in sizes]
    shared: Counter[tuple[int, int]] = Counter()
    for mark in telling:
        for a, b in combinations([number for number in standing[mark] if mark in sizes[number]], 2):
            shared[a, b] += sizes[a][mark]
    yield from ((a, b) for (a, b), size in shared.items() if size > _SAME_STORY * min(totals[a], totals[b]))


def _common_words(pages: Sequence[Traits]) -> frozenset[str]:
    """Words of so many headlines that they tell no topic: the site's name, "live"."""
    least, share = _EVERYWHERE
    counts = Counter(word for page in pages for word in page.words)
    return frozenset(word for word, count in counts.items() if count > max(least, share * len(pages)))


def _unrelated(on: Sequence[int], story: Sequence[int], words: Sequence[frozenset[str]]) -> int:
    """How many of these pages are different stories of different topics, up to ENOUGH."""
    taken: list[int] = []
    for number in on:
        if all(story[number] != story[other] and not _related(words[number], words[other]) for other in taken):
            taken.append(number)
            if len(taken) == ENOUGH:
                break
    return len(taken)


def _related(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether two headlines are of one topic: two words in common, or half of the shorter one's."""
    shared = len(a & b)
    return shared >= _SHARED_WORDS or (shared > 0 and 2 * shared >= min(len(a), len(b)))
