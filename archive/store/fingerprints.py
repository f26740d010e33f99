"""Which articles' texts share fingerprints with a text: the candidates for being alike, without reading any of them."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from archive.dates import from_iso, iso
from archive.store.connection import ArchiveDatabase
from archive.store.postings import ALL_TIMES, COMMON, Numbers, Postings, packed, postings_of, unpacked

LEAST_SHARED = 2  # fewer say nothing: a stock phrase
LEAST_SHARE = 0.08  # of the fewer fingerprints: of 2,133 pairs of one story 1 shares less, of the others 60 of 100 do
MOST_HASHES = 512  # of a text; of more, the first by `_rank` are kept: the same ones in every text that has them
MONTH = timedelta(days=30)  # a text is looked for by all its hashes in the months around it, for most are copied soon
SAMPLE = 16  # and by so many, the first, at all times: enough for a text that is published again whole
_WAITING = 64  # articles; their postings are cheaper to add together
_MOST_COMPARED = 32  # articles that share rare hashes, and as many again that share any, have their fingerprints read
_RARE = 8  # times as much as a common hash a rare one counts
_LOW = 0xFFFFFFFF  # the part of a hash that is kept
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HELD = "SELECT seen_at, hashes, waiting FROM fingerprints WHERE n = ?"
_PUT = "INSERT INTO fingerprints (n, seen_at, hashes) VALUES (?, ?, ?)"
_PUT_AGAIN = "UPDATE fingerprints SET seen_at = ?, hashes = ? WHERE n = ?"
_COUNT_WAITING = "SELECT count(*) FROM fingerprints WHERE waiting"
_ALL_WAITING = "SELECT n, seen_at, hashes FROM fingerprints WHERE waiting ORDER BY n"
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
        self._waiting = _Waiting()

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
            self._db.conn.execute(_PUT_AGAIN, (iso(at), packed(kept), n))
            before, after = _by_month(unpacked(held[1]), from_iso(held[0])), _by_month(kept, at)
            self._add(n, *((before, after) if held[2] else (after, before)))

    def remove(self, n: int) -> None:
        """Forgets an article's fingerprints, if there are any; its postings stay, and find nothing any more."""
        with self._db.atomic():
            held = self._db.conn.execute(_HELD, (n,)).fetchone()
            self._db.conn.execute("DELETE FROM fingerprints WHERE n = ?", (n,))
            if held is not None and held[2]:
                self._add(n, _by_month(unpacked(held[1]), from_iso(held[0])), {})

    def clean(self, after: int = -1) -> tuple[int | None, int]:
        """Takes out postings of articles that are gone, some at a time: see `Postings.clean`."""
        with self._db.atomic():
            return self._postings.clean(after)

    def of(self, n: int) -> frozenset[int] | None:
        """What is kept of an article; None if nothing is."""
        held = self._db.conn.execute(_HELD, (n,)).fetchone()
        return frozenset(unpacked(held[1])) if held else None

    def kept(self, hashes: Iterable[int]) -> frozenset[int]:
        """What would be kept of these fingerprints."""
        return frozenset(_kept(hashes))

    def candidates(self, hashes: Iterable[int], at: datetime, limit: int) -> list[tuple[int, int]]:
        """Like `sharing`: `articles.n`, and how many are shared."""
        return [(n, len(shared)) for n, shared in self.sharing(hashes, at, limit)]

    def sharing(self, hashes: Iterable[int], at: datetime, limit: int) -> list[tuple[int, frozenset[int]]]:
        """The articles that share most fingerprints with a text, and enough: `articles.n` and which.

        The likeliest first, of equal ones the least `n`: by how many are shared, of which common ones count an eighth;
        an article of more than a month before or after counts half, and is found only by the first of its hashes.
        """
        kept, (since, until) = _kept(hashes), _around(_month(at))
        around, ever = self._holders(kept, _month(at))
        common = {hash_ for found in (around, ever) for hash_, holders in found.items() if len(holders) > COMMON}
        chosen = _most(around, common) | _most(ever, common)
        wanted, ranked = frozenset(kept), []
        for n, seen_at, packed_hashes in self._db.conn.execute(_OF, (json.dumps(sorted(chosen)),)):
            others = unpacked(packed_hashes)
            shared = wanted.intersection(others)
            if len(shared) >= max(LEAST_SHARED, LEAST_SHARE * min(len(kept), len(others))):
                weight = len(shared) + (_RARE - 1) * len(shared - common)
                ranked.append((-weight if since <= seen_at < until else -weight / 2, n, shared))
        return [(n, shared) for _, n, shared in sorted(ranked, key=lambda found: found[:2])[:limit]]

    def _post(self) -> None:
        """Adds the postings of what waits, once that is enough."""
        (waiting,) = self._db.conn.execute(_COUNT_WAITING).fetchone()
        if waiting < _WAITING:
            return
        coming: dict[int, list[Numbers]] = defaultdict(list)
        for n, seen_at, hashes in self._db.conn.execute(_ALL_WAITING):
            for month, of_month in _by_month(unpacked(hashes), from_iso(seen_at)).items():
                coming[month].append(postings_of(n, of_month))
        for month, postings in sorted(coming.items()):
            self._postings.add(month, np.concatenate(postings))
        self._db.conn.execute(_TAKEN)

    def _add(self, n: int, wanted: Mapping[int, Sequence[int]], there: Mapping[int, Sequence[int]]) -> None:
        """Adds an article's postings but for those that are there or come later; both by month."""
        for month, hashes in wanted.items():
            if new := set(hashes).difference(there.get(month, ())):
                self._postings.add(month, postings_of(n, new))

    def _holders(self, hashes: list[int], month: int) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
        """The articles of each hash that any has: of the months around this one, and of all by the sample only.

        Of common hashes, the first articles only.
        """
        around = self._postings.holders((month - 1, month, month + 1), hashes)
        ever = self._postings.holders((ALL_TIMES,), hashes[:SAMPLE])
        since, until = _around(month)
        self._waiting.show(self._db.conn.execute(_ALL_WAITING).fetchall())
        for place, hash_ in enumerate(hashes):
            if (having := self._waiting.having.get(hash_)) is None:
                continue
            if len(found := around.get(hash_, ())) > COMMON and max(found) < having[0][0] and place >= SAMPLE:
                continue  # the first are known
            for n, seen_at, others_place in having:
                if since <= seen_at < until:
                    around.setdefault(hash_, set()).add(n)
                if place < SAMPLE and others_place < SAMPLE:
                    ever.setdefault(hash_, set()).add(n)
        return around, ever


class _Waiting:
    """Those waiting, by hash. It is shown them each time; what it knows already is not taken apart again.

    `having`: who has a hash, as number, when seen, and the hash's place among its own.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[int, str, bytes]] = []
        self.having: dict[int, list[tuple[int, str, int]]] = defaultdict(list)

    def show(self, rows: list[tuple[int, str, bytes]]) -> None:
        """These are waiting now: number, when seen, hashes."""
        known = len(self._rows)
        if rows[:known] != self._rows:
            known = 0
            self.having.clear()
        for n, seen_at, hashes in rows[known:]:
            for place, hash_ in enumerate(unpacked(hashes)):
                self.having[hash_].append((n, seen_at, place))
        self._rows = rows


def _kept(hashes: Iterable[int]) -> list[int]:
    return sorted({hash_ & _LOW for hash_ in hashes}, key=_rank)[:MOST_HASHES]


def _rank(hash_: int) -> int:
    """By the low half first: parts of the postings go by the high one, and shall have equally many."""
    return (hash_ & 0xFFFF) << 16 | hash_ >> 16


def _month(at: datetime) -> int:
    return max((at - _EPOCH) // MONTH, ALL_TIMES + 1)


@lru_cache(maxsize=16)
def _around(month: int) -> tuple[str, str]:
    """From when and until when, exclusively, the months around one are; as `seen_at` says it."""
    return iso(_EPOCH + (month - 1) * MONTH), iso(_EPOCH + (month + 2) * MONTH)


def _by_month(hashes: Sequence[int], at: datetime) -> dict[int, Sequence[int]]:
    """The hashes that a text, whose hashes these are, is found by in its month and at all times."""
    return {ALL_TIMES: hashes[:SAMPLE], _month(at): hashes}


def _most(holders: Mapping[int, set[int]], common: set[int]) -> set[int]:
    """The articles with most of the hashes, by the rare ones and by all."""
    counts = Counter(n for hash_, articles in holders.items() if hash_ not in common for n in articles)
    chosen = _first(counts)
    if not common.isdisjoint(holders):
        for hash_ in common.intersection(holders):
            counts.update(sorted(holders[hash_])[:COMMON])
        chosen |= _first(counts)
    return chosen


def _first(counts: Counter[int]) -> set[int]:
    enough = (item for item in counts.items() if item[1] >= LEAST_SHARED)
    return {n for n, _ in sorted(enough, key=lambda item: (-item[1], item[0]))[:_MOST_COMPARED]}
