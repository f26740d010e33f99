"""JSON Lines: one object a line, UTF-8, `null` for what is not known, lists as lists."""

import json
from collections.abc import Iterable
from typing import BinaryIO

from archive.export.row import Row

# JSON allows these inside strings, but readers that split on any Unicode line break would cut the object in two.
_LINE_BREAKS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def json_line(row: Row) -> str:
    """The row as one line, without its end."""
    return json.dumps(dict(row), ensure_ascii=False, default=_unknown).translate(_LINE_BREAKS)


def write_jsonl(rows: Iterable[Row], out: BinaryIO) -> int:
    """Writes every row and returns how many there were."""
    count = 0
    for row in rows:
        out.write(json_line(row).encode() + b"\n")
        count += 1
    out.flush()
    return count


def _unknown(value: object) -> str:
    """Bytes, which only `morgue sql` can meet, as hexadecimal digits."""
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
