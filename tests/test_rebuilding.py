"""An archive built again from what it has received is the archive, whoever reads its pages, and in whatever time."""

import gzip
import os
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from archive.errors import ArchiveUnusable, UsageError
from archive.ingest import run
from archive.judging import judge
from archive.models import Outcome, Page, VerdictKind
from archive.rebuilding import rebuild, unfinished
from archive.store.archive import Archive
from archive.store.connection import APPLICATION_ID
from archive.store.fetches import FetchContext
from archive.store.migrations import statements
from archive.store.sources import SourceRecord
from archive.workers import InProcess, WorkerPool, WorkersLost
from tests.conftest import Demo
from tests.pages import START, markup, page, story

OURS = {  # what differs by nature: when we read a page, and the file's own identity
    "articles": {"extracted_at"},
    "about": None,
    "_sqlite_migrations": None,
    "file_sizes": None,
}
HOUSE = "The Daily News has no owner but its readers, and is printed in Eastwater on every day but one."


NUMBERS = {"articles": {"n"}, "revisions": {"id"}, "events": {"id"}}  # of rows; no identity of anything


def dump(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every table, every value, in order of row."""
    held = {}
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (table,) in tables:
            ours = OURS.get(table, set())
            if ours is None or table.startswith("articles_fts_"):  # the index's own shape depends on its commits
                continue
            cursor = connection.execute(f"SELECT * FROM {table}")
            names = [name for name, *_ in cursor.description]
            held[table] = [
                {name: value for name, value in zip(names, row, strict=True) if name not in ours} for row in cursor
            ]
        connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
    return held


def without_numbers(path: Path) -> dict[str, list[Any]]:
    """The same, but with nothing that says in which order rows were written."""
    tables = dump(path)
    names = {row["n"]: row["id"] for row in tables["articles"]}
    for row in tables["fingerprints"]:
        row["n"] = names[row["n"]]
        del row["waiting"]
    for index in ("fingerprint_postings", "fingerprint_levels"):  # made of those rows, by number
        del tables[index]
    for table, numbers in NUMBERS.items():
        tables[table] = [{name: row[name] for name in row if name not in numbers} for row in tables[table]]
    return {table: sorted(rows, key=repr) for table, rows in tables.items()}


def assert_same(one: Path, other: Path, dump: Callable[[Path], Any] = dump) -> None:
    here, there = dump(one), dump(other)
    assert here.keys() == there.keys()
    for table, rows in here.items():
        assert there[table] == rows, table


class Dawdling:
    """An executor whose tasks take a random time, so that pages come back in any order."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        future: Future[Any] = Future()

        def settle() -> None:
            done = InProcess().submit(function, *args)
            if (error := done.exception()) is not None:
                future.set_exception(error)
            else:
                future.set_result(done.result())

        threading.Timer(self._chance.random() * 0.05, settle).start()
        return future


def written(number: int, *more: str, paper: str = "news", after: float = 0) -> Page:
    lines = story(number)
    text = [*lines[:3], HOUSE, *lines[3:], *more]
    return page(f"https://{paper}.example/{number}", markup(f"Story number {number}", text), number + after)


def first_run() -> list[Page]:
    """Stories of two papers, copies of each other's and of an agency's, lists, and what is asked for twice."""
    pages = [written(number, paper=("news", "post")[number % 2]) for number in range(10)]
    pages += [
        page(f"https://wire.example/{n}", markup(f"Copy {n}", [*story(n)[:3], HOUSE, *story(n)[3:]]), 50 + n)
        for n in range(3)
    ]
    pages += [page(f"https://wire.example/short{n}", markup(f"Short {n}", story(n, 4)), 60 + n) for n in range(3)]
    coded = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    pages.append(replace(written(50, after=60), body=gzip.compress(written(50).body), headers=coded))
    pages.append(page("https://news.example/broken", gzip.compress(os.urandom(99))[:50], 95, headers=coded))
    pages.append(page("https://news.example/list", b"<html><body><h1>News</h1></body></html>", 70))
    pages.append(page("https://news.example/0", b"<html><body>Not found</body></html>", 80, status=404))
    return pages


def second_run() -> list[Page]:
    """Edits, reverts, moved pages, aliases, pages cut short; what the first run taught is known by now."""
    pages = [
        written(n, "Added in the evening of that day.", paper=("news", "post")[n % 2], after=4000) for n in range(4)
    ]
    pages += [written(n, paper=("news", "post")[n % 2], after=8000) for n in range(2)]
    pages += [
        replace(written(n, paper="news", after=9000), requested_url=f"https://news.example/{n}?utm_source=x")
        for n in (2, 4)
    ]
    pages += [written(n, paper=("news", "post")[n % 2], after=9500) for n in range(20, 26)]
    pages += [written(n, paper=("news", "post")[n % 2], after=9600) for n in range(20, 22)]
    pages.append(replace(pages[0], body=pages[0].body[:9000], truncated=True, fetched_at=START + timedelta(hours=9)))
    return pages


def taken_in(path: Path) -> Path:
    with Archive.open(path, create=True) as archive:
        for paper in ("news", "post"):
            rules = {"rules": {"title": ["h1"]}} if paper == "post" else {}
            archive.sources.save(SourceRecord(None, paper, f"https://{paper}.example/", config=rules), START)
    run(first_run(), path, InProcess())
    run(second_run(), path, InProcess())
    return path


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return taken_in(tmp_path_factory.mktemp("original") / "morgue.db")


@pytest.fixture(scope="module")
def pool() -> Any:
    pool = WorkerPool(2)
    yield pool
    pool.close()


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_the_archive_has_something_of_everything(original: Path) -> None:
    outcomes = {outcome for (outcome,) in rows(original, "SELECT DISTINCT outcome FROM fetches")}
    assert outcomes == {"new", "revision", "unchanged", "duplicate", "rejected"}
    for table in ("relations", "events", "site_memories", "site_rules", "revisions", "stories"):
        assert rows(original, f"SELECT count(*) FROM {table}") > [(0,)], table
    assert rows(original, "SELECT count(DISTINCT memory_hash) FROM fetches") > [(2,)]


def test_built_again_it_is_the_same(original: Path, tmp_path: Path) -> None:
    before = original.read_bytes()
    rebuilt = rebuild(original, tmp_path / "new.db", InProcess())
    assert rebuilt.articles == rebuilt.articles_then
    assert original.read_bytes() == before
    assert_same(original, tmp_path / "new.db")
    assert rows(
        tmp_path / "new.db", "SELECT name FROM about WHERE name LIKE 'unfinished%' OR name = 'rebuilt_from'"
    ) == [("rebuilt_from",)]
    assert not unfinished(tmp_path / "new.db").exists()


def test_workers_that_dawdle_make_no_difference(original: Path, tmp_path: Path) -> None:
    rebuild(original, tmp_path / "new.db", Dawdling(1))
    assert_same(original, tmp_path / "new.db")


def test_two_workers_make_no_difference(original: Path, tmp_path: Path, pool: WorkerPool) -> None:
    rebuild(original, tmp_path / "new.db", pool)
    assert_same(original, tmp_path / "new.db")


def test_a_crawl_built_again_is_the_same(demo: Demo, tmp_path: Path) -> None:
    rebuild(demo.archive, tmp_path / "new.db", InProcess())
    assert_same(demo.archive, tmp_path / "new.db")


def test_a_page_that_awaits_its_decision_is_decided(original: Path, tmp_path: Path) -> None:
    shutil.copy(original, tmp_path / "old.db")
    late = written(60, after=10_000)
    with Archive.open(tmp_path / "old.db") as archive, archive.transaction():
        coded = replace(late, body=gzip.compress(late.body), headers=(("Content-Encoding", "gzip"),))
        archive.fetches.receive(coded, FetchContext(None, 1, None))
    rebuilt = rebuild(tmp_path / "old.db", tmp_path / "new.db", InProcess())
    assert (rebuilt.articles, rebuilt.articles_then) == (rebuilt.articles_then + 1, rebuilt.articles_then)
    assert rows(tmp_path / "new.db", f"SELECT count(*) FROM articles WHERE url = '{late.url}'") == [(1,)]
    assert rows(tmp_path / "new.db", "SELECT count(*) FROM inbox") == [(0,)]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://news.example/list", "article"),
        ("https://news.example/2", "consent"),
        ("https://post.example/1", "teaser"),
    ],
)
def test_what_people_decided_holds_from_the_beginning(original: Path, tmp_path: Path, url: str, kind: str) -> None:
    shutil.copy(original, tmp_path / "old.db")
    with Archive.open(tmp_path / "old.db") as archive:
        judge(archive, InProcess(), url, VerdictKind(kind), "I looked")
    rebuild(tmp_path / "old.db", tmp_path / "new.db", InProcess())
    assert_same(tmp_path / "old.db", tmp_path / "new.db", without_numbers)


class Ending:
    """An executor that ends the run after some pages, as a kill would."""

    def __init__(self, pages: int) -> None:
        self._left = pages

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        self._left -= 1
        if self._left < 0:
            raise WorkersLost("the power is off")
        return InProcess().submit(function, *args)


def test_what_was_interrupted_goes_on(original: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    for _ in range(2):
        with pytest.raises(WorkersLost):
            rebuild(original, new, Ending(12))
        assert not new.exists()
        ((says,),) = rows(unfinished(new), "SELECT value FROM about WHERE name = 'unfinished'")
        assert "has not all of its pages yet" in says
    rebuilt = rebuild(original, new, InProcess())
    assert (rebuilt.before > 0, rebuilt.began_again) == (True, False)
    assert rebuilt.before + rebuilt.outcomes.total() == rows(original, "SELECT count(*) FROM fetches")[0][0]
    assert_same(original, new)


def test_what_was_interrupted_begins_again_if_the_archive_has_changed(original: Path, tmp_path: Path) -> None:
    shutil.copy(original, tmp_path / "old.db")
    with pytest.raises(WorkersLost):
        rebuild(tmp_path / "old.db", tmp_path / "new.db", Ending(12))
    with Archive.open(tmp_path / "old.db") as archive:
        judge(archive, InProcess(), "https://news.example/2", VerdictKind.CONSENT, "I looked")
    rebuilt = rebuild(tmp_path / "old.db", tmp_path / "new.db", InProcess())
    assert (rebuilt.before, rebuilt.began_again) == (0, True)
    assert_same(tmp_path / "old.db", tmp_path / "new.db", without_numbers)


def test_a_file_that_is_there_stays(original: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    new.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        rebuild(original, new, InProcess())
    new.rename(unfinished(new))
    with pytest.raises(ArchiveUnusable):
        rebuild(original, new, InProcess())
    assert unfinished(new).read_text() == "mine"
    unfinished(new).unlink()
    shutil.copy(original, unfinished(new))
    with pytest.raises(UsageError, match="no archive that was being built"):
        rebuild(original, new, InProcess())


def test_a_page_whose_bytes_are_lost_is_told_of(original: Path, tmp_path: Path) -> None:
    shutil.copy(original, tmp_path / "old.db")
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection, connection:
        (sha256,) = connection.execute("SELECT sha256 FROM bodies ORDER BY id DESC LIMIT 1").fetchone()
        connection.execute("DELETE FROM bodies WHERE sha256 = ?", (sha256,))
    rebuilt = rebuild(tmp_path / "old.db", tmp_path / "new.db", InProcess())
    assert rebuilt.outcomes[Outcome.FAILED] == 1
    assert rows(tmp_path / "new.db", "SELECT reason FROM fetches WHERE outcome = 'failed'") == [
        (f"no body with the sha256 {sha256} is in the archive",)
    ]


def in_format_4(path: Path, new: Path) -> Path:
    """What an archive holds, in a file as an older program would have made it."""
    with closing(sqlite3.connect(new)) as connection, connection:
        for name in ("schema", "schema_2", "schema_3", "schema_4"):
            for statement in statements(files("archive.store").joinpath(f"{name}.sql").read_text(encoding="utf-8")):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 4")
        connection.execute("ATTACH ? AS newer", (str(path),))
        for (table,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            if not table.startswith("articles_fts"):
                columns = ", ".join(f'"{row[1]}"' for row in connection.execute(f"PRAGMA main.table_info({table})"))
                connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}")
    return new


def without_what_was_written_down(path: Path) -> dict[str, list[Any]]:
    tables = dump(path)
    for row in tables["fetches"]:
        del row["memory_hash"], row["rules_hash"]
    return tables


def test_an_archive_of_an_older_format_is_built_again_in_todays(original: Path, tmp_path: Path) -> None:
    old = in_format_4(original, tmp_path / "old.db")
    rebuild(old, tmp_path / "new.db", InProcess())
    assert rows(old, "PRAGMA user_version") == [(4,)]
    assert_same(original, tmp_path / "new.db", without_what_was_written_down)
