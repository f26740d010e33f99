"""Crawl every stored page through the real command, and account for each of them.

    python -m benchmarks.real_input DATA_FOLDER [--limit 1300] [--sites 32] [--keep FOLDER]

Serves the pages as news sites on loopback (newsweb.py), runs `morgue crawl` over all of them, and reads the archive:
both sums must hold for every source, once as the archive computes them and once by SQL of this file's own; every page
that was served must be stored, or its reason must stand in the database. Exit code 1 if anything is unaccounted for.
"""

import argparse
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from archive.store.archive import Archive
from benchmarks.measured import Cost, measure
from benchmarks.newsweb import Serving, serving
from benchmarks.stored_pages import SITES

MORGUE = str(Path(sys.executable).with_name("morgue"))
STORED = ("new", "revision", "unchanged", "duplicate")
FETCHED = (*STORED, "rejected", "failed", "awaiting_extraction")
STATES = ("fetched", "unreachable", "skipped", "pending")


def configure(folder: Path, web: Serving) -> Path:
    """A morgue.toml with one source a site; the archive lies beside it."""
    blocks = [f'archive = "{folder / "morgue.db"}"\n\n[crawl]\ncontact = "benchmark@example.org"\n']
    blocks += [
        f'[[source]]\nname = "{site.address}"\nhome = "{web.origin(site)}/"\ndelay = 0\nsince = "1990-01-01"\n'
        'permission = "our own copy, on this machine"\nallow_networks = ["127.0.0.0/8"]\n'
        for site in web.sites
    ]
    config = folder / "morgue.toml"
    config.write_text("\n".join(blocks), encoding="utf-8")
    return config


def crawl(folder: Path, web: Serving) -> Cost:
    """One run of `morgue crawl` over all sites into FOLDER/morgue.db."""
    configure(folder, web)
    return measure([MORGUE, "crawl"], folder, "morgue")


def own_sums(db: sqlite3.Connection, crawl_id: int) -> list[str]:
    """Sources whose sums do not hold, each term counted by its own query; independent of archive.crawls."""
    wrong = []
    for source_id, name in db.execute("SELECT id, name FROM sources ORDER BY name").fetchall():

        def count(condition: str, *values: str, of: int = source_id) -> int:
            query = f"SELECT count(*) FROM links WHERE crawl_id = ? AND source_id = ? AND {condition}"
            return int(db.execute(query, (crawl_id, of, *values)).fetchone()[0])

        states = {state: count("state = ?", state) for state in STATES}
        outcomes = {outcome: count("state = 'fetched' AND outcome = ?", outcome) for outcome in FETCHED}
        silent = count("(state IN ('unreachable', 'skipped') OR outcome IN ('rejected', 'failed')) AND reason IS NULL")
        if count("true") != sum(states.values()) or count("state = 'fetched'") != sum(outcomes.values()):
            wrong.append(f"{name}: {count('true')} discovered, {states}, {outcomes}")
        if silent or states["pending"] or outcomes["awaiting_extraction"]:
            wrong.append(f"{name}: {silent} without a reason, {states['pending']} pending, {outcomes} at the end")
    return wrong


def fate(db: sqlite3.Connection, url: str) -> str:
    """What the database says of one page: its outcome if stored, "stage: reason", or "unaccounted: ..."."""
    link = db.execute("SELECT state, outcome, reason, article_id FROM links WHERE url = ?", (url,)).fetchone()
    if link is None:
        return "unaccounted: never discovered"
    state, outcome, reason, article_id = link
    if state == "fetched" and outcome in STORED:
        held = db.execute("SELECT 1 FROM article_urls WHERE url = ? AND article_id = ?", (url, article_id)).fetchone()
        return str(outcome) if held else f"unaccounted: {outcome}, but no article holds it"
    left_out = db.execute("SELECT stage, reason FROM left_out WHERE url = ?", (url,)).fetchone()
    if left_out is None or left_out[1] is None:
        return f"unaccounted: {state}, {outcome}, {reason}"
    return f"{left_out[0]}: {left_out[1]}"


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        yield db


def check(path: Path, urls: list[str]) -> tuple[Counter[str], list[str]]:
    """Fates of the pages by kind, and everything that is wrong."""
    with opened(path) as db:
        crawl_id = int(db.execute("SELECT max(id) FROM crawls").fetchone()[0])
        fates = {url: fate(db, url) for url in urls}
        wrong = own_sums(db, crawl_id)
        inbox = db.execute("SELECT count(*) FROM inbox").fetchone()[0]
        wrong += [f"{inbox} pages still in the inbox"] if inbox else []
    with Archive.open(path, readonly=True) as archive:
        wrong += archive.crawls.broken_sums(crawl_id)
    wrong += [f"{url} {said}" for url, said in fates.items() if said.startswith("unaccounted")]
    return Counter(fates.values()), wrong


def report(web: Serving, cost: Cost, fates: Counter[str], wrong: list[str]) -> None:
    print(f"{len(web.urls)} pages on {len(web.sites)} sites; morgue crawl ended with exit code {cost.exit_code}")
    print(
        f"{cost.seconds:.1f} s, {cost.cpu_seconds:.1f} s of CPU (the server's {web.cpu_seconds():.1f} s apart),",
        end=" ",
    )
    print(f"{cost.peak_memory / 1e6:.0f} MB at most")
    for said, count in sorted(fates.items(), key=lambda item: (item[0] not in STORED, -item[1])):
        print(f"{count:6}  {said}")
    stored = sum(count for said, count in fates.items() if said in STORED)
    print(f"{stored:6}  stored, {len(web.urls) - stored} not stored, {len(wrong)} things wrong")
    for line in wrong[:50]:
        print(f"WRONG: {line}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Crawl stored pages and account for every one.")
    parser.add_argument("data", type=Path, help="folder of sets: SET/truth.jsonl and the pages it names")
    parser.add_argument("--sites", type=int, default=SITES)
    parser.add_argument("--limit", type=int, help="at most so many pages")
    parser.add_argument("--keep", type=Path, help="leave archive, configuration and logs in this new folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, serving(options.data, options.sites, options.limit) as web:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / "morgue.db").exists():
            parser.error(f"{folder} already holds an archive")
        cost = crawl(folder.resolve(), web)
        if not (folder / "morgue.db").exists():
            sys.exit(f"no archive was made: {(folder / 'morgue.err').read_text()}")
        fates, wrong = check(folder / "morgue.db", web.urls)
        report(web, cost, fates, wrong)
    return 1 if wrong or cost.exit_code not in (0, 3) else 0


if __name__ == "__main__":
    sys.exit(main())
