"""How answers are printed: rows as JSON lines or CSV, tables on a terminal, plain tab-separated lines elsewhere."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO, TextIO, cast

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from archive.export.csv import write_records
from archive.export.jsonl import write_jsonl
from archive.export.row import Row

# Control characters, C1 included: what a publisher wrote must not move the reader's cursor.
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
_MEASURED = 500  # rows: columns are as wide as the first ones need, so that the rest can be printed as it comes
_NARROWEST = 8  # characters that every column gets, or what it needs; with less room rows are printed one value a line
_GAP = "  "


def plain(value: object) -> str:
    """A value as one line of harmless text; NULL is empty, bytes are only counted."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"<{len(value):,} bytes>"
    return str(value).translate(_CONTROLS)


def console() -> Console:
    """Standard output for people: no markup, no highlighting, nothing cut or wrapped, no styles with NO_COLOR."""
    return Console(markup=False, highlight=False, soft_wrap=True, color_system=None if _no_color() else "auto")


def _no_color() -> bool:
    return bool(os.environ.get("NO_COLOR"))


def stdout_bytes() -> BinaryIO:
    """Standard output for data: UTF-8 whatever the locale."""
    sys.stdout.flush()
    return cast("TextIO", sys.stdout).buffer


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Prints rows under their columns' names, and returns how many there were."""
    write = _print_table if sys.stdout.isatty() else _print_plain
    count = 0

    def counted() -> Iterator[Sequence[object]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    write(columns, counted())
    return count


def print_json(rows: Iterable[Row]) -> int:
    """Prints one JSON object a line."""
    return write_jsonl(rows, stdout_bytes())


def print_csv(columns: Sequence[str], records: Iterable[Sequence[object]]) -> int:
    """Prints CSV as `export` writes it."""
    return write_records(columns, records, stdout_bytes()).rows


def column_widths(needed: Sequence[int], room: int) -> list[int] | None:
    """How wide each column may be: what it needs, the widest cut alike; None if that leaves too little to read."""
    room -= len(_GAP) * (len(needed) - 1)
    left = len(needed)
    for width in sorted(needed):  # narrow ones first: what they leave is shared by the others
        if left and width * left > room:
            cap = room // left
            return [min(need, cap) for need in needed] if cap >= _NARROWEST else None
        room -= width
        left -= 1
    return list(needed)


def _print_plain(columns: Sequence[str], rows: Iterator[Sequence[object]]) -> None:
    for row in chain([columns], rows):
        print("\t".join(map(plain, row)))


def _print_table(columns: Sequence[str], rows: Iterator[Sequence[object]]) -> None:
    first = list(islice(rows, _MEASURED))
    needed = [max(map(cell_len, map(plain, column))) for column in zip(columns, *first, strict=True)]
    widths = column_widths(needed, shutil.get_terminal_size().columns)
    if widths is None:
        _print_records(columns, chain(first, rows))
        return
    out = console()
    out.print(Text(_line(columns, widths), style="bold"))
    for row in chain(first, rows):
        print(_line(row, widths))


def _line(row: Sequence[object], widths: Sequence[int]) -> str:
    return _GAP.join(map(_cell, row, widths)).rstrip()


def _cell(value: object, width: int) -> str:
    text = plain(value)
    if isinstance(value, int | float):
        return text.rjust(width)
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _print_records(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One value a line, for rows with too many columns."""
    out = console()
    width = max(map(cell_len, columns))
    room = max(shutil.get_terminal_size().columns - width - len(_GAP), _NARROWEST)
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            needed = min(cell_len(plain(value)), room)
            out.print(Text(set_cell_size(column, width), style="bold"), _cell(str(plain(value)), needed), sep=_GAP)
        out.print()
