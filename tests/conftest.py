"""Fixtures that many tests share."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.newssite import NewsSite, NewsWeb

LONG = (
    "test_rebuilding.py",
    "test_download.py",
    "test_ingest.py",
    "test_crawl_manners.py",
    "test_commands.py",
    "test_demo.py",
    "test_extract_command.py",
    "test_bad_input.py",
    "test_crawl.py",
    "test_docs.py",
    "test_workers.py",
    "test_kill.py",
    "test_extract.py",
    "test_learning.py",
    "test_packaging.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that the last one to end does not keep a single processor busy."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture
def newssite() -> Iterator[NewsSite]:
    """One paper with six stories, a feed, a sitemap index and a news sitemap, on 127.0.0.1."""
    site = NewsSite()
    with NewsWeb([site]):
        yield site


@dataclass(frozen=True, slots=True)
class Demo:
    """What `morgue demo` printed, and the archive it left."""

    archive: Path
    printed: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """What one run of `morgue demo` left, in a folder whose name has blanks; for reading, as all workers share it."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "a demo"
    folder.mkdir(exist_ok=True)
    output = folder / "output"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not output.exists():
            output.write_text(_run_demo(folder), encoding="utf-8")
    return Demo(folder / "sample paper" / "morgue.db", output.read_text(encoding="utf-8"))


def _run_demo(folder: Path) -> str:
    command = [sys.executable, "-m", "crawler", "demo", "--archive", "sample paper/morgue.db"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
