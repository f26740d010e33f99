"""`morgue` as somebody types it: a process in a folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from archive import Archive
from tests.newssite import NewsSite
from tests.warm import warm_process

OURS = {"permission": "a test's own server", "allow_networks": ["127.0.0.0/8"], "delay": 0}


@dataclass(frozen=True)
class Typed:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Of a command with --json."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Desk:
    """A folder to type in. No archive is named by the environment, and warnings are errors."""

    folder: Path

    def type(self, *words: str, stdin: str = "") -> Typed:
        """In a process that begins warm and reads pages itself."""
        ended = warm_process("morgue", words, self.folder, self._environment, stdin.encode())
        return Typed(ended.code, ended.out.decode(), ended.err.decode())

    def type_anew(self, *words: str, stdin: str = "") -> Typed:
        """In a process that begins with nothing and has worker processes, as with everybody."""
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-m", "crawler", *words],
            cwd=self.folder,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Typed(ran.returncode, ran.stdout, ran.stderr)

    @property
    def _environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("MORGUE")}

    @property
    def archive(self) -> Path:
        """Where the archive of this folder lies."""
        return self.folder / "morgue.db"

    def rows(self, name: str = "morgue.db") -> list[dict[str, Any]]:
        """The rows of an archive in the folder."""
        with Archive.open(self.folder / name, readonly=True) as archive:
            return list(archive)

    def query(self, query: str) -> list[tuple[Any, ...]]:
        """What the archive of this folder answers."""
        with Archive.open(self.archive, readonly=True) as archive:
            return archive.db.conn.execute(query).fetchall()

    def configure(self, *sites: NewsSite, **keys: Any) -> Path:
        """A morgue.toml with one source for each site, named by its address."""
        blocks = [{"name": site.host, "home": f"{site.url}/", **OURS, **keys} for site in sites]
        return self.write({"crawl": {"contact": "tests@example.org", "workers": 1}, "source": blocks})

    def write(self, document: dict[str, Any]) -> Path:
        config = self.folder / "morgue.toml"
        config.write_text(tomlkit.dumps(document), encoding="utf-8")
        return config
