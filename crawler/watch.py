"""`morgue watch`: crawls what is due, for as long as it runs."""

import logging
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from time import monotonic
from types import FrameType

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
        self._wake = threading.Event()
        self._stopped_by: signal.Signals | None = None
        self._reread = False
        self._looked_at = monotonic()

    def run(self) -> int:
        """Until SIGTERM or SIGINT."""
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        for number in (*_STOPS, signal.SIGHUP):
            signal.signal(number, self._hear)
        self._scheduler.add_listener(self._looked, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self._scheduler.start()
        named = counted(len(self._config.settings.sources), "source")
        self._lines.say(f"watching {named} of {self._config.path} for {self._watcher.archive}")
        self._systemd.tell("READY=1", "STATUS=looking what is due")
        self._look_at(now())
        self._wait()
        assert self._stopped_by is not None
        self._stop()
        self._config.close()
        return _STOPS[self._stopped_by]

    def _wait(self) -> None:
        tick = min(TICK, self._systemd.watchdog or TICK)
        before = _times()
        while self._stopped_by is None:
            self._wake.wait(tick)
            self._wake.clear()
            if self._child.pid is not None or monotonic() - self._looked_at < _HUNG:
                self._systemd.tell("WATCHDOG=1")
            at = _times()
            if at.was_set_since(before):
                self._lines.say(f"the clock was set: it is {iso(at.now)}")
                self._look_at(at.now)
            before = at
            force, self._reread = self._reread, False
            if self._config.reread(force=force):
                self._watcher.archive = self._options.place().path
                self._look_at(at.now)

    def _stop(self) -> None:
        self._systemd.tell("STOPPING=1", "STATUS=stopping")
        pid = self._child.pid
        self._child.stop()
        if pid is not None:
            self._lines.say(f"stopping; the crawl that runs (pid {pid}) ends first")
            if not self._child.wait():
                self._lines.warn(f"the crawl (pid {pid}) did not end in time and was killed; the next one goes on")
        self._scheduler.shutdown()
        self._lines.say("stopped")

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._reread = True
        elif self._stopped_by is None:
            self._stopped_by = signal.Signals(number)
        else:  # asked twice
            self._child.kill()
        self._wake.set()

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
        if self._stopped_by is not None:
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
