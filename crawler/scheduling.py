"""`morgue schedule`: a timer of the system's, and what it will do when."""

import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_json, print_rows
from archive.dates import iso, now
from archive.errors import ArchiveUnusable, ConfigError, ExitCode
from archive.store.archive import Archive
from crawler.agenda import Item, Known, agenda, read_agenda
from crawler.installing import Units, install, remove, unit_folder
from crawler.sources import Settings, load
from crawler.units import Timed
from crawler.watcher import require_contact

COLUMNS = ("source", "what", "due", "by", "count", "url")


@click.group(short_help="Have the system crawl what is due; see what is due when.")
@global_options
def schedule() -> None:
    """Have the system crawl what is due; see what is due when."""


@schedule.command("install", short_help="Have systemd crawl what is due.")
@global_options
@pass_options
def install_timer(options: Options) -> None:
    """Write a timer and a service for this user's systemd and switch them on; elsewhere print the line for cron."""
    settings = _settings(options)
    require_contact(settings)
    install(_units(options, settings), options.say, click.echo)


@schedule.command("remove", short_help="Take the timer out again.")
@global_options
@pass_options
def remove_timer(options: Options) -> int:
    """Take out the timer and service that `install` wrote."""
    was_there = remove(_units(options, _settings(options)), options.say)
    return ExitCode.OK if was_there else ExitCode.FAILED


@schedule.command("show", short_help="Tell what will be looked at when, and why then.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@global_options
@pass_options
def show_schedule(options: Options, as_json: bool) -> None:
    """Tell what will be looked at when, and why then: listings, links that wait, known stories."""
    settings = _settings(options)
    at = now()
    items = _items(options, settings, at)
    paused = sorted(settings.paused)
    if as_json:
        print_json(asdict(item) | {"at": iso(item.at)} for item in items)
        return
    print_rows(COLUMNS, _rows(items, at))
    if paused:
        options.say(f"paused: {', '.join(paused)}")
    units = _units(options, settings)
    options.say(
        f"installed: {units.timer}" if units.are_there else "nobody looks by themselves: `morgue schedule install`"
    )


def _rows(items: list[Item], at: datetime) -> Iterator[tuple[Any, ...]]:
    for item in items:
        due = "now" if item.at <= at else f"{item.at:%Y-%m-%d %H:%M}Z"
        yield item.source, item.what, due, item.by, item.count, item.url


def _items(options: Options, settings: Settings, at: datetime) -> list[Item]:
    path = options.place().path
    if not path.exists():
        return [item for source in settings.sources if not source.paused for item in agenda(source, Known(), at)]
    with Archive.open(path, readonly=True, force=options.force) as archive:
        try:
            return read_agenda(archive, settings.sources, at)
        except sqlite3.OperationalError:
            raise ArchiveUnusable(f"{path} has an older format; the next crawl brings it up to date") from None


def _settings(options: Options) -> Settings:
    if options.config is None:
        raise ConfigError("there is no morgue.toml here or above; `morgue init` makes one, `morgue add URL` adds to it")
    settings = load(options.config)
    if not settings.sources:
        raise ConfigError(f"{settings.path} has no [[source]] block; `morgue add URL` writes one")
    return settings


def _units(options: Options, settings: Settings) -> Units:
    assert settings.path is not None
    # Not resolved: a virtual environment's interpreter is a link, and what it links to has none of our modules.
    timed = Timed(str(Path(sys.executable).absolute()), settings.path.absolute(), options.place().path, options.force)
    return Units(timed, unit_folder())
