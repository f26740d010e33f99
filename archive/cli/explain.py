"""`morgue explain`: why an address is in the archive as it is, or why it is not."""

import re
import shutil
import textwrap
from dataclasses import asdict

import click
from rich.console import Console
from rich.text import Text

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import console, plain, print_json
from archive.errors import ExitCode
from archive.explanation import Explanation, Section
from archive.explanation import explain as put_into_words
from archive.face import Archive
from archive.store.trail import trail as trail_of

_WIDEST = 110  # columns
_MARGIN = "  "
_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\dZ)")


@click.command(short_help="Tell why an address is in the archive as it is, or is not.")
@click.argument("url_or_id", metavar="URL-or-ID")
@click.option("--json", "as_json", is_flag=True, help="All rows about it, in full, as one JSON object.")
@global_options
@pass_options
def explain(options: Options, /, url_or_id: str, as_json: bool) -> int:
    """Tell why an address is in the archive as it is, or is not.

    The trail from discovery to storage, from the archive alone: who listed it, what answered, what that was taken for
    and why, which addresses lead to the article and by what claim, what it is related to and how sure that is, every
    version, event and decision. Of what was never heard of: whose it would be, and what that source lists. The exit
    code is then 1.
    """
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        trail = trail_of(archive.db.conn, url_or_id)
    explanation = put_into_words(trail)
    if as_json:
        print_json([{"answer": explanation.answer, **asdict(trail)}])
    else:
        _print(explanation)
    return ExitCode.OK if explanation.heard_of else ExitCode.FAILED


def _print(explanation: Explanation) -> None:
    out, width = console(), min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    for number, line in enumerate(explanation.title):
        out.print(Text(plain(line), style="" if number else "bold"))
    for line in _wrapped(f"{explanation.answer}.", width):
        out.print(Text(line))
    for section in explanation.sections:
        _print_section(out, section, width)


def _print_section(out: Console, section: Section, width: int) -> None:
    out.print()
    out.print(Text(section.heading, style="bold"))
    room = max(len(left) for left, _ in section.lines)
    for left, right in section.lines:
        first, *rest = _wrapped(right, max(40, width - room - 2 * len(_MARGIN))) or [""]
        out.print(Text(_MARGIN), Text(left.ljust(room), style="dim"), Text(_MARGIN), Text(first), sep="")
        for line in rest:
            out.print(Text(f"{_MARGIN}{' ' * room}{_MARGIN}  {line}"))


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines; a time stays on one."""
    together = _TIME.sub("\\1\xa0\\2", plain(text))
    lines = textwrap.wrap(together, width - 2, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\xa0", " ") for line in lines]
