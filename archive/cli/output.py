"""How answers are printed: rows as JSON lines or CSV, tables on a terminal, plain tab-separated lines elsewhere."""

import sys
from collections.abc import Iterable, Sequence
from typing import BinaryIO, TextIO, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.export.csv import write_records
from archive.export.jsonl import write_jsonl
from archive.export.row import Row

# Control characters, C1 included: what a publisher wrote must not move the reader's cursor.
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


def plain(value: object) -> str:
    """A value as one line of harmless text; NULL is empty, bytes are only counted."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"<{len(value):,} bytes>"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).translate(_CONTROLS)


def console() -> Console:
    """Standard output for people: no markup, no highlighting, NO_COLOR respected."""
    return Console(markup=False, highlight=False, soft_wrap=not sys.stdout.isatty())


def stdout_bytes() -> BinaryIO:
    """Standard output for data: UTF-8 whatever the locale."""
    sys.stdout.flush()
    return cast("TextIO", sys.stdout).buffer


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Prints rows under their columns' names, and returns how many there were."""
    if sys.stdout.isatty():
        return _print_table(columns, rows)
    count = 0
    print("\t".join(columns))
    for row in rows:
        print("\t".join(plain(value) for value in row))
        count += 1
    return count


def print_json(rows: Iterable[Row]) -> int:
    """Prints one JSON object a line."""
    return write_jsonl(rows, stdout_bytes())


def print_csv(columns: Sequence[str], records: Iterable[Sequence[object]]) -> int:
    """Prints CSV as `export` writes it."""
    return write_records(columns, records, stdout_bytes()).rows


def counted(number: int, thing: str, things: str = "") -> str:
    """ "1 article", "1,204 articles"."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def _print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(Text(column), overflow="ellipsis", no_wrap=True)
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    console().print(table)
    return table.row_count


def _cell(value: object) -> Text:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Text(plain(value), justify="right" if number else "left", overflow="ellipsis", no_wrap=True)
