"""Articles that come in another order: how much does that change which of them are one story?

The documents of a folder with known stories (`docs.jsonl.gz`, `truth.jsonl`) go through `worker_identity`, each order
in an archive of its own: as they arrived, shuffled by each seed, the newest first, and each site after the other.
"""

import gzip
import json
import random
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, run
from typing import Any

MOST_APART = 0.01  # of the adjusted Rand index, between any two orders
_ROOT = Path(__file__).resolve().parent.parent

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scores:
    """Pairs of documents in one story, against the pairs that are one: shares, and the adjusted Rand index."""

    precision: float
    recall: float
    f1: float
    ari: float


def orders(documents: Sequence[Document], shuffles: int) -> Iterator[tuple[str, list[Document]]]:
    """Names of orders, and the documents in them; the first one as they arrived."""
    yield "as they arrived", list(documents)
    for seed in range(shuffles):
        shuffled = list(documents)
        random.Random(seed).shuffle(shuffled)
        yield f"shuffled, seed {seed}", shuffled
    yield "newest first", list(reversed(documents))
    yield "site after site", sorted(documents, key=lambda document: str(document["site"]))


def score(true: Sequence[str], found: Sequence[str]) -> Scores:
    """The scores of stories found, for the same documents in the same order."""
    both, wanted, claimed = _pairs(zip(true, found, strict=True)), _pairs(true), _pairs(found)
    chance = wanted * claimed / (len(true) * (len(true) - 1) / 2) if len(true) > 1 else 0.0
    most = (wanted + claimed) / 2
    return Scores(
        precision=both / claimed if claimed else 1.0,
        recall=both / wanted if wanted else 1.0,
        f1=both / most if most else 1.0,
        ari=(both - chance) / (most - chance) if most != chance else 1.0,
    )


def _pairs(labels: Iterable[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in Counter(labels).values())


def stories(documents: Sequence[Document]) -> dict[str, str]:
    """The story of each document, when all have come: what a worker of its own says."""
    lines = "".join(json.dumps(document) + "\n" for document in documents)
    command = [sys.executable, str(_ROOT / "benchmarks" / "worker_identity.py")]
    done = run(command, input=lines, stdout=PIPE, text=True, encoding="utf-8", check=True)
    found: dict[str, str] = {}
    for answer in map(json.loads, done.stdout.splitlines()):
        found[answer["id"]] = answer["story"]
        found |= answer["moved"]
    return found


def measure(folder: Path, shuffles: int, limit: int | None = None) -> float:
    """Prints the scores of each order; returns the largest distance of the adjusted Rand index between two of them."""
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines][:limit]
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        story = {truth["id"]: truth["story"] for truth in map(json.loads, lines)}
    print(f"{len(documents):,} documents")
    print(f"{'order':<18} {'P':>6} {'R':>6} {'F1':>6} {'ARI':>6}  like as they arrived")
    first: dict[str, str] = {}
    reached = []
    for name, ordered in orders(documents, shuffles):
        found = stories(ordered)
        first = first or found
        ids = sorted(found)
        scores = score([story[id_] for id_ in ids], [found[id_] for id_ in ids])
        alike = score([first[id_] for id_ in ids], [found[id_] for id_ in ids]).ari
        print(
            f"{name:<18} {scores.precision:6.4f} {scores.recall:6.4f} {scores.f1:6.4f} {scores.ari:6.4f}  {alike:.4f}",
            flush=True,
        )
        reached.append(scores.ari)
    apart = max(reached) - min(reached)
    print(f"largest distance of ARI between two orders: {apart:.4f} (to be under {MOST_APART})")
    return apart


def main() -> int:
    """1 if any two orders are too far apart."""
    parser = ArgumentParser(prog="python -m benchmarks.identity_orders", description=__doc__)
    parser.add_argument("folder", type=Path, help="documents with known stories: docs.jsonl.gz and truth.jsonl")
    parser.add_argument("--shuffles", type=int, default=5, metavar="N", help="how many seeds (%(default)s)")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N documents")
    asked = parser.parse_args()
    return 0 if measure(asked.folder, asked.shuffles, asked.limit) < MOST_APART else 1


if __name__ == "__main__":
    sys.exit(main())
