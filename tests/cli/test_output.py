"""How rows are printed."""

import pytest

from archive.cli.output import column_widths, plain, print_rows


def test_columns_get_what_they_need_if_there_is_room() -> None:
    assert column_widths([3, 10, 5], 22) == [3, 10, 5]


def test_the_widest_are_cut_alike_and_the_narrow_left_alone() -> None:
    assert column_widths([4, 100, 50, 10], 60) == [4, 20, 20, 10]


def test_too_many_columns_for_the_room_are_no_table() -> None:
    assert column_widths([30] * 10, 80) is None


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.usefixtures("terminal")
def test_a_table_fits_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    rows = [("a1", 7, "A headline that is much too long for this"), ("a2", 1234, "日本語の見出し")]
    assert print_rows(["id", "words", "title"], rows) == 2
    assert capsys.readouterr().out == (
        "id  words  title\na1      7  A headline that is much too …\na2   1234  日本語の見出し\n"
    )


@pytest.mark.usefixtures("terminal")
def test_rows_too_wide_are_printed_one_value_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    names = [f"c{n}" for n in range(6)]
    assert print_rows(names, [["x" * 50] * 6]) == 1
    assert capsys.readouterr().out == "".join(f"{name}  {'x' * 35}…\n" for name in names) + "\n"


def test_values_are_made_harmless() -> None:
    assert plain("a\x1b[31m\r\n\x9bb") == "a [31m   b"
    assert plain(None) == ""
    assert plain(b"\x00" * 1200) == "<1,200 bytes>"
