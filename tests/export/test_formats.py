"""Formats are chosen by name."""

import io

import pytest

from archive.errors import UsageError
from archive.export import FIELDS, FORMATS, writer_for

ROW = dict.fromkeys(FIELDS) | {"id": "a1", "authors": ["A"], "tags": [], "paywalled": True}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_every_field(name: str) -> None:
    out = io.BytesIO()
    assert writer_for(name)([ROW, ROW], out).rows == 2
    assert all(field in out.getvalue().decode() for field in FIELDS)


@pytest.mark.parametrize(
    ("name", "near"), [("jsnol", "jsonl"), ("json", "jsonl"), ("NDJSON", "jsonl"), ("cvs", "csv"), ("xlsx", "csv")]
)
def test_an_unknown_format_names_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UsageError) as refused:
        writer_for(name)
    assert str(refused.value) == f"there is no format {name!r}; did you mean {near}? (formats: csv, jsonl)"


def test_a_format_like_nothing_names_them_all() -> None:
    with pytest.raises(UsageError, match=r"^there is no format 'parquet' \(formats: csv, jsonl\)$"):
        writer_for("parquet")


def test_excel_is_for_csv_only() -> None:
    with pytest.raises(UsageError, match="--excel is for --format csv"):
        writer_for("jsonl", excel=True)
