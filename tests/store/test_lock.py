import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import ArchiveBusy, ArchiveUnusable, ExitCode
from archive.store.lock import ArchiveLock

HOLDER = """
import sys, time
from pathlib import Path
from archive.store.lock import ArchiveLock
lock = ArchiveLock(Path(sys.argv[1]))
lock.acquire("morgue crawl gazette")
print("held", flush=True)
time.sleep(60)
"""


def hold(path: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_busy_archive_says_by_whom_and_since_when_until_its_holder_is_killed(tmp_path: Path) -> None:
    holder = hold(tmp_path / "a.db")
    with holder:
        with pytest.raises(ArchiveBusy) as busy:
            ArchiveLock(tmp_path / "a.db").acquire()
        said = rf"{re.escape(str(tmp_path))}/a\.db is held by pid {holder.pid} \(morgue crawl gazette\) since 20\S+Z"
        assert re.fullmatch(said, str(busy.value))
        assert busy.value.exit_code is ExitCode.BUSY
        holder.kill()
    with ArchiveLock(tmp_path / "a.db"):
        pass


def test_second_lock_of_one_process_is_refused_until_the_first_is_released(tmp_path: Path) -> None:
    first, second = ArchiveLock(tmp_path / "a.db"), ArchiveLock(tmp_path / "a.db")
    first.acquire("one")
    first.acquire("again")
    with pytest.raises(ArchiveBusy, match=rf"held by pid {os.getpid()} \(one\)"):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    second.release()


def test_lock_is_not_inherited_by_programs_that_are_started(tmp_path: Path) -> None:
    with ArchiveLock(tmp_path / "a.db"):
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
    try:
        with ArchiveLock(tmp_path / "a.db"):
            pass
    finally:
        child.kill()
        child.wait()


def test_folder_that_cannot_hold_the_lock_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnusable, match=r"none/a\.db\.lock cannot be written: No such file or directory"):
        ArchiveLock(tmp_path / "none" / "a.db").acquire()
