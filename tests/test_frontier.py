"""The order of requests: hosts take turns, newest first, and the end comes when nothing is left to ask."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from archive.store.pending import LinkRow
from crawler.frontier import Frontier

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def link(number: int, host: str = "a.com", source: int = 1) -> LinkRow:
    """Link `number`, newer the higher."""
    return LinkRow(number, source, f"https://{host}/{number}", host, 0, None, NOW + timedelta(minutes=number))


class Table:
    """A links table in memory: pending links by id."""

    def __init__(self, *links: LinkRow) -> None:
        self.pending = {row.id: row for row in links}
        self.reads = 0

    async def read(self, source_id: int, limit: int, exclude: Collection[int]) -> list[LinkRow]:
        self.reads += 1
        await asyncio.sleep(0)
        rows = [row for row in self.pending.values() if row.source_id == source_id and row.id not in exclude]
        return sorted(rows, key=lambda row: row.order_at, reverse=True)[:limit]


def frontier(table: Table, capacity: int = 1, room: bool = True) -> Frontier:
    made = Frontier(table.read, lambda _: capacity, lambda: room)
    for source in {row.source_id for row in table.pending.values()}:
        made.add_source(source)
    return made


def finish(made: Frontier, table: Table, row: LinkRow) -> None:
    made.landed(row)
    table.pending.pop(row.id, None)
    made.done(row)


async def drained(made: Frontier, table: Table) -> list[int]:
    """The ids given out when every link is answered at once."""
    ids = []
    while (row := await made.next()) is not None:
        ids.append(row.id)
        finish(made, table, row)
    return ids


async def waits(made: Frontier) -> bool:
    """Whether the frontier has nothing to give out now and is not at its end."""
    asked = asyncio.ensure_future(made.next())
    done, _ = await asyncio.wait({asked}, timeout=0.05)
    asked.cancel()
    return not done


def test_links_come_newest_first_and_the_end_comes_when_all_are_done() -> None:
    async def scenario() -> None:
        table = Table(*(link(number) for number in range(500)))
        assert await drained(frontier(table), table) == list(reversed(range(500)))
        assert table.reads < 10

    asyncio.run(scenario())


def test_hosts_take_turns() -> None:
    async def scenario() -> None:
        table = Table(link(1, "a.com"), link(2, "a.com"), link(3, "b.com"), link(4, "b.com"))
        made = frontier(table)
        first, second = await made.next(), await made.next()
        assert first is not None
        assert second is not None
        assert {first.host, second.host} == {"a.com", "b.com"}
        assert await waits(made)
        finish(made, table, first)
        third = await made.next()
        assert third is not None
        assert third.host == first.host

    asyncio.run(scenario())


def test_a_host_that_answered_may_be_asked_before_the_page_is_committed() -> None:
    async def scenario() -> None:
        table = Table(link(1), link(2))
        made = frontier(table)
        first = await made.next()
        assert first is not None
        made.landed(first)
        second = await made.next()
        assert second is not None
        assert second.id == 1
        made.landed(second)
        assert await waits(made)  # neither is committed: the end has not come, and neither is given out again

    asyncio.run(scenario())


def test_nothing_is_given_out_while_the_inbox_is_full() -> None:
    async def scenario() -> None:
        assert await waits(frontier(Table(link(1)), room=False))

    asyncio.run(scenario())


def test_links_found_later_are_given_out() -> None:
    async def scenario() -> None:
        table = Table(link(1))
        made = frontier(table)
        made.listing_opened(1)
        assert await drained_until_waiting(made, table) == [1]
        table.pending[2] = link(2)
        made.wake(1)
        made.listing_closed(1)
        assert await drained(made, table) == [2]

    asyncio.run(scenario())


async def drained_until_waiting(made: Frontier, table: Table) -> list[int]:
    ids = []
    while not await waits_or_takes(made, ids, table):
        pass
    return ids


async def waits_or_takes(made: Frontier, ids: list[int], table: Table) -> bool:
    try:
        row = await asyncio.wait_for(made.next(), 0.05)
    except TimeoutError:
        return True
    assert row is not None
    ids.append(row.id)
    finish(made, table, row)
    return False


def test_a_limit_counts_links_and_not_their_retries() -> None:
    async def scenario() -> None:
        table = Table(*(link(number) for number in range(10)))
        made = Frontier(table.read, lambda _: 1, lambda: True)
        made.add_source(1, limit=3)
        first = await made.next()
        assert first is not None
        made.landed(first)
        made.retry(first, 0.01)
        assert sorted(await drained(made, table)) == [7, 8, 9]

    asyncio.run(scenario())


def test_the_end_waits_for_a_retry() -> None:
    async def scenario() -> None:
        table = Table(link(1))
        made = frontier(table)
        first = await made.next()
        assert first is not None
        made.landed(first)
        made.retry(first, 0.05)
        assert not made.is_idle()
        assert await drained(made, table) == [1]

    asyncio.run(scenario())


def test_a_closed_host_is_not_asked_again_and_does_not_hold_up_the_end() -> None:
    async def scenario() -> None:
        table = Table(link(1, "a.com"), link(2, "a.com"), link(3, "b.com"))
        made = frontier(table)
        made.close("a.com")
        assert await drained(made, table) == [3]
        assert set(table.pending) == {1, 2}

    asyncio.run(scenario())


def test_a_paused_host_is_asked_when_its_pause_is_over() -> None:
    async def scenario() -> None:
        table = Table(link(1, "a.com"), link(2, "b.com"))
        made = frontier(table)
        made.pause("a.com", 0.1)
        assert await drained(made, table) == [2, 1]

    asyncio.run(scenario())


def test_stopping_ends_at_once() -> None:
    async def scenario() -> None:
        table = Table(link(1), link(2))
        made = frontier(table)
        assert await made.next() is not None
        asked = asyncio.ensure_future(made.next())
        await asyncio.sleep(0)
        made.stop()
        assert await asked is None

    asyncio.run(scenario())


def test_exactly_the_links_put_are_given_out() -> None:
    async def scenario() -> None:
        table = Table(link(1), link(2), link(3))
        made = Frontier(table.read, lambda _: 1, lambda: True)
        made.put([link(2)])
        assert await drained(made, table) == [2]

    asyncio.run(scenario())
