"""What one look at a site left in an archive, as rows: for `morgue doctor`."""

from typing import Any

from archive.store.connection import ArchiveDatabase

Row = dict[str, Any]

_LISTINGS = """
SELECT g.url, g.kind, g.found_in, g.listed, g.older, g.oldest_on, g.reason, g.etag, g.last_modified, s.newest_at
FROM listings AS g LEFT JOIN listing_spans AS s ON s.listing_id = g.id
WHERE g.source_id = ? AND g.last_fetched_at IS NOT NULL ORDER BY g.kind = 'front' DESC, g.kind, g.id
"""
_LINKS = """
SELECT url, title, found_as, order_at, published IS NOT NULL OR lastmod IS NOT NULL AS dated, state, reason
FROM links WHERE source_id = ? ORDER BY listed_in IS NULL, order_at DESC, id
"""
_PAGES = """
SELECT requested_url, url, status, reason, article_id, link_id IS NULL AS is_front,
       CASE WHEN origin = 'shell' AND verdict NOT IN ('consent', 'challenge') THEN 'js_shell'
            ELSE verdict END AS verdict
FROM fetches
WHERE source_id = ? AND kind = 'page' AND verdict IS NOT NULL ORDER BY id
"""
_AGAIN = "SELECT requested_url AS url, kind, status FROM fetches WHERE source_id = ? AND origin = ? ORDER BY id"
_STORY = """
SELECT a.url, a.title, a.authors, a.published_at, a.published_on, a.language, a.text, a.word_count, a.verdict,
       a.verdict_score FROM articles AS a JOIN fetches AS f ON f.id = a.fetch_id AND f.link_id IS NOT NULL
WHERE a.source_id = ? ORDER BY a.verdict IN ('article', 'live_blog') DESC, a.word_count DESC LIMIT 1
"""
_SAMPLE = """
SELECT id FROM links WHERE source_id = ? AND state = 'pending' ORDER BY listed_in IS NULL, order_at DESC, id LIMIT ?
"""
AGAIN = "again"
"""The origin of answers to a request that was made a second time, with validators."""
LOOK, SHELL = "look", "shell"
"""The origins of the front page, kept as a page; the latter if it shows nothing by itself."""


class Looked:
    """The rows of one source."""

    def __init__(self, db: ArchiveDatabase, source_id: int) -> None:
        self._db, self._source_id = db, source_id

    def listings(self) -> list[Row]:
        """Those that were asked for; `reason`: why one gave nothing."""
        return self._rows(_LISTINGS)

    def links(self) -> list[Row]:
        """Those of feeds and sitemaps first, the newest first."""
        return self._rows(_LINKS)

    def pages(self) -> list[Row]:
        """What was fetched as a page, with its verdict."""
        return self._rows(_PAGES)

    def again(self) -> list[Row]:
        """What was asked for twice, and how the second request was answered."""
        return self._rows(_AGAIN, AGAIN)

    def story(self) -> Row | None:
        """The longest story, if there is one."""
        return next(iter(self._rows(_STORY)), None)

    def sample(self, number: int) -> list[int]:
        """Links to look at: those of feeds and sitemaps before those of the front page, the newest first."""
        return [link_id for (link_id,) in self._db.conn.execute(_SAMPLE, (self._source_id, number))]

    def _rows(self, query: str, *values: object) -> list[Row]:
        cursor = self._db.conn.execute(query, (self._source_id, *values))
        names = [name for name, *_ in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
