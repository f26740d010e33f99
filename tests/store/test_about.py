"""The steps that the table `about` tells, done with the commands it names."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from tests.store.conftest import Morgue
from tests.store.test_bodies import page, put, sha256


class Reader:
    """Somebody with the file, sqlite3 and zstd."""

    def __init__(self, archive: Path, folder: Path) -> None:
        self.folder = folder
        (folder / "morgue.db").symlink_to(archive)
        self.steps = self.run("sqlite3", "morgue.db", "SELECT value FROM about WHERE name = 'bodies'").splitlines()

    def run(self, *command: str) -> str:
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def step(self, start: str, **names: str) -> str:
        """Runs the one step that starts so, with the reader's names in place of the text's."""
        [line] = [line.strip() for line in self.steps if line.strip().startswith(start)]
        for name, value in names.items():
            line = re.sub(name, value, line)
        return self.run("sh", "-c", line)

    def restore(self, sha: str, name: str) -> bytes:
        codec, dictionary = self.step('sqlite3 morgue.db "SELECT codec', SHA=sha).strip().split("|")
        self.step('sqlite3 morgue.db "SELECT writefile', SHA=sha, page=name)
        if codec == "raw":
            return (self.folder / f"{name}.zst").read_bytes()
        if dictionary:
            (self.folder / "dictionary.html").unlink(missing_ok=True)
            self.restore(dictionary, "dictionary")
            self.step("zstd -d -D dictionary.html", page=name)
        else:
            self.step("zstd -d page.zst", page=name)
        return (self.folder / f"{name}.html").read_bytes()


@pytest.fixture
def reader(morgue: Morgue, tmp_path: Path) -> Reader:
    folder = tmp_path / "reader"
    folder.mkdir()
    return Reader(morgue.archive.path, folder)


PAGES = {
    "alone": page("storm"),
    "against a reference": page("vote"),
    "longer than zstd's window": page("long", "first template") + page("fill", "x") * 400,
    "as it is": hashlib.sha512(b"picture").digest() * 2,
}


def test_bodies_are_restored_with_sqlite3_and_zstd_alone(morgue: Morgue, reader: Reader) -> None:
    stored = {name: put(morgue, data) for name, data in PAGES.items()}
    assert [body.dictionary is not None for body in stored.values()] == [False, True, True, False]
    for n, data in enumerate(PAGES.values()):
        assert reader.restore(sha256(data), f"page{n}") == data


def test_headers_are_readable_with_zstd_alone(morgue: Morgue, reader: Reader) -> None:
    morgue.meet("https://gazette.example/a")
    morgue.receive("https://gazette.example/a")
    reader.run("sqlite3", "morgue.db", "SELECT writefile('headers.zst', response_headers) FROM fetches")
    assert reader.run("zstd", "-dc", "headers.zst") == ""
