"""When links are asked for again: rows claimed, put off, counted; and archives from before."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files

from archive.dates import iso
from archive.models import Link, Moment
from archive.store.migrations import statements
from archive.store.revisits import DUE, Counts, Life, Validators
from tests.store.conftest import NOW, Morgue

HOUR = timedelta(hours=1)
A, B, C = (f"https://gazette.example/{name}" for name in "abc")


def due(morgue: Morgue, url: str, at: timedelta) -> None:
    life = morgue.archive.revisits.life(morgue.link(url))
    morgue.archive.revisits.keep(morgue.link(url), replace(life, due_at=NOW + at), Counts(), None)


def dated(morgue: Morgue, **ages: int) -> None:
    """Links published so many hours ago, fetched in a crawl before this one."""
    links = [
        Link(f"https://gazette.example/{name}", "feed", published=Moment("x", NOW - hours * HOUR, NOW.date(), "second"))
        for name, hours in ages.items()
    ]
    morgue.archive.links.meet(morgue.meeting(), links, lambda state: True)
    for link in links:
        morgue.receive(link.url, outcome="new")
    morgue.next_crawl()


def claimed(morgue: Morgue, limit: int = 10, exclude: tuple[int, ...] = ()) -> list[str]:
    links = morgue.archive.revisits.claim(morgue.crawl, morgue.source, NOW, limit, exclude)
    assert all(link.again for link in links)
    return [link.url for link in links]


def test_what_is_due_is_claimed_newest_first_and_only_once(morgue: Morgue) -> None:
    dated(morgue, a=3, b=1, c=2)
    for url in (A, B):
        due(morgue, url, timedelta(0))
    due(morgue, C, HOUR)
    assert claimed(morgue, limit=1) == [B]
    assert claimed(morgue) == [A]
    assert claimed(morgue) == []
    assert [morgue.states()[url] for url in (A, B, C)] == [
        ("pending", None, None),
        ("pending", None, None),
        ("fetched", "new", None),
    ]
    assert morgue.archive.crawls.broken_sums(morgue.crawl) == []
    [sums] = morgue.archive.crawls.sums(morgue.crawl)
    assert (sums.discovered, sums.pending) == (2, 2)


def test_what_is_claimed_and_not_asked_is_the_next_crawls_behind_what_is_new(morgue: Morgue) -> None:
    dated(morgue, a=1)
    due(morgue, A, timedelta(0))
    claimed(morgue)
    morgue.next_crawl()
    old = Link(B, "feed", published=Moment("x", NOW - 99 * HOUR, NOW.date(), "second"))
    morgue.archive.links.meet(morgue.meeting(), [old], lambda state: True)
    morgue.archive.links.carry_over(morgue.crawl, [morgue.source], NOW)
    pending = morgue.archive.links.pending(morgue.source, NOW, 10, [])
    assert [(link.url, link.again) for link in pending] == [(B, False), (A, True)]


def test_a_page_that_is_not_judged_yet_is_not_asked_for_again(morgue: Morgue) -> None:
    morgue.meet(A, B)
    morgue.receive(A)
    morgue.receive(B, outcome="new")
    due(morgue, A, timedelta(0))
    due(morgue, B, timedelta(0))
    assert claimed(morgue, exclude=(morgue.link(B),)) == []


def test_a_host_whose_turn_has_ended_is_not_due_before_it_may_be_asked(morgue: Morgue) -> None:
    dated(morgue, a=1, b=2)
    due(morgue, A, timedelta(0))
    due(morgue, B, 5 * HOUR)
    morgue.archive.revisits.put_off("gazette.example", [morgue.source], NOW + HOUR)
    assert claimed(morgue) == []
    assert [morgue.archive.revisits.life(morgue.link(url)).due_at for url in (A, B)] == [NOW + HOUR, NOW + 5 * HOUR]


def test_validators_and_lives_are_kept(morgue: Morgue) -> None:
    dated(morgue, a=1)
    revisits, link = morgue.archive.revisits, morgue.link(A)
    life = Life(NOW - HOUR, NOW, NOW, NOW, NOW, "pace", 1.5, 0.25, 1, 2)
    number = revisits.design((HOUR, 6 * HOUR))
    assert (revisits.design(()), revisits.design((HOUR, 6 * HOUR))) == (None, number)
    revisits.keep(link, life, Counts(2, 1, 1, 1), number)
    revisits.validate(link, Validators('"1"', "Sun"))
    assert revisits.life(link) == life
    [again] = revisits.claim(morgue.crawl, morgue.source, NOW, 1)
    assert (again.etag, again.last_modified) == ('"1"', "Sun")


def test_finding_what_is_due_does_not_scan_the_table(morgue: Morgue) -> None:
    plan = morgue.archive.db.conn.execute(f"EXPLAIN QUERY PLAN {DUE}", (1, iso(NOW), "[]", 5)).fetchall()
    assert any("links USING INDEX links_due (source_id=? AND due_at<?)" in row[3] for row in plan)


def test_an_archive_from_before_goes_on_where_its_stories_stood() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for name in ("schema", *(f"schema_{number}" for number in range(2, 10))):
            if name == "schema_9":
                fill(db)
            for statement in statements(files("archive.store").joinpath(f"{name}.sql").read_text(encoding="utf-8")):
                db.execute(statement)
        columns = "url, due_at, first_look_at, checks_made"
        assert db.execute(f"SELECT {columns} FROM links ORDER BY id").fetchall() == [
            ("young", iso(NOW + 6 * HOUR), iso(NOW), 1),
            ("old", None, iso(NOW), 0),
            ("never", None, None, 0),
        ]
        assert db.execute("SELECT url, checks_made, first_at FROM exposure").fetchall() == []


def fill(db: sqlite3.Connection) -> None:
    """A story looked at twice in its first three hours, one that is old, and a link that was never answered."""
    db.execute("INSERT INTO sources (id, name, home, added_at) VALUES (1, 'g', 'h', 'x')")
    looks = {"young": (NOW, [NOW, NOW + 3 * HOUR]), "old": (NOW - 999 * HOUR, [NOW]), "never": (NOW, [])}
    for number, (url, (seen_at, at)) in enumerate(looks.items(), 1):
        last = iso(at[-1]) if at else None
        db.execute(
            "INSERT INTO links (id, source_id, url, url_key, host, found_as, order_at, first_seen_at, last_seen_at, "
            "state, outcome, last_fetched_at, article_id) VALUES (?, 1, ?, ?, 'h', 'feed', 'x', ?, 'x', ?, ?, ?, ?)",
            (number, url, url, iso(seen_at), "fetched" if at else "pending", "new" if at else None, last, last),
        )
        for moment in at:
            db.execute(
                "INSERT INTO fetches (link_id, kind, requested_url, url, status, fetched_at, received, request_headers)"
                " VALUES (?, 'page', ?, ?, 200, ?, 1, ?)",
                (number, url, url, iso(moment), json.dumps([])),
            )
