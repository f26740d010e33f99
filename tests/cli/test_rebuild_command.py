from pathlib import Path

import pytest

from archive import Archive
from archive.ingest import run as take_in
from archive.store.lock import ArchiveLock
from archive.workers import InProcess
from tests.cli.conftest import Morgue
from tests.pages import markup, page, story, story_page


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "morgue.db"
    Archive.open(path, create=True).close()
    copy = page("https://other.example/agency", markup("Another title", story(1)), 10)
    take_in([story_page(1), story_page(2), copy], path, InProcess())
    monkeypatch.setenv("MORGUE_ARCHIVE", str(path))
    monkeypatch.chdir(tmp_path)
    return path


def test_building_again_says_what_came_of_it(morgue: Morgue, tmp_path: Path) -> None:
    ran = morgue("rebuild", "new.db", "--workers", "1")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "new.db: 3 pages: 3 new; 3 articles (in the archive: 3), 2 stories (in the archive: 2)\n"
    with Archive.open(tmp_path / "new.db", readonly=True) as archive:
        assert len(archive) == 3


def test_nothing_is_said_that_was_not_asked_for(morgue: Morgue) -> None:
    ran = morgue("rebuild", "new.db", "-q", "--workers", "1")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("rebuild",), 2, "missing argument 'NEW.db'"),
        (("rebuild", "morgue.db"), 2, "morgue.db is there already; an archive is built again into a new file"),
        (("rebuild", "nowhere/new.db"), 2, "there is no folder "),
        (("rebuild", "new.db", "--archive", "none.db"), 2, "no archive at "),
    ],
)
def test_what_makes_no_sense_is_said_in_a_line(morgue: Morgue, words: tuple[str, ...], code: int, says: str) -> None:
    ran = morgue(*words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert ran.err.lower().startswith(f"morgue: {says.lower()}")


def test_two_do_not_build_the_same(morgue: Morgue, tmp_path: Path) -> None:
    with ArchiveLock(tmp_path / "new.db"):
        ran = morgue("rebuild", "new.db")
    assert (ran.code, "is held by pid" in ran.err) == (4, True)
