"""Fetches: every answered request, whole, and the inbox of pages not yet interpreted."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from archive.dates import from_iso, iso
from archive.errors import NotHeld
from archive.models import Hop, Page
from archive.store.connection import ArchiveDatabase
from archive.store.zstandard import pack, unpack
from archive.urls import host_of

FetchKind = Literal["page", "feed", "sitemap", "front", "robots"]
Headers = Sequence[tuple[str, str]]

_REDACTED = "[redacted]"
_SECRET = ("authorization", "cookie", "api-key", "apikey", "token", "secret", "password", "signature")
_PAGE = (
    "f.requested_url, f.url, f.fetched_at, f.status, f.status_line, f.response_headers, f.request_headers, f.hops, "
    "f.peer_ip, f.protocol, f.truncated, f.origin"
)
_ARRIVED = """
UPDATE links SET state = 'fetched', outcome = 'awaiting_extraction', reason = NULL, not_before = NULL, attempts = 0,
    fetch_id = ?, last_fetched_at = ?, crawl_id = coalesce(?, crawl_id) WHERE id = ?
"""
_CONTEXT = "f.crawl_id, f.source_id, f.link_id, f.listing_id, f.kind"


@dataclass(frozen=True, slots=True)
class FetchContext:
    """What a request was made for. `sha256`: of the decoded body, where it is known already (listings)."""

    crawl_id: int | None
    source_id: int | None
    link_id: int | None
    listing_id: int | None = None
    kind: FetchKind = "page"
    sha256: str | None = None


class ReadWith(NamedTuple):
    """What a page was read with beside the extractor: hashes of its site's memory and rules, "" for none."""

    memory: str
    rules: str


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A page received and not yet interpreted. `attempts`: how often interpreting it was begun."""

    fetch_id: int
    page: Page
    attempts: int
    context: FetchContext


class Fetches:
    """The part of an archive that keeps answers as they came."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def asked_since(self, at: datetime) -> Counter[str]:
        """How many requests of crawls were answered since then, by host."""
        rows = self._db.conn.execute(
            "SELECT f.requested_url FROM crawls AS c JOIN fetches AS f ON f.crawl_id = c.id "
            "WHERE coalesce(c.ended_at, :at) >= :at AND f.fetched_at >= :at",
            {"at": iso(at)},
        )
        return Counter(host_of(url) for (url,) in rows)

    def receive(self, page: Page, context: FetchContext, read_with: ReadWith | None = None) -> int:
        """Keeps a page to be interpreted: its fetch, its bytes in the inbox, its link's state. Returns the id.

        The three belong together: call it inside a transaction. `read_with`: what it is going to be read with.
        """
        with self._db.atomic():
            fetch_id = self.arrived(page, context, read_with)
            self._db.conn.execute("INSERT INTO inbox (fetch_id, body) VALUES (?, ?)", (fetch_id, page.body))
        return fetch_id

    def arrived(self, page: Page, context: FetchContext, read_with: ReadWith | None = None) -> int:
        """The same for an answer that is decided at once, in the same transaction: there is nothing to interpret."""
        fetch_id = self._insert(page, context, outcome="awaiting_extraction", read_with=read_with)
        self._db.conn.execute(_ARRIVED, (fetch_id, iso(page.fetched_at), context.crawl_id, context.link_id))
        return fetch_id

    def read_with(self, fetch_id: int) -> ReadWith | None:
        """What a page was last read with; None if that was never written down."""
        row = self._db.conn.execute("SELECT memory_hash, rules_hash FROM fetches WHERE id = ?", (fetch_id,)).fetchone()
        return ReadWith(*row) if row and row[0] is not None else None

    def set_read_with(self, fetch_id: int, read_with: ReadWith) -> None:
        """Writes down what a page was read with this time."""
        self._db.write(
            "UPDATE fetches SET memory_hash = ?, rules_hash = ? WHERE id = ?",
            (read_with.memory, read_with.rules, fetch_id),
        )

    def holds(self, page: Page) -> bool:
        """Whether this very answer is held: the same address asked for, at the same time, with the same bytes."""
        found = self._db.conn.execute(
            "SELECT 1 FROM fetches WHERE requested_url = ? AND fetched_at = ? AND sha1 = ?",
            (page.requested_url, iso(page.fetched_at), hashlib.sha1(page.body, usedforsecurity=False).hexdigest()),
        )
        return found.fetchone() is not None

    def record(self, page: Page, context: FetchContext) -> int:
        """Keeps what is known of an answer that is no story (feeds, sitemaps, fronts, robots), without its body."""
        with self._db.atomic():
            return self._insert(page, context, outcome=None)

    def inbox(self, limit: int, after: int = 0) -> list[InboxItem]:
        """Pages awaiting interpretation, in order of fetch, from the fetch after `after`."""
        rows = self._db.conn.execute(
            f"SELECT i.fetch_id, i.attempts, i.decoded, i.body, {_PAGE}, {_CONTEXT} FROM inbox AS i "  # noqa: S608
            "JOIN fetches AS f ON f.id = i.fetch_id WHERE i.fetch_id > ? ORDER BY i.fetch_id LIMIT ?",
            (after, limit),
        )
        return [
            InboxItem(row[0], _page(row[3], row[4:16], is_decoded=row[2]), row[1], FetchContext(*row[16:]))
            for row in rows
        ]

    def stored(self, fetch_id: int, body: bytes, *, is_decoded: bool = True) -> InboxItem:
        """A page as it was received, but with its body decoded: the caller has it from `bodies`. Raises NotHeld."""
        row = self._db.conn.execute(
            f"SELECT {_PAGE}, {_CONTEXT} FROM fetches AS f WHERE f.id = ?",  # noqa: S608
            (fetch_id,),
        ).fetchone()
        if row is None:
            raise NotHeld(f"there is no fetch {fetch_id}")
        return InboxItem(fetch_id, _page(body, row[:12], is_decoded=is_decoded), 0, FetchContext(*row[12:]))

    def pages(self) -> int:
        """How many answers are held that were asked for as stories."""
        return int(self._db.conn.execute("SELECT count(*) FROM fetches WHERE kind = 'page'").fetchone()[0])

    def inbox_size(self) -> tuple[int, int]:
        """How many pages await interpretation, and how many bytes they are."""
        pages, size = self._db.conn.execute("SELECT count(*), coalesce(sum(length(body)), 0) FROM inbox").fetchone()
        return int(pages), int(size)

    def conditional(self, url: str) -> tuple[str | None, str | None] | None:
        """ETag and Last-Modified of the last whole story received from this URL; None if neither was sent."""
        row = self._db.conn.execute(
            "SELECT response_headers FROM fetches WHERE requested_url = ? AND kind = 'page' AND status = 200 "
            "AND NOT truncated AND outcome IN ('new', 'revision', 'unchanged', 'duplicate') ORDER BY id DESC LIMIT 1",
            (url,),
        ).fetchone()
        if row is None or row[0] is None:
            return None
        sent = {name.lower(): value for name, value in reversed(_read_headers(row[0]))}
        validators = sent.get("etag"), sent.get("last-modified")
        return validators if any(validators) else None

    def _insert(self, page: Page, context: FetchContext, outcome: str | None, read_with: ReadWith | None = None) -> int:
        values = {
            "crawl_id": context.crawl_id,
            "source_id": context.source_id,
            "link_id": context.link_id,
            "listing_id": context.listing_id,
            "kind": context.kind,
            "requested_url": page.requested_url,
            "url": page.url,
            "hops": json.dumps([_hop(hop) for hop in page.hops]) if page.hops else None,
            "request_headers": json.dumps(redact(page.request_headers)),
            "status": page.status,
            "status_line": page.status_line,
            "response_headers": pack(_write_headers(page.headers), level=3),
            "peer_ip": page.peer_ip,
            "protocol": page.protocol,
            "fetched_at": iso(page.fetched_at),
            "sha256": context.sha256,
            # Not a safeguard: WARC's payload digest is SHA-1 over the bytes as received.
            "sha1": hashlib.sha1(page.body, usedforsecurity=False).hexdigest(),
            "received": len(page.body),
            "truncated": page.truncated,
            "origin": page.origin,
            "outcome": outcome,
            "memory_hash": read_with.memory if read_with else None,
            "rules_hash": read_with.rules if read_with else None,
        }
        cursor = self._db.conn.execute(
            f"INSERT INTO fetches ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",  # noqa: S608
            tuple(values.values()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid


def redact(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Request headers without the values of those that may carry a secret."""
    return [(name, _REDACTED if any(s in name.lower() for s in _SECRET) else value) for name, value in headers]


def _write_headers(headers: Headers) -> bytes:
    return "".join(f"{name}: {value}\n" for name, value in headers).encode("latin-1", "replace")


def _read_headers(packed: bytes) -> list[tuple[str, str]]:
    lines = unpack(packed).decode("latin-1").split("\n")[:-1]
    return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]


def _hop(hop: Hop) -> dict[str, Any]:
    return {"url": hop.url, "status": hop.status, "location": hop.location, "headers": list(hop.headers)}


def _page(body: bytes, row: tuple[Any, ...], *, is_decoded: bool) -> Page:
    """The page of a fetch. Of one whose body is decoded, the headers must not say that it is coded."""
    requested_url, url, fetched_at, status, status_line, headers, request_headers, hops, peer, protocol, cut, origin = (
        row
    )
    said = _read_headers(headers)
    return Page(
        requested_url=requested_url,
        url=url,
        body=body,
        fetched_at=from_iso(fetched_at),
        status=status,
        status_line=status_line,
        headers=tuple(pair for pair in said if not (is_decoded and pair[0].lower() == "content-encoding")),
        request_headers=_pairs(json.loads(request_headers)),
        hops=tuple(
            Hop(hop["url"], hop["status"], hop["location"], _pairs(hop["headers"])) for hop in json.loads(hops or "[]")
        ),
        peer_ip=peer,
        protocol=protocol,
        truncated=bool(cut),
        origin=origin,
    )


def _pairs(pairs: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)
