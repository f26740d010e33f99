"""`morgue rebuild`: the archive built again from what it has received."""

from collections import Counter
from pathlib import Path
from time import monotonic

import click
from rich.console import Console

from archive.cli.options import Options, global_options, pass_options
from archive.models import Outcome
from archive.rebuilding import Rebuilt, Told, unfinished
from archive.rebuilding import rebuild as build
from archive.reports import counted
from archive.workers import WorkerPool

_EVERY = 30.0  # seconds between two lines off a terminal


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
    place = options.existing()
    pool = WorkerPool(workers)
    progress = _Progress(Console(stderr=True), quiet=options.quiet)
    try:
        rebuilt = build(place, new, pool, force=options.force, told=progress.told)
    except KeyboardInterrupt:
        progress.end()
        options.say(f"what is done so far is in {unfinished(new)}; the same command goes on")
        raise
    finally:
        pool.close()
    progress.end()
    options.say(_in_words(rebuilt, new))


class _Progress:
    """One line: on a terminal rewritten, elsewhere printed now and then."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console, self._quiet, self._is_shown = console, quiet, False
        self._every = 0.5 if console.is_terminal else _EVERY
        self._next = monotonic() + self._every

    @property
    def told(self) -> Told | None:
        """What is to be called after every page."""
        return None if self._quiet else self._tell

    def _tell(self, done: int, pages: int) -> None:
        if monotonic() < self._next:
            return
        self._next = monotonic() + self._every
        self._is_shown = self._console.is_terminal
        line = f"{done:,} of {counted(pages, 'page')}"
        self._console.print(line, end="\r" if self._is_shown else "\n", soft_wrap=True, highlight=False)

    def end(self) -> None:
        """Leaves the line, if there is one."""
        if self._is_shown:
            self._console.print()


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
