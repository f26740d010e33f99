"""`morgue schedule`: what it writes for systemd and cron, and what it says when that does not work."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import tomlkit

from crawler.installing import Units, install, remove, unit_folder
from crawler.units import Timed
from tests.typing_morgue import Desk

SYSTEMCTL = """#!/bin/sh
echo "systemctl $*" >> {log}
case "$*" in
*is-system-running*) echo {state}; {answer} ;;
esac
{then}
"""
LOGINCTL = """#!/bin/sh
echo "loginctl $*" >> {log}
case "$*" in
*enable-linger*) {linger} ;;
show-user*) cat {state} ;;
esac
"""


@dataclass
class Machine:
    """A PATH with a systemctl and a loginctl of ours, and what was asked of them."""

    folder: Path

    def __post_init__(self) -> None:
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.log = self.folder / "asked"
        self.linger = self.folder / "linger"
        self.linger.write_text("Linger=no\n")

    def systemd(self, state: str = "running", answer: str = "exit 0", then: str = "exit 0") -> None:
        self._program("systemctl", SYSTEMCTL.format(log=self.log, state=state, answer=answer, then=then))

    def logins(self, *, may_linger: bool) -> None:
        does = f'echo "Linger=yes" > {self.linger}' if may_linger else "exit 1"
        self._program("loginctl", LOGINCTL.format(log=self.log, linger=does, state=self.linger))

    @property
    def asked(self) -> list[str]:
        return self.log.read_text().splitlines()

    def _program(self, name: str, text: str) -> None:
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    (made.bin / "cat").symlink_to(shutil.which("cat") or "/bin/cat")
    monkeypatch.setenv("PATH", str(made.bin))
    monkeypatch.setenv("USER", "ada")
    monkeypatch.setenv("LOGNAME", "ada")
    return made


@pytest.fixture
def units(tmp_path: Path) -> Units:
    folder = tmp_path / "100% press"
    folder.mkdir()
    return Units(Timed(sys.executable, folder / "morgue.toml", folder / "morgue.db"), tmp_path / "units")


@dataclass
class Heard:
    said: list[str]
    shown: list[str]


@pytest.fixture
def heard() -> Heard:
    return Heard([], [])


def test_a_timer_is_written_with_absolute_paths_and_switched_on(machine: Machine, units: Units, heard: Heard) -> None:
    machine.systemd()
    machine.logins(may_linger=True)
    assert install(units, heard.said.append, heard.shown.append)
    assert heard.shown == []
    assert heard.said[-1] == "lingering is on now, so that it also runs while ada is not logged in"
    assert machine.asked == [
        "systemctl --user is-system-running",
        "systemctl --user daemon-reload",
        f"systemctl --user enable --now {units.timer.name}",
        "loginctl show-user ada --property=Linger",
        "loginctl --no-ask-password enable-linger ada",
        "loginctl show-user ada --property=Linger",
    ]
    service = units.service.read_text()
    config = str(units.timed.config).replace("%", "%%")
    archive = str(units.timed.archive).replace("%", "%%")
    words = f'-P -m crawler --config "{config}" --archive "{archive}" --quiet crawl --due'
    assert f"ExecStart={sys.executable} {words}\n" in service
    assert f"WorkingDirectory={config.removesuffix('/morgue.toml')}\n" in service
    assert "OnCalendar=*:0/5\nPersistent" not in service
    assert "Persistent=true\n" in units.timer.read_text()


def test_where_lingering_may_not_be_switched_on_the_command_for_the_administrator_is_shown(
    machine: Machine, units: Units, heard: Heard
) -> None:
    machine.systemd(state="degraded", answer="exit 1")
    machine.logins(may_linger=False)
    assert install(units, heard.said.append, heard.shown.append)
    assert heard.shown == ["sudo loginctl enable-linger ada"]
    assert heard.said[-1] == "it runs only while ada is logged in; for it to run always, an administrator types:"


def test_where_lingering_is_on_nothing_is_asked_for(machine: Machine, units: Units, heard: Heard) -> None:
    machine.systemd()
    machine.logins(may_linger=True)
    machine.linger.write_text("Linger=yes\n")
    assert install(units, heard.said.append, heard.shown.append)
    assert [line for line in machine.asked if "enable-linger" in line] == []


@pytest.mark.parametrize(
    ("systemd", "why"),
    [
        (None, "this machine has no systemd"),
        ({"state": "offline", "answer": "exit 1"}, "systemd runs nothing for this user (offline)"),
        ({"state": "", "answer": "echo no bus >&2; exit 1"}, "systemd runs nothing for this user (no bus)"),
        ({"then": "echo Access denied >&2; exit 1"}, "systemd says 'Access denied'"),
    ],
)
def test_without_a_systemd_that_runs_it_the_line_for_cron_is_shown_and_nothing_left(
    machine: Machine, units: Units, heard: Heard, systemd: dict[str, str] | None, why: str
) -> None:
    if systemd is not None:
        machine.systemd(**systemd)
    assert not install(units, heard.said.append, heard.shown.append)
    assert heard.said == [f"nothing is scheduled yet: {why}; add this line with `crontab -e`:"]
    folder = str(units.timed.config.parent).replace("%", r"\%")
    assert heard.shown == [
        f"*/5 * * * * cd '{folder}' && {sys.executable} -P -m crawler --config '{folder}/morgue.toml' "
        f"--archive '{folder}/morgue.db' --quiet crawl --due"
    ]
    assert not units.are_there


def test_on_macos_there_is_the_line_for_cron(units: Units, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not install(units, heard.said.append, heard.shown.append)
    assert len(heard.shown) == 1
    assert "macOS" in heard.said[0]


def test_a_timer_that_was_installed_can_be_removed_once(machine: Machine, units: Units, heard: Heard) -> None:
    machine.systemd()
    install(units, heard.said.append, heard.shown.append)
    assert units.are_there
    machine.log.unlink()
    assert remove(units, heard.said.append)
    assert (units.service.exists(), units.timer.exists()) == (False, False)
    assert machine.asked == [
        f"systemctl --user disable --now {units.timer.name}",
        "systemctl --user daemon-reload",
    ]
    assert not remove(units, heard.said.append)
    assert heard.said[-1].startswith(f"there is no {units.timer}")


def test_each_morgue_toml_has_a_timer_of_its_own() -> None:
    names = {Timed("python", Path(path) / "morgue.toml", Path("/a.db")).name for path in ("/srv/News 1", "/srv/news 1")}
    assert len(names) == 2
    assert all(name.startswith("newsmorgue-news-1-") for name in names)


def test_units_lie_where_systemd_looks_for_them() -> None:
    assert unit_folder({"XDG_CONFIG_HOME": "/c"}) == Path("/c/systemd/user")
    assert unit_folder({}) == Path.home() / ".config/systemd/user"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    folder = tmp_path / 'the "100% $press" of today'
    folder.mkdir()
    timed = Timed(sys.executable, folder / "morgue.toml", folder / "morgue.db")
    written = Units(timed, tmp_path)
    written.service.write_text(timed.service())
    written.timer.write_text(timed.timer())
    verified = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(written.service), str(written.timer)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (verified.returncode, verified.stderr) == (0, "")


# -- as somebody types it


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "desk"
    folder.mkdir()
    return Desk(folder)


def configure(desk: Desk, **crawl: str) -> None:
    source = {"name": "Post", "home": "https://www.post.com/", "feeds": ["https://www.post.com/rss"], "every": "6h"}
    paused = {"name": "Mail", "home": "https://www.mail.com/", "paused": True}
    document = {"crawl": crawl, "source": [source, paused]}
    (desk.folder / "morgue.toml").write_text(tomlkit.dumps(document))


def test_show_tells_what_is_due_and_why_and_who_is_left_alone(desk: Desk) -> None:
    configure(desk)
    shown = desk.type("schedule", "show")
    assert shown.code == 0
    assert [line.split("\t") for line in shown.out.splitlines()] == [
        ["source", "what", "due", "by", "count", "url"],
        ["Post", "front", "now", "not read yet", "1", "https://www.post.com/"],
        ["Post", "feed", "now", "not read yet", "1", "https://www.post.com/rss"],
    ]
    assert shown.err.splitlines() == ["paused: Mail", "nobody looks by themselves: `morgue schedule install`"]
    rows = desk.type("schedule", "show", "--json").rows
    assert [list(row) for row in rows] == [["source", "what", "at", "by", "url", "count"]] * 2
    assert {row["at"][-1] for row in rows} == {"Z"}


@pytest.mark.parametrize("action", ["install", "watch"])
def test_nobody_is_asked_day_and_night_by_somebody_without_a_contact(desk: Desk, action: str) -> None:
    configure(desk)
    typed = desk.type(*(["watch"] if action == "watch" else ["schedule", action]))
    assert (typed.code, typed.out) == (2, "")
    assert typed.err == (
        f"morgue: {desk.folder / 'morgue.toml'} names no contact, so sites cannot tell who asks day and night; "
        'add this line under [crawl]: contact = "you@example.org"\n'
    )


def test_install_on_this_machine_writes_units_or_shows_a_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(desk, contact="tests@example.org")
    monkeypatch.setenv("PATH", str(desk.folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk.folder / "config"))
    typed = desk.type("schedule", "install")
    assert typed.code == 0
    assert typed.out.endswith(
        f"--config {desk.folder / 'morgue.toml'} --archive {desk.folder / 'morgue.db'} --quiet crawl --due\n"
    )
    assert typed.err == "nothing is scheduled yet: this machine has no systemd; add this line with `crontab -e`:\n"
    assert desk.type("schedule", "remove").code == 1
