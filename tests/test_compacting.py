"""The file is made as small as what it holds; nothing that it holds changes, and nobody waits long for it."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import space
from archive.compacting import compact, fold_checks, write_anew
from archive.errors import ArchiveBusy
from archive.space import NoRoom
from archive.store.archive import Archive
from archive.store.lock import ArchiveLock
from archive.verifying import verify
from tests.filled import add_fetch, filled
from tests.store.conftest import crawl_start
from tests.typing_morgue import Desk

THEN = datetime(2026, 4, 1, tzinfo=UTC)
OLD = datetime(2026, 4, 3, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive of which much was deleted."""
    path = filled(tmp_path / "morgue.db")
    with closing(sqlite3.connect(path)) as connection:
        with connection:
            values = ((f"https://lakeside.example/{n}", "note", "x" * 3000, "2026") for n in range(3000))
            connection.executemany("INSERT INTO notes VALUES (?, ?, ?, ?)", values)
        with connection:
            connection.execute("DELETE FROM notes WHERE substr(url, -1) > '1'")
    return path


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return sorted(line for line in connection.iterdump() if "articles_fts_" not in line)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_free_pages_are_given_back_while_others_write(path: Path) -> None:
    free = rows(path, "PRAGMA freelist_count")[0][0]
    assert int(str(free)) > 512  # several steps
    ended, written = threading.Event(), 0

    def write() -> None:
        nonlocal written
        with Archive.open(path) as archive:
            while not ended.is_set():
                archive.db.write("UPDATE notes SET value = value WHERE url = 'https://lakeside.example/7'", ())
                written += 1

    writer = threading.Thread(target=write)
    writer.start()
    during: list[int] = []
    try:
        while not written:
            pass
        made = compact(path, told=lambda _done, _total: during.append(written))
    finally:
        ended.set()
        writer.join()
    assert during[-1] > during[0]
    assert rows(path, "PRAGMA freelist_count") == [(0,)]
    assert made.before - made.after > 4096 * 512
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


def test_what_it_holds_stays(path: Path) -> None:
    before = content(path)
    compact(path)
    assert content(path) == before
    write_anew(path)
    assert content(path) == before


def test_postings_of_articles_that_are_gone_are_taken_out(path: Path) -> None:
    with Archive.open(path) as archive:
        for n in range(1, 130):  # so many that they are moved into the index
            archive.fingerprints.put(n, range(4 * n, 4 * n + 40), THEN)
        archive.fingerprints.remove(5)
        kept = [archive.fingerprints.candidates(range(4 * n, 4 * n + 40), THEN, 10) for n in range(20, 60)]
    made = compact(path)
    assert made.postings == 40 + 16
    assert compact(path).postings == 0
    with Archive.open(path) as archive:
        assert [archive.fingerprints.candidates(range(4 * n, 4 * n + 40), THEN, 10) for n in range(20, 60)] == kept
        held, counted = archive.db.conn.execute(
            "SELECT sum(held), (SELECT sum(length(hashes) / 4) FROM fingerprint_postings) FROM fingerprint_levels"
        ).fetchone()
        assert held == counted


def test_the_whole_file_is_written_anew_if_there_is_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(f"{path}.compacting").write_bytes(b"of a run that was killed")
    made = write_anew(path)
    assert made.after < made.before
    assert rows(path, "PRAGMA freelist_count") == [(0,)]
    assert rows(path, "PRAGMA auto_vacuum") == [(2,)]
    assert not Path(f"{path}.compacting").exists()
    Archive.open(path).close()
    monkeypatch.setattr(space, "free_bytes", lambda _place: 5000)
    with pytest.raises(NoRoom, match=r"a second copy of the archive takes \d+ MB, and the disk of .* has 5.0 kB free"):
        write_anew(path)


def test_the_whole_file_is_written_anew_only_while_nobody_has_it_open(path: Path) -> None:
    before = content(path)
    with ArchiveLock(path), pytest.raises(ArchiveBusy, match="held by pid"):
        write_anew(path)
    with Archive.open(path) as archive:
        archive.db.conn.execute("SELECT 1 FROM about").fetchone()
        with pytest.raises(ArchiveBusy, match="open in another program"):
            write_anew(path)
    assert content(path) == before


@pytest.fixture
def checked(path: Path) -> Path:
    """Three crawls, a day each, that found a page unchanged four times; the last of these is its link's last answer."""
    with Archive.open(path) as archive:
        connection = archive.db.conn
        for day in range(3):
            at = THEN + timedelta(days=day)
            crawl_id = archive.crawls.begin(crawl_start(at))
            for hour in range(4):
                when = (at + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
                facts = {"crawl_id": crawl_id, "link_id": 1, "fetched_at": when, "outcome": "unchanged"}
                last = add_fetch(connection, 1, "https://lakeside.example/all", 304, **facts)
            archive.crawls.end(crawl_id, "finished", at)
        connection.execute("UPDATE links SET fetch_id = ? WHERE id = 1", (last,))
    return path


def test_old_checks_become_counts_and_the_chain_holds(checked: Path) -> None:
    assert [line for line in verify(checked).troubles if "hash" in line] == []
    assert fold_checks(checked, OLD).checks == 8
    assert rows(checked, "SELECT link_id, day, checks, first_at, last_at FROM folded_checks") == [
        (1, "2026-04-01", 4, "2026-04-01T00:00:00.000Z", "2026-04-01T03:00:00.000Z"),
        (1, "2026-04-02", 4, "2026-04-02T00:00:00.000Z", "2026-04-02T03:00:00.000Z"),
    ]
    assert [line for line in verify(checked).troubles if "hash" in line] == []
    assert fold_checks(checked, OLD).checks == 0
    assert fold_checks(checked, OLD + timedelta(days=9)).checks == 3  # the link's last answer stays
    assert [line for line in verify(checked).troubles if "hash" in line] == []
    with closing(sqlite3.connect(checked)) as connection, connection:
        connection.execute("DELETE FROM fetches WHERE status = 304")
    assert any("its hash was taken of" in line for line in verify(checked).troubles)


def test_what_does_not_agree_with_its_hash_is_not_folded(checked: Path) -> None:
    with closing(sqlite3.connect(checked)) as connection, connection:
        connection.execute(
            "UPDATE fetches SET requested_url = 'https://x.example/' WHERE id = (SELECT max(id) FROM fetches)"
        )
    made = fold_checks(checked, OLD + timedelta(days=9))
    assert made.checks == 8
    assert len(made.undone) == 1


def test_checks_are_removed_only_if_asked_for(checked: Path, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.type("compact").code == 0
    assert rows(checked, "SELECT count(*) FROM fetches WHERE status = 304") == [(12,)]
    told = desk.type("compact", "--drop-304-before", "2026-04-03", "--full")
    assert (told.code, "8 checks without news folded" in told.err) == (0, True), told.err
    assert rows(checked, "SELECT count(*) FROM fetches WHERE status = 304") == [(4,)]
    assert desk.type("compact", "--drop-304-before", "soon").code == 2
