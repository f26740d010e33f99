import hashlib
import json
from dataclasses import replace
from datetime import timedelta

from archive.models import Link
from archive.store.crawls import SourceSums
from archive.store.fetches import FetchContext
from archive.store.links import Meeting
from archive.store.listings import Listing, ListingVisit
from archive.store.sources import SourceRecord
from tests.store.conftest import NOW, Morgue, crawl_start, page

URLS = [f"https://gazette.example/{n}" for n in range(10)]


def run(morgue: Morgue) -> None:
    """One link for every term of both sums."""
    morgue.meet(*URLS)
    outcomes = ("new", "revision", "unchanged", "duplicate", "rejected", "failed")
    for url, outcome in zip(URLS, outcomes, strict=False):
        morgue.receive(url, outcome=outcome, reason={"rejected": "consent", "failed": "timeout"}.get(outcome))
    morgue.receive(URLS[6])
    morgue.archive.links.finish(morgue.link(URLS[7]), morgue.crawl, "unreachable", "dns", NOW)
    morgue.archive.links.finish(morgue.link(URLS[8]), morgue.crawl, "skipped", "robots", NOW)


SUMS = SourceSums(
    "gazette", discovered=10, fetched=7, unreachable=1, skipped=1, pending=1, new=1, revision=1, unchanged=1,
    duplicate=1, rejected=1, failed=1, awaiting=1, known=0,
    reasons={"rejected: consent": 1, "failed: timeout": 1, "unreachable: dns": 1, "skipped: robots": 1},
)  # fmt: skip


def test_every_term_of_the_sums_is_counted(morgue: Morgue) -> None:
    run(morgue)
    assert morgue.archive.crawls.sums(morgue.crawl) == [SUMS]
    assert morgue.archive.crawls.broken_sums(morgue.crawl) == []


def test_links_of_other_crawls_and_sources_do_not_count(morgue: Morgue) -> None:
    other = morgue.archive.sources.save(SourceRecord(None, "post", "https://post.example/"), NOW)
    run(morgue)
    first = morgue.crawl
    morgue.next_crawl()
    meeting = Meeting(morgue.crawl, other, None, NOW)
    morgue.archive.links.meet(meeting, [Link("https://post.example/1", "feed")], lambda state: True)
    assert morgue.archive.crawls.sums(first) == [SUMS]
    assert [(sums.source, sums.discovered) for sums in morgue.archive.crawls.sums(morgue.crawl)] == [("post", 1)]


def test_link_that_falls_out_of_a_sum_is_noticed(morgue: Morgue) -> None:
    run(morgue)
    morgue.archive.db.conn.execute("UPDATE links SET outcome = NULL WHERE url = ?", (URLS[0],))
    assert morgue.archive.crawls.broken_sums(morgue.crawl) == ["gazette: fetched 7, its terms 6"]
    morgue.archive.db.conn.execute("PRAGMA ignore_check_constraints = ON")
    morgue.archive.db.conn.execute("UPDATE links SET state = 'lost' WHERE url = ?", (URLS[9],))
    broken = ["gazette: discovered 10, its terms 9", "gazette: fetched 7, its terms 6"]
    assert morgue.archive.crawls.broken_sums(morgue.crawl) == broken


def test_end_of_a_crawl_writes_sums_and_notes_for_every_source_even_one_that_gave_nothing(morgue: Morgue) -> None:
    silent = morgue.archive.sources.save(SourceRecord(None, "post", "https://post.example/"), NOW)
    crawl = morgue.crawl = morgue.archive.crawls.begin(crawl_start(NOW, sources=(morgue.source, silent)))
    feed = morgue.archive.listings.save(Listing(morgue.source, "https://gazette.example/feed", "feed", NOW))
    morgue.archive.listings.visited(feed, ListingVisit(NOW, "aa", listed=10, older=412_338))
    run(morgue)
    morgue.archive.crawls.end(crawl, "finished", NOW + timedelta(minutes=1), {silent: "unreachable: dns"})
    rows = morgue.archive.db.conn.execute(
        "SELECT source_id, counts, note FROM crawl_sources WHERE crawl_id = ? ORDER BY source_id", (crawl,)
    ).fetchall()
    counts = [json.loads(row[1]) for row in rows]
    assert [(row[0], row[2]) for row in rows] == [(morgue.source, None), (silent, "unreachable: dns")]
    assert (counts[0]["discovered"], counts[0]["listings"], counts[0]["older"]) == (10, 1, 412_338)
    assert counts[0]["reasons"] == SUMS.reasons
    assert (counts[1]["discovered"], counts[1]["fetched"]) == (0, 0)
    ended = morgue.archive.db.conn.execute("SELECT ended, ended_at FROM crawls WHERE id = ?", (crawl,)).fetchone()
    assert ended == ("finished", "2026-10-04T12:01:00.000Z")


def test_crawl_keeps_what_ran(morgue: Morgue) -> None:
    row = morgue.archive.db.conn.execute(
        "SELECT started_at, ended, command, pid, versions, config, config_sha256, user_agent, permissions FROM crawls"
    ).fetchone()
    config = 'contact = "ada@example.org"'
    assert row == (
        "2026-10-04T12:00:00.000Z", None, "morgue crawl", 4711, '{"newsmorgue": "0.1.0"}', config,
        hashlib.sha256(config.encode()).hexdigest(), "newsmorgue/0.1.0 (+ada@example.org)", "[]",
    )  # fmt: skip
    assert morgue.archive.crawls.latest() == morgue.crawl


def test_a_configuration_is_kept_once_by_the_first_of_the_crawls_that_have_it(morgue: Morgue) -> None:
    for config in ('contact = "ada@example.org"', "changed = 1", "changed = 1", None):
        morgue.archive.crawls.begin(replace(crawl_start(NOW), config=config))
    rows = morgue.archive.db.conn.execute("SELECT config, config_sha256 IS NULL FROM crawls ORDER BY id").fetchall()
    assert rows == [('contact = "ada@example.org"', 0), (None, 0), ("changed = 1", 0), (None, 0), (None, 1)]


def test_crawl_that_never_ended_is_found_killed_as_of_its_last_answer(morgue: Morgue) -> None:
    silent = morgue.crawl
    morgue.crawl = morgue.archive.crawls.begin(crawl_start(NOW - timedelta(days=1)))
    morgue.meet(URLS[0])
    morgue.receive(URLS[0], outcome="new")
    latest = morgue.archive.crawls.begin(crawl_start(NOW + timedelta(days=1)))
    rows = morgue.archive.db.conn.execute("SELECT id, ended, ended_at FROM crawls ORDER BY id").fetchall()
    at = "2026-10-04T12:00:00.000Z"
    assert rows == [(silent, "killed", at), (morgue.crawl, "killed", at), (latest, None, None)]


def chain(morgue: Morgue) -> list[str | None]:
    return [row[0] for row in morgue.archive.db.conn.execute("SELECT sha256 FROM crawls ORDER BY id")]


def test_crawls_are_chained_by_a_hash_that_anyone_can_make(morgue: Morgue) -> None:
    fetch = morgue.archive.fetches.record
    fetch(page("https://gazette.example/feed"), FetchContext(morgue.crawl, morgue.source, None, None, "feed", "aa"))
    fetch(page("https://gazette.example/x"), FetchContext(morgue.crawl, morgue.source, None))
    first = hashlib.sha256(
        b"\n"
        b"https://gazette.example/feed\t2026-10-04T12:00:00.000Z\taa\n"
        b"https://gazette.example/x\t2026-10-04T12:00:00.000Z\t\n"
    ).hexdigest()
    morgue.next_crawl()
    assert chain(morgue) == [first, None]
    assert morgue.archive.crawls.digest(1) == first
    morgue.next_crawl()
    assert chain(morgue) == [first, hashlib.sha256(f"{first}\n".encode()).hexdigest(), None]
    morgue.archive.db.conn.execute("UPDATE fetches SET url = 'x', requested_url = 'y' WHERE id = 1")
    assert morgue.archive.crawls.digest(1) != first


def test_crawl_with_pages_to_interpret_is_chained_when_a_later_one_ends(morgue: Morgue) -> None:
    morgue.meet(URLS[0])
    fetch_id = morgue.receive(URLS[0])
    morgue.next_crawl()
    morgue.next_crawl()
    assert chain(morgue) == [None, None, None]
    morgue.archive.db.conn.execute("DELETE FROM inbox")
    morgue.archive.db.conn.execute("UPDATE fetches SET sha256 = 'aa' WHERE id = ?", (fetch_id,))
    morgue.next_crawl()
    first = hashlib.sha256(f"\n{URLS[0]}\t2026-10-04T12:00:00.000Z\taa\n".encode()).hexdigest()
    second = hashlib.sha256(f"{first}\n".encode()).hexdigest()
    third = hashlib.sha256(f"{second}\n".encode()).hexdigest()
    assert chain(morgue) == [first, second, third, None]


def test_each_term_is_counted_by_a_query_of_its_own_that_reads_the_index_alone(morgue: Morgue) -> None:
    statements: list[str] = []
    morgue.archive.db.conn.set_trace_callback(statements.append)
    morgue.archive.crawls.sums(morgue.crawl)
    morgue.archive.db.conn.set_trace_callback(None)
    counting = {statement for statement in statements if "count(*) FROM links" in statement}
    assert len(counting) == 14  # both sums' twelve terms, known, and the reasons
    plans = [morgue.archive.db.conn.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall() for statement in counting]
    assert all("USING COVERING INDEX links_crawl" in plan[0][3] for plan in plans)
