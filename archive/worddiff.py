"""What was written in the place of what, word by word; character by character in scripts without spaces."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from typing import Literal

Kind = Literal["same", "old", "new"]

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(
    rf"\s+|[{_UNSPACED}]|\d+(?:[.,:]\d+)*|[^\W\d{_UNSPACED}][\w\u0300-\u036f\u0900-\u0dff'’-]*|.", re.DOTALL
)
_MOST = 4_000_000  # pairs of words compared in full; beyond, common words are passed over, which is quick and coarser
_ALIKE = 0.4  # of the words of two paragraphs: one was made from the other
_SCRAP = 2  # letters: so little that stayed between two changes is shown as a part of them


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text that is in both versions, in the old one only, or in the new one only."""

    kind: Kind
    text: str


Paragraph = tuple[Piece, ...]


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """Two texts as one row of pieces: the old ones and the same give `old`, the new ones and the same give `new`."""
    left, right = _PIECE.findall(old), _PIECE.findall(new)
    coarse = len(left) * len(right) > _MOST
    pieces: list[Piece] = []
    for step, i, k, j, m in SequenceMatcher(None, left, right, autojunk=coarse).get_opcodes():
        if step == "equal":
            pieces.append(Piece("same", "".join(left[i:k])))
            continue
        pieces += [Piece("old", "".join(left[i:k]))] if k > i else []
        pieces += [Piece("new", "".join(right[j:m]))] if m > j else []
    return tuple(_joined(pieces))


def diff_paragraphs(old: str, new: str) -> Iterator[Paragraph]:
    """Two texts paragraph by paragraph; one that is in both is one piece."""
    left, right = ([p for p in text.split("\n") if p.strip()] for text in (old, new))
    for step, i, k, j, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if step == "equal":
            yield from ((Piece("same", paragraph),) for paragraph in left[i:k])
        else:
            yield from _changed(left[i:k], right[j:m])


def marked(pieces: Sequence[Piece]) -> str:
    """Pieces as plain text: `[-old-]{+new+}`."""
    marks = {"same": "{}", "old": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)


def as_html(pieces: Sequence[Piece]) -> str:
    """Pieces as HTML: `<del>` and `<ins>`, everything escaped."""
    marks = {"same": "{}", "old": "<del>{}</del>", "new": "<ins>{}</ins>"}
    return "".join(marks[piece.kind].format(escape(piece.text)) for piece in pieces)


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Paragraphs between two that stayed: those made from one another side by side, in order; the rest came or went."""
    at_old = at_new = 0
    for i, j in [*_beside(old, new), (len(old), len(new))]:
        yield from ((Piece("old", paragraph),) for paragraph in old[at_old:i])
        yield from ((Piece("new", paragraph),) for paragraph in new[at_new:j])
        if i < len(old):
            yield word_diff(old[i], new[j])
        at_old, at_new = i + 1, j + 1


def _beside(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places of paragraphs that are most alike, none of them crossing another two."""
    left, right = ([_words(paragraph) for paragraph in of] for of in (old, new))
    pairs = [(-_likeness(a, b), i, j) for i, a in enumerate(left) for j, b in enumerate(right)]
    found: list[tuple[int, int]] = []
    for unlike, i, j in sorted(pairs):
        if -unlike >= _ALIKE and all((i < m) == (j < n) and i != m and j != n for m, n in found):
            found.append((i, j))
    return sorted(found)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _PIECE.findall(text) if word[0].isalnum())


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / max(len(a) + len(b), 1)


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces with scraps between changes taken into them, and neighbours of one kind as one: old before new."""
    old = new = ""
    for number, piece in enumerate(pieces):
        if piece.kind == "old":
            old += piece.text
        elif piece.kind == "new":
            new += piece.text
        elif (old or new) and number + 1 < len(pieces) and len(piece.text.strip()) <= _SCRAP:
            old, new = old + piece.text, new + piece.text
        else:
            yield from _both(old, new)
            old = new = ""
            yield piece
    yield from _both(old, new)


def _both(old: str, new: str) -> Iterator[Piece]:
    """What went and what came, without the space at the ends of both."""
    if old and new and old == new:
        yield Piece("same", old)
        return
    if old:
        yield Piece("old", old)
    if new:
        yield Piece("new", new)
