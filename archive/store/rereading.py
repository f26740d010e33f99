"""Which stored pages are worth another reading, and what hangs on them."""

from collections.abc import Iterator
from dataclasses import dataclass

from archive.store.archive import Archive
from archive.store.holdings import article_id

_WORTH = """
SELECT f.id, f.sha256, (SELECT a.id FROM articles AS a WHERE a.fetch_id = f.id) AS article FROM fetches AS f
WHERE f.kind = 'page' AND f.status < 300 AND f.sha256 IS NOT NULL AND f.id > ?
  AND f.reason IS NOT 'forgotten'
  AND (article IS NOT NULL OR f.outcome IN ('rejected', 'failed')) ORDER BY f.id LIMIT ?
"""
_BATCH = 200
_OF_ARTICLE = "SELECT fetch_id, sha256, id FROM articles WHERE id = ?"
_OF_URL = """
SELECT id, sha256, NULL FROM fetches WHERE requested_url = ? AND kind = 'page' AND sha256 IS NOT NULL
ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored page: `article_id` is the article whose current version was taken from it, None if it gave none."""

    fetch_id: int
    sha256: str
    article_id: str | None


def worth_rereading(archive: Archive) -> Iterator[Stored]:
    """The pages that current versions were taken from, and those that gave no article; in order of fetch."""
    last = 0
    while batch := archive.db.conn.execute(_WORTH, (last, _BATCH)).fetchall():
        yield from (Stored(*row) for row in batch)
        last = batch[-1][0]


def stored_at(archive: Archive, url: str) -> Stored | None:
    """The page of the article that a URL leads to, or the last one that asking for this very URL gave."""
    article = article_id(archive.db.conn, url)
    query, of = (_OF_ARTICLE, article) if article else (_OF_URL, url)
    row = archive.db.conn.execute(query, (of,)).fetchone()
    return Stored(*row) if row else None
