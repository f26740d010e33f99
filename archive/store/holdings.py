"""What is held under an id or a URL, now or as of a time."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from archive.store.rows import as_row
from archive.text import word_count
from archive.urls import url_key

_BY_URL = "SELECT article_id FROM article_urls WHERE url = ?"
_BY_KEY = "SELECT DISTINCT article_id FROM article_urls WHERE url_key = ? LIMIT 2"
_VERSION = """
SELECT r.number AS revision_count, r.seen_at AS fetched_at, r.verdict, r.title, r.description,
       coalesce(r.text, a.text) AS text, r.authors, r.published_at, r.modified_at, r.extractor_version, r.sha256
FROM revisions AS r JOIN articles AS a ON a.id = r.article_id
WHERE r.article_id = ? AND r.seen_at <= ? AND r.change <> 'degraded' ORDER BY r.seen_at DESC, r.number DESC LIMIT 1
"""
_HELD = "SELECT * FROM articles WHERE id = ?"  # columns by name would fail in a file of an older format
_HELD_AT = """
SELECT * FROM revisions WHERE article_id = ? AND seen_at <= ? AND change <> 'degraded'
ORDER BY seen_at DESC, number DESC LIMIT 1
"""
_WITH = ("rules_hash", "memory_hash", "hook")
_PICTURE = (
    "SELECT field, value FROM claims WHERE article_id = ? AND chosen AND field IN ('image_caption', 'image_credit')"
)
_VERDICT = "SELECT verdict_score, verdict_reasons FROM articles WHERE id = ?"
_EVENTS = "SELECT kind, at, detail FROM events WHERE article_id = ? ORDER BY at, id"
_ANSWER = """
SELECT fetched_at, status, outcome, reason, verdict, sha256 FROM fetches
WHERE requested_url = ? AND kind = 'page' AND fetched_at <= ? ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a URL last gave that was asked for: `sha256` names its body, if that is kept."""

    fetched_at: str
    status: int
    outcome: str | None
    reason: str | None
    verdict: str | None
    sha256: str | None


def article_id(connection: sqlite3.Connection, url_or_id: str) -> str | None:
    """The article with this id, or that this URL leads to: the very URL, else one like it if only one article is."""
    if connection.execute("SELECT 1 FROM articles WHERE id = ?", (url_or_id,)).fetchone():
        return url_or_id
    exact = connection.execute(_BY_URL, (url_or_id,)).fetchall()
    like = exact or connection.execute(_BY_KEY, (url_key(url_or_id),)).fetchall()
    return str(like[0][0]) if len(like) == 1 else None


def row(connection: sqlite3.Connection, article: str) -> dict[str, Any]:
    """The row of an article that is there."""
    return as_row(*_record(connection, "SELECT * FROM latest WHERE id = ?", article))


def version(connection: sqlite3.Connection, article: str, at: str) -> dict[str, Any] | None:
    """The article's row as it was current at a time (ISO, UTC); None before it was first seen.

    What a revision does not keep (tags, section and the like) is as it is now.
    """
    names, values = _record(connection, _VERSION, article, at)
    if not values:
        return None
    then = dict(zip(names, values, strict=True))
    latest = dict(zip(*_record(connection, "SELECT * FROM latest WHERE id = ?", article), strict=True))
    held = latest | then | {"word_count": word_count(then["text"])}
    if then["published_at"] != latest["published_at"]:  # what else was said of the day then is not kept
        held |= {"published_on": None, "published_precision": None}
    return as_row(list(held), list(held.values()))


def extracted_with(connection: sqlite3.Connection, article: str, at: str | None = None) -> dict[str, str]:
    """What an article's text was extracted with beside the extractor: `rules_hash`, `memory_hash`, `hook` if there are.

    `at` a time (ISO, UTC): the text held then.
    """
    names, values = _record(connection, _HELD, article) if at is None else _record(connection, _HELD_AT, article, at)
    row = dict(zip(names, values, strict=False))
    return {name: row[name] for name in _WITH if row.get(name)}


def picture_of(connection: sqlite3.Connection, article: str) -> dict[str, str]:
    """What the page says of the image of an article's current version: `image_caption`, `image_credit` if it does."""
    return dict(connection.execute(_PICTURE, (article,)))


def verdict_reasons(connection: sqlite3.Connection, article: str) -> str:
    """How sure the verdict on an article's current version is, and why; "" if that was not kept."""
    score, reasons = connection.execute(_VERDICT, (article,)).fetchone()
    said = "; ".join(json.loads(reasons))
    return f"{score:.2f}: {said}" if said and score is not None else said


def events_of(connection: sqlite3.Connection, article: str) -> list[tuple[str, str, str]]:
    """What happened to an article's page, oldest first: kind, time (ISO, UTC), detail."""
    return list(connection.execute(_EVENTS, (article,)))


def answer(connection: sqlite3.Connection, url: str, at: str) -> Answer | None:
    """What asking for this very URL last gave, up to a time (ISO, UTC)."""
    found = connection.execute(_ANSWER, (url, at)).fetchone()
    return Answer(*found) if found else None


def _record(connection: sqlite3.Connection, query: str, *values: str) -> tuple[list[str], tuple[Any, ...]]:
    cursor = connection.execute(query, values)
    return [name for name, *_ in cursor.description], cursor.fetchone() or ()
