"""One source in one crawl: requests one after the other, and what becomes of links' pages."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from archive.models import Hop, Outcome, Page
from archive.settling import Fetched, settle
from archive.store import inbox
from archive.store.archive import Archive
from archive.store.fetches import FetchContext
from archive.store.links import LinkRow
from archive.store.saving import Settled
from benchmarks.paperweb.ledger import Ledger
from benchmarks.paperweb.server import Answer, Server
from benchmarks.paperweb.telling import interpretation_of
from benchmarks.paperweb.web import Site
from crawler.frontier import BATCH
from crawler.running import RunningSource
from crawler.schedule import LONG_WAIT, back_off, retry_pause

DELAY = 3  # seconds between two requests
_STORIES = (Outcome.NEW, Outcome.REVISION, Outcome.UNCHANGED)


@dataclass(slots=True)
class Asking:
    """Asks one host. `at`: what its clock says; `closed`: its turn has ended, until when and why."""

    archive: Archive
    server: Server
    site: Site
    source: RunningSource
    crawl_id: int
    at: int
    ledger: Ledger = field(default_factory=Ledger)
    counts: Counter[str] = field(default_factory=Counter)
    closed: tuple[datetime, str] | None = None
    _refusals: int = 0

    @property
    def now(self) -> datetime:
        """What the host's clock says."""
        return moment(self.at)

    def get(self, url: str, validators: Mapping[str, str] | None = None) -> Answer | None:
        """The answer to a request and its further tries; None when the host's turn has ended."""
        tries = 0
        while self.closed is None:
            self.at += DELAY
            answer = self.server.get(url, self.at, validators)
            if answer.retry_after is not None:
                self._busy(answer.retry_after)
                continue
            self._refusals = 0
            tries += 1
            pause = retry_pause(tries) if answer.failure == "connection" or answer.status >= 500 else None
            if pause is None:
                return answer
            self.at += int(pause)
        return None

    def page(self, url: str, answer: Answer, validators: Mapping[str, str] | None = None) -> Page:
        """An answer as it goes into the archive."""
        final = answer.moved or url
        return Page(
            requested_url=url,
            url=final,
            body=answer.body,
            fetched_at=self.now,
            status=answer.status,
            headers=answer.headers,
            request_headers=tuple((validators or {}).items()),
            hops=(Hop(url, 301, final),) if answer.moved else (),
        )

    def links(self) -> None:
        """Asks for all links that are pending, newest first, until none is left or the host's turn has ended."""
        asked: set[int] = set()
        while self.closed is None and (links := self._pending(asked)):
            for link in links:
                asked.add(link.id)
                self._link(link)
        if self.closed is not None:
            until, reason = self.closed
            self.archive.links.postpone_host(self.site.paper.home.split("/")[2], [self.source.id], until, reason)

    def _pending(self, asked: set[int]) -> list[LinkRow]:
        return self.archive.links.pending(self.source.id, self.now, BATCH, asked)

    def _link(self, link: LinkRow) -> None:
        answer = self.get(link.url)
        if answer is None:
            return
        if answer.failure is not None:
            self.archive.links.finish(link.id, self.crawl_id, "unreachable", answer.failure, self.now)
            return
        page, context = self.page(link.url, answer), FetchContext(self.crawl_id, self.source.id, link.id)
        fetch_id = self.archive.fetches.receive(page, context)
        outcome = self._same(fetch_id, link, answer) or self._settle(fetch_id, page, context, answer)
        self.counts[f"page {outcome.value}"] += 1
        if answer.story is not None and answer.verdict == "article" and outcome in _STORIES:
            self.ledger.got(self.site, answer.story, answer.version, self.at)

    def _settle(self, fetch_id: int, page: Page, context: FetchContext, answer: Answer) -> Outcome:
        interpretation = interpretation_of(page, answer, self.site.renderer)
        return settle(self.archive, Fetched(fetch_id, replace(page, body=b""), context), interpretation).outcome

    def _same(self, fetch_id: int, link: LinkRow, answer: Answer) -> Outcome | None:
        """A page that is, byte for byte, what it was: written as unchanged, without being read again."""
        story = answer.story
        if story is None or answer.verdict != "article" or link.article_id is None:
            return None
        if self.ledger.last(self.site, story) != answer.version:
            return None
        settled = Settled(
            fetch_id=fetch_id,
            link_id=link.id,
            outcome=Outcome.UNCHANGED,
            reason=None,
            detail=None,
            verdict="live_blog" if story.is_live else "article",
            verdict_score=1.0,
            article_id=link.article_id,
            sha256=None,
            size=None,
            truncated=False,
        )
        self.archive.articles.settle(settled)
        inbox.remove(self.archive, fetch_id)
        return Outcome.UNCHANGED

    def _busy(self, seconds: float | None) -> None:
        self._refusals += 1
        pause = back_off(self._refusals, seconds)
        if pause > LONG_WAIT:
            self.closed = (self.now + timedelta(seconds=pause), "http_503")
        else:
            self.at += int(pause)


def moment(at: int) -> datetime:
    """Seconds since 1970 as the archive's time."""
    return datetime.fromtimestamp(at, UTC)


def seconds(time: datetime) -> int:
    """The first whole second that is not before a time."""
    return math.ceil(time.timestamp())
