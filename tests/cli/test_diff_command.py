"""`morgue diff`."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Morgue
from tests.filled import revision

pytestmark = pytest.mark.usefixtures("held")
URL = "https://lakeside.example/news/ferry"


@pytest.fixture(autouse=True)
def _edited(held: Path) -> None:
    """The ferry's second version as an edit that was decided; a third one that was cut."""
    with sqlite3.connect(held) as connection:
        scores = json.dumps({"words_added": 5, "words_removed": 2, "figures": [], "names": []})
        connection.execute(
            "UPDATE revisions SET class = 'headline changed', classes = ?, silent = 1, scores = ? WHERE number = 2",
            ('["headline changed", "text added"]', scores),
        )
        connection.execute(
            "INSERT INTO revisions (article_id, number, fetch_id, seen_at, change, cause, verdict, title, text, "
            "authors, text_hash, sha256, extractor_version) VALUES ('ferry1', 3, 1, '2026-03-03T08:00:00.000Z', "
            "'degraded', 'degraded', 'article', 'Ferry cancelled in storm', 'The ferry <b> to', '[]', '3', '3', '1')"
        )
    connection.close()


def test_the_current_version_is_compared_with_the_one_before(morgue: Morgue) -> None:
    ran = morgue("diff", URL)
    assert (ran.code, ran.err) == (0, "")
    assert (
        ran.out
        == f"""\
Ferry [-late-]{{+cancelled in storm+}}
{URL}
version 1, seen 2026-03-01 08:00 UTC -> version 2, seen 2026-03-02 08:00 UTC
headline changed; text added · by the publisher · silent: no correction noted, date of change unmoved

[-The ferry is late.-]

{{+The ferry to the islands was cancelled.+}}

{{+Boats stay in port until Friday.+}}

"""
    )


def test_versions_are_chosen_and_checked(morgue: Morgue) -> None:
    ran = morgue("diff", "ferry1", "--to", "3")
    assert "version 2, seen" in ran.out
    assert "version 3, seen" in ran.out
    assert "a page that was cut or walled" in ran.out
    back = morgue("diff", "ferry1", "--from", "2", "--to", "1")
    assert "Ferry [-cancelled in storm-]{+late+}" in back.out
    assert morgue("diff", "ferry1", "--from", "9").err == "morgue: there is no version 9: they are 1 to 3\n"


def test_a_page_of_html_is_whole_and_harmless(morgue: Morgue) -> None:
    out = morgue("diff", "ferry1", "--to", "3", "--html").out
    assert out.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<ins>&lt;b&gt;" in out or "&lt;b&gt;" in out
    assert "<b>" not in out
    assert '<p dir="auto">' in out


def test_json_has_the_pieces_and_what_was_decided(morgue: Morgue) -> None:
    row = json.loads(morgue("diff", "ferry1", "--json").out)
    assert (row["class"], row["classes"], row["silent"], row["cause"]) == (
        "headline changed",
        ["headline changed", "text added"],
        True,
        "publisher",
    )
    assert row["from"] == {"number": 1, "seen_at": "2026-03-01T08:00:00.000Z", "modified_at": None}
    assert row["diff"]["title"][0] == {"kind": "same", "text": "Ferry "}


def test_an_article_of_one_version_and_one_that_is_not_held_are_said(morgue: Morgue, held: Path) -> None:
    with sqlite3.connect(held) as connection:
        revision(connection, "budget", 1, "2026-03-01T08:00:00.000Z", current=1)
    connection.close()
    ran = morgue("diff", "budget")
    assert (ran.code, ran.out, ran.err) == (0, "", "budget has one version, seen 2026-03-01 08:00 UTC\n")
    with sqlite3.connect(held) as connection:
        revision(connection, "budget", 2, "2026-03-02T08:00:00.000Z", change="degraded", current=0)
    connection.close()
    assert morgue("diff", "budget").err.endswith("UTC; what its page showed when it was cut or walled: --to 2\n")
    assert morgue("diff", "budget", "--to", "2").code == 0
    assert morgue("diff", "https://lakeside.example/nothing").code == 1
    assert morgue("diff", "ferry1", "--json", "--html").code == 2


def test_versions_of_an_older_archive_are_compared_all_the_same(morgue: Morgue, held: Path) -> None:
    with sqlite3.connect(held) as connection:
        connection.execute("UPDATE revisions SET class = NULL, classes = NULL, silent = NULL, scores = NULL")
    connection.close()
    assert "headline changed; text added" in morgue("diff", URL).out
