"""What systemd is told, and where: sd_notify(3)."""

import os
import socket
from pathlib import Path

import pytest

from crawler.systemd import Systemd


@pytest.mark.parametrize("abstract", [False, True])
def test_lines_go_to_the_socket_that_the_environment_names(tmp_path: Path, abstract: bool) -> None:
    named = f"@morgue-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(f"\0{named[1:]}" if abstract else named)
        channel.settimeout(5)
        Systemd({"NOTIFY_SOCKET": named}).tell("READY=1", "STATUS=well")
        assert channel.recv(100) == b"READY=1\nSTATUS=well"


def test_without_systemd_or_its_socket_nothing_happens(tmp_path: Path) -> None:
    Systemd({}).tell("READY=1")
    Systemd({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell("READY=1")


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_signs_of_life_are_twice_as_frequent_as_they_must_be(environ: dict[str, str], seconds: float | None) -> None:
    assert Systemd(environ).watchdog == seconds
