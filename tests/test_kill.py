"""`kill -9` at random moments of a real crawl: nothing is lost or fetched twice, nothing discovered is forgotten."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from archive.store.lock import ArchiveLock
from tests.crawling import Bench, until
from tests.newssite import NewsSite, NewsWeb

STORIES = 25
pytestmark = pytest.mark.xdist_group("kill")


def descendants(pid: int) -> set[int]:
    """The processes that a process has started, and they, by /proc."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def is_alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(process: "subprocess.Popen[str]") -> None:
    """End the crawl as a power cut would, and look at what it leaves after two seconds."""
    workers = descendants(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    until(lambda: not any(map(is_alive, workers)), seconds=2.0)


def lock_is_free(bench: Bench) -> bool:
    with ArchiveLock(bench.archive):
        return True


def killed_and_resumed(bench: Bench, chance: random.Random) -> None:
    sites = [NewsSite(STORIES, host=f"127.0.0.{number}", seed=number) for number in (1, 2)]
    with NewsWeb(sites) as web:
        bench.configure(*sites, delay=0.01)
        process = bench.start()
        until(lambda: web.requests)
        time.sleep(chance.uniform(0.0, 1.5))
        kill(process)
        assert lock_is_free(bench)
        committed = {url for (url,) in bench.rows("SELECT url FROM links WHERE state = 'fetched'")}
        discovered = {url for (url,) in bench.rows("SELECT url FROM links")}
        ran = bench.crawl()
        assert ran.code == 0
        everything = sorted(url for site in sites for url in site.story_urls)
        assert bench.stored_urls() == everything
        assert discovered <= {
            url for (url,) in bench.rows("SELECT url FROM links WHERE state IN ('fetched', 'skipped')")
        }
        asked = [request.url for request in web.requests]
        assert [url for url in committed if asked.count(url) != 1] == []
        assert bench.count("FROM inbox") == 0
        assert [ended for (ended,) in bench.rows("SELECT ended FROM crawls ORDER BY id")][-1] == "finished"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_crawl_is_resumed_where_it_stood(tmp_path: Path, seed: int) -> None:
    killed_and_resumed(Bench(tmp_path), random.Random(seed))


@pytest.mark.endurance
@pytest.mark.parametrize("seed", range(20))
def test_a_killed_crawl_is_resumed_where_it_stood_at_twenty_moments(tmp_path: Path, seed: int) -> None:
    killed_and_resumed(Bench(tmp_path), random.Random(f"endurance {seed}"))
