"""Whether an archive of real pages, built again, has identical tables, whoever reads its pages; and what that costs.

    python -m benchmarks.rebuild DATA_FOLDER [--limit N]

The pages come in two runs, so that the second is read with what the first has taught; every tenth page comes from
another host as well, every fifth of the first run a second time, half of these with a paragraph added. Exits with 1 if
any value of any table differs, but for those that `OURS` names.
"""

import argparse
import gzip
import random
import resource
import sqlite3
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive.ingest import run
from archive.models import Page
from archive.rebuilding import rebuild
from archive.store.archive import Archive
from archive.store.sources import SourceRecord
from archive.urls import host_of
from archive.workers import Executor, InProcess, WorkerPool
from benchmarks.stored_pages import read_stories

BEGIN = datetime(2027, 1, 1, tzinfo=UTC)
OURS: dict[str, frozenset[str] | None] = {  # columns that say when we did what, and the file's own identity
    "articles": frozenset({"extracted_at"}),
    "about": None,
    "_sqlite_migrations": None,
}
SLOWEST = 0.2  # seconds that the executor that dawdles holds a page back
ADDED = b"</p><p>This paragraph was added to the story by the benchmark, on the evening of that day.</p>"


class Dawdling:
    """Does everything here, and says so after a random time: pages come back in any order."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Done at some time."""
        done, future = InProcess().submit(function, *args), Future[Any]()

        def tell() -> None:
            if (error := done.exception()) is not None:
                future.set_exception(error)
            else:
                future.set_result(done.result())

        threading.Timer(self._chance.random() * SLOWEST, tell).start()
        return future


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows, in their order, without what is ours; the parts of the full-text index aside."""
    held = {}
    with closing(sqlite3.connect(path)) as connection:
        for (table,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall():
            ours = OURS.get(table, frozenset())
            if ours is None or table.startswith("articles_fts_"):
                continue
            cursor = connection.execute(f"SELECT * FROM {table}")
            kept = [at for at, (name, *_) in enumerate(cursor.description) if name not in ours]
            held[table] = [tuple(row[at] for at in kept) for row in cursor]
    return held


def real_pages(data: Path, limit: int) -> list[Page]:
    """Stored pages, evenly from all sites."""
    stories = read_stories(data)
    chosen = stories[:: max(1, len(stories) // limit)][:limit]
    return [
        Page(story.url, story.url, gzip.decompress(story.file.read_bytes()), BEGIN + timedelta(minutes=number))
        for number, story in enumerate(chosen)
    ]


def runs_of(pages: list[Page]) -> Iterator[list[Page]]:
    """The two runs."""
    half = len(pages) // 2
    copies = [_elsewhere(page, number) for number, page in enumerate(pages[::10])]
    yield pages[:half] + copies[::2]
    again = [replace(page, fetched_at=page.fetched_at + timedelta(days=2)) for page in pages[:half:5]]
    again[::2] = [replace(page, body=_edited(page.body)) for page in again[::2]]
    yield pages[half:] + again + copies[1::2]


def _edited(body: bytes) -> bytes:
    """With a paragraph more, in the midst of them."""
    pieces = body.split(b"</p>")
    middle = (len(pieces) + 1) // 2
    return b"</p>".join(pieces[:middle]) + ADDED + b"</p>".join(pieces[middle:]) if len(pieces) > 2 else body


def _elsewhere(page: Page, number: int) -> Page:
    url = f"https://copies.example/{number}"
    return replace(page, requested_url=url, url=url, fetched_at=page.fetched_at + timedelta(days=1))


def original(place: Path, pages: list[Page], executor: Executor) -> Counter[Any]:
    """Makes the archive that is built again. Hosts with two pages or more are sources."""
    hosts = Counter(host_of(page.url) for page in pages)
    with Archive.open(place, create=True) as archive:
        for host in sorted(host for host, number in hosts.items() if number > 1):
            archive.sources.save(SourceRecord(None, host, f"https://{host}/"), BEGIN)
    outcomes: Counter[Any] = Counter()
    for batch in runs_of(pages):
        outcomes += run(batch, place, executor)
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int, default=300, help="pages")
    given = parser.parse_args()
    pages = real_pages(given.data, given.limit)
    with tempfile.TemporaryDirectory() as folder:
        return _compared(Path(folder), pages)


def _compared(folder: Path, pages: list[Page]) -> int:
    pool = WorkerPool(2, seconds=60)
    outcomes = original(folder / "original.db", pages, pool)
    print(f"{outcomes.total()} pages: {', '.join(f'{n} {outcome}' for outcome, n in outcomes.items())}")
    expected, wrong = tables(folder / "original.db"), 0
    ways: dict[str, Executor] = {"one worker": InProcess(), "two workers": pool, "dawdling": Dawdling(1)}
    for name, executor in ways.items():
        began = resource.getrusage(resource.RUSAGE_SELF)
        rebuild(folder / "original.db", folder / f"{name}.db", executor)
        ended = resource.getrusage(resource.RUSAGE_SELF)
        used = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
        found = tables(folder / f"{name}.db")
        differing = [table for table in expected if found[table] != expected[table]]
        wrong += len(differing)
        print(f"{name}: {', '.join(differing) or 'identical'}; {1000 * used / outcomes.total():.1f} ms CPU a page here")
    pool.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
