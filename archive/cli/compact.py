"""`morgue compact`: the archive's file made as small as what it holds."""

from datetime import UTC, datetime, time

import click
from rich.console import Console

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_json
from archive.cli.progress import Progress
from archive.compacting import Compacted, fold_checks, write_anew
from archive.compacting import compact as give_back
from archive.dates import now, parse_since
from archive.reports import counted
from archive.space import in_bytes
from archive.store.lock import ArchiveLock


@click.command(short_help="Give unused space of the file back.")
@click.option("--full", is_flag=True, help="Write the whole file anew; needs room for a second copy, and no crawl.")
@click.option(
    "--drop-304-before", "before", metavar="DAY", help="Make counts of older checks that found pages unchanged."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@global_options
@pass_options
def compact(options: Options, /, full: bool, before: str | None, as_json: bool) -> None:
    """Give unused space of the file back, in small steps, also while a crawl runs.

    Rows of fetches are not removed, except by --drop-304-before: checks of pages before that day (2026-01-31, 2026,
    90d) that found nothing new become a count a page and day (table `folded_checks`). That needs the archive's lock, as
    does --full.
    """
    place = options.existing()
    folded = None
    if before is not None:
        until = datetime.combine(parse_since(before, now()), time(), UTC)
        with ArchiveLock(place):
            folded = fold_checks(place, until, force=options.force)
    words = lambda done, total: f"{done:,} of {counted(total, 'free page')} given back"  # noqa: E731
    progress = Progress(Console(stderr=True), words, quiet=options.quiet)
    try:
        if full:
            made = write_anew(place, force=options.force)
        else:
            made = give_back(place, force=options.force, told=progress.tell)
    finally:
        progress.end()
    if folded is not None:
        made.before, made.checks, made.undone = folded.before, folded.checks, (*folded.undone, *made.undone)
    if as_json:
        print_json([{name: getattr(made, name) for name in Compacted.__dataclass_fields__}])
    else:
        options.say("\n".join([_in_words(made), *made.undone]))


def _in_words(made: Compacted) -> str:
    folded = f"; {counted(made.checks, 'check')} without news folded into counts" if made.checks else ""
    if made.before <= made.after:
        return f"the file has {in_bytes(made.after)}, and nothing of it was free{folded}"
    return f"{in_bytes(made.before - made.after)} given back: the file has {in_bytes(made.after)}{folded}"
