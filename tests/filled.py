"""A small archive with known content, written row by row so that every value is known."""

import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import Archive
from archive.store.packing import compress
from archive.store.sources import SourceRecord
from archive.urls import url_key

THEN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
FERRY_BODY = b"<html><title>Ferry cancelled</title><p>caf\xe9 \x00 raw bytes as received</p></html>"
REJECTED_BODY = b"<html><title>All stories</title></html>"
DEFAULTS: dict[str, Any] = {
    "published_precision": "none",
    "verdict": "article",
    "extractor_version": "1",
    "authors": "[]",
    "tags": "[]",
}

TERMS = ["fetched", "unreachable", "skipped", "pending", "new", "revision", "unchanged", "duplicate", "rejected"]
TERMS += ["failed", "awaiting", "known"]


def filled(path: Path) -> Path:
    """Two sources, three articles (one edited, one a copy), one crawl with a rejected and an unreachable link."""
    with Archive.open(path, create=True) as archive, archive.transaction():
        lake = archive.sources.save(SourceRecord(None, "lakeside", "https://lakeside.example/", country="GB"), THEN)
        hill = archive.sources.save(SourceRecord(None, "hilltop", "https://hilltop.example/", group="hills"), THEN)
        _crawl(archive.db.conn, lake, hill)
        _articles(archive, lake, hill)
    return path


def _articles(archive: Archive, lake: int, hill: int) -> None:
    ferry = body(archive, "lakeside.example", FERRY_BODY)
    connection = archive.db.conn
    article(
        connection,
        "ferry1",
        lake,
        "https://lakeside.example/news/ferry",
        title="Ferry cancelled in storm",
        description="No boats until Friday.",
        text="The ferry to the islands was cancelled.\n\nBoats stay in port until Friday.",
        authors='["Ann Ahlgren", "Bo Berg"]',
        tags='["weather"]',
        published_at="2026-02-28T17:30:00.000Z",
        published_on="2026-02-28",
        published_precision="minute",
        language="en",
        paywalled=0,
        revision_count=2,
        sha256=ferry,
    )
    revision(connection, "ferry1", 1, "2026-03-01T08:00:00.000Z", title="Ferry late", text="The ferry is late.")
    revision(connection, "ferry1", 2, "2026-03-02T08:00:00.000Z", title="Ferry cancelled in storm", current=1)
    url = "https://hilltop.example/ferry"
    article(connection, "ferry2", hill, url, title="=SUM(A1) ferry", text="Copied: the ferry.", duplicate_of="ferry1")
    article(connection, "budget", hill, "https://hilltop.example/budget", title="Budget", text="Money.", paywalled=1)
    rejected = body(archive, "lakeside.example", REJECTED_BODY)
    connection.execute("UPDATE fetches SET sha256 = ? WHERE requested_url LIKE '%/all'", (rejected,))


def body(archive: Archive, host: str, data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    archive.bodies.put(host, compress(data, sha256, archive.bodies.reference(host)))
    return sha256


def article(connection: sqlite3.Connection, article_id: str, source: int, url: str, **fields: Any) -> None:
    """One article and the URL that leads to it."""
    fetch = add_fetch(connection, source, url, 200, outcome="new", article_id=article_id)
    seen = "2026-03-01T08:00:00.000Z"
    row = DEFAULTS | {
        "id": article_id,
        "source_id": source,
        "url": url,
        "url_key": url_key(url),
        "word_count": len(fields["text"].split()),
        "first_seen_at": seen,
        "last_seen_at": seen,
        "fetched_at": seen,
        "extracted_at": seen,
        "fetch_id": fetch,
        "story_id": f"story-{article_id}",
        "duplicate_kind": "exact" if "duplicate_of" in fields else None,
        "sha256": "0" * 64,
        "text_hash": hashlib.sha256(fields["text"].encode()).hexdigest(),
    }
    insert(connection, "articles", row | fields)
    insert(
        connection,
        "article_urls",
        {"url": url, "url_key": row["url_key"], "article_id": article_id, "kind": "fetched", "first_seen_at": seen},
    )


def revision(connection: sqlite3.Connection, article_id: str, number: int, seen_at: str, **fields: Any) -> None:
    """One version of an article; its bytes are the article's own."""
    row = {
        "article_id": article_id,
        "number": number,
        "fetch_id": 1,
        "seen_at": seen_at,
        "change": "first" if number == 1 else "edited",
        "verdict": "article",
        "authors": "[]",
        "text_hash": str(number),
        "sha256": str(number) * 64,
        "extractor_version": "1",
    }
    insert(connection, "revisions", row | fields)


def add_fetch(connection: sqlite3.Connection, source: int, url: str, status: int, **fields: Any) -> int:
    row = {
        "crawl_id": 1,
        "source_id": source,
        "kind": "page",
        "requested_url": url,
        "url": url,
        "status": status,
        "fetched_at": "2026-03-01T08:00:00.000Z",
        "received": 10,
    }
    return insert(connection, "fetches", row | fields)


def insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> int:
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    cursor = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
    return cursor.lastrowid or 0


def _crawl(connection: sqlite3.Connection, lake: int, hill: int) -> None:
    insert(
        connection,
        "crawls",
        {
            "started_at": "2026-03-01T07:59:00.000Z",
            "ended_at": "2026-03-01T08:05:00.000Z",
            "ended": "finished",
            "command": "morgue crawl",
            "pid": 4711,
            "versions": "{}",
        },
    )
    counts = dict.fromkeys(["discovered", *TERMS, "listings", "older"], 0)
    counts |= {"discovered": 3, "fetched": 2, "unreachable": 1, "new": 1, "rejected": 1}
    insert(connection, "crawl_sources", {"crawl_id": 1, "source_id": lake, "counts": json.dumps(counts)})
    quiet = json.dumps(counts | dict.fromkeys(counts, 0))
    note = {"crawl_id": 1, "source_id": hill, "counts": quiet, "note": "no feed, no sitemap"}
    insert(connection, "crawl_sources", note)
    listed = "https://lakeside.example/all"
    add_fetch(connection, lake, listed, 200, outcome="rejected", verdict="index", reason="many links, little text")
    link(connection, lake, listed, state="fetched", outcome="rejected", reason="index")
    link(connection, lake, "https://lakeside.example/gone", state="unreachable", reason="timeout")


def link(connection: sqlite3.Connection, source: int, url: str, **fields: Any) -> None:
    row = {"source_id": source, "url": url, "url_key": url_key(url), "host": "lakeside.example", "found_as": "feed"}
    times = dict.fromkeys(("order_at", "first_seen_at", "last_seen_at"), "2026-03-01T08:00:00.000Z")
    insert(connection, "links", row | times | {"crawl_id": 1} | fields)
