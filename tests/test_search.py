"""Any string can be searched for."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.search import match_expression

TEXTS = {
    1: "The ferry to the islands was cancelled in the storm",
    2: "Storm warning: ferries stay in port, e-mail alerts go out",
    3: "Müller says the port will be dredged",
}


@pytest.fixture(scope="module")
def fts() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2')")
    connection.executemany("INSERT INTO t (rowid, text) VALUES (?, ?)", TEXTS.items())
    yield connection
    connection.close()


def found(fts: sqlite3.Connection, words: str) -> list[int]:
    rows = fts.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", (match_expression(words),))
    return [rowid for (rowid,) in rows]


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("storm", [1, 2]),
        ("storm port", [2]),
        ("port storm", [2]),
        ('"storm warning"', [2]),
        ('"warning storm"', []),
        ('"storm warning', [2]),
        ("ferr*", [1, 2]),
        ("ferry OR dredged", [1, 3]),
        ("ferry storm OR dredged port", [1, 3]),
        ("muller", [3]),
        ("MÜLLER", [3]),
        ("e-mail", [2]),
        ("storm AND port", []),
        ("text:storm", []),
        ("NOT", []),
        ("storm !!! (((", [1, 2]),
        ("OR storm OR", [1, 2]),
    ],
)
def test_words_find(fts: sqlite3.Connection, words: str, rows: list[int]) -> None:
    assert found(fts, words) == rows


@pytest.mark.parametrize("words", ["", " ", '"', '""', "***", "OR", "-- ;", "🙂", "\0", "\ud800"])
def test_a_string_without_words_asks_for_nothing(words: str) -> None:
    assert match_expression(words) == ""


@given(st.text(st.characters(codec=None)))
@example("storm\0port")
@example('a"b*c" OR* {x}: ^NEAR(1 2)')
@example("ª ½ ²")
def test_no_string_is_a_syntax_error(words: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (text)")
    if expression := match_expression(words):
        assert connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (expression,)).fetchall() == []
    connection.close()
