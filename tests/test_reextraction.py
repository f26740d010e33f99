import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import archive.extraction
from archive.extraction import extract
from archive.extraction.site import Site
from archive.ingest import run
from archive.models import Article, Extraction, Outcome, Page, Verdict, VerdictKind
from archive.reextraction import re_extract
from archive.store.archive import Archive
from archive.workers import InProcess
from tests.pages import markup, page, story, story_page

Change = Callable[[Extraction], Extraction]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "morgue.db"
    Archive.open(path, create=True).close()
    later = page(story_page(1).url, markup("Story number 1", [*story(1), "Added."]), 500)
    run(
        [story_page(1), story_page(2), later, page("https://news.example/x", b"<html><body><img></body></html>")],
        path,
        InProcess(),
    )
    return path


@pytest.fixture
def extractor(monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], None]:
    """Makes tomorrow's extractor out of today's."""

    def improve(change: Change) -> None:
        def improved(page: Page, site: Site | None = None) -> Extraction:
            return replace(change(extract(page, site)), extractor_version="next")

        monkeypatch.setattr(archive.extraction, "extract", improved)

    return improve


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


VERSIONS = "SELECT number, change, cause, current, extractor_version FROM revisions ORDER BY article_id, number"


def test_reading_alike_changes_nothing_but_the_version_of_the_extractor(
    path: Path, extractor: Callable[[Change], None]
) -> None:
    before = rows(path, "SELECT text, title, revision_count, last_seen_at FROM articles")
    versions = Counter(row[:4] for row in rows(path, VERSIONS))
    extractor(lambda extraction: extraction)
    assert re_extract(path, InProcess()) == Counter({Outcome.UNCHANGED: 2, Outcome.REJECTED: 1})
    assert rows(path, "SELECT text, title, revision_count, last_seen_at FROM articles") == before
    assert Counter(row[:4] for row in rows(path, VERSIONS)) == versions
    assert rows(path, "SELECT DISTINCT extractor_version FROM articles") == [("next",)]


def test_better_text_is_a_revision_that_the_extractor_caused(path: Path, extractor: Callable[[Change], None]) -> None:
    def longer(extraction: Extraction) -> Extraction:
        return replace(extraction, article=replace(extraction.article, text=extraction.article.text + "\n\nA caption."))

    extractor(longer)
    assert re_extract(path, InProcess())[Outcome.REVISION] == 2
    assert all(text.endswith("A caption.") for (text,) in rows(path, "SELECT text FROM articles"))
    caused = rows(path, "SELECT change, current, fetch_id FROM revisions WHERE cause = 'extractor' ORDER BY fetch_id")
    assert caused == [("edited", 1, 2), ("edited", 1, 3)]
    assert re_extract(path, InProcess())[Outcome.REVISION] == 0


def test_same_bytes_fetched_again_and_read_otherwise_are_no_edit_of_the_publishers(
    path: Path, extractor: Callable[[Change], None]
) -> None:
    def longer(extraction: Extraction) -> Extraction:
        return replace(extraction, article=replace(extraction.article, text=extraction.article.text + "\n\nA caption."))

    extractor(longer)
    again = replace(story_page(2), fetched_at=story_page(2).fetched_at + timedelta(hours=1))
    edited = page(story_page(1).url, markup("Story number 1", [*story(1), "Added again."]), 5000)
    assert run([again, edited], path, InProcess()) == Counter({Outcome.REVISION: 2})
    causes = "SELECT cause FROM revisions WHERE current ORDER BY fetch_id"
    assert rows(path, causes) == [("extractor",), ("publisher",)]


def test_page_that_gave_no_article_may_give_one_now(path: Path, extractor: Callable[[Change], None]) -> None:
    def found(extraction: Extraction) -> Extraction:
        if extraction.verdict.kind.rank:
            return extraction
        return replace(
            extraction, verdict=Verdict(VerdictKind.ARTICLE), article=Article("Found", text="A story at last")
        )

    extractor(found)
    assert re_extract(path, InProcess()) == Counter({Outcome.UNCHANGED: 2, Outcome.NEW: 1})
    assert rows(path, "SELECT title, fetch_id FROM articles WHERE title = 'Found'") == [("Found", 4)]
    assert rows(path, "SELECT outcome FROM fetches WHERE id = 4") == [("new",)]


def test_text_is_never_lost_to_a_worse_reading(path: Path, extractor: Callable[[Change], None]) -> None:
    before = rows(path, "SELECT text, title, extractor_version, verdict FROM articles")
    extractor(lambda extraction: replace(extraction, verdict=Verdict(VerdictKind.INDEX), article=Article()))
    assert re_extract(path, InProcess()) == Counter({Outcome.UNCHANGED: 2, Outcome.REJECTED: 1})
    assert rows(path, "SELECT text, title, extractor_version, verdict FROM articles") == before
