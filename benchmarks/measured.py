"""Run a command and say what its whole family of processes cost (Linux).

    python -m benchmarks.measured COST.json COMMAND ARGUMENT ...

Every descendant is counted, orphans too: this process adopts them and waits for them. Peak memory is the largest sum of
the family's PSS (memory shared between processes counted once) seen once a second.
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
INTERVAL = 1.0  # seconds; looking costs the kernel some milliseconds


@dataclass(frozen=True)
class Cost:
    """How it ended, seconds of wall clock and of CPU (user and system), bytes of memory.

    `others` is the share of the machine's processors that was busy with anything else meanwhile.
    """

    exit_code: int
    seconds: float
    cpu_seconds: float
    peak_memory: int
    others: float


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


def busy_seconds() -> float:
    """Processor time of the whole machine that was not idle, since it started."""
    user, nice, system, _, _, irq, softirq, *_ = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(map(int, (user, nice, system, irq, softirq))) / os.sysconf("SC_CLK_TCK")


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
    started, busy = time.monotonic(), busy_seconds()
    family = subprocess.Popen(command)
    watcher.start()
    code = wait_for_all(family)
    seconds = time.monotonic() - started
    stop.set()
    watcher.join()
    used, own = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    others = busy_seconds() - busy - cpu - own.ru_utime - own.ru_stime
    return Cost(code, seconds, cpu, peak[0], max(others, 0.0) / seconds / (os.cpu_count() or 1))


def measure(command: list[str], folder: Path, name: str) -> Cost:
    """Run the command in `folder`, what it prints in NAME.out and NAME.err there, from a process of its own."""
    report = folder / f"{name}.json"
    wrapped = [sys.executable, str(Path(__file__).resolve()), str(report), *command]
    with (folder / f"{name}.out").open("wb") as out, (folder / f"{name}.err").open("wb") as err:
        subprocess.run(wrapped, cwd=folder, stdout=out, stderr=err, check=True)
    return Cost(**json.loads(report.read_text()))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(asdict(run(sys.argv[2:]))))
