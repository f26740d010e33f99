"""The index of fingerprints alone, for sizes at which making texts takes too long: hashes from a seed, real tables."""

import os
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random

from archive.store.archive import Archive
from benchmarks.newswords import BEGIN

A_COMMIT = 5  # articles that share one, as in a crawl of some sites
MEAN = 62  # hashes an article
COPIED = 0.2
_RECENT = 20_000  # articles that are copied from
_PHRASES, _OF_PHRASES = 50_000, 0.03  # stock phrases, and their share of an article's hashes
LOOKUPS = 1000
_TABLES = ("fingerprints", "fingerprints_waiting", "fingerprint_postings", "fingerprint_levels")


@dataclass(frozen=True, slots=True)
class Lookups:
    """Milliseconds a lookup took, and the share of planted copies that it found, and found among the first three.

    The percentiles are of wall time, without the time for which others had the processor.
    """

    cpu: float
    p50: float
    p95: float
    p99: float
    found: float
    among_three: float


@dataclass(frozen=True, slots=True)
class Size:
    """The index at so many articles: CPU ms an article put since the size before, bytes an article, lookups."""

    articles: int
    put: float
    bytes: float
    lookups: Lookups
    cold: Lookups


class Hashes:
    """Articles' hashes, made from their numbers, so that none need be kept."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        random = Random(seed)
        self._phrases = [random.getrandbits(32) for _ in range(_PHRASES)]

    def of(self, number: int) -> list[int]:
        """About 62 hashes; of a copy, a part of them those of an article of a little before."""
        random = Random(self._seed * 2**40 + number)
        count = min(max(int(random.lognormvariate(4.0, 0.55)), 4), 500)
        own = array("I", random.randbytes(4 * count)).tolist()
        for at in range(int(count * _OF_PHRASES + random.random())):
            own[at] = self._phrases[int(_PHRASES ** random.random()) - 1]
        if (model := self.model(number)) is None:
            return own
        theirs = self.of(model)
        kept = theirs[: max(3, int(len(theirs) * random.uniform(0.25, 0.95)))]
        return kept + own[: max(1, len(own) // 8)]

    def model(self, number: int) -> int | None:
        """The number of the article that this one is a copy of, which is none itself; None if it is no copy."""
        random = Random(-self._seed * 2**40 - number)
        if random.random() >= COPIED or number < 3:
            return None
        model = random.randint(max(1, number - _RECENT), number - 1)
        return model if self.model(model) is None else None


def grow(path: Path, sizes: list[int], a_day: int, seed: int = 1) -> Iterator[Size]:
    """Fills an archive's index and measures it at each of the sizes."""
    hashes, spent, before = Hashes(seed), 0.0, 0
    for size in sizes:
        with Archive.open(path, create=True) as archive:
            for number in range(before + 1, size + 1, A_COMMIT):
                batch = [(n, hashes.of(n)) for n in range(number, min(number + A_COMMIT, size + 1))]
                started = time.process_time()
                with archive.transaction():
                    for n, of in batch:
                        archive.fingerprints.put(n, of, BEGIN + timedelta(days=n / a_day))
                spent += time.process_time() - started
        cold = look_up(path, hashes, size, a_day, evicted=True)
        warm = look_up(path, hashes, size, a_day, evicted=False)
        yield Size(size, 1000 * spent / (size - before), index_bytes(path) / size, warm, cold)
        spent, before = 0.0, size


def look_up(path: Path, hashes: Hashes, size: int, a_day: int, *, evicted: bool) -> Lookups:
    """Looks up what would come next, in an archive just opened; `evicted`: nothing of it in the system's memory."""
    walls, found, three, copies, cpu = [], 0, 0, 0, 0.0
    with Archive.open(path, readonly=True) as archive:
        if evicted:
            evict(path)
        for number in range(size + 1, size + 1 + LOOKUPS):
            model, of = hashes.model(number), hashes.of(number)
            began, started = time.process_time(), unhindered()
            candidates = archive.fingerprints.candidates(of, BEGIN + timedelta(days=size / a_day), 24)
            walls.append(unhindered() - started)
            cpu += time.process_time() - began
            if model is not None and model <= size:
                copies += 1
                places = [place for place, (n, _) in enumerate(candidates) if n == model or hashes.model(n) == model]
                found += bool(places)
                three += bool(places) and places[0] < 3
    walls.sort()
    p50, p95, p99 = (1000 * walls[int(len(walls) * share)] for share in (0.5, 0.95, 0.99))
    return Lookups(1000 * cpu / LOOKUPS, p50, p95, p99, found / max(copies, 1), three / max(copies, 1))


def unhindered() -> float:
    """Seconds of wall time, but for those that the main thread waited for a processor."""
    _, waited, _ = os.pread(_scheduled(), 100, 0).split()
    return time.perf_counter() - int(waited) / 1e9


@cache
def _scheduled() -> int:
    return os.open("/proc/self/schedstat", os.O_RDONLY)


def evict(path: Path) -> None:
    """Has the system forget what it holds of a file in memory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def index_bytes(path: Path) -> int:
    """Bytes of the pages that the fingerprints' tables and indexes fill."""
    with Archive.open(path, readonly=True) as archive:
        of = "SELECT total(pgsize) FROM dbstat WHERE name = ?"
        return int(sum(archive.db.conn.execute(of, (name,)).fetchone()[0] for name in _TABLES))
