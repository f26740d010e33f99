"""CSV: RFC 4180 in UTF-8 without a byte order mark, lists as JSON, true and false, nothing for what is not known.

With `excel` the file is for spreadsheets: a byte order mark, no cell that a spreadsheet would run as a formula, none
longer than it can hold. Both change data, so every changed cell is counted.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from archive.export.row import Row

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
EXCEL_CELL = 32_767  # UTF-16 units, the most a cell holds
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were written, and how many cells were changed to suit spreadsheets."""

    rows: int
    guarded: int = 0
    cut: int = 0


def write_csv(columns: Sequence[str], rows: Iterable[Row], out: BinaryIO, *, excel: bool = False) -> Written:
    """Writes a heading and these columns of every row; `out` stays open."""
    return write_records(columns, ([row[column] for column in columns] for row in rows), out, excel=excel)


def write_records(
    heading: Sequence[str], records: Iterable[Sequence[object]], out: BinaryIO, *, excel: bool = False
) -> Written:
    """Writes a heading and every record; `out` stays open."""
    changed: Counter[str] = Counter()
    cell = _excel_cell(changed) if excel else csv_cell
    if excel:
        out.write(BYTE_ORDER_MARK)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heading)
    count = 0
    for record in records:
        writer.writerow(map(cell, record))
        count += 1
    text.detach()
    return Written(count, changed["guarded"], changed["cut"])


def csv_cell(value: object) -> str:
    """One value as CSV holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    return value.hex() if isinstance(value, bytes) else str(value)


def fitting(text: str) -> str:
    """The text, cut to what a spreadsheet's cell holds, never inside a character."""
    if len(text) <= EXCEL_CELL // 2:
        return text
    return text.encode("utf-16-le")[: EXCEL_CELL * 2].decode("utf-16-le", errors="ignore")


def _excel_cell(changed: Counter[str]) -> Callable[[object], str]:
    def cell(value: object) -> str:
        text = csv_cell(value)
        if text.startswith(FORMULA_STARTS):
            changed["guarded"] += 1
            text = f"'{text}"
        short = fitting(text)
        changed["cut"] += short != text
        return short

    return cell
