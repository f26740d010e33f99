"""What an archive learns of its sites between runs, what it does with it, and what it records."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive import learning
from archive.extraction import extract
from archive.extraction.site import SiteMemory
from archive.ingest import ingest_page, run
from archive.learning import learn_sites
from archive.models import Dropped, Outcome, Page
from archive.reextraction import page_held, re_extract
from archive.store import saving
from archive.store.archive import Archive
from archive.store.sources import SourceRecord
from archive.store.writer import Writer
from archive.workers import InProcess, WorkerPool
from tests.pages import START, markup, page, story

HOUSE = "The Daily News has no owner but its readers, and is printed in Eastwater on every day but one."
TITLES = ("Bakery reopens", "Ferry sinks", "Mayor resigns", "Bridge closed", "School burns", "Tram derails")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return made(tmp_path / "morgue.db")


def made(path: Path) -> Path:
    with Archive.open(path, create=True) as archive:
        archive.sources.save(SourceRecord(None, "News", "https://news.example/"), START)
    return path


def story_of(number: int, *more: str, after: float = 0) -> Page:
    """A story about a thing of its own, with the house's paragraph in the midst of it."""
    lines = story(number)
    text = [*lines[:3], HOUSE, *lines[3:], *more]
    return page(f"https://news.example/{number}", markup(TITLES[number], text), number + after)


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(query).fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


def texts_with_house(path: Path) -> list[bool]:
    return [HOUSE in text for text in rows(path, "SELECT text FROM articles ORDER BY n")]


def take_in(path: Path, pages: Iterable[Page]) -> Counter[Outcome]:
    return run(pages, path, InProcess())


def test_run_reads_new_pages_with_what_earlier_runs_taught(path: Path) -> None:
    take_in(path, [story_of(0), story_of(1)])
    assert texts_with_house(path) == [True, True]
    take_in(path, [story_of(2)])
    assert texts_with_house(path) == [True, True, False]
    hashes = rows(path, "SELECT memory_hash FROM articles ORDER BY n")
    assert hashes[:2] == [None, None]
    assert rows(path, f"SELECT count(*) FROM site_memories WHERE hash = '{hashes[2]}'") == [1]
    assert rows(path, "SELECT memory_hash FROM revisions ORDER BY id") == hashes


def test_what_was_learned_since_does_not_look_like_an_edit(path: Path) -> None:
    take_in(path, [story_of(0), story_of(1)])
    assert take_in(path, [story_of(0, after=60), story_of(1, after=60)]) == Counter({Outcome.UNCHANGED: 2})
    assert take_in(path, [story_of(1, "It was edited.", after=120)]) == Counter({Outcome.REVISION: 1})
    assert rows(path, "SELECT text FROM articles ORDER BY n")[1].endswith("It was edited.")
    assert texts_with_house(path) == [True, True]


def test_reading_again_brings_articles_up_to_date_and_says_that_it_was_us(path: Path) -> None:
    take_in(path, [story_of(0), story_of(1), story_of(2)])
    assert re_extract(path, InProcess()) == Counter({Outcome.REVISION: 3})
    assert texts_with_house(path) == [False] * 3
    assert rows(path, "SELECT DISTINCT change, cause FROM revisions WHERE current") == [("edited", "extractor")]
    assert re_extract(path, InProcess()) == Counter({Outcome.UNCHANGED: 3})
    assert take_in(path, [story_of(0, after=60)]) == Counter({Outcome.UNCHANGED: 1})


def test_view_says_what_is_known_of_a_site(path: Path) -> None:
    take_in(path, [story_of(0), story_of(1), story_of(2)])
    (memory,) = rows(path, "SELECT hash FROM site_memories")
    assert rows(path, "SELECT source, memory_hash, text, topics, pages FROM site_lines") == [
        ("News", memory, HOUSE, 3, 3)
    ]


def test_snapshots_stay_as_they_were(path: Path) -> None:
    take_in(path, [story_of(0), story_of(1)])
    first = rows(path, "SELECT * FROM site_memories")
    take_in(path, [story_of(2), story_of(3)])
    both = rows(path, "SELECT * FROM site_memories")
    assert both[:1] == first
    assert len(both) == 2
    assert [SiteMemory(data).hash for data in rows(path, "SELECT data FROM site_memories")] == [row[2] for row in both]


def test_site_is_learned_anew_only_when_a_quarter_of_it_is_new(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "_NEWS", 0.5)
    take_in(path, [story_of(number) for number in range(4)])
    take_in(path, [story_of(4)])
    assert rows(path, "SELECT count(*) FROM site_memories") == [1]
    take_in(path, [story_of(5), story_of(4, "Edited.", after=60)])
    assert rows(path, "SELECT count(*) FROM site_memories") == [1]
    take_in(path, [story_of(0, "Edited.", after=60)])
    assert rows(path, "SELECT count(*) FROM site_memories") == [2]


def test_only_the_latest_articles_teach(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "TEACHING", 3)
    take_in(path, [story_of(number) for number in range(5)])
    assert rows(path, "SELECT fetch_id FROM site_pages ORDER BY fetch_id") == [3, 4, 5]
    assert rows(path, "SELECT data ->> 'pages', until_fetch_id FROM site_memories") == [(3, 5)]


def test_article_seen_again_teaches_once(path: Path) -> None:
    take_in(path, [story_of(0), story_of(0, "Edited.", after=60)])
    assert rows(path, "SELECT fetch_id FROM site_pages") == [2]


def test_pages_without_a_source_teach_nothing(path: Path) -> None:
    take_in(path, [page("https://nobody.example/1", markup("A story", story(1)))])
    assert rows(path, "SELECT count(*) FROM site_pages") == [0]
    assert rows(path, "SELECT count(*) FROM site_memories") == [0]


def test_one_page_taken_in_knows_its_site_too(path: Path) -> None:
    take_in(path, [story_of(0), story_of(1)])
    with Archive.open(path) as archive:
        ingest_page(archive, story_of(2))
    assert texts_with_house(path) == [True, True, False]


def test_unchanged_site_gives_the_snapshot_it_has(path: Path) -> None:
    take_in(path, [story_of(0), story_of(1)])
    writer = Writer(path)
    assert learn_sites(writer) == 0
    writer.close()


def test_stored_page_tells_what_was_dropped_because_its_site_repeats_it(path: Path) -> None:
    take_in(path, [story_of(0), story_of(1)])
    with Archive.open(path, readonly=True) as archive:
        found = extract(*page_held(archive, "https://news.example/0"))
        newest = archive.sites.newest(1)
    assert newest is not None
    assert (Dropped("site memory", HOUSE) in found.dropped, found.memory_hash) == (True, newest.hash)


def test_file_of_an_older_format_knows_nothing_of_sites(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP VIEW site_lines; DROP TABLE site_memories")
    with Archive.open(path, readonly=True) as archive:
        assert archive.sites.newest(1) is None


def test_pages_of_a_source_that_was_retired_are_read_again_with_what_is_known_of_it(path: Path) -> None:
    take_in(path, [story_of(0), story_of(1)])
    with Archive.open(path) as archive:
        archive.sources.retire_others([], START)
    assert re_extract(path, InProcess()) == Counter({Outcome.REVISION: 2})
    assert texts_with_house(path) == [False, False]


TABLES = {
    "articles": "id, text, title, memory_hash, fetch_id, text_hash",
    "revisions": "article_id, number, change, cause, memory_hash, text_hash",
    "site_pages": "article_id, fetch_id, traits",
    "site_memories": "source_id, hash, until_fetch_id, data",
    "site_blocks": "source_id, mark, text",
}


def test_two_workers_learn_what_one_learns(tmp_path: Path) -> None:
    told = []
    for workers in (1, 2):
        path, pool = made(tmp_path / f"{workers}.db"), WorkerPool(workers)
        run([story_of(number) for number in range(4)], path, pool)
        run([story_of(4), story_of(5), story_of(0, "Edited.", after=60)], path, pool)
        re_extract(path, pool)
        pool.close()
        told.append({table: rows(path, f"SELECT {columns} FROM {table}") for table, columns in TABLES.items()})
    assert told[0] == told[1]
    assert [HOUSE in text for _, text, *_ in told[0]["articles"]] == [False] * 6
