"""Room on disks, in bytes and in words."""

import os
import re
from pathlib import Path

from archive.errors import NewsmorgueError, UsageError

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(|[kKMGT]?B)")
_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
MIN_FREE = 10**9
"""Bytes of the disk that a crawl leaves free, unless morgue.toml says otherwise (`[crawl] min_free`)."""


class NoRoom(NewsmorgueError):
    """The disk has too little room for what was asked."""


def free_bytes(place: Path) -> int:
    """What whoever runs this may still write on the disk of a file or folder, or of the folder it would be in."""
    while not place.exists():
        place = place.parent
    disk = os.statvfs(place)
    return disk.f_bavail * disk.f_frsize


def in_bytes(size: float) -> str:
    """ "812 kB", "3.1 GB": decimal units."""
    number = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if number >= 10 or unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def require(place: Path, needed: int, what: str) -> None:
    """Raises NoRoom, with both figures, unless the disk has room for `what`."""
    free = free_bytes(place)
    if free < needed:
        raise NoRoom(f"{what} takes {in_bytes(needed)}, and the disk of {place} has {in_bytes(free)} free")


def parse_bytes(text: str) -> int:
    """Bytes meant by "500 MB", "1 GB", "2.5TB" (decimal) or "0". Raises UsageError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f'not a size: {text!r} (write "500 MB" or "1 GB")')
    return int(float(found[1]) * _UNITS[(found[2] or "").upper()])
