import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.errors import ArchiveBusy, ArchiveMissing, ArchiveUnusable
from archive.store.archive import Archive
from archive.store.connection import APPLICATION_ID, connect
from archive.store.migrations import FORMAT, MIGRATIONS
from archive.store.sources import SourceRecord
from tests.store.conftest import NOW, Morgue


def pragma(archive: Archive, name: str) -> object:
    return archive.db.conn.execute(f"PRAGMA {name}").fetchone()[0]


def test_new_archive_survives_kills_gives_space_back_and_says_what_it_is(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a b?.db", create=True) as archive:
        names = ("journal_mode", "synchronous", "foreign_keys", "auto_vacuum", "application_id", "user_version")
        assert [pragma(archive, name) for name in names] == ["wal", 1, 1, 2, 0x6E6D7267, FORMAT]
        about = dict(archive.db.conn.execute("SELECT name, value FROM about"))
    made = {"uuid", "format", "format_by", "created_at", "created_by"}
    told = {"what", "times", "bodies", "headers", "chain", "rendered", "forgotten"}
    assert about.keys() == made | told
    assert (about["uuid"], about["format"], len(about["uuid"])) == (archive.uuid, str(FORMAT), 36)
    assert about["created_by"].startswith("newsmorgue ")
    assert [path.name for path in tmp_path.iterdir()] == ["a b?.db"]


def test_archive_is_the_same_when_opened_again(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db", create=True) as archive:
        archive.sources.save(SourceRecord(None, "gazette", "https://gazette.example/"), NOW)
    for options in ({}, {"create": True}, {"readonly": True}):
        with Archive.open(tmp_path / "a.db", **options) as again:
            assert again.uuid == archive.uuid
            assert [source.name for source in again.sources.all()] == ["gazette"]


def test_addresses_of_an_older_archive_get_the_keys_that_they_have_today(tmp_path: Path) -> None:
    old = connect(tmp_path / "a.db")
    MIGRATIONS.apply(old, stop_before="fifth_format")
    old.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.conn.execute("PRAGMA user_version = 4")
    old.conn.execute(
        "INSERT INTO sources (id, name, home, added_at) VALUES (1, 'gazette', 'https://gazette.example/', '2026')"
    )
    old.conn.executemany(
        "INSERT INTO links (source_id, url, url_key, host, found_as, order_at, first_seen_at, last_seen_at) "
        "VALUES (1, ?, ?, '', 'feed', '', '', '')",
        [
            ("https://gazette.example/a.html?smid=x", "gazette.example/a.html?smid=x"),
            ("https://b.example/1", "b.example/1"),
        ],
    )
    old.close()
    with Archive.open(tmp_path / "a.db") as archive:
        keys = archive.db.conn.execute("SELECT url_key FROM links ORDER BY id").fetchall()
        assert [key for (key,) in keys] == ["gazette.example/a", "b.example/1"]


def test_nothing_is_made_where_there_is_no_archive(tmp_path: Path) -> None:
    for options in ({}, {"readonly": True}, {"readonly": True, "create": True}):
        with pytest.raises(ArchiveMissing, match=r"^there is no archive at .*/none\.db$"):
            Archive.open(tmp_path / "none.db", **options)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnusable, match=r"cannot be made: there is no folder .*/none$"):
        Archive.open(tmp_path / "none" / "a.db", create=True)


def sqlite_file(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE cookies (a)")
        connection.execute("PRAGMA user_version = 12")
    connection.close()


def newer_archive(path: Path) -> None:
    Archive.open(path, create=True).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("UPDATE about SET value = 'newsmorgue 7.1.0' WHERE name = 'format_by'")
    connection.close()


def corrupt_archive(path: Path) -> None:
    Archive.open(path, create=True).close()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996  # the schema's own page
    path.write_bytes(content)


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.mkdir(), "is a folder, not an archive"),
        (lambda path: path.write_text("Dear diary, " * 999), "is not an archive: not a SQLite file"),
        (sqlite_file, "is a SQLite file, but not an archive"),
        (newer_archive, "has format 99, made by newsmorgue 7.1.0; this is newsmorgue "),
        (corrupt_archive, "is corrupt"),
    ],
)
def test_what_is_no_usable_archive_is_refused_and_left_alone(
    tmp_path: Path, make: Callable[[Path], object], said: str, create: bool
) -> None:
    path = tmp_path / "a.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    for readonly in (True, False):
        with pytest.raises(ArchiveUnusable) as refusal:
            Archive.open(path, create=create, readonly=readonly)
        assert str(refusal.value).startswith(f"{path} {said}")
        assert "\n" not in str(refusal.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_empty_file_becomes_an_archive_only_when_one_is_to_be_made(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    with pytest.raises(ArchiveUnusable, match="is empty, not an archive"):
        Archive.open(tmp_path / "a.db")
    with Archive.open(tmp_path / "a.db", create=True) as archive:
        assert pragma(archive, "auto_vacuum") == 2


WITHOUT_RIGHTS = """
import os, sys
from archive.errors import ArchiveUnusable
from archive.store.archive import Archive
if os.geteuid() == 0:  # permission bits do not bind root
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
with Archive.open(sys.argv[1], readonly=True) as archive:
    print(archive.uuid)
try:
    Archive.open(sys.argv[1])
except ArchiveUnusable as error:
    print(error)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can look into; pytest's own are private."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o555), (0o444, 0o777), (0o644, 0o555)])
def test_read_only_archive_can_be_read_and_says_why_it_cannot_be_written(
    open_folder: Path, file_mode: int, folder_mode: int
) -> None:
    path = open_folder / "a.db"
    with Archive.open(path, create=True) as archive:
        uuid = archive.uuid
    path.chmod(file_mode)
    open_folder.chmod(folder_mode)
    command = [sys.executable, "-W", "error", "-c", WITHOUT_RIGHTS, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    said = f"{path} cannot be written: the file or its folder is read-only"
    assert (run.stdout.splitlines(), run.stderr) == ([uuid, said], "")


def test_reader_cannot_write(morgue: Morgue) -> None:
    with Archive.open(morgue.archive.path, readonly=True) as reader, pytest.raises(ArchiveUnusable, match="read-only"):
        reader.sources.save(SourceRecord(None, "post", "https://post.example/"), NOW)


def test_transaction_is_all_or_nothing_and_nests(morgue: Morgue) -> None:
    def save(name: str, *, fail: bool) -> None:
        with morgue.archive.transaction():
            morgue.archive.sources.save(SourceRecord(None, name, "https://a.example/"), NOW)
            if fail:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save("undone", fail=True)
    with morgue.archive.transaction():
        save("kept", fail=False)
        with pytest.raises(ZeroDivisionError):
            save("inner", fail=True)
    assert [source.name for source in morgue.archive.sources.all()] == ["gazette", "kept"]


def test_writer_waits_for_the_lock_and_readers_do_not(morgue: Morgue) -> None:
    done = threading.Event()

    def write() -> None:
        with Archive.open(morgue.archive.path) as second:
            second.sources.save(SourceRecord(None, "post", "https://post.example/"), NOW)
        done.set()

    with Archive.open(morgue.archive.path, readonly=True) as reader:
        with morgue.archive.transaction():
            thread = threading.Thread(target=write)
            thread.start()
            assert not done.wait(0.6)
            assert [source.name for source in reader.sources.all()] == ["gazette"]
        thread.join()
        assert [source.name for source in reader.sources.all()] == ["gazette", "post"]


def test_waiting_for_the_lock_ends_when_stopped(morgue: Morgue) -> None:
    with Archive.open(morgue.archive.path) as second, morgue.archive.transaction():
        second.stop.set()
        with pytest.raises(ArchiveBusy, match="is being written by another process; stopped waiting for it"):
            second.sources.save(SourceRecord(None, "post", "https://post.example/"), NOW)


def test_full_disk_is_said(morgue: Morgue) -> None:
    morgue.archive.db.conn.execute("PRAGMA max_page_count = 1")  # never below what the file has
    morgue.meet("https://gazette.example/a")
    with pytest.raises(ArchiveUnusable, match="cannot grow: the disk is full"):
        morgue.receive("https://gazette.example/a", os.urandom(100_000))


COMMITTER = """
import sys
from archive.dates import now
from archive.store.archive import Archive
from archive.store.sources import SourceRecord
with Archive.open(sys.argv[1]) as archive:
    for n in range(100000):
        archive.sources.save(SourceRecord(None, f"source {n}", "https://a.example/"), now())
        print(n, flush=True)
"""


def test_what_was_acknowledged_survives_kill_nine(morgue: Morgue) -> None:
    committer = subprocess.Popen(
        [sys.executable, "-c", COMMITTER, str(morgue.archive.path)], stdout=subprocess.PIPE, text=True
    )
    assert committer.stdout is not None
    acknowledged = [committer.stdout.readline() for _ in range(20)]
    time.sleep(0.05)
    committer.kill()
    acknowledged += committer.stdout.readlines()
    committer.wait()
    committer.stdout.close()
    held = {source.name for source in morgue.archive.sources.all()}
    assert {f"source {n.strip()}" for n in acknowledged} <= held
    assert morgue.archive.db.conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_many_who_make_the_archive_at_once_make_one(tmp_path: Path) -> None:
    start = threading.Barrier(6)

    def make(_: int) -> str:
        start.wait()
        with Archive.open(tmp_path / "a.db", create=True) as archive:
            return archive.uuid

    for _ in range(5):
        with ThreadPoolExecutor(6) as pool:
            assert len(set(pool.map(make, range(6)))) == 1
        (tmp_path / "a.db").unlink()
