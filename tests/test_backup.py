"""A backup is whole or not there, is made while others write, and removes nothing but older backups of its own."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import backup, space
from archive.backup import BackupFailed, back_up
from archive.errors import UsageError
from archive.space import NoRoom
from archive.store import copies
from archive.store.archive import Archive
from archive.verifying import verify
from tests.filled import filled
from tests.typing_morgue import Desk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return filled(tmp_path / "morgue.db")


def grown(path: Path, rows: int) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        values = ((f"https://lakeside.example/{n}", "note", "x" * 3000, "2026") for n in range(rows))
        connection.executemany("INSERT INTO notes VALUES (?, ?, ?, ?)", values)
    return path


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_a_copy_in_a_folder_has_a_date_and_is_one_file(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    made = back_up(path, folder)
    assert [file.name for file in folder.iterdir()] == [made.path.name]
    assert datetime.strptime(made.path.name, "morgue-%Y%m%dT%H%M%SZ.db").replace(tzinfo=UTC) <= datetime.now(UTC)
    assert made.counts["articles"] == 3
    assert rows(made.path, "SELECT id, text FROM articles") == rows(path, "SELECT id, text FROM articles")
    assert rows(path, "SELECT path, bytes FROM backups") == [(str(made.path), made.bytes)]
    with Archive.open(made.path) as archive:  # it is an archive like any other
        assert archive.uuid == Archive.open(path, readonly=True).uuid


def test_it_is_made_while_another_process_writes_without_end(path: Path, tmp_path: Path) -> None:
    grown(path, 6000)  # 20 MB: several steps
    ended = threading.Event()
    written: list[int] = []

    def write() -> None:
        with Archive.open(path) as archive:
            while not ended.is_set():
                with archive.transaction():  # two rows that must not be parted
                    for name in ("a", "b"):
                        archive.db.conn.execute(
                            "INSERT INTO notes VALUES (?, ?, ?, '')",
                            (f"https://x.example/{len(written)}", name, "y" * 900),
                        )
                written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    during: list[int] = []
    try:
        while not written:
            pass
        made = back_up(path, tmp_path / "copy.db", told=lambda _done, _total: during.append(len(written)))
    finally:
        ended.set()
        writer.join()
    assert during[-1] > during[0]  # it did write meanwhile
    [(both, of)] = rows(
        made.path,
        "SELECT count(*), count(DISTINCT url) FROM notes WHERE url LIKE 'https://x.example/%'",
    )
    assert both == 2 * int(str(of))
    assert int(str(of)) < len(written)
    assert verify(path, quick=True).troubles == verify(made.path, quick=True).troubles


def test_older_copies_go_when_the_new_one_was_read_and_nothing_else_does(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    other = folder / "morgue-20200101T000000Z.db"  # another archive, by its name a copy
    back_up(filled(tmp_path / "other.db"), other)
    bystanders = {"morgue.db": b"", "notes.txt": b"mine", "morgue-20200102T000000Z.db": b"no archive"}
    for name, content in bystanders.items():
        (folder / name).write_bytes(content)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    made = []
    for day in range(4):
        monkeypatch.setattr(backup, "now", lambda at=start + timedelta(days=day): at)
        made.append(back_up(path, folder, keep=2))
    assert [len(one.removed) for one in made] == [0, 0, 1, 1]
    left = sorted(file.name for file in folder.iterdir())
    assert left == sorted([*bystanders, other.name, "morgue-20260303T000000Z.db", "morgue-20260304T000000Z.db"])
    assert len(rows(path, "SELECT 1 FROM backups WHERE removed_at IS NULL")) == 2

    monkeypatch.setattr(copies, "troubles_of", lambda _copy, _counts: ["a page is torn"])
    monkeypatch.setattr(backup, "now", lambda: start + timedelta(days=9))
    with pytest.raises(BackupFailed, match="not whole, and was not kept: a page is torn"):
        back_up(path, folder, keep=1)
    assert sorted(file.name for file in folder.iterdir()) == left


def test_a_copy_that_lost_something_is_noticed(path: Path, tmp_path: Path) -> None:
    made = back_up(path, tmp_path / "copy.db")
    assert copies.troubles_of(made.path, made.counts) == []
    with closing(sqlite3.connect(made.path)) as connection, connection:
        connection.execute("UPDATE bodies SET data = zeroblob(20)")
    assert "holds other bytes" in copies.troubles_of(made.path, made.counts)[0]
    assert copies.troubles_of(made.path, made.counts | {"links": 99})[0] == "links: 2 rows, not 99"


def test_a_disk_that_is_too_full_is_said_before(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "free_bytes", lambda _place: 1000)
    with pytest.raises(NoRoom, match=r"a copy takes 1\d MB, and the disk of .* has 1.0 kB free"):
        back_up(path, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_what_makes_no_sense_is_said(path: Path, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.type("backup", "copy.db").code == 0
    again = desk.type("backup", "copy.db")
    assert (again.code, "is there already" in again.err) == (2, True)
    with pytest.raises(UsageError, match="no folder"):
        back_up(path, tmp_path / "nowhere" / "copy.db")
    with pytest.raises(UsageError, match="--keep"):
        back_up(path, tmp_path / "another.db", keep=3)


KILLED = """
import os, signal, sys
from pathlib import Path
from archive.backup import back_up
back_up(Path(sys.argv[1]), Path(sys.argv[2]), told=lambda done, total: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_killed_it_leaves_no_half_copy_behind(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path), str(folder)], timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [file.suffix for file in folder.iterdir()] == [".unfinished"]
    running = folder / f".morgue-20260101T000000Z.db.{os.getpid()}.unfinished"  # of a backup that still runs
    shutil.copy(path, running)
    made = back_up(path, folder)
    assert sorted(folder.iterdir()) == sorted([made.path, running])
