"""One crawl as a process of its own, which can be stopped."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

_OURS = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")  # what systemd said to us


class Child:
    """Runs one process at a time. `say` gets each line that it writes to stderr."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._is_stopped = False

    @property
    def pid(self) -> int | None:
        """Of the process that runs, if one does."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def run(self, words: Sequence[str], folder: Path) -> int | None:
        """`morgue WORDS` in a folder, to its end. Returns its exit code, negative for a signal; None when stopped.

        In a session of its own, so that Ctrl-C reaches it once only, through us.
        """
        # -P: nothing in the folder is taken for a module of ours.
        command = [sys.executable, "-P", "-m", "crawler", *words]
        with self._lock:
            if self._is_stopped:
                return None
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
                command,
                cwd=folder,
                env={name: value for name, value in os.environ.items() if name not in _OURS},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        reader.start()
        code = self._process.wait()
        reader.join(2)  # not longer: a worker that outlives a killed crawl keeps the pipe open
        return None if self._is_stopped else code

    def stop(self) -> None:
        """Ask the process to end, if there is one; none will be begun any more."""
        with self._lock:
            self._is_stopped = True
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()

    def kill(self) -> None:
        """At once, which costs nothing but what was under way."""
        process = self._process
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stderr is not None
        with process.stderr:
            for line in process.stderr:
                self._say(line.rstrip("\n"))
