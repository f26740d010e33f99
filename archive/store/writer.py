"""The one writer: a thread with its own connection, so that nobody else waits on the database's lock."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from archive.errors import ArchiveBusy
from archive.store.archive import Archive

Result = TypeVar("Result")

_MOST_CALLS = 50  # in one commit
_LONGEST_COMMIT = 0.05  # seconds for which one commit takes in further calls
_QUEUED = 1000  # calls; whoever adds more waits


class Writer:
    """Runs functions on an archive, one after the other, in a thread of its own.

    Calls that have queued up share a commit, each in a savepoint, so that one that raises is undone alone. While
    another process writes, the thread waits, until it is closed.
    """

    def __init__(self, path: str | Path, *, force: bool = False) -> None:
        """Opens the archive, which must be there. Raises what `Archive.open` raises."""
        self._calls: deque[_Call] = deque()
        self._changed = threading.Condition()
        self._closed = False
        opened: Future[Archive] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(path, force, opened), name="archive writer", daemon=True
        )
        self._thread.start()
        self._stop = opened.result().stop

    def call(self, function: Callable[[Archive], Result]) -> Future[Result]:
        """Has `function` run; the future is done when its commit has returned, or with what it or the commit raised.

        Callbacks of the future run in the writer's thread. With very many calls waiting, this waits too, unless it is
        the writer's thread that asks. Raises ArchiveBusy once the writer is closed.
        """
        call = _Call(function)
        with self._changed:
            while len(self._calls) >= _QUEUED and not self._closed and not self._is_mine():
                self._changed.wait()
            if self._closed and not self._is_mine():
                raise ArchiveBusy("the archive's writer was closed")
            self._calls.append(call)
            self._changed.notify_all()
        return call.future

    def close(self, patience: float = 10.0) -> None:
        """Does what is queued and ends the thread. If the archive stays locked, gives up after `patience` seconds.

        Calls given up end with ArchiveBusy.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._is_mine():
            return
        self._thread.join(patience)
        self._stop.set()
        self._thread.join()

    def give_up(self) -> None:
        """Waits no longer for another process's lock: what needs it ends with ArchiveBusy."""
        self._stop.set()

    def _is_mine(self) -> bool:
        return threading.current_thread() is self._thread

    def _run(self, path: str | Path, force: bool, opened: Future[Archive]) -> None:
        try:
            archive = Archive.open(path, force=force)
        except BaseException as error:  # noqa: BLE001 - raised where the writer is made
            opened.set_exception(error)
            return
        with archive:
            opened.set_result(archive)
            while self._wait():
                self._commit(archive)

    def _wait(self) -> bool:
        """Until there is something to do; False when closed and all is done."""
        with self._changed:
            self._changed.wait_for(lambda: self._calls or self._closed)
            return bool(self._calls)

    def _commit(self, archive: Archive) -> None:
        """One transaction; afterwards, what came of it goes to those who wait."""
        made: list[_Call] = []
        try:
            with archive.transaction():
                for call in self._taken():
                    made.append(call)
                    call.run(archive)
        except BaseException as error:  # noqa: BLE001 - raised where the futures are awaited
            # No call was taken where the transaction could not be begun; the next would fare no better.
            for call in made or self._take_all():
                call.fail(error)
                call.tell()
        else:
            for call in made:
                call.tell()

    def _taken(self) -> Iterator["_Call"]:
        end = monotonic() + _LONGEST_COMMIT
        for _ in range(_MOST_CALLS):
            with self._changed:
                if not self._calls:
                    return
                call = self._calls.popleft()
                self._changed.notify_all()
            if call.is_wanted():
                yield call
            if monotonic() > end:
                return

    def _take_all(self) -> list["_Call"]:
        with self._changed:
            calls = [call for call in self._calls if call.is_wanted()]
            self._calls.clear()
            self._changed.notify_all()
            return calls


class _Call:
    """A function to run, and who waits for it."""

    def __init__(self, function: Callable[[Archive], Any]) -> None:
        self._function = function
        self.future: Future[Any] = Future()
        self._tell: Callable[[], None] = partial(self.future.set_result, None)

    def is_wanted(self) -> bool:
        """False if it was cancelled before it began; from now on it cannot be."""
        return self.future.set_running_or_notify_cancel()

    def run(self, archive: Archive) -> None:
        """In a savepoint. What it raises is told after the commit, unless the whole transaction is lost."""
        try:
            with archive.transaction():
                result = self._function(archive)
        except Exception as error:
            self.fail(error)
            if not archive.db.conn.in_transaction:
                raise
        else:
            self._tell = partial(self.future.set_result, result)

    def fail(self, error: BaseException) -> None:
        """What those who wait will be told."""
        self._tell = partial(self.future.set_exception, error)

    def tell(self) -> None:
        """Those who wait; their callbacks run here."""
        self._tell()
