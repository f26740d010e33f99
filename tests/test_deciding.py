"""People's word on stories: in force at once and in every later run, undone as if it had never been said."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive import regrouping
from archive.deciding import Decided, merge, split, undo_merge, undo_split
from archive.errors import NotHeld, UsageError
from archive.ingest import run
from archive.models import Page
from archive.rebuilding import rebuild
from archive.reextraction import re_extract
from archive.store.archive import Archive
from archive.workers import InProcess
from tests.pages import markup, page, story
from tests.test_rebuilding import assert_same, without_numbers

FERRY, SHIP, BOAT, COPY = (f"https://{paper}.example/ferry" for paper in ("lake", "hill", "bay", "coast"))
FAIR = "https://lake.example/fair"
TITLE = "Ferry to the islands cancelled in the storm"


def ferry(url: str, after: int, *more: str, paragraphs: int = 8, title: str = TITLE) -> Page:
    """The ferry's story in a paper; `more`: what only this paper has."""
    head = f'<meta property="article:published_time" content="2026-03-01T12:0{after % 10}:00Z">'
    return page(url, markup(title, [*story(1, paragraphs), *more], head), after)


def first_pages() -> list[Page]:
    return [
        ferry(FERRY, 1),
        ferry(SHIP, 2, *story(31, 1)),
        ferry(BOAT, 3, *story(32, 1)),
        ferry(COPY, 4),
        page(FAIR, markup("Fair opens on the meadow", story(2, 8)), 500),
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "morgue.db"
    Archive.open(path, create=True).close()
    run(first_pages(), path, InProcess())
    return path


def rows(path: Path, query: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, values).fetchall()


def stories(path: Path) -> set[frozenset[str]]:
    """The URLs of each story."""
    told: dict[str, set[str]] = {}
    for story_id, url in rows(path, "SELECT story_id, url FROM articles"):
        told.setdefault(story_id, set()).add(url)
    assert set(told) == {id_ for (id_,) in rows(path, "SELECT id FROM stories")}
    return {frozenset(urls) for urls in told.values()}


def parted(*groups: tuple[str, ...]) -> set[frozenset[str]]:
    return set(map(frozenset, groups))


def done(path: Path, work: Callable[[Archive], Any]) -> Any:
    with Archive.open(path) as archive:
        return work(archive)


def without_decisions(path: Path) -> dict[str, list[Any]]:
    tables = without_numbers(path)
    del tables["decisions"]
    return tables


def test_what_the_texts_say(path: Path) -> None:
    assert stories(path) == parted((FERRY, SHIP, BOAT, COPY), (FAIR,))


def test_an_article_leaves_its_story(path: Path) -> None:
    told: Decided = done(path, lambda archive: split(archive, SHIP, "another ship"))
    assert stories(path) == parted((FERRY, BOAT, COPY), (SHIP,), (FAIR,))
    assert (told.url, told.articles, told.before != told.story_id) == (SHIP, 1, True)
    assert rows(path, "SELECT duplicate_of, duplicate_kind FROM articles WHERE url = ?", SHIP) == [(None, None)]
    ids = dict(rows(path, "SELECT url, id FROM articles"))
    assert rows(path, "SELECT kind, subject, value, because, undone_at FROM decisions") == [
        ("split", ids[SHIP], f"{ids[FERRY]} {ids[BOAT]} {ids[COPY]}", "another ship", None)
    ]


def test_what_has_the_same_words_goes_along(path: Path) -> None:
    done(path, lambda archive: split(archive, FERRY, "another ship"))
    assert stories(path) == parted((FERRY, COPY), (SHIP, BOAT), (FAIR,))


def test_a_copy_word_for_word_can_leave_alone(path: Path) -> None:
    done(path, lambda archive: split(archive, COPY, "a test page"))
    assert stories(path) == parted((FERRY, SHIP, BOAT), (COPY,), (FAIR,))
    assert rows(path, "SELECT duplicate_of, duplicate_kind FROM articles WHERE url = ?", COPY) == [(None, None)]
    done(path, lambda archive: undo_split(archive, COPY))
    assert rows(path, "SELECT duplicate_kind FROM articles WHERE url = ?", COPY) == [("exact",)]


def test_stories_become_one(path: Path) -> None:
    told: list[Decided] = done(path, lambda archive: merge(archive, [SHIP, FAIR], "the fair was the reason"))
    assert stories(path) == parted((FERRY, SHIP, BOAT, COPY, FAIR))
    assert [(one.url, one.articles) for one in told] == [(SHIP, 5), (FAIR, 5)]
    assert rows(path, "SELECT duplicate_kind FROM articles WHERE url = ?", FAIR) == [("merged",)]


@pytest.mark.parametrize("url", [FERRY, SHIP, COPY])
def test_undoing_a_split_leaves_the_archive_as_if_nothing_had_been_said(path: Path, url: str) -> None:
    before = without_decisions(path)
    done(path, lambda archive: split(archive, url, "I looked"))
    assert without_decisions(path) != before
    done(path, lambda archive: undo_split(archive, url))
    assert without_decisions(path) == before
    assert rows(path, "SELECT kind, because, undone_at IS NOT NULL FROM decisions") == [("split", "I looked", 1)]


@pytest.mark.parametrize("url", [FERRY, SHIP, COPY])
def test_undoing_a_merge_leaves_the_archive_as_if_nothing_had_been_said(path: Path, url: str) -> None:
    before = without_decisions(path)
    done(path, lambda archive: merge(archive, [FAIR, url], "I looked"))
    assert without_decisions(path) != before
    done(path, lambda archive: undo_merge(archive, url))
    assert without_decisions(path) == before


def crawled_again(path: Path) -> None:
    again = [ferry(SHIP, 600, *story(31, 1), *story(33, 1)), ferry(FERRY, 601, *story(34, 1))]
    run([*again, ferry("https://new.example/ferry", 602, *story(35, 1))], path, InProcess())


def read_again(path: Path) -> None:
    re_extract(path, InProcess())


@pytest.mark.parametrize("later", [crawled_again, read_again])
def test_later_runs_respect_what_was_said(path: Path, later: Callable[[Path], None]) -> None:
    done(path, lambda archive: split(archive, SHIP, "another ship"))
    done(path, lambda archive: merge(archive, [FAIR, BOAT], "the fair was the reason"))
    later(path)
    found = {rows(path, "SELECT story_id FROM articles WHERE url = ?", url)[0] for url in (FERRY, BOAT, FAIR)}
    assert len(found) == 1
    assert rows(path, "SELECT story_id FROM articles WHERE url = ?", SHIP)[0] not in found


@pytest.mark.parametrize("url", [FERRY, SHIP, COPY])
def test_a_split_holds_in_a_rebuild_from_the_beginning(path: Path, tmp_path: Path, url: str) -> None:
    done(path, lambda archive: split(archive, url, "I looked"))
    rebuild(path, tmp_path / "new.db", InProcess())
    assert_same(path, tmp_path / "new.db", without_numbers)


@pytest.mark.parametrize("url", [FERRY, SHIP, COPY])
def test_a_merge_holds_in_a_rebuild_from_the_beginning(path: Path, tmp_path: Path, url: str) -> None:
    done(path, lambda archive: merge(archive, [url, FAIR], "I looked"))
    rebuild(path, tmp_path / "new.db", InProcess())
    assert_same(path, tmp_path / "new.db", without_numbers)


def test_who_speaks_last_is_right(path: Path) -> None:
    done(path, lambda archive: split(archive, SHIP, "another ship"))
    done(path, lambda archive: merge(archive, [SHIP, BOAT], "the same after all"))
    assert stories(path) == parted((FERRY, SHIP, BOAT, COPY), (FAIR,))
    done(path, lambda archive: merge(archive, [FAIR, BOAT], "the fair was the reason"))
    done(path, lambda archive: split(archive, FAIR, "no, it was not"))
    assert stories(path) == parted((FERRY, SHIP, BOAT, COPY), (FAIR,))
    done(path, lambda archive: undo_split(archive, FAIR))
    assert stories(path) == parted((FERRY, SHIP, BOAT, COPY, FAIR))


def test_in_a_large_story_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regrouping, "_MOST_PLACED", 2)
    done(path, lambda archive: split(archive, SHIP, "another ship"))
    done(path, lambda archive: merge(archive, [FAIR, BOAT], "the fair was the reason"))
    crawled_again(path)
    found = {rows(path, "SELECT story_id FROM articles WHERE url = ?", url)[0] for url in (FERRY, BOAT, FAIR)}
    assert len(found) == 1
    assert rows(path, "SELECT story_id FROM articles WHERE url = ?", SHIP)[0] not in found


def test_what_makes_no_sense_is_refused_and_changes_nothing(path: Path) -> None:
    before = without_numbers(path)
    refused: list[tuple[Callable[[Archive], Any], type[Exception], str]] = [
        (lambda archive: split(archive, FAIR, "x"), UsageError, "is a story by itself already"),
        (lambda archive: merge(archive, [FERRY, COPY], "x"), UsageError, "these are one story already"),
        (lambda archive: undo_split(archive, FERRY), UsageError, "nobody has split"),
        (lambda archive: undo_merge(archive, FERRY), UsageError, "nobody has merged"),
        (lambda archive: split(archive, "https://a.example/", "x"), NotHeld, "no article is held under https://a"),
    ]
    for work, error, says in refused:
        with pytest.raises(error, match=says):
            done(path, work)
    assert without_numbers(path) == before
