"""Datasets: rows out of an archive in formats that other programs read."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import partial
from typing import BinaryIO

from archive.errors import UsageError
from archive.export.csv import Written, write_csv
from archive.export.jsonl import write_jsonl
from archive.export.row import FIELDS, Row

__all__ = ["FIELDS", "FORMATS", "Row", "Written", "writer_for"]

Write = Callable[[Iterable[Row], BinaryIO], Written]

FORMATS = ("csv", "jsonl")
_ALSO_CALLED = {"json": "jsonl", "ndjson": "jsonl", "excel": "csv", "xlsx": "csv", "tsv": "csv"}


def writer_for(name: str, *, excel: bool = False) -> Write:
    """The writer of a format. Raises UsageError, naming the nearest format if there is none of that name."""
    if name == "csv":
        return partial(write_csv, FIELDS, excel=excel)
    if name != "jsonl":
        near = _ALSO_CALLED.get(name.lower()) or next(iter(get_close_matches(name.lower(), FORMATS, n=1)), None)
        hint = f"; did you mean {near}?" if near else ""
        raise UsageError(f"there is no format {name!r}{hint} (formats: {', '.join(FORMATS)})")
    if excel:
        raise UsageError("--excel is for --format csv")
    return _jsonl


def _jsonl(rows: Iterable[Row], out: BinaryIO) -> Written:
    return Written(write_jsonl(rows, out))
