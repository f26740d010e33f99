import hashlib
from dataclasses import replace

import pytest

from archive.models import Hop, Page
from archive.store.archive import Archive
from archive.store.fetches import FetchContext, InboxItem, redact
from tests.store.conftest import NOW, Morgue, page

A, B = "https://gazette.example/a", "https://gazette.example/b"
WHOLE = Page(
    requested_url="http://gazette.example/a",
    url=A,
    body=b"\x1f\x8b\x00\xff not text",
    fetched_at=NOW,
    status=200,
    status_line="HTTP/1.1 200 All right",
    headers=(("Content-Type", "text/html"), ("SET-COOKIE", "a=1; b: 2"), ("Set-Cookie", "\xe9t\xe9"), ("X-Empty", "")),
    request_headers=(("User-Agent", "newsmorgue/0.1.0"), ("Accept", "*/*")),
    hops=(Hop("http://gazette.example/a", 301, A, (("Location", A), ("Server", "x"))),),
    peer_ip="192.0.2.7",
    protocol="HTTP/1.1",
    truncated=True,
    origin="save",
)


def test_page_comes_out_of_the_inbox_as_it_was_received(morgue: Morgue) -> None:
    morgue.meet(A, B)
    context = FetchContext(morgue.crawl, morgue.source, morgue.link(A))
    first = morgue.archive.fetches.receive(WHOLE, context)
    second = morgue.receive(B)
    later = FetchContext(morgue.crawl, morgue.source, morgue.link(B))
    items = [InboxItem(first, WHOLE, 0, context), InboxItem(second, page(B), 0, later)]
    assert morgue.archive.fetches.inbox(10) == items
    assert morgue.archive.fetches.inbox(1) == items[:1]
    assert morgue.archive.fetches.inbox(10, after=first) == items[1:]
    assert morgue.archive.fetches.inbox_size() == (2, len(WHOLE.body) + len(page(B).body))


def test_received_page_moves_its_link(morgue: Morgue) -> None:
    morgue.meet(A, B)
    fetch_id = morgue.receive(A)
    assert morgue.states() == {A: ("fetched", "awaiting_extraction", None), B: ("pending", None, None)}
    row = morgue.archive.db.conn.execute("SELECT fetch_id, last_fetched_at FROM links WHERE url = ?", (A,)).fetchone()
    assert row == (fetch_id, "2026-10-04T12:00:00.000Z")


def test_fetch_is_kept_with_size_and_warc_digest(morgue: Morgue) -> None:
    fetch_id = morgue.archive.fetches.record(WHOLE, FetchContext(morgue.crawl, morgue.source, None, None, "feed", "aa"))
    row = morgue.archive.db.conn.execute(
        "SELECT kind, status, received, truncated, sha1, sha256, outcome FROM fetches WHERE id = ?", (fetch_id,)
    ).fetchone()
    assert row == ("feed", 200, len(WHOLE.body), 1, hashlib.sha1(WHOLE.body).hexdigest(), "aa", None)
    assert morgue.archive.fetches.inbox_size() == (0, 0)


def test_page_undone_with_its_transaction_leaves_nothing(morgue: Morgue) -> None:
    morgue.meet(A)
    with pytest.raises(ZeroDivisionError):
        undone(morgue)
    assert morgue.states() == {A: ("pending", None, None)}
    assert morgue.archive.fetches.inbox(10) == []


def undone(morgue: Morgue) -> None:
    with morgue.archive.transaction():
        morgue.receive(A)
        raise ZeroDivisionError


def test_committed_page_is_there_for_the_next_process(morgue: Morgue) -> None:
    morgue.meet(A)
    morgue.receive(A, b"raw")
    with Archive.open(morgue.archive.path) as again:
        assert [item.page.body for item in again.fetches.inbox(10)] == [b"raw"]


def test_secrets_in_request_headers_are_not_kept() -> None:
    sent = [
        *(("Authorization", "Bearer x"), ("COOKIE", "a=1"), ("Proxy-Authorization", "Basic x"), ("X-API-Key", "k")),
        *(("X-Auth-Token", "t"), ("User-Agent", "newsmorgue"), ("If-None-Match", '"1"')),
    ]
    kept = [(name, "[redacted]") for name, _ in sent[:5]] + sent[5:]
    assert redact(sent) == kept


def answer(morgue: Morgue, outcome: str, *headers: tuple[str, str], status: int = 200, cut: bool = False) -> None:
    answered = replace(page(A, headers=headers), status=status, truncated=cut)
    fetch_id = morgue.archive.fetches.record(answered, FetchContext(morgue.crawl, morgue.source, morgue.link(A)))
    morgue.archive.db.conn.execute("UPDATE fetches SET outcome = ? WHERE id = ?", (outcome, fetch_id))


def test_conditional_request_uses_the_last_whole_story(morgue: Morgue) -> None:
    conditional = morgue.archive.fetches.conditional
    morgue.meet(A)
    assert conditional(A) is None
    answer(morgue, "new", ("ETag", '"1"'), ("Last-Modified", "Sun"))
    assert conditional(A) == ('"1"', "Sun")
    answer(morgue, "revision", ("etag", '"2"'))
    answer(morgue, "unchanged", status=304)
    answer(morgue, "rejected", ("ETag", '"3"'))
    answer(morgue, "new", ("ETag", '"4"'), cut=True)
    assert conditional(A) == ('"2"', None)
    answer(morgue, "revision")
    assert conditional(A) is None
