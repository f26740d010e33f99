"""Quality and cost of extraction on pages whose truth is known, beside plain trafilatura in the same run.

    python -m benchmarks.extraction QUALITY_FOLDER [--set aeb,wcxb] [--raise-floor]

QUALITY_FOLDER holds score.py, baseline.json and data/. Both systems answer every page, one after the other, in two
processes that score.py drives. Printed are a table for each set, with the best that other tools reach; the worst pages;
the CPU milliseconds a page. Exits with 1 if a score fell below the floor (benchmarks/floor.json), or a text score below
plain trafilatura's.
"""

import argparse
import json
import shlex
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import floor

HERE = Path(__file__).resolve().parent
OURS, PLAIN = "worker_extraction.py", "worker_trafilatura.py"
FIELDS = ("f1", "P", "R", *floor.METADATA, "refused", "ms")
WORST = 5  # pages of a set that are named


def score(quality: Path, worker: str, sets: str, folder: Path) -> dict[str, Any]:
    """The sets' scores and every page's scores and time for one worker, as score.py writes them."""
    scores, answers = folder / f"{worker}.json", folder / f"{worker}.jsonl"
    command = [sys.executable, str(quality / "score.py"), "--command", shlex.join([sys.executable, str(HERE / worker)])]
    asked = [*command, "--set", sets, "--json", str(scores), "--save", str(answers)]
    subprocess.run(asked, check=True, cwd=HERE.parent, stdout=subprocess.DEVNULL)
    found: dict[str, Any] = json.loads(scores.read_text(encoding="utf-8"))
    return found


def best_of_others(quality: Path, name: str) -> dict[str, float]:
    """Field: the best score that any tool reaches on a set, by baseline.json."""
    systems = json.loads((quality / "baseline.json").read_text(encoding="utf-8"))["systems"].values()
    best: dict[str, float] = {}
    for system in systems:
        for field, value in system["sets"].get(name, {}).items():
            if field in FIELDS and value is not None:
                best[field] = max(value, best.get(field, 0.0))
    return best


def table(name: str, rows: dict[str, dict[str, Any]]) -> str:
    """One set's scores, a line for each system."""
    lines = [f"{name:24}" + "".join(f"{field:>9}" for field in FIELDS)]
    for label, scores in rows.items():
        cells = (scores.get(field) for field in FIELDS)
        lines.append(f"  {label:22}" + "".join(f"{'-' if c is None else format(c, '.4f'):>9}" for c in cells))
    return "\n".join(lines)


def worst_pages(found: dict[str, Any], name: str) -> str:
    """The pages of a set whose text is furthest from the truth."""
    scored = [
        (page["f1"], key)
        for key, page in found["pages"].items()
        if key.startswith(f"{name}/") and page.get("f1") is not None
    ]
    return "  worst: " + (", ".join(f"{key} {value:.2f}" for value, key in sorted(scored)[:WORST]) or "-")


def cpu(label: str, found: dict[str, Any]) -> tuple[str, float]:
    """What the pages cost in milliseconds of CPU time, in words, and the mean."""
    times = {key: page["ms"] for key, page in found["pages"].items() if page.get("ms") is not None}
    mean, ordered, slowest = (
        statistics.fmean(times.values()),
        sorted(times.values()),
        max(times, key=lambda k: times[k]),
    )
    late = ordered[int(0.95 * (len(ordered) - 1))]
    median = statistics.median(ordered)
    words = f"mean {mean:.1f}, median {median:.1f}, 95th percentile {late:.1f}, worst {ordered[-1]:.0f} ({slowest})"
    return f"{label:12} CPU ms a page: {words}", mean


def main() -> int:
    """Run both, print, and say whether anything fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quality", type=Path)
    parser.add_argument("--set", default="", help="names, separated by commas (default: all)")
    parser.add_argument("--raise-floor", action="store_true", help="take over the scores that are higher than ever")
    options = parser.parse_args()
    quality = options.quality.resolve()
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = (score(quality, worker, options.set, Path(folder)) for worker in (OURS, PLAIN))
    fallen = floor.broken(floor.read(), ours["sets"])
    for name, scores in ours["sets"].items():
        others = plain["sets"][name]
        rows = {"newsmorgue": scores, "trafilatura": others, "best of other tools": best_of_others(quality, name)}
        print(table(name, rows))
        if scores.get("f1") is not None:
            print(worst_pages(ours, name))
            if scores["f1"] < others["f1"]:
                fallen.append(f"{name} f1: {scores['f1']:.4f}, plain trafilatura {others['f1']:.4f}")
    (line, mean), (other_line, other) = cpu("newsmorgue", ours), cpu("trafilatura", plain)
    print(f"{line}\n{other_line}\nCPU beside plain trafilatura: {mean / other:.2f} (target at most 1.0)")
    if options.raise_floor:
        floor.write(floor.raised(floor.read(), ours["sets"]))
    print("\n".join(f"FELL  {line}" for line in fallen) or "no score fell below its floor")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
