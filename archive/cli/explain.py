"""What `morgue explain` prints: why an address is in the archive as it is, or why it is not."""

import re
import shutil
import textwrap
from collections.abc import Callable
from dataclasses import asdict, replace

from rich.console import Console
from rich.text import Text

from archive.cli.options import Options
from archive.cli.output import console, plain, print_json
from archive.errors import ExitCode
from archive.explanation import Explanation, Section, explain
from archive.face import Archive
from archive.store.trail import Row, Trail
from archive.store.trail import trail as trail_of

_WIDEST = 110  # columns
_MARGIN = "  "
_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\dZ)")


def answer_why(
    options: Options, url_or_id: str, permitted: Callable[[Archive, Trail], Row], *, as_json: bool
) -> ExitCode:
    """Prints why an address is in the archive as it is, or is not. `permitted`: whether a crawl may ask for it."""
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        trail = trail_of(archive.db.conn, url_or_id)
        trail = replace(trail, permitted=permitted(archive, trail))
    explanation = explain(trail)
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
