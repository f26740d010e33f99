"""Files that are whole or not there at all."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.errors import UsageError


@contextmanager
def whole_file(path: Path, *, overwrite: bool = False) -> Iterator[BinaryIO]:
    """A file to write that appears under its name when the block ends well, and not otherwise.

    Raises UsageError when `path` is there already (without `overwrite`), is a folder, or lies in none. A device or a
    pipe is written to as it is.
    """
    path = path.resolve()
    _refuse(path, overwrite)
    if path.exists() and not path.is_file():
        with path.open("wb") as out:
            yield out
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        _refuse(path, overwrite)  # somebody else may have made one meanwhile
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _refuse(path: Path, overwrite: bool) -> None:
    if not path.parent.is_dir():
        raise UsageError(f"{path} cannot be written: there is no folder {path.parent}")
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise UsageError(f"{path} is a folder; name a file in it")
    if stat.S_ISREG(mode) and not overwrite:
        raise UsageError(f"{path} is there already; --overwrite replaces it")
