"""What a timer needs to know, as text: units for systemd, a line for cron. Every path is absolute."""

import hashlib
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

EVERY = 5
"""Minutes between two looks at what is due; a look that finds nothing costs two seconds of processor."""

_SERVICE = """\
# Written by `morgue schedule install`; `morgue schedule remove` takes it away.
[Unit]
Description=newsmorgue: crawl what is due for {described}

[Service]
Type=oneshot
ExecStart={command}
WorkingDirectory={folder}
# For what morgue.toml takes "env:NAME" from: lines NAME=value. It need not be there.
EnvironmentFile=-{folder}/morgue.env
# 3: a source got nothing it should have. 4: another program uses the archive. 143: stopped, cleanly.
SuccessExitStatus=3 4 143
# A crawl ends by itself and in order; its workers end with it.
KillMode=mixed
TimeoutStopSec=60
Nice=10
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
"""
_TIMER = """\
# Written by `morgue schedule install`; `morgue schedule remove` takes it away.
[Unit]
Description=newsmorgue: look every {every} minutes what is due for {described}

[Timer]
OnCalendar=*:0/{every}
# What was due while the machine was off is made good when it is on again.
Persistent=true
AccuracySec=30s

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, slots=True)
class Timed:
    """What is run every few minutes."""

    python: str
    config: Path
    archive: Path
    force: bool = False

    @property
    def name(self) -> str:
        """Of the units: one for each morgue.toml, told by its folder's name and a hash of its path."""
        folder = re.sub(r"[^a-z0-9]+", "-", self.config.parent.name.lower()).strip("-")
        told = hashlib.sha256(str(self.config).encode(errors="surrogateescape")).hexdigest()[:6]
        return "-".join(filter(None, ("newsmorgue", folder[:40], told)))

    @property
    def command(self) -> list[str]:
        """-P: nothing in the folder is taken for a module of ours."""
        options = ["--config", str(self.config), "--archive", str(self.archive), *(["--force"] if self.force else [])]
        return [self.python, "-P", "-m", "crawler", *options, "--quiet", "crawl", "--due"]

    def service(self) -> str:
        """The text of NAME.service."""
        command = " ".join(map(_quoted, self.command))
        return _SERVICE.format(described=_plain(self.archive), command=command, folder=_plain(self.config.parent))

    def timer(self) -> str:
        """The text of NAME.timer."""
        return _TIMER.format(described=_plain(self.archive), every=EVERY)

    def cron_line(self) -> str:
        """A line of a crontab, where % has a meaning."""
        line = f"cd {shlex.quote(str(self.config.parent))} && {shlex.join(self.command)}"
        return f"*/{EVERY} * * * * {line}".replace("%", r"\%")


def _plain(text: object) -> str:
    """For a setting that is taken to its line's end; specifiers aside."""
    return str(text).replace("%", "%%")


def _quoted(word: str) -> str:
    """A word of ExecStart=, as systemd.syntax(7) and systemd.service(5) read it."""
    if re.fullmatch(r"[\w./:@+=,-]+", word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$").replace("%", "%%")
    return f'"{escaped}"'
