"""Takes an article out of the archive that a person has decided to be none. Its pages stay."""

import json
import sqlite3
from collections.abc import Iterable

from archive.store.connection import ArchiveDatabase

_OF = """
SELECT id, coalesce(sha256, ''), verdict FROM fetches WHERE kind = 'page' AND outcome <> 'awaiting_extraction'
    AND (article_id = :article OR (article_id IS NULL AND (requested_url IN (SELECT value FROM json_each(:urls))
    OR url IN (SELECT value FROM json_each(:urls))))) ORDER BY id
"""
_ANSWERED = """
SELECT url, verdict FROM fetches WHERE kind = 'page' AND verdict IS NOT NULL AND (requested_url = :url OR url = :url)
ORDER BY id DESC LIMIT 1
"""
_LET_GO = """
UPDATE fetches SET article_id = NULL WHERE article_id = :id;
UPDATE links SET article_id = NULL, etag = NULL, last_modified = NULL WHERE article_id = :id;
DELETE FROM site_pages WHERE article_id = :id;
DELETE FROM events WHERE article_id = :id;
DELETE FROM relations WHERE a = :id OR b = :id;
DELETE FROM revisions WHERE article_id = :id;
DELETE FROM article_urls WHERE article_id = :id;
DELETE FROM stories WHERE lead_article_id = :id;
DELETE FROM uncompared WHERE n = (SELECT n FROM articles WHERE id = :id);
DELETE FROM articles WHERE id = :id
"""


def answered(connection: sqlite3.Connection, url: str) -> tuple[str, str] | None:
    """What asking for a URL last led to: the URL of the page that answered, and its verdict."""
    row = connection.execute(_ANSWERED, {"url": url}).fetchone()
    return (row[0], row[1]) if row else None


def fetches_of(
    connection: sqlite3.Connection, urls: Iterable[str], article: str | None
) -> list[tuple[int, str, str | None]]:
    """Every decided answer of URLs or an article, in order of fetch: its id, its body's hash ("": none), verdict."""
    return list(connection.execute(_OF, {"urls": json.dumps(sorted(urls)), "article": article}))


def set_verdict(db: ArchiveDatabase, fetch_id: int, kind: str, score: float, reasons: str) -> None:
    """Another verdict on an answer, and on the version that was taken from it. `reasons`: JSON."""
    of = "id = (SELECT article_id FROM fetches WHERE id = :fetch) AND fetch_id = :fetch"
    values = {"kind": kind, "score": score, "reasons": reasons, "fetch": fetch_id}
    with db.atomic():
        db.conn.execute(
            f"UPDATE articles SET verdict = :kind, verdict_score = :score, verdict_reasons = :reasons WHERE {of}",  # noqa: S608
            values,
        )
        db.conn.execute(f"UPDATE revisions SET verdict = :kind WHERE article_{of}", values)  # noqa: S608
        db.conn.execute("UPDATE fetches SET verdict = :kind, verdict_score = :score WHERE id = :fetch", values)


def withdraw(db: ArchiveDatabase, article: str) -> None:
    """Takes an article and its versions out, with all that was found out about it."""
    with db.atomic():
        for statement in _LET_GO.split(";"):
            db.conn.execute(statement, {"id": article})
