"""`morgue status`: what the archive holds, and how the last crawl went."""

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_json, print_rows
from archive.config import min_free
from archive.dates import now
from archive.face import Archive
from archive.growth import figures as space_of
from archive.growth import growth, growth_line
from archive.reports import SOURCE_COLUMNS, crawl_lines, headline, left_out_lines, missed_rule_lines, source_rows
from archive.reports import status as figures_of


@click.command(short_help="Tell what the archive holds and how the last crawl went.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@global_options
@pass_options
def status(options: Options, as_json: bool) -> None:
    """Tell what the archive holds, how the last crawl went, and what was left out."""
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        grown = growth(archive, min_free(options.config), now())
        figures = figures_of(archive) | {"space": space_of(grown)}
    if as_json:
        print_json([figures])
        return
    click.echo(f"{headline(figures)}\n{growth_line(grown)}\n")
    if figures["sources"]:
        print_rows(SOURCE_COLUMNS, source_rows(figures))
        click.echo()
    if figures["missed_rules"]:
        click.echo("rules that matched nothing, on the latest 50 stories of their source:")
        click.echo("\n".join(missed_rule_lines(figures)) + "\n")
    for line in crawl_lines(figures["last_crawl"]):
        click.echo(line)
    if figures["left_out"]:
        click.echo('\nnot among the articles (morgue sql "SELECT * FROM left_out"):')
        click.echo("\n".join(left_out_lines(figures)))
