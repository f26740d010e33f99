"""The watch loop on a fake clock: no crawl lost, none beside another, and it recovers alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from archive.errors import ConfigError, ExitCode
from archive.store.archive import Archive
from archive.store.listings import Listing, ListingVisit
from archive.store.sources import SourceRecord
from crawler.watcher import WatchedConfig, Watcher
from crawler.watching import LONGEST, LOOK_AGAIN, Memory, Times, after, ended_line, look_at, next_crawl, spell

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOME = "https://www.post.com/"
CONFIG = (
    '[crawl]\ncontact = "tests@example.org"\n[[source]]\nname = "Post"\nhome = "https://www.post.com/"\nevery = "15m"\n'
)


@dataclass
class Clock:
    """Both clocks; `set` moves only the one that people can."""

    now: datetime = NOON
    passed: float = 1000.0

    def __call__(self) -> Times:
        return Times(self.now, self.passed)

    def wait(self, time: timedelta) -> None:
        self.now += time
        self.passed += time.total_seconds()

    def set(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Said:
    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        self.lines.append(line)

    def warn(self, line: str) -> None:
        self.lines.append(f"! {line}")


@dataclass
class Newsroom:
    """A watcher of a source that is due every quarter of an hour; a crawl is a visit in the table."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    said: Said = field(default_factory=Said)
    crawls: list[datetime] = field(default_factory=list)
    takes: timedelta = MINUTE
    fails: Callable[[], int | None] = lambda: None
    """An exit code that the next crawl shall end with, having done nothing."""
    running: int = 0

    def __post_init__(self) -> None:
        self.config = self.folder / "morgue.toml"
        self.config.write_text(CONFIG)
        self.archive = self.folder / "morgue.db"
        with Archive.open(self.archive, create=True) as archive:
            self.source = archive.sources.save(SourceRecord(None, "Post", HOME), NOON)
            self.listing = archive.listings.save(Listing(self.source, HOME, "front", NOON))
        self.watcher = Watcher(self.archive, WatchedConfig(self.config, self.said), self.crawl, self.said, self.clock)

    def crawl(self, config: Path) -> int | None:
        assert config.read_text() == CONFIG
        assert not self.running
        self.running += 1
        code = self.fails()
        began = self.clock.now
        self.clock.wait(self.takes)
        if code is None:
            self.crawls.append(began)
            with Archive.open(self.archive) as archive:
                archive.listings.visited(self.listing, ListingVisit(began))
        self.running -= 1
        return ExitCode.OK if code is None else code

    def run(self, time: timedelta, tick: timedelta = MINUTE) -> None:
        """The clockwork, on the fake clock: it looks when it was told to, and at once when the clock was set."""
        end = self.clock.passed + time.total_seconds()
        look_at: datetime | None = self.clock.now
        while self.clock.passed < end:
            if look_at is not None and self.clock.now >= look_at:
                look_at = self.watcher.look()
            before = self.clock()
            self.clock.wait(tick)
            if jump := self.jumps.pop(0) if self.jumps else None:
                self.clock.set(jump)
            if self.clock().was_set_since(before):
                look_at = self.clock.now

    jumps: list[timedelta | None] = field(default_factory=list)

    def times(self) -> list[str]:
        return [f"{time:%H:%M}" for time in self.crawls]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path)
    yield made
    made.watcher.config.close()


# -- what comes next


def at(now: datetime = NOON, passed: float = 0.0) -> Times:
    return Times(now, passed)


def test_the_first_crawl_begins_when_something_is_due() -> None:
    assert next_crawl(Memory(), NOON - HOUR, at()) == NOON - HOUR
    assert next_crawl(Memory(), NOON + HOUR, at()) == NOON + HOUR
    assert next_crawl(Memory(), None, at()) is None


def test_a_minute_lies_between_two_crawls() -> None:
    assert next_crawl(Memory(ended=100.0), NOON - HOUR, at(passed=100.0)) == NOON + MINUTE
    assert next_crawl(Memory(ended=100.0), NOON - HOUR, at(passed=145.0)) == NOON + MINUTE / 4
    assert next_crawl(Memory(ended=100.0), NOON + HOUR, at(passed=100.0)) == NOON + HOUR


def test_after_failures_it_waits_longer_up_to_a_quarter_of_an_hour() -> None:
    memory, pauses = Memory(), []
    for _ in range(7):
        memory = after(memory, ExitCode.UNUSABLE, at(passed=0.0), is_left=False)
        due = next_crawl(memory, NOON, at())
        assert due is not None
        pauses.append((due - NOON) // MINUTE)
    assert pauses == [1, 2, 4, 8, 15, 15, 15]
    assert after(memory, ExitCode.OK, at(), is_left=False).troubles == 0
    assert after(memory, ExitCode.ILL, at(), is_left=False).troubles == 0


@pytest.mark.parametrize("code", [ExitCode.FAILED, ExitCode.USAGE, ExitCode.UNUSABLE, ExitCode.TERMINATED, -9])
def test_what_is_a_trouble(code: int) -> None:
    assert after(Memory(), code, at(), is_left=False).troubles == 1


def test_waiting_for_the_archive_is_no_trouble_and_makes_none_better() -> None:
    assert after(Memory(None, 3), ExitCode.BUSY, at(passed=7.0), is_left=False) == Memory(7.0, 3)


def test_a_crawl_that_leaves_what_was_due_is_not_run_every_minute() -> None:
    assert after(Memory(None, 3), ExitCode.OK, at(), is_left=True).troubles == 4


def test_it_looks_again_after_ten_minutes_at_the_latest() -> None:
    assert look_at(NOON + MINUTE, NOON) == NOON + MINUTE
    assert look_at(NOON + DAY, NOON) == look_at(None, NOON) == NOON + LOOK_AGAIN


def test_a_clock_that_was_set_is_noticed() -> None:
    before = at(NOON, 0.0)
    assert not at(NOON + 5 * MINUTE, 300.0).was_set_since(before)
    assert at(NOON + DAY, 5.0).was_set_since(before)
    assert at(NOON - HOUR, 5.0).was_set_since(before)


def test_how_a_crawl_ended_is_one_line() -> None:
    assert ended_line(0, 74.2, None) == "the crawl finished after 74 s"
    assert ended_line(3, 720, None) == "the crawl finished, but a source got nothing it should have after 12 min"
    assert ended_line(-9, 3, None) == "the crawl was killed by signal 9 after 3 s"
    assert ended_line(77, 3, None) == "the crawl ended with 77 after 3 s"
    assert ended_line(0, 7200, NOON) == (
        "the crawl finished after 2.0 h; more was due at 12:00Z, which waited for its end"
    )
    assert spell(119.4) == "119 s"


# -- an hour, a day


def test_every_quarter_of_an_hour_there_is_one_crawl(room: Newsroom) -> None:
    room.run(HOUR)
    assert room.times() == ["12:00", "12:15", "12:30", "12:45"]


def test_a_crawl_that_overruns_is_not_overlapped_and_that_is_said_in_one_line(room: Newsroom) -> None:
    room.takes = 40 * MINUTE
    room.run(2 * HOUR)
    assert room.times() == ["12:00", "12:41", "13:22"]
    assert [line.partition(";")[2] for line in room.said.lines if line.startswith("the crawl finished")] == [
        f" more was due at {time}Z, which waited for its end" for time in ("12:15", "12:56", "13:37")
    ]


def test_a_killed_crawl_is_made_good_within_minutes(room: Newsroom) -> None:
    deaths = iter([-9, -9])
    room.fails = lambda: next(deaths, None)
    room.run(HOUR)
    assert room.times() == ["12:05", "12:20", "12:35", "12:50"]
    assert room.said.lines.count("! the crawl was killed by signal 9 after 60 s") == 2


def test_an_archive_in_use_is_waited_for_and_said_once(room: Newsroom) -> None:
    until = NOON + 20 * MINUTE
    room.takes = timedelta(seconds=2)
    room.fails = lambda: ExitCode.BUSY if room.clock.now < until else None
    room.run(HOUR)
    assert room.times()[0] in ("12:20", "12:21")
    assert len(room.crawls) == 3
    assert len([line for line in room.said.lines if "archive in use" in line]) == 1


def test_a_disk_that_is_full_for_hours_is_tried_less_often_and_used_when_there_is_room(room: Newsroom) -> None:
    tries: list[datetime] = []
    until = NOON + 3 * HOUR

    def full() -> int | None:
        tries.append(room.clock.now)
        return ExitCode.UNUSABLE if room.clock.now < until else None

    room.fails = full
    room.run(4 * HOUR)
    assert len([time for time in tries if time < until]) < 20
    assert room.crawls[0] - until <= LONGEST + MINUTE
    assert room.crawls[1] - room.crawls[0] == 15 * MINUTE


def test_a_clock_set_a_day_ahead_and_back_loses_no_crawl(room: Newsroom) -> None:
    room.jumps = [None] * 20 + [DAY] + [None] * 30 + [-DAY]
    room.run(2 * HOUR)
    real = [time - DAY if time - NOON > 20 * HOUR else time for time in room.crawls]
    assert max(later - earlier for earlier, later in pairwise(real)) <= 16 * MINUTE
    assert len(room.crawls) in (9, 10)  # 8, and one when the clock was set


def test_a_clock_set_an_hour_back_loses_no_crawl(room: Newsroom) -> None:
    room.jumps = [None] * 20 + [-HOUR]
    room.run(2 * HOUR)
    real = [time + HOUR if number > 1 else time for number, time in enumerate(room.crawls)]
    assert max(later - earlier for earlier, later in pairwise(real)) <= 16 * MINUTE
    assert len(room.crawls) in (8, 9)


def test_a_network_that_is_gone_for_an_hour_is_tried_as_often_as_configured_and_found_again(room: Newsroom) -> None:
    until, tries = NOON + HOUR, []

    def unreachable() -> int | None:
        if room.clock.now >= until:
            return None
        tries.append(f"{room.clock.now:%H:%M}")
        with Archive.open(room.archive) as archive:
            archive.listings.failed(room.listing, "connection_refused", None, room.clock.now)
        return ExitCode.ILL

    room.fails = unreachable
    room.run(2 * HOUR)
    assert tries == ["12:00", "12:15", "12:30", "12:45"]
    assert room.times() == ["13:00", "13:15", "13:30", "13:45"]


def test_a_crawl_that_fetches_nothing_of_what_is_due_is_run_ever_more_rarely(room: Newsroom) -> None:
    tries = []
    room.fails = lambda: tries.append(f"{room.clock.now:%H:%M}") or ExitCode.OK  # type: ignore[func-returns-value]
    room.run(HOUR)
    assert tries == ["12:00", "12:02", "12:05", "12:10", "12:19", "12:35", "12:51"]


def test_an_archive_that_cannot_be_read_is_left_to_a_crawl_to_tell(room: Newsroom) -> None:
    room.archive.write_bytes(b"no archive at all" * 100)
    told = []
    room.fails = lambda: told.append(room.clock.now) or ExitCode.UNUSABLE  # type: ignore[func-returns-value]
    room.run(30 * MINUTE)
    assert len(told) == 5
    assert room.said.lines == ["! the crawl could not use the archive after 60 s"] * 5


# -- morgue.toml while it is watched


def test_a_morgue_toml_that_breaks_is_said_once_and_what_it_said_before_holds(room: Newsroom) -> None:
    config = room.watcher.config
    room.config.write_text("[crawl")
    assert not config.reread()
    assert not config.reread()
    (line,) = room.said.lines
    assert line.startswith(f"! {room.config} is not valid TOML")
    assert line.endswith("; what it said before goes on to hold")
    assert config.usable() != room.config
    room.run(MINUTE)  # asserts what its crawl is given
    assert room.times() == ["12:00"]
    room.config.write_text(CONFIG.replace("15m", "30m"))
    assert config.reread()
    assert config.settings.sources[0].every == 30 * MINUTE
    assert config.usable() == room.config


def test_a_morgue_toml_that_is_gone_or_loses_its_contact_is_broken(room: Newsroom) -> None:
    config = room.watcher.config
    room.config.write_text(CONFIG.replace("contact", "# contact"))
    assert not config.reread()
    room.config.unlink()
    assert not config.reread()
    assert ["contact" in line for line in room.said.lines] == [True, False]
    assert config.settings.crawl.contact == "tests@example.org"


def test_without_a_contact_there_is_nothing_to_watch(tmp_path: Path) -> None:
    path = tmp_path / "morgue.toml"
    path.write_text('[[source]]\nname = "Post"\nhome = "https://www.post.com/"\n')
    with pytest.raises(ConfigError, match=r'add this line under \[crawl\]: contact = "you@example.org"'):
        WatchedConfig(path, Said())
