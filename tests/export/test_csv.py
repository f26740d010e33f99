"""CSV as RFC 4180 has it, and as spreadsheets need it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.export.csv import EXCEL_CELL, Written, csv_cell, fitting, write_csv


def written(columns: list[str], *rows: dict[str, object], excel: bool = False) -> tuple[bytes, Written]:
    out = io.BytesIO()
    result = write_csv(columns, rows, out, excel=excel)
    return out.getvalue(), result


def test_rows_end_in_crlf_and_cells_are_quoted_only_where_needed() -> None:
    row = {"a": 'She said "no"', "b": "x,y", "c": "first\n\nsecond", "d": "plain"}
    data, result = written(["a", "b", "c", "d"], row)
    assert data == b'a,b,c,d\r\n"She said ""no""","x,y","first\n\nsecond",plain\r\n'
    assert result == Written(1)


def test_there_is_no_byte_order_mark() -> None:
    assert written(["tïtle"])[0] == "tïtle\r\n".encode()


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (True, "true"), (False, "false"), (["Ä", "b"], '["Ä", "b"]'), ([], "[]"), (12, "12"), (b"\x01", "01")],
)
def test_values_as_cells(value: object, cell: str) -> None:
    assert csv_cell(value) == cell


def test_without_excel_nothing_is_changed() -> None:
    long = "x" * 40_000
    data, result = written(["a", "b"], {"a": "=1+1", "b": long})
    assert data == f"a,b\r\n=1+1,{long}\r\n".encode()
    assert result == Written(1)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_excel_runs_no_cell_as_a_formula(start: str) -> None:
    data, result = written(["a", "b"], {"a": f"{start}cmd", "b": f"safe {start}"}, excel=True)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [["a", "b"], [f"'{start}cmd", f"safe {start}"]]
    assert result == Written(1, guarded=1)


def test_excel_gets_a_byte_order_mark() -> None:
    assert written(["a"], excel=True)[0] == b"\xef\xbb\xbfa\r\n"


def test_excel_cells_are_cut_and_each_counted_once() -> None:
    row = {"a": "y" * EXCEL_CELL, "b": "z" * (EXCEL_CELL + 1), "c": "=" + "w" * EXCEL_CELL}
    data, result = written(["a", "b", "c"], row, excel=True)
    cells = data.decode("utf-8-sig").splitlines()[1].split(",")
    assert cells == ["y" * EXCEL_CELL, "z" * EXCEL_CELL, "'=" + "w" * (EXCEL_CELL - 2)]
    assert result == Written(1, guarded=1, cut=2)


def test_a_cut_counts_as_spreadsheets_do_and_never_halves_a_character() -> None:
    assert fitting("😀" * 20_000) == "😀" * (EXCEL_CELL // 2)
    assert fitting("a" + "😀" * 20_000) == "a" + "😀" * (EXCEL_CELL // 2)


@given(st.lists(st.tuples(cells := st.text(st.characters(codec="utf-8", exclude_characters="\0")), cells), max_size=5))
def test_any_text_is_read_back_as_it_was(pairs: list[tuple[str, str]]) -> None:
    data, result = written(["a", "b"], *({"a": a, "b": b} for a, b in pairs))
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert rows == [["a", "b"], *map(list, pairs)]
    assert result == Written(len(pairs))
