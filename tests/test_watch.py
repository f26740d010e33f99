"""`morgue watch` as a process: what it does when it is told to stop, and what it survives."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawling import Bench, until
from tests.newssite import NewsSite, NewsWeb, dripping
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
