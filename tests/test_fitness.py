"""`morgue doctor` without a URL: the machine and the archive, each sickness by itself."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from archive.fitness import Check, archive_checks, clock, free_space, machine_checks, of_file
from archive.growth import Growth
from archive.models import Page
from archive.store.archive import Archive
from archive.store.fetches import FetchContext
from archive.store.lock import ArchiveLock, holder
from archive.store.soundness import Dated, FileState, answered_at
from crawler.fitness import config_checks, proxy_check, timer_checks
from crawler.sources import CrawlOptions, Settings
from tests.filled import filled
from tests.typing_morgue import Desk

NOW = datetime(2026, 10, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def states(checks: object) -> dict[str, str]:
    return {check.name: check.state for check in checks}  # type: ignore[attr-defined]


def test_this_machine_is_fit() -> None:
    assert states(machine_checks()) == dict.fromkeys(("Python", "SQLite", "FTS5", "workers"), "ok")


def test_a_sound_archive(tmp_path: Path) -> None:
    path = filled(tmp_path / "morgue.db")
    found = states(archive_checks(path, 10**6, NOW))
    assert found.pop("free space") in ("ok", "note")
    assert found.pop("clock") == "note"  # its answers have no dates
    assert found == dict.fromkeys(("file system", "archive", "log", "integrity", "lock"), "ok")


def test_an_archive_that_is_not_there_is_no_mistake(tmp_path: Path) -> None:
    *_, last = archive_checks(tmp_path / "morgue.db", 10**6, NOW)
    assert (last.name, last.state) == ("archive", "note")


def test_a_damaged_archive_is_unusable(tmp_path: Path) -> None:
    path = filled(tmp_path / "morgue.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'links_url_key'").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    checks = {check.name: check for check in archive_checks(path, 10**6, NOW)}
    assert (checks["integrity"].state, checks["integrity"].unusable) == ("wrong", True)
    assert Desk(tmp_path).type("doctor").code == 5


def test_what_is_no_archive_is_unusable(tmp_path: Path) -> None:
    path = tmp_path / "morgue.db"
    path.write_bytes(b"not SQLite" * 1000)
    assert [check.said for check in archive_checks(path, 10**6, NOW) if check.unusable] == [
        f"{path} is not an archive: not a SQLite file"
    ]


def test_an_older_format_a_long_log_and_pages_that_wait_are_told(tmp_path: Path) -> None:
    path = tmp_path / "morgue.db"
    path.write_bytes(b"x")
    with Path(f"{path}-wal").open("wb") as log:
        log.truncate(600 * 2**20)
    checks = list(of_file(FileState(8, 14, 3), path))
    assert [(check.name, check.state) for check in checks] == [
        ("archive", "note"),
        ("log", "note"),
        ("inbox", "note"),
    ]
    assert "of format 8; this program writes 14" in checks[0].said


def test_the_holder_of_the_lock_is_named_and_a_dead_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "morgue.db"
    assert holder(path) is None
    with ArchiveLock(path) as lock:
        lock.acquire()
        assert (holder(path) or "").startswith(f"held by pid {os.getpid()} (")
    assert holder(path) is None
    Path(f"{path}.lock").write_text("4194304999\n2026-10-04T12:00:00.000Z\nmorgue crawl\n")
    assert holder(path) is None


@pytest.mark.parametrize(
    ("free", "floor_on", "state"),
    [(10**10, None, "ok"), (10**10, "2027-10-04", "ok"), (10**10, "2026-11-01", "note"), (10**8, None, "wrong")],
)
def test_free_space(free: int, floor_on: str | None, state: str) -> None:
    grown = Growth(10**9, 10**7, free, 10**9, date.fromisoformat(floor_on) if floor_on else None)
    assert free_space(grown, NOW.date()).state == state


def dated(host: str, behind: float, at: datetime = NOW) -> Dated:
    return Dated(host, at + timedelta(seconds=behind), at)


@pytest.mark.parametrize(
    ("answers", "state", "said"),
    [
        ([], "note", "no answers with a date are held yet, to compare this machine's clock with"),
        ([dated("a", 1), dated("b", 2)], "ok", "2 s behind 2 servers that answered last"),
        ([dated("a", 30)], "note", "30 s behind 1 server that answered last"),
        ([dated("a", -400), dated("b", -390), dated("c", 9e6)], "wrong", "390 s ahead of 3 servers that answered last"),
        ([dated("a", 9e6), dated("b", 1), dated("c", 1)], "ok", "1 s behind 3 servers that answered last"),
    ],
)
def test_the_clock_is_held_against_those_of_servers(answers: list[Dated], state: str, said: str) -> None:
    found = clock(answers, NOW - HOUR, NOW)
    assert (found.state, found.said) == (state, said)


def test_a_clock_before_the_last_fetch_is_wrong() -> None:
    found = clock([dated("a", 0)], NOW + HOUR, NOW)
    assert (found.state, found.said) == (
        "wrong",
        "it is 2026-10-04 12:00Z here, and the archive's last fetch was made at 2026-10-04 13:00Z",
    )


def test_the_date_of_an_answer_from_a_cache_is_that_of_its_making(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "morgue.db", create=True) as archive:
        for answer, headers in enumerate(
            [
                (("Date", "Sun, 04 Oct 2026 10:00:00 GMT"),),  # more than a day before the last: another clock, perhaps
                (("Date", "Tue, 06 Oct 2026 11:50:00 GMT"), ("Age", "600")),
                (("Date", "never"), ("Age", "x")),
                (("Date", "Tue, 06 Oct 2026 12:00:03 GMT"), ("Age", "many")),
            ]
        ):
            at = NOW + timedelta(days=2 if answer else 0)
            page = Page("https://a.example/", "https://a.example/", b"", at, headers=headers)
            archive.fetches.record(page, FetchContext(None, None, None, kind="front"))
        found = [(answer.said_at - answer.fetched_at).total_seconds() for answer in answered_at(archive.db)]
    assert found == [3.0, 0.0]


def test_morgue_toml_and_its_contact(tmp_path: Path) -> None:
    config = tmp_path / "morgue.toml"
    assert states(config_checks(None)) == {"morgue.toml": "note"}
    config.write_text('[crawl]\ncontact = "a@b.example"\n')
    assert states(config_checks(config)) == {"morgue.toml": "ok", "contact": "ok"}
    config.write_text('[[source]]\nname = "a"\nhome = "https://a.example"\n')
    assert states(config_checks(config)) == {"morgue.toml": "ok", "contact": "wrong"}
    config.write_text('[[source]]\nname = "a"\nhom = "https://a.example"\n')
    (found,) = config_checks(config)
    assert (found.state, found.said) == ("wrong", f"{config}: source 'a': home is missing, and 1 more mistake")


def test_a_source_that_needs_a_browser_is_told_if_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "morgue.toml"
    source = '[[source]]\nname = "a"\nhome = "https://a.example"\njs = true\n'
    config.write_text(f'[crawl]\ncontact = "a@b.example"\n{source}')
    monkeypatch.setenv("PATH", str(tmp_path))
    *_, last = config_checks(config)
    assert (last.name, last.state, last.said.startswith("source 'a': js needs")) == ("browser", "wrong", True)


def test_proxies_of_the_environment_are_said_to_be_ignored() -> None:
    assert proxy_check({"HTTPS_PROXY": "", "PATH": "x"}, None) == Check("proxy", "ok", "none")
    found = proxy_check({"HTTPS_PROXY": "http://p:1", "http_proxy": "http://p:1"}, Settings())
    assert (found.state, found.said) == ("note", "HTTPS_PROXY, http_proxy of the environment are ignored")
    own = Settings(crawl=CrawlOptions(proxy="http://q.example:8080/"))
    assert proxy_check({}, own).said == "http://q.example:8080/ (morgue.toml)"


def test_a_timer_without_lingering_is_wrong(tmp_path: Path) -> None:
    units, lingering = tmp_path / "units", tmp_path / "linger"
    assert states(timer_checks(units)) == {"timer": "note"}
    for folder in (units, lingering):
        folder.mkdir()
    (units / "newsmorgue-papers-1a2b3c.timer").touch()
    assert states(timer_checks(units, lingering, "ada")) == {"timer": "ok", "linger": "wrong"}
    (lingering / "ada").touch()
    assert states(timer_checks(units, lingering, "ada")) == {"timer": "ok", "linger": "ok"}


def test_doctor_says_a_line_a_thing_and_ends_by_the_worst(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    filled(desk.archive)
    config = tmp_path / "morgue.toml"
    config.write_text('[crawl]\ncontact = "a@b.example"\n')
    well = desk.type("doctor", "--json")
    assert (well.code, {row["state"] for row in well.rows} <= {"ok", "note"}) == (0, True)
    assert desk.type("doctor", "-q").out == ""
    config.write_text('[crawl]\ncontact = "a@b.example"\n[[source]]\nname = "a"\n')
    ill = desk.type("doctor", "-q")
    assert ill.code == 3
    assert ill.out.splitlines() == [
        f"wrong  morgue.toml  {config}: source 'a': home is missing",
        "                    -> mend it: no crawl begins before",
    ]
    config.write_text("[crawl\n")
    assert desk.type("doctor").code == 3
