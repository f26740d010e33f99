"""Commands in processes that begin with everything loaded: forked from one that has done nothing else.

Loading Scrapy and the extractor takes a process two seconds of processor, and its worker as long again; most tests of
commands claim nothing about either. So `warm_process` forks, and pages are read in a thread of the process itself:
the same command, folder, environment, streams and exit code. What is about worker processes, signals or loading needs
a process of its own.
"""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# One thread: a process with more of them is not safely forked.
_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    code: int
    out: bytes
    err: bytes


def warm_process(
    what: str, words: Sequence[str], folder: Path, environment: Mapping[str, str], stdin: bytes = b"", timeout: int = 60
) -> Ended:
    """Runs `what` of tests.warming ("morgue", "crawl") with these words, to its end. Raises TimeoutError."""
    source = _source()
    assert source.stdin
    assert source.stdout
    with tempfile.TemporaryDirectory() as made:
        streams = [Path(made) / name for name in ("in", "out", "err")]
        streams[0].write_bytes(stdin)
        asked = {"what": what, "words": list(words), "folder": str(folder), "environment": dict(environment)}
        source.stdin.write(json.dumps({**asked, "streams": list(map(str, streams))}) + "\n")
        source.stdin.flush()
        pid = int(source.stdout.readline())
        ready, _, _ = select.select([source.stdout], [], [], timeout)
        if not ready:
            os.kill(pid, signal.SIGKILL)
        code = int(source.stdout.readline())
        if not ready:
            raise TimeoutError(f"{what} {words} took more than {timeout} s")
        return Ended(code, streams[1].read_bytes(), streams[2].read_bytes())


@cache
def _source() -> "subprocess.Popen[str]":
    """The process that is forked, one for this one; it ends when its input does."""
    source = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.warming"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | _THREADS,
    )
    atexit.register(source.communicate)
    return source
