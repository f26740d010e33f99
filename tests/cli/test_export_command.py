"""`morgue export`."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from archive.cli.export import last_day
from archive.export import FIELDS
from tests.cli.conftest import Morgue

pytestmark = pytest.mark.usefixtures("held")


def ids(morgue: Morgue, *words: str) -> list[str]:
    ran = morgue("export", *words)
    assert ran.code == 0, ran.err
    return [json.loads(line)["id"] for line in ran.out.splitlines()]


def test_every_article_is_a_row_duplicates_too_in_order_of_arrival(morgue: Morgue) -> None:
    assert ids(morgue) == ["ferry1", "ferry2", "budget"]


def test_jsonl_rows_have_the_contracts_names_and_types(morgue: Morgue) -> None:
    rows = [json.loads(line) for line in morgue("export", "--format", "jsonl").out.splitlines()]
    assert [tuple(row) for row in rows] == [FIELDS] * 3
    assert rows[0]["authors"] == ["Ann Ahlgren", "Bo Berg"]
    assert rows[0]["tags"] == ["weather"]
    assert [row["paywalled"] for row in rows] == [False, None, True]


def test_csv_is_read_back_as_the_same_rows(morgue: Morgue) -> None:
    lines = morgue("export", "--format", "jsonl").out.splitlines()
    rows = list(csv.DictReader(io.StringIO(morgue("export", "--format", "csv").raw.decode(), newline="")))
    assert [row["text"] for row in rows] == [json.loads(line)["text"] for line in lines]
    assert [row["paywalled"] for row in rows] == ["false", "", "true"]
    assert json.loads(rows[0]["authors"]) == ["Ann Ahlgren", "Bo Berg"]


def test_a_file_is_named_by_its_ending_and_said_in_full(morgue: Morgue) -> None:
    ran = morgue("export", "-o", "out.csv")
    target = Path.cwd() / "out.csv"
    assert (ran.out, ran.err) == ("", f"3 articles, 2 of them without a day of the publisher's -> {target}\n")
    assert target.read_bytes().startswith(b"id,source,country,")


def test_an_existing_file_is_refused_without_overwrite(morgue: Morgue) -> None:
    target = Path.cwd() / "out.csv"
    target.write_text("mine")
    ran = morgue("export", "-o", "out.csv")
    assert (ran.code, ran.err) == (2, f"morgue: {target} is there already; --overwrite replaces it\n")
    assert target.read_text() == "mine"
    assert morgue("export", "-o", "out.csv", "--overwrite").code == 0
    assert target.read_bytes().startswith(b"id,source,")


def test_excel_counts_what_it_changed(morgue: Morgue) -> None:
    ran = morgue("export", "--excel")
    assert ran.raw.startswith(b"\xef\xbb\xbfid,")
    assert ",'=SUM(A1) ferry," in ran.out
    assert ran.err.splitlines()[1] == (
        "changed for spreadsheets: 1 cell that looked like a formula (a ' in front), 0 cells cut to what a cell holds"
    )


def test_quiet_says_nothing(morgue: Morgue) -> None:
    ran = morgue("export", "-q", "-o", "out.csv", "--excel")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--source", "lakeside"], ["ferry1"]),
        (["--source", "hilltop", "--source", "lakeside"], ["ferry1", "ferry2", "budget"]),
        (["--since", "2026-03-01"], ["ferry2", "budget"]),
        (["--until", "2026-02-28"], ["ferry1"]),
        (["--until", "2026-02"], ["ferry1"]),
        (["--since", "2026-02-28", "--until", "2026"], ["ferry1", "ferry2", "budget"]),
        (["--since", "2026-03-02"], []),
    ],
)
def test_selections_use_the_publishers_day_else_the_day_first_seen(
    morgue: Morgue, words: list[str], expected: list[str]
) -> None:
    assert ids(morgue, *words) == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "jsnol"], "there is no format 'jsnol'; did you mean jsonl? (formats: csv, jsonl)"),
        (["-o", "out.parquet"], "there is no format 'parquet' (formats: csv, jsonl)"),
        (["-o", "out"], "say --format csv or jsonl: the name out does not tell"),
        (["--excel", "--format", "jsonl"], "--excel is for --format csv"),
        (["--since", "soon"], "not a day: 'soon' (write 7d, 2026-01-31, 2026-01 or 1998)"),
        (["--source", "lakside"], "{held} has no source 'lakside'; did you mean 'lakeside'?"),
    ],
)
def test_a_mistake_is_one_line_and_no_file(morgue: Morgue, held: Path, words: list[str], said: str) -> None:
    ran = morgue("export", *words)
    assert (ran.code, ran.out, ran.err) == (2, "", f"morgue: {said.format(held=held)}\n")
    assert list(Path.cwd().iterdir()) == []


def test_until_means_the_whole_of_what_it_names() -> None:
    assert last_day("2026-02") == date(2026, 2, 28)
    assert last_day("2024") == date(2024, 12, 31)
    assert last_day("2026-02-03") == date(2026, 2, 3)
