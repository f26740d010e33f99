"""`morgue verify`: whether the archive still is what was put into it."""

import click
from rich.console import Console

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import plain, print_json
from archive.cli.progress import Progress
from archive.errors import ExitCode
from archive.reports import counted
from archive.space import in_bytes
from archive.verifying import Verified
from archive.verifying import verify as look


@click.command(short_help="Check the archive against its own hashes.")
@click.option("--quick", is_flag=True, help="Do not read the pages and the indexes again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@global_options
@pass_options
def verify(options: Options, /, quick: bool, as_json: bool) -> int:
    """Check the archive: the file, its rows, each page against its hash, and the crawls against their chain of hashes.

    A crawl may be running. Exit code 1 if something is not as it should be, 5 if the file is damaged.
    """
    place = options.existing()
    progress = Progress(
        Console(stderr=True), lambda done, total: f"{done:,} of {counted(total, 'page')}", quiet=options.quiet
    )
    try:
        verified = look(place, quick=quick, force=options.force, told=progress.tell)
    finally:
        progress.end()
    if as_json:
        print_json([_row(verified)])
        return verified.exit_code
    for line in verified.troubles:
        click.echo(plain(line), err=options.quiet)
    for line in verified.unread:
        options.say(line)
    options.say(f"{place}: {_in_words(verified)}")
    return verified.exit_code


def _in_words(verified: Verified) -> str:
    read = f"{counted(verified.bodies, 'page')} ({in_bytes(verified.bytes)}) read again"
    pages = "the pages were not read" if verified.quick else read
    if verified.exit_code is ExitCode.UNUSABLE:
        return "the file is damaged; what can be saved, `sqlite3 FILE .recover` saves, or take the last backup"
    looked = f"{pages}; {counted(verified.crawls, 'crawl')} in the chain"
    return f"{looked}; {counted(len(verified.troubles), 'trouble') if verified.troubles else 'nothing is wrong'}"


def _row(verified: Verified) -> dict[str, object]:
    return {
        "ok": verified.exit_code is ExitCode.OK,
        "troubles": verified.troubles,
        "unread": verified.unread,
        "is_damaged": verified.is_damaged,
        "quick": verified.quick,
        "bodies": verified.bodies,
        "bytes": verified.bytes,
        "crawls": verified.crawls,
    }
