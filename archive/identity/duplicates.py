"""Whether two texts are one: equal, or nearly, word for word. Pure functions."""

from dataclasses import dataclass
from itertools import islice

from archive.text import tokens

AGREE = 0.8  # of the shorter text's word triples
FEW_WORDS = 40  # fewer say nothing: "The video is not available", a weather table, a correction
_RUN = 3  # words
_MOST_WORDS = 20_000  # compared; a longer text is decided by its beginning


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two texts are, 0 to 1: runs of three words in both, of those in either and of those in the shorter."""

    jaccard: float
    containment: float


def likeness(a: str, b: str) -> Likeness:
    """Compares two texts by their runs of three words; texts of fewer words are alike if they are equal."""
    left, right = _runs(a), _runs(b)
    if not left or not right:
        same = float(left == right)
        return Likeness(same, same)
    common = len(left & right)
    return Likeness(common / len(left | right), common / min(len(left), len(right)))


def agree(a: str, b: str) -> bool:
    """Whether two pages that are taken for one by their address hold one story, whole or in part.

    Short texts must be equal.
    """
    left, right = tokens(a), tokens(b)
    if min(len(left), len(right)) < FEW_WORDS:
        return left == right
    return likeness(a, b).containment >= AGREE


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = list(islice(tokens(text), _MOST_WORDS))
    if len(words) < _RUN:
        return frozenset([tuple(words)] if words else [])
    return frozenset(zip(words, words[1:], words[2:], strict=False))
