"""Real crawls in subprocesses, against papers on loopback. Both sums are checked at the end of every one."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

from tests.newssite import NewsSite
from tests.warm import warm_process

TIMEOUT = 60
OURS = {"permission": "a test's own server", "allow_networks": ["127.0.0.0/8"], "delay": 0}
_PARTS = ("new", "revision", "unchanged", "duplicate", "rejected", "failed", "awaiting_extraction")


@dataclass(frozen=True)
class Ran:
    """A crawl that ended by itself."""

    code: int
    report: dict[str, Any]
    stderr: str

    def sums(self, source: str) -> dict[str, Any]:
        """The terms of a source that are not zero."""
        found = next(one for one in self.report["sources"] if one["name"] == source)
        return {term: count for term, count in found["sums"].items() if count and term not in ("source", "reasons")}

    def reasons(self, source: str) -> dict[str, int]:
        found = next(one for one in self.report["sources"] if one["name"] == source)
        reasons: dict[str, int] = found["sums"]["reasons"]
        return reasons

    def problem(self, source: str) -> str | None:
        found = next(one for one in self.report["sources"] if one["name"] == source)
        problem: str | None = found["problem"]
        return problem


@dataclass
class Bench:
    """A folder with a morgue.toml and an archive, and the crawls that are run on them."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    @property
    def archive(self) -> Path:
        return self.folder / "morgue.db"

    @property
    def config(self) -> Path:
        return self.folder / "morgue.toml"

    def configure(self, *sites: NewsSite, **keys: Any) -> None:
        """One source for each site, named by its address."""
        self.configure_each(dict.fromkeys(sites, keys))

    def configure_each(self, sites: Mapping[NewsSite, Mapping[str, Any]]) -> None:
        """The same, with keys for each."""
        blocks = [{"name": site.host, "home": site.url + "/", **OURS, **keys} for site, keys in sites.items()]
        document = {"crawl": {"contact": "tests@example.org", "workers": 1}, "source": blocks}
        self.config.write_text(tomlkit.dumps(document))

    def start(self, *targets: str, **options: Any) -> "subprocess.Popen[str]":
        """A crawl in a process of its own, with worker processes, while it runs."""
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.crawl_process", self._request(targets, options)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment,
        )
        self.started.append(process)
        return process

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.env}

    def _request(self, targets: Sequence[str], options: Mapping[str, Any]) -> str:
        config = str(self.config) if self.config.exists() else None
        return json.dumps({"archive": str(self.archive), "config": config, "targets": targets, **options})

    def end(self) -> None:
        """Leave no process behind, whatever a test did."""
        for process in self.started:
            process.kill()
            process.communicate()

    def crawl(self, *targets: str, **options: Any) -> Ran:
        """Run a crawl to its end, in a process that begins warm; its sums must hold whatever it met."""
        ended = warm_process("crawl", [self._request(targets, options)], Path.cwd(), self._environment, timeout=TIMEOUT)
        report = json.loads(ended.out) if ended.out.strip() else {}
        if report:
            self.check_sums()
        return Ran(ended.code, report, ended.err.decode())

    def check_sums(self) -> None:
        """Both sums, for every source of the last crawl, from the table itself."""
        for (source,) in self.rows(
            "SELECT DISTINCT source_id FROM links WHERE crawl_id = (SELECT max(id) FROM crawls)"
        ):
            where = f"FROM links WHERE crawl_id = (SELECT max(id) FROM crawls) AND source_id = {source}"
            states = {
                state: self.count(f"{where} AND state = '{state}'") for state in ("fetched", "unreachable", "skipped")
            }
            pending = self.count(f"{where} AND state = 'pending'")
            parts = [self.count(f"{where} AND state = 'fetched' AND outcome = '{part}'") for part in _PARTS]
            assert self.count(where) == sum(states.values()) + pending
            assert states["fetched"] == sum(parts)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.archive}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def count(self, where: str, *values: object) -> int:
        return int(self.rows(f"SELECT count(*) {where}", *values)[0][0])

    def execute(self, statement: str) -> None:
        with closing(sqlite3.connect(self.archive)) as connection, connection:
            connection.execute(statement)

    def stored_urls(self) -> list[str]:
        return sorted(url for (url,) in self.rows("SELECT url FROM articles"))


def until(condition: "Sequence[object] | Any", seconds: float = 20.0) -> None:
    """Wait for a condition of another process."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)
