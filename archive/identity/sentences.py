"""Texts as sentences, and which sentence of one version became which of the next. Any script; pure functions."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from archive.identity.quotes import has_mark
from archive.text import clean

ALIKE = 0.5  # of two sentences' words: one was made from the other
_ALIKE_IN_PLACE = 0.2  # the same, where their neighbours are the same
_MOST_COMPARED = 40_000  # pairs of sentences; beyond, only those in the same place
_CLOSERS = "\"'”’»«“」』）)\\]】›"
_END = re.compile(
    rf"(?:[.!?…]+[{_CLOSERS}]*|[።؟।۔][{_CLOSERS}]*)\s+(?=[\"'“”„‚‘«»‹›¿¡(\[–—-]*\s*[^\s\"'“”„«»(\[])|[。！？｡]+[{_CLOSERS}]*\s*"
)
_NOT_AN_END = re.compile(r"(?:^|[\s(])(?:[^\W\d_]{1,2}|[Mm]rs?|[Ss]t|[Dd]r|[Pp]rof|\d{1,2})\.\s+$")
_BEFORE_A_NUMBER = re.compile(r"(?:^|[\s(\[])[^\W\d_]{1,4}\.\s+$")  # "Feb. 14", "Nr. 5", "min. 21"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(
    r"\d[\d.,:٫٬'’\u00a0\u202f]*(?<![.,:'’\u00a0\u202f])|\d"
    rf"|[{_UNSPACED}]|[^\W\d_{_UNSPACED}](?:[\w\u0300-\u036f\u0900-\u0dff](?<![\d_{_UNSPACED}])|['’](?=[^\W\d_]))*|[^\w\s]|_"
)
_ALIKE_MARKS = {'"': "“”„‟«»″＂", "'": "‘’‚‛‹›′＇ʼ`´", "-": "‐‑‒–—―−", "...": "…"}
_FOLDED = str.maketrans({mark: plain for plain, marks in _ALIKE_MARKS.items() for mark in marks})
_GROUPS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: as it is written, its words and marks, and the same folded, for comparison. `block`: its place."""

    text: str
    words: tuple[str, ...]
    key: tuple[str, ...]
    block: int


@dataclass(frozen=True, slots=True)
class Pairing:
    """What became of the sentences of a text: those that were changed, dropped and added. `moved`: how many stand
    elsewhere. `alike`: how alike the two of each pair are.
    """

    changed: tuple[tuple[Sentence, Sentence], ...]
    alike: tuple[float, ...]
    dropped: tuple[Sentence, ...]
    added: tuple[Sentence, ...]
    moved: int


def fold(text: str) -> str:
    """Text for comparison: NFKC, case folded, quotation marks and dashes of one kind, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", clean(text).translate(_FOLDED)).casefold().split())


def split_sentences(text: str) -> Iterator[str]:
    """The sentences of a paragraph, nothing lost but the white space between them."""
    start = 0
    for end in _END.finditer(text):
        so_far, number = text[start : end.end()], text[end.end() : end.end() + 1].isdigit()
        if not _NOT_AN_END.search(so_far) and not (number and _BEFORE_A_NUMBER.search(so_far)):
            yield text[start : end.end()].strip()
            start = end.end()
    if rest := text[start:].strip():
        yield rest


def words_of(text: str) -> tuple[str, ...]:
    """Words, numbers with their separators, and marks; single characters of scripts without spaces."""
    return tuple(_WORD.findall(_GROUPS.sub("\u202f", text)))


def sentences_of(blocks: Sequence[str]) -> list[Sentence]:
    """The sentences of a text's paragraphs, in order."""
    found = []
    for number, block in enumerate(blocks):
        for text in split_sentences(block):
            pairs = [(word, key) for word in words_of(text) if (key := fold(word))]  # some marks fold to nothing
            found.append(Sentence(text, tuple(word for word, _ in pairs), tuple(key for _, key in pairs), number))
    return found


def pair(old: Sequence[Sentence], new: Sequence[Sentence]) -> Pairing:
    """Pairs equal sentences wherever they stand, then those alike, then those in the same place."""
    matched = dict(_equal(old, new))
    moved = _moves(matched)
    left = [i for i in range(len(old)) if i not in matched]
    right = sorted(set(range(len(new))).difference(matched.values()))
    scores = dict[tuple[int, int], float]()
    if len(left) * len(right) <= _MOST_COMPARED:
        scores = {(i, j): s for i in left for j in right if (s := alike(old[i].key, new[j].key)) >= ALIKE}
    changed = dict(_best(scores))
    changed |= dict(_in_place(old, new, matched | changed))
    came = set(changed.values())
    pairs = sorted(changed.items())
    return Pairing(
        changed=tuple((old[i], new[j]) for i, j in pairs),
        alike=tuple(alike(old[i].key, new[j].key) for i, j in pairs),
        dropped=tuple(old[i] for i in left if i not in changed),
        added=tuple(new[j] for j in right if j not in came),
        moved=moved,
    )


def alike(a: Sequence[str], b: Sequence[str]) -> float:
    """How many words two sentences share, of those of both, 0 to 1 (Dice); marks do not count."""
    left, right = (Counter(word for word in words if word[0].isalnum()) for words in (a, b))
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else float(tuple(a) == tuple(b))


def _equal(old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """Places of equal sentences, those in order first, so that of two equal ones the right one is taken."""
    left, right = [s.key for s in old], [s.key for s in new]
    matched = dict[int, int]()
    for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
        matched |= {block.a + n: block.b + n for n in range(block.size)}
    free = dict[tuple[str, ...], list[int]]()
    taken = set(matched.values())
    for j, key in enumerate(right):
        if j not in taken:
            free.setdefault(key, []).append(j)
    for i, key in enumerate(left):
        if i not in matched and free.get(key):
            matched[i] = free[key].pop(0)
    yield from matched.items()


def _moves(matched: dict[int, int]) -> int:
    """How many equal sentences have left the order of the others."""
    places = [matched[i] for i in sorted(matched)]
    kept = sum(
        block.size for block in SequenceMatcher(None, places, sorted(places), autojunk=False).get_matching_blocks()
    )
    return len(places) - kept


def _best(scores: dict[tuple[int, int], float]) -> Iterator[tuple[int, int]]:
    """The best partner of each, best pairs first."""
    left, right = set[int](), set[int]()
    for (i, j), _ in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            yield i, j


def _in_place(old: Sequence[Sentence], new: Sequence[Sentence], matched: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Sentences between the same neighbours that are a little alike, or hold quotations both."""
    taken = set(matched.values())
    for i, before in enumerate(old):
        j = matched.get(i - 1, -1) + 1 if i else 0
        if i in matched or j in taken or j >= len(new) or (i and not j):
            continue
        if matched.get(i + 1, len(new)) != j + 1:
            continue
        both = has_mark(before.text) and has_mark(new[j].text)
        if both or alike(before.key, new[j].key) >= _ALIKE_IN_PLACE:
            yield i, j
