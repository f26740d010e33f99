"""JSON Lines as other programs read them."""

import io
import json

import pytest

from archive.export.jsonl import json_line, write_jsonl


def written(*rows: dict[str, object]) -> bytes:
    out = io.BytesIO()
    assert write_jsonl(rows, out) == len(rows)
    return out.getvalue()


def test_one_object_a_line_with_lists_booleans_and_nulls_as_such() -> None:
    row = {"title": "Süßwasser", "authors": ["A", "B"], "tags": [], "paywalled": False, "section": None}
    expected = '{"title": "Süßwasser", "authors": ["A", "B"], "tags": [], "paywalled": false, "section": null}\n'
    assert written(row, row) == (expected * 2).encode()


def test_no_rows_are_no_bytes() -> None:
    assert written() == b""


@pytest.mark.parametrize("breaking", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_line_break_of_any_kind_cuts_an_object_in_two(breaking: str) -> None:
    line = json_line({"text": f"one{breaking}two"})
    assert len(line.splitlines()) == 1
    assert json.loads(line) == {"text": f"one{breaking}two"}


def test_bytes_become_hexadecimal_digits() -> None:
    assert json_line({"data": b"\x00\xff"}) == '{"data": "00ff"}'


def test_a_value_json_cannot_hold_is_an_error() -> None:
    with pytest.raises(TypeError, match="complex has no place in JSON"):
        json_line({"value": 1j})
