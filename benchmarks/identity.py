"""What it costs to know which articles are one story, and how that grows with the archive.

    python -m benchmarks.identity [--articles 100000] [--check]
    python -m benchmarks.identity --index 1000000 [--check]
    python -m benchmarks.identity --flood exact|near|boilerplate [--articles 100000] [--check]

The first makes articles of a model of words (benchmarks/newswords.py), a quarter of them copies of others, and has them
settled as a crawl does, with the same code and into the same tables, but for their raw pages. The second fills the
index of fingerprints alone, with hashes as such articles would have, and looks up in it as it lies on the disk. The
third has articles settled that are all the same, the same but for a word, or a hundred words of their own under six
hundred that a site repeats. Each prints a line whenever the archive has grown threefold: CPU is this process's, an
article, since the line before; lookups are of wall time, without what others had of the processors.
"""

import argparse
import hashlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from archive import placing, settling
from archive.garbage import collect_rarely
from archive.identity.fingerprints import fingerprints
from archive.interpretation import Interpretation
from archive.models import Article, Extraction, Moment, Outcome, Page, Verdict, VerdictKind
from archive.store.archive import Archive
from archive.store.articles import Articles
from archive.store.fetches import FetchContext
from archive.store.fingerprints import Fingerprints
from archive.text import text_hash, tokens
from benchmarks.fingerprint_index import A_COMMIT, Size, grow, index_bytes, unhindered
from benchmarks.newswords import BEGIN, Made, NewsWords

MOST_CPU = 4.0  # milliseconds an article, for all of its identity, the commit included
MOST_COMPARED = 3  # texts with a new one
MOST_BYTES = 1700  # of fingerprints an article
SLOWEST = 5.0  # milliseconds, that 95 of 100 lookups stay below
LEAST_FOUND = 0.985  # of the copies among the candidates
MOST_GROWTH = 1.5  # times as much CPU an article may take at the end of a flood as at a tenth of it
LEAST_SIZE = 1000

STEPS = ("words", "hashes", "known", "lookup", "compare", "place", "put", "commit")


@dataclass(slots=True)
class Spent:
    """What so many articles took. `cpu`: seconds by step; `lookups`: seconds each; `compared`: texts with each."""

    articles: int = 0
    cpu: Counter[str] = field(default_factory=Counter)
    lookups: list[float] = field(default_factory=list)
    compared: list[int] = field(default_factory=list)
    copies: int = 0
    found: int = 0
    among_three: int = 0

    def ms(self, *steps: str) -> float:
        """CPU of these steps, in milliseconds an article."""
        return 1000 * sum(self.cpu[step] for step in steps) / max(self.articles, 1)

    def identity(self) -> float:
        """CPU of all that identity takes, in milliseconds an article."""
        return self.ms("words", "hashes", "known", "identity", "commit")

    def lookup(self, share: float) -> float:
        """The milliseconds that this share of the lookups stays below."""
        return 1000 * sorted(self.lookups)[int(len(self.lookups) * share)] if self.lookups else 0.0


class Meter:
    """Settles articles and keeps account."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._stories = [0]  # by articles.n
        self.spent = Spent()
        self._candidates: list[int] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Has the steps of the program timed."""
        with ExitStack() as stack:
            for owner, name, step in (
                (settling, "compare_and_place", "identity"),
                (settling, "decide", "known"),
                (Articles, "known", "known"),
                (placing, "place_again", "place"),
                (Fingerprints, "put", "put"),
            ):
                stack.enter_context(patch.object(owner, name, self._timed(getattr(owner, name), step)))
            relate, sharing = self._timed(placing.relate, "compare"), self._timed(Fingerprints.sharing, "lookup")

            def compared(*given: Any) -> Any:
                self.spent.compared[-1] += 1
                return relate(*given)

            def looked_up(*given: Any) -> Any:
                began = unhindered()
                found = sharing(*given)
                self.spent.lookups.append(unhindered() - began)
                self._candidates = [n for n, _ in found]
                return found

            stack.enter_context(patch.object(placing, "relate", compared))
            stack.enter_context(patch.object(Fingerprints, "sharing", looked_up))
            yield

    def settle(self, batch: list[Made]) -> None:
        """Takes articles in, in one transaction."""
        read = [(made, self._read(made)) for made in batch]
        cpu, before = self.spent.cpu, time.process_time()
        with self._archive.transaction():
            for made, interpretation in read:
                self._settle(made, interpretation)
            settled = time.process_time()
        cpu["commit"] += time.process_time() - settled
        cpu["settled"] += time.process_time() - before

    def _settle(self, made: Made, interpretation: Interpretation) -> None:
        url = f"https://{made.site}/{made.number}.html"
        page = Page(url, url, made.text[:50].encode(), made.at)
        context = FetchContext(None, None, None)
        fetch_id = self._archive.fetches.receive(page, context)
        self._candidates = []
        self.spent.compared.append(0)
        decided = settling.settle(self._archive, settling.Fetched(fetch_id, page, context), interpretation)
        self.spent.articles += 1
        if decided.outcome is Outcome.NEW:  # not of a site that gives one page for all
            self._stories.append(made.story)
        if made.kind not in ("story", "report", "exact"):
            places = [place for place, n in enumerate(self._candidates) if self._stories[n] == made.story]
            self.spent.copies += 1
            self.spent.found += bool(places)
            self.spent.among_three += bool(places) and places[0] < MOST_COMPARED

    def _read(self, made: Made) -> Interpretation:
        """What a worker would have made of the article's page."""
        text = made.text
        began = time.process_time()
        words = tokens(text)
        counted = time.process_time()
        hashes = fingerprints(words)
        self.spent.cpu["words"] += counted - began
        self.spent.cpu["hashes"] += time.process_time() - counted
        published = Moment(made.at.isoformat(), made.at, made.at.date(), "second")
        return Interpretation(
            sha256=hashlib.sha256(f"{made.number} {text}".encode()).hexdigest(),
            size=len(text),
            body=None,
            truncated=False,
            extraction=Extraction(Verdict(VerdictKind.ARTICLE), Article(made.title, text=text, published=published)),
            claims="[]",
            text_hash=text_hash(text),
            words=len(words),
            fingerprints=hashes,
        )

    def _timed(self, function: Callable[..., Any], step: str) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return function(*given, **named)
            finally:
                self.spent.cpu[step] += time.process_time() - began

        return timed

    def stories(self) -> tuple[float, float]:
        """The share of copies that are in the story of what they copy, and of all articles in a wrong one."""
        rows = self._archive.db.conn.execute("SELECT story_id FROM articles ORDER BY n").fetchall()
        given = ["", *(story for (story,) in rows)]
        first = {story: n for n, story in reversed(list(enumerate(self._stories))) if n}
        leads = {story: given[n] for story, n in first.items()}
        copies = [n for n, story in enumerate(self._stories) if n and first[story] != n]
        joined = sum(given[n] == leads[self._stories[n]] for n in copies)
        true = {lead: story for story, lead in sorted(leads.items(), reverse=True)}
        wrong = sum(true.get(given[n], story) != story for n, story in enumerate(self._stories) if n)
        return joined / max(len(copies), 1), wrong / max(len(rows), 1)


def flood(kind: str, count: int) -> Iterator[Made]:
    """Articles that are all alike, each on a site of its own; with boilerplate, on one."""
    words, random = NewsWords(), Random(1)
    text = words.one(700)
    for number in range(1, count + 1):
        paragraphs = text.split("\n\n")
        if kind == "near":
            own = paragraphs[number % len(paragraphs)].split(" ")
            own[random.randrange(len(own))] = f"word{number}"
            paragraphs[number % len(paragraphs)] = " ".join(own)
        elif kind == "boilerplate":
            paragraphs = [words.one(110), *paragraphs]
        site = "site0.example" if kind == "boilerplate" else f"site{number}.example"
        title = f"Headline {number}" if kind == "boilerplate" else "Headline"
        yield Made(number, number if kind == "boilerplate" else 1, "story", site, title, tuple(paragraphs), BEGIN)


def sizes(most: int) -> list[int]:
    """1,000, 3,000, 10,000 ... and `most`."""
    steps = [factor * LEAST_SIZE * 10**power for power in range(6) for factor in (1, 3)]
    return [*(size for size in steps if size < most), most]


def measure(path: Path, articles: Iterator[Made], most: int) -> Iterator[Spent]:
    """Settles articles; at each size, what they took since the size before."""
    print("articles  " + "".join(f"{step:>9}" for step in (*STEPS, "identity", "settled")), end="")
    print("  compared  p50   p95   p99   bytes  found  of 3")
    before = 0
    with Archive.open(path, create=True) as archive:
        meter = Meter(archive)
        with meter.watching():
            for size in sizes(most):
                meter.spent = Spent()
                for batch in batches(islice(articles, size - before)):
                    meter.settle(batch)
                tell(size, meter.spent, index_bytes(path) / size)
                yield meter.spent
                before = size
        joined, wrong = meter.stories()
    print(f"copies in the story of what they copy: {joined:.4f}; articles in a wrong story: {wrong:.5f}")


def batches(articles: Iterable[Made]) -> Iterator[list[Made]]:
    """As many as share a commit."""
    articles = iter(articles)
    while batch := list(islice(articles, A_COMMIT)):
        yield batch


def tell(size: int, spent: Spent, size_of_index: float) -> None:
    """Prints a line of the table."""
    print(f"{size:>8}  " + "".join(f"{spent.ms(step):>9.3f}" for step in STEPS), end="")
    print(f"{spent.identity():>9.3f}{spent.ms('settled', 'words', 'hashes'):>9.3f}", end="")
    print(f"  {sum(spent.compared) / spent.articles:>8.2f}", end="")
    print("".join(f"{spent.lookup(share):>6.2f}" for share in (0.5, 0.95, 0.99)), end="")
    copies = max(spent.copies, 1)
    print(f"{size_of_index:>7.0f} {spent.found / copies:>6.4f} {spent.among_three / copies:>6.4f}", flush=True)


def tell_index(size: Size) -> None:
    """Prints a line of the index's table."""
    print(f"{size.articles:>8} {size.put:>9.3f} {size.lookups.cpu:>7.3f} |", end="")
    for lookups in (size.lookups, size.cold):
        print(f"     {lookups.p50:>5.2f} {lookups.p95:>5.2f} {lookups.p99:>5.2f} |", end="")
    print(f" {size.bytes:>5.0f} {size.lookups.found:.4f} {size.lookups.among_three:.4f}", flush=True)


def missed(values: Iterable[tuple[str, float, float]]) -> int:
    """Prints what is over its limit; how many are."""
    over = [f"{name}: {value:.3f}, the limit is {limit}" for name, value, limit in values if value > limit]
    print("\n".join(over) or "within all limits")
    return len(over)


def check_index(size: Size) -> int:
    """How many limits the index misses."""
    return missed(
        [
            ("bytes of fingerprints an article", size.bytes, MOST_BYTES),
            ("95 of 100 lookups, ms", size.lookups.p95, SLOWEST),
            ("copies not among the candidates", 1 - size.lookups.found, 1 - LEAST_FOUND),
        ]
    )


def check(spent: list[Spent], kind: str) -> int:
    """How many limits were missed."""
    last = spent[-1]
    limits = [
        ("CPU of identity, ms an article", last.identity(), MOST_CPU),
        ("texts compared with one", max(map(max, (each.compared for each in spent))), MOST_COMPARED),
        ("95 of 100 lookups, ms", last.lookup(0.95), SLOWEST),
    ]
    if kind:
        early = spent[max(0, len(spent) - 3)].identity()
        limits.append(("CPU at the end against that at a tenth", last.identity() / early, MOST_GROWTH))
    else:
        limits.append(("copies not among the candidates", 1 - last.found / max(last.copies, 1), 1 - LEAST_FOUND))
    return missed(limits)


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--index", type=int, metavar="ARTICLES", help="the index of fingerprints alone")
    parser.add_argument("--flood", choices=("exact", "near", "boilerplate"), default="")
    parser.add_argument("--a-day", type=int, default=5000, help="articles a day (5000)")
    parser.add_argument("--folder", type=Path, help="where to make the archive (a temporary folder)")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a limit is missed")
    given = parser.parse_args()
    collect_rarely()  # as a crawl does
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        path = Path(folder) / "morgue.db"
        if given.index:
            print("articles  CPU: put  lookup |  warm p50   p95   p99 |  cold p50   p95   p99 | bytes  found   of 3")
            for size in grow(path, sizes(given.index), given.a_day):
                tell_index(size)
            over = check_index(size)
        else:
            made = (
                flood(given.flood, given.articles)
                if given.flood
                else NewsWords(1, given.a_day).articles(given.articles)
            )
            over = check(list(measure(path, made, given.articles)), given.flood)
    return 1 if over and given.check else 0


if __name__ == "__main__":
    sys.exit(main())
