"""`morgue extract`: what a page says, without putting it into an archive."""

import importlib
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import click

from archive.cli.explaining import print_explained
from archive.cli.extracted import print_markdown, print_name, print_text, row_of
from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import plain, print_json
from archive.cli.reading import say_what_else
from archive.config import existing_archive
from archive.configured import ConfiguredSource, configured_sources, owner_by_home
from archive.errors import ArchiveMissing, ExitCode, NotHeld, UsageError
from archive.extracting import Job, More, Result, extract_all
from archive.face import Archive
from archive.inputs import PAGE_NAMES, HandedIn, Inputs, Stream, files_of, is_one_page
from archive.reports import counted
from archive.urls import safe_url
from archive.workers import WorkerPool

_FAILED = "failed"
_AHEAD = 4  # pages a worker that wait for it


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command's own options. `url`: where the one file came from."""

    given: tuple[str, ...]
    url: str | None
    jsonl: bool
    explain: bool
    markdown: bool
    workers: int | None


@click.command(short_help="Tell what pages say, without an archive.")
@click.argument("given", nargs=-1, required=True, metavar="FILE|FOLDER|URL|-...")
@click.option(
    "--jsonl", "--json", "jsonl", is_flag=True, help="One JSON object a line, with the names that exports use."
)
@click.option("--explain", is_flag=True, help="For every field who said what; what was dropped, and by which rule.")
@click.option("--markdown", is_flag=True, help="The text as Markdown, with its links, lists, tables and pictures.")
@click.option("--url", help="Where a file came from, if it does not say so itself.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes at work; else as many as there are processors.")
@global_options
@pass_options
def extract(options: Options, /, **wanted: Any) -> int:
    """Tell what pages say: title, authors, date, text. Nothing is fetched, nothing is kept.

    A FILE, or - for standard input, holds a page (HTML), pages (WARC), or lines of JSON, {"url": ..., "html": ...} or
    "html_b64", with or without gzip: its first bytes tell. Of a FOLDER, the files with such names. A URL is a page that
    the archive holds.

    Pages of a source of morgue.toml are read by its rules. Results come in the order of what was given. A page that
    cannot be read is told of and counted. The exit code is 1 if a file breaks off, or if no page at all can be read.
    """
    asked = Wanted(**wanted)
    if asked.explain and asked.markdown and not asked.jsonl:
        raise UsageError("--explain or --markdown, not both; with --jsonl both")
    sources = configured_sources(options.config) if options.config else ()
    inputs, url = Inputs(), _address(asked)
    given = [Stream(sys.stdin.buffer) if word == "-" else word for word in asked.given]
    jobs = [_jobs(options, each, url, inputs, sources) for each in given]
    is_one = len(jobs) == 1 and is_one_page(given[0])
    workers = 1 if is_one else asked.workers or processors()
    pool = WorkerPool(workers)
    tally: Counter[str] = Counter()
    more = More(asked.explain, asked.markdown)
    try:
        all_jobs = chain.from_iterable(jobs)
        results = extract_all(all_jobs, pool, sources, at_once=_AHEAD * workers, more=more)
        _print(asked, _told(results, tally), is_one=is_one)
    finally:
        pool.close()
    if not is_one:
        options.say(f"{counted(tally.total(), 'page')}: {_in_words(tally)}")
    say_what_else(options, inputs.reading)
    if not tally:
        click.echo(f"morgue: there is no page in {' '.join(asked.given)}", err=True)
    read = tally.total() - tally[_FAILED]
    return ExitCode.OK if read and not inputs.reading.broken else ExitCode.FAILED


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _address(asked: Wanted) -> str:
    """What --url says. Raises UsageError for what is no address, or is said of several files."""
    if asked.url is None:
        return ""
    if len(asked.given) > 1:
        raise UsageError("--url says where one file came from; for many, write lines of JSON with their url")
    if (address := safe_url(asked.url)) is None:
        raise UsageError(f"--url: {asked.url!r} is not an http or https address")
    return address


def _jobs(
    options: Options, given: str | Stream, url: str, inputs: Inputs, sources: tuple[ConfiguredSource, ...]
) -> Iterable[Job]:
    """What one of the things given brings. Raises UsageError, ArchiveMissing before anything is read."""
    if isinstance(given, Stream):
        return map(Job, inputs.of_stream(given, url))
    path = Path(given)
    if path.is_dir():
        files = files_of(path)
        if not files:
            raise UsageError(f"{given} holds no files called {', '.join(PAGE_NAMES)}")
        return chain.from_iterable(map(Job, inputs.of_path(file)) for file in files)
    if path.exists():
        return map(Job, inputs.of_path(path, url))
    if (address := safe_url(given)) is None:
        raise UsageError(f"{given}: there is no such file, and it is no address of a page")
    return _stored(_archive(options, address), address, options, sources)


def _archive(options: Options, url: str) -> Path:
    try:
        return existing_archive(options.place())
    except ArchiveMissing:
        place = options.place()
        raise ArchiveMissing(
            f"nothing is fetched here, and there is no archive at {place}; `morgue save {url}` makes one"
        ) from None


def _stored(path: Path, url: str, options: Options, sources: tuple[ConfiguredSource, ...]) -> Iterator[Job]:
    """The page that the archive holds of a URL; if morgue.toml has its source, that one's rules are the newer."""
    # Extraction takes a second to load, and for files only the workers need it.
    page_held = importlib.import_module("archive.reextraction").page_held
    with Archive.open(path, readonly=True, force=options.force) as archive:
        try:
            page, site = page_held(archive, url)
        except NotHeld as missing:
            yield Job(HandedIn(url, wrong=str(missing)))
            return
    configured = owner_by_home((source.home, source) for source in sources)(page.url)
    yield Job(HandedIn(url, page), replace(site, rules=configured.rules) if configured else site)


def _told(results: Iterable[Result], tally: Counter[str]) -> Iterator[Result]:
    """The results that are there; the others are told of, and all are counted."""
    for result in results:
        tally[result.alone.extraction.verdict.kind.value if result.alone else _FAILED] += 1
        if result.alone:
            yield result
        else:
            sys.stdout.flush()
            click.echo(f"morgue: {plain(result.given.name)}: {plain(result.failure)}", err=True)


def _print(asked: Wanted, results: Iterator[Result], *, is_one: bool) -> None:
    if asked.jsonl:
        print_json(row_of(result, details=asked.explain) for result in results)
        return
    show = print_explained if asked.explain else print_markdown if asked.markdown else print_text
    for number, result in enumerate(results):
        if not is_one:
            print_name(result.given.name, first=number == 0)
        show(result)


def _in_words(tally: Counter[str]) -> str:
    kinds = sorted(tally, key=lambda kind: (kind == _FAILED, -tally[kind], kind))
    return ", ".join(f"{tally[kind]:,} {kind}" for kind in kinds) or "none"
