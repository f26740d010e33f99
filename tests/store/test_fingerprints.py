from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from archive.store import fingerprints, postings
from archive.store.archive import Archive
from archive.store.fingerprints import LEAST_SHARE, MONTH, MOST_HASHES, SAMPLE
from archive.store.postings import COMMON

NOW = datetime(2026, 10, 4, 12, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "morgue.db", create=True) as archive:
        yield archive


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets few texts wait and few postings be in a level, so that a few hundred texts fill all levels."""
    monkeypatch.setattr(fingerprints, "_WAITING", 7)
    monkeypatch.setattr(postings, "MOST", (50, 200, 800))


class Compared:
    """The same as an archive's fingerprints, by comparing with every text."""

    def __init__(self) -> None:
        self.held: dict[int, tuple[set[int], datetime]] = {}
        self.holders: dict[tuple[int, int], set[int]] = defaultdict(set)

    def put(self, n: int, hashes: set[int], at: datetime) -> None:
        self.held[n] = hashes, at
        for hash_ in hashes:
            self.holders[month(at), hash_].add(n)
        for hash_ in sample(hashes):
            self.holders[0, hash_].add(n)

    def candidates(self, hashes: set[int], at: datetime, limit: int) -> list[tuple[int, int]]:
        around = {hash_: self.in_months((month(at) - 1, month(at), month(at) + 1), hash_) for hash_ in hashes}
        ever = {hash_: self.in_months((0,), hash_) for hash_ in sample(hashes)}
        common = {hash_ for found in (around, ever) for hash_, holders in found.items() if len(holders) > COMMON}
        found = set()
        for holders in (around, ever):
            found |= most(holders) | most({hash_: of for hash_, of in holders.items() if hash_ not in common})
        ranked = []
        for n in found & self.held.keys():
            others, seen_at = self.held[n]
            weight = len(hashes & others - common) + len(hashes & others & common) / 8
            near = abs(month(at) - month(seen_at)) <= 1
            if len(hashes & others) >= max(2, LEAST_SHARE * min(len(hashes), len(others))):
                ranked.append((-weight if near else -weight / 2, n, len(hashes & others)))
        return [(n, shared) for _, n, shared in sorted(ranked)][:limit]

    def in_months(self, months: tuple[int, ...], hash_: int) -> list[int]:
        return sorted(set().union(*(self.holders[of, hash_] for of in months)))


def sample(hashes: set[int]) -> list[int]:
    return sorted(hashes, key=lambda hash_: (hash_ % 2**16, hash_))[:SAMPLE]


def month(at: datetime) -> int:
    return (at - EPOCH) // MONTH


def most(holders: dict[int, list[int]]) -> set[int]:
    counts = Counter(n for articles in holders.values() for n in articles[:COMMON])
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {n for n, count in ranked if count > 1 and n in dict(ranked[:32])}


def text(random: Random, number: int) -> set[int]:
    """Fingerprints of a text: some are in many texts, some in a few, most in none other."""
    often = random.sample(range(1, 30), random.randint(0, 4))
    some = [hash_ << 22 for hash_ in random.sample(range(1, 700), random.randint(0, 20))]
    near = random.sample(range((number // 9) << 16, ((number // 9) << 16) + 40), random.randint(0, 30))
    return {*often, *some, *near, *(random.getrandbits(32) for _ in range(random.randint(2, 20)))}


def fill(archive: Archive, compared: Compared, count: int) -> Random:
    """Puts texts, puts some again with other hashes, and removes some."""
    random = Random(1)
    with archive.transaction():
        for number in range(1, count + 1):
            n = random.randint(1, number) if random.random() < 0.1 else number
            hashes, at = text(random, number), NOW + random.randint(0, 150) * DAY
            archive.fingerprints.put(n, hashes, at)
            compared.put(n, hashes, at)
            if random.random() < 0.03:
                gone = random.choice(sorted(compared.held))
                archive.fingerprints.remove(gone)
                del compared.held[gone]
    return random


def held_in(archive: Archive) -> dict[int, int]:
    """How many postings each level holds, as the level says and as they are counted."""
    said = archive.db.conn.execute("SELECT level, held FROM fingerprint_levels ORDER BY level").fetchall()
    query = (
        "SELECT total(length(hashes)) / 4, total(length(articles)) / 4 FROM fingerprint_postings WHERE place >> 32 = ?"
    )
    for level, held in said:
        assert archive.db.conn.execute(query, (level,)).fetchone() == (held, held)
    return dict(said)


@pytest.mark.parametrize("size", ["small", "usual"])
def test_candidates_are_those_that_comparing_with_every_text_gives(
    archive: Archive, size: str, request: pytest.FixtureRequest
) -> None:
    if size == "small":
        request.getfixturevalue("small")
    compared = Compared()
    random = fill(archive, compared, 350)
    levels = [held for level, held in held_in(archive).items() if level < 4]
    assert all(levels) is (size == "small")
    for number in range(0, 350, 3):
        hashes, at = text(random, number), NOW + random.randint(0, 150) * DAY
        assert archive.fingerprints.candidates(hashes, at, 12) == compared.candidates(hashes, at, 12)


def test_candidates_do_not_hold_what_was_removed_or_replaced(archive: Archive) -> None:
    for n in (1, 2, 3):
        archive.fingerprints.put(n, range(100, 120), NOW)
    archive.fingerprints.remove(1)
    archive.fingerprints.remove(9)
    archive.fingerprints.put(2, range(117, 140), NOW)
    assert archive.fingerprints.candidates(range(100, 140), NOW, 10) == [(2, 23), (3, 20)]
    assert archive.fingerprints.candidates(range(100, 120), NOW, 10) == [(3, 20), (2, 3)]


def test_one_shared_fingerprint_is_a_stock_phrase(archive: Archive) -> None:
    archive.fingerprints.put(1, range(20), NOW)
    assert archive.fingerprints.candidates([19, 20, 21], NOW, 10) == []


def test_a_few_fingerprints_of_two_long_texts_are_stock_phrases(archive: Archive) -> None:
    archive.fingerprints.put(1, range(100), NOW)
    archive.fingerprints.put(2, [0, 1, 2000], NOW)
    assert archive.fingerprints.candidates(range(93, 200), NOW, 10) == []
    assert archive.fingerprints.candidates(range(92, 200), NOW, 10) == [(1, 8)]
    assert archive.fingerprints.candidates([*range(2), *range(200, 300)], NOW, 10) == [(2, 2)]
    assert archive.fingerprints.sharing([0, 1, *range(200, 300)], NOW, 10) == [(2, frozenset({0, 1}))]


def test_what_is_kept_can_be_asked(archive: Archive) -> None:
    archive.fingerprints.put(1, [2**32 + 1, 5], NOW)
    assert archive.fingerprints.of(1) == archive.fingerprints.kept([1, 5]) == {1, 5}
    assert archive.fingerprints.of(2) is None


def test_texts_of_the_time_come_before_older_ones_that_share_a_little_more(archive: Archive) -> None:
    archive.fingerprints.put(1, range(40), NOW)
    archive.fingerprints.put(2, range(39, 10, -1), NOW + 300 * DAY)
    assert archive.fingerprints.candidates(range(40), NOW + 301 * DAY, 10) == [(2, 29), (1, 40)]
    assert archive.fingerprints.candidates(range(40), NOW + DAY, 10) == [(1, 40), (2, 29)]


def test_an_old_text_is_found_by_the_first_of_its_hashes_alone(archive: Archive) -> None:
    archive.fingerprints.put(1, range(40), NOW)
    assert archive.fingerprints.candidates(range(SAMPLE - 2, 60), NOW + 300 * DAY, 10) == [(1, 42 - SAMPLE)]
    assert archive.fingerprints.candidates(range(SAMPLE - 1, 60), NOW + 300 * DAY, 10) == []
    assert archive.fingerprints.candidates(range(SAMPLE - 1, 60), NOW + 20 * DAY, 10) == [(1, 41 - SAMPLE)]


@pytest.mark.usefixtures("small")
def test_a_past_month_ends_up_in_one_level(archive: Archive) -> None:
    compared, random, last = Compared(), Random(2), NOW - MONTH
    for n in range(1, 300):
        hashes = text(random, n)
        archive.fingerprints.put(n, hashes, last if n < 150 else NOW)
        compared.put(n, hashes, last if n < 150 else NOW)
    past = range(4 * month(last), 4 * month(last) + 4)
    assert [level for level, held in held_in(archive).items() if held and level in past] == [past[-1]]
    for n in range(300):
        hashes = text(random, n)
        assert archive.fingerprints.candidates(hashes, NOW, 12) == compared.candidates(hashes, NOW, 12)


def test_a_rare_fingerprint_says_more_than_boilerplate(archive: Archive) -> None:
    boilerplate = set(range(1000, 1020))
    for n in range(1, 2 * COMMON):
        archive.fingerprints.put(n, {*boilerplate, *range(100_000 * n, 100_000 * n + 9)}, NOW)
    archive.fingerprints.put(60, range(6_000_000, 6_000_009), NOW)
    copy = {*boilerplate, *range(6_000_000, 6_000_005)}
    assert archive.fingerprints.candidates(copy, NOW, 2) == [(60, 5), (1, 20)]


@pytest.mark.usefixtures("small")
def test_of_very_many_copies_the_first_are_found_and_few_postings_are_kept(archive: Archive) -> None:
    with archive.transaction():
        for n in range(1, 1500):
            archive.fingerprints.put(n, {*range(40), 1000 + n}, NOW)
    found = archive.fingerprints.candidates({*range(40), 1000}, NOW, 3)
    assert found == [(1, 40), (2, 40), (3, 40)]
    assert sum(held_in(archive).values()) < 1500 + (40 + SAMPLE) * 4 * (COMMON + 10)


def test_of_a_very_long_text_the_first_fingerprints_are_kept(archive: Archive) -> None:
    archive.fingerprints.put(1, range(2 * MOST_HASHES), NOW)
    assert archive.fingerprints.candidates(range(MOST_HASHES - 50, 3 * MOST_HASHES), NOW, 1) == [(1, 50)]
    assert archive.fingerprints.candidates(range(4 * MOST_HASHES), NOW, 1) == [(1, MOST_HASHES)]


def test_of_long_hashes_the_low_bits_count(archive: Archive) -> None:
    archive.fingerprints.put(1, [2**60 + 7, 2**32 - 1], NOW)
    assert archive.fingerprints.candidates([7, 2**40 - 1], NOW, 1) == [(1, 2)]


@pytest.mark.usefixtures("small")
def test_what_an_undone_transaction_put_is_found_by_nobody(archive: Archive) -> None:
    compared = Compared()
    random = fill(archive, compared, 80)
    before = held_in(archive)
    archive.db.conn.execute("BEGIN")
    fill(archive, Compared(), 200)
    assert held_in(archive) != before
    archive.db.conn.execute("ROLLBACK")
    assert held_in(archive) == before
    for number in range(80):
        hashes = text(random, number)
        assert archive.fingerprints.candidates(hashes, NOW, 12) == compared.candidates(hashes, NOW, 12)


def test_another_process_finds_the_same(archive: Archive) -> None:
    compared = Compared()
    random = fill(archive, compared, 100)
    with closing(Archive.open(archive.path, readonly=True)) as other:
        for number in range(100):
            hashes = text(random, number)
            assert other.fingerprints.candidates(hashes, NOW, 12) == compared.candidates(hashes, NOW, 12)
