"""`morgue alerts`: what was wrong with sources, who was told, and a test of the way there."""

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_json, print_rows
from archive.dates import now
from archive.errors import ExitCode, UsageError
from archive.reports import counted
from archive.store.archive import Archive
from crawler.alerts import send_test
from crawler.sources import Settings, load

_COLUMNS = ("found_at", "began_at", "ended_at", "source", "kind", "subject", "says", "advice")


@click.command(short_help="List what was wrong with sources and who was told; test the alerts.")
@click.option("--test", "is_test", is_flag=True, help="Send a test through every channel of [alerts] but the feed.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, metavar="N", help="The latest N.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@global_options
@pass_options
def alerts(options: Options, /, is_test: bool, limit: int, as_json: bool) -> int:
    """List what was wrong with sources, the latest first, and what could not be delivered; test the alerts.

    [alerts] of morgue.toml names the channels: webhook, command, atom.
    """
    if is_test:
        return _test(options)
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        found, waiting = archive.alerts.latest(limit), archive.alerts.undelivered()
    rows = ([getattr(one, column) for column in _COLUMNS] for one in found)
    if as_json:
        print_json(dict(zip(_COLUMNS, row, strict=True)) for row in rows)
    else:
        options.say(counted(print_rows(_COLUMNS, rows), "incident"))
    for channel, number, at, error in waiting:
        options.say(f"{channel}: {counted(number, 'alert')} not delivered yet; last tried {at[:16]}Z: {error}")
    return ExitCode.OK


def _test(options: Options) -> int:
    settings = load(options.config) if options.config else Settings()
    told = send_test(settings, options.place().path, now())
    if not told:
        where = settings.path or "morgue.toml"
        raise UsageError(f"there is nothing to test: [alerts] of {where} names neither a webhook nor a command")
    for one in told:
        options.say(f"{one.channel}: {one.error or 'delivered'}")
    return ExitCode.FAILED if any(one.error for one in told) else ExitCode.OK
