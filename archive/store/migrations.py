"""The archive's formats, in order. An archive is brought to the newest one when it is opened for writing."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from uuid import uuid4

import sqlite_utils
from sqlite_utils import Migrations

from archive.dates import iso
from archive.identity.canonical import claimed_key
from archive.program import VERSION
from archive.store.about import ABOUT
from archive.store.connection import APPLICATION_ID
from archive.urls import url_key

MIGRATIONS = Migrations("newsmorgue")
FORMAT = 14  # how many migrations there are; kept as the file's user_version


@MIGRATIONS()
def first_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema.sql")


@MIGRATIONS()
def second_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_2.sql")


@MIGRATIONS()
def third_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_3.sql")


@MIGRATIONS()
def fourth_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_4.sql")


@MIGRATIONS()
def fifth_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_5.sql")
    _renew_keys(db)


@MIGRATIONS()
def sixth_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_6.sql")


@MIGRATIONS()
def seventh_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_7.sql")


@MIGRATIONS()
def eighth_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_8.sql")


@MIGRATIONS()
def ninth_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_9.sql")


@MIGRATIONS()
def tenth_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_10.sql")


@MIGRATIONS()
def eleventh_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_11.sql")


@MIGRATIONS()
def twelfth_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_12.sql")


@MIGRATIONS()
def thirteenth_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_13.sql")


@MIGRATIONS()
def fourteenth_format(db: sqlite_utils.Database) -> None:
    _execute(db, "schema_14.sql")


def _execute(db: sqlite_utils.Database, name: str) -> None:
    for statement in statements(files("archive.store").joinpath(name).read_text(encoding="utf-8")):
        db.conn.execute(statement)


def _renew_keys(db: sqlite_utils.Database) -> None:
    """A key made by an older version of `url_key` would never again be met."""
    db.conn.create_function("url_key", 1, url_key, deterministic=True)
    for table in ("articles", "article_urls", "links"):
        db.conn.execute(f"UPDATE {table} SET url_key = url_key(url) WHERE url_key <> url_key(url)")  # noqa: S608
    db.conn.create_function("claimed_key", 2, claimed_key, deterministic=True)
    db.conn.execute("UPDATE articles SET canonical_key = claimed_key(canonical_url, url) WHERE canonical_url <> url")
    for name, arguments in (("url_key", 1), ("claimed_key", 2)):
        db.conn.create_function(name, arguments, None)


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
    program = f"newsmorgue {VERSION}"
    known = {"uuid": str(uuid4()), "created_at": iso(now), "created_by": program}
    db.conn.executemany("INSERT INTO about VALUES (?, ?) ON CONFLICT DO NOTHING", known.items())
    said = {"format": str(FORMAT), "format_by": program, **ABOUT}
    db.conn.executemany(
        "INSERT INTO about VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", said.items()
    )
