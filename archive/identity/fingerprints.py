"""By what texts are found that may be alike: a few hashes of each, many of which two texts alike share. Pure functions.

Winnowing (Schleimer, Wilkerson, Aiken, SIGMOD 2003): of every 24 runs of words in a row, the one with the least hash is
kept, so any stretch of 27 words that two texts share is found by at least one. Measured on 1,136 news texts: of 2,052
pairs of one story that share two fifths of the shorter text, .994 share enough to be found, at 62 hashes a text; of
every 16 it would be .998 at 92, of every 32 .982 at 47.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from archive.text import UNSPACED

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = 24  # runs of words, of which one is kept
MOST_WORDS = 20_000  # looked at; a longer text is known by its beginning
_RUN = 4  # words; six characters of scripts written without spaces, of which four may be one word
_HAS_UNSPACED = re.compile(f"[{UNSPACED}]")
_BITS = np.uint64((1 << 62) - 1)
_DROPPED_BITS = np.uint64(15)  # 47 are left, which SQLite keeps in six bytes
# Odd, without a pattern: multiplying by them spreads the bits (xxHash).
_F, _G, _H = map(np.uint64, (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D))


def fingerprints(words: Sequence[str]) -> tuple[int, ...]:
    """The hashes a text of these words is found by, in rising order: 47 bits each, the same in every process."""
    return tuple(np.unique(_winnowed(_runs(words[:MOST_WORDS])) >> _DROPPED_BITS).tolist())


def unspaced(words: Sequence[str]) -> list[bool] | None:
    """Which words are characters of scripts written without spaces; None if none is."""
    text = "".join(words)
    if text.isascii() or not _HAS_UNSPACED.search(text):
        return None
    return [bool(_HAS_UNSPACED.match(word)) for word in words]


def _runs(words: Sequence[str]) -> "NDArray[np.uint64]":
    """A hash of each run of words, in their order; of a shorter text, one of the whole.

    Put together from pairs, for this is done for every word of every article. Products wrap around at 64 bits.
    """
    hashes = np.fromiter(map(crc32, map(str.encode, words)), np.uint64, len(words))
    if len(hashes) < _RUN:
        whole = [crc32(" ".join(words).encode()) << 30] if words else []
        return np.array(whole, np.uint64)
    pairs = hashes[:-1] * _F ^ hashes[1:]
    short = (pairs[:-2] * _G ^ pairs[2:]) & _BITS
    if (which := unspaced(words)) is None:
        return short
    rest = np.concatenate((pairs[4:], hashes[-1:], np.zeros(1, np.uint64)))[: len(short)]  # the last ones are cut short
    return np.where(which[: len(short)], (short * _H ^ rest) & _BITS, short)


def _winnowed(all_runs: "NDArray[np.uint64]") -> "NDArray[np.uint64]":
    """The least of each window, in rising order, each once; of fewer runs than a window has, the least of all."""
    if len(all_runs) <= WINDOW:
        return np.unique(all_runs)[:1]
    least, width = all_runs, 1
    while width < WINDOW:  # the least of two windows in a row is that of one as wide as both
        step = min(width, WINDOW - width)
        least, width = np.minimum(least[:-step], least[step:]), width + step
    return np.unique(least)
