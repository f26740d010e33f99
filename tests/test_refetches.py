"""Pages fetched again, through the whole of it: a few of the cases of `python -m benchmarks.revisions`."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from archive.ingest import ingest_page
from archive.models import Outcome
from archive.store.archive import Archive
from benchmarks.refetches.cases import NOISE, Case, cases
from benchmarks.refetches.pages import sites
from benchmarks.revisions import Tally, tried

SITES = {site.name for site in Random(5).sample(sites(), 3)}
WANTED = {
    "noise: everything",
    "noise: order",
    "edit: quote 0",
    "edit: sentence",
    "edit: figure, note below",
    "reverted",
}


@pytest.fixture(scope="module")
def every() -> list[Case]:
    return list(cases())


def test_there_are_as_many_cases_as_were_promised(every: list[Case]) -> None:
    kinds = [case.kind for case in every]
    assert (kinds.count("noise") >= 150, kinds.count("edit") >= 150, len(sites()) >= 15) == (True, True, True)
    assert sum(case.held_back for case in every) * 2 == len(every)
    assert len(NOISE) == 10
    assert [case.pages for case in cases()] == [case.pages for case in every]


def test_noise_makes_no_version_and_edits_are_told(every: list[Case]) -> None:
    tally = Tally()
    for came in tried([case for case in every if case.site in SITES and case.name in WANTED]):
        tally.add(came)
    assert [(came.case.site, came.case.name) for came in (*tally.noise_versions, *tally.wrong)] == []
    assert (tally.noise, tally.right, tally.changes.total()) == (6, (9, 9), 3)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "morgue.db", create=True) as archive:
        yield archive


def rows(archive: Archive, query: str) -> list[tuple[object, ...]]:
    connection: sqlite3.Connection = archive.db.conn
    return connection.execute(query).fetchall()


def test_versions_are_views_with_their_headlines(archive: Archive, every: list[Case]) -> None:
    (headline,) = [c for c in every if c.site == "01-div-soup" and c.name == "edit: headline 0"]
    (figure,) = [c for c in every if c.site == "01-div-soup" and c.name == "edit: figure 0"]
    (walled,) = [c for c in every if c.site == "01-div-soup" and c.name == "degraded: paywall"]
    later = [
        replace(page, fetched_at=page.fetched_at + timedelta(days=day))
        for day, page in enumerate((walled.pages[1], figure.pages[1]), 1)
    ]
    for page in (*headline.pages, *later):
        ingest_page(archive, page)
    assert rows(archive, "SELECT number, number_before, change, cause, class, silent FROM edits ORDER BY number") == [
        (2, 1, "edited", "publisher", "headline changed", 1),
        (3, 2, "degraded", "degraded", "headline changed", 0),
        (4, 2, "edited", "publisher", "headline changed", 0),
    ]
    first = "Harwick bridge to close for nine weeks after cracks found"
    second = "Cracked Harwick bridge shuts, and traders fear a lost summer"
    history = "SELECT headline, until IS NULL FROM headline_history ORDER BY since"
    assert rows(archive, history) == [(first, 0), (second, 0), (first, 1)]
    assert rows(archive, "SELECT before, after FROM headline_changes ORDER BY at") == [(first, second), (second, first)]
    assert rows(archive, "SELECT figures FROM edits WHERE number = 4") == [('[["14200","12400"]]',)]


def test_a_story_cut_short_for_days_becomes_the_current_one(archive: Archive, every: list[Case]) -> None:
    (case,) = [c for c in every if c.site == "01-div-soup" and c.name == "edit: minor 0"]
    body = case.pages[0].body
    paragraphs = body.split(b'<div class="story-par">')
    end = paragraphs[-1][paragraphs[-1].index(b"</div>") + 6 :]
    short = replace(case.pages[0], body=b'<div class="story-par">'.join(paragraphs[:4]) + end)
    ingest_page(archive, case.pages[0])
    outcomes = [
        ingest_page(archive, replace(short, fetched_at=short.fetched_at + timedelta(days=day))).outcome
        for day in (1, 2, 3, 4)
    ]
    assert outcomes == [Outcome.REVISION, Outcome.UNCHANGED, Outcome.REVISION, Outcome.UNCHANGED]
    assert rows(archive, "SELECT number, change, cause, current FROM revisions ORDER BY number") == [
        (1, "first", "publisher", 0),
        (2, "degraded", "degraded", 0),
        (3, "edited", "publisher", 1),
    ]


def test_what_another_extractor_leaves_out_is_no_edit_of_the_publishers(archive: Archive, every: list[Case]) -> None:
    (case,) = [c for c in every if c.site == "01-div-soup" and c.name == "noise: everything"]
    (edit,) = [c for c in every if c.site == "01-div-soup" and c.name == "edit: figure 0"]
    ingest_page(archive, case.pages[0])
    archive.db.conn.execute(
        "UPDATE articles SET extractor_version = 'before', text_hash = '', text = description || char(10, 10) || text"
    )
    ingest_page(archive, case.pages[1])
    ingest_page(archive, replace(edit.pages[1], fetched_at=case.pages[1].fetched_at + timedelta(days=1)))
    assert rows(archive, "SELECT number, cause, class, silent FROM edits ORDER BY number") == [
        (2, "extractor", "text removed", 0),
        (3, "publisher", "figures changed", 0),
    ]


def test_a_correction_beside_the_text_is_noted_all_the_same(archive: Archive, every: list[Case]) -> None:
    (case,) = [c for c in every if c.site == "01-div-soup" and c.name == "edit: figure 0"]
    note = b"<aside>Correction: An earlier version of this article gave the wrong number of vehicles.</aside>"
    body = case.pages[1].body.replace(b'<div id="side">', note + b'<div id="side">')
    for page in (case.pages[0], replace(case.pages[1], body=body)):
        ingest_page(archive, page)
    assert rows(archive, "SELECT class, classes, silent FROM edits") == [
        ("correction noted", '["correction noted", "figures changed"]', 0)
    ]
