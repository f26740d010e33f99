"""The names that other people's programs import, and what they cost."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import archive
from archive import Archive, ArchiveMissing, NotHeld
from archive.errors import UsageError
from archive.export import FIELDS
from tests.filled import filled
from tests.pages import markup, page, story

NAMES = [
    "Archive",
    "ArchiveBusy",
    "ArchiveMissing",
    "ArchiveUnusable",
    "Article",
    "ExitCode",
    "Extraction",
    "NewsmorgueError",
    "NotHeld",
    "Page",
    "Verdict",
    "extract",
]


@pytest.fixture
def held(tmp_path: Path) -> Path:
    return filled(tmp_path / "held.db")


def imported_by(code: str) -> set[str]:
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(ran.stdout.split())


def test_the_public_names_are_frozen() -> None:
    assert archive.__all__ == NAMES
    assert len(NAMES) <= 12
    assert all(hasattr(archive, name) for name in NAMES)


def test_other_names_are_no_attributes() -> None:
    with pytest.raises(AttributeError, match="module 'archive' has no attribute 'Manager'"):
        _ = archive.Manager


def test_reading_an_archive_loads_neither_extractor_nor_crawler() -> None:
    modules = imported_by("from archive import Archive, Page, NewsmorgueError")
    assert not modules & {"trafilatura", "lxml.html", "pebble", "scrapy", "twisted", "aiohttp", "crawler"}


def test_the_archive_side_never_imports_the_network_side() -> None:
    modules = imported_by("import archive\nfor name in archive.__all__: getattr(archive, name)")
    assert not modules & {"scrapy", "twisted", "aiohttp", "crawler"}


def test_an_archive_is_a_collection_of_rows(held: Path) -> None:
    with Archive.open(held, readonly=True) as opened:
        rows = list(opened)
        assert [row["id"] for row in rows] == ["ferry1", "ferry2", "budget"]
        assert [tuple(row) for row in rows] == [FIELDS] * 3
        assert len(opened) == 3
        assert rows[0]["authors"] == ["Ann Ahlgren", "Bo Berg"]


def test_rows_can_be_narrowed_by_source_and_day(held: Path) -> None:
    with Archive.open(held, readonly=True) as opened:
        assert [row["id"] for row in opened.rows("hilltop")] == ["ferry2", "budget"]
        assert [row["id"] for row in opened.rows(until=date(2026, 2, 28))] == ["ferry1"]
        assert list(opened.rows("hilltop", until=date(2026, 2, 28))) == []


def test_an_article_is_had_by_id_and_url_now_and_as_it_was(held: Path) -> None:
    with Archive.open(held, readonly=True) as opened:
        assert opened.get("ferry1") == opened.get("https://lakeside.example/news/ferry")
        assert opened.get("ferry1", datetime(2026, 3, 1, 12, tzinfo=UTC))["title"] == "Ferry late"
        with pytest.raises(NotHeld, match="no article is held under nothing"):
            opened.get("nothing")


def test_an_archive_can_be_searched_and_asked(held: Path) -> None:
    with Archive.open(held, readonly=True) as opened:
        (hit,) = opened.search("ferry boats")
        assert (hit["id"], hit["snippet"][:9]) == ("ferry1", "The ferry")
        assert list(opened.search("(((")) == []
        assert opened.sql("SELECT id, word_count FROM latest WHERE id = 'budget'") == [
            {"id": "budget", "word_count": 1}
        ]
        with pytest.raises(UsageError, match="only questions are answered"):
            opened.sql("DELETE FROM articles")


def test_an_open_archive_is_true_also_when_empty(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "new.db", create=True) as opened:
        assert opened
        assert len(opened) == 0


def test_a_page_can_be_taken_in_and_is_there(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "new.db", create=True) as opened:
        url, body = "https://news.example/1", markup("A ferry is late", story(1))
        decided = opened.ingest(page(url, body))
        assert (decided.outcome, decided.verdict, decided.title) == ("new", "article", "A ferry is late")
        assert opened.ingest(page(url, body, after=60)).outcome == "unchanged"
        (row,) = opened
        assert row == opened.get(url)
        assert (row["id"], row["source"], row["title"]) == (decided.article_id, None, "A ferry is late")
        assert row["text"].split("\n\n") == story(1)


def test_a_missing_archive_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing):
        Archive.open(tmp_path / "no.db")
    assert list(tmp_path.iterdir()) == []
