"""What was listed and is not held: the views `gaps`, `coverage` and `listing_gaps`, and how quick they are."""

import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from archive.models import Link, Moment
from archive.spans import span_of
from archive.store.archive import Archive
from archive.store.completeness import Which
from archive.store.connection import APPLICATION_ID, ArchiveDatabase
from archive.store.links import Meeting
from archive.store.listings import Listing, ListingKind
from archive.store.migrations import MIGRATIONS
from tests.filled import article, insert
from tests.store.conftest import NOW, Morgue

SITE = "https://gazette.example"
EVERYTHING = Which()


def listing(morgue: Morgue, kind: ListingKind, name: str) -> int:
    return morgue.archive.listings.save(Listing(morgue.source, f"{SITE}/{name}", kind, NOW))


def listed(morgue: Morgue, listing_id: int | None, *links: Link) -> None:
    meeting = Meeting(morgue.crawl, morgue.source, listing_id, NOW)
    morgue.archive.links.meet(meeting, links, lambda _: False)


def entry(name: str, day: int | None = 3, as_: str = "feed", lastmod: int | None = None) -> Link:
    def moment(on: int | None) -> Moment | None:
        return Moment(str(on), None, date(2026, 10, on), "day") if on else None

    return Link(f"{SITE}/{name}", as_, f"On {name}", moment(day), moment(lastmod))


def gaps(morgue: Morgue, columns: str = "url, stage, reason") -> list[tuple[object, ...]]:
    return list(morgue.archive.db.conn.execute(f"SELECT {columns} FROM gaps ORDER BY url"))


def states(morgue: Morgue) -> list[tuple[str, str | None]]:
    return [(stage, reason) for _, stage, reason in gaps(morgue)]


def answered(morgue: Morgue, name: str, outcome: str, verdict: str | None, status: int = 200) -> None:
    execute = morgue.archive.db.conn.execute
    fetch = morgue.receive(f"{SITE}/{name}", outcome=outcome, reason=f"{verdict}: because")
    execute("UPDATE fetches SET verdict = ?, status = ? WHERE id = ?", (verdict, status, fetch))
    execute("UPDATE links SET state = 'fetched', outcome = ?, reason = ? WHERE fetch_id = ?", (outcome, verdict, fetch))


def test_only_what_feeds_and_sitemaps_name_is_listed(morgue: Morgue) -> None:
    feed, front = listing(morgue, "feed", "rss"), listing(morgue, "front", "")
    listed(morgue, front, entry("a", as_="front"), entry("b", as_="front"))
    listed(morgue, None, entry("c", as_="asked"))
    assert gaps(morgue) == []
    listed(morgue, feed, entry("b"))  # known from the front page before
    assert gaps(morgue, "url, source, day, title, listed_as, listed_in, stage, reason") == [
        (f"{SITE}/b", "gazette", "2026-10-03", "On b", "feed", f"{SITE}/rss", "pending", None)
    ]
    assert morgue.archive.db.conn.execute("SELECT found_as FROM links WHERE url LIKE '%/b'").fetchone() == ("front",)


def test_what_a_feed_names_after_it_was_fetched_in_the_same_crawl_is_listed(morgue: Morgue) -> None:
    listed(morgue, listing(morgue, "front", ""), entry("a", None, as_="front"))
    answered(morgue, "a", "rejected", "index")
    listed(morgue, listing(morgue, "feed", "rss"), entry("a", 2))
    assert gaps(morgue, "day, stage, reason") == [("2026-10-02", "rejected", "index")]
    assert morgue.states() == {f"{SITE}/a": ("fetched", "rejected", "index")}


def test_the_day_is_the_publishers_else_that_of_the_change_else_that_of_the_first_sight(morgue: Morgue) -> None:
    sitemap = listing(morgue, "sitemap", "s.xml")
    listed(
        morgue, sitemap, entry("a", 2, "sitemap", lastmod=3), entry("b", None, "sitemap", lastmod=3), entry("c", None)
    )
    listed(morgue, sitemap, entry("d", 20), entry("e", None, lastmod=30))  # days of the future are believed of nobody
    days = dict(gaps(morgue, "substr(url, -1), day"))
    assert days == {"a": "2026-10-02", "b": "2026-10-03", "c": "2026-10-04", "d": "2026-10-04", "e": "2026-10-04"}
    listed(morgue, sitemap, entry("a", 4, "sitemap"), entry("b", None, "sitemap", lastmod=4), entry("c", 1))
    assert dict(gaps(morgue, "substr(url, -1), day")) == days | {"c": "2026-10-01"}  # a day was not known, and now is


def test_every_stage_says_its_reason(morgue: Morgue) -> None:
    feed = listing(morgue, "feed", "rss")
    listed(morgue, feed, *map(entry, ("a", "b", "c", "d", "e", "f", "g")))
    links = morgue.archive.links
    links.skip(Meeting(morgue.crawl, morgue.source, feed, NOW), {f"{SITE}/h": "denied"})
    links.finish(morgue.link(f"{SITE}/a"), morgue.crawl, "unreachable", "timeout", NOW)
    links.finish(morgue.link(f"{SITE}/b"), morgue.crawl, "skipped", "robots", NOW)
    answered(morgue, "c", "rejected", "index")
    answered(morgue, "d", "rejected", "error", status=410)
    answered(morgue, "e", "failed", None)
    morgue.receive(f"{SITE}/f")
    links.postpone(morgue.link(f"{SITE}/g"), morgue.crawl, NOW + timedelta(hours=1), "http_429", NOW)
    assert states(morgue) == [
        ("unreachable", "timeout"),
        ("skipped", "robots"),
        ("rejected", "index"),
        ("rejected", "gone"),
        ("failed", "None: because"),
        ("awaiting_extraction", None),
        ("pending", "http_429"),
        ("skipped", "denied"),
    ]
    assert gaps(morgue, "not_before")[6] == ("2026-10-04T13:00:00.000Z",)


def test_a_page_that_says_twice_that_it_is_missing_is_gone(morgue: Morgue) -> None:
    listed(morgue, listing(morgue, "feed", "rss"), entry("a"))
    answered(morgue, "a", "rejected", "soft_404")
    assert states(morgue) == [("rejected", "soft_404")]
    answered(morgue, "a", "rejected", "soft_404")
    assert states(morgue) == [("rejected", "gone")]


def test_a_link_that_is_known_and_not_due_is_what_its_last_answer_was(morgue: Morgue) -> None:
    feed = listing(morgue, "feed", "rss")
    listed(morgue, feed, entry("a"))
    answered(morgue, "a", "rejected", "consent")
    morgue.crawl += 1
    morgue.archive.db.conn.execute("INSERT INTO crawls (id, started_at, command, versions) VALUES (2, '', '', '')")
    listed(morgue, feed, entry("a"))
    assert morgue.states() == {f"{SITE}/a": ("skipped", None, "known")}
    assert states(morgue) == [("rejected", "consent")]


def test_coverage_counts_by_publishers_day_and_its_terms_add_up(morgue: Morgue) -> None:
    feed = listing(morgue, "feed", "rss")
    listed(morgue, feed, *map(entry, ("a", "b", "c", "d", "e")), entry("x", 2))
    connection = morgue.archive.db.conn
    for name in ("a", "b"):  # one came by its link, one by import
        article(connection, name, morgue.source, f"{SITE}/{name}", text="A story.")
    connection.execute("UPDATE links SET state = 'fetched', outcome = 'new', article_id = 'a' WHERE url LIKE '%/a'")
    morgue.archive.links.finish(morgue.link(f"{SITE}/c"), morgue.crawl, "skipped", "off_site", NOW)
    answered(morgue, "d", "rejected", "index")
    rows = {row["day"]: row for row in morgue.archive.completeness.coverage(EVERYTHING)}
    none = dict.fromkeys(("awaiting_extraction", "unreachable", "failed", "skipped", "unwanted", "rejected"), 0)
    assert rows == {
        "2026-10-02": none
        | {"source": "gazette", "day": "2026-10-02", "listed": 1, "held": 0, "pending": 1, "share": 0.0},
        "2026-10-03": none
        | {"source": "gazette", "day": "2026-10-03", "listed": 5, "held": 2, "pending": 1, "rejected": 1}
        | {"skipped": 1, "unwanted": 1, "share": 0.5},
    }
    assert len(morgue.archive.completeness.gaps(EVERYTHING)) == 4


def test_gaps_and_coverage_of_some_days_and_one_source(morgue: Morgue) -> None:
    listed(morgue, listing(morgue, "feed", "rss"), entry("a", 1), entry("b", 2), entry("c", 3))
    completeness = morgue.archive.completeness
    which = Which("gazette", "2026-10-02", "2026-10-02")
    assert [row["url"] for row in completeness.gaps(which)] == [f"{SITE}/b"]
    assert [row["day"] for row in completeness.coverage(which)] == ["2026-10-02"]
    assert completeness.gaps(Which("another")) == []


def test_readings_without_a_common_story_are_noted_as_a_hole(morgue: Morgue) -> None:
    feed = listing(morgue, "feed", "rss")

    def read(*hours: int, at: datetime) -> None:
        links = [Link(f"{SITE}/{hour}", "feed", published=Moment("", NOW + timedelta(hours=hour))) for hour in hours]
        morgue.archive.completeness.heard(feed, span_of(links), frozenset(link.url for link in links), at)

    read(3, 2, 1, at=NOW + timedelta(hours=4))
    read(5, 3, 2, at=NOW + timedelta(hours=6))
    read(at=NOW + timedelta(hours=7))  # a feed that was empty for once
    assert morgue.archive.completeness.overflows(EVERYTHING) == []
    read(12, 11, 10, at=NOW + timedelta(hours=13))
    assert morgue.archive.completeness.overflows(EVERYTHING) == [
        {
            "source": "gazette",
            "kind": "feed",
            "url": f"{SITE}/rss",
            "since": "2026-10-04T17:00:00.000Z",
            "until": "2026-10-04T22:00:00.000Z",
            "read_before_at": "2026-10-04T18:00:00.000Z",
            "read_at": "2026-10-05T01:00:00.000Z",
            "entries": 3,
        }
    ]
    assert morgue.archive.completeness.overflows(Which(since="2026-10-05")) == []


@pytest.mark.parametrize("query", ["SELECT * FROM gaps", "SELECT * FROM coverage"])
def test_no_view_reads_all_links_to_find_those_that_are_missing(morgue: Morgue, query: str) -> None:
    plan = [detail for *_, detail in morgue.archive.db.conn.execute(f"EXPLAIN QUERY PLAN {query}")]
    of_links = {line for line in plan if line.split()[:2] in (["SCAN", "l"], ["SEARCH", "l"])}
    held = "SCAN l USING COVERING INDEX links_listed"
    missing = "SCAN l USING INDEX links_listed"
    assert of_links == ({held, missing} if "coverage" in query else {missing})


def test_an_archive_of_before_knows_what_was_listed_then(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = ArchiveDatabase(sqlite3.connect(path, isolation_level=None), path)
    MIGRATIONS.apply(old, stop_before="ninth_format")
    old.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.conn.execute("PRAGMA user_version = 8")
    old.conn.execute("INSERT INTO about VALUES ('uuid', 'u')")
    insert(old.conn, "sources", {"id": 1, "name": "gazette", "home": SITE, "added_at": ""})
    seen = "2026-10-04T12:00:00.000Z"
    for number, kind in enumerate(("feed", "front"), 1):
        row = {"id": number, "source_id": 1, "url": f"{SITE}/{kind}", "kind": kind, "first_seen_at": seen}
        insert(old.conn, "listings", row)
        row = {"source_id": 1, "url": f"{SITE}/{number}", "url_key": "", "host": "", "found_as": kind}
        times = {"order_at": "2026-10-02T08:00:00.000Z", "first_seen_at": seen, "last_seen_at": seen}
        insert(old.conn, "links", row | times | {"listing_id": number})
    old.close()
    with Archive.open(path) as archive:
        assert [(row["url"], row["day"]) for row in archive.completeness.gaps(EVERYTHING)] == [
            (f"{SITE}/1", "2026-10-02")
        ]
