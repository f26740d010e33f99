"""What workers are made to do in tests: importable, so that it can be sent to them."""

import ctypes
import os
import signal
import sys
import time


def double(n: int) -> int:
    return 2 * n


def whoami() -> int:
    return os.getpid()


def parent() -> int:
    return os.getppid()


def loaded(*modules: str) -> list[str]:
    return [module for module in modules if module in sys.modules]


def spin(path: str | None = None) -> None:
    """Holds the interpreter in Python code for ever; says that it has begun by writing its process id."""
    if path is not None:
        with open(path, "w", encoding="ascii") as file:
            file.write(str(os.getpid()))
    while True:
        pass


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def fill() -> int:
    return len(bytearray(8 * 2**30))


def crash() -> None:
    ctypes.string_at(0)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class OddError(Exception):
    """One of those exceptions that cannot be sent between processes."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


def fail() -> None:
    raise OddError("nothing", "fits")
