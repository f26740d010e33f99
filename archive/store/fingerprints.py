"""Which articles' texts share fingerprints with a text: the candidates for being alike, without reading any of them."""

import json
import sys
from array import array
from collections.abc import Iterable
from datetime import datetime

from archive.dates import iso
from archive.store.connection import ArchiveDatabase

LEAST_SHARED = 2  # fewer say nothing: a stock phrase
MOST_HASHES = 512  # of a text; of more, the least are kept: the same ones in every text that has them
_BITS = 0xFFFFFFFF  # the part of a hash that is kept
_CANDIDATES = """
SELECT p.n, count(*) AS shared FROM json_each(:hashes) AS h CROSS JOIN fingerprint_postings AS p ON p.hash = h.value
GROUP BY p.n HAVING count(*) >= :least ORDER BY shared DESC, p.n LIMIT :limit
"""


class Fingerprints:
    """The part of an archive that finds texts by their fingerprints: 32-bit hashes, of longer ones the low 32 bits."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def put(self, n: int, hashes: Iterable[int], at: datetime) -> None:
        """Keeps what the text of an article is found by, instead of what was kept for it before.

        `n`: `articles.n`; `at`: when the text was fetched.
        """
        kept = _kept(hashes)
        with self._db.atomic():
            self.remove(n)
            self._db.conn.execute("INSERT INTO fingerprints VALUES (?, ?, ?)", (n, iso(at), _packed(kept)))
            self._db.conn.executemany("INSERT INTO fingerprint_postings VALUES (?, ?)", [(hash_, n) for hash_ in kept])

    def remove(self, n: int) -> None:
        """Forgets an article's fingerprints, if there are any."""
        with self._db.atomic():
            held = self._db.conn.execute("SELECT hashes FROM fingerprints WHERE n = ?", (n,)).fetchone()
            if held is not None:
                rows = [(hash_, n) for hash_ in _unpacked(held[0])]
                self._db.conn.executemany("DELETE FROM fingerprint_postings WHERE hash = ? AND n = ?", rows)
                self._db.conn.execute("DELETE FROM fingerprints WHERE n = ?", (n,))

    def candidates(self, hashes: Iterable[int], at: datetime, limit: int) -> list[tuple[int, int]]:
        """The articles that share most fingerprints with a text, at least two: `articles.n` and how many.

        Most first, of as many the least `n` first.
        """
        values = {"hashes": json.dumps(_kept(hashes)), "least": LEAST_SHARED, "limit": limit}
        return [(n, shared) for n, shared in self._db.conn.execute(_CANDIDATES, values)]


def _kept(hashes: Iterable[int]) -> list[int]:
    return sorted({hash_ & _BITS for hash_ in hashes})[:MOST_HASHES]


def _packed(hashes: list[int]) -> bytes:
    packed = array("I", hashes)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _unpacked(data: bytes) -> "array[int]":
    hashes = array("I", data)
    if sys.byteorder == "big":
        hashes.byteswap()
    return hashes
