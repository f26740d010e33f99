"""The figures of health in the archive: what triggers and counting keep, and that each crawl counts once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.checkup import check_up
from archive.health.hours import Count, Hour
from archive.models import Page
from archive.store.archive import Archive
from archive.store.crawls import CrawlStart
from archive.store.fetches import FetchContext
from archive.store.listings import Listing, ListingVisit
from archive.store.sources import SourceRecord

NOW = datetime(2026, 5, 14, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = "https://lakeside.example/rss"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "morgue.db", create=True) as made:
        made.sources.save(SourceRecord(None, "lakeside", "https://lakeside.example/"), NOW)
        made.listings.save(Listing(1, FEED, "feed", NOW, "front page"))
        yield made


def begin(archive: Archive, at: datetime = NOW) -> int:
    return archive.crawls.begin(CrawlStart("morgue crawl", 1, {}, None, None, (), at, (1,)))


def answer(archive: Archive, crawl_id: int, at: datetime, sha256: str | None = "00") -> None:
    """What the feed's address gave; `sha256` None: no feed."""
    page = Page(requested_url=FEED, url=FEED, body=b"", fetched_at=at, status=200)
    archive.fetches.record(page, FetchContext(crawl_id, 1, None, 1, "feed", sha256))


def listing(archive: Archive, columns: str) -> tuple[object, ...]:
    row: tuple[object, ...] = archive.db.conn.execute(f"SELECT {columns} FROM listings").fetchone()
    return row


def test_a_listing_keeps_since_when_it_fails_until_it_answers(archive: Archive) -> None:
    archive.listings.visited(1, ListingVisit(NOW, "a"))
    for hours in (1, 2):
        archive.listings.failed(1, "http_500", None, NOW + hours * HOUR)
    assert listing(archive, "failing_since, failures") == ("2026-05-14T04:10:00.000Z", 2)
    archive.listings.visited(1, ListingVisit(NOW + 3 * HOUR, "b"))
    assert listing(archive, "failing_since, failures") == (None, 0)
    archive.listings.visited(1, ListingVisit(NOW + 4 * HOUR, None))
    days = archive.db.conn.execute("SELECT day, answered, changed, failed FROM listing_days").fetchall()
    assert days == [("2026-05-14", 3, 2, 2)]


def test_a_turn_that_ended_is_no_failure(archive: Archive) -> None:
    archive.listings.failed(1, "turn_ended", None, NOW)
    assert listing(archive, "failing_since") == (None,)
    assert archive.db.conn.execute("SELECT count(*) FROM listing_days").fetchone() == (0,)


def test_each_crawl_is_counted_once_also_one_that_was_killed(archive: Archive) -> None:
    answer(archive, begin(archive), NOW)
    assert archive.health.count() == 0  # it runs
    second = begin(archive, NOW + HOUR)  # the first one was killed
    answer(archive, second, NOW + HOUR)
    answer(archive, second, NOW + HOUR, sha256=None)  # it was no feed
    archive.crawls.end(second, "finished", NOW + HOUR)
    assert [archive.health.count(), archive.health.count()] == [2, 0]
    rows = archive.db.conn.execute("SELECT hour, looks FROM health_hours ORDER BY hour").fetchall()
    assert rows == [("2026-05-14T03", 1), ("2026-05-14T04", 1)]
    times = archive.db.conn.execute("SELECT first_look_at, last_look_at, last_new_at FROM health_sources").fetchone()
    assert times == ("2026-05-14T03:10:00.000Z", "2026-05-14T04:10:00.000Z", None)


def test_what_is_counted_elsewhere_is_added(archive: Archive) -> None:
    for minute in (30, 10):
        archive.health.add(1, Hour(NOW, 1, 2, 2, {"verdict/article": Count(2, minute)}))
    (history,) = archive.health.histories(NOW)
    (hour,) = history.hours
    assert (hour.looks, hour.new, hour.counts) == (2, 4, {"verdict/article": Count(4, 10)})
    assert (history.first_look_at, history.last_new_at) == (NOW, NOW)


def test_incidents_are_judged_and_end_with_their_source(archive: Archive) -> None:
    for hour in range(30):
        at = NOW + hour * HOUR
        archive.health.add(1, Hour(at, 1, 1, 1, {"verdict/consent": Count(3), "verdict/article": Count(1)}))
    (everywhere, judged) = check_up(archive, at)
    assert everywhere.began == ()
    assert [one.illness.kind for one in judged.began] == ["wall"]
    assert check_up(archive, at, paused=["lakeside"]) == [everywhere]
    assert [incident.illness.kind for _, incident in archive.health.open()] == ["wall"]
    archive.sources.retire_others([], at)
    check_up(archive, at)
    assert archive.health.open() == []
