"""One crawl, as the commands run it, for a process that does nothing else."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from archive.errors import NewsmorgueError
from crawler import browser, floor, running
from crawler.crawl import CrawlRequest, run_crawl
from crawler.schedule import pauses


def crawl_once(argument: str) -> int:
    """Runs what the JSON asks for, a CrawlRequest's fields, and prints the report as JSON. Returns the exit code.

    `lock_patience`: seconds that a crawl told to stop waits for another writer, if not ours. What goes wrong is a line
    on stderr, as for `morgue`.
    """
    values = json.loads(argument)
    for name in ("archive", "config"):
        values[name] = Path(values[name]) if values.get(name) else None
    values["targets"] = tuple(values.get("targets", ()))
    running.LOCK_PATIENCE = values.pop("lock_patience", running.LOCK_PATIENCE)
    pauses.FIRST_PAUSE = 0.05  # what is tried again need not be waited for
    if room := os.environ.get("MORGUE_TEST_ROOM"):  # a file that says how many bytes the disk has free
        floor.free_bytes = lambda _place: int(Path(room).read_text())
        floor.LOOK_EVERY = 0.05
    browser.DEADLINE = float(os.environ.get("MORGUE_TEST_DEADLINE", browser.DEADLINE))
    try:
        report = run_crawl(CrawlRequest(**values))
    except NewsmorgueError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(json.dumps(asdict(report)))
    return report.exit_code
