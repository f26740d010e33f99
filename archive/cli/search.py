"""`morgue search`: articles by their words."""

import click
from rich.text import Text

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import console, plain, print_json
from archive.errors import UsageError
from archive.export.row import Row
from archive.face import Archive
from archive.reports import counted
from archive.search import MATCH_BEGINS, MATCH_ENDS, match_expression, search, unmarked


@click.command(name="search", short_help="Find articles by their words.")
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many articles.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: the row, and a snippet.")
@global_options
@pass_options
def search_articles(options: Options, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find articles by their words, best first.

    All words must occur. '"words in quotes"' must stand together, 'begin*' finds words that begin so, OR between words
    finds either.
    """
    text = " ".join(words)
    if not match_expression(text):
        raise UsageError(f"there is no word to search for in {text!r}")
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        hits = search(archive.db.conn, text, limit)
        if as_json:
            print_json(map(unmarked, hits))
            return
        shown = 0
        for hit in hits:
            _print(hit)
            shown += 1
    more = " and maybe more (--limit)" if shown == limit else ""
    options.say(f"{counted(shown, 'article')}{more}")


def _print(hit: Row) -> None:
    day = hit["published_on"] or f"seen {hit['first_seen_at'][:10]}"
    out = console()
    out.print(Text(plain(hit["title"]) or "(no title)", style="bold"))
    out.print(Text(" · ".join(filter(None, (hit["source"], day, hit["id"], hit["url"]))), style="dim"))
    out.print(_snippet(hit["snippet"]), end="\n\n")


def _snippet(marked: str) -> Text:
    text = Text("  ")
    for number, piece in enumerate(" ".join(marked.split()).split(MATCH_BEGINS)):
        match, _, rest = piece.partition(MATCH_ENDS) if number else ("", "", piece)
        text.append(plain(match), style="bold")
        text.append(plain(rest))
    return text
