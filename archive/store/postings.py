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
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from archive.store.connection import ArchiveDatabase

COMMON = 24  # a hash of more articles than this is common, and only the first so many and one more are kept
ALL_TIMES = 0  # the month of postings that are of no month
LEVELS = 4  # of a month
MOST = (2**16, 2**20, 2**24)  # postings in its levels before some move on; in the last level are any number
_WIDTHS = (2**23, 2**19, 2**15, 2**11)  # hashes that can be in a part
_FULL = 128  # postings in a part of a full level, on average
_BITS = 32  # of a hash, of an article's number
_LOW = (1 << _BITS) - 1
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

    def add(self, month: int, postings: Iterable[int]) -> None:
        """Adds postings to those of a month, in the caller's transaction."""
        coming = list(postings)
        if not (count := len(coming)):
            return
        for level, most in zip(self._levels(month, make=True), (*MOST, None), strict=True):
            if not coming:
                break
            held = self._put(level, coming)
            coming = self._take(level, held - most) if most is not None and held > most else []
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
            kept = [posting for posting in postings if posting & _LOW not in gone]
            if len(kept) == len(postings):
                continue
            if kept:
                self._db.conn.execute(_REPLACE, (*_split(kept), place))
            else:
                self._db.conn.execute(_REMOVE, (place,))
            self._db.conn.execute(_HELD, (len(kept) - len(postings), place >> _BITS))
            removed += len(postings) - len(kept)
        return (parts[-1][0] if parts else None), removed

    def _close(self, month: int, count: int) -> None:
        """Moves about so many postings of a past month to its largest level: fewer levels are found in faster."""
        levels = self._levels(month)
        used = [number for number, level in enumerate(levels) if level.held]
        if len(used) > 1:
            first = levels[used[0]]
            self._put(levels[used[0] + 1], self._take(first, min(first.held, count)))

    def _put(self, to: _Level, postings: list[int]) -> int:
        """Adds postings to a level. Returns how many it now holds."""
        postings.sort()
        parts = _parts(to, postings)
        self._db.conn.executemany(_ADD, parts)
        held = to.held + len(postings)
        large = _LARGE * max(held * to.width >> _BITS, _FULL)
        rows = self._db.conn.execute(_LARGE_PARTS, (parts[0][0], parts[-1][0], 4 * large))
        places = {place for (place,) in rows}
        places.update((to.level << _BITS) + hash_ // to.width * to.width for hash_ in _frequent(postings))
        dropped = sum(self._trim(place) for place in sorted(places))
        self._db.conn.execute(_HELD, (len(postings) - dropped, to.level))
        return held - dropped

    def _take(self, level: _Level, count: int) -> list[int]:
        """Takes at least so many postings out of a level, those of the next parts in turn."""
        taken: list[int] = []
        low, end = level.level << _BITS, (level.level + 1) << _BITS
        place = low + level.next
        while len(taken) < count:
            rows = self._db.conn.execute(_PARTS, (place, end, _AT_ONCE)).fetchall()
            for _, hashes, articles in rows:
                taken += _joined(hashes, articles)
            self._db.conn.execute(_TAKE_OUT, (place, rows[-1][0] + 1 if rows else end))
            place = low if len(rows) < _AT_ONCE else rows[-1][0] + 1
        self._db.conn.execute(_HELD, (-len(taken), level.level))
        self._db.conn.execute(_NEXT, (place - low, level.level))
        return taken

    def _trim(self, place: int) -> int:
        """Drops from a part what it holds twice, and of common hashes all but the first. Returns how many postings."""
        postings = _joined(*self._db.conn.execute(_PART, (place,)).fetchone())
        unique = sorted(set(postings))
        most = COMMON + 1
        later = zip(unique[most:], unique, strict=False)
        kept = [*unique[:most], *(pair for pair, before in later if pair >> _BITS != before >> _BITS)]
        self._db.conn.execute(_REPLACE, (*_split(kept), place))
        return len(postings) - len(kept)


def postings_of(n: int, hashes: Iterable[int]) -> list[int]:
    """Each hash and the article that has it as one number."""
    return [hash_ << _BITS | n for hash_ in hashes]


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


def _split(postings: Sequence[int]) -> tuple[bytes, bytes]:
    """The hashes and the articles of postings."""
    return packed([pair >> _BITS for pair in postings]), packed([pair & _LOW for pair in postings])


def _joined(hashes: bytes, articles: bytes) -> list[int]:
    """The postings again."""
    return [hash_ << _BITS | n for hash_, n in zip(unpacked(hashes), unpacked(articles), strict=True)]


def _parts(level: _Level, postings: Sequence[int]) -> list[tuple[int, bytes, bytes]]:
    """Rows to be added to a level; the postings in ascending order."""
    hashes, articles = _split(postings)
    rows, begin, width = [], 0, level.width
    while begin < len(postings):
        part = (postings[begin] >> _BITS) // width
        end = bisect_left(postings, (part + 1) * width << _BITS, begin)
        place = (level.level << _BITS) + part * width
        rows.append((place, hashes[4 * begin : 4 * end], articles[4 * begin : 4 * end]))
        begin = end
    return rows


def _frequent(postings: Sequence[int]) -> set[int]:
    """The hashes that many of the postings have, which are in ascending order."""
    pairs = zip(postings, postings[_OFTEN - 1 :], strict=False)
    return {first >> _BITS for first, last in pairs if first >> _BITS == last >> _BITS}


def _articles_of(hash_: bytes, hashes: bytes, articles: bytes) -> list[int]:
    """The articles of one hash among those of a part."""
    found, at = [], hashes.find(hash_)
    while at >= 0:
        if at % 4 == 0:
            found.append(int.from_bytes(articles[at : at + 4], "little"))
        at = hashes.find(hash_, at + 1)
    return found
