"""Pages handed in to be extracted and not to be kept: HTML and WARC files, folders of them, lines of JSON, streams.

What a file is, its first bytes say, gzipped or not.
"""

import base64
import binascii
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from archive.dates import now
from archive.errors import UsageError
from archive.importing import MOST, WARC_NAME, Reading
from archive.models import Page
from archive.urls import safe_url

STDIN = Path("standard input")
_HEAD = 2**16  # bytes that are looked at
_GZIP = b"\x1f\x8b"
PAGE_NAMES = tuple(f"*{end}" for end in (".html", ".htm", ".xhtml", ".warc", ".jsonl"))  # and with .gz behind
_ENDINGS = tuple(f"{name[1:]}{gz}" for name in PAGE_NAMES for gz in ("", ".gz"))
_LONGEST_LINE = 64 * 2**20  # bytes: a page of MOST with every character escaped


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A page handed in under a name that people know, or what is wrong with it. `id` is the JSON line's own.

    The page's URL is "" where nobody has said it.
    """

    name: str
    page: Page | None = None
    id: Any = None
    wrong: str = ""


@dataclass(slots=True)
class Inputs:
    """One reading of inputs. `reading` counts what a WARC file holds beside pages."""

    reading: Reading = field(default_factory=Reading)

    def of_path(self, path: Path, url: str = "") -> Iterator[HandedIn]:
        """The pages of a file, in its order. `url` is an HTML file's address."""
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD)
                file.seek(0)
                fetched_at = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
                yield from self._pages(file, head, path, url, fetched_at)
        except OSError as error:
            yield HandedIn(str(path), wrong=f"cannot be read: {error.strerror}")

    def of_stream(self, stream: "Stream", url: str = "") -> Iterator[HandedIn]:
        """The pages of standard input."""
        yield from self._pages(io.BufferedReader(stream), stream.head, STDIN, url, now())

    def _pages(self, file: BinaryIO, head: bytes, path: Path, url: str, fetched_at: datetime) -> Iterator[HandedIn]:
        kind = _kind(head, path)
        if kind == "warc":
            yield from self._responses(file, path)
        elif kind == "jsonl":
            lines = gzip.GzipFile(fileobj=file) if head.startswith(_GZIP) else file
            yield from _lines(lines, path)
        else:
            body = file.read(MOST + 1)
            coded = (("content-encoding", "gzip"),) if head.startswith(_GZIP) else ()
            yield HandedIn(
                str(path), Page(url, url, body[:MOST], fetched_at, headers=coded, truncated=len(body) > MOST)
            )

    def _responses(self, file: BinaryIO, path: Path) -> Iterator[HandedIn]:
        try:
            for page in self.reading.responses(file, path):
                yield HandedIn(page.origin.removeprefix("warc:"), page)
        except UsageError as error:
            yield HandedIn(str(path), wrong=str(error).removeprefix(f"{path} "))


class Stream(io.RawIOBase):
    """Standard input, of which one can look at the beginning."""

    def __init__(self, source: BinaryIO) -> None:
        self.head, self._source = source.read(_HEAD), source
        self._ahead = io.BytesIO(self.head)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As `io.RawIOBase` has it."""
        piece = self._ahead.read(len(buffer)) or self._source.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def is_one_page(given: str | Stream) -> bool:
    """Whether a file or stream is HTML and not many pages; what is no file is one thing to tell of."""
    if isinstance(given, Stream):
        return _kind(given.head, STDIN) == "html"
    path = Path(given)
    try:
        with path.open("rb") as file:
            return _kind(file.read(_HEAD), path) == "html"
    except OSError:
        return not path.is_dir()


def files_of(folder: Path) -> list[Path]:
    """The files below a folder that are pages or hold pages by their names, in order; hidden ones are left out."""
    found = (path for path in folder.rglob("*") if path.name.lower().endswith(_ENDINGS) and path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def _kind(head: bytes, path: Path) -> str:
    """What a file holds: "warc", "jsonl" or "html"."""
    plain = _unzipped(head).lstrip()
    if WARC_NAME.search(path.name) or plain.startswith((b"WARC/", b"filedesc:")):
        return "warc"
    return "jsonl" if plain.startswith(b"{") else "html"


def _unzipped(head: bytes) -> bytes:
    if not head.startswith(_GZIP):
        return head
    try:
        return zlib.decompressobj(31).decompress(head, _HEAD)
    except zlib.error:
        return b""


def _lines(lines: BinaryIO | gzip.GzipFile, path: Path) -> Iterator[HandedIn]:
    number = 0
    try:
        while line := lines.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                while (rest := lines.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                yield HandedIn(f"{path}:{number}", wrong=f"is longer than {_LONGEST_LINE >> 20} MB")
            elif line.strip():
                yield _from_line(line, f"{path}:{number}")
    except (OSError, EOFError, zlib.error) as error:
        yield HandedIn(f"{path}:{number + 1}", wrong=f"cannot be read: {error}")


def _from_line(line: bytes, name: str) -> HandedIn:
    """A page from `{"url", "html"}` or `{"url", "html_b64"}`, and perhaps `id` and `fetched_at`."""
    try:
        said = json.loads(line)
    except ValueError as error:
        return HandedIn(name, wrong=f"is not JSON ({error})")
    if not isinstance(said, dict) or not isinstance(said.get("html_b64", said.get("html")), str):
        return HandedIn(name, wrong='holds no page: an object with "url", and "html" or "html_b64"')
    try:
        fetched_at = datetime.fromisoformat(said["fetched_at"]) if said.get("fetched_at") else now()
        text = said.get("html") or ""
        body = base64.b64decode(said["html_b64"]) if "html_b64" in said else text.encode("utf-8", "ignore")
    except (binascii.Error, ValueError, TypeError) as error:
        return HandedIn(name, id=said.get("id"), wrong=f"cannot be used: {error}")
    if fetched_at.tzinfo is None:
        fetched_at = fetched_at.replace(tzinfo=UTC)
    url = safe_url(str(said.get("url") or "")) or ""
    page = Page(url, url, body[:MOST], fetched_at, truncated=len(body) > MOST, origin="file")
    return HandedIn(name, page, said.get("id"))
