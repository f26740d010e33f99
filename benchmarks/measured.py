"""Run a command and say what its whole family of processes cost (Linux).

    python -m benchmarks.measured COST.json COMMAND ARGUMENT ...

Every descendant is counted, orphans too: this process adopts them and waits for them. Peak memory is the largest sum of
the family's PSS (memory shared between processes counted once) seen four times a second.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
INTERVAL = 0.25


@dataclass(frozen=True)
class Cost:
    """Seconds of wall clock and of CPU (user and system), bytes of memory, and how it ended."""

    exit_code: int
    seconds: float
    cpu_seconds: float
    peak_memory: int


def descendants(pid: int) -> list[int]:
    """Every living process below `pid`."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children[parent].append(int(entry.name))
    found, ahead = [], [pid]
    while ahead:
        below = children[ahead.pop()]
        found += below
        ahead += below
    return found


def proportional_memory(pid: int) -> int:
    """PSS in bytes; 0 once the process is gone."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return 0


def watch(stop: threading.Event, peak: list[int]) -> None:
    while not stop.wait(INTERVAL):
        peak[0] = max(peak[0], sum(proportional_memory(pid) for pid in descendants(os.getpid())))


def wait_for_all(command: subprocess.Popen[bytes]) -> int:
    """The command's exit code, once nothing of its family lives."""
    code = command.wait()
    with suppress(ChildProcessError):
        while True:
            os.wait()
    return code


def run(command: list[str]) -> Cost:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    stop, peak = threading.Event(), [0]
    watcher = threading.Thread(target=watch, args=(stop, peak))
    started = time.monotonic()
    family = subprocess.Popen(command)
    watcher.start()
    code = wait_for_all(family)
    seconds = time.monotonic() - started
    stop.set()
    watcher.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(code, seconds, used.ru_utime + used.ru_stime, peak[0])


def measure(command: list[str], folder: Path, name: str) -> Cost:
    """Run the command in `folder`, what it prints in NAME.out and NAME.err there, from a process of its own."""
    report = folder / f"{name}.json"
    wrapped = [sys.executable, str(Path(__file__).resolve()), str(report), *command]
    with (folder / f"{name}.out").open("wb") as out, (folder / f"{name}.err").open("wb") as err:
        subprocess.run(wrapped, cwd=folder, stdout=out, stderr=err, check=True)
    return Cost(**json.loads(report.read_text()))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(asdict(run(sys.argv[2:]))))
