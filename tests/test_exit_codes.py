"""What an exit status means, and how failures come out."""

import re
import sqlite3
from pathlib import Path

import click
import pytest

import archive.errors
from archive.cli.options import Options
from archive.errors import ExitCode, NewsmorgueError
from crawler import cli

README = Path(__file__).parents[1] / "README.md"


def test_the_codes_are_those_of_the_contract() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "FAILED": 1,
        "USAGE": 2,
        "ILL": 3,
        "BUSY": 4,
        "UNUSABLE": 5,
        "INTERRUPTED": 130,
        "TERMINATED": 143,
    }


def test_the_readme_lists_every_code_and_no_other() -> None:
    rows = re.findall(r"^\| *`?(\d+)`? *\|", README.read_text(encoding="utf-8"), re.M)
    assert {int(number) for number in rows} == set(ExitCode)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NewsmorgueError", ExitCode.FAILED),
        ("UsageError", ExitCode.USAGE),
        ("ConfigError", ExitCode.USAGE),
        ("ArchiveMissing", ExitCode.USAGE),
        ("ArchiveBusy", ExitCode.BUSY),
        ("ArchiveUnusable", ExitCode.UNUSABLE),
        ("NotHeld", ExitCode.FAILED),
    ],
)
def test_every_error_has_its_code(name: str, code: ExitCode) -> None:
    error = getattr(archive.errors, name)
    assert issubclass(error, NewsmorgueError)
    assert error.exit_code is code


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """A command `morgue status` that raises what is put into the list."""
    errors: list[BaseException] = []

    @click.command()
    def command() -> None:
        raise errors[0]

    monkeypatch.setattr("archive.cli.status.status", command)
    return errors


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (NewsmorgueError("no room"), 1, "morgue: no room\n"),
        (archive.errors.ArchiveBusy("held by pid 7"), 4, "morgue: held by pid 7\n"),
        (archive.errors.ArchiveUnusable("corrupt"), 5, "morgue: corrupt\n"),
        (KeyboardInterrupt(), 130, "morgue: stopped\n"),
        (click.Abort(), 130, "morgue: stopped\n"),
        (PermissionError(13, "Permission denied", "/x/out.csv"), 1, "morgue: /x/out.csv: Permission denied\n"),
        (sqlite3.OperationalError("disk I/O error"), 1, "morgue: disk I/O error\n"),
        (click.exceptions.Exit(3), 3, ""),
    ],
)
def test_a_failure_is_one_line_and_its_code(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str], error: BaseException, code: int, said: str
) -> None:
    failing.append(error)
    assert cli.run(["status"], Options()) == code
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", said)


def test_debug_shows_the_traceback_as_well(failing: list[BaseException], capsys: pytest.CaptureFixture[str]) -> None:
    failing.append(NewsmorgueError("no room"))
    assert cli.run(["--debug", "status"], Options()) == 1
    err = capsys.readouterr().err
    assert err.startswith("Traceback (most recent call last):")
    assert err.endswith("morgue: no room\n")
