"""Pages received and not yet decided: in order of fetch, counted, held back where an earlier one must come first."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from archive.interpretation import Interpretation
from archive.models import Page
from archive.settling import Fetched, Unread
from archive.source_rules import SourceRules
from archive.store.archive import Archive
from archive.store.fetches import FetchContext
from archive.store.packing import Reference
from archive.workers import PageFailed


@dataclass(slots=True, eq=False)
class Awaited:
    """A page on its way to its decision. `size`: bytes as received. Its body is dropped once a worker has it.

    `fetch_id` is 0 until it is written; of a page left by an earlier run, only that and the size are known at first.
    `again`: a worker ended over it, and it was given out once more. `keep` writes its fetch, if that
    is not done the usual way.
    """

    page: Page | None
    context: FetchContext | None
    size: int
    fetch_id: int = 0
    host: str = ""
    rules: SourceRules = field(default_factory=SourceRules)
    reference: Reference | None = None
    result: Interpretation | PageFailed | Unread | None = None
    again: bool = False
    keep: Callable[[Archive], int] | None = None

    def fetched(self) -> Fetched:
        """What its decision needs of it."""
        assert self.page is not None
        assert self.context is not None
        return Fetched(self.fetch_id, self.page, self.context, self.rules, self.reference)


class Line:
    """The order in which pages are decided. For any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._order: deque[Awaited] = deque()
        self._left: deque[Awaited] = deque()
        self._pages = self._bytes = 0
        self._error: BaseException | None = None
        self._ended = False
        self._first: dict[str, Awaited] = {}  # by host: the page that others of it wait for
        self._waiting: dict[str, list[Awaited]] = {}
        self._begun: set[str] = set()  # hosts of which a page was decided

    def expect(self, awaited: Awaited) -> None:
        """Counts a page that is about to be written."""
        with self._changed:
            self._pages += 1
            self._bytes += awaited.size

    def join(self, awaited: Awaited) -> None:
        """Gives a page its place: behind all that were fetched before. Called in order of fetch."""
        with self._changed:
            self._order.append(awaited)

    def leave(self, awaited: Awaited) -> None:
        """Counts a page no longer: it is decided, or was never written."""
        with self._changed:
            if awaited.result is None and awaited in self._order:
                self._order.remove(awaited)
            self._pages -= 1
            self._bytes -= awaited.size
            self._changed.notify_all()

    def next_ready(self) -> Awaited | None:
        """The page at the head if it is interpreted; it is at the head no longer."""
        with self._changed:
            if self._order and self._order[0].result is not None and not self._ended:
                return self._order.popleft()
            return None

    def put_off(self, awaited: Awaited) -> None:
        """Has a page of an earlier run, which has its place, wait for its turn to be taken up."""
        with self._changed:
            self._left.append(awaited)

    def take_up(self) -> Awaited | None:
        """The next page of an earlier run."""
        with self._changed:
            return self._left.popleft() if self._left and not self._ended else None

    def must_wait(self, awaited: Awaited) -> bool:
        """Whether a page shall wait for an earlier one of its host, of which nothing was ever kept.

        That one becomes what the others are packed against. `released_by` says when the waiting is over.
        """
        with self._changed:
            if awaited.reference is not None or awaited.host in self._begun:
                return False
            first = self._first.setdefault(awaited.host, awaited)
            if awaited.fetch_id <= first.fetch_id:  # an earlier run's page may come after those of this run
                return False
            self._waiting.setdefault(awaited.host, []).append(awaited)
            return True

    def released_by(self, decided: Awaited) -> list[Awaited]:
        """The pages that waited for this one."""
        with self._changed:
            self._begun.add(decided.host)
            self._first.pop(decided.host, None)
            return self._waiting.pop(decided.host, [])

    def size(self) -> tuple[int, int]:
        """How many pages await their decision, and how many bytes they are."""
        with self._changed:
            return self._pages, self._bytes

    def end(self, error: BaseException | None = None) -> None:
        """Nothing is decided from now on. `error`: why, for those who wait."""
        with self._changed:
            self._ended = True
            self._error = self._error or error
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Whether `end` was called."""
        return self._ended

    def raise_error(self) -> None:
        """Raises what ended the line, if anything did."""
        if self._error is not None:
            raise self._error

    def wait(self, condition: Callable[[], bool], timeout: float | None) -> bool:
        """Until the condition holds; False if time is up or the line has ended before. Raises what ended it."""
        with self._changed:
            self._changed.wait_for(lambda: condition() or self._ended, timeout)
            self.raise_error()
            return condition()
