"""What a site's other pages teach about a page: extraction with site memory and without it, leaving one page out.

    python -m benchmarks.site_memory QUALITY_FOLDER

QUALITY_FOLDER holds score.py and data/. Every page of a publisher (where the set names none, a host) with two or more
in the set is read twice: alone, and with what all other pages of that publisher teach. Printed are the pages whose
text changed, each set's mean gain over these pages and over the whole set, the pages that lost, and what learning and
knowing cost. Exits with 1 if a page of the sets in GATED lost more than .01; the others have pages in twos and other
ideas of what belongs to a text.
"""

import argparse
import gzip
import importlib.util
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from archive.extraction import Site, extract
from archive.extraction.site import learn
from archive.models import Extraction, Page
from archive.urls import host_of

FETCHED_AT = datetime(2027, 1, 1, tzinfo=UTC)
SETS = ("aeb", "fundus-eval", "fundus-test", "trafilatura", "wcxb")
GATED = ("fundus-eval", "fundus-test")
MOST_LOST = 0.01


@dataclass(frozen=True, slots=True)
class Compared:
    """One page's text scores, alone and with its site's memory."""

    id: str
    alone: float
    knowing: float
    changed: bool

    @property
    def gain(self) -> float:
        """What knowing the site brought."""
        return self.knowing - self.alone


@dataclass(slots=True)
class Cost:
    """CPU seconds over so many pages, and the size of the largest memory in bytes."""

    pages: int = 0
    alone: float = 0.0
    knowing: float = 0.0
    learning: float = 0.0
    largest: int = 0


def scorer(quality: Path) -> ModuleType:
    """The kit's score.py as a module."""
    spec = importlib.util.spec_from_file_location("score", quality / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def publishers(folder: Path, pages: list[dict[str, Any]]) -> Iterator[list[tuple[dict[str, Any], Page]]]:
    """The truths and pages of each publisher, or host where the set names none, with at least two."""
    groups: dict[str, list[tuple[dict[str, Any], Page]]] = defaultdict(list)
    for truth in pages:
        body = gzip.decompress((folder / truth["file"]).read_bytes())
        groups[truth["publisher"] or host_of(truth["url"] or "")].append(
            (truth, Page(truth["url"] or "", truth["url"] or "", body, FETCHED_AT))
        )
    return (group for name, group in groups.items() if name and len(group) > 1)


def compare(
    group: list[tuple[dict[str, Any], Page]], score: Callable[[dict[str, Any], str], float], cost: Cost
) -> Iterator[Compared]:
    """Each page of a publisher, alone and knowing the others."""
    alone = []
    for _, page in group:
        started = time.process_time()
        alone.append(extract(page))
        cost.alone += time.process_time() - started
    for number, (truth, page) in enumerate(group):
        found = _knowing(page, [other for place, other in enumerate(alone) if place != number], cost)
        text, before = found.article.text, alone[number].article.text
        yield Compared(truth["id"], score(truth, before), score(truth, text), text != before)


def _knowing(page: Page, others: list[Extraction], cost: Cost) -> Extraction:
    started = time.process_time()
    memory = learn([other.traits for other in others if other.traits])
    learned = time.process_time()
    found = extract(page, Site(memory=memory))
    cost.learning += learned - started
    cost.knowing += time.process_time() - learned
    cost.pages += 1
    cost.largest = max(cost.largest, len(memory.data) if memory else 0)
    return found


def main() -> int:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quality", type=Path)
    quality = parser.parse_args().quality.resolve()
    kit, cost, lost = scorer(quality), Cost(), 0
    for folder, about, pages in kit.read_sets(quality / "data", set(SETS)):
        metric = kit.TEXT_METRICS[about["text_metric"]][0]

        def score(truth: dict[str, Any], text: str, metric: Any = metric, about: Any = about) -> float:
            return float(metric(truth, text, about["tokenizer"])["f1"])

        compared = [one for group in publishers(folder, pages) for one in compare(group, score, cost)]
        gain = sum(one.gain for one in compared)
        for one in compared:
            if one.changed:
                print(f"  {one.gain:+.4f}  {one.alone:.4f} -> {one.knowing:.4f}  {one.id}")
        losers = [one.id for one in compared if one.gain < -MOST_LOST]
        lost += len(losers) if folder.name in GATED else 0
        print(
            f"{folder.name}: {len(compared)} pages, mean gain {gain / len(compared):+.4f}, over all {len(pages)} "
            f"of the set {gain / len(pages):+.4f}; lost more than {MOST_LOST}: {', '.join(losers) or 'none'}"
        )
    ms = 1000 / cost.pages
    print(
        f"CPU ms a page: alone {cost.alone * ms:.1f}, knowing {cost.knowing * ms:.1f}, learning from the others "
        f"{cost.learning * ms:.2f}; largest memory {cost.largest} bytes"
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
