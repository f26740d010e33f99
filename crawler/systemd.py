"""Telling systemd how a service is, as sd_notify(3) has it: datagrams to the socket that the environment names."""

import os
import socket
from collections.abc import Mapping


class Systemd:
    """Does nothing where the service was not started by systemd."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        is_ours = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        microseconds = environ.get("WATCHDOG_USEC", "")
        self.watchdog = int(microseconds) / 2e6 if is_ours and microseconds.isdecimal() else None
        """Seconds between two signs of life, half of what systemd waits; None if it does not wait for any."""

    def tell(self, *lines: str) -> None:
        """`READY=1`, `STATUS=…`, `WATCHDOG=1`, `STOPPING=1`. A socket that is gone is no reason to stop."""
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
                channel.settimeout(1)
                channel.sendto("\n".join(lines).encode(errors="replace"), address)
        except OSError:
            return
