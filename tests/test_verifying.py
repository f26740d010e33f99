"""`morgue verify` finds what is wrong, says where, and says nothing else."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.errors import ExitCode
from archive.forgetting import forget
from archive.store.archive import Archive
from archive.store.connection import APPLICATION_ID, connect, tune
from archive.store.lock import ArchiveLock
from archive.store.migrations import MIGRATIONS
from archive.store.packing import compress
from archive.verifying import Verified, verify
from tests.cli.conftest import Morgue, held, morgue  # noqa: F401
from tests.conftest import Demo


@pytest.fixture
def path(demo: Demo, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo.archive, tmp_path / "morgue.db"))


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_an_archive_that_a_crawl_left_is_whole(path: Path) -> None:
    told: list[tuple[int, int]] = []
    verified = verify(path, told=lambda done, total: told.append((done, total)))
    assert (verified.troubles, verified.unread, verified.exit_code) == ([], [], ExitCode.OK)
    assert verified.bodies > 5
    assert told[-1] == (verified.bodies, verified.bodies)
    assert verified.crawls == 2
    assert verify(path, quick=True).bodies == 0


def test_of_a_forgotten_page_nothing_is_missed(path: Path) -> None:
    with Archive.open(path, readonly=True) as archive:
        [(url,)] = archive.db.conn.execute("SELECT url FROM articles ORDER BY n LIMIT 1")
    forget(path, url, "asked to")
    assert verify(path).troubles == []


WRONG = {
    "UPDATE bodies SET data = zeroblob(length(data)) WHERE id = 3": "cannot be unpacked",
    "UPDATE bodies SET size = size + 1 WHERE id = 3": "bytes, not",
    "DELETE FROM bodies WHERE id = (SELECT max(id) FROM bodies)": "is not held",
    "UPDATE fetches SET fetched_at = '2020-01-01T00:00:00.000Z' WHERE id = 5": "not those that its hash was taken of",
    "DELETE FROM fetches WHERE kind = 'robots'": "not those that its hash was taken of",
    "UPDATE links SET source_id = 77 WHERE id = 2": "links: row 2 names a row of sources",
    "UPDATE articles SET story_id = 'nowhere' WHERE n = 1": "articles without their story",
    "UPDATE revisions SET current = 0": "articles without a current version",
    "UPDATE crawl_sources SET counts = json_set(counts, '$.discovered', 99)": "discovered 99, its terms",
    "INSERT INTO articles_fts (rowid, title) VALUES (1, 'zeppelin')": "does not say what the articles say",
}


@pytest.mark.parametrize("statement", WRONG)
def test_what_is_wrong_is_found(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement).rowcount != 0
    verified = verify(path)
    assert any(WRONG[statement] in line for line in verified.troubles), verified.troubles
    assert verified.exit_code is ExitCode.FAILED


def test_other_bytes_under_a_name_are_found(path: Path) -> None:
    other = compress(b"<p>Something else that never was on that page.</p>" * 50, "0" * 64, None)
    with closing(sqlite3.connect(path)) as connection, connection:
        [(number,)] = connection.execute("SELECT max(id) FROM bodies WHERE dictionary IS NOT NULL")
        values = (other.codec, other.data, number)
        connection.execute("UPDATE bodies SET dictionary = NULL, codec = ?, data = ? WHERE id = ?", values)
    [trouble] = verify(path).troubles
    assert "holds other bytes than those it is named by" in trouble
    assert verify(path, quick=True).troubles == []


def test_a_damaged_file_is_told_from_a_wrong_row(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 5 : 4096 * 6] = bytes(4096)
    path.write_bytes(data)
    verified = verify(path)
    assert (verified.is_damaged, verified.exit_code) == (True, ExitCode.UNUSABLE)
    assert verified.troubles[0].startswith("file: ")


def test_while_a_crawl_runs_all_but_the_index_of_words_is_looked_at(path: Path) -> None:
    with ArchiveLock(path):
        verified = verify(path)
    assert (verified.troubles, len(verified.unread)) == ([], 1)
    assert "full-text index was not looked at" in verified.unread[0]


def test_an_archive_of_an_older_format_is_looked_at_as_it_is(tmp_path: Path) -> None:
    old = connect(tmp_path / "old.db")
    tune(old, "wal")
    MIGRATIONS.apply(old, stop_before="ninth_format")
    old.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.conn.execute("PRAGMA user_version = 8")
    old.conn.execute("INSERT INTO about VALUES ('uuid', 'x')")
    old.close()
    assert verify(tmp_path / "old.db", quick=True).troubles == []
    with Archive.open(tmp_path / "old.db", readonly=True) as archive:
        assert archive.forgotten.all() == []


def test_many_troubles_of_one_kind_are_counted() -> None:
    verified = Verified()
    verified.add([f"trouble {number}" for number in range(250)])
    assert (len(verified.troubles), verified.troubles[-1]) == (101, "... and 150 more like the last one")


def test_the_command_says_what_and_where(held: Path, morgue: Morgue) -> None:  # noqa: F811
    told = morgue("verify", "--json")
    found = json.loads(told.out)
    assert (told.code, found["ok"], found["is_damaged"]) == (1, False, False)
    assert any("is not held" in line for line in found["troubles"])  # this archive was written row by row
    assert morgue("verify", "-q").err.count("\n") == len(found["troubles"])
    words = morgue("verify", "--quick")
    assert "the pages were not read" in words.err
