"""Lists of addresses that people keep: text, CSV, OPML."""

import csv
import io
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree

from archive.errors import UsageError
from archive.urls import safe_url

_URL_COLUMNS = ("url", "home", "link", "website", "address")


@dataclass(frozen=True, slots=True)
class Listed:
    """One address of a list, with what else its line said, by column."""

    url: str
    said: Mapping[str, str] = field(default_factory=dict)


def read_text(path: str) -> str:
    """The file, or standard input for "-", as text: UTF-8, with or without byte order mark. Raises UsageError."""
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None


def read_list(text: str, name: str) -> list[Listed]:
    """The addresses of a text (one a line, # for remarks) or of a CSV with a column `url`, each once, in order.

    Raises UsageError naming the first line without a usable address; `name` is what the list is called in it.
    """
    listed = _from_csv(text, name) if _has_heading(text) else _from_lines(text)
    chosen: dict[str, Listed] = {}
    for number, entry in listed:
        url = safe_url(entry.url)
        if url is None:
            raise UsageError(f"{name}, line {number}: {entry.url!r} is not an http or https address")
        chosen.setdefault(url, Listed(url, entry.said))
    return list(chosen.values())


def read_opml(text: str, name: str) -> list[Listed]:
    """The feeds of an OPML file: `url` is the feed; `said` has name, home and group where the file does."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(text.encode(), parser)
    outlines = [] if root is None else root.findall(".//outline[@xmlUrl]")
    if not outlines:
        raise UsageError(f"{name} names no feed (no outline with an xmlUrl)")
    return [_outline(outline) for outline in outlines]


def _outline(outline: etree._Element) -> Listed:
    parent = outline.getparent()
    group = parent.get("title") or parent.get("text") if parent is not None and parent.tag == "outline" else None
    feed = outline.get("xmlUrl") or ""
    said = {
        "name": outline.get("title") or outline.get("text") or "",
        "home": outline.get("htmlUrl") or urljoin(feed, "/"),
        "group": group or "",
    }
    return Listed(feed, {key: value.strip() for key, value in said.items() if value.strip()})


def _has_heading(text: str) -> bool:
    heading = next(iter(csv.reader(io.StringIO(text), dialect=_dialect(text))), [])
    return any(cell.strip().lower() in _URL_COLUMNS for cell in heading)


def _dialect(text: str) -> type[csv.Dialect]:
    """Comma, semicolon or tab, whichever the heading has most of."""
    first = text.split("\n", 1)[0]

    class Found(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Found


def _from_csv(text: str, name: str) -> Iterator[tuple[int, Listed]]:
    reader = csv.DictReader(io.StringIO(text), dialect=_dialect(text), restkey="", restval="")
    columns = {column.strip().lower(): column for column in reader.fieldnames or ()}
    key = next(columns[column] for column in _URL_COLUMNS if column in columns)
    for row in reader:
        url = (row.pop(key) or "").strip()
        said = {column.strip(): value.strip() for column, value in row.items() if column and value and value.strip()}
        if url or said:
            yield reader.line_num, Listed(url, said)


def _from_lines(text: str) -> Iterator[tuple[int, Listed]]:
    for number, line in enumerate(text.splitlines(), 1):
        url = line.split(" #", 1)[0].strip()
        if url and not url.startswith("#"):
            yield number, Listed(url)
