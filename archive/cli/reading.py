"""What commands that read files say of them."""

import click

from archive.cli.options import Options
from archive.importing import Reading
from archive.reports import counted


def say_what_else(options: Options, reading: Reading) -> None:
    """Tells what there was in WARC files beside whole pages, and where one broke off."""
    if reading.skipped:
        skipped = ", ".join(f"{number:,} {reason}" for reason, number in reading.skipped.most_common())
        options.say(f"left aside: {skipped}")
    if reading.cut:
        options.say(f"cut short in the file, and marked truncated: {counted(reading.cut, 'page')}")
    for line in reading.broken:
        click.echo(f"morgue: {line}", err=True)
