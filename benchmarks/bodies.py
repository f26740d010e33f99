"""How small raw pages are in the archive, and how fast they are read.

    python -m benchmarks.bodies SHARED_QUALITY_PATH

Stores the real pages under SHARED_QUALITY_PATH/data, host by host, as a crawl would, and compares with gzip -6 and
zstd -9. Exits 1 when a target is missed: at most .20 of gzip's bytes for the non-reference pages of fundus-eval's
publishers with three or more pages; never more than zstd -9 alone for any page; reads within 2 ms (95 in 100, the
reference read too). Times are CPU times, so that a busy machine counts less.
"""

import argparse
import gzip
import hashlib
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeVar
from urllib.parse import urlsplit

from archive.store.archive import Archive
from archive.store.packing import LEVEL, compress
from archive.store.zstandard import pack

TEMPLATE_SET = "fundus-eval"
TEMPLATE_PAGES = 3
RATIO, READ_MS = 0.20, 2.0
T = TypeVar("T")


@dataclass(frozen=True)
class Sizes:
    """One page's bytes: as it is, by other means, and in the archive; and the CPU time that packing took."""

    sha256: str
    page: int
    gzip6: int
    alone: int
    stored: int
    has_dictionary: bool
    ms: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quality", type=Path, help="the folder with data/SET/truth.jsonl")
    quality: Path = parser.parse_args().quality
    sets = sorted(path.parent.name for path in quality.glob("data/*/truth.jsonl"))
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder) / "morgue.db", create=True) as archive:
        pages = {name: store_set(archive, quality / "data" / name) for name in sets}
        everything = [page for hosts in pages.values() for host in hosts.values() for page in host]
        met = [report_templates(pages[TEMPLATE_SET]), report_all(pages), report_reads(archive, everything)]
    return 0 if all(met) else 1


def store_set(archive: Archive, folder: Path) -> dict[str, list[Sizes]]:
    """Stores a set's pages and returns their sizes by host, in order; a page met before is left out."""
    hosts: dict[str, list[Sizes]] = defaultdict(list)
    with archive.transaction():
        for host, page in read_set(folder):
            if not archive.bodies.has(hashlib.sha256(page).hexdigest()):
                hosts[f"{folder.name} {host}"].append(store(archive, f"{folder.name} {host}", page))
    return hosts


def read_set(folder: Path) -> Iterator[tuple[str, bytes]]:
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            host = urlsplit(entry["url"] or "").hostname or entry["publisher"] or "?"
            yield host, gzip.decompress((folder / entry["file"]).read_bytes())


def store(archive: Archive, host: str, page: bytes) -> Sizes:
    sha256 = hashlib.sha256(page).hexdigest()
    reference = archive.bodies.reference(host)
    packed, ms = timed(lambda: compress(page, sha256, reference))
    archive.bodies.put(host, packed)
    length, dictionary = archive.db.conn.execute(
        "SELECT length(data), dictionary FROM bodies WHERE sha256 = ?", (sha256,)
    ).fetchone()
    gzip6, alone = len(gzip.compress(page, 6)), len(pack(page, level=LEVEL))
    return Sizes(sha256, len(page), gzip6, alone, length, dictionary is not None, ms)


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """The result and the CPU milliseconds it took."""
    begun = time.process_time()
    result = call()
    return result, (time.process_time() - begun) * 1000


def report_templates(hosts: dict[str, list[Sizes]]) -> bool:
    pages = [page for host in hosts.values() if len(host) >= TEMPLATE_PAGES for page in host[1:]]
    ratio = share(pages, lambda page: page.stored)
    without = share(pages, lambda page: page.alone)
    print(f"{TEMPLATE_SET}, publishers with {TEMPLATE_PAGES} or more pages: {len(pages)} pages after the first")
    print(f"  of gzip -6: {ratio:.3f} with the reference, {without:.3f} without (target at most {RATIO:.2f})")
    print(f"  packing: median {median(page.ms for page in pages):.1f} ms a page of {mean_size(pages) / 1000:.0f} KB")
    return ratio <= RATIO


def report_all(sets: dict[str, dict[str, list[Sizes]]]) -> bool:
    print("set             pages  KB/page with dict. of gzip -6  without  worst    ms")
    worst = 0.0
    for name, hosts in sets.items():
        pages = [page for host in hosts.values() for page in host]
        ratio, without = share(pages, lambda page: page.stored), share(pages, lambda page: page.alone)
        most = max(page.stored / page.alone for page in pages)
        worst = max(worst, most)
        print(
            f"{name:14} {len(pages):6} {mean_size(pages) / 1000:8.0f} {sum(page.has_dictionary for page in pages):10} "
            f"{ratio:10.3f} {without:8.3f} {most:6.3f} {median(page.ms for page in pages):5.1f}"
        )
    print(f"largest page against zstd -{LEVEL} alone: {worst:.3f} (target at most 1)")
    return worst <= 1


def report_reads(archive: Archive, pages: Sequence[Sizes]) -> bool:
    shuffled = list(pages)
    random.Random(1).shuffle(shuffled)  # an order in which references are seldom in memory
    times = sorted(timed(partial(archive.bodies.get, page.sha256))[1] for page in shuffled)
    high = times[len(times) * 95 // 100]
    print(
        f"reads in random order: median {median(times):.2f} ms, 95 in 100 within {high:.2f} ms (target {READ_MS:.0f}), "
        f"slowest {times[-1]:.2f} ms"
    )
    return high <= READ_MS


def share(pages: Sequence[Sizes], size: Callable[[Sizes], int]) -> float:
    """The bytes of these pages by that measure, as a share of gzip's."""
    return sum(map(size, pages)) / sum(page.gzip6 for page in pages)


def mean_size(pages: Sequence[Sizes]) -> float:
    return sum(page.page for page in pages) / len(pages)


if __name__ == "__main__":
    sys.exit(main())
