"""The process that tests.warm forks, `python -m tests.warming`: JSON lines in, process ids and exit codes out."""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import archive.cli.extract
import archive.cli.importing
import archive.cli.judge
import archive.cli.rebuild
import archive.cli.search
import archive.cli.show
import archive.cli.sql
import archive.cli.status
import archive.extraction.reading
import archive.interpretation
import crawler.adding
import crawler.cli
import crawler.commands
import crawler.doctor
import crawler.explaining
import crawler.extensions
import crawler.gaps
import crawler.listings
import crawler.starting
from archive.urls import url_key
from archive.workers import guarded
from crawler.schedule import pauses
from tests.crawl_once import crawl_once

Result = TypeVar("Result")


class Beside:
    """Reads pages in a thread of this process, in their order; what is made in place of a WorkerPool."""

    def __init__(self, *given: Any, **more: Any) -> None:
        self._thread = ThreadPoolExecutor(1)

    def submit(self, function: Callable[..., Result], /, *args: Any) -> Future[Result]:
        return self._thread.submit(guarded, function, *args)

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)


def morgue(*words: str) -> None:
    """`morgue WORDS`."""
    sys.argv = [crawler.cli.__file__, *words]
    crawler.cli.main()


def crawl(argument: str) -> None:
    """What tests.crawl_process does."""
    sys.exit(crawl_once(argument))


RUNS: dict[str, Callable[..., None]] = {"morgue": morgue, "crawl": crawl}


def serve() -> None:
    """Answers until the input ends. A forked process leaves it by its end."""
    while line := sys.stdin.readline():
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            begin(asked["folder"], asked["environment"], asked["streams"])
            RUNS[asked["what"]](*asked["words"])
            return
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def begin(folder: str, environment: dict[str, str], streams: Sequence[str]) -> None:
    """The folder, the environment and the streams of the process asked for."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    for number, path in enumerate(streams):
        opened = os.open(path, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)


def warm_up() -> None:
    """What every process would do again: the list of public suffixes; no worker processes, and no long pauses."""
    url_key("https://www.example.org/")
    pauses.FIRST_PAUSE = 0.05  # what is tried again need not be waited for
    readers = (archive.cli.extract, archive.cli.importing, archive.cli.judge, archive.cli.rebuild, archive.cli.show)
    for module in readers:
        module.WorkerPool = Beside  # type: ignore[attr-defined]
    crawler.extensions.WorkerPool = Beside  # type: ignore[assignment,misc]


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())
    warm_up()
    serve()
