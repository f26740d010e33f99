"""Takedown: what is forgotten is nowhere in the file, whenever the program ends under it, and does not come back."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import ArchiveBusy, NotHeld, UsageError
from archive.forgetting import STEPS, allow_again, forget, resume
from archive.ingest import ingest_page, run
from archive.models import Outcome, Page
from archive.rebuilding import rebuild
from archive.store import scrubbing
from archive.store.archive import Archive
from archive.store.notes import save_notes
from archive.workers import InProcess
from tests.pages import START, markup, page, story

SECRET = "Ottilie Quarrelbrook of Vennhollow Lane owes the harbour ninety-one crowns."
WORDS = ("Quarrelbrook", "Vennhollow")
FORGOTTEN = "https://news.example/people/debts-of-a-neighbour"
TITLE = "Debts of a neighbour in Vennhollow"


def secret_page(after: float = 0, added: str = "", url: str = FORGOTTEN) -> Page:
    return page(url, markup(TITLE, [SECRET, *story(50), *([added] if added else [])]), after)


def pages() -> list[Page]:
    """The page to be forgotten is the first of its host, so all others are packed against it; it comes thrice."""
    others = [page(f"https://news.example/town/story-{n}", markup(f"Story {n}", story(n)), 10 + n) for n in range(12)]
    syndicated = page("https://other.example/a", markup("Another headline", story(50)), 40)
    later = secret_page(60, f"Later {WORDS[0]} paid.")
    wall = page(FORGOTTEN, b"<html><title>Gone</title><p>Not here any more, said Vennhollow.", 70, status=404)
    return [secret_page(), *others, syndicated, later, wall]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forgetting") / "morgue.db"
    Archive.open(path, create=True).close()
    run(pages(), path, InProcess())
    with Archive.open(path) as archive:
        archive.db.conn.execute("INSERT INTO diary (subject, text, noted_at) VALUES (?, ?, '')", (FORGOTTEN, SECRET))
        save_notes(archive.db, {FORGOTTEN: {"editor": "Quarrelbrook"}, "https://news.example/x": {"a": "b"}}, START)
    return path


@pytest.fixture
def path(filled: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "morgue.db"
    with closing(sqlite3.connect(filled)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def rows(path: Path, query: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, values).fetchall()


def places(path: Path) -> list[str]:
    """Where in the file, or beside it, or in what its bodies hold, one of the words stands."""
    found = []
    for file in (path, Path(f"{path}-wal")):
        data = file.read_bytes().lower() if file.exists() else b""
        found += [f"{word} in {file.name}" for word in WORDS if word.lower().encode() in data]
    with Archive.open(path, readonly=True) as archive:
        for (sha256,) in archive.db.conn.execute("SELECT sha256 FROM bodies").fetchall():
            found += [f"{word} in {sha256}" for word in WORDS if word.encode() in archive.bodies.get(sha256)]
        index = archive.db.conn.execute("SELECT block FROM articles_fts_data").fetchall()
        found += [f"{word} in the index" for word in WORDS for (block,) in index if word.lower().encode() in block]
    return found


def assert_sound(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")


def test_what_is_forgotten_is_nowhere_in_the_file(path: Path) -> None:
    assert len(places(path)) > 3  # the test sees it while it is there
    bodies = {sha256 for (sha256,) in rows(path, "SELECT sha256 FROM bodies")}
    forgotten = forget(path, FORGOTTEN, "a court has ordered it")
    assert places(path) == []
    assert_sound(path)
    assert forgotten.alike == ("https://other.example/a",)
    gone = bodies - {sha256 for (sha256,) in rows(path, "SELECT sha256 FROM bodies")}
    assert gone == set(forgotten.tombstone.sha256)
    assert len(gone) == 3
    [(url, because, step)] = rows(path, "SELECT url, because, next_step FROM forgotten")
    assert (url, because, step) == (FORGOTTEN, "a court has ordered it", None)
    assert rows(path, "SELECT kind, subject, because FROM decisions") == [("forget", FORGOTTEN, because)]
    assert rows(path, "SELECT url FROM notes") == [("https://news.example/x",)]
    assert rows(path, "SELECT count(*) FROM articles")[0][0] == 13


def test_other_pages_are_read_as_before(path: Path) -> None:
    with Archive.open(path) as archive:
        before = {row[0]: archive.bodies.get(row[0]) for row in rows(path, "SELECT sha256 FROM bodies")}
    taken = forget(path, FORGOTTEN, "asked to").tombstone.sha256
    packed_against = rows(path, "SELECT DISTINCT dictionary FROM bodies WHERE dictionary IS NOT NULL")
    assert len(packed_against) == 1  # one of the others has taken its place, and the archive has not grown
    assert packed_against[0][0] not in taken
    assert rows(path, "SELECT sha256 FROM reference_bodies WHERE host = 'news.example'") == packed_against
    with Archive.open(path) as archive:
        for sha256 in before.keys() - set(taken):
            assert archive.bodies.get(sha256) == before[sha256]


def test_the_story_goes_on_without_it(path: Path) -> None:
    [(lead,)] = rows(
        path,
        "SELECT lead_article_id FROM articles JOIN stories AS s ON s.id = story_id WHERE url LIKE '%other%'",
    )
    forgotten = forget(path, FORGOTTEN, "asked to")
    assert lead == forgotten.tombstone.article_id
    [(article, led_by, copy_of)] = rows(
        path,
        "SELECT a.id, lead_article_id, duplicate_of FROM articles AS a JOIN stories AS s ON s.id = story_id "
        "WHERE url LIKE '%other%'",
    )
    assert (led_by, copy_of) == (article, None)
    assert rows(path, "SELECT count(*) FROM stories WHERE id NOT IN (SELECT story_id FROM articles)") == [(0,)]


def test_it_does_not_come_back(path: Path) -> None:
    forget(path, FORGOTTEN, "asked to")
    held: list[str] = []
    again = secret_page(500)
    at_another_address = page(
        "https://news.example/amp/debts",
        markup(TITLE, [SECRET, *story(50)], f'<link rel="canonical" href="{FORGOTTEN}">'),
        600,
    )
    counted = run([again], path, InProcess(), on_forgotten=lambda of: held.append(of.url))
    assert (held, counted) == ([FORGOTTEN], {})
    with Archive.open(path) as archive:
        assert ingest_page(archive, secret_page(700)).reason == "forgotten"
        assert ingest_page(archive, secret_page(700, url=f"{FORGOTTEN}?utm_source=feed")).reason == "forgotten"
    assert places(path) == []
    with Archive.open(path) as archive:  # that it is the same page shows only when it was read
        assert ingest_page(archive, at_another_address).outcome is Outcome.REJECTED
    assert rows(path, "SELECT count(*) FROM articles")[0][0] == 13
    assert rows(path, "SELECT count(*) FROM inbox") == [(0,)]


def test_a_rebuilt_archive_has_not_heard_of_it_either(path: Path, tmp_path: Path) -> None:
    forget(path, FORGOTTEN, "asked to")
    rebuild(path, tmp_path / "new.db", InProcess())
    assert places(tmp_path / "new.db") == []
    both = [rows(of, "SELECT url, text FROM articles ORDER BY url") for of in (path, tmp_path / "new.db")]
    assert both[0] == both[1]
    with Archive.open(tmp_path / "new.db") as archive:
        assert archive.forgotten.among([FORGOTTEN]) == [FORGOTTEN]


def test_undoing_allows_it_again_and_brings_nothing_back(path: Path) -> None:
    forget(path, FORGOTTEN, "asked to")
    with Archive.open(path) as archive:
        allow_again(archive, FORGOTTEN)
        assert rows(path, "SELECT count(*) FROM articles") == [(13,)]
        with pytest.raises(UsageError, match="was not forgotten"):
            allow_again(archive, FORGOTTEN)
        assert ingest_page(archive, secret_page(900)).outcome is Outcome.NEW
    forget(path, FORGOTTEN, "and once more")
    assert places(path) == []


def test_bytes_that_another_page_has_stay_and_are_named(path: Path) -> None:
    same = page("https://news.example/elsewhere/the-same", secret_page().body, 800)
    run([same], path, InProcess())
    forgotten = forget(path, FORGOTTEN, "asked to")
    assert same.url in forgotten.alike
    [kept] = forgotten.tombstone.kept
    assert kept not in forgotten.tombstone.sha256
    with Archive.open(path) as archive:
        assert archive.bodies.get(kept) == same.body


def test_nothing_is_forgotten_that_is_not_there(path: Path) -> None:
    with pytest.raises(NotHeld, match="so there is nothing to forget"):
        forget(path, "https://news.example/never", "asked to")
    assert rows(path, "SELECT count(*) FROM decisions") == [(0,)]
    first = forget(path, FORGOTTEN, "asked to")
    again = forget(path, FORGOTTEN, "asked to again")
    assert (first.before, again.before, again.tombstone.because) == (False, True, "asked to")


def test_what_somebody_is_reading_is_overwritten_by_a_later_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbing, "_TRIES", 2)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()  # the WAL must keep what it may read
        with pytest.raises(ArchiveBusy, match="being read by another program"):
            forget(path, FORGOTTEN, "asked to")
    assert resume(path) == 1
    assert places(path) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from archive import forgetting
from archive.store import forgetting as steps
step, half = sys.argv[2], sys.argv[3] == "half"
def end():
    os.kill(os.getpid(), signal.SIGKILL)
def told(begins):
    if begins == step and not half:
        end()
if half:  # within the step: after a transaction of its work, or in the middle of overwriting
    if step == "space":
        from archive.store import scrubbing
        real, seen = scrubbing._File._zero, []
        def zero(self, begin, until):
            real(self, begin, until)
            seen.append(1)
            if len(seen) > 20:
                end()
        scrubbing._File._zero = zero
    else:
        real_step = steps.next_step
        def next_step(archive, tombstone, following):
            if following != step and forgetting.STEPS.index(step) + 1 == (
                forgetting.STEPS.index(following) if following else len(forgetting.STEPS)
            ):
                end()
            real_step(archive, tombstone, following)
        steps.next_step = next_step
forgetting.forget(Path(sys.argv[1]), sys.argv[4], "asked to", told=told)
"""


@pytest.mark.parametrize("half", ["begun", "half"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_it_is_gone_on_with(path: Path, step: str, half: str) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path), step, half, FORGOTTEN], timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL
    with Archive.open(path, readonly=True) as archive:
        assert archive.forgotten.among([FORGOTTEN]) == [FORGOTTEN]  # from the first moment on
        assert archive.forgotten.all()[0].next_step == step
    assert resume(path) == 1
    assert places(path) == []
    assert_sound(path)
    assert resume(path) == 0
