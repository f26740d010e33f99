"""Full-text search: any string is a valid question."""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

from archive.store.rows import found
from archive.text import clean

MATCH_BEGINS, MATCH_ENDS = "\x02", "\x03"

_TERM = re.compile(r'"(?P<phrase>[^"]*)"?(?P<rest>\*?)|(?P<word>[^\s"]+)')


def search(connection: sqlite3.Connection, words: str, limit: int) -> Iterator[dict[str, Any]]:
    """Rows of articles with these words, best first, each with a `snippet` of its text in which matches are marked."""
    if expression := match_expression(words):
        yield from found(connection, expression, limit)


def unmarked(hit: dict[str, Any]) -> dict[str, Any]:
    """The same row with the snippet as plain text."""
    return hit | {"snippet": hit["snippet"].replace(MATCH_BEGINS, "").replace(MATCH_ENDS, "")}


def match_expression(words: str) -> str:
    """The words as an FTS5 expression, empty if there is no word in them.

    Every word must occur; "words in quotes" in that order; `begin*` finds words that begin so; OR (in capitals) between
    two lots of words finds either. Whatever else FTS5 has a syntax for is read as plain words.
    """
    lots: list[list[str]] = [[]]
    for term in _TERM.finditer(clean(words)):
        if term["word"] == "OR":
            lots.append([])
        elif quoted := _quoted(term):
            lots[-1].append(quoted)
    return " OR ".join(" ".join(lot) for lot in lots if lot)


def _quoted(term: re.Match[str]) -> str:
    text = term["phrase"] if term["word"] is None else term["word"].rstrip("*")
    if not any(letter.isalnum() for letter in text):
        return ""
    return f'"{text}"{"*" if term[0].endswith("*") else ""}'
