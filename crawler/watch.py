"""`morgue watch`: crawls what is due, for as long as it runs."""

import logging
import select
import signal
import socket
import sys
from datetime import datetime
from pathlib import Path
from time import monotonic

import click
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from archive.cli.options import Options, global_options, pass_options
from archive.dates import iso, now
from archive.errors import ConfigError, ExitCode
from archive.reports import counted
from crawler.child import Child
from crawler.systemd import Systemd
from crawler.watcher import WatchedConfig, Watcher
from crawler.watching import LEAST, LOOK_AGAIN, Times

TICK = 5.0
"""Seconds between two looks at the clock and at morgue.toml."""
_HUNG = 2 * LOOK_AGAIN.total_seconds()
"""Seconds without a look or a crawl, after which systemd, if it watches, is left to begin again."""
STOP_WITHIN = 45.0
"""Seconds that a crawl gets to end by itself: it waits for answers no more, but for its last commit it does."""
_STOPS = {signal.SIGTERM: ExitCode.TERMINATED, signal.SIGINT: ExitCode.INTERRUPTED}


@click.command(short_help="Crawl what is due, for as long as this runs.")
@global_options
@pass_options
def watch(options: Options) -> int:
    """Crawl what is due, for as long as this runs: in a terminal, in a container, under systemd.

    SIGHUP reads morgue.toml again; so does a change of it. SIGTERM and Ctrl-C end the crawl that runs, cleanly.
    """
    if options.config is None:
        raise ConfigError("there is no morgue.toml here or above; `morgue init` makes one, `morgue add URL` adds to it")
    return Service(options, options.config).run()


class Signals:
    """Signals as they come, without code of ours that runs in the middle of other code."""

    def __init__(self) -> None:
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        for number in (*_STOPS, signal.SIGHUP):
            signal.signal(number, lambda *_: None)

    def wait(self, seconds: float) -> list[signal.Signals]:
        """Those that came, as soon as one does; none after so many seconds."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        return [signal.Signals(number) for number in self._read.recv(100)] if ready else []

    def close(self) -> None:
        """Hear no more."""
        signal.set_wakeup_fd(-1)
        self._read.close()
        self._write.close()


class Lines:
    """A line for everything that happens, with its time; only what is wrong if `quiet`."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._before: set[str] = set()
        self._heard: set[str] = set()

    def say(self, line: str) -> None:
        """What happened."""
        if not self._quiet:
            print(f"{iso(now())} {line}", flush=True)

    def warn(self, line: str) -> None:
        """What is wrong."""
        print(f"{iso(now())} {line}", file=sys.stderr, flush=True)

    def pass_on(self, line: str) -> None:
        """What a crawl has to say; not if the one before said the same."""
        self._heard.add(line)
        if line not in self._before:
            self.warn(line)

    def new_crawl(self) -> None:
        """From now on another crawl speaks."""
        self._before, self._heard = self._heard, set()


class Service:
    """The clockwork: a scheduler with one job, a process with one crawl, signals, and systemd."""

    def __init__(self, options: Options, config: Path) -> None:
        self._options = options
        self._lines = Lines(quiet=options.quiet)
        self._systemd = Systemd()
        self._child = Child(self._lines.pass_on)
        self._config = WatchedConfig(config, self._lines)
        self._watcher = Watcher(
            archive=options.place().path,
            config=self._config,
            crawl=self._crawl,
            voice=self._lines,
            times=_times,
            force=options.force,
        )
        self._scheduler = BackgroundScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(1)})
        self._signals = Signals()
        self._is_stopping = False
        self._looked_at = monotonic()

    def run(self) -> int:
        """Until SIGTERM or SIGINT."""
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        self._scheduler.add_listener(self._looked, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self._scheduler.start()
        named = counted(len(self._config.settings.sources), "source")
        self._lines.say(f"watching {named} of {self._config.path} for {self._watcher.archive}")
        self._systemd.tell("READY=1", "STATUS=looking what is due")
        self._look_at(now())
        stopped_by = self._wait()
        self._stop()
        self._config.close()
        self._signals.close()
        return _STOPS[stopped_by]

    def _wait(self) -> signal.Signals:
        """Look after the clock, morgue.toml and systemd until one of the signals comes that end it."""
        tick = min(TICK, self._systemd.watchdog or TICK)
        before = _times()
        while True:
            heard = self._signals.wait(tick)
            if stops := [number for number in heard if number in _STOPS]:
                return stops[0]
            if self._child.pid is not None or monotonic() - self._looked_at < _HUNG:
                self._systemd.tell("WATCHDOG=1")
            at = _times()
            if at.was_set_since(before):
                self._lines.say(f"the clock was set: it is {iso(at.now)}")
                self._look_at(at.now)
            before = at
            if self._config.reread(force=signal.SIGHUP in heard):
                self._watcher.archive = self._options.place().path
                self._look_at(at.now)

    def _stop(self) -> None:
        self._systemd.tell("STOPPING=1", "STATUS=stopping")
        self._is_stopping = True
        pid = self._child.pid
        self._child.stop()
        if pid is not None:
            self._lines.say(f"stopping; the crawl that runs (pid {pid}) ends first")
            self._end_crawl(pid)
        # Not waiting: the scheduler would keep its locks, which the end of a look takes.
        self._scheduler.shutdown(wait=False)
        self._lines.say("stopped")

    def _end_crawl(self, pid: int) -> None:
        """Wait for the crawl, which was asked to end; not for ever, and not when asked twice."""
        until = monotonic() + STOP_WITHIN
        while self._child.pid is not None and monotonic() < until:
            if any(number in _STOPS for number in self._signals.wait(0.1)):
                break
        if self._child.pid is not None:
            self._child.kill()
            self._lines.warn(f"the crawl (pid {pid}) did not end in time and was killed; the next one goes on")

    def _look_at(self, moment: datetime) -> None:
        """Have the scheduler look then, whatever it was to do before. While a crawl runs, its end decides."""
        self._scheduler.add_job(
            self._watcher.look,
            "date",
            run_date=moment,
            id="look",
            replace_existing=True,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def _looked(self, event: JobExecutionEvent) -> None:
        """After every look, when its job is done with. A mistake of ours does not end the watch."""
        self._looked_at = monotonic()
        if self._is_stopping:
            return
        if event.exception is not None:
            self._lines.warn(f"failed on {type(event.exception).__name__}: {event.exception}; trying again")
            if self._options.debug:
                self._lines.warn(event.traceback)
        again = now() + LEAST if event.exception is not None or event.retval is None else event.retval
        self._systemd.tell(f"STATUS=next look at {again:%H:%M:%S}Z")
        self._look_at(again)

    def _crawl(self, config: Path) -> int | None:
        self._lines.new_crawl()
        self._systemd.tell(f"STATUS=crawling since {now():%H:%M:%S}Z")
        words = ["--archive", str(self._watcher.archive), "--config", str(config), "--quiet"]
        words += ["--force"] if self._options.force else []
        return self._child.run([*words, "crawl", "--due"], self._config.path.parent)


def _times() -> Times:
    return Times(now(), monotonic())
