"""A real `morgue watch` in a folder, and what it says."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.crawling import Bench, until

_END = b"END"


@dataclass
class Watch:
    """The process, and the file that it writes to."""

    process: "subprocess.Popen[bytes]"
    log: Path
    told: list[str] = field(default_factory=list)
    """What systemd was told."""

    @property
    def lines(self) -> list[str]:
        """What it said, without the times."""
        return [line.partition("Z ")[2] or line for line in self.log.read_text().splitlines()]

    def says(self, words: str, times: int = 1) -> bool:
        return sum(words in line for line in self.lines) >= times

    def wait_for(self, words: str, seconds: float = 40.0, times: int = 1) -> None:
        try:
            until(lambda: self.says(words, times), seconds)
        except AssertionError:
            raise AssertionError("\n".join(self.lines)) from None

    def crawl_pid(self) -> int | None:
        """Of the crawl that runs now."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = [int(pid) for task in children.parents[1].iterdir() for pid in (task / "children").read_text().split()]
        return found[0] if found else None

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def watching(bench: Bench, *words: str, log: Path | None = None) -> Iterator[Watch]:
    """A watch of the bench's morgue.toml, which rests a second where it else rests a minute."""
    folder = log or bench.folder
    log, address = folder / "watch.log", folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel, log.open("wb") as out:
        channel.bind(str(address))
        environ = {name: value for name, value in os.environ.items() if not name.startswith("MORGUE")}
        environ |= {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": "1000000"}
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(Path.cwd()), os.environ.get("PYTHONPATH"))))
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.watch_process", *words],
            cwd=bench.folder,
            env=environ,
            stdout=out,
            stderr=out,
        )
        watch = Watch(process, log)
        reader = threading.Thread(target=_listen, args=(channel, watch.told))
        reader.start()
        try:
            yield watch
        finally:
            if (pid := watch.crawl_pid() if process.poll() is None else None) is not None:
                os.kill(pid, signal.SIGKILL)
            process.kill()
            process.wait()
            channel.sendto(_END, str(address))
            reader.join()
            address.unlink()


def _listen(channel: socket.socket, told: list[str]) -> None:
    """A socket holds ten messages: they are read while they come."""
    while (message := channel.recv(4096)) != _END:
        told += message.decode().splitlines()
