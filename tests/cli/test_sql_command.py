"""`morgue sql`: reads everything, changes nothing."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Morgue


def test_rows_off_a_terminal_are_tab_separated_under_their_names(morgue: Morgue, held: Path) -> None:
    ran = morgue("sql", "SELECT id, paywalled, title FROM latest ORDER BY id")
    assert ran.out == (
        "id\tpaywalled\ttitle\nbudget\t1\tBudget\nferry1\t0\tFerry cancelled in storm\nferry2\t\t=SUM(A1) ferry\n"
    )
    assert ran.err == "3 rows\n"


def test_json_and_csv(morgue: Morgue, held: Path) -> None:
    query = "SELECT 'a,\"b' AS x, NULL AS y, 1.5 AS z, x'00ff' AS w"
    assert json.loads(morgue("sql", "--json", query).out) == {"x": 'a,"b', "y": None, "z": 1.5, "w": "00ff"}
    assert morgue("sql", "--csv", query).raw == b'x,y,z,w\r\n"a,""b",,1.5,00ff\r\n'
    both = morgue("sql", "--csv", "--json", query)
    assert (both.code, both.err) == (2, "morgue: --json or --csv, not both\n")


def test_json_does_not_drop_a_column_whose_name_is_taken(morgue: Morgue, held: Path) -> None:
    ran = morgue("sql", "--json", "SELECT 1 AS a, 2 AS a")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "morgue: two columns are called a; give one another name with AS, or ask for --csv\n"


def test_text_that_is_not_utf8_is_shown_as_far_as_it_goes(morgue: Morgue, held: Path) -> None:
    assert morgue("sql", "SELECT CAST(x'61ff62' AS TEXT) AS t").out == "t\na\ufffdb\n"


def test_control_characters_do_not_reach_the_terminal(morgue: Morgue, held: Path) -> None:
    assert morgue("sql", "SELECT 'a' || char(27) || '[2J' || char(9) || char(155) || 'b' AS t").out == "t\na [2J  b\n"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM articles",
        "UPDATE articles SET title = 'x'",
        "INSERT INTO about VALUES ('x', 'y')",
        "DROP TABLE articles",
        "CREATE TEMP TABLE t (x)",
        "PRAGMA user_version = 7",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "ATTACH 'other.db' AS other",
        "VACUUM INTO 'copy.db'",
        "BEGIN IMMEDIATE",
        "WITH x AS (SELECT 1) DELETE FROM articles",
    ],
)
def test_a_statement_that_changes_anything_is_refused_in_one_line(morgue: Morgue, held: Path, statement: str) -> None:
    before = held.read_bytes()
    ran = morgue("sql", statement)
    expected = "morgue: this SQL would change the archive or go beyond it; only questions are answered (SELECT)\n"
    assert (ran.code, ran.out, ran.err) == (2, "", expected)
    assert held.read_bytes() == before
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELEC 1", 'SQL: near "SELEC": syntax error'),
        ("SELECT * FROM article", "SQL: no such table: article; did you mean articles?"),
        ("SELECT titel FROM latest", "SQL: no such column: titel; did you mean title?"),
        ("SELECT a.titel FROM latest AS a", "SQL: no such column: a.titel; did you mean title?"),
        ("SELECT zzz FROM latest", "SQL: no such column: zzz"),
        ("UPDATE sqlite_master SET sql = 'x'", "SQL: table sqlite_master may not be modified"),
        ("SELECT 1; SELECT 2", "SQL: You can only execute one statement at a time."),
        (" ", 'there is nothing to ask; try "SELECT source, count(*) FROM latest GROUP BY source"'),
    ],
)
def test_a_mistake_is_one_line(morgue: Morgue, held: Path, statement: str, said: str) -> None:
    ran = morgue("sql", statement)
    assert (ran.code, ran.out, ran.err) == (2, "", f"morgue: {said}\n")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'ferry'",
        "SELECT count(*) FROM claims",
        "SELECT count(*) FROM json_each('[1]')",
        "SELECT count(*) FROM pragma_table_info('articles')",
        "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 9) SELECT count(*) FROM n",
        "PRAGMA table_info(articles)",
        "EXPLAIN QUERY PLAN SELECT * FROM latest",
    ],
)
def test_every_kind_of_question_is_answered(morgue: Morgue, held: Path, query: str) -> None:
    ran = morgue("sql", query)
    assert ran.code == 0, ran.err
    assert ran.out
