"""`morgue watch` as a process: what it does when it is told to stop, and what it survives."""

import os
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.store.lock import ArchiveLock
from crawler.sources import CrawlOptions
from tests.crawling import Bench, until
from tests.newssite import NewsSite, NewsWeb, dripping, make_stories
from tests.typing_morgue import Desk
from tests.watching_morgue import watching

FINISHED = "the crawl finished after"
pytestmark = pytest.mark.xdist_group("watch")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.end()


@pytest.fixture
def site(bench: Bench) -> Iterator[NewsSite]:
    made = NewsSite(3)
    with NewsWeb([made]):
        bench.configure(made, every="6h")
        yield made


def make_due(bench: Bench) -> None:
    bench.execute("UPDATE listings SET last_fetched_at = '2026-01-01T00:00:00Z'")


def hold(site: NewsSite) -> None:
    """Let the oldest story come ever so slowly."""
    site.paper.answers[site.stories[-1].path] = dripping("<p>" + "slow " * 2000, 20, 0.2)


# -- what it does


def test_watch_crawls_tells_systemd_and_ends_cleanly_in_the_middle_of_a_crawl(bench: Bench, site: NewsSite) -> None:
    hold(site)
    with watching(bench) as watch:
        until(lambda: site.requests_for(site.stories[-1].path), 40)
        pid = watch.crawl_pid()
        assert pid is not None
        second = Desk(bench.folder).type("crawl")
        assert second.code == 4
        assert re.search(rf"held by pid {pid} \(morgue crawl --due\) since 20\S+Z", second.err)
        os.kill(watch.process.pid, signal.SIGHUP)
        watch.wait_for("morgue.toml was read again: 1 source")
        assert watch.stop() == 143
    assert watch.lines[-2:] == [f"stopping; the crawl that runs (pid {pid}) ends first", "stopped"]
    assert not Path(f"/proc/{pid}").exists()
    assert bench.rows("SELECT ended, command FROM crawls") == [("stopped", "morgue crawl --due")]
    told = watch.told
    assert told[:2] == ["READY=1", "STATUS=looking what is due"]
    assert any(line.startswith("STATUS=crawling since") for line in told)
    assert "WATCHDOG=1" in told
    assert "STOPPING=1" in told
    bench.check_sums()


def test_a_crawl_that_is_killed_is_made_good_and_ctrl_c_ends_a_watch_that_rests(bench: Bench, site: NewsSite) -> None:
    hold(site)
    with watching(bench) as watch:
        until(lambda: site.requests_for(site.stories[-1].path), 40)
        pid = watch.crawl_pid()
        assert pid is not None
        del site.paper.answers[site.stories[-1].path]
        os.kill(pid, signal.SIGKILL)
        watch.wait_for("the crawl was killed by signal 9")
        watch.wait_for(FINISHED)
        watch.wait_for("next at 20")
        assert watch.stop(signal.SIGINT) == 130
    assert bench.stored_urls() == sorted(site.story_urls)
    assert bench.rows("SELECT ended FROM crawls ORDER BY id") == [("killed",), ("finished",)]
    bench.check_sums()


def test_an_archive_that_another_program_uses_is_waited_for_and_said_once(bench: Bench, site: NewsSite) -> None:
    lock = ArchiveLock(bench.archive)
    lock.acquire("morgue import everything.warc.gz")
    with watching(bench) as watch:
        watch.wait_for("the crawl found the archive in use")
        until(lambda: watch.crawl_pid() is not None)  # tries again
        lock.release()
        watch.wait_for(FINISHED)
        assert watch.stop() == 143
    (said,) = [line for line in watch.lines if "in use" in line]
    holder = f"{bench.archive} is held by pid {os.getpid()} (morgue import everything.warc.gz) since 20"
    assert f", and waits: {holder}" in said
    assert bench.stored_urls() == sorted(site.story_urls)


# -- what it survives: a minute each


def more_to_do(bench: Bench, site: NewsSite, seed: int) -> None:
    """Another story is out, and the listings that name it are due."""
    site.paper.publish(make_stories(1, seed, datetime.now(UTC))[0])
    make_due(bench)


@pytest.mark.endurance
def test_a_database_that_another_program_locks_for_a_minute_is_waited_for(bench: Bench, site: NewsSite) -> None:
    bench.crawl()
    more_to_do(bench, site, seed=70)
    with closing(sqlite3.connect(bench.archive, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with watching(bench) as watch:
            until(lambda: watch.crawl_pid() is not None)
            pid = watch.crawl_pid()
            time.sleep(60)
            assert (watch.crawl_pid(), watch.lines[1:]) == (pid, [])
            other.execute("ROLLBACK")
            watch.wait_for(FINISHED)
            assert bench.stored_urls() == sorted(site.story_urls)
            assert watch.stop() == 143
    assert bench.rows("SELECT ended FROM crawls") == [("finished",), ("finished",)]
    bench.check_sums()


@pytest.mark.endurance
def test_a_database_that_is_locked_in_the_middle_of_a_crawl_loses_nothing(bench: Bench, site: NewsSite) -> None:
    slow = site.stories[-1].path
    site.paper.answers[slow] = dripping("<p>" + "slow " * 400, 20, 0.2)
    with watching(bench) as watch:
        until(lambda: site.requests_for(slow), 40)
        with closing(sqlite3.connect(bench.archive, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(60)
            assert watch.lines[1:] == []
            other.execute("ROLLBACK")
        watch.wait_for(FINISHED, 60)
        assert watch.stop() == 143
    assert bench.count("FROM links WHERE state = 'fetched'") == len(site.stories)
    assert bench.rows("SELECT ended FROM crawls") == [("finished",)]
    bench.check_sums()


@pytest.mark.endurance
def test_a_network_that_is_gone_for_a_while_costs_nothing_but_time(bench: Bench) -> None:
    site = NewsSite(3)
    web = NewsWeb([site])
    with web:
        bench.configure(site, every="1m")
    with watching(bench) as watch:
        watch.wait_for("a source got nothing it should have", 60)
        assert bench.stored_urls() == []
        with web:
            watch.wait_for(FINISHED, 180)
            assert bench.stored_urls() == sorted(site.story_urls)
            assert watch.stop() == 143
    assert bench.count("FROM crawls WHERE ended <> 'finished'") == 0
    bench.check_sums()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("only root can make a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.endurance
def test_a_full_disk_is_survived_and_used_again_when_there_is_room(tmp_path: Path, small_disk: Path) -> None:
    bench, site = Bench(small_disk), NewsSite(12)
    filler = small_disk / "filler"
    with NewsWeb([site]):
        bench.configure(site, every="6h")
        if "min_free" in CrawlOptions.model_fields:  # without it, a crawl would not even begin on so small a disk
            bench.config.write_text(bench.config.read_text().replace("[crawl]", "[crawl]\nmin_free = 0"))
        bench.crawl(limit=2)
        before = bench.rows("SELECT id, requested_url, sha256 FROM fetches ORDER BY id")
        free = os.statvfs(small_disk)
        filler.write_bytes(b"0" * (free.f_bavail * free.f_frsize - 60_000))
        with watching(bench, log=tmp_path) as watch:
            watch.wait_for("the crawl could not use the archive", 60, times=2)
            assert watch.says("cannot grow: the disk is full")
            filler.unlink()
            watch.wait_for(FINISHED, 60)
            assert bench.stored_urls() == sorted(site.story_urls)
            assert watch.stop() == 143
    assert bench.rows("SELECT id, requested_url, sha256 FROM fetches ORDER BY id")[: len(before)] == before
    assert bench.rows("PRAGMA integrity_check") == [("ok",)]
    bench.check_sums()


# -- what it refuses


@pytest.mark.parametrize("words", [("watch",)])
def test_who_does_not_say_who_they_are_cannot_ask_day_and_night(bench: Bench, words: tuple[str, ...]) -> None:
    bench.config.write_text('[[source]]\nname = "Post"\nhome = "https://www.post.com/"\n')
    ended = Desk(bench.folder).type(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"morgue: {bench.config} names no contact, so sites cannot tell who asks day and night; "
        'add this line under [crawl]: contact = "you@example.org"\n'
    )


def test_without_a_morgue_toml_there_is_nothing_to_watch(bench: Bench) -> None:
    ended = Desk(bench.folder).type("watch")
    assert (ended.code, ended.err.startswith("morgue: there is no morgue.toml here or above")) == (2, True)
