"""What can be wrong in an archive's file, looked for with SQLite's own means and in the rows."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress

from archive.errors import ArchiveUnusable, NotHeld
from archive.store.archive import Archive
from archive.store.crawls import SourceSums
from archive.store.zstandard import ZstdError

_BATCH = 100
_MISSING = """
SELECT 'fetches', f.requested_url, f.sha256 FROM fetches AS f
WHERE f.kind = 'page' AND f.sha256 IS NOT NULL AND f.reason IS NOT 'forgotten'
  AND NOT EXISTS (SELECT 1 FROM bodies AS b WHERE b.sha256 = f.sha256)
UNION ALL
SELECT 'revisions', a.url, r.sha256 FROM revisions AS r JOIN articles AS a ON a.id = r.article_id
WHERE NOT EXISTS (SELECT 1 FROM bodies AS b WHERE b.sha256 = r.sha256)
UNION ALL
SELECT 'bodies', 'packed against a body that is not held', b.dictionary FROM bodies AS b
WHERE b.dictionary IS NOT NULL AND NOT EXISTS (SELECT 1 FROM bodies AS d WHERE d.sha256 = b.dictionary)
"""
_ODD = {
    "articles without their story": "SELECT id FROM articles WHERE story_id NOT IN (SELECT id FROM stories)",
    "stories without an article": "SELECT id FROM stories WHERE id NOT IN (SELECT story_id FROM articles)",
    "articles without a current version": "SELECT id FROM articles AS a WHERE NOT EXISTS "
    "(SELECT 1 FROM revisions AS r WHERE r.article_id = a.id AND r.current)",
    "pages in the inbox that are decided": "SELECT fetch_id FROM inbox JOIN fetches AS f ON f.id = fetch_id "
    "WHERE f.outcome IS NOT 'awaiting_extraction'",
}
_NOT_FORGOTTEN = """
SELECT f.url FROM forgotten AS f, json_each(f.sha256) AS j JOIN bodies AS b ON b.sha256 = j.value
WHERE f.next_step IS NULL
  AND NOT EXISTS (SELECT 1 FROM fetches AS g WHERE g.sha256 = j.value AND g.reason IS NOT 'forgotten')
"""
_CRAWLS = "SELECT id, sha256 FROM crawls WHERE sha256 IS NOT NULL ORDER BY id"
_FOLDED = "SELECT crawl_id, sha256 FROM folded_crawls"
_COUNTS = """
SELECT c.crawl_id, s.name, c.counts FROM crawl_sources AS c JOIN sources AS s ON s.id = c.source_id ORDER BY 1, 2
"""


def file_troubles(archive: Archive, *, quick: bool) -> list[str]:
    """What SQLite finds wrong with the file; at most a hundred lines."""
    try:
        rows = archive.db.conn.execute(f"PRAGMA {'quick_check' if quick else 'integrity_check'}").fetchall()
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [row for (row,) in rows if row != "ok"]


def broken_references(archive: Archive) -> Iterator[str]:
    """Rows that name a row of another table which is not there."""
    for table, row, parent, _ in archive.db.conn.execute("PRAGMA foreign_key_check"):
        yield f"{table}: row {row} names a row of {parent} that is not there"


def word_index_trouble(archive: Archive) -> str | None:
    """Whether the full-text index says what the articles say. Takes the write lock while it looks."""
    try:
        archive.db.insist("BEGIN IMMEDIATE")
        archive.db.conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        return f"articles_fts does not say what the articles say ({error})"
    finally:
        archive.db.rollback()
    return None


def bodies(archive: Archive) -> Iterator[tuple[int, str | None]]:
    """Every body is unpacked and hashed: yields its size, and what is wrong with it (None: nothing).

    No transaction is held meanwhile, so that the WAL of a running crawl can be emptied.
    """
    last = 0
    query = "SELECT id, sha256, size FROM bodies WHERE id > ? ORDER BY id LIMIT ?"
    while rows := archive.db.conn.execute(query, (last, _BATCH)).fetchall():
        for _, sha256, size in rows:
            yield size, _body_trouble(archive, sha256, size)
        last = rows[-1][0]


def sampled_bodies(archive: Archive, number: int) -> Iterator[str | None]:
    """The same of some bodies, taken by chance."""
    query = "SELECT sha256, size FROM bodies ORDER BY random() LIMIT ?"
    for sha256, size in archive.db.conn.execute(query, (number,)).fetchall():
        yield _body_trouble(archive, sha256, size)


def body_count(archive: Archive) -> int:
    """How many bodies there are."""
    return int(archive.db.conn.execute("SELECT count(*) FROM bodies").fetchone()[0])


def missing_bodies(archive: Archive) -> Iterator[str]:
    """Bodies that rows speak of and that are not held, those of forgotten pages aside."""
    for table, what, sha256 in archive.db.conn.execute(_MISSING):
        yield f"{table}: {what}: the body {sha256} is not held"


def odd_rows(archive: Archive) -> Iterator[str]:
    """Rows that no run of the program leaves so."""
    since = {"forgotten bodies that are held": _NOT_FORGOTTEN} if archive.db["forgotten"].exists() else {}
    for what, query in (_ODD | since).items():
        rows = archive.db.conn.execute(query).fetchall()
        if rows:
            yield f"{len(rows):,} {what}, such as {rows[0][0]}"


def broken_chain(archive: Archive) -> Iterator[tuple[int, str | None]]:
    """Every sealed crawl, and what is wrong with its hash."""
    is_newer = archive.db["folded_crawls"].exists()  # than an older format's file, opened to read
    folded = dict(archive.db.conn.execute(_FOLDED)) if is_newer else {}
    for crawl_id, sealed in archive.db.conn.execute(_CRAWLS).fetchall():
        wrong = archive.crawls.digest(crawl_id) != folded.get(crawl_id, sealed)
        yield crawl_id, f"crawl {crawl_id}: its fetches are not those that its hash was taken of" if wrong else None


def broken_sums(archive: Archive) -> Iterator[str]:
    """Sums of crawls that do not hold, as they were written down and for the last crawl as its links now stand."""
    for crawl_id, source, text in archive.db.conn.execute(_COUNTS):
        counts = json.loads(text)
        terms = {name: counts[name] for name in SourceSums.__dataclass_fields__ if name in counts}
        if terms:
            yield from (f"crawl {crawl_id}: {line}" for line in SourceSums(source=source, **terms).broken())
    if (latest := archive.crawls.latest()) is not None:
        yield from (f"crawl {latest}: {line}" for line in archive.crawls.broken_sums(latest))


def _body_trouble(archive: Archive, sha256: str, size: int) -> str | None:
    with suppress(NotHeld):  # forgotten meanwhile, or told by missing_bodies
        try:
            data = archive.bodies.get(sha256)
        except (ZstdError, ArchiveUnusable, sqlite3.DatabaseError) as error:
            return f"bodies: {sha256} cannot be unpacked ({error})"
        if hashlib.sha256(data).hexdigest() != sha256:
            return f"bodies: {sha256} holds other bytes than those it is named by"
        if len(data) != size:
            return f"bodies: {sha256} has {len(data):,} bytes, not {size:,}"
    return None
