import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path

import pytest

from archive.errors import ArchiveBusy, ArchiveMissing
from archive.store.archive import Archive
from archive.store.writer import Writer

HOLD_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "morgue.db"
    Archive.open(path, create=True).close()
    return path


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    writer = Writer(path)
    yield writer
    writer.close(patience=0)


@pytest.fixture
def other(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the write lock until it is told to end."""
    arguments = [sys.executable, "-c", HOLD_LOCK, str(path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def note(name: str, value: str = "") -> Callable[[Archive], str]:
    """A call that writes."""

    def write(archive: Archive) -> str:
        archive.db.conn.execute("INSERT INTO about VALUES (?, ?)", (name, value))
        return name

    return write


def noted(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name FROM about WHERE name LIKE 'note%' ORDER BY name").fetchall()
    connection.close()
    return [name for (name,) in rows]


def test_call_is_done_when_others_can_see_it(path: Path, writer: Writer) -> None:
    seen: list[list[str]] = []
    future = writer.call(note("note"))
    future.add_done_callback(lambda _: seen.append(noted(path)))
    assert future.result(10) == "note"
    writer.close()
    assert seen == [["note"]]


def test_failing_call_fails_alone(path: Path, writer: Writer) -> None:
    def half(archive: Archive) -> None:
        note("note 2")(archive)
        raise KeyError("half")

    gate = threading.Event()
    blocked = writer.call(lambda _: gate.wait(10))  # so that the three share a commit
    futures = [writer.call(call) for call in (note("note 1"), half, note("note 3"))]
    gate.set()
    assert blocked.result(10)
    assert [futures[0].result(10), repr(futures[1].exception(10)), futures[2].result(10)] == [
        "note 1",
        "KeyError('half')",
        "note 3",
    ]
    assert noted(path) == ["note 1", "note 3"]


def test_calls_run_in_the_order_they_were_made(writer: Writer) -> None:
    order: list[int] = []
    futures = [writer.call(lambda _, n=n: order.append(n)) for n in range(200)]
    for future in futures:
        future.result(10)
    assert order == list(range(200))


def test_queued_calls_share_a_commit(path: Path, writer: Writer) -> None:
    gate = threading.Event()
    writer.call(lambda _: gate.wait(10))
    seen: list[list[str]] = []
    futures = [writer.call(note(f"note {n}")) for n in range(3)]
    futures[0].add_done_callback(lambda _: seen.append(noted(path)))
    gate.set()
    futures[-1].result(10)
    writer.close()
    assert seen == [["note 0", "note 1", "note 2"]]


def test_locked_archive_is_waited_for(path: Path, writer: Writer, other: subprocess.Popen[str]) -> None:
    future = writer.call(note("note"))
    with pytest.raises(TimeoutError):
        future.result(1)
    other.communicate("go\n")
    assert future.result(10) == "note"
    assert noted(path) == ["note"]


def test_closing_does_what_is_queued(path: Path, writer: Writer) -> None:
    futures = [writer.call(note(f"note {n:03}")) for n in range(120)]
    writer.close()
    assert [future.result(0) for future in futures] == noted(path)
    with pytest.raises(ArchiveBusy):
        writer.call(note("note"))


def test_closing_gives_up_on_an_archive_that_stays_locked(writer: Writer, other: subprocess.Popen[str]) -> None:
    futures = [writer.call(note(f"note {n}")) for n in range(500)]
    writer.close(patience=0.1)
    assert {type(future.exception(0)) for future in futures} == {ArchiveBusy}
    assert other.poll() is None


def test_cancelled_call_is_not_made(path: Path, writer: Writer) -> None:
    gate = threading.Event()
    writer.call(lambda _: gate.wait(10))
    cancelled = writer.call(note("note 1"))
    assert cancelled.cancel()
    gate.set()
    assert writer.call(note("note 2")).result(10) == "note 2"
    with pytest.raises(CancelledError):
        cancelled.result(0)
    assert noted(path) == ["note 2"]


def test_callback_may_call_again(path: Path, writer: Writer) -> None:
    second: list[Future[str]] = []
    writer.call(note("note 1")).add_done_callback(lambda _: second.append(writer.call(note("note 2"))))
    writer.close()
    assert second[0].result(0) == "note 2"
    assert noted(path) == ["note 1", "note 2"]


def test_lost_transaction_fails_all_its_calls_and_the_next_succeeds(path: Path, writer: Writer) -> None:
    def lose(archive: Archive) -> None:
        archive.db.conn.execute("ROLLBACK")  # as SQLite does itself when the disk is full
        raise sqlite3.OperationalError("database or disk is full")

    gate = threading.Event()
    writer.call(lambda _: gate.wait(10))
    futures = [writer.call(call) for call in (note("note 1"), lose)]
    gate.set()
    assert [type(future.exception(10)) for future in futures] == [sqlite3.OperationalError] * 2
    assert writer.call(note("note 3")).result(10) == "note 3"
    assert noted(path) == ["note 3"]


def test_missing_archive_is_said_where_the_writer_is_made(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing):
        Writer(tmp_path / "none.db")


def test_queue_is_bounded(writer: Writer) -> None:
    gate = threading.Event()
    writer.call(lambda _: gate.wait(20))
    made: list[int] = []

    def fill() -> None:
        for n in range(1500):
            writer.call(lambda _: None)
            made.append(n)

    thread = threading.Thread(target=fill)
    thread.start()
    thread.join(1)
    assert 900 < len(made) < 1100
    gate.set()
    thread.join(10)
    assert len(made) == 1500
