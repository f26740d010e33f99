"""What becomes of a link that got no page: another try, a later crawl, or its end with a reason."""

from collections import Counter
from datetime import timedelta
from typing import Literal

from archive.dates import now
from archive.ingest import Decided
from archive.store.archive import Archive
from archive.store.pending import LinkRow
from archive.urls import host_of
from crawler.errands import Busy, TurnEnded, failure_of
from crawler.guard import AddressRefused
from crawler.manners import Manners
from crawler.running import Errand, RunningCrawl
from crawler.schedule import LONG_WAIT, back_off, retry_pause


def postpone(archive: Archive, crawl: RunningCrawl, host: str) -> None:
    """Make all pending links of a host, and all listings there, wait until its next turn. In the writer's thread."""
    until, reason = crawl.closed_hosts[host]
    archive.listings.wait_for_host(host, until)
    archive.links.postpone_host(host, list(crawl.sources), until, reason)
    archive.revisits.put_off(host, list(crawl.sources), until)


class Outcomes:
    """Ends errands that were not answered."""

    def __init__(self, crawl: RunningCrawl, manners: Manners) -> None:
        self._crawl, self._manners = crawl, manners
        self._tries: Counter[int] = Counter()
        self._refusals: Counter[str] = Counter()  # times in a row that a host said it is busy

    def answered(self, url: str) -> None:
        """A host gave an answer: it is not busy any more."""
        self._refusals.pop(host_of(url), None)

    async def failed(self, errand: Errand, url: str, error: BaseException) -> None:
        """End a link's errand that raised `error`; `url` is the hop that did."""
        assert errand.link is not None
        self._crawl.frontier.landed(errand.link)
        if self._crawl.stopping.is_set():
            self._crawl.frontier.done(errand.link)  # it stays pending
            return
        match error:
            case TurnEnded():
                await self._left_pending(errand.link, host_of(url))
            case Busy():
                await self._busy(errand.link, host_of(url), error)
            case _:
                if isinstance(error, AddressRefused) and errand.link.url in errand.source.planned.asked:
                    self._crawl.say(str(error))
                failure = failure_of(error)
                if failure.state is not None or not self.again(errand.link, failure.reason):
                    await self._end(errand.link, failure.state or "unreachable", failure.reason)

    def again(self, link: LinkRow, reason: str) -> bool:
        """Put a link back for another try in this crawl; False when it has had its tries."""
        self._tries[link.id] += 1
        pause = retry_pause(self._tries[link.id])
        if pause is None or self._crawl.stopping.is_set():
            return False
        self._crawl.frontier.retry(link, pause)
        return True

    def judged(self, link: LinkRow, decided: Decided) -> None:
        """A page that turned out to be cut short when it was read is asked for again; its link is pending till then."""
        if decided.truncated and self.again(link, "truncated"):
            crawl_id = self._crawl.crawl_id
            self._crawl.writer.call(lambda archive: archive.links.postpone(link.id, crawl_id, None, "truncated", now()))

    async def pause(self, host: str, error: Busy) -> float | None:
        """Leave a host alone that says it is busy. Returns the seconds, or None when its turn has ended."""
        self._refusals[host] += 1
        seconds = back_off(self._refusals[host], error.seconds)
        if seconds > LONG_WAIT:
            await self.end_turn(host, seconds, error.reason)
            return None
        self._crawl.frontier.pause(host, seconds)
        return seconds

    async def end_turn(self, host: str, seconds: float, reason: str) -> None:
        """End a host's turn: its links stay pending, and wait for `seconds`."""
        until = now() + timedelta(seconds=seconds)
        self._crawl.closed_hosts[host] = (until, reason)
        self._crawl.frontier.close(host)
        await self._crawl.write(lambda archive: postpone(archive, self._crawl, host))

    async def _busy(self, link: LinkRow, host: str, error: Busy) -> None:
        seconds = await self.pause(host, error)
        if seconds is None:
            await self._left_pending(link, host)
        else:
            self._crawl.frontier.retry(link, seconds)

    async def _left_pending(self, link: LinkRow, host: str) -> None:
        if host in self._crawl.closed_hosts:
            until, reason = self._crawl.closed_hosts[host]
            crawl_id = self._crawl.crawl_id
            self._keep_reason(link, reason)
            await self._crawl.write(lambda archive: archive.links.postpone(link.id, crawl_id, until, reason, now()))
        self._crawl.frontier.done(link)

    async def _end(self, link: LinkRow, state: Literal["skipped", "unreachable"], reason: str) -> None:
        crawl_id = self._crawl.crawl_id
        self._keep_reason(link, reason)

        def end(archive: Archive) -> None:
            archive.links.finish(link.id, crawl_id, state, reason, now())
            if state == "unreachable" or link.again:
                self._crawl.revisiting.unanswered(archive, link, now())
            else:  # what may not be asked for is put to robots.txt again when it is listed again
                archive.revisits.end(link.id)

        await self._crawl.write(end)
        self._crawl.frontier.done(link)

    def _keep_reason(self, link: LinkRow, reason: str) -> None:
        if self._crawl.request.save:
            self._crawl.unanswered[link.url] = reason
