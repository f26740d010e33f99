"""Putting a timer into a user's systemd, and taking it out."""

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.units import EVERY, Timed

PATIENCE = 30
"""Seconds for an answer of systemd."""


def unit_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where systemd looks for a user's own units."""
    config = environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(config) / "systemd" / "user"


@dataclass(frozen=True, slots=True)
class Units:
    """The two files of a timer."""

    timed: Timed
    folder: Path

    @property
    def service(self) -> Path:
        """What is run."""
        return self.folder / f"{self.timed.name}.service"

    @property
    def timer(self) -> Path:
        """When it is run."""
        return self.folder / f"{self.timed.name}.timer"

    @property
    def are_there(self) -> bool:
        """Whether both are."""
        return self.service.exists() and self.timer.exists()


def install(units: Units, say: Callable[[str], None], show: Callable[[str], None]) -> bool:
    """Write the units and enable the timer; else `show` the line for cron. Returns whether something is scheduled."""
    if (without := _no_systemd()) is not None:
        say(f"nothing is scheduled yet: {without}; add this line with `crontab -e`:")
        show(units.timed.cron_line())
        return False
    units.folder.mkdir(parents=True, exist_ok=True)
    units.service.write_text(units.timed.service(), encoding="utf-8")
    units.timer.write_text(units.timed.timer(), encoding="utf-8")
    problem = _systemctl("daemon-reload") or _systemctl("enable", "--now", units.timer.name)
    if problem is not None:
        units.service.unlink()
        units.timer.unlink()
        say(f"nothing is scheduled yet: systemd says {problem!r}; add this line with `crontab -e`:")
        show(units.timed.cron_line())
        return False
    say(f"wrote {units.service}\nwrote {units.timer}")
    say(f"{units.timer.name} is on: every {EVERY} minutes it looks what is due, also after a restart")
    _linger(say, show)
    return True


def remove(units: Units, say: Callable[[str], None]) -> bool:
    """Take the timer out. Returns whether there was one. A crawl that runs goes on to its end."""
    if not units.service.exists() and not units.timer.exists():
        say(f"there is no {units.timer}; a line in a crontab is yours to take out (`crontab -e`)")
        return False
    if (problem := _systemctl("disable", "--now", units.timer.name)) is not None:
        say(f"{units.timer.name} could not be stopped: systemd says {problem!r}")
    units.service.unlink(missing_ok=True)
    units.timer.unlink(missing_ok=True)
    _systemctl("daemon-reload")
    say(f"removed {units.service}\nremoved {units.timer}")
    return True


def _no_systemd() -> str | None:
    """Why there is no systemd that runs timers for this user; None if there is."""
    if sys.platform == "darwin":
        return "macOS has no systemd"
    if shutil.which("systemctl") is None:
        return "this machine has no systemd"
    # "degraded" and "starting" are told by the exit code, too: what counts is that there is an answer.
    state = _run("systemctl", "--user", "is-system-running")
    if state.stdout.strip() in ("", "offline", "unknown"):
        return f"systemd runs nothing for this user ({state.stderr.strip() or state.stdout.strip() or 'no answer'})"
    return None


def _linger(say: Callable[[str], None], show: Callable[[str], None]) -> None:
    """Without lingering, systemd ends a user's timers with the last session."""
    user = getpass.getuser()
    if _lingers(user):
        return
    if shutil.which("loginctl"):
        _run("loginctl", "--no-ask-password", "enable-linger", user)
    if _lingers(user):
        say(f"lingering is on now, so that it also runs while {user} is not logged in")
        return
    say(f"it runs only while {user} is logged in; for it to run always, an administrator types:")
    show(f"sudo loginctl enable-linger {user}")


def _lingers(user: str) -> bool:
    if shutil.which("loginctl") is None:
        return False
    return _run("loginctl", "show-user", user, "--property=Linger").stdout.strip() == "Linger=yes"


def _systemctl(*words: str) -> str | None:
    """What is wrong, in systemd's words; None if nothing is."""
    ran = _run("systemctl", "--user", *words)
    if ran.returncode == 0:
        return None
    return next(iter(ran.stderr.strip().splitlines()[-1:]), f"exit code {ran.returncode}")


def _run(*words: str) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603 - systemd's own programs, looked up on the user's PATH
            words, capture_output=True, text=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(words, 1, "", str(error))
