"""Where pages are interpreted: processes that can be killed, or this one.

A page may hold a parser for minutes, fill the memory or crash the interpreter. So workers are processes with limits,
started afresh (forked from the crawl itself one would hold its locks) and recycled, which die with the crawl even while
they spin.
"""

import gc
import importlib
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from archive.dying import die_with_parent
from archive.errors import HookFailed, NewsmorgueError
from archive.forking import context

Result = TypeVar("Result")

READING = ("archive.interpretation", "archive.extraction.reading")
"""Modules that reading a page takes."""
_TASKS = 4000  # of a worker's life: its start, and the first page with a hard date, cost three seconds of processor
_MEGABYTE = 2**20
_POOL_WATCH = 0.5  # seconds
_MOST_LOST = 2  # then workers do not start at all


class PageFailed(Exception):
    """Interpreting a page came to nothing; the text says why, in a word or the words of the error."""


class PageTimeout(PageFailed):
    """It took too long."""


class PageMemory(PageFailed):
    """It took too much memory."""


class PageCrash(PageFailed):
    """The worker process ended; not surely by this page's fault."""


class WorkersLost(NewsmorgueError):
    """There are no worker processes; no page's fault."""


class Executor(Protocol):
    """What runs functions elsewhere: `WorkerPool`, `InProcess`, or a cluster's client."""

    def submit(self, function: Callable[..., Result], /, *args: Any) -> Future[Result]:
        """Runs `function(*args)`, both picklable. The future may fail with PageFailed."""
        ...


class InProcess:
    """Runs everything at once, here, without limits: for tests and small imports."""

    def submit(self, function: Callable[..., Result], /, *args: Any) -> Future[Result]:
        """Done when it returns."""
        future: Future[Result] = Future()
        try:
            future.set_result(guarded(function, *args))
        except PageFailed as failure:
            future.set_exception(failure)
        return future


class WorkerPool:
    """Worker processes. Each task may take `seconds` (wall and processor) and `memory_mb` beyond the idle worker's.

    They start when the first task comes. `preload`: modules that are imported before it.
    """

    def __init__(
        self,
        workers: int = 2,
        seconds: float = 20.0,
        memory_mb: int = 1024,
        preload: Sequence[str] = READING,
    ) -> None:
        self._workers, self._seconds, self._preload = workers, seconds, tuple(preload)
        self._arguments = (memory_mb, self._preload)
        self._state = threading.Condition()
        self._tasks: dict[int, _Task] = {}  # not done, by number, which is their order
        self._numbers = count()
        self._pool: ProcessPool | None = None
        self._closed = False
        self._lost = 0  # pools in a row that broke before any task was done
        # A worker gets the death signal when the thread that started it ends, so this one stays.
        self._keeper = threading.Thread(target=self._keep, name="worker keeper", daemon=True)
        self._keeper.start()

    def submit(self, function: Callable[..., Result], /, *args: Any) -> Future[Result]:
        """Runs `function(*args)` in a worker. Raises WorkersLost if there are none any more."""
        task = _Task(next(self._numbers), (function, *args))
        with self._state:
            if self._closed:
                raise WorkersLost("the worker processes have been stopped, or do not start")
            self._tasks[task.number] = task
            if self._pool is not None:
                self._schedule(self._pool, task)
            else:
                self._state.notify_all()
        return task.future

    def close(self) -> None:
        """Ends the workers, whatever they do. What they did not finish fails with WorkersLost."""
        with self._state:
            self._closed = True
            self._state.notify_all()
        self._keeper.join()

    def _keep(self) -> None:
        """Makes the pool when there is something to do, and another one when it breaks, until closed."""
        while self._is_needed():
            pool = self._start()
            with self._state:
                while pool.active and not self._closed:
                    self._state.wait(_POOL_WATCH)
                self._pool = None
                self._lost += 1
                self._closed = self._closed or self._lost > _MOST_LOST
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()
        for task in list(self._tasks.values()):
            self._settle(task, error=WorkersLost("the worker processes have been stopped, or do not start"))

    def _is_needed(self) -> bool:
        """Waits for a task. False: closed."""
        with self._state:
            self._state.wait_for(lambda: self._closed or self._tasks)
            return not self._closed

    def _start(self) -> ProcessPool:
        pool = ProcessPool(
            max_workers=self._workers,
            max_tasks=_TASKS,
            initializer=begin_worker,
            initargs=self._arguments,
            context=context(self._preload),
        )
        try:
            started = pool.active  # asking starts it
        except (BrokenProcessPool, OSError):  # the system has no processes, memory or descriptors left
            pool.stop()  # type: ignore[no-untyped-call]
            return pool
        assert started
        with self._state:
            self._pool = pool
            for task in list(self._tasks.values()):
                self._schedule(pool, task)
        return pool

    def _schedule(self, pool: ProcessPool, task: "_Task") -> None:
        try:
            done = pool.schedule(guarded_in_worker, args=(self._seconds, *task.call), timeout=self._seconds)
        except RuntimeError:  # it has broken; the next pool takes the task over
            self._state.notify_all()
            return
        done.add_done_callback(lambda done: self._done(task, done))

    def _done(self, task: "_Task", done: Future[Any]) -> None:
        """What became of a task, in our words."""
        error = done.exception()
        if isinstance(error, BrokenProcessPool):
            task.broke += 1
            with self._state:
                self._state.notify_all()
            if task.broke > _MOST_LOST + 1:  # others get done, so it is this one
                self._settle(task, error=PageCrash("crash"))
            return
        self._lost = 0
        if isinstance(error, ProcessExpired):
            error = PageTimeout("timeout") if error.exitcode == -signal.SIGXCPU else PageCrash("crash")
        elif isinstance(error, TimeoutError):
            error = PageTimeout("timeout")
        self._settle(task, error=error, result=None if error else done.result())

    def _settle(self, task: "_Task", *, error: BaseException | None = None, result: Any = None) -> None:
        with self._state:
            if self._tasks.pop(task.number, None) is None or not task.future.set_running_or_notify_cancel():
                return
        if error is None:
            task.future.set_result(result)
        else:
            task.future.set_exception(error)


@dataclass(slots=True, eq=False)
class _Task:
    """What a worker is to do. `broke`: how many pools broke under it."""

    number: int
    call: tuple[Any, ...]
    future: Future[Any] = field(default_factory=Future)
    broke: int = 0


def guarded(function: Callable[..., Result], *args: Any) -> Result:
    """Calls the function; whatever goes wrong comes out as a PageFailed, which can always be sent between processes.

    The boundary that keeps one page's trouble to that page.
    """
    try:
        return function(*args)
    except PageFailed:
        raise
    except MemoryError:
        raise PageMemory("memory") from None
    except HookFailed as error:
        raise PageFailed(str(error)) from None
    except Exception as error:  # noqa: BLE001 - the boundary
        raise PageFailed(f"{type(error).__name__}: {error}"[:500]) from None


def call(place: str, *args: Any) -> Any:
    """Calls "module:function", which is loaded where it is called: who hands it over need not load it."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)(*args)


def guarded_in_worker(seconds: float, function: Callable[..., Result], *args: Any) -> Result:
    """Like `guarded`, with the processor time bounded even if nobody is left to stop it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 2
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))
    return guarded(function, *args)


def begin_worker(memory_mb: int, preload: Sequence[str]) -> None:
    """Readies a worker process."""
    die_with_parent()
    crawl = multiprocessing.parent_process()
    if crawl is None or not crawl.is_alive():  # too late for a signal
        os._exit(1)
    gc.freeze()  # what all workers share stays shared if nobody looks through it for garbage
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for module in preload:
        importlib.import_module(module)
    limit = _address_space() + memory_mb * _MEGABYTE
    if sys.platform == "linux":  # elsewhere the system refuses, or ignores it
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _address_space() -> int:
    """Bytes of address space in use by this process."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
