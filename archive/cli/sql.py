"""`morgue sql`: the user's own question."""

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_csv, print_json, print_rows
from archive.errors import UsageError
from archive.face import Archive
from archive.reports import counted
from archive.store.asking import asked


@click.command(short_help="Ask the archive in SQL; it is opened read-only.")
@click.argument("query")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV, as export writes it.")
@global_options
@pass_options
def sql(options: Options, query: str, as_json: bool, as_csv: bool) -> None:
    """Ask the archive in SQL. It is opened read-only.

    \b
    The views to start from:
      latest            one row per article
      left_out          what is not among the articles, and why
      daily_counts      articles a day and source
      story_overview    one row per story: how many ran it, who was first
      story_copies      every article of a story: what kind of copy, how late
      wire_copies       who ran the stories of agencies
      story_firsts      who was first with a story, and by how much
      headline_changes  what was edited
    """
    if as_json and as_csv:
        raise UsageError("--json or --csv, not both")
    archive = Archive.open(options.existing(), readonly=True, force=options.force)
    with archive, asked(archive.db, query) as (columns, rows):
        if as_json and len(set(columns)) < len(columns):
            twice = next(name for name in columns if columns.count(name) > 1)
            raise UsageError(f"two columns are called {twice}; give one another name with AS, or ask for --csv")
        if as_json:
            print_json(dict(zip(columns, row, strict=True)) for row in rows)
        elif as_csv:
            print_csv(columns, rows)
        else:
            options.say(counted(print_rows(columns, rows), "row"))
