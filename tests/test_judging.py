"""A person's verdict: in force at once and in every later run, undone as if it had never been."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import NotHeld, UsageError
from archive.ingest import run
from archive.judging import Judged, judge, undo
from archive.models import Outcome, VerdictKind
from archive.reextraction import re_extract
from archive.store.archive import Archive
from archive.workers import InProcess
from tests.pages import markup, page, story, story_page

ARTICLE = story_page(1).url
LIST = "https://news.example/list"
CARDS = "".join(
    f"<li><h3><a href='/stories/{n}'>Story number {n}</a></h3><p>{story(n, 1)[0][:120]}</p></li>" for n in range(9)
)
LIST_PAGE = page(
    LIST, f"<html><head><title>News</title></head><body><h1>News</h1><ul>{CARDS}</ul></body></html>".encode()
)
EVERYTHING = (
    "SELECT id, url, verdict, text, revision_count, duplicate_of, story_id, first_seen_at, last_seen_at FROM articles",
    "SELECT article_id, number, fetch_id, change, current, verdict, text_hash FROM revisions ORDER BY 1, 2",
    "SELECT * FROM article_urls ORDER BY url",
    "SELECT id, outcome, reason, verdict, article_id, sha256 FROM fetches ORDER BY id",
    "SELECT id, lead_article_id FROM stories ORDER BY id",
    "SELECT a, b, kind FROM relations ORDER BY 1, 2",
    "SELECT text FROM articles_fts ORDER BY rowid",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "morgue.db"
    Archive.open(path, create=True).close()
    later = page(ARTICLE, markup("Story number 1", [*story(1), "Added."]), 500)
    run([story_page(1), story_page(2), LIST_PAGE, later], path, InProcess())
    return path


def rows(path: Path, query: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, values).fetchall()


def everything(path: Path) -> list[list[Any]]:
    return [sorted(rows(path, query), key=repr) for query in EVERYTHING]


def judged(path: Path, url: str, kind: str, because: str = "I looked") -> Judged:
    with Archive.open(path) as archive:
        return judge(archive, InProcess(), url, VerdictKind(kind), because)


def undone(path: Path, url: str) -> Judged:
    with Archive.open(path) as archive:
        return undo(archive, InProcess(), url)


def held(path: Path, url: str) -> Any:
    found = rows(path, "SELECT verdict, verdict_score, verdict_reasons FROM articles WHERE url = ?", url)
    return found[0] if found else None


def test_a_page_refused_by_mistake_becomes_an_article_at_once(path: Path) -> None:
    assert held(path, LIST) is None
    told = judged(path, LIST, "article", "the list is the story")
    assert (told.before, told.verdict, told.has_text) == (VerdictKind.INDEX, VerdictKind.ARTICLE, True)
    assert held(path, LIST) == ("article", 1.0, '["judged by a person: the list is the story"]')
    assert rows(path, "SELECT outcome, article_id FROM fetches WHERE url = ?", LIST) == [("new", told.article_id)]


def test_an_article_that_is_none_goes_with_its_versions_and_its_pages_stay(path: Path) -> None:
    told = judged(path, ARTICLE, "consent", "a wall")
    assert (told.article_id, held(path, ARTICLE)) == (None, None)
    assert rows(path, "SELECT count(*) FROM revisions AS r JOIN articles AS a ON a.id = r.article_id") == [(1,)]
    fetches = rows(path, "SELECT outcome, verdict, reason, article_id FROM fetches WHERE url = ?", ARTICLE)
    assert fetches == [("rejected", "consent", "consent: judged by a person: a wall", None)] * 2
    assert rows(path, "SELECT DISTINCT verdict_score FROM fetches WHERE url = ?", ARTICLE) == [(1.0,)]
    assert rows(path, "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'Added'") == [(0,)]


def test_another_kind_of_story_is_a_flag_on_every_version(path: Path) -> None:
    judged(path, ARTICLE, "teaser")
    assert held(path, ARTICLE)[0] == "teaser"
    versions = (
        "SELECT change, current, r.verdict FROM revisions AS r JOIN articles AS a ON a.id = article_id WHERE url = ?"
    )
    assert sorted(rows(path, versions, ARTICLE)) == [("edited", 1, "teaser"), ("first", 0, "teaser")]


@pytest.mark.parametrize(("url", "kind"), [(LIST, "article"), (ARTICLE, "consent"), (ARTICLE, "media")])
def test_undoing_leaves_the_archive_as_if_nothing_had_been_decided(path: Path, url: str, kind: str) -> None:
    before = everything(path)
    judged(path, url, kind)
    assert everything(path) != before
    undone(path, url)
    assert everything(path) == before
    kept = rows(path, "SELECT kind, subject, because, undone_at IS NOT NULL FROM decisions")
    assert kept == [("judge", url, "I looked", 1)]


def test_a_page_that_has_moved_is_judged_under_each_of_its_addresses(path: Path) -> None:
    there = "https://news.example/2026/story-1"
    body = markup("Story number 1", [*story(1), "Added."])
    moved = page(there, body, 900, requested_url=ARTICLE)
    run([moved], path, InProcess())
    before = everything(path)
    told = judged(path, ARTICLE, "index", "a list")
    assert (told.url, told.article_id, held(path, ARTICLE), held(path, there)) == (there, None, None, None)
    judged(path, there, "error", "on second thoughts")
    assert (held(path, ARTICLE), held(path, there)) == (None, None)
    assert undone(path, ARTICLE).article_id is not None
    assert everything(path) == before


def test_where_an_address_only_led_is_not_judged_with_it(path: Path) -> None:
    home = LIST_PAGE.body
    run([page("https://news.example/", home, 950, requested_url=ARTICLE)], path, InProcess())
    judged(path, ARTICLE, "media")
    with Archive.open(path) as archive:
        assert [row.judged_urls for row in archive.decisions.in_force("judge")] == [[ARTICLE]]


def crawled_again(path: Path) -> None:
    changed = page(ARTICLE, markup("Story number 1", [*story(1), "Added.", "And more."]), 900)
    listed = page(LIST, LIST_PAGE.body.replace(b"News", b"Latest"), 901)
    run([changed, listed], path, InProcess())


def read_again(path: Path) -> None:
    re_extract(path, InProcess())


@pytest.mark.parametrize("later", [crawled_again, read_again])
def test_what_was_decided_holds_in_every_later_run(path: Path, later: Callable[[Path], None]) -> None:
    judged(path, ARTICLE, "consent")
    judged(path, LIST, "live_blog")
    later(path)
    assert held(path, ARTICLE) is None
    assert held(path, LIST)[0] == "live_blog"


def test_what_was_decided_holds_in_an_archive_that_is_built_again(path: Path, tmp_path: Path) -> None:
    judged(path, ARTICLE, "consent")
    judged(path, LIST, "article")
    again = tmp_path / "again.db"
    Archive.open(again, create=True).close()
    with closing(sqlite3.connect(again)) as connection, connection:
        connection.executemany(
            "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?)", rows(path, "SELECT * FROM decisions")
        )
    later = page(ARTICLE, markup("Story number 1", [*story(1), "Added."]), 500)
    run([story_page(1), story_page(2), LIST_PAGE, later], again, InProcess())
    assert everything(again) == everything(path)


def test_another_address_of_the_same_page_is_judged_alike(path: Path) -> None:
    judged(path, ARTICLE, "index")
    tracked = page(f"{ARTICLE}?utm_source=feed", story_page(1).body, 700)
    assert run([tracked], path, InProcess())[Outcome.REJECTED] == 1


def test_a_bot_check_at_the_address_of_a_judged_story_is_not_the_story(path: Path) -> None:
    judged(path, LIST, "article")
    before = rows(path, "SELECT text, revision_count FROM articles WHERE url = ?", LIST)
    check = b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser.</p></body></html>"
    assert run([page(LIST, check, 700)], path, InProcess())[Outcome.REJECTED] == 1
    assert rows(path, "SELECT text, revision_count FROM articles WHERE url = ?", LIST) == before


def test_copies_of_an_article_that_is_none_stay_and_the_first_leads_them(path: Path) -> None:
    copies = [page(f"https://other{n}.example/a", story_page(2).body, 600 + n) for n in range(2)]
    run(copies, path, InProcess())
    judged(path, story_page(2).url, "error")
    found = rows(path, "SELECT url, duplicate_of IS NULL, story_id FROM articles WHERE url LIKE '%other%' ORDER BY url")
    assert [(url, alone) for url, alone, _ in found] == [(copies[0].url, 1), (copies[1].url, 0)]
    assert len({story_id for *_, story_id in found}) == 1


def test_a_later_judgement_takes_the_place_of_an_earlier_one(path: Path) -> None:
    judged(path, LIST, "article", "first thought")
    judged(path, LIST, "index", "second thought")
    assert held(path, LIST) is None
    assert rows(path, "SELECT value, because, undone_at IS NULL FROM decisions ORDER BY id") == [
        ("article instead of index", "first thought", 0),
        ("index instead of index", "second thought", 1),
    ]


def test_what_is_not_held_cannot_be_judged(path: Path) -> None:
    with pytest.raises(NotHeld, match=r"^the archive holds no page of https://news.example/never; `morgue save"):
        judged(path, "https://news.example/never", "article")


def test_what_nobody_judged_cannot_be_undone(path: Path) -> None:
    with pytest.raises(UsageError, match=f"^nobody has judged {ARTICLE}$"):
        undone(path, ARTICLE)
