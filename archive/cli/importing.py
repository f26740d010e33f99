"""`morgue import` and `morgue re-extract`: pages read without fetching any."""

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.reading import say_what_else
from archive.configured import ConfiguredSource, configured_sources
from archive.errors import ExitCode
from archive.face import Archive
from archive.garbage import collect_rarely
from archive.importing import Reading
from archive.ingest import run
from archive.models import Outcome
from archive.reextraction import re_extract as read_again
from archive.reextraction import take_over_rules
from archive.reports import counted
from archive.store.lock import ArchiveLock
from archive.workers import Executor, WorkerPool


@click.command(name="import", short_help="Take in pages from HTML or WARC files.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--url", help="Where an HTML file came from, if it does not say so itself.")
@global_options
@pass_options
def import_files(options: Options, /, files: tuple[Path, ...], url: str | None) -> int:
    """Take in pages from HTML files or from WARC files (.warc, .warc.gz), as if they had been fetched.

    Of a WARC file, the answers that are HTML; what else it holds is counted.
    """
    place = options.place().path
    sources = configured_sources(options.config) if options.config else ()
    reading = Reading()
    pages = (page for path in files for page in reading.pages(path, url))
    first = list(islice(pages, 1))  # a wrong file is found before an archive is made for it
    is_new = not place.exists()
    Archive.open(place, create=True, force=options.force).close()
    if is_new:
        options.say(f"new archive: {place}")
    held: Counter[str] = Counter()

    def take_in(workers: Executor) -> Counter[Outcome]:
        _take_over_rules(options, place, sources)
        return run(
            chain(first, pages),
            place,
            workers,
            force=options.force,
            on_held=lambda _: held.update(["held already"]),
            on_forgotten=lambda _: held.update(["forgotten and not taken in"]),
        )

    outcomes = Counter[str](_worked(place, take_in)) + held
    options.say(f"{counted(outcomes.total(), 'page')}: {_in_words(outcomes)}")
    say_what_else(options, reading)
    return ExitCode.FAILED if reading.broken or not outcomes.total() else ExitCode.OK


@click.command(name="re-extract", short_help="Read stored pages again with today's extractor.")
@global_options
@pass_options
def re_extract(options: Options, /) -> None:
    """Read stored pages again with today's extractor; nothing is fetched.

    The rules that morgue.toml has now for the archive's sources are taken over first. A text that comes out differently
    is a revision whose cause is the extractor; the text before is kept.
    """
    place = options.existing()
    sources = configured_sources(options.config) if options.config else ()
    Archive.open(place, force=options.force).close()

    def read(workers: Executor) -> Counter[Outcome]:
        _take_over_rules(options, place, sources)
        return read_again(place, workers, force=options.force)

    outcomes = _worked(place, read)
    options.say(f"read {counted(outcomes.total(), 'page')} again: {_in_words(outcomes)}")


def _take_over_rules(options: Options, place: Path, sources: tuple[ConfiguredSource, ...]) -> None:
    """Has the archive's sources read by the rules that morgue.toml has now."""
    with Archive.open(place, force=options.force) as archive:
        for name in take_over_rules(archive, sources):
            options.say(f"{name}: the rules of {options.config} are taken over")


def _worked(archive: Path, work: Callable[[Executor], Counter[Any]]) -> Counter[Any]:
    """Does the work with the archive's lock held and worker processes ready."""
    collect_rarely()
    with ArchiveLock(archive):
        workers = WorkerPool()
        try:
            return work(workers)
        finally:
            workers.close()


def _in_words(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {outcome}" for outcome, number in outcomes.items() if number) or "none"
