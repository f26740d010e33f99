"""One source in one crawl: requests one after the other, and what becomes of links' pages."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from archive.identity.events import NOT_MODIFIED
from archive.models import Hop, Outcome, Page
from archive.settling import Decided, Fetched, settle, settle_unmodified
from archive.store.archive import Archive
from archive.store.fetches import FetchContext
from archive.store.pending import LinkRow
from archive.store.saving import Settled
from benchmarks.paperweb.ledger import Ledger
from benchmarks.paperweb.server import Answer, Server
from benchmarks.paperweb.telling import interpretation_of
from benchmarks.paperweb.web import Site
from crawler.errands import validators
from crawler.frontier import BATCH
from crawler.revisiting import Revisiting
from crawler.running import REVISITS_FOR, RunningSource
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
    revisiting: Revisiting
    ledger: Ledger = field(default_factory=Ledger)
    counts: Counter[str] = field(default_factory=Counter)
    closed: tuple[datetime, str] | None = None
    _refusals: int = 0

    @property
    def now(self) -> datetime:
        """What the host's clock says."""
        return moment(self.at)

    def get(self, url: str, sent: Mapping[str, str] | None = None) -> Answer | None:
        """The answer to a request and its further tries; None when the host's turn has ended."""
        tries = 0
        while self.closed is None:
            self.at += DELAY
            answer = self.server.get(url, self.at, sent)
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

    def page(self, url: str, answer: Answer, sent: Mapping[str, str] | None = None) -> Page:
        """An answer as it goes into the archive."""
        final = answer.moved or url
        return Page(
            requested_url=url,
            url=final,
            body=answer.body,
            fetched_at=self.now,
            status=answer.status,
            headers=answer.headers,
            request_headers=tuple((sent or {}).items()),
            hops=(Hop(url, 301, final),) if answer.moved else (),
        )

    def links(self) -> None:
        """Asks for links until none is left, or the host's turn has ended: new ones first, then what is due again."""
        asked: set[int] = set()
        while self.closed is None and (links := self._pending(asked)):
            for link in links:
                asked.add(link.id)
                if self.closed is None:
                    self._link(link)
        if self.closed is not None:
            until, reason = self.closed
            host = self.site.paper.home.split("/")[2]
            self.archive.links.postpone_host(host, [self.source.id], until, reason)
            self.archive.revisits.put_off(host, [self.source.id], until)

    def _pending(self, asked: set[int]) -> list[LinkRow]:
        links = self.archive.links.pending(self.source.id, self.now, BATCH, asked)
        if len(links) < BATCH and self.now - self.revisiting.began_at < REVISITS_FOR:
            mine = [*asked, *(link.id for link in links)]
            links += self.revisiting.claim(self.archive, self.source.id, BATCH - len(links), mine)
        return links

    def _link(self, link: LinkRow) -> None:
        known = validators(link)
        answer = self.get(link.url, known)
        if answer is None:
            if self.closed is not None:
                self.archive.links.postpone(link.id, self.crawl_id, *self.closed, self.now)
            return
        if answer.failure is not None:
            self.archive.links.finish(link.id, self.crawl_id, "unreachable", answer.failure, self.now)
            self.revisiting.unanswered(self.archive, link, self.now)
            return
        page = self.page(link.url, answer, known)
        fetched = Fetched(0, page, FetchContext(self.crawl_id, self.source.id, link.id))
        decided = self._settle(fetched, link, answer)
        self.revisiting.settled(self.archive, fetched, decided)
        self.counts[f"page {decided.outcome.value}"] += 1
        if answer.story is not None and answer.verdict == "article" and decided.outcome in _STORIES:
            self.ledger.got(self.site, answer.story, answer.version, self.at)

    def _settle(self, fetched: Fetched, link: LinkRow, answer: Answer) -> Decided:
        page, context = fetched.page, fetched.context
        if page.status == NOT_MODIFIED or self._is_same(link, answer):
            fetched = replace(fetched, fetch_id=self.archive.fetches.arrived(page, context))
            return (
                settle_unmodified(self.archive, fetched) if page.status == NOT_MODIFIED else self._same(fetched, link)
            )
        fetch_id = self.archive.fetches.receive(page, context)
        fetched = replace(fetched, fetch_id=fetch_id, page=replace(page, body=b""))
        return settle(self.archive, fetched, interpretation_of(page, answer, self.site.renderer))

    def _is_same(self, link: LinkRow, answer: Answer) -> bool:
        """Whether a page that was answered in full is, byte for byte, what it was."""
        story = answer.story
        if story is None or answer.verdict != "article" or answer.status != 200 or link.article_id is None:
            return False
        return self.ledger.last(self.site, story) == answer.version

    def _same(self, fetched: Fetched, link: LinkRow) -> Decided:
        """Written as unchanged, as a reading of it would have been, without being read again."""
        settled = Settled(
            fetch_id=fetched.fetch_id,
            link_id=link.id,
            outcome=Outcome.UNCHANGED,
            reason=None,
            detail=None,
            verdict="article",
            verdict_score=1.0,
            article_id=link.article_id,
            sha256=None,
            size=None,
            truncated=False,
        )
        self.archive.articles.settle(settled)
        assert link.article_id is not None
        self.archive.articles.seen_again(link.article_id, fetched.page, fetched.fetch_id, ())
        told = (fetched.fetch_id, link.id, self.source.id, Outcome.UNCHANGED, "article", None, link.article_id)
        return Decided(*told, title=None, truncated=False)

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
