"""The views of stories, on an archive whose every row is known."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.store.archive import Archive
from archive.store.sources import SourceRecord
from tests.filled import THEN, article, insert

DAY = "2026-03-01T"


def at(clock: str) -> str:
    return f"{DAY}{clock}.000Z"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A story in three papers and on a host that is no source, one paper having it twice, and a story by itself."""
    with Archive.open(tmp_path / "morgue.db", create=True) as archive:
        archive.db.conn.execute("BEGIN")
        lake, hill, bay = (
            archive.sources.save(SourceRecord(None, name, f"https://{name}.example/"), THEN)
            for name in ("lakeside", "hilltop", "bayside")
        )
        db = archive.db.conn
        _crawl(db)
        told(db, "ferry", lake, "https://lakeside.example/ferry", "09:00:00", "08:00:00", title="Ferry late")
        told(db, "wire", hill, "https://hilltop.example/wire", "10:00:00", "07:30:00", of="ferry", kind="syndicated")
        told(db, "again", hill, "https://hilltop.example/again", "11:00:00", "08:30:00", of="ferry", kind="exact")
        told(db, "short", bay, "https://bayside.example/short", "12:00:00", None, of="wire", kind="truncated")
        told(db, "loose", None, "https://loose.example:8080/x?y=/", "13:00:00", "12:59:00", of="ferry", kind="exact")
        told(db, "alone", bay, "https://bayside.example/alone", "08:00:00", None)
        db.execute("UPDATE articles SET published_on = '2026-02-28' WHERE id = 'wire'")
        yield db


def _crawl(db: sqlite3.Connection) -> None:
    insert(db, "crawls", {"started_at": at("07:00:00"), "command": "morgue crawl", "versions": "{}"})


def told(
    db: sqlite3.Connection,
    name: str,
    source: int | None,
    url: str,
    seen: str,
    published: str | None,
    *,
    title: str = "The ferry is late",
    of: str | None = None,
    kind: str | None = None,
) -> None:
    """One article; `of` and `kind`: its relation. The first of a story leads it."""
    story = "s-alone" if name == "alone" else "s-ferry"
    fields: dict[str, Any] = {"duplicate_of": "ferry", "duplicate_kind": kind} if of else {}
    if published:
        fields |= {"published_at": at(published), "published_on": DAY[:10]}
    times = dict.fromkeys(("first_seen_at", "last_seen_at", "fetched_at"), at(seen))
    article(db, name, source, url, title=title, text=name, story_id=story, **times, **fields)
    if of is None:
        insert(db, "stories", {"id": story, "lead_article_id": name, "created_at": at(seen)})
    else:
        scores = '{"containment": 0.9, "jaccard": 0.5}'
        insert(db, "relations", {"a": name, "b": of, "kind": kind, "scores": scores, "decided_at": at(seen)})


def rows(db: sqlite3.Connection, query: str) -> list[Any]:
    return db.execute(query).fetchall()


def test_a_story_is_one_row_with_both_firsts(db: sqlite3.Connection) -> None:
    assert rows(db, "SELECT * FROM story_overview ORDER BY articles DESC") == [
        (
            "s-ferry",
            "Ferry late",
            "https://lakeside.example/ferry",
            "lakeside",
            "ferry",
            5,
            4,
            at("07:30:00"),
            "hilltop",
            "https://hilltop.example/wire",
            at("09:00:00"),
            "lakeside",
            "https://lakeside.example/ferry",
            5400,
        ),
        (
            "s-alone",
            "The ferry is late",
            "https://bayside.example/alone",
            "bayside",
            "alone",
            1,
            1,
            None,
            None,
            None,
            at("08:00:00"),
            "bayside",
            "https://bayside.example/alone",
            None,
        ),
    ]


def test_a_copy_says_what_it_is_and_how_late(db: sqlite3.Connection) -> None:
    query = (
        "SELECT article_id, outlet, kind, copy_of, published_after, seen_after, looked_after, scores ->> 'kind', "
        "scores ->> 'other', scores ->> 'containment' FROM story_copies WHERE story_id = 's-ferry' ORDER BY seen_after"
    )
    assert rows(db, query) == [
        ("ferry", "lakeside", "lead", None, 1800, 0, 3600, "syndicated", "wire", 0.9),
        ("wire", "hilltop", "syndicated", "ferry", 0, 3600, 9000, "syndicated", "ferry", 0.9),
        ("again", "hilltop", "exact", "ferry", 3600, 7200, 9000, "exact", "ferry", 0.9),
        ("short", "bayside", "truncated", "ferry", None, 10800, None, "truncated", "wire", 0.9),
        ("loose", "loose.example:8080", "exact", "ferry", 19740, 14400, 60, "exact", "ferry", 0.9),
    ]


def test_first_and_next_are_outlets_by_two_clocks(db: sqlite3.Connection) -> None:
    assert rows(db, "SELECT * FROM story_firsts ORDER BY clock") == [
        (
            "s-ferry",
            "Ferry late",
            "ours",
            "lakeside",
            "https://lakeside.example/ferry",
            at("09:00:00"),
            "hilltop",
            at("10:00:00"),
            3600,
        ),
        (
            "s-ferry",
            "Ferry late",
            "publisher",
            "hilltop",
            "https://hilltop.example/wire",
            at("07:30:00"),
            "lakeside",
            at("08:00:00"),
            1800,
        ),
    ]


def test_days_count_articles_and_stories_and_what_another_source_leads(db: sqlite3.Connection) -> None:
    db.execute("UPDATE articles SET published_on = '2026-02-28' WHERE id = 'again'")
    db.execute("UPDATE articles SET duplicate_of = NULL, duplicate_kind = NULL WHERE id = 'short'")
    assert rows(db, "SELECT source, day, articles, undated, stories, copies FROM daily_counts ORDER BY 1, 2") == [
        (None, "2026-03-01", 1, 0, 1, 1),
        ("bayside", "2026-03-01", 2, 2, 2, 0),
        ("hilltop", "2026-02-28", 2, 0, 1, 2),
        ("lakeside", "2026-03-01", 1, 0, 1, 0),
    ]


def test_who_ran_the_wire_is_told_with_and_without_the_credit(db: sqlite3.Connection) -> None:
    assert rows(db, "SELECT * FROM wire_copies") == []
    db.execute("UPDATE articles SET agency = 'Reuters' WHERE id = 'wire'")
    db.execute("UPDATE articles SET agency = 'AP' WHERE id = 'again'")
    query = "SELECT story_id, agency, outlet, credited, article_id, kind FROM wire_copies ORDER BY first_seen_at"
    assert rows(db, query) == [
        ("s-ferry", "Reuters", "lakeside", 0, "ferry", "lead"),
        ("s-ferry", "Reuters", "hilltop", 1, "wire", "syndicated"),
        ("s-ferry", "AP", "hilltop", 1, "again", "exact"),
        ("s-ferry", "Reuters", "bayside", 0, "short", "truncated"),
        ("s-ferry", "Reuters", "loose.example:8080", 0, "loose", "exact"),
    ]


@pytest.mark.parametrize("view", ["story_overview", "story_copies", "story_firsts", "wire_copies"])
def test_one_story_is_found_by_indexes(db: sqlite3.Connection, view: str) -> None:
    plan = [detail for *_, detail in rows(db, f"EXPLAIN QUERY PLAN SELECT * FROM {view} WHERE story_id = 's-ferry'")]
    assert [step for step in plan if step.startswith("SCAN") and step.split()[1] in ("articles", "a", "l", "s")] == []


def test_days_are_counted_without_reading_texts(db: sqlite3.Connection) -> None:
    plan = [detail for *_, detail in rows(db, "EXPLAIN QUERY PLAN SELECT * FROM daily_counts")]
    assert "SCAN a USING COVERING INDEX articles_source" in plan


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.example", "a.example"),
        ("http://a.example/b/c", "a.example"),
        ("https://a.example?x=//", "a.example"),
    ],
)
def test_the_host_of_an_article_is_a_column(db: sqlite3.Connection, url: str, host: str) -> None:
    db.execute("UPDATE articles SET url = ? WHERE id = 'alone'", (url,))
    assert rows(db, "SELECT host FROM articles WHERE id = 'alone'") == [(host,)]
