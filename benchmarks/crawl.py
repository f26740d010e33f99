"""A whole crawl, with storage, beside trafilatura's command on the same pages: speed, CPU, memory, bytes.

    python -m benchmarks.crawl DATA_FOLDER [--pairs 5] [--limit 200] [--check]

Both get the same URLs from the same newsweb (delay 0), in alternating pairs; what counts is the median of the ratios.
trafilatura downloads with two threads and extracts in one process (`-i urls.txt --parallel 2 --json --with-metadata`,
its sleep of 5 s and its refusal of loopback switched off); newsmorgue finds the URLs itself through robots.txt,
sitemaps and feeds, and stores all of it. The server shares the machine with both; its CPU is printed apart. Void unless
both have text for 98 % of the URLs. Target: 1.5 times the articles a second, at no more than
1.2 times the CPU an article.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import trafilatura

from benchmarks.measured import Cost, measure
from benchmarks.newsweb import Serving, serving
from benchmarks.real_input import crawl, opened
from benchmarks.stored_pages import SITES

SPEED_TARGET = 1.5
CPU_TARGET = 1.2
TEXT_FLOOR = 0.98
DISTURBED = 0.08  # of the machine, the newsweb's share taken off: a pair that lost more than this to others is repeated
WITH_TEXT = """
    SELECT count(*) FROM links JOIN articles ON articles.id = links.article_id
    WHERE links.state = 'fetched' AND links.outcome IN ('new', 'revision', 'unchanged', 'duplicate')
    AND articles.text <> ''
"""


@dataclass(frozen=True)
class Result:
    """One tool's run over all URLs. `articles` counts URLs whose text it has; `stored` is bytes written."""

    cost: Cost
    articles: int
    stored: int
    server_seconds: float

    @property
    def speed(self) -> float:
        return self.articles / self.cost.seconds

    @property
    def others(self) -> float:
        """Share of the machine that went to neither the tool nor the server."""
        return self.cost.others - self.server_seconds / self.cost.seconds / (os.cpu_count() or 1)

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cost.cpu_seconds / self.articles


def trafilatura_config(folder: Path) -> Path:
    """Its own defaults, but for the sleep between requests and the refusal of loopback addresses."""
    text = Path(trafilatura.__file__).with_name("settings.cfg").read_text(encoding="utf-8")
    changes = {"SLEEP_TIME = 5.0": "SLEEP_TIME = 0", "SSRF_PROTECTION = on": "SSRF_PROTECTION = off"}
    for before, after in changes.items():
        if before not in text:
            raise RuntimeError(f"trafilatura's settings.cfg no longer says {before!r}")
        text = text.replace(before, after)
    config = folder / "trafilatura.cfg"
    config.write_text(text, encoding="utf-8")
    return config


def run_trafilatura(folder: Path, web: Serving) -> tuple[Cost, int, int]:
    urls = folder / "urls.txt"
    urls.write_text("".join(f"{url}\n" for url in web.urls), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("trafilatura")), "-i", str(urls), "--parallel", "2"]
    command += ["--json", "--with-metadata", "--config-file", str(trafilatura_config(folder))]
    cost = measure(command, folder, "trafilatura")
    printed = folder / "trafilatura.out"
    with printed.open(encoding="utf-8") as lines:
        articles = sum(bool(json.loads(line).get("text")) for line in lines)
    return cost, articles, printed.stat().st_size


def run_newsmorgue(folder: Path, web: Serving) -> tuple[Cost, int, int]:
    cost = crawl(folder, web)
    with opened(folder / "morgue.db") as db:
        articles = int(db.execute(WITH_TEXT).fetchone()[0])
    stored = sum(path.stat().st_size for path in folder.glob("morgue.db*") if path.suffix != ".lock")
    return cost, articles, stored


def once(run: Callable[[Path, Serving], tuple[Cost, int, int]], web: Serving) -> Result:
    with tempfile.TemporaryDirectory() as temporary:
        before = web.cpu_seconds()
        cost, articles, stored = run(Path(temporary), web)
        return Result(cost, max(articles, 1), stored, web.cpu_seconds() - before)


def line(name: str, result: Result, pages: int) -> str:
    return (
        f"{name:12} {result.articles:5} of {pages} {result.cost.seconds:7.1f} s {result.speed:6.1f} articles/s"
        f" {result.cpu_ms:6.1f} ms CPU {result.cost.peak_memory / 1e6:6.0f} MB"
        f" {result.stored / result.articles / 1e3:6.1f} kB/article {result.stored / pages / 1e3:6.1f} kB/page"
        f"   server {result.server_seconds:.1f} s, others {result.others:.0%}"
    )


def run_pair(web: Serving, *, ours_first: bool) -> tuple[Result, Result]:
    """(trafilatura's, ours)."""
    results: dict[str, Result] = {}
    runs = [("trafilatura", run_trafilatura), ("newsmorgue", run_newsmorgue)]
    for name, run in reversed(runs) if ours_first else runs:
        results[name] = once(run, web)
        print(line(name, results[name], len(web.urls)), flush=True)
    return results["trafilatura"], results["newsmorgue"]


def run_pairs(web: Serving, pairs: int) -> list[tuple[Result, Result]]:
    """Alternating, each in turn first; a pair that others disturbed is repeated, up to as many as were asked for.

    A neighbour on one core hardly hurts a tool that uses one core of two, and halves one that uses both.
    """
    quiet: list[tuple[Result, Result]] = []
    disturbed: list[tuple[Result, Result]] = []
    while len(quiet) < pairs and len(quiet) + len(disturbed) < 2 * pairs:
        pair = run_pair(web, ours_first=bool((len(quiet) + len(disturbed)) % 2))
        is_quiet = max(result.others for result in pair) <= DISTURBED
        (quiet if is_quiet else disturbed).append(pair)
    missing = pairs - len(quiet)
    if missing > 0:
        print(f"the machine was busy with other things in {missing} of the {pairs} pairs that count")
    return quiet + disturbed[:missing]


def verdict(pairs: list[tuple[Result, Result]], pages: int) -> bool:
    """Print the medians of the ratios, and whether the target is met."""
    least = min(result.articles for pair in pairs for result in pair) / pages
    speed = median(ours.speed / theirs.speed for theirs, ours in pairs)
    cpu = median(ours.cpu_ms / theirs.cpu_ms for theirs, ours in pairs)
    memory = median(ours.cost.peak_memory / theirs.cost.peak_memory for theirs, ours in pairs)
    void = least < TEXT_FLOOR
    passed = not void and speed >= SPEED_TARGET and cpu <= CPU_TARGET
    print(f"text for at least {least:.1%} of the URLs" + (f": VOID, below {TEXT_FLOOR:.0%}" if void else ""))
    print(f"median of {len(pairs)} pairs: {speed:.2f} times the articles/s (target {SPEED_TARGET} or more),", end=" ")
    print(f"{cpu:.2f} times the CPU an article (target {CPU_TARGET} or less), {memory:.2f} times the memory")
    print("PASS" if passed else "MISSED")
    return passed


def main() -> int:
    parser = argparse.ArgumentParser(description="Crawl stored pages with newsmorgue and with trafilatura.")
    parser.add_argument("data", type=Path, help="folder of sets: SET/truth.jsonl and the pages it names")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--sites", type=int, default=SITES)
    parser.add_argument("--limit", type=int, help="at most so many pages")
    parser.add_argument("--check", action="store_true", help="exit code 1 unless the target is met")
    options = parser.parse_args()
    with suppress(AttributeError):
        print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")
    with serving(options.data, options.sites, options.limit, only_text=True) as web:
        passed = verdict(run_pairs(web, options.pairs), len(web.urls))
    return 0 if passed or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
