from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from archive.models import Link, Moment
from archive.store.links import KNOWN_LINKS, PENDING, LinkState, Meeting, Met, _batches
from archive.store.listings import Listing
from archive.store.sources import SourceRecord
from tests.store.conftest import NOW, Morgue

A, B, C = (f"https://gazette.example/{name}" for name in "abc")
HOUR = timedelta(hours=1)


def pending(morgue: Morgue, limit: int = 10, exclude: tuple[int, ...] = (), at: datetime = NOW) -> list[str]:
    return [row.url for row in morgue.archive.links.pending(morgue.source, at, limit, exclude)]


def column(morgue: Morgue, name: str, url: str = A) -> object:
    return morgue.archive.db.conn.execute(f"SELECT {name} FROM links WHERE url = ?", (url,)).fetchone()[0]


def test_unknown_links_become_pending_once(morgue: Morgue) -> None:
    assert morgue.meet(A, B, A) == Met(new=2, due=0, known=0, appeared=2)
    assert morgue.states() == {A: ("pending", None, None), B: ("pending", None, None)}
    assert morgue.meet(B, C) == Met(new=1, due=0, known=0, appeared=1)


def test_link_keeps_what_the_listing_said_verbatim(morgue: Morgue) -> None:
    link = Link(
        A + "?utm_source=feed",
        "news_sitemap",
        "A title\0 with \ud800 dirt",
        Moment("Sun, 04 Oct 2026 08:00:00 GMT", datetime(2026, 10, 4, 8, tzinfo=UTC), date(2026, 10, 4), "second"),
        Moment("2026-10-04", None, date(2026, 10, 4), "day"),
        "de",
        {"section": "Politik"},
    )
    sitemap = morgue.archive.listings.save(Listing(morgue.source, "https://gazette.example/s.xml", "sitemap", NOW))
    meeting = Meeting(morgue.crawl, morgue.source, sitemap, NOW)
    assert morgue.archive.links.meet(meeting, [link], lambda state: True) == Met(1, 0, 0, 1)
    row = morgue.archive.db.conn.execute(
        "SELECT url, url_key, host, found_as, listing_id, title, published, lastmod, language, hints, order_at, "
        "first_seen_at, last_seen_at, crawl_id FROM links"
    ).fetchone()
    assert row == (
        "https://gazette.example/a?utm_source=feed", "gazette.example/a", "gazette.example", "news_sitemap", sitemap,
        "A title with ? dirt", "Sun, 04 Oct 2026 08:00:00 GMT", "2026-10-04", "de", '{"section": "Politik"}',
        "2026-10-04T08:00:00.000Z", "2026-10-04T12:00:00.000Z", "2026-10-04T12:00:00.000Z", morgue.crawl,
    )  # fmt: skip


def test_pending_links_come_newest_first_and_none_from_the_future(morgue: Morgue) -> None:
    def listed(name: str, published: Moment | None, lastmod: Moment | None = None) -> Link:
        return Link(f"https://gazette.example/{name}", "feed", published=published, lastmod=lastmod)

    day = date(2026, 10, 3)
    links = [
        listed("old", Moment("", datetime(1998, 1, 1, tzinfo=UTC), date(1998, 1, 1), "second")),
        listed("day", Moment("", None, day, "day")),
        listed("morning", Moment("", datetime(2026, 10, 3, 7, tzinfo=UTC), day, "second")),
        listed("changed", Moment("yesterday"), Moment("", datetime(2026, 10, 4, 11, tzinfo=UTC), NOW.date(), "second")),
        listed("undated", None),
        listed("future", Moment("", NOW + 99 * HOUR, None, "second")),
    ]
    morgue.archive.links.meet(morgue.meeting(), links, lambda state: True)
    names = [url.rpartition("/")[2] for url in pending(morgue)]
    assert names == ["undated", "future", "changed", "morning", "day", "old"]
    assert pending(morgue, limit=2) == pending(morgue)[:2]
    assert pending(morgue, exclude=(morgue.link("https://gazette.example/undated"),)) == pending(morgue)[1:]
    assert morgue.archive.links.pending(morgue.source + 1, NOW, 10, []) == []


def test_postponed_link_waits_and_counts_attempts_until_it_is_answered(morgue: Morgue) -> None:
    links = morgue.archive.links
    morgue.meet(A)
    links.postpone(morgue.link(A), morgue.crawl, NOW + HOUR, "http 503", NOW)
    links.postpone(morgue.link(A), morgue.crawl, NOW + 2 * HOUR, "http 503", NOW)
    assert (pending(morgue), pending(morgue, at=NOW + HOUR)) == ([], [])
    [row] = links.pending(morgue.source, NOW + 2 * HOUR, 10, [])
    assert (row.url, row.host, row.attempts, row.article_id) == (A, "gazette.example", 2, None)
    assert links.pending_count(morgue.source) == 1
    assert morgue.states() == {A: ("pending", None, "http 503")}
    morgue.receive(A)
    assert morgue.states() == {A: ("fetched", "awaiting_extraction", None)}
    assert (column(morgue, "attempts"), column(morgue, "not_before"), links.pending_count(morgue.source)) == (
        0,
        None,
        0,
    )


def test_end_of_a_host_s_turn_makes_all_its_links_of_these_sources_wait(morgue: Morgue) -> None:
    elsewhere = "https://cdn.gazette.example/d"
    morgue.meet(A, B, elsewhere)
    morgue.receive(A)
    morgue.archive.links.postpone_host("gazette.example", [morgue.source], NOW + HOUR, "http 429")
    assert morgue.states() == {
        A: ("fetched", "awaiting_extraction", None),
        B: ("pending", None, "http 429"),
        elsewhere: ("pending", None, None),
    }
    assert (pending(morgue), column(morgue, "attempts", B)) == ([elsewhere], 0)
    morgue.archive.links.postpone_host("cdn.gazette.example", [morgue.source + 1], NOW + HOUR, "http 429")
    assert pending(morgue) == [elsewhere]
    assert pending(morgue, at=NOW + HOUR) == [B, elsewhere]


def test_finished_link_is_judged_by_revisit_in_a_later_crawl(morgue: Morgue) -> None:
    morgue.meet(A, B)
    morgue.receive(A, outcome="new")
    morgue.receive(B, outcome="rejected", reason="consent")
    morgue.next_crawl()
    seen: list[LinkState] = []

    def revisit(state: LinkState) -> bool:
        seen.append(state)
        return state.url == A

    listed = [Link(A, "feed", lastmod=Moment("today")), Link(B, "feed")]
    assert morgue.archive.links.meet(morgue.meeting(), listed, revisit) == Met(new=0, due=1, known=1)
    state = LinkState(A, NOW, NOW, None, "today", "new", None, "fetched", None)
    assert seen == [state, replace(state, url=B, lastmod=None, outcome="rejected", reason="consent")]
    assert morgue.states() == {A: ("pending", None, None), B: ("skipped", None, "known")}


def test_known_link_that_held_no_story_stays_in_left_out(morgue: Morgue) -> None:
    def left_out() -> list[tuple[str, str, str]]:
        return morgue.archive.db.conn.execute("SELECT url, stage, reason FROM left_out").fetchall()

    morgue.meet(A, B)
    morgue.receive(A, outcome="new")
    morgue.receive(B, outcome="rejected", reason="consent")
    assert left_out() == [(B, "rejected", "consent")]
    for _ in range(2):
        morgue.next_crawl()
        morgue.meet(A, B, revisit=False)
        assert morgue.states() == {A: ("skipped", None, "known"), B: ("skipped", None, "known")}
        assert left_out() == [(B, "rejected", "consent")]


def test_outcome_of_the_last_answer_is_known_however_often_it_was_skipped_since(morgue: Morgue) -> None:
    morgue.meet(A)
    morgue.receive(A, outcome="rejected", reason="consent")
    for _ in range(2):
        morgue.next_crawl()
        morgue.meet(A, revisit=False)
    morgue.next_crawl()
    asked = LinkState(A, NOW, NOW, None, None, "rejected", None, "fetched", "consent")
    met = morgue.archive.links.meet(morgue.meeting(), [Link(A, "feed")], lambda state: state == asked)
    assert met == Met(new=0, due=1, known=0)


def test_link_refused_or_unreachable_before_is_asked_about_and_keeps_its_reason(morgue: Morgue) -> None:
    morgue.meet(A, B)
    morgue.archive.links.finish(morgue.link(A), morgue.crawl, "unreachable", "timeout", NOW)
    morgue.archive.links.finish(morgue.link(B), morgue.crawl, "skipped", "robots", NOW)
    assert column(morgue, "attempts") == 1
    morgue.next_crawl()
    assert morgue.meet(A, B, revisit=False) == Met(0, 0, 2)
    assert morgue.states() == {A: ("skipped", None, "timeout"), B: ("skipped", None, "robots")}
    morgue.next_crawl()
    asked: list[tuple[str, str | None]] = []

    def revisit(state: LinkState) -> bool:
        asked.append((state.state, state.reason))
        return True

    assert morgue.archive.links.meet(morgue.meeting(), [Link(A, "feed"), Link(B, "feed")], revisit) == Met(0, 2, 0)
    assert asked == [("unreachable", "timeout"), ("skipped", "robots")]
    assert morgue.states() == {A: ("pending", None, None), B: ("pending", None, None)}
    assert column(morgue, "attempts") == 0


def test_link_finished_in_this_crawl_is_left_alone(morgue: Morgue) -> None:
    morgue.meet(A, B, C)
    morgue.receive(A, outcome="new")
    morgue.archive.links.finish(morgue.link(B), morgue.crawl, "unreachable", "timeout", NOW)
    morgue.archive.links.finish(morgue.link(C), morgue.crawl, "skipped", "robots", NOW)
    before = morgue.states()
    assert morgue.meet(A, B, C) == Met(0, 0, 0)
    assert morgue.states() == before


def test_known_link_is_fetched_after_all_when_another_listing_of_the_crawl_asks_for_it(morgue: Morgue) -> None:
    morgue.meet(A)
    morgue.receive(A, outcome="new")
    morgue.next_crawl()
    assert morgue.meet(A, revisit=False) == Met(0, 0, 1)
    assert morgue.meet(A, revisit=False) == Met(0, 0, 0)
    assert morgue.meet(A, revisit=True) == Met(0, 1, 0)
    assert morgue.states() == {A: ("pending", None, None)}


def test_pending_link_met_again_is_stamped_and_learns_more(morgue: Morgue) -> None:
    morgue.meet(A)
    morgue.archive.links.postpone(morgue.link(A), morgue.crawl, NOW + HOUR, "http 503", NOW)
    morgue.next_crawl()
    dated = Link(A, "feed", "Title", Moment("x", NOW - HOUR, NOW.date(), "second"))
    assert morgue.archive.links.meet(morgue.meeting(NOW + HOUR), [dated], lambda state: False) == Met(0, 1, 0)
    assert morgue.meet(A) == Met(0, 0, 0)
    names = ("title", "published", "order_at", "crawl_id", "attempts", "reason", "first_seen_at")
    assert [column(morgue, name) for name in names] == [
        *("Title", "x", "2026-10-04T11:00:00.000Z", morgue.crawl, 1, "http 503", "2026-10-04T12:00:00.000Z")
    ]


def test_refused_links_are_rows_with_their_reason(morgue: Morgue) -> None:
    front = morgue.archive.listings.save(Listing(morgue.source, "https://gazette.example/", "front", NOW))
    morgue.meet(A, B)
    morgue.receive(A, outcome="new")
    meeting = Meeting(morgue.crawl, morgue.source, front, NOW)
    elsewhere = "https://other.example/x"
    morgue.archive.links.skip(meeting, {A: "denied", B: "denied", elsewhere: "off_site"})
    expected = {B: ("skipped", None, "denied"), elsewhere: ("skipped", None, "off_site")}
    assert morgue.states() == {A: ("fetched", "new", None), **expected}
    assert column(morgue, "found_as", elsewhere) == "front"
    morgue.next_crawl()
    morgue.archive.links.skip(morgue.meeting(), {A: "denied"})
    assert morgue.states() == {A: ("skipped", None, "denied"), **expected}


def test_pending_links_of_visited_sources_are_carried_into_the_next_crawl(morgue: Morgue) -> None:
    other = morgue.archive.sources.save(SourceRecord(None, "post", "https://post.example/"), NOW)
    elsewhere = "https://post.example/1"
    morgue.meet(A, B, C)
    morgue.archive.links.meet(Meeting(morgue.crawl, other, None, NOW), [Link(elsewhere, "feed")], lambda state: True)
    morgue.receive(A, outcome="new")
    links, first = morgue.archive.links, morgue.crawl
    links.postpone(morgue.link(B), first, NOW - HOUR, "http 503", NOW)
    links.postpone(morgue.link(C), first, NOW + HOUR, "http 429", NOW)
    morgue.next_crawl()
    links.carry_over(morgue.crawl, [morgue.source], NOW)
    assert [column(morgue, "crawl_id", url) for url in (A, B, C, elsewhere)] == [
        first,
        morgue.crawl,
        morgue.crawl,
        first,
    ]
    assert [column(morgue, "reason", url) for url in (B, C)] == [None, "http 429"]


def test_a_page_left_in_the_inbox_is_the_next_crawls_not_skipped(morgue: Morgue) -> None:
    morgue.meet(A, B)
    morgue.receive(A)
    morgue.receive(B, outcome="new")
    morgue.next_crawl()
    morgue.archive.links.carry_over(morgue.crawl, [morgue.source], NOW)
    assert morgue.meet(A, B, revisit=False) == Met(new=0, due=0, known=1)
    assert column(morgue, "crawl_id") == morgue.crawl
    assert morgue.states() == {A: ("fetched", "awaiting_extraction", None), B: ("skipped", None, "known")}


def test_asking_for_the_next_link_never_scans_or_sorts_the_table(morgue: Morgue) -> None:
    def plan(statement: str, values: tuple[object, ...]) -> str:
        rows = morgue.archive.db.conn.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row[3] for row in rows)

    asked = plan(PENDING, (1, "2026-10-04T12:00:00.000Z", "[]", True, 5))
    assert "links USING INDEX links_pending (source_id=?)" in asked
    assert "B-TREE FOR ORDER BY" not in asked
    met = plan(KNOWN_LINKS, ('["a"]',))
    assert "SEARCH l USING INDEX sqlite_autoindex_links_1 (url=?)" in met
    assert "SCAN l" not in met


@given(st.lists(st.integers(), unique=True), st.integers(1, 5))
def test_batches_are_everything_in_order(numbers: list[int], size: int) -> None:
    links = {str(number): Link(str(number), "feed") for number in numbers}
    batches = list(_batches(links, size))
    assert [url for batch in batches for url in batch] == list(links)
    assert all(0 < len(batch) <= size for batch in batches)


def test_what_appeared_since_a_listing_was_read_is_told_though_another_named_it_first(morgue: Morgue) -> None:
    morgue.meet(A)
    again = replace(morgue.meeting(NOW + 2 * HOUR), since=NOW + HOUR)
    morgue.archive.links.meet(morgue.meeting(NOW + 1.5 * HOUR), [Link(B, "front")], lambda state: True)
    met = morgue.archive.links.meet(again, [Link(A, "feed"), Link(B, "feed"), Link(C, "feed")], lambda state: False)
    assert (met.new, met.appeared) == (1, 2)


def test_more_links_than_a_batch_are_all_met(morgue: Morgue) -> None:
    urls = [f"https://gazette.example/{n}" for n in range(1234)]
    assert morgue.meet(*urls) == Met(1234, 0, 0, 1234)
    assert morgue.archive.links.pending_count(morgue.source) == 1234
    morgue.next_crawl()
    assert morgue.meet(*urls) == Met(0, 1234, 0)
