"""Pages to articles: received, interpreted by workers, decided in order of fetch. One pipeline for crawl and import.

A page's bytes are committed before anything interprets them, and they leave the inbox in the transaction that stores
what was decided. So a page is decided once, however often the program is killed, and never fetched again for it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from archive.awaited import Awaited, Line
from archive.configured import owner_by_home
from archive.errors import ArchiveBusy, NewsmorgueError, NotHeld
from archive.identity.events import NOT_MODIFIED
from archive.interpretation import Interpretation, interpret, ready
from archive.learning import learn_sites
from archive.models import Outcome, Page
from archive.placing import catch_up
from archive.settling import Decided, Fetched, Unread, settle, settle_unmodified
from archive.source_rules import Rules
from archive.store import inbox
from archive.store.archive import Archive
from archive.store.fetches import FetchContext, InboxItem
from archive.store.writer import Writer
from archive.urls import host_of
from archive.workers import Executor, InProcess, PageCrash, PageFailed

__all__ = ["Decided", "Ingest", "IngestOptions", "ingest_page", "run"]

Result = TypeVar("Result")
Keep = Callable[[Archive], int]

_AT_ONCE = 4  # pages of an earlier run that are with workers together: so few come under suspicion if it ends again
_MOST_ENDINGS = 3  # ends of the program that a page may be in the middle of before it is given up


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How much may await its decision before `Ingest.room` says no: pages, and bytes as received."""

    pages: int = 64
    bytes: int = 128 * 2**20


class Ingest:
    """Takes pages in. The writer and the executor stay the caller's, who closes them afterwards.

    A page whose worker process ended is tried once more, for another's fault may have done it. `on_decided`, if set, is
    called in the writer's thread after the commit; `on_settled` before it, to write what else follows.
    """

    def __init__(self, writer: Writer, executor: Executor, options: IngestOptions | None = None) -> None:
        self._writer, self._executor, self._options = writer, executor, options or IngestOptions()
        self._line = Line()
        self._rules = Rules()
        self.on_decided: Callable[[Decided], None] | None = None
        self.on_settled: Callable[[Archive, Fetched, Decided], None] | None = None

    def receive(self, page: Page, context: FetchContext, keep: Keep | None = None) -> Future[int]:
        """Commits a page to the inbox. The future gives the fetch's id when that is done; the rest happens by itself.

        `keep` writes the fetch and its inbox, and returns the fetch's id, where that is not a page just come in.
        Raises what keeps pages from being decided, as `wait` does.
        """
        self._line.raise_error()
        awaited = Awaited(page, context, len(page.body), keep=keep)
        self._line.expect(awaited)
        received = self._writer.call(partial(self._take_in, awaited))
        received.add_done_callback(partial(self._received, awaited))
        return received

    def receive_unmodified(self, page: Page, context: FetchContext) -> Future[Decided]:
        """Takes in "not modified", which no worker reads: it is decided in the commit that brings it.

        What it is compared with was decided before it was asked for. Raises like `receive`.
        """
        self._line.raise_error()
        decided = self._writer.call(partial(self._settle_unmodified, page, context))
        decided.add_done_callback(self._tell)
        return decided

    def room(self) -> bool:
        """Whether more pages should be received. None is refused: whoever brings them asks first."""
        pages, size = self._line.size()
        return pages < self._options.pages and size < self._options.bytes

    def is_idle(self) -> bool:
        """Whether everything received is decided."""
        return self._line.size()[0] == 0

    def resume(self) -> int:
        """Takes up what an earlier run left in the inbox; returns how many pages. Call it before the first `receive`.

        A page that was with a worker when the program ended, three times, is not tried again: it may be the reason.
        """
        while self._writer.call(catch_up).result():
            pass
        left = self._writer.call(inbox.waiting).result()
        for fetch_id, size in left:
            awaited = Awaited(None, None, size, fetch_id)
            self._line.expect(awaited)
            self._line.join(awaited)
            self._line.put_off(awaited)
        if left:  # the time that workers take to start shall not count as time spent on a page
            self._executor.submit(ready).add_done_callback(lambda _: self._take_up_left(_AT_ONCE))
        return len(left)

    def wait(self, timeout: float | None = None) -> bool:
        """Until everything received is decided; False if that took longer than `timeout` seconds, or after `close`.

        Raises what keeps pages from being decided: ArchiveUnusable (the disk is full), WorkersLost.
        """
        return self._line.wait(lambda: self._line.size()[0] == 0, timeout)

    def wait_for_room(self) -> None:
        """Until `room`. Raises like `wait`."""
        self._line.wait(self.room, None)

    def close(self) -> None:
        """Decides nothing more. What is undecided stays in the inbox, for the next run."""
        self._line.end()

    def _take_in(self, awaited: Awaited, archive: Archive) -> int:
        assert awaited.page is not None
        assert awaited.context is not None
        fetch_id = (awaited.keep or partial(_received, self._rules, awaited.page, awaited.context))(archive)
        self._know(awaited, archive, InboxItem(fetch_id, awaited.page, 0, awaited.context))
        self._line.join(awaited)
        return fetch_id

    def _settle_unmodified(self, page: Page, context: FetchContext, archive: Archive) -> Decided:
        fetched = Fetched(archive.fetches.arrived(page, context), page, context)
        decided = settle_unmodified(archive, fetched)
        if self.on_settled is not None:
            self.on_settled(archive, fetched, decided)
        return decided

    def _tell(self, decided: Future[Decided]) -> None:
        if self.on_decided is not None and not decided.cancelled() and decided.exception() is None:
            self.on_decided(decided.result())

    def _received(self, awaited: Awaited, received: Future[int]) -> None:
        if received.cancelled() or received.exception() is not None:
            self._line.leave(awaited)
        else:
            self._give_out(awaited)

    def _know(self, awaited: Awaited, archive: Archive, item: InboxItem) -> None:
        """Gathers what interpreting a page and deciding on it takes."""
        awaited.fetch_id, awaited.page, awaited.context = item.fetch_id, item.page, item.context
        awaited.host = host_of(item.page.url)
        if item.page.status == NOT_MODIFIED:
            return
        awaited.rules = self._rules.for_fetch(archive, item.fetch_id, item.context.source_id, item.page)
        awaited.reference = archive.bodies.reference(awaited.host)

    def _take_up_left(self, count: int) -> None:
        for _ in range(count):
            if (awaited := self._line.take_up()) is not None:
                self._take_up(awaited)

    def _take_up(self, awaited: Awaited) -> None:
        """Gets a page from the inbox again, and gives it out."""

        def look(archive: Archive) -> bool:
            item = inbox.take_up(archive, awaited.fetch_id)
            if item is None:
                raise NotHeld(f"the page of fetch {awaited.fetch_id} has left the inbox")
            self._know(awaited, archive, item)
            return item.attempts < _MOST_ENDINGS

        def go_on(good: bool) -> None:
            if good:
                self._give_out(awaited)
            else:
                self._result(awaited, PageCrash("interrupted"))

        self._write(look, go_on)

    def _give_out(self, awaited: Awaited) -> None:
        """Has a page interpreted, unless another one of its host must be packed first."""
        page = awaited.page
        assert page is not None
        if page.status == NOT_MODIFIED:
            self._result(awaited, Unread())
            return
        if self._line.ended or self._line.must_wait(awaited):
            return
        try:
            done = self._executor.submit(interpret, page, awaited.rules.site, awaited.reference)
        except NewsmorgueError as error:
            self._line.end(error)
            return
        awaited.page = replace(page, body=b"")
        done.add_done_callback(partial(self._interpreted, awaited))

    def _interpreted(self, awaited: Awaited, done: Future[Interpretation]) -> None:
        error = done.exception()
        if error is None:
            self._result(awaited, done.result())
        elif isinstance(error, PageCrash) and not awaited.again:
            awaited.again = True
            self._take_up(awaited)
        elif isinstance(error, PageFailed):
            self._result(awaited, error)
        else:
            self._line.end(error)

    def _result(self, awaited: Awaited, result: Interpretation | PageFailed | Unread) -> None:
        awaited.result = result
        self._write(self._decide_what_is_ready, self._go_on)

    def _decide_what_is_ready(self, archive: Archive) -> "_Step":
        step = _Step()
        while (awaited := self._line.next_ready()) is not None:
            step.decided.append((awaited, self._decide(archive, awaited)))
            if isinstance(awaited.result, Unread):
                continue
            for other in self._line.released_by(awaited):
                other.reference = archive.bodies.reference(other.host)
                step.released.append(other)
        return step

    def _decide(self, archive: Archive, awaited: Awaited) -> Decided:
        fetched, result = awaited.fetched(), awaited.result
        assert result is not None
        try:
            with archive.transaction():
                decided = settle(archive, fetched, result)
        except NewsmorgueError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: one page's trouble stays that page's
            decided = settle(archive, fetched, PageFailed(f"{type(error).__name__}: {error}"[:500]))
        if self.on_settled is not None:
            self.on_settled(archive, fetched, decided)
        return decided

    def _go_on(self, step: "_Step") -> None:
        for awaited, decided in step.decided:
            if self.on_decided is not None:
                self.on_decided(decided)
            self._line.leave(awaited)
        self._take_up_left(len(step.decided))
        for awaited in step.released:
            self._give_out(awaited)

    def _write(self, function: Callable[[Archive], Result], then: Callable[[Result], None]) -> None:
        """Has the writer do something and goes on after the commit. If it cannot, nothing more is decided."""

        def written(future: Future[Result]) -> None:
            if (error := future.exception()) is not None:
                self._line.end(error)
                return
            try:
                then(future.result())
            except BaseException as unforeseen:  # or those who wait would wait for ever
                self._line.end(unforeseen)
                raise

        if self._line.ended:
            return
        try:
            self._writer.call(function).add_done_callback(written)
        except ArchiveBusy:  # the writer was closed first
            self._line.end()


@dataclass(slots=True)
class _Step:
    """What one commit has brought: pages decided, and pages that need not wait any longer."""

    decided: list[tuple[Awaited, Decided]] = field(default_factory=list)
    released: list[Awaited] = field(default_factory=list)


def _pass_over(_page: Page) -> None:
    """Nothing is to be done with it."""


def run(
    pages: Iterable[Page],
    archive_path: str | Path,
    executor: Executor,
    *,
    force: bool = False,
    on_held: Callable[[Page], None] = _pass_over,
    on_forgotten: Callable[[Page], None] = _pass_over,
) -> Counter[Outcome]:
    """Takes pages into an archive that is there, from files or elsewhere, and counts what became of them.

    A page of a source's host is that source's. What an earlier run left in the inbox is decided first, and counts.
    A page that is held, fetched at that time with these bytes, is passed over: it is only told to `on_held`; one
    that was forgotten likewise, and to `on_forgotten`.
    """
    counted: Counter[Outcome] = Counter()
    writer = Writer(archive_path, force=force)
    try:
        ingest = Ingest(writer, executor)
        ingest.on_decided = lambda decided: counted.update([decided.outcome])
        ingest.resume()
        owner = writer.call(owners).result()
        with Archive.open(archive_path, readonly=True, force=force) as reader:
            for page in pages:
                if reader.forgotten.among((page.requested_url, page.url)):
                    on_forgotten(page)
                elif not reader.fetches.holds(page):
                    ingest.wait_for_room()
                    ingest.receive(page, FetchContext(None, owner(page.url), None))
                else:
                    on_held(page)
        ingest.wait()
        learn_sites(writer)
    finally:
        writer.close()
    return counted


def ingest_page(archive: Archive, page: Page) -> Decided:
    """Takes one page into an open archive, here and now. Returns what was decided."""
    rules, context = Rules(), FetchContext(None, owners(archive)(page.url), None)
    while catch_up(archive):
        pass
    with archive.transaction():
        fetch_id = _received(rules, page, context, archive)
    reference = archive.bodies.reference(host_of(page.url))
    fetched = Fetched(fetch_id, page, context, rules.for_fetch(archive, fetch_id, context.source_id, page), reference)
    done = InProcess().submit(interpret, page, fetched.rules.site, reference)
    failure = done.exception()
    with archive.transaction():
        return settle(archive, fetched, failure if isinstance(failure, PageFailed) else done.result())


def _received(rules: Rules, page: Page, context: FetchContext, archive: Archive) -> int:
    """Commits a page to the inbox, and with it what it is going to be read with: also after a crash."""
    of = rules.for_page(archive, context.source_id, page)
    if archive.forgotten.among((page.requested_url, page.url)):
        page = replace(page, body=b"")  # its bytes shall not come into the file at all
    archive.sites.keep_rules(of.read_with.rules, of.rules_text, page.fetched_at)
    return archive.fetches.receive(page, context, of.read_with)


def owners(archive: Archive) -> Callable[[str], int | None]:
    """Which source a URL belongs to."""
    return owner_by_home((source.home, source.id) for source in archive.sources.all())
