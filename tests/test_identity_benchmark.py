"""benchmarks/identity.py and what it is made of: that it measures what it says, on a few articles."""

from itertools import islice
from pathlib import Path

import pytest

from benchmarks import fingerprint_index
from benchmarks.fingerprint_index import Hashes, grow
from benchmarks.identity import flood, measure, sizes
from benchmarks.newswords import COPIES, NewsWords


def test_articles_of_a_seed_are_always_the_same_and_copies_say_of_what() -> None:
    made = list(NewsWords(seed=3).articles(150))
    assert made == list(NewsWords(seed=3).articles(150))
    assert made[0] != next(NewsWords(seed=4).articles(1))
    assert {article.kind for article in made} == {"story", "report", "exact", *COPIES}
    for article in made:
        original = made[article.story - 1]
        assert (original.kind in ("story", "report")) or article is original
        if article.kind == "exact":
            assert article.text == original.text
        elif article.kind == "light":
            assert article.text != original.text
            assert len(set(article.text.split()) & set(original.text.split())) > 0.8 * len(set(original.text.split()))


def test_hashes_of_a_copy_are_some_of_those_of_its_model() -> None:
    hashes = Hashes(1)
    copies = [(number, model) for number in range(1, 400) if (model := hashes.model(number)) is not None]
    assert 40 < len(copies) < 120
    assert all(len(set(hashes.of(number)) & set(hashes.of(model))) >= 3 for number, model in copies)


def test_every_copy_is_looked_for_and_at_most_three_texts_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [spent] = measure(tmp_path / "morgue.db", NewsWords().articles(80), 80)
    copies = sum(article.kind in COPIES for article in NewsWords().articles(80))
    assert (spent.articles, spent.copies, spent.found) == (80, copies, copies)
    assert max(spent.compared) <= 3
    assert 0 < spent.ms("lookup") < spent.identity()
    assert "articles in a wrong story: 0.0" in capsys.readouterr().out


def test_a_flood_is_of_one_text_or_nearly() -> None:
    exact, near, boilerplate = (list(islice(flood(kind, 3), 3)) for kind in ("exact", "near", "boilerplate"))
    assert len({made.text for made in exact}) == 1
    assert len({made.text for made in near}) == 3
    assert len({made.paragraphs[1:] for made in boilerplate}) == 1
    assert len({made.paragraphs[0] for made in boilerplate}) == 3


def test_the_index_is_measured_as_it_lies_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint_index, "LOOKUPS", 30)
    first, last = grow(tmp_path / "morgue.db", [100, 200], a_day=10)
    assert (first.articles, last.articles) == (100, 200)
    assert last.lookups.found == last.cold.found
    assert 0 < last.lookups.p50 <= last.lookups.p95 <= last.lookups.p99
    assert last.bytes > 372


def test_lines_are_printed_at_threefold_sizes() -> None:
    assert sizes(500) == [500]
    assert sizes(30_000) == [1000, 3000, 10_000, 30_000]
