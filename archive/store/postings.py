"""Which articles have a hash: an inverted index in SQLite that stays small and is cheap to add to.

One row a hash and article costs 16 bytes and dirties a page each: measured at 93 hashes an article, 1.9 ms of CPU and
370 kB of journal an article when 30,000 are held. So postings are packed, 8 bytes each, in parts by ranges of hashes,
and reach the large levels, whose parts are many, through smaller ones, together with others of their range: the rolling
merge of O'Neil and others' log-structured merge-tree (Acta Informatica 33, 1996). Each addition moves about as many
postings on as it brings, so none takes long. What is found does not depend on where postings are.
"""

import json
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from archive.store.connection import ArchiveDatabase

Numbers = NDArray[np.uint64]

COMMON = 24  # a hash of more articles than this is common, and only the first so many and one more are kept
ALL_TIMES = 0  # the month of postings that are of no month
LEVELS = 4  # of a month
MOST = (2**16, 2**20, 2**24)  # postings in its levels before some move on; in the last level are any number
_WIDTHS = (2**23, 2**19, 2**15, 2**11)  # hashes that can be in a part
_FULL = 128  # postings in a part of a full level, on average
_BITS = np.uint64(32)  # of a hash, of an article's number
_LOW = np.uint64(2**32 - 1)
_AT_ONCE = 16  # parts that move on together
_OFTEN = 4  # as often a hash may come with one addition before it is looked whether there are too many
_CLEANED = 256  # parts that are looked through together for postings of articles that are gone
_LARGE = 4  # times as large as it should be, a part may hold the same twice, or too many of one hash
_FIND = """
SELECT h.value, p.hashes, p.articles
FROM json_each(:hashes) AS h CROSS JOIN fingerprint_levels AS l CROSS JOIN fingerprint_postings AS p
    ON p.place = (l.level << 32) + h.value / l.width * l.width
WHERE l.level IN (SELECT value FROM json_each(:levels)) AND instr(p.hashes, substr(:packed, 4 * h.key + 1, 4)) > 0
"""
_ADD = """
INSERT INTO fingerprint_postings VALUES (?, ?, ?) ON CONFLICT (place) DO UPDATE
SET hashes = CAST(hashes || excluded.hashes AS BLOB), articles = CAST(articles || excluded.articles AS BLOB)
"""
_PARTS = """
SELECT place, hashes, articles FROM fingerprint_postings WHERE place >= ? AND place < ? ORDER BY place LIMIT ?
"""
_TAKE_OUT = "DELETE FROM fingerprint_postings WHERE place >= ? AND place < ?"
_LARGE_PARTS = "SELECT place FROM fingerprint_postings WHERE place >= ? AND place <= ? AND length(hashes) > ?"
_PART = "SELECT hashes, articles FROM fingerprint_postings WHERE place = ?"
_REPLACE = "UPDATE fingerprint_postings SET hashes = ?, articles = ? WHERE place = ?"
_AFTER = "SELECT place, hashes, articles FROM fingerprint_postings WHERE place > ? ORDER BY place LIMIT ?"
_GONE = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT n FROM fingerprints)"
_REMOVE = "DELETE FROM fingerprint_postings WHERE place = ?"
_LEVELS_OF = "SELECT level, width, held, next FROM fingerprint_levels WHERE level >= ? AND level < ? ORDER BY level"
_NEW_LEVEL = "INSERT INTO fingerprint_levels (level, width) VALUES (?, ?)"
_HELD = "UPDATE fingerprint_levels SET held = held + ? WHERE level = ?"
_NEXT = "UPDATE fingerprint_levels SET next = ? WHERE level = ?"


class _Level(NamedTuple):
    """A row of `fingerprint_levels`."""

    level: int
    width: int
    held: int
    next: int


class Postings:
    """The inverted index. A posting is a hash and an article in one number: see `postings_of`."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def add(self, month: int, postings: Numbers) -> None:
        """Adds postings to those of a month, in the caller's transaction."""
        if not (count := len(postings)):
            return
        for level, most in zip(self._levels(month, make=True), (*MOST, None), strict=True):
            held = self._put(level, postings)
            if most is None or held <= most:
                break
            postings = self._take(level, held - most)
        if month != ALL_TIMES:
            self._close(month - 1, count)

    def holders(self, months: Sequence[int], hashes: Sequence[int]) -> dict[int, set[int]]:
        """The articles of each hash that any article had in these months; of a common one, the first `COMMON` + 1."""
        found: dict[int, set[int]] = {}
        levels = [level.level for month in months for level in self._levels(month) if level.held]
        values = {"hashes": json.dumps(hashes), "packed": packed(hashes), "levels": json.dumps(levels)}
        for hash_, hashes_held, articles in self._db.conn.execute(_FIND, values):
            if numbers := _articles_of(hash_.to_bytes(4, "little"), hashes_held, articles):
                found.setdefault(hash_, set()).update(numbers)
        for hash_, having in found.items():
            if len(having) > COMMON + 1:
                found[hash_] = set(sorted(having)[: COMMON + 1])
        return found

    def _levels(self, month: int, *, make: bool = False) -> list[_Level]:
        numbers = range(LEVELS * month, LEVELS * (month + 1))
        levels = [_Level(*row) for row in self._db.conn.execute(_LEVELS_OF, (numbers.start, numbers.stop))]
        if levels or not make:
            return levels
        self._db.conn.executemany(_NEW_LEVEL, zip(numbers, _WIDTHS, strict=True))
        return self._levels(month)

    def clean(self, after: int) -> tuple[int | None, int]:
        """Takes the postings of articles without fingerprints out of the next parts after this place; begin with -1.

        Returns the place of the last part looked at, None if there are no more, and how many were taken out.
        """
        parts = self._db.conn.execute(_AFTER, (after, _CLEANED)).fetchall()
        articles = {n for _, _, articles in parts for n in unpacked(articles)}
        gone = {n for (n,) in self._db.conn.execute(_GONE, (json.dumps(sorted(articles)),))} if articles else set()
        removed = 0
        for place, hashes, having in parts if gone else ():
            postings = _joined(hashes, having)
            kept = postings[~np.isin(postings & _LOW, np.array(sorted(gone), np.uint64))]
            if len(kept) == len(postings):
                continue
            if len(kept):
                self._db.conn.execute(_REPLACE, (*_split(kept), place))
            else:
                self._db.conn.execute(_REMOVE, (place,))
            self._db.conn.execute(_HELD, (len(kept) - len(postings), place >> 32))
            removed += len(postings) - len(kept)
        return (parts[-1][0] if parts else None), removed

    def _close(self, month: int, count: int) -> None:
        """Moves about so many postings of a past month to its largest level: fewer levels are found in faster."""
        levels = self._levels(month)
        used = [number for number, level in enumerate(levels) if level.held]
        if len(used) > 1:
            first = levels[used[0]]
            self._put(levels[used[0] + 1], self._take(first, min(first.held, count)))

    def _put(self, to: _Level, postings: Numbers) -> int:
        """Adds postings to a level. Returns how many it now holds."""
        postings = np.sort(postings)
        parts = _parts(to, postings)
        self._db.conn.executemany(_ADD, parts)
        held = to.held + len(postings)
        large = _LARGE * max(held * to.width >> 32, _FULL)
        rows = self._db.conn.execute(_LARGE_PARTS, (parts[0][0], parts[-1][0], 4 * large))
        places = {place for (place,) in rows}
        places.update((to.level << 32) + hash_ // to.width * to.width for hash_ in _frequent(postings))
        dropped = sum(self._trim(place) for place in sorted(places))
        self._db.conn.execute(_HELD, (len(postings) - dropped, to.level))
        return held - dropped

    def _take(self, level: _Level, count: int) -> Numbers:
        """Takes at least so many postings out of a level, those of the next parts in turn."""
        parts: list[Numbers] = []
        taken = 0
        low, end = level.level << 32, (level.level + 1) << 32
        place = low + level.next
        while taken < count:
            rows = self._db.conn.execute(_PARTS, (place, end, _AT_ONCE)).fetchall()
            parts += [_joined(hashes, articles) for _, hashes, articles in rows]
            taken = sum(map(len, parts))
            self._db.conn.execute(_TAKE_OUT, (place, rows[-1][0] + 1 if rows else end))
            place = low if len(rows) < _AT_ONCE else rows[-1][0] + 1
        self._db.conn.execute(_HELD, (-taken, level.level))
        self._db.conn.execute(_NEXT, (place - low, level.level))
        return np.concatenate(parts)

    def _trim(self, place: int) -> int:
        """Drops from a part what it holds twice, and of common hashes all but the first. Returns how many postings."""
        postings = _joined(*self._db.conn.execute(_PART, (place,)).fetchone())
        unique = np.unique(postings)
        hashes, most = unique >> _BITS, COMMON + 1
        kept = np.concatenate((unique[:most], unique[most:][hashes[most:] != hashes[:-most]]))
        self._db.conn.execute(_REPLACE, (*_split(kept), place))
        return len(postings) - len(kept)


def postings_of(n: int, hashes: Iterable[int]) -> Numbers:
    """Each hash and the article that has it as one number."""
    return np.fromiter(hashes, np.uint64) << _BITS | np.uint64(n)


def packed(numbers: Sequence[int]) -> bytes:
    """The numbers, each in 4 bytes, least byte first."""
    values = array("I", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def unpacked(data: bytes) -> "array[int]":
    """The numbers that were packed."""
    values = array("I", data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _split(postings: Numbers) -> tuple[bytes, bytes]:
    """The hashes and the articles of postings."""
    return (postings >> _BITS).astype("<u4").tobytes(), (postings & _LOW).astype("<u4").tobytes()


def _joined(hashes: bytes, articles: bytes) -> Numbers:
    """The postings again."""
    return _unpacked(hashes) << _BITS | _unpacked(articles)


def _unpacked(data: bytes) -> Numbers:
    return np.frombuffer(data, "<u4").astype(np.uint64)


def _parts(level: _Level, postings: Numbers) -> list[tuple[int, bytes, bytes]]:
    """Rows to be added to a level; the postings in ascending order, one at least."""
    hashes, articles = _split(postings)
    parts = (postings >> _BITS) // np.uint64(level.width)
    begins = [0, *(np.flatnonzero(parts[1:] != parts[:-1]) + 1).tolist()]
    low = level.level << 32
    return [
        (low + part * level.width, hashes[4 * begin : 4 * end], articles[4 * begin : 4 * end])
        for part, begin, end in zip(parts[begins].tolist(), begins, [*begins[1:], len(postings)], strict=True)
    ]


def _frequent(postings: Numbers) -> set[int]:
    """The hashes that many of the postings have, which are in ascending order."""
    hashes = postings >> _BITS
    first, last = hashes[: 1 - _OFTEN], hashes[_OFTEN - 1 :]
    return set(first[first == last].tolist())


def _articles_of(hash_: bytes, hashes: bytes, articles: bytes) -> list[int]:
    """The articles of one hash among those of a part."""
    found, at = [], hashes.find(hash_)
    while at >= 0:
        if at % 4 == 0:
            found.append(int.from_bytes(articles[at : at + 4], "little"))
        at = hashes.find(hash_, at + 1)
    return found
