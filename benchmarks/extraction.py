"""Quality and cost of extraction on pages whose truth is known, beside plain trafilatura in the same run.

    python benchmarks/extraction.py QUALITY_FOLDER [--set aeb,wcxb]

QUALITY_FOLDER holds score.py and data/. Both systems answer every page, one after the other, in two processes that
score.py drives; a table of each is printed, then the share of pages refused and the CPU milliseconds a page. Exits with
1 if a text score is below plain trafilatura's on any set.
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

HERE = Path(__file__).resolve().parent
OURS, PLAIN = "worker_extraction.py", "worker_trafilatura.py"
FIELDS = ("f1", "P", "R", "title", "authors", "day", "instant", "topics", "language", "refused", "ms")


def score(quality: Path, worker: str, sets: str, folder: Path) -> dict[str, Any]:
    """The sets' scores and every page's time for one worker, as score.py writes them."""
    scores, answers = folder / f"{worker}.json", folder / f"{worker}.jsonl"
    command = [sys.executable, str(quality / "score.py"), "--command", shlex.join([sys.executable, str(HERE / worker)])]
    subprocess.run(
        [*command, "--set", sets, "--json", str(scores), "--save", str(answers)], check=True, cwd=HERE.parent
    )
    found: dict[str, Any] = json.loads(scores.read_text(encoding="utf-8"))
    return found


def table(name: str, ours: dict[str, Any], plain: dict[str, Any]) -> str:
    """One set's scores, ours above plain trafilatura's."""
    lines = [f"{name:24}" + "".join(f"{field:>9}" for field in FIELDS)]
    for label, scores in (("newsmorgue", ours), ("trafilatura", plain)):
        cells = (scores.get(field) for field in FIELDS)
        lines.append(f"  {label:22}" + "".join(f"{'-' if c is None else format(c, '.4f'):>9}" for c in cells))
    return "\n".join(lines)


def cpu(found: dict[str, Any]) -> list[float]:
    """Milliseconds of CPU time of every page."""
    return [page["ms"] for page in found["pages"].values() if page.get("ms") is not None]


def main() -> int:
    """Run both, print, and say whether we are behind anywhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quality", type=Path)
    parser.add_argument("--set", default="", help="names, separated by commas (default: all)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = (score(options.quality, worker, options.set, Path(folder)) for worker in (OURS, PLAIN))
    behind = []
    for name, scores in ours["sets"].items():
        print(table(name, scores, plain["sets"][name]))
        if (scores.get("f1") or 0.0) < (plain["sets"][name].get("f1") or 0.0):
            behind.append(name)
    for label, found in (("newsmorgue", ours), ("trafilatura", plain)):
        times = cpu(found)
        print(f"{label:12} CPU ms a page: mean {statistics.fmean(times):.1f}, median {statistics.median(times):.1f}")
    print(f"text score below plain trafilatura's: {', '.join(behind) or 'on no set'}")
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main())
