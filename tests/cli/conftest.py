"""Commands run in this process, on a small archive whose every value is known."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.cli.options import Options
from crawler.cli import run
from tests.filled import filled


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str
    raw: bytes


Morgue = Callable[..., Ran]


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small archive, named by MORGUE_ARCHIVE; the current folder is an empty one."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    path = filled(tmp_path / "held.db")
    monkeypatch.setenv("MORGUE_ARCHIVE", str(path))
    return path


@pytest.fixture
def morgue(capfdbinary: pytest.CaptureFixture[bytes]) -> Morgue:
    """Runs `morgue` with these words."""

    def call(*words: str) -> Ran:
        code = run(words, Options())
        raw, err = capfdbinary.readouterr()
        return Ran(code, raw.decode(errors="replace"), err.decode(), raw)

    return call
