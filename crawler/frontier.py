"""Which link is asked next: the pending rows of the links table, a few in flight per host, newest first.

Links that were never answered come before those that are looked at again.

Nothing here is durable and nothing needs to be: what has no outcome stays pending in the table.
"""

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from itertools import count
from time import monotonic

from archive.store.pending import LinkRow

BATCH = 200
LOW = 50
POLL = 0.05
"""Seconds between two looks at an inbox that is full."""

Reader = Callable[[int, int, Collection[int]], Awaitable[list[LinkRow]]]
"""(source_id, limit, ids to leave out) -> links to ask for now, what is next first."""


@dataclass(slots=True)
class _Host:
    waiting: list[LinkRow] = field(default_factory=list)  # ascending: what is next is last
    in_flight: int = 0
    not_before: float = 0.0
    closed: bool = False


@dataclass(slots=True)
class _SourceQueue:
    left: int | None  # how many more links may be asked in this crawl; None: all
    loaded: int = 0
    stale: bool = True  # the table may hold pending links that are not here
    changed: bool = False  # a listing was read: links here may be listed as newer or older than they were


class Frontier:
    """Gives out links until no link is pending and due, nothing is in flight, and no listing is being read."""

    def __init__(self, read: Reader, capacity: Callable[[LinkRow], int], room: Callable[[], bool]) -> None:
        self._read, self._capacity, self._room = read, capacity, room
        self._sources: dict[int, _SourceQueue] = {}
        self._hosts: dict[str, _Host] = {}
        self._held: set[int] = set()  # link ids here or in flight: not to be read from the table again
        self._in_flight: set[int] = set()
        self._retries: list[tuple[float, int, LinkRow]] = []
        self._listings: Counter[int] = Counter()  # being read, by source
        self._changed = asyncio.Event()
        self._order = count()
        self.stopped = False

    def add_source(self, source_id: int, limit: int | None = None) -> None:
        """Let this source's pending links be asked, at most `limit` of them."""
        self._sources.setdefault(source_id, _SourceQueue(limit))

    def put(self, links: Collection[LinkRow]) -> None:
        """Exactly these links, whatever else the table holds."""
        for link in links:
            self._sources.setdefault(link.source_id, _SourceQueue(None, stale=False))
        self._load(links)
        self.wake()

    def wake(self, source_id: int | None = None) -> None:
        """Something changed; with a source: its pending links did."""
        if source_id in self._sources:
            self._sources[source_id].stale = self._sources[source_id].changed = True
        self._changed.set()

    def listing_opened(self, source_id: int) -> None:
        """A listing was asked for: more links may come."""
        self._listings[source_id] += 1

    def listing_closed(self, source_id: int) -> None:
        """A listing was read, or failed; its links are in the table."""
        self._listings[source_id] -= 1
        if not self._listings[source_id] and source_id in self._sources:
            self._sources[source_id].stale = True  # what is not new was not given out before
        self._changed.set()

    def is_listening(self, source_id: int) -> bool:
        """Whether more links of a source may come."""
        return self._listings[source_id] > 0

    def landed(self, link: LinkRow) -> None:
        """The host answered; it may be asked for the next link."""
        self._hosts[link.host].in_flight -= 1
        self._changed.set()

    def done(self, link: LinkRow) -> None:
        """What became of the link is committed."""
        self._in_flight.discard(link.id)
        self._held.discard(link.id)
        self._changed.set()

    def retry(self, link: LinkRow, pause: float) -> None:
        """Ask this link again in `pause` seconds, in this crawl."""
        self._in_flight.discard(link.id)
        self._held.add(link.id)
        heapq.heappush(self._retries, (monotonic() + pause, next(self._order), link))
        self._changed.set()

    def pause(self, host: str, seconds: float) -> None:
        """Leave a host alone for a while."""
        self._host(host).not_before = monotonic() + seconds
        self._changed.set()

    def close(self, host: str) -> None:
        """End a host's turn: its links stay pending in the table."""
        state = self._host(host)
        state.closed = True
        for link in state.waiting:
            self._sources[link.source_id].loaded -= 1
        state.waiting.clear()
        self._changed.set()

    @property
    def in_flight(self) -> frozenset[int]:
        """Ids of the links that were given out and have no outcome yet."""
        return frozenset(self._in_flight)

    def is_closed(self, host: str) -> bool:
        """Whether the host's turn has ended in this crawl."""
        return host in self._hosts and self._hosts[host].closed

    def stop(self) -> None:
        """Give out nothing more."""
        self.stopped = True
        self._changed.set()

    async def next(self) -> LinkRow | None:
        """The next link to ask, as soon as its host may be asked; None when there is nothing left to do."""
        while not self.stopped:
            self._changed.clear()
            self._ripen()
            room = self._room()
            if room and any(queue.changed for queue in self._sources.values()):
                await self._refill()
            if room and (link := self._take()):
                return link
            if room and await self._refill():
                continue
            if self.is_idle():
                return None
            await self._wait(room)
        return None

    def _host(self, name: str) -> _Host:
        return self._hosts.setdefault(name, _Host())

    def _take(self) -> LinkRow | None:
        now = monotonic()
        for name, host in self._hosts.items():
            if host.waiting and host.not_before <= now and host.in_flight < self._capacity(host.waiting[-1]):
                link = host.waiting.pop()
                host.in_flight += 1
                self._hosts[name] = self._hosts.pop(name)  # to the end: hosts take turns
                self._in_flight.add(link.id)
                self._sources[link.source_id].loaded -= 1
                return link
        return None

    def _ripen(self) -> None:
        now = monotonic()
        while self._retries and self._retries[0][0] <= now:
            link = heapq.heappop(self._retries)[2]
            if self._host(link.host).closed:
                continue
            self._host(link.host).waiting.append(link)
            self._sources[link.source_id].loaded += 1

    async def _refill(self) -> bool:
        found = False
        for source_id, queue in list(self._sources.items()):
            if queue.changed:
                self._unload(source_id, queue)
            if queue.stale and queue.loaded < LOW and queue.left != 0:
                queue.stale = False
                size = BATCH if queue.left is None else min(BATCH, queue.left)
                links = await self._read(source_id, size, self._held)
                queue.stale |= len(links) == size
                self._load(links)
                found |= bool(links)
        return found

    def _unload(self, source_id: int, queue: _SourceQueue) -> None:
        """Give waiting links back to the table, to read them again in the order that now holds."""
        queue.changed = False
        for host in self._hosts.values():
            mine = [link for link in host.waiting if link.source_id == source_id]
            host.waiting = [link for link in host.waiting if link.source_id != source_id]
            self._held.difference_update(link.id for link in mine)
            queue.loaded -= len(mine)
            queue.left = None if queue.left is None else queue.left + len(mine)

    def _load(self, links: Collection[LinkRow]) -> None:
        """Queue links. `left` counts a link when it is loaded: a retry is not another one."""
        touched: set[str] = set()
        for link in links:
            self._held.add(link.id)
            host = self._host(link.host)
            if host.closed:
                continue
            queue = self._sources[link.source_id]
            queue.left = None if queue.left is None else queue.left - 1
            queue.loaded += 1
            host.waiting.append(link)
            touched.add(link.host)
        for name in touched:
            self._hosts[name].waiting.sort(key=lambda link: (not link.again, link.order_at, -link.id))

    def is_idle(self) -> bool:
        """Whether nothing is in flight, and no link is here or in the table that may be asked in this crawl."""
        busy = (
            self._in_flight
            or self._listings.total()
            or self._retries
            or any(host.waiting for host in self._hosts.values())
        )
        return not busy and not any(queue.stale and queue.left != 0 for queue in self._sources.values())

    async def _wait(self, room: bool) -> None:
        now = monotonic()
        times = [host.not_before for host in self._hosts.values() if host.waiting and host.not_before > now]
        times += [self._retries[0][0]] if self._retries else []
        timeout = POLL if not room else max(0.0, min(times) - now) if times else None
        try:
            async with asyncio.timeout(timeout):
                await self._changed.wait()
        except TimeoutError:
            return
