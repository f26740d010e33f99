"""An archive with one source in one crawl, and what tests put into it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.models import Link, Page
from archive.store.archive import Archive
from archive.store.crawls import CrawlStart
from archive.store.fetches import FetchContext
from archive.store.links import Meeting, Met
from archive.store.sources import SourceRecord

NOW = datetime(2026, 10, 4, 12, 0, 0, tzinfo=UTC)


def crawl_start(at: datetime = NOW, sources: tuple[int, ...] = ()) -> CrawlStart:
    return CrawlStart(
        command="morgue crawl",
        pid=4711,
        versions={"newsmorgue": "0.1.0"},
        config='contact = "ada@example.org"',
        user_agent="newsmorgue/0.1.0 (+ada@example.org)",
        permissions=(),
        started_at=at,
        sources=sources,
    )


@dataclass
class Morgue:
    """An open archive with a source and a running crawl."""

    archive: Archive
    source: int
    crawl: int

    def meeting(self, at: datetime = NOW) -> Meeting:
        return Meeting(self.crawl, self.source, None, at)

    def meet(self, *urls: str, revisit: bool = True, at: datetime = NOW) -> Met:
        return self.archive.links.meet(self.meeting(at), [Link(url, "feed") for url in urls], lambda state: revisit)

    def link(self, url: str) -> int:
        link_id = self.archive.links.id_of(url)
        assert link_id is not None
        return link_id

    def receive(
        self, url: str, body: bytes = b"<p>A page", outcome: str | None = None, reason: str | None = None
    ) -> int:
        """A page for a met link; with `outcome`, as if it had been interpreted."""
        context = FetchContext(self.crawl, self.source, self.link(url))
        fetch_id = self.archive.fetches.receive(page(url, body), context)
        if outcome:
            execute = self.archive.db.conn.execute
            execute("DELETE FROM inbox WHERE fetch_id = ?", (fetch_id,))
            execute("UPDATE fetches SET outcome = ?, reason = ? WHERE id = ?", (outcome, reason, fetch_id))
            execute("UPDATE links SET outcome = ?, reason = ? WHERE fetch_id = ?", (outcome, reason, fetch_id))
        return fetch_id

    def next_crawl(self) -> None:
        self.archive.crawls.end(self.crawl, "finished", NOW)
        self.crawl = self.archive.crawls.begin(crawl_start(NOW + timedelta(hours=self.crawl)))

    def states(self) -> dict[str, tuple[str, str | None, str | None]]:
        rows = self.archive.db.conn.execute("SELECT url, state, outcome, reason FROM links ORDER BY id")
        return {url: (state, outcome, reason) for url, state, outcome, reason in rows}


def page(url: str, body: bytes = b"<p>A page", headers: tuple[tuple[str, str], ...] = ()) -> Page:
    return Page(requested_url=url, url=url, body=body, fetched_at=NOW, status_line="HTTP/1.1 200 OK", headers=headers)


@pytest.fixture
def morgue(tmp_path: Path) -> Iterator[Morgue]:
    with Archive.open(tmp_path / "morgue.db", create=True) as archive:
        source = archive.sources.save(SourceRecord(None, "gazette", "https://gazette.example/"), NOW)
        yield Morgue(archive, source, archive.crawls.begin(crawl_start()))
