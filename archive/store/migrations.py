"""The archive's formats, in order. An archive is brought to the newest one when it is opened for writing."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files
from uuid import uuid4

import sqlite_utils
from sqlite_utils import Migrations

from archive.dates import iso
from archive.store.connection import APPLICATION_ID

MIGRATIONS = Migrations("newsmorgue")
FORMAT = 1  # how many migrations there are; kept as the file's user_version


@MIGRATIONS()
def first_format(db: sqlite_utils.Database) -> None:
    for statement in statements(files("archive.store").joinpath("schema.sql").read_text(encoding="utf-8")):
        db.conn.execute(statement)


def statements(script: str) -> Iterator[str]:
    """The script's statements one by one: `executescript` would commit the transaction they belong to."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise ValueError(f"unfinished statement: {statement.strip()[:60]}")


def migrate(db: sqlite_utils.Database, now: datetime) -> None:
    """Brings an empty file or an older archive to FORMAT, inside the caller's transaction."""
    (held,) = db.conn.execute("PRAGMA user_version").fetchone()
    if held == FORMAT:
        return
    MIGRATIONS.apply(db)
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.conn.execute(f"PRAGMA user_version = {FORMAT}")
    program = f"newsmorgue {version('newsmorgue')}"
    known = {"uuid": str(uuid4()), "created_at": iso(now), "created_by": program}
    db.conn.executemany("INSERT INTO about VALUES (?, ?) ON CONFLICT DO NOTHING", known.items())
    said = {"format": str(FORMAT), "format_by": program, **ABOUT}
    db.conn.executemany(
        "INSERT INTO about VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", said.items()
    )


ABOUT = {
    "what": "A newsmorgue archive: pages of news sites as they were received, and the stories in them. The view latest "
    "has one row per story; revisions has every text that was ever different; the view left_out says what is not "
    "among the articles and why; fetches has every answered request. The statements that made the tables, with "
    "comments, are in sqlite_master.",
    "times": "Columns ending in _at are instants, ISO 8601 in UTC; columns ending in _on are calendar days. "
    "published_at is NULL unless the publisher gave clock and offset; published_raw is what the publisher wrote.",
    "bodies": """A page as it was received, content encoding removed, is in bodies, named by its SHA-256, packed with zstd (RFC 8878).
To restore one without newsmorgue, with the commands sqlite3 and zstd (SHA stands for its sha256):
  sqlite3 morgue.db "SELECT codec, dictionary FROM bodies WHERE sha256 = 'SHA'"
  sqlite3 morgue.db "SELECT writefile('page.zst', data) FROM bodies WHERE sha256 = 'SHA'"
If codec is raw, page.zst is the page itself. If dictionary is empty:
  zstd -d page.zst -o page.html
Otherwise dictionary is the sha256 of another body, which has no dictionary itself; restore that one first, then
  zstd -d -D dictionary.html page.zst -o page.html
Afterwards sha256sum page.html prints SHA.""",
    "headers": "fetches.response_headers is a zstd frame without a dictionary: lines 'Name: value' as received, in order, "
    "in ISO 8859-1. Values of request headers that carry secrets were replaced by [redacted].",
    "chain": "crawls.sha256 is SHA-256 over the sha256 of the crawl before (an empty line for the first) and a line "
    "'requested_url TAB fetched_at TAB sha256' for each of its fetches in order of id (sha256 empty where there is no "
    "body), lines ended by a line feed, in UTF-8. It is written once every page of the crawl is interpreted.",
}
