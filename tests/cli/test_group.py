"""`morgue` itself: what it says of its commands, and what it loads."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from archive import Archive
from archive.cli.options import Options
from crawler.cli import GROUPS, morgue, next_step
from tests.cli.conftest import Morgue
from tests.filled import filled

COMMANDS = [entry for entries in GROUPS.values() for entry in entries]
HEAVY = {"scrapy", "twisted", "trafilatura", "lxml", "pydantic", "aiohttp", "sqlite_utils"}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MORGUE_ARCHIVE", raising=False)


def loaded_by(*words: str) -> set[str]:
    code = "import sys; from crawler.cli import run, Options; run(sys.argv[1:], Options()); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_help_loads_no_command() -> None:
    assert not loaded_by("--help") & (HEAVY | {"rich"})
    assert not loaded_by() & HEAVY


@pytest.mark.parametrize("name", ["status", "sql", "search", "show", "export", "extract"])
def test_asking_loads_neither_crawler_nor_extractor(name: str) -> None:
    assert not loaded_by(name, "--help") & {"scrapy", "twisted", "trafilatura", "pydantic", "aiohttp"}


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_a_command_is_what_the_group_says_of_it(entry: object) -> None:
    name = entry.name  # type: ignore[attr-defined]
    command = morgue.get_command(click.Context(morgue), name)
    assert command is not None
    assert command.short_help == entry.says  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--archive", "--debug", "--quiet", "--force"} <= options


def test_alone_it_prints_four_groups_and_the_next_step(morgue: Morgue) -> None:
    ran = morgue()
    assert ran.code == 0
    headings = [line for line in ran.out.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings == ["Collect:", "Look after:", "Ask:", "Take away:", "Options:"]
    assert ran.out.splitlines()[-1].startswith("Next: `morgue crawl https://…` archives")


def test_the_next_step_depends_on_what_there_is(tmp_path: Path) -> None:
    config = tmp_path / "morgue.toml"
    config.write_text("")
    assert next_step(Options()).startswith("`morgue add https://…` writes a site's source into ")
    config.write_text("[[source]]\n")
    assert next_step(Options()) == f"`morgue crawl` archives what is new on the sources of {config}."
    Archive.open(tmp_path / "morgue.db", create=True).close()
    assert next_step(Options()).startswith("`morgue status` tells what your archive holds")


def test_global_options_stand_before_or_after_the_command(morgue: Morgue, tmp_path: Path) -> None:
    path = str(filled(tmp_path / "some.db"))
    expected = "n\n3\n"
    query = "SELECT count(*) AS n FROM latest"
    assert morgue("--archive", path, "-q", "sql", query) == morgue("sql", query, "--archive", path, "--quiet")
    assert morgue("--archive", path, "-q", "sql", query).out == expected
    assert morgue("--archive", "no.db", "sql", query, "--archive", path).out == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serch"], "there is no command 'serch'; did you mean `morgue search`; see `morgue --help`"),
        (["news.at"], "there is no command 'news.at'; did you mean `morgue crawl news.at`; see `morgue --help`"),
        (["qqq"], "there is no command 'qqq'; see `morgue --help`"),
        (["search"], "Missing argument 'WORDS...'; see `morgue search --help`"),
        (["sql", "x", "y"], "Got unexpected extra argument (y); see `morgue sql --help`"),
    ],
)
def test_a_mistyped_command_is_one_line(morgue: Morgue, words: list[str], said: str) -> None:
    ran = morgue(*words)
    assert (ran.code, ran.out, ran.err) == (2, "", f"morgue: {said}\n")


def start(*words: str, **streams: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "crawler", *words], text=True, **streams)  # type: ignore[call-overload, no-any-return]


ENDLESS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_even_a_query_that_never_would(tmp_path: Path, number: signal.Signals, code: int) -> None:
    path = str(filled(tmp_path / "some.db"))
    process = start("sql", ENDLESS, "--archive", path, stderr=subprocess.PIPE)
    wait_until_busy(process.pid)
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert "Traceback" not in err


def wait_until_busy(pid: int) -> None:
    """Until the process has used some seconds of a processor, so that it is past its imports."""
    ticks = os.sysconf("SC_CLK_TCK")
    while True:
        state, *used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        assert state != "Z", "it ended by itself"
        if (int(used[10]) + int(used[11])) / ticks > 2.0:
            return
        time.sleep(0.05)


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    path = str(filled(tmp_path / "some.db"))
    many = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 300000) SELECT * FROM n"
    process = start("sql", many, "--archive", path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "x\n"
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=20) == 1
    process.stderr.close()


def test_a_mistake_of_ours_is_one_line_too(tmp_path: Path) -> None:
    code = "import crawler.cli as c; c.run = lambda *a: 1 / 0; c.main()"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith("morgue: failed on ZeroDivisionError: division by zero; ")
    assert len(ran.stderr.splitlines()) == 1
