"""`morgue extract` beside trafilatura's command on a folder of pages: pages a second, CPU, memory.

    python -m benchmarks.extract_command DATA_FOLDER [--pairs 5] [--limit 400] [--check]

Both read the same HTML files with as many processes as there are processors, and give text and metadata as JSON:
`trafilatura --input-dir pages --parallel N --json --with-metadata` (a file a page), and `morgue extract pages --jsonl`
(lines, in order, each page in a worker that can be killed). Alternating pairs; what counts is the median of the ratios.
Start-up is counted. Pairs that others disturbed are repeated. Target: at least as many pages a second, at no more CPU.
"""

import argparse
import gzip
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.measured import Cost, measure

DISTURBED = 0.08  # of the machine: a pair that lost more than this to others is repeated
MOST_REPEATS = 5
TOOLS = ("trafilatura", "newsmorgue")


@dataclass(frozen=True)
class Result:
    """One tool's run. `texts`: pages for which it has a text."""

    cost: Cost
    texts: int


def write_pages(data: Path, folder: Path, limit: int) -> int:
    """Unpacks pages of the sets into a folder, evenly; returns how many."""
    found = sorted(data.glob("*/pages/*.html.gz"), key=lambda path: (hash_of(path), path.name))
    count = 0
    for path in islice(found, limit):
        name = f"{path.parent.parent.name}--{path.name.removesuffix('.gz')}"
        (folder / name).write_bytes(gzip.decompress(path.read_bytes()))
        count += 1
    return count


def hash_of(path: Path) -> int:
    """A number that mixes the sets and is the same in every run."""
    return sum(path.name.encode()) * 7919 % 1009


def run_trafilatura(folder: Path, workers: int) -> Result:
    command = [str(Path(sys.executable).with_name("trafilatura")), "--input-dir", "pages", "--output-dir", "out"]
    cost = measure([*command, "--parallel", str(workers), "--json", "--with-metadata"], folder, "trafilatura")
    texts = sum(bool(json.loads(path.read_bytes()).get("text")) for path in (folder / "out").rglob("*.json"))
    for path in (folder / "out").rglob("*.json"):
        path.unlink()
    return Result(cost, texts)


def run_newsmorgue(folder: Path, workers: int) -> Result:
    command = [sys.executable, "-m", "crawler", "extract", "pages", "--jsonl", "--workers", str(workers)]
    cost = measure(command, folder, "newsmorgue")
    with (folder / "newsmorgue.out").open(encoding="utf-8") as lines:
        texts = sum(bool(json.loads(line)["text"]) for line in lines)
    return Result(cost, texts)


def line(name: str, result: Result, pages: int) -> str:
    cost = result.cost
    return (
        f"{name:12} {result.texts:5} texts of {pages} pages {cost.seconds:7.1f} s {pages / cost.seconds:6.1f} pages/s"
        f" {1000 * cost.cpu_seconds / pages:6.1f} ms CPU a page {cost.peak_memory / 1e6:6.0f} MB"
        f"   others {cost.others:.0%}"
    )


def run_pair(folder: Path, pages: int, workers: int, *, ours_first: bool) -> tuple[Result, Result]:
    """(trafilatura's, ours)."""
    runs = {"trafilatura": run_trafilatura, "newsmorgue": run_newsmorgue}
    results: dict[str, Result] = {}
    for name in reversed(TOOLS) if ours_first else TOOLS:
        results[name] = runs[name](folder, workers)
        print(line(name, results[name], pages), flush=True)
    return results["trafilatura"], results["newsmorgue"]


def main() -> int:
    """Measure, print, and with --check say whether the target was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--limit", type=int, default=400, help="pages")
    parser.add_argument("--check", action="store_true", help="exit with 1 if the target is missed")
    options = parser.parse_args()
    workers, repeats = os.cpu_count() or 1, MOST_REPEATS
    speeds: list[float] = []
    costs: list[float] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "pages").mkdir()
        pages = write_pages(options.data.resolve(), folder / "pages", options.limit)
        while len(speeds) < options.pairs:
            theirs, ours = run_pair(folder, pages, workers, ours_first=len(speeds) % 2 == 1)
            if max(theirs.cost.others, ours.cost.others) > DISTURBED and repeats:
                repeats -= 1
                continue
            speeds.append(theirs.cost.seconds / ours.cost.seconds)
            costs.append(ours.cost.cpu_seconds / theirs.cost.cpu_seconds)
    speed, cost = median(speeds), median(costs)
    print(f"pages a second beside trafilatura: {speed:.2f} (target 1.0); CPU: {cost:.2f} (target at most 1.0)")
    return 1 if options.check and (speed < 1 or cost > 1) else 0


if __name__ == "__main__":
    sys.exit(main())
