"""How fast an archive grows is told from what it was; a crawl stops before the disk is full, and loses nothing."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from archive.config import min_free
from archive.errors import UsageError
from archive.growth import Growth, growth_line, rate, reached_on
from archive.space import MIN_FREE, in_bytes, parse_bytes
from tests.crawling import Bench, until
from tests.newssite import NewsSite, NewsWeb
from tests.typing_morgue import Desk

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MB = 10**6


def days(*sizes: tuple[int, int]) -> list[tuple[str, int]]:
    """Days before NOW with megabytes."""
    return [((NOW - timedelta(days=before)).date().isoformat(), size * MB) for before, size in sizes]


def test_the_rate_is_that_of_the_last_thirty_days() -> None:
    assert rate(days((100, 0), (30, 500), (10, 700), (0, 800)), 800 * MB, None, NOW) == 10 * MB
    assert rate(days((3, 500), (0, 200)), 200 * MB, None, NOW) == 0  # compacted meanwhile
    ten_days_ago = "2026-05-22T00:00:00.000Z"
    assert rate(days((0, 90)), 90 * MB, ten_days_ago, NOW) == 9 * MB
    assert rate([], 90 * MB, "2026-05-31T12:00:00.000Z", NOW) is None
    assert rate([], 90 * MB, None, NOW) is None


def test_the_day_when_the_floor_is_reached() -> None:
    today = NOW.date()
    assert reached_on(10 * MB, 100 * MB, today) == date(2026, 6, 11)
    assert reached_on(10 * MB, 0, today) == today
    assert reached_on(1, 100 * MB, today) is None
    assert reached_on(0, 100 * MB, today) is None
    assert reached_on(None, 100 * MB, today) is None


def test_it_is_told_in_a_line() -> None:
    line = growth_line(Growth(800 * MB, 10 * MB, 5000 * MB, 1000 * MB, date(2027, 7, 6)))
    assert line == (
        "grows by 10 MB a day; the disk has 5.0 GB free, and reaches the floor of 1.0 GB (min_free) about 2027-07-06"
    )
    assert growth_line(Growth(0, None, 5000 * MB, 0, None)) == "the disk has 5.0 GB free"
    assert "crawls do not run" in growth_line(Growth(0, 1, 10, 20, None))


def test_sizes_are_read_as_written() -> None:
    assert [parse_bytes(text) for text in ("0", "500 MB", "1GB", "2.5 TB", "1 kB")] == [
        0,
        5 * 10**8,
        10**9,
        25 * 10**11,
        1000,
    ]
    for text in ("", "much", "1 GiB", "-1 GB", "1 GB a day"):
        with pytest.raises(UsageError):
            parse_bytes(text)
    assert in_bytes(parse_bytes("500 MB")) == "500 MB"


def test_a_crawl_does_not_begin_on_a_disk_that_is_too_full(tmp_path: Path, newssite: NewsSite) -> None:
    desk = Desk(tmp_path)
    config = desk.configure(newssite)
    config.write_text(config.read_text().replace("[crawl]", '[crawl]\nmin_free = "999 TB"'))
    assert min_free(config) == 999 * 10**12
    told = desk.type("crawl")
    assert (told.code, "min_free keeps 999.0 TB" in told.err) == (1, True), told.err
    assert newssite.paths == []
    shown = json.loads(desk.type("status", "--json").out)["space"]
    assert shown["min_free"] == 999 * 10**12
    config.write_text(config.read_text().replace("999 TB", "999 apples"))
    wrong = desk.type("crawl")
    assert (wrong.code, 'min_free must be a size such as "500 MB" or "1 GB"' in wrong.err) == (2, True)
    assert min_free(None) == min_free(config) == MIN_FREE


def say(room: Path, free: int) -> None:
    """In one step: it is being read."""
    draft = room.with_suffix(".draft")
    draft.write_text(str(free))
    draft.replace(room)


def test_a_crawl_stops_when_the_disk_fills_up(tmp_path: Path) -> None:
    """The disk is a figure that a file says: the crawl's process reads that instead of asking the disk."""
    site, bench = NewsSite(12), Bench(tmp_path)
    room = tmp_path / "room"
    say(room, 5 * 10**9)
    bench.env["MORGUE_TEST_ROOM"] = str(room)
    with NewsWeb([site]):
        bench.configure(site, delay=1)
        process = bench.start()
        try:
            until(lambda: any(story.path in site.paths for story in site.stories) or process.poll() is not None, 60)
            say(room, 1000)
            out, err = process.communicate(timeout=60)
        finally:
            bench.end()
        report = json.loads(out)
        assert (process.returncode, report["ended"]) == (1, "stopped"), err
        assert "1.0 kB free, and min_free keeps 1.0 GB" in err
        bench.check_sums()
        assert bench.count("FROM links WHERE state = 'pending'") > 0
        assert bench.rows("SELECT ended FROM crawls") == [("stopped",)]
        say(room, 5 * 10**9)
        bench.configure(site)
        assert bench.crawl().code == 0
        assert bench.stored_urls() == sorted(site.story_urls)
        assert bench.count("FROM file_sizes") == 1
