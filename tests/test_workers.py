import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest

from archive.workers import InProcess, PageCrash, PageFailed, PageMemory, PageTimeout, WorkerPool, WorkersLost
from tests.crawling import until
from tests.worker_tasks import crash, double, fail, fill, killed, loaded, parent, sleep, spin, whoami

HERE = os.environ | {"PYTHONPATH": os.getcwd()}
WITHOUT_WORKERS = """
from archive.workers import WorkerPool
from tests.worker_tasks import double
if __name__ == "__main__":
    pool = WorkerPool(workers=1, preload=("no.such.module",))
    print(type(pool.submit(double, 1).exception(30)).__name__)
    pool.close()
"""
PARENT = """
import sys, time
from archive.workers import WorkerPool
from tests.worker_tasks import spin
if __name__ == "__main__":
    pool = WorkerPool(workers=2, seconds=60, preload=())
    for name in sys.argv[1:]:
        pool.submit(spin, name)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(workers=2, seconds=1.0, memory_mb=512, preload=())
    yield pool
    pool.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def eventually(condition: object, seconds: float) -> bool:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(condition())


def test_results_come_from_other_processes(pool: WorkerPool) -> None:
    assert [future.result(20) for future in [pool.submit(double, n) for n in range(20)]] == list(range(0, 40, 2))
    assert pool.submit(whoami).result(20) != os.getpid()


@pytest.mark.parametrize(
    ("task", "failure", "reason"),
    [
        (spin, PageTimeout, "timeout"),
        (fill, PageMemory, "memory"),
        (crash, PageCrash, "crash"),
        (killed, PageCrash, "crash"),
        (fail, PageFailed, "OddError: nothing fits"),
    ],
)
def test_hostile_task_costs_only_itself(pool: WorkerPool, task: object, failure: type, reason: str) -> None:
    before = [pool.submit(double, n) for n in range(5)]
    hostile = pool.submit(task)  # type: ignore[arg-type]
    after = [pool.submit(double, n) for n in range(5)]
    assert [future.result(30) for future in before + after] == [0, 2, 4, 6, 8] * 2
    error = hostile.exception(30)
    assert (type(error), str(error)) == (failure, reason)


def test_idle_workers_that_die_are_replaced_and_their_work_is_done(pool: WorkerPool) -> None:
    for _ in range(3):
        os.kill(pool.submit(whoami).result(20), signal.SIGKILL)
        assert [future.result(20) for future in [pool.submit(double, n) for n in range(5)]] == [0, 2, 4, 6, 8]


def test_time_limit_is_for_each_task_and_not_for_a_workers_life(pool: WorkerPool) -> None:
    assert [future.result(30) for future in [pool.submit(sleep, 0.4) for _ in range(8)]] == [0.4] * 8


def test_workers_load_what_they_need_and_not_the_callers_world() -> None:
    pool = WorkerPool(workers=1, preload=("archive.text",))
    assert pool.submit(loaded, "archive.text", "scrapy", "twisted", "sqlite_utils").result(30) == ["archive.text"]
    pool.close()


def test_closing_ends_spinning_workers_and_fails_their_tasks(tmp_path: Path) -> None:
    pool = WorkerPool(workers=1, seconds=60, preload=())
    spinning, waiting = pool.submit(spin, str(tmp_path / "pid")), pool.submit(double, 1)
    assert eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), 20)
    pool.close()
    assert [type(future.exception(0)) for future in (spinning, waiting)] == [WorkersLost] * 2
    assert not alive(int((tmp_path / "pid").read_text()))
    with pytest.raises(WorkersLost):
        pool.submit(double, 1)


def test_workers_that_cannot_start_are_reported_and_not_tried_for_ever(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(WITHOUT_WORKERS)
    ended = run([sys.executable, str(script)], env=HERE, capture_output=True, text=True, timeout=60, check=True)
    assert (ended.stdout, "No module named 'no'" in ended.stderr) == ("WorkersLost\n", True)


def test_no_process_is_started_before_there_is_something_to_do() -> None:
    before = multiprocessing.active_children()
    pool = WorkerPool(workers=1, preload=())
    time.sleep(0.1)
    assert len(multiprocessing.active_children()) == len(before)
    assert pool.submit(double, 1).result(20) == 2
    assert len(multiprocessing.active_children()) == len(before) + 1
    pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_what_only_some_pages_need_is_loaded_once_before_workers_are_forked() -> None:
    code = "import archive.extraction.beforehand, sys; print({'dateparser', 'py3langid', 'numpy'} - set(sys.modules))"
    code += "; from trafilatura import external; print(external.JT_STOPLIST is None)"
    ended = run([sys.executable, "-c", code], env=HERE, capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "set()\nFalse\n"


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_workers_are_forked_from_a_process_of_their_own(pool: WorkerPool) -> None:
    server = pool.submit(parent).result(20)
    assert server != os.getpid()
    assert Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[1] == str(os.getpid())


def test_a_system_that_starts_no_process_is_reported(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    few = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))\n    pool = WorkerPool("
    script.write_text(WITHOUT_WORKERS.replace("no.such.module", "archive.text").replace("pool = WorkerPool(", few))
    ended = run([sys.executable, str(script)], env=HERE, capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "WorkersLost\n"


def test_workers_start_where_the_folder_for_temporary_files_has_too_long_a_name_for_a_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 120)
    folder.mkdir()
    script = tmp_path / "parent.py"
    script.write_text(WITHOUT_WORKERS.replace("no.such.module", "archive.text").replace("exception", "result"))
    ended = run(
        [sys.executable, str(script)],
        env=HERE | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout == "int\n"


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_work_goes_on_when_the_process_that_workers_are_forked_from_is_killed(pool: WorkerPool) -> None:
    before = pool.submit(parent).result(20)
    os.kill(before, signal.SIGKILL)
    until(lambda: _parent(pool) not in (None, before))
    assert [future.result(20) for future in [pool.submit(double, n) for n in range(5)]] == [0, 2, 4, 6, 8]


def _parent(pool: WorkerPool) -> int | None:
    """The process that workers are forked from; None if the worker that was asked died of it."""
    try:
        return pool.submit(parent).result(20)
    except PageCrash:
        return None


def test_killed_parent_leaves_no_worker_behind(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    files = [tmp_path / "first", tmp_path / "second"]
    arguments = [sys.executable, str(script), *map(str, files)]
    with subprocess.Popen(arguments, env=HERE, stderr=subprocess.DEVNULL) as parent:
        assert eventually(lambda: all(file.exists() and file.read_text() for file in files), 30)
        workers = [int(file.read_text()) for file in files]
        parent.kill()
    assert eventually(lambda: not any(map(alive, workers)), 2)


def test_in_process_runs_at_once_and_fails_in_the_same_words() -> None:
    assert InProcess().submit(double, 4).result(0) == 8
    assert str(InProcess().submit(fail).exception(0)) == "OddError: nothing fits"
