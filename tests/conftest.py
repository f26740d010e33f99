"""Fixtures that many tests share."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.newssite import NewsSite, NewsWeb


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
    """One run of `morgue demo`, in a folder whose name has blanks. Tests that use it share an xdist group."""
    folder = tmp_path_factory.mktemp("a demo")
    command = [sys.executable, "-m", "crawler", "demo", "--archive", "sample paper/morgue.db"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return Demo(folder / "sample paper" / "morgue.db", ran.stdout)
