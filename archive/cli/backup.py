"""`morgue backup`: a copy of the archive that is whole."""

from pathlib import Path

import click
from rich.console import Console

from archive.backup import Backup, back_up
from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_json
from archive.cli.progress import Progress
from archive.reports import counted
from archive.space import in_bytes


@click.command(short_help="Make a verified copy of the archive, also while a crawl runs.")
@click.argument("destination", type=click.Path(path_type=Path), metavar="DEST")
@click.option("--keep", type=click.IntRange(1), metavar="N", help="Of the copies in the folder, keep the last N.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@global_options
@pass_options
def backup(options: Options, /, destination: Path, keep: int | None, as_json: bool) -> None:
    """Make a verified copy of the archive, also while a crawl runs.

    DEST is a folder, in which the copy gets a dated name, or a new file. The copy is the archive as it was when the
    command began; it is read again before it gets its name, and before older copies go.
    """
    words = lambda done, total: f"{done / (total or 1):.0%} of {in_bytes(total * 4096)}"  # noqa: E731
    progress = Progress(Console(stderr=True), words, quiet=options.quiet)
    try:
        made = back_up(options.existing(), destination, keep=keep, force=options.force, told=progress.tell)
    finally:
        progress.end()
    if as_json:
        removed = [str(path) for path in made.removed]
        print_json([{"path": str(made.path), "bytes": made.bytes, "removed": removed, **made.counts}])
    else:
        options.say("\n".join(_told(made)))


def _told(made: Backup) -> list[str]:
    held = f"{counted(made.counts['articles'], 'article')}, {counted(made.counts['bodies'], 'page')}"
    lines = [f"{made.path}: {in_bytes(made.bytes)}, {held}; read again, and whole"]
    lines += [f"removed: {path}" for path in made.removed]
    if made.unrecorded:
        lines.append(f"the archive does not know of this copy: {made.unrecorded}")
    return lines
