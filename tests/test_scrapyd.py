"""The project under Scrapyd: deployed as its client does it, scheduled with string arguments."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.crawling import Bench, until
from tests.newssite import NewsSite, NewsWeb

ROOT = Path(__file__).parents[1]
PROJECT = ("archive", "crawler", "scrapy.cfg", "pyproject.toml", "README.md", "LICENSE")
SETUP = """
# Automatically created by: scrapyd-deploy

from setuptools import setup, find_packages

setup(
    name         = 'project',
    version      = '1.0',
    packages     = find_packages(),
    entry_points = {'scrapy': ['settings = crawler.settings']},
)
"""
CONF = "[scrapyd]\nhttp_port = {port}\nbind_address = 127.0.0.1\npoll_interval = 0.2\nmax_proc = 1\n"
pytestmark = pytest.mark.endurance


@dataclass(frozen=True)
class Scrapyd:
    """A server on loopback."""

    url: str
    folder: Path

    def get(self, service: str, **values: str) -> dict[str, Any]:
        url = f"{self.url}/{service}.json?{urllib.parse.urlencode(values)}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            told: dict[str, Any] = json.loads(answer.read())
        return told

    def post(self, service: str, **values: str | bytes) -> dict[str, Any]:
        """A form, as the client's requests.post sends it."""
        boundary, parts = uuid.uuid4().hex, []
        for name, value in values.items():
            kind = f'; filename="{name}"' if isinstance(value, bytes) else ""
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{kind}\r\n\r\n'
            parts.append(head.encode() + (value if isinstance(value, bytes) else value.encode()) + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        request = urllib.request.Request(f"{self.url}/{service}.json", body, headers)
        with urllib.request.urlopen(request, timeout=120) as answer:
            told: dict[str, Any] = json.loads(answer.read())
        assert told["status"] == "ok", told
        return told

    def job(self, **arguments: str) -> str:
        """Schedule the spider, wait for its end, and return its log."""
        job: str = self.post("schedule", project="newsmorgue", spider="news", **arguments)["jobid"]
        until(lambda: job in {one["id"] for one in self.get("listjobs", project="newsmorgue")["finished"]}, 90)
        return (self.folder / "logs" / "newsmorgue" / "news" / f"{job}.log").read_text()


def egg(folder: Path) -> bytes:
    """The project's egg, built by `python setup.py clean -a bdist_egg` with the file that the client writes."""
    copy = folder / "project"
    copy.mkdir()
    for name in PROJECT:
        source = ROOT / name
        copied = shutil.copytree if source.is_dir() else shutil.copy
        copied(source, copy / name)
    (copy / "setup.py").write_text(SETUP)
    made = folder / "egg"
    subprocess.run(
        [sys.executable, "setup.py", "clean", "-a", "bdist_egg", "-d", str(made)],
        cwd=copy,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        check=True,
        capture_output=True,
        timeout=120,
    )
    (path,) = made.glob("*.egg")
    return path.read_bytes()


def libraries_only(folder: Path) -> Path:
    """What is installed here, without newsmorgue: what runs must come from the egg."""
    made = folder / "libraries"
    made.mkdir()
    installed = Path(sys.prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    for entry in installed.iterdir():
        if "newsmorgue" not in entry.name and entry.suffix != ".pth":
            (made / entry.name).symlink_to(entry)
    return made


@contextmanager
def scrapyd(folder: Path) -> Iterator[Scrapyd]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "scrapyd.conf").write_text(CONF.format(port=port))
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MORGUE", "PYTHON", "SCRAPY"))}
    with (folder / "scrapyd.log").open("wb") as log:
        process = subprocess.Popen(
            [python, "-m", "scrapyd"],
            cwd=folder,
            env=environ | {"PYTHONPATH": str(libraries_only(folder))},
            stdout=log,
            stderr=log,
        )
        server = Scrapyd(f"http://127.0.0.1:{port}", folder)
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    server.get("daemonstatus")
                    break
                except OSError:
                    assert time.monotonic() < deadline, (folder / "scrapyd.log").read_text()
                    assert process.poll() is None, (folder / "scrapyd.log").read_text()
                    time.sleep(0.2)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def test_the_project_is_deployed_and_its_spider_scheduled_with_strings(tmp_path: Path) -> None:
    bench, site = Bench(tmp_path), NewsSite(3)
    (tmp_path / "server").mkdir()
    with NewsWeb([site]), scrapyd(tmp_path / "server") as server:
        bench.configure(site, every="6h")
        added = server.post("addversion", project="newsmorgue", version="r1", egg=egg(tmp_path))
        assert added["spiders"] == 1
        assert server.get("listspiders", project="newsmorgue")["spiders"] == ["news"]

        where = {"archive": str(bench.archive), "config": str(bench.config)}
        assert server.job(**where, due="yes") == ""
        assert bench.stored_urls() == sorted(site.story_urls)
        assert bench.rows("SELECT command, ended FROM crawls") == [("scrapy crawl news", "finished")]
        bench.check_sums()

        asked = len(site.paths)
        assert server.job(**where, due="yes") == ""  # nothing is
        assert (bench.count("FROM crawls"), len(site.paths)) == (1, asked)

        assert server.job(**where, targets=f"{site.host} {site.story_urls[0]}", limit="1", revisit="yes") == ""
        assert bench.count("FROM crawls") == 2
        bench.check_sums()
        assert "has no argument 'sinc'" in server.job(**where, sinc="7d")
