"""`morgue status`: how the sources are, what the archive holds, and how the last crawl went."""

from collections.abc import Iterable

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import plain, print_json, print_rows
from archive.conditions import awake_in, illness_lines, is_ill
from archive.config import min_free
from archive.configured import configured_sources
from archive.dates import now
from archive.errors import ExitCode
from archive.face import Archive
from archive.growth import figures as space_of
from archive.growth import growth, growth_line
from archive.reports import (
    SOURCE_COLUMNS,
    crawl_lines,
    headline,
    left_out_lines,
    missed_rule_lines,
    note_lines,
    source_rows,
)
from archive.reports import status as figures_of
from archive.store.reports_sql import Figures


@click.command(short_help="Tell how sources are, what is held, how the last crawl went.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@global_options
@pass_options
def status(options: Options, as_json: bool) -> int:
    """Tell how the sources are, worst first, what the archive holds, how the last crawl went, and what was left out.

    The exit code is 3 if a source is ill; those that are muted or paused do not count.
    """
    awake = awake_in(configured_sources(options.config)) if options.config else {}
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        grown = growth(archive, min_free(options.config), now())
        figures = figures_of(archive, now(), awake) | {"space": space_of(grown)}
    ill = is_ill(figures["health"])
    if as_json:
        print_json([figures])
    elif not options.quiet or ill:
        click.echo(f"{headline(figures)}\n{growth_line(grown)}\n")
        _print(figures)
    return ExitCode.ILL if ill else ExitCode.OK


def _print(figures: Figures) -> None:
    if figures["sources"]:
        print_rows(SOURCE_COLUMNS, source_rows(figures, now()))
        click.echo()
    _section("what is wrong, and what to do:", illness_lines(figures["health"]))
    _section("from the last crawl:", note_lines(figures))
    _section("rules that matched nothing, on the latest 50 stories of their source:", missed_rule_lines(figures))
    for line in crawl_lines(figures["last_crawl"]):
        click.echo(line)
    if figures["left_out"]:
        click.echo('\nnot among the articles (morgue sql "SELECT * FROM left_out"):')
        click.echo("\n".join(left_out_lines(figures)))


def _section(heading: str, lines: Iterable[str]) -> None:
    if told := list(lines):
        click.echo(heading)
        click.echo("\n".join("\n".join(map(plain, line.split("\n"))) for line in told) + "\n")
