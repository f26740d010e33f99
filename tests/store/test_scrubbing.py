"""Overwriting what is unused changes nothing that is used, whatever was done to the file."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.errors import ArchiveUnusable
from archive.store.connection import connect, tune
from archive.store.scrubbing import scrub

SECRET = "Quarrelbrook"


def worked_on(path: Path, seed: int) -> None:
    """A file in which rows of all sizes came and went, by a SQLite that clears nothing away."""
    chance = random.Random(seed)
    with closing(connect(path)) as db:
        if seed % 2:
            db.conn.execute("PRAGMA page_size = 1024")
        tune(db, "wal")
        execute = db.conn.execute
        execute("PRAGMA secure_delete = OFF")
        execute("CREATE TABLE long (id INTEGER PRIMARY KEY, a TEXT, b BLOB)")
        execute("CREATE TABLE keyed (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID")
        execute("CREATE INDEX long_a ON long (a)")
        execute("CREATE VIRTUAL TABLE words USING fts5 (x)")
        execute("BEGIN")
        for number in range(600):
            much = SECRET * chance.randrange(400)
            match chance.randrange(6):
                case 0 | 1:
                    execute("INSERT INTO long (a, b) VALUES (?, ?)", (much, much.encode() * chance.randrange(4)))
                case 2:
                    execute("INSERT OR REPLACE INTO keyed VALUES (?, ?)", (f"{number} {much[:900]}", much))
                case 3:
                    execute("INSERT INTO words VALUES (?)", (f"{SECRET} {number}",))
                case 4:
                    execute("DELETE FROM long WHERE id = ?", (chance.randrange(number + 1),))
                case _:
                    execute("UPDATE long SET a = ? WHERE id = ?", (much, chance.randrange(number + 1)))
        execute("COMMIT")


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("seed", range(4))
def test_what_is_used_stays_as_it_is(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "file.db"
    worked_on(path, seed)
    before = content(path)
    assert scrub(path) > 0
    assert content(path) == before
    assert scrub(path) == 0
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_left_of_what_was_deleted(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "file.db"
    worked_on(path, seed)
    with closing(connect(path)) as db:
        db.conn.execute("PRAGMA secure_delete = OFF")
        db.conn.execute("UPDATE long SET a = 'x' || id, b = zeroblob(length(b))")
        db.conn.execute("DELETE FROM keyed")
        db.conn.execute("DELETE FROM words")
        db.conn.execute("INSERT INTO words (words) VALUES ('optimize')")
    assert SECRET.encode() in path.read_bytes()
    scrub(path)
    assert SECRET.encode() not in path.read_bytes()
    assert SECRET.lower().encode() not in path.read_bytes()


def test_a_file_that_cannot_be_told_apart_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(ArchiveUnusable, match="no pointer map"):
        scrub(path)
    broken = tmp_path / "broken.db"
    worked_on(broken, 0)
    data = bytearray(broken.read_bytes())
    data[4096 * 2] = 77  # the kind of page 3
    broken.write_bytes(data)
    with pytest.raises(ArchiveUnusable, match="corrupt"):
        scrub(broken)
