"""Articles fetched again: how often noise makes a version, and how often an edit is told for what it is.

Every case goes the way of a crawl into an archive of its own: `ingest_page`, page after page. Templates that the rules
were made with and those that were held back are told apart; a run fails if either misses a target.
"""

import shutil
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.identity.changes import CLASSES
from archive.ingest import ingest_page
from archive.store.archive import Archive
from benchmarks.refetches.cases import Case, cases

CLASS_RIGHT, SILENT_PRECISION = 0.90, 0.90
_LAST = "SELECT number, change, class, silent, current FROM revisions ORDER BY number DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a case: how many versions there are, and the last of them."""

    case: Case
    versions: int
    change: str
    named: str | None
    silent: bool
    current: bool


@dataclass(slots=True)
class Tally:
    """The cases of some templates, counted."""

    noise: int = 0
    noise_versions: list[Came] = field(default_factory=list)
    named: Counter[tuple[str, str]] = field(default_factory=Counter)
    silent: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    wrong: list[Came] = field(default_factory=list)
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, came: Came) -> None:
        """Counts a case in."""
        case = came.case
        if case.kind == "noise":
            self.noise += 1
            self.noise_versions += [came] if came.versions > 1 else []
            return
        if case.kind != "edit":
            self.changes[case.expected, came.change] += 1
            self.wrong += [came] if case.expected != came.change else []
            return
        named = (came.named or "") if came.versions > 1 else "no version"
        if case.expected:
            self.named[case.expected, named] += 1
        if case.silent is not None:
            self.silent[case.silent, came.silent] += 1
        if (case.expected and named != case.expected) or case.silent not in (None, came.silent):
            self.wrong.append(came)

    @property
    def right(self) -> tuple[int, int]:
        """How many edits were named right, and how many there were."""
        return sum(n for (expected, named), n in self.named.items() if expected == named), self.named.total()

    @property
    def silence(self) -> tuple[float, float]:
        """Precision and recall of silent edits."""
        hits, false, missed = self.silent[True, True], self.silent[False, True], self.silent[True, False]
        return hits / max(hits + false, 1), hits / max(hits + missed, 1)

    def reaches_targets(self) -> bool:
        """Whether what was asked for is reached."""
        right, named = self.right
        return not self.noise_versions and right >= CLASS_RIGHT * named and self.silence[0] >= SILENT_PRECISION


def tried(chosen: list[Case]) -> Iterator[Came]:
    """Takes the pages of each case into a new archive."""
    with TemporaryDirectory() as folder:
        empty = Path(folder, "empty.db")
        Archive.open(empty, create=True).close()
        for number, case in enumerate(chosen):
            path = Path(folder, f"{number}.db")
            shutil.copy(empty, path)
            with Archive.open(path) as archive:
                for page in case.pages:
                    ingest_page(archive, page)
                row = archive.db.conn.execute(_LAST).fetchone()
                yield (
                    Came(case, row[0], row[1], row[2], bool(row[3]), bool(row[4]))
                    if row
                    else Came(case, 0, "none", None, silent=False, current=False)
                )
            path.unlink()


def _print(name: str, tally: Tally, *, details: bool) -> None:
    right, named = tally.right
    precision, recall = tally.silence
    print(f"\n{name}")
    print(f"  noise: {len(tally.noise_versions)} new versions of {tally.noise} refetches")
    print(f"  edits: class right {right} of {named} ({right / max(named, 1):.3f})")
    asked = tally.silent[True, True] + tally.silent[True, False]
    print(f"  silent edits: precision {precision:.3f}, recall {recall:.3f} of {asked}")
    for (expected, change), count in sorted(tally.changes.items()):
        print(f"  {expected}: taken for {change} {count} times")
    others = sorted({got for _, got in tally.named} - set(CLASSES))
    shorter = [got[:12] for got in (*CLASSES, *others)]
    print("  " + "expected".ljust(18) + "".join(short.rjust(14) for short in shorter))
    for expected in CLASSES:
        counts = "".join(str(tally.named[expected, got] or ".").rjust(14) for got in (*CLASSES, *others))
        print("  " + expected.ljust(18) + counts)
    for came in [*tally.noise_versions, *tally.wrong] if details else ():
        case = came.case
        print(f"  {case.site}: {case.name}: {came.change}, {came.named}, silent {came.silent}")


def main(arguments: list[str]) -> int:
    """Runs all cases; 1 if a target is missed."""
    parser = ArgumentParser(prog="python -m benchmarks.revisions", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of what changes from one request to the next (1)")
    parser.add_argument("--site", help="only templates whose name begins so")
    parser.add_argument("--details", action="store_true", help="name the cases that came out wrong")
    parser.add_argument("--show-held-back", action="store_true", help="name those of templates held back, too")
    options = parser.parse_args(arguments)
    chosen = [case for case in cases(options.seed) if case.site.startswith(options.site or "")]
    tallies = {False: Tally(), True: Tally()}
    started = time.process_time()
    for came in tried(chosen):
        tallies[came.case.held_back].add(came)
    pages = sum(len(case.pages) for case in chosen)
    print(
        f"{len(chosen)} articles, {pages} pages, {(time.process_time() - started) / pages * 1000:.1f} ms of CPU a page"
    )
    _print("templates looked at", tallies[False], details=options.details)
    _print("templates held back", tallies[True], details=options.details and options.show_held_back)
    return 0 if all(tally.reaches_targets() for tally in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
