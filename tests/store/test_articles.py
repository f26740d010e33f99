import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.dates import iso
from archive.identity.blocks import blocks_hash
from archive.identity.edits import Described
from archive.identity.events import Event, Standing
from archive.identity.names import article_name, story_name
from archive.identity.revisions import Decision, Earlier, Held, Known
from archive.models import Article, Extraction, Hop, Moment, Outcome, Page, Verdict, VerdictKind
from archive.store import holdings
from archive.store.archive import Archive
from archive.store.articles import Addresses
from archive.store.fetches import FetchContext
from archive.store.saving import Saving, Settled
from archive.text import text_hash, word_count

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(days=1)
URL = "https://news.example/story"
TEXT = " ".join(f"word{n}" for n in range(60))
SHA = "ab" * 32


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "morgue.db", create=True) as archive:
        yield archive


def page(url: str = URL, at: datetime = AT, **more: Any) -> Page:
    return Page(**{"requested_url": url, "url": url, "body": b"", "fetched_at": at} | more)


def hashes(text: str) -> frozenset[str]:
    return frozenset((text_hash(text), blocks_hash(text)))


def save(archive: Archive, page: Page, decision: Decision, text: str = TEXT, **more: Any) -> str:
    """Saves a story as if it had been fetched, interpreted and decided so."""
    cause = more.pop("cause", "publisher")
    article = Article(**{"title": "Title", "text": text} | more)
    with archive.transaction():
        fetch_id = archive.fetches.receive(page, FetchContext(None, None, None))
        extraction = Extraction(Verdict(VerdictKind.ARTICLE, 0.9, ("paragraphs",)), article, (), "1")
        before = decision.article.text if decision.article else ""
        described = Described(cause, None, blocks_hash(text), blocks_hash(before), decision.reverts_to)
        saved = archive.articles.save(
            Saving(
                fetch_id,
                page,
                None,
                extraction,
                "[]",
                text_hash(text),
                word_count(text),
                SHA,
                decision,
                LATER,
                described,
            )
        )
    assert saved is not None
    return saved


def new(archive: Archive, url: str = URL, at: datetime = AT, text: str = TEXT, **more: Any) -> Held:
    held = archive.articles.held(save(archive, page(url, at), Decision(Outcome.NEW, change="first"), text, **more))
    assert held is not None
    return held


def test_new_article_is_read_as_the_row_everybody_gets(archive: Archive) -> None:
    published = Moment("1 March 2026, 10:00 CET", datetime(2026, 3, 1, 9, tzinfo=UTC), date(2026, 3, 1), "minute")
    held = new(archive, authors=("Ann", "Bo"), tags=("a",), published=published, language="en", paywalled=False)
    expected = {
        "id": article_name(URL, AT),
        "source": None,
        "country": None,
        "group": None,
        "url": URL,
        "canonical_url": None,
        "title": "Title",
        "description": None,
        "text": TEXT,
        "authors": ["Ann", "Bo"],
        "published_at": "2026-03-01T09:00:00.000Z",
        "published_on": "2026-03-01",
        "published_precision": "minute",
        "modified_at": None,
        "language": "en",
        "section": None,
        "tags": ["a"],
        "image_url": None,
        "verdict": "article",
        "paywalled": False,
        "opt_out": None,
        "licence": None,
        "word_count": 60,
        "first_seen_at": "2026-03-01T12:00:00.000Z",
        "last_seen_at": "2026-03-01T12:00:00.000Z",
        "fetched_at": "2026-03-01T12:00:00.000Z",
        "story_id": story_name(URL, AT),
        "duplicate_of": None,
        "duplicate_kind": None,
        "revision_count": 1,
        "extractor_version": "1",
        "sha256": SHA,
    }
    assert archive.articles.get(held.id) == expected
    assert archive.articles.get(URL) == expected
    assert archive.articles.get("http://www.news.example/story?utm_source=feed") == expected
    assert archive.articles.get("https://news.example/other") is None
    assert list(archive.articles.rows()) == [expected]
    assert archive.db.conn.execute("SELECT published_raw FROM articles").fetchone() == (published.raw,)


def test_revision_takes_the_place_of_the_text_before_which_is_kept(archive: Archive) -> None:
    held = new(archive)
    save(archive, page(at=LATER), Decision(Outcome.REVISION, None, held, "edited"), "Another text", title="New")
    first, second = archive.articles.revisions(held.id)
    assert (first["number"], first["change"], first["current"], first["title"], first["text"]) == (
        1,
        "first",
        0,
        "Title",
        TEXT,
    )
    assert (second["number"], second["change"], second["current"], second["title"], second["text"]) == (
        2,
        "edited",
        1,
        "New",
        "Another text",
    )
    assert archive.db.conn.execute("SELECT number, text IS NULL FROM revisions ORDER BY number").fetchall() == [
        (1, 0),
        (2, 1),
    ]
    row = archive.articles.get(held.id)
    assert row is not None
    assert (row["text"], row["title"], row["revision_count"]) == ("Another text", "New", 2)
    assert (row["first_seen_at"], row["last_seen_at"], row["fetched_at"]) == (
        "2026-03-01T12:00:00.000Z",
        "2026-03-02T12:00:00.000Z",
        "2026-03-02T12:00:00.000Z",
    )
    assert archive.db.conn.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'another'").fetchall() == [
        (1,)
    ]
    assert archive.db.conn.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'word7'").fetchall() == []
    assert archive.articles.held(held.id) == replace(
        held,
        title="New",
        text="Another text",
        text_hash=text_hash("Another text"),
        words=2,
        fetched_at=LATER,
        hashes=hashes(TEXT) | hashes("Another text"),
        standing=Standing(LATER),
        earlier=(Earlier(1, "Title", hashes(TEXT)),),
    )


def test_degraded_version_is_kept_beside_the_current_one(archive: Archive) -> None:
    held = new(archive)
    worse = Decision(Outcome.REVISION, "teaser", held, "degraded", current=False)
    save(archive, page(at=LATER), worse, "Read on with a subscription", title="Teaser")
    assert [(row["change"], row["current"], row["text"]) for row in archive.articles.revisions(held.id)] == [
        ("first", 1, TEXT),
        ("degraded", 0, "Read on with a subscription"),
    ]
    row = archive.articles.get(held.id)
    assert row is not None
    assert (row["text"], row["title"], row["revision_count"], row["fetched_at"]) == (
        TEXT,
        "Title",
        2,
        "2026-03-01T12:00:00.000Z",
    )
    assert archive.articles.held(held.id) == replace(
        held, degraded=hashes("Read on with a subscription"), standing=Standing(LATER)
    )


def test_version_of_a_time_is_the_one_current_then(archive: Archive) -> None:
    held = new(archive)
    save(archive, page(at=LATER), Decision(Outcome.REVISION, None, held, "edited"), "Later")
    worse = Decision(Outcome.REVISION, "teaser", held, "degraded", current=False)
    save(archive, page(at=LATER + timedelta(days=1)), worse, "Teaser")
    before = AT - timedelta(days=300)
    save(archive, page(at=before), Decision(Outcome.REVISION, None, held, "edited", current=False), "From a file")

    def at(time: datetime) -> str | None:
        row = archive.articles.at(held.id, time)
        return row["text"] if row else None

    times = (before - timedelta(1), before, AT, LATER - timedelta(seconds=1), LATER, LATER + timedelta(days=9))
    assert [at(time) for time in times] == [None, "From a file", TEXT, TEXT, "Later", "Later"]
    row = archive.articles.get(held.id)
    assert row is not None
    assert (row["text"], row["first_seen_at"]) == ("Later", "2025-05-05T12:00:00.000Z")
    shown = holdings.version(archive.db.conn, held.id, iso(LATER + timedelta(days=9)))
    assert shown is not None
    assert shown["text"] == "Later"


def test_unchanged_page_only_moves_last_seen(archive: Archive) -> None:
    held = new(archive)
    before = archive.articles.get(held.id)
    assert before is not None
    save(archive, page(at=LATER), Decision(Outcome.UNCHANGED, None, held), "ignored", title="ignored")
    assert archive.articles.get(held.id) == before | {"last_seen_at": "2026-03-02T12:00:00.000Z"}
    assert len(archive.articles.revisions(held.id)) == 1


def test_refresh_brings_fields_up_to_date_without_a_version(archive: Archive) -> None:
    held = new(archive)
    save(archive, page(), Decision(Outcome.UNCHANGED, None, held, refresh=True), authors=("Ann",), cause="extractor")
    row = archive.articles.get(held.id)
    assert row is not None
    assert (row["authors"], row["revision_count"]) == (["Ann"], 1)
    assert [json.loads(row["authors"]) for row in archive.articles.revisions(held.id)] == [["Ann"]]


def test_rejected_page_leaves_its_article_alone_but_for_the_event(archive: Archive) -> None:
    held = new(archive)
    before = archive.articles.get(held.id)
    gone = page(at=LATER, url="https://news.example/gone", requested_url=URL, status=410)
    save(archive, gone, Decision(Outcome.REJECTED, "error", held, events=(Event(held.id, "gone", "status 410"),)), "")
    assert archive.articles.get(held.id) == before
    standing = Standing(LATER, "gone", "https://news.example/gone")
    assert archive.articles.held(held.id) == replace(held, standing=standing)
    assert archive.db.conn.execute("SELECT kind, at, fetch_id, detail FROM events").fetchall() == [
        ("gone", "2026-03-02T12:00:00.000Z", 2, "status 410")
    ]
    assert archive.articles.get("https://news.example/gone") is None
    save(
        archive, page(at=LATER), Decision(Outcome.UNCHANGED, None, held, events=(Event(held.id, "back", "status 200"),))
    )
    assert archive.articles.held(held.id) == replace(held, standing=Standing(LATER, "back", URL))


def test_moved_article_has_its_new_address_and_is_found_at_the_old_one(archive: Archive) -> None:
    held = new(archive)
    there = "https://news.example/2026/story.html"
    moved = Event(held.id, "moved", f"from {URL} to {there}")
    hops = (Hop(URL, 301, there),)
    save(
        archive,
        page(there, LATER, requested_url=URL, hops=hops),
        Decision(Outcome.UNCHANGED, None, held, events=(moved,)),
    )
    row = archive.articles.get(URL)
    assert row is not None
    assert (row["id"], row["url"], archive.articles.get(there)) == (held.id, there, row)
    [(key,)] = archive.db.conn.execute("SELECT url_key FROM articles").fetchall()
    assert key == "news.example/2026/story"


def test_what_happened_to_pages_is_a_view_in_order_of_time(archive: Archive) -> None:
    held = new(archive)
    gone = page(at=LATER, status=410)
    save(archive, gone, Decision(Outcome.REJECTED, "error", held, events=(Event(held.id, "gone", "status 410"),)), "")
    assert archive.db.conn.execute("SELECT * FROM happenings").fetchall() == [
        (iso(LATER), "gone", None, held.id, "Title", URL, "status 410", URL, URL, 410)
    ]


def test_everything_an_article_may_be_known_by_is_looked_up(archive: Archive) -> None:
    held = new(archive)
    other = new(archive, "https://other.example/copy", LATER)
    assert archive.articles.known(Addresses("https://x.example/", "https://x.example/")) == Known()
    assert archive.articles.known(Addresses(URL, URL)) == Known(answered=held, requested=held, same_key=(held,))
    assert archive.articles.known(Addresses(URL, "https://x.example/")) == Known(requested=held)
    by_hop = Addresses("https://x.example/", "https://y.example/", (URL,), "https://other.example/copy")
    assert archive.articles.known(by_hop) == Known(requested=held, canonical=other)
    key = Addresses("http://news.example/story?utm_source=x", "http://news.example/story?utm_source=x")
    assert archive.articles.known(key) == Known(same_key=(held,))


def test_url_that_answers_with_a_second_article_is_that_articles_from_then_on(archive: Archive) -> None:
    held = new(archive)
    alias = "https://news.example/story?id=2"
    save(archive, page(alias, LATER), Decision(Outcome.DUPLICATE, None, held))
    assert archive.articles.known(Addresses(alias, alias)).answered == replace(held, standing=Standing(LATER))
    second = new(archive, alias, LATER + timedelta(days=1), "Unlike")
    known = archive.articles.known(Addresses(alias, alias))
    assert known.answered == second
    assert set(known.same_key) <= {held, second}


def test_addresses_on_the_way_are_kept_with_what_they_were(archive: Archive) -> None:
    hops = (Hop("https://news.example/b", 301, "/c"), Hop("https://news.example/c", 302, URL))
    redirected = page(requested_url="https://news.example/b", hops=hops)
    save(archive, redirected, Decision(Outcome.NEW, change="first"), canonical_url="https://news.example/own")
    rows = archive.db.conn.execute("SELECT url, kind, first_seen_at FROM article_urls ORDER BY url").fetchall()
    seen = "2026-03-01T12:00:00.000Z"
    assert rows == [
        ("https://news.example/b", "requested", seen),
        ("https://news.example/c", "redirect", seen),
        ("https://news.example/own", "canonical", seen),
        (URL, "fetched", seen),
    ]


def test_fetch_and_link_are_settled_unless_the_link_was_fetched_again(archive: Archive) -> None:
    settled = Settled(1, None, Outcome.REJECTED, "consent", "consent: an overlay", "consent", 0.8, None, SHA, 7, True)
    with archive.transaction():
        archive.fetches.receive(page(), FetchContext(None, None, None))
        archive.articles.settle(settled)
    columns = "outcome, reason, verdict, article_id, sha256, size, truncated"
    assert archive.db.conn.execute(f"SELECT {columns} FROM fetches").fetchone() == (
        "rejected",
        "consent: an overlay",
        "consent",
        None,
        SHA,
        7,
        1,
    )
    archive.db.conn.execute("INSERT INTO sources (name, home, added_at) VALUES ('S', 'https://s.example/', 'x')")
    archive.db.conn.execute(
        "INSERT INTO links (source_id, url, url_key, host, found_as, order_at, first_seen_at, last_seen_at, state, "
        "outcome, fetch_id) VALUES (1, 'u', 'u', 'h', 'asked', 'x', 'x', 'x', 'fetched', 'awaiting_extraction', 2)"
    )
    archive.articles.settle(replace(settled, link_id=1))
    link = "SELECT outcome, reason FROM links"
    assert archive.db.conn.execute(link).fetchone() == ("awaiting_extraction", None)
    archive.articles.settle(replace(settled, link_id=1, fetch_id=2))
    assert archive.db.conn.execute(link).fetchone() == ("rejected", "consent")


def test_saving_is_all_or_nothing(archive: Archive) -> None:
    held = new(archive)
    twice = Decision(Outcome.NEW, change="first")
    with pytest.raises(sqlite3.IntegrityError):
        save(archive, page(), twice)
    assert archive.articles.held(held.id) == held
    assert archive.db.conn.execute("SELECT count(*) FROM fetches").fetchone() == (1,)
