"""Which articles' texts share fingerprints with a text: the candidates for being alike, without reading any of them."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from archive.dates import iso
from archive.store.connection import ArchiveDatabase
from archive.store.postings import COMMON, Postings, packed, posting, unpacked

LEAST_SHARED = 2  # fewer say nothing: a stock phrase
MOST_HASHES = 512  # of a text; of more, the least are kept: the same ones in every text that has them
HOT = timedelta(days=30)  # texts seen so close to one another are more likely alike
_WAITING = 64  # articles, compared one by one: half a millisecond; together, their postings are cheaper to add
_MOST_COMPARED = 64  # articles that share rare hashes, and as many again that share any, have their fingerprints read
_RARE = 8  # times as much as a common hash a rare one counts
_LOW = 0xFFFFFFFF  # the part of a hash that is kept
_HELD = "SELECT hashes, waiting FROM fingerprints WHERE n = ?"
_PUT = "INSERT INTO fingerprints (n, seen_at, hashes) VALUES (?, ?, ?)"
_PUT_AGAIN = "UPDATE fingerprints SET seen_at = ?, hashes = ? WHERE n = ?"
_COUNT_WAITING = "SELECT count(*) FROM fingerprints WHERE waiting"
_ALL_WAITING = "SELECT n, hashes FROM fingerprints WHERE waiting ORDER BY n"
_OF = """
SELECT f.n, f.seen_at, f.hashes FROM json_each(?) AS j CROSS JOIN fingerprints AS f ON f.n = j.value
"""
_TAKEN = "UPDATE fingerprints SET waiting = 0 WHERE waiting"


class Fingerprints:
    """The part of an archive that finds texts by their fingerprints: 32-bit hashes, of longer ones the low 32 bits.

    What is found depends on what was put and in which order, and on nothing else. A hash of more than `COMMON`
    articles finds only the first of them: so what a text costs has a bound, however many are like it.
    """

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db
        self._postings = Postings(db)

    def put(self, n: int, hashes: Iterable[int], at: datetime) -> None:
        """Keeps what the text of an article is found by, instead of what was kept for it before.

        `n`: `articles.n`; `at`: when the text was fetched.
        """
        kept = _kept(hashes)
        with self._db.atomic():
            held = self._db.conn.execute(_HELD, (n,)).fetchone()
            if held is None:
                self._db.conn.execute(_PUT, (n, iso(at), packed(kept)))
                self._post()
                return
            before, waiting = frozenset(unpacked(held[0])), held[1]
            self._db.conn.execute(_PUT_AGAIN, (iso(at), packed(kept), n))
            others = before.difference(kept) if waiting else frozenset(kept) - before
            self._postings.add([posting(hash_, n) for hash_ in others])

    def remove(self, n: int) -> None:
        """Forgets an article's fingerprints, if there are any; its postings stay, and find nothing any more."""
        with self._db.atomic():
            held = self._db.conn.execute(_HELD, (n,)).fetchone()
            self._db.conn.execute("DELETE FROM fingerprints WHERE n = ?", (n,))
            if held is not None and held[1]:
                self._postings.add([posting(hash_, n) for hash_ in unpacked(held[0])])

    def candidates(self, hashes: Iterable[int], at: datetime, limit: int) -> list[tuple[int, int]]:
        """The articles that share most fingerprints with a text, at least two: `articles.n` and how many.

        The likeliest first, of equal ones the least `n`: by how many are shared, of which common ones count an eighth;
        an article seen more than `HOT` before or after counts half.
        """
        kept = _kept(hashes)
        holders = self._holders(kept)
        rare = frozenset(hash_ for hash_ in kept if len(holders.get(hash_, ())) <= COMMON)
        ranked = []
        for n, seen_at, others in self._compared(holders, rare):
            shared = others.intersection(kept)
            if len(shared) >= LEAST_SHARED:
                weight = len(shared) + (_RARE - 1) * len(shared & rare)
                hot = iso(at - HOT) <= seen_at <= iso(at + HOT)
                ranked.append((-weight if hot else -weight / 2, n, len(shared)))
        return [(n, shared) for _, n, shared in sorted(ranked)[:limit]]

    def _post(self) -> None:
        """Adds the postings of what waits, once that is enough."""
        (waiting,) = self._db.conn.execute(_COUNT_WAITING).fetchone()
        if waiting >= _WAITING:
            rows = self._db.conn.execute(_ALL_WAITING).fetchall()
            self._postings.add([posting(hash_, n) for n, hashes in rows for hash_ in unpacked(hashes)])
            self._db.conn.execute(_TAKEN)

    def _holders(self, hashes: list[int]) -> dict[int, set[int]]:
        """The articles of each hash that any article has; of common ones, the first."""
        holders, wanted = self._postings.holders(hashes), frozenset(hashes)
        for n, packed_hashes in self._db.conn.execute(_ALL_WAITING):
            others = _set(packed_hashes)
            if not wanted.isdisjoint(others):
                for hash_ in wanted & others:
                    holders.setdefault(hash_, set()).add(n)
        return holders

    def _compared(
        self, holders: dict[int, set[int]], rare: frozenset[int]
    ) -> Iterable[tuple[int, str, frozenset[int]]]:
        """The articles with most of the hashes, by the rare ones and by all: number, when seen, its fingerprints."""
        counts = Counter(n for hash_ in rare for n in holders.get(hash_, ()))
        chosen = _most(counts)
        if common := holders.keys() - rare:
            for hash_ in common:
                counts.update(sorted(holders[hash_])[:COMMON])
            chosen.update(_most(counts))
        for n, seen_at, hashes in self._db.conn.execute(_OF, (json.dumps(sorted(chosen)),)):
            yield n, seen_at, _set(hashes)


def _kept(hashes: Iterable[int]) -> list[int]:
    return sorted({hash_ & _LOW for hash_ in hashes})[:MOST_HASHES]


def _most(counts: Counter[int]) -> set[int]:
    enough = (item for item in counts.items() if item[1] >= LEAST_SHARED)
    return {n for n, _ in sorted(enough, key=lambda item: (-item[1], item[0]))[:_MOST_COMPARED]}


@lru_cache(maxsize=4 * _WAITING)  # those waiting are looked at for every text
def _set(hashes: bytes) -> frozenset[int]:
    return frozenset(unpacked(hashes))
