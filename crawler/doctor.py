"""`morgue doctor`: what a crawl of a site would find, or how this machine and the archive are."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import plain, print_json
from archive.config import min_free
from archive.dates import now
from archive.errors import ConfigError, ExitCode, UsageError
from archive.fitness import Check, archive_checks, machine_checks
from archive.space import MIN_FREE
from archive.urls import host_of
from crawler.examined import block, finds_nothing, lines, verdict
from crawler.examining import examine
from crawler.fitness import config_checks, proxy_check, timer_checks
from crawler.installing import unit_folder
from crawler.plan import address
from crawler.sources import Settings, Source, load


@click.command(short_help="Tell what a crawl of a site would find, or how the machine and the archive are.")
@click.argument("url", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@global_options
@pass_options
def doctor(options: Options, /, url: str | None, as_json: bool) -> int:
    """Tell what a crawl of a site would find, or without a URL, how this machine and the archive are.

    Of a site: its robots.txt, feeds and sitemaps, which of the stories they list would be fetched, one of these as it
    would be archived, and the block to put into morgue.toml. It is asked as by a crawl, for its listings and
    three stories; no archive is made or touched. The exit code is 3 if a crawl would get nothing.
    """
    if url is None:
        return _machine(options, as_json=as_json)
    settings = load(options.config) if options.config else Settings()
    found = address(url)
    if found is None:
        raise UsageError(f"{url!r} is not the address of a site, such as https://www.example-news.com")
    known = _known(found, settings)
    seen = examine(_block(found, known), settings, quiet=options.quiet)
    if seen.exit_code != ExitCode.OK:
        return seen.exit_code
    wrong = finds_nothing(seen)
    if as_json:
        said = {name: value for name, value in asdict(seen).items() if name != "exit_code"}
        print_json([{"verdict": verdict(seen), "finds_nothing": wrong, "toml": block(seen), **said}])
    elif wrong or not options.quiet:
        click.echo("\n".join(map(plain, [*lines(seen), "", verdict(seen)])))
        if known is None and not wrong:
            click.echo(f"\nfor morgue.toml (`morgue add {found}` writes it):\n\n{block(seen)}")
        elif known is not None:
            click.echo(f"in {options.config} as {known.name!r}")
    return ExitCode.ILL if wrong else ExitCode.OK


def _machine(options: Options, *, as_json: bool) -> ExitCode:
    checks = list(_checks(options))
    if as_json:
        print_json(map(asdict, checks))
    else:
        wanted = [check for check in checks if check.state == "wrong" or not options.quiet]
        room = max((len(check.name) for check in wanted), default=0)
        for check in wanted:
            click.echo(plain(f"{check.state:5}  {check.name.ljust(room)}  {check.said}"))
            if check.advice:
                click.echo(plain(f"{'':5}  {'':{room}}  -> {check.advice}"))
    if any(check.unusable for check in checks):
        return ExitCode.UNUSABLE
    return ExitCode.ILL if any(check.state == "wrong" for check in checks) else ExitCode.OK


def _checks(options: Options) -> Iterator[Check]:
    yield from machine_checks()
    config = list(config_checks(options.config))
    yield from config
    broken = config[0].state == "wrong"
    yield proxy_check(os.environ, load(options.config) if options.config and not broken else None)
    yield from timer_checks(unit_folder())
    try:
        path = options.place().path
    except ConfigError:  # told above
        return
    yield from archive_checks(path, MIN_FREE if broken else min_free(options.config), now())


def _known(url: str, settings: Settings) -> Source | None:
    """The source of morgue.toml whose site this is."""
    owners = [source for source in settings.sources if source.owns(url)]
    return next((source for source in owners if host_of(source.home) == host_of(url)), next(iter(owners), None))


def _block(url: str, known: Source | None) -> Mapping[str, Any]:
    if known is not None:
        return known.model_dump(mode="json", exclude_defaults=True)
    return {"name": host_of(url).removeprefix("www."), "home": url}
