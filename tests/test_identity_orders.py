"""benchmarks/identity_orders.py: that its scores are what they are called, and that every order goes to the worker."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.identity_orders import MOST_APART, Scores, measure, orders, score
from tests.tales import paragraphs, text, title


def test_scores_are_of_pairs() -> None:
    assert score("aabb", "1122") == Scores(1.0, 1.0, 1.0, 1.0)
    assert score("aabb", "1112") == Scores(pytest.approx(1 / 3), 0.5, 0.4, 0.0)
    assert score("abcd", "1234") == Scores(1.0, 1.0, 1.0, 1.0)


def test_orders_are_the_same_documents_each_time() -> None:
    documents = [{"id": str(n), "site": f"{n % 3}.example"} for n in range(12)]
    made = dict(orders(documents, 2))
    assert list(made) == ["as they arrived", "shuffled, seed 0", "shuffled, seed 1", "newest first", "site after site"]
    assert all(sorted(order, key=documents.index) == documents for order in made.values())
    assert len({json.dumps(order) for order in made.values()}) == len(made)
    assert made == dict(orders(documents, 2))


def test_a_few_copies_are_one_story_in_every_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = []
    for seed, site in ((1, "lake"), (1, "hill"), (2, "lake")):
        url, at = f"https://{site}.example/{seed}", f"2026-03-0{seed}T08:00:00+00:00"
        told = {"published": at, "title": title(seed), "text": text(*paragraphs(seed))}
        lines.append({"id": f"{site}{seed}", "url": url, "site": f"{site}.example", **told})
    with gzip.open(tmp_path / "docs.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    truth = [{"id": line["id"], "story": line["id"][-1]} for line in lines]
    (tmp_path / "truth.jsonl").write_text("".join(json.dumps(line) + "\n" for line in truth), encoding="utf-8")
    assert measure(tmp_path, shuffles=0) == 0.0 < MOST_APART
    assert capsys.readouterr().out.count(" 1.0000 1.0000 1.0000 1.0000  1.0000\n") == 3
