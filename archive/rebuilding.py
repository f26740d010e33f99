"""An archive built again from what another one has received: its fetches in their order, its snapshots of what was
known of sites, its sources' settings, and all that people have decided, from the first page on.

Everything else is decided anew, by today's program, through the same pipeline as a crawl. The other archive is only
read, as it was at the moment when reading began, so it may be in use.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive.errors import UsageError
from archive.extraction import EXTRACTOR_VERSION
from archive.ingest import Ingest
from archive.models import Outcome
from archive.settling import Decided
from archive.store.archive import Archive
from archive.store.copying import (
    Original,
    begin,
    begun_from,
    finish,
    keep_answer,
    keep_facts,
    keep_frontier,
    keep_lost,
    totals,
)
from archive.store.lock import ArchiveLock
from archive.store.writer import Writer
from archive.workers import Executor

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it: pages by outcome; articles and stories now and in the archive built from.

    `before`: pages that an earlier, interrupted run had decided. `began_again`: what it had done was of no use.
    """

    outcomes: Counter[Outcome]
    articles: int
    stories: int
    articles_then: int
    stories_then: int
    before: int = 0
    began_again: bool = False


def unfinished(target: Path) -> Path:
    """Where an archive is built before it gets its name."""
    return target.with_name(f"{target.name}.unfinished")


def rebuild(
    source: Path, target: Path, executor: Executor, *, force: bool = False, told: Told | None = None
) -> Rebuilt:
    """Builds the archive `target` from what `source` has received. `told`: called with pages done and pages in all.

    It is built under another name (`unfinished`) and renamed at the end. If an earlier run was interrupted, this one
    goes on, unless the other archive has changed since: then it begins again. Raises UsageError if `target` is
    there, or its folder is not.
    """
    if target.exists():
        raise UsageError(f"{target} is there already; an archive is built again into a new file")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {target.absolute().parent} to build an archive in")
    place = unfinished(target)
    with ArchiveLock(target), Archive.open(source, readonly=True, force=force) as archive:
        original = Original(archive)
        basis = f"{original.basis} {EXTRACTOR_VERSION}"
        began_again = _ready(place, basis, force=force)
        writer = Writer(place, force=force)
        try:
            before, outcomes = _replay(original, writer, executor, basis, told)
            articles, stories = writer.call(totals).result()
            writer.call(lambda new: finish(new, archive.uuid)).result()
        finally:
            writer.close()
        place.rename(target)
        return Rebuilt(outcomes, articles, stories, *original.totals(), before, began_again)


def _ready(place: Path, basis: str, *, force: bool) -> bool:
    """Sees to it that there is a file to go on with. True if one that was begun had to be thrown away."""
    if place.exists():
        with Archive.open(place, force=force) as begun:
            held = begun_from(begun)
        if held is None:
            raise UsageError(f"{place} is there and is no archive that was being built; move it away first")
        if held == basis:
            return False
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{place}{suffix}").unlink()
        Archive.open(place, create=True, force=force).close()
        return True
    Archive.open(place, create=True, force=force).close()
    return False


def _replay(
    original: Original, writer: Writer, executor: Executor, basis: str, told: Told | None
) -> tuple[int, Counter[Outcome]]:
    """Has every page decided again. Returns how many were before, and what became of the others."""
    last = writer.call(lambda new: begin(new, basis)).result()
    for table, rows in original.facts():
        writer.call(partial(keep_facts, table=table, rows=rows)).result()
    outcomes: Counter[Outcome] = Counter()
    ingest = Ingest(writer, executor)
    waiting = ingest.resume()
    before = writer.call(lambda new: new.fetches.pages()).result() - waiting

    def count(decided: Decided) -> None:
        outcomes[decided.outcome] += 1
        if told is not None:
            told(before + outcomes.total(), original.pages)

    ingest.on_decided = count
    for answer in original.answers(last):
        if answer.says_what_it_was_read_with:
            ingest.wait_for_room()
        else:  # that follows from what all earlier pages have come to
            ingest.wait()
        if answer.missing is None:
            ingest.receive(answer.page, answer.context, partial(keep_answer, answer))
        else:
            writer.call(partial(keep_lost, answer)).result()
            outcomes[Outcome.REJECTED if answer.is_forgotten else Outcome.FAILED] += 1
    ingest.wait()
    for links in original.links():
        writer.call(partial(keep_frontier, rows=links)).result()
    return before, outcomes
