"""`morgue rebuild`: the archive built again from what it has received."""

from collections import Counter
from pathlib import Path

import click
from rich.console import Console

from archive.cli.options import Options, global_options, pass_options
from archive.cli.progress import Progress
from archive.garbage import collect_rarely
from archive.models import Outcome
from archive.rebuilding import Rebuilt, unfinished
from archive.rebuilding import rebuild as build
from archive.reports import counted
from archive.workers import WorkerPool


@click.command(short_help="Build the archive again from what it received.")
@click.argument("new", type=click.Path(path_type=Path), metavar="NEW.db")
@click.option("--workers", type=click.IntRange(1, 256), default=2, show_default=True, help="Processes at work.")
@global_options
@pass_options
def rebuild(options: Options, /, new: Path, workers: int) -> None:
    """Build the archive again in a new file, from what it received; nothing is fetched.

    All pages are read by today's extractor, in the order in which they were fetched, and everything that people have
    decided holds from the first one on. The archive itself is only read, and may be in use. What was interrupted goes
    on when the same command is given again.
    """
    collect_rarely()
    place = options.existing()
    pool = WorkerPool(workers)
    progress = Progress(
        Console(stderr=True), lambda done, pages: f"{done:,} of {counted(pages, 'page')}", quiet=options.quiet
    )
    try:
        rebuilt = build(place, new, pool, force=options.force, told=progress.tell)
    except KeyboardInterrupt:
        progress.end()
        options.say(f"what is done so far is in {unfinished(new)}; the same command goes on")
        raise
    finally:
        pool.close()
    progress.end()
    options.say(_in_words(rebuilt, new))


def _in_words(rebuilt: Rebuilt, new: Path) -> str:
    begun = "it had to begin again, for the archive has changed since; " if rebuilt.began_again else ""
    earlier = f"{rebuilt.before:,} before, " if rebuilt.before else ""
    return (
        f"{begun}{new}: {counted(rebuilt.before + rebuilt.outcomes.total(), 'page')}: "
        f"{earlier}{_outcomes(rebuilt.outcomes)}; "
        f"{counted(rebuilt.articles, 'article')} (in the archive: {rebuilt.articles_then:,}), "
        f"{rebuilt.stories:,} stories (in the archive: {rebuilt.stories_then:,})"
    )


def _outcomes(outcomes: Counter[Outcome]) -> str:
    return ", ".join(f"{number:,} {outcome}" for outcome, number in outcomes.items() if number) or "none"
