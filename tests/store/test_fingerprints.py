from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from archive.store.archive import Archive
from archive.store.fingerprints import Fingerprints

NOW = datetime(2026, 10, 4, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "morgue.db", create=True) as archive:
        yield archive


def text(random: Random, held: dict[int, set[int]]) -> set[int]:
    """Fingerprints of a text that has some in common with texts held."""
    parts = [random.sample(sorted(hashes), min(len(hashes), random.randint(1, 20))) for hashes in held.values()]
    shared = [hash_ for part in random.sample(parts, min(len(parts), 3)) for hash_ in part]
    return {*shared, *(random.getrandbits(32) for _ in range(random.randint(2, 60)))}


def alike(hashes: set[int], held: dict[int, set[int]]) -> list[tuple[int, int]]:
    """The same by comparing with every text."""
    shared = ((n, len(hashes & others)) for n, others in held.items())
    return sorted((pair for pair in shared if pair[1] >= 2), key=lambda pair: (-pair[1], pair[0]))


def test_candidates_are_those_that_comparing_with_every_text_gives(archive: Archive) -> None:
    random, held = Random(1), dict[int, set[int]]()
    with archive.transaction():
        for n in range(1, 400):
            hashes = text(random, held)
            assert archive.fingerprints.candidates(hashes, NOW, 10) == alike(hashes, held)[:10]
            held[n] = hashes
            archive.fingerprints.put(n, hashes, NOW)


def test_candidates_do_not_hold_what_was_removed_or_replaced(archive: Archive) -> None:
    fingerprints: Fingerprints = archive.fingerprints
    for n in (1, 2, 3):
        fingerprints.put(n, range(100, 120), NOW)
    fingerprints.remove(1)
    fingerprints.remove(9)
    fingerprints.put(2, range(117, 140), NOW)
    assert fingerprints.candidates(range(100, 140), NOW, 10) == [(2, 23), (3, 20)]
    assert fingerprints.candidates(range(100, 120), NOW, 10) == [(3, 20), (2, 3)]


def test_what_an_undone_transaction_put_is_found_by_nobody(archive: Archive) -> None:
    archive.fingerprints.put(1, range(20), NOW)
    archive.db.conn.execute("BEGIN")
    archive.fingerprints.put(2, range(20), NOW)
    archive.fingerprints.remove(1)
    archive.db.conn.execute("ROLLBACK")
    assert archive.fingerprints.candidates(range(20), NOW, 10) == [(1, 20)]
