"""Rows of the view `latest` as Python values: the same in exports, in `--json` and in the Python face."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

_LISTS = ("authors", "tags")
_BOOLEANS = ("paywalled",)
_DAY = "coalesce(latest.published_on, substr(latest.first_seen_at, 1, 10))"
# The weights are those of articles_fts: title, description, text, authors, tags. The snippet is always of the text.
_FOUND = """
SELECT latest.*, hit.snippet FROM (
    SELECT rowid AS n, rank, snippet(articles_fts, 2, char(2), char(3), '…', 24) AS snippet FROM articles_fts
    WHERE articles_fts MATCH ? AND rank MATCH 'bm25(8.0, 4.0, 1.0, 2.0, 2.0)' ORDER BY rank LIMIT ?
) AS hit JOIN articles ON articles.n = hit.n JOIN latest ON latest.id = articles.id ORDER BY hit.rank, hit.n
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles: of these sources (none named: all), by their day (published, else first seen), both ends in."""

    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


EVERYTHING = Selection()


def selected(connection: sqlite3.Connection, selection: Selection = EVERYTHING) -> Iterator[dict[str, Any]]:
    """The rows in order of first fetch, read as they are taken."""
    where, values = _where(selection)
    # `latest` has no order of its own; going through the table in its order needs no sorting, so rows stream.
    query = f"SELECT latest.* FROM articles AS a CROSS JOIN latest ON latest.id = a.id WHERE {where} ORDER BY a.n"  # noqa: S608
    return _rows(connection.execute(query, values))


def count(connection: sqlite3.Connection, selection: Selection = EVERYTHING) -> tuple[int, int]:
    """How many rows there are, and how many of them have no day of the publisher's."""
    where, values = _where(selection)
    query = f"SELECT count(*), coalesce(sum(published_on IS NULL), 0) FROM latest WHERE {where}"  # noqa: S608
    rows, undated = connection.execute(query, values).fetchone()
    return int(rows), int(undated)


def found(connection: sqlite3.Connection, expression: str, limit: int) -> Iterator[dict[str, Any]]:
    """The rows that an FTS5 expression finds, best first, each with a `snippet`: matches between \\x02 and \\x03."""
    return _rows(connection.execute(_FOUND, (expression, limit)))


def as_row(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """A row of `latest` with its lists as lists and its booleans as booleans."""
    row = dict(zip(names, values, strict=True))
    row |= {name: json.loads(row[name]) for name in _LISTS}
    return row | {name: None if row[name] is None else bool(row[name]) for name in _BOOLEANS}


def _rows(cursor: sqlite3.Cursor) -> Iterator[dict[str, Any]]:
    names = [name for name, *_ in cursor.description]
    return (as_row(names, values) for values in cursor)


def _where(selection: Selection) -> tuple[str, list[str]]:
    conditions = ["true"]
    values: list[str] = []
    if selection.sources:
        conditions.append("latest.source IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(selection.sources))
    for bound, day in ((">=", selection.since), ("<=", selection.until)):
        if day:
            conditions.append(f"{_DAY} {bound} ?")
            values.append(day.isoformat())
    return " AND ".join(conditions), values
