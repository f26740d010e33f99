"""`morgue edits`."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Morgue

URL = "https://lakeside.example/news/ferry"


@pytest.fixture(autouse=True)
def _edited(held: Path) -> None:
    """The ferry's second version is a silent edit, a third one our own reading."""
    with sqlite3.connect(held) as connection:
        scores = json.dumps({"words_added": 5, "words_removed": 2, "figures": [["2", "3"]], "names": []})
        connection.execute(
            "UPDATE revisions SET class = 'headline changed', classes = ?, silent = 1, scores = ? WHERE number = 2",
            ('["headline changed", "figures changed"]', scores),
        )
        connection.execute(
            "INSERT INTO revisions (article_id, number, fetch_id, seen_at, change, cause, verdict, title, text, "
            "authors, text_hash, sha256, extractor_version, class, classes, silent) VALUES ('ferry1', 3, 1, "
            "'2026-03-03T08:00:00.000Z', 'edited', 'extractor', 'article', 'Ferry cancelled in storm', 'x', '[]', "
            "'3', '3', '2', 'minor', '[\"minor\"]', 0)"
        )
    connection.close()


def test_edits_of_publishers_are_listed(morgue: Morgue) -> None:
    ran = morgue("edits")
    headline = "Ferry late -> Ferry cancelled in storm"
    assert ran.out.splitlines() == [
        "seen\tsource\tedit\twords\theadline\turl",
        f"2026-03-02 08:00\tlakeside\theadline changed; silent\t+5 -2\t{headline}\t{URL}",
    ]
    assert (ran.code, ran.err) == (0, "1 edit\n")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("lakeside", "--silent"), 1),
        (("hilltop",), 0),
        (("--since", "2026-03-02", "--until", "2026-03-02"), 1),
        (("--since", "2026-03-03"), 0),
        (("--until", "2026-03-01"), 0),
        (("--class", "figures changed"), 1),
        (("--class", "minor"), 0),
        (("--cause", "extractor"), 1),
        (("--cause", "all"), 2),
    ],
)
def test_edits_are_chosen(morgue: Morgue, words: tuple[str, ...], found: int) -> None:
    ran = morgue("edits", *words, "--json")
    assert (ran.code, len(ran.out.splitlines())) == (0, found)
    assert ran.err == ("no edits\n" if not found else f"{found} edit{'s' if found > 1 else ''}\n")


def test_json_has_the_columns_of_the_view(morgue: Morgue) -> None:
    row = json.loads(morgue("edits", "--json").out)
    assert (row["at"], row["number"], row["number_before"], row["class"], row["classes"], row["silent"]) == (
        "2026-03-02T08:00:00.000Z",
        2,
        1,
        "headline changed",
        ["headline changed", "figures changed"],
        True,
    )
    assert row["figures"] == [["2", "3"]]


def test_unknown_source_is_a_mistake(morgue: Morgue) -> None:
    ran = morgue("edits", "lakesid")
    assert ran.code == 2
    assert "did you mean 'lakeside'?" in ran.err


def test_archive_of_an_older_format_is_said_to_be_one(morgue: Morgue, held: Path) -> None:
    with sqlite3.connect(held) as connection:
        connection.execute("DROP VIEW edits")
    connection.close()
    ran = morgue("edits")
    assert (ran.code, "older format" in ran.err) == (5, True)
