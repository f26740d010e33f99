"""The user's own SQL: it may read everything and change nothing."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from archive.errors import UsageError
from archive.store.connection import ArchiveDatabase, primary_code, raise_unusable

_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_READING_PRAGMAS = {
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
    "data_version", "compile_options", "function_list", "integrity_check", "quick_check",
}  # fmt: skip
_STEPS = 100_000  # of SQLite's machine, some milliseconds: how often a signal is looked for
_NAMES = {
    "table": "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')",
    "column": "SELECT DISTINCT c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c "
    "WHERE t.type IN ('table', 'view')",
}
_MISSING = re.compile(r"no such (table|column): (?:\w+\.)?(\w+)")


@contextmanager
def asked(db: ArchiveDatabase, sql: str) -> Iterator[tuple[list[str], Iterator[tuple[Any, ...]]]]:
    """The columns' names and the rows of one statement, read as they are taken.

    Raises UsageError for a statement that is wrong or would change anything, ArchiveUnusable for a broken file,
    KeyboardInterrupt when a signal came while SQLite was at work.
    """
    if not sql.strip():
        raise UsageError('there is nothing to ask; try "SELECT source, count(*) FROM latest GROUP BY source"')
    connection = db.conn
    connection.set_authorizer(_authorise)
    connection.set_progress_handler(lambda: 0, _STEPS)  # Python runs signal handlers when it is called
    connection.text_factory = _text
    try:
        cursor = connection.execute(sql)
        yield [column for column, *_ in cursor.description or ()], cursor
    except sqlite3.Error as error:
        if primary_code(error) != sqlite3.SQLITE_READONLY:
            raise_unusable(db.path, error)
        if str(error) == "interrupted":
            raise KeyboardInterrupt from None
        raise UsageError(_explained(db, error)) from None
    finally:
        connection.set_authorizer(None)
        connection.set_progress_handler(None, 0)
        connection.text_factory = str


def _authorise(action: int, first: str | None, second: str | None, _database: str | None, _inner: str | None) -> int:
    allowed = (
        action in _READING
        or (action == sqlite3.SQLITE_PRAGMA and str(first).lower() in _READING_PRAGMAS)
        # What SQLite says of itself while it declares a virtual table (json_each, full-text search). Nobody can do it:
        # the file is open read-only, and the pragma that would allow it is refused.
        or (action == sqlite3.SQLITE_UPDATE and first == "sqlite_master")
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _text(data: bytes) -> str:
    """Text that is not UTF-8 is no reason to show nothing."""
    return data.decode(errors="replace")


def _explained(db: ArchiveDatabase, error: sqlite3.Error) -> str:
    message = str(error)
    if primary_code(error) in (sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY):
        return "this SQL would change the archive or go beyond it; only questions are answered (SELECT)"
    if (missing := _MISSING.match(message)) is None:
        return f"SQL: {message}"
    db.conn.set_authorizer(None)
    known = [name for (name,) in db.conn.execute(_NAMES[missing[1]])]
    near = get_close_matches(missing[2], known, n=1)
    return f"SQL: {message}" + (f"; did you mean {near[0]}?" if near else "")
