"""What reports ask of an archive: figures only, no words."""

import json
from typing import Any

from archive.store.connection import ArchiveDatabase

Figures = dict[str, Any]

_TOTALS = {
    "articles": "SELECT count(*) FROM articles",
    "duplicates": "SELECT count(*) FROM articles WHERE duplicate_of IS NOT NULL",
    "revisions": "SELECT count(*) FROM revisions",
    "fetches": "SELECT count(*) FROM fetches",
    "awaiting_extraction": "SELECT count(*) FROM inbox",
    "pending": "SELECT count(*) FROM links WHERE state = 'pending'",
}
_SOURCES = """
SELECT s.name AS source, s.home, s.retired_at, coalesce(a.articles, 0) AS articles, a.undated, a.first_on, a.last_on,
       a.last_new_at, coalesce(p.pending, 0) AS pending, n.note
FROM sources AS s
LEFT JOIN (
    SELECT source_id, count(*) AS articles, sum(published_on IS NULL) AS undated, min(published_on) AS first_on,
           max(published_on) AS last_on, max(first_seen_at) AS last_new_at
    FROM articles GROUP BY source_id
) AS a ON a.source_id = s.id
LEFT JOIN (SELECT source_id, count(*) AS pending FROM links WHERE state = 'pending' GROUP BY source_id) AS p
    ON p.source_id = s.id
LEFT JOIN crawl_sources AS n
    ON n.source_id = s.id AND n.crawl_id = (SELECT max(crawl_id) FROM crawl_sources WHERE source_id = s.id)
ORDER BY s.retired_at IS NOT NULL, s.name
"""
_UNSOURCED = """
SELECT count(*) AS articles, sum(published_on IS NULL) AS undated, min(published_on) AS first_on,
       max(published_on) AS last_on, max(first_seen_at) AS last_new_at
FROM articles WHERE source_id IS NULL HAVING count(*)
"""
# Only of sources that have rules, and of few articles: claims are long.
_MISSED = """
SELECT s.name AS source, c.value ->> 'field' AS field, c.value ->> 'path' AS rule, count(*) AS articles
FROM sources AS s
JOIN articles AS a ON a.n IN (SELECT n FROM articles WHERE source_id = s.id ORDER BY n DESC LIMIT 50)
JOIN json_each(a.claims_json) AS c
WHERE s.retired_at IS NULL AND s.config ->> '$.rules' IS NOT NULL
  AND c.value ->> 'where' = 'rule' AND c.value ->> 'value' = ''
GROUP BY 1, 2, 3 ORDER BY articles DESC, 1, 2, 3
"""
_CRAWL = "SELECT id, command, started_at, ended_at, ended, pid FROM crawls ORDER BY id DESC LIMIT 1"
_CRAWL_SUMS = """
SELECT s.name, c.counts FROM crawl_sources AS c JOIN sources AS s ON s.id = c.source_id
WHERE c.crawl_id = ? ORDER BY s.name
"""
_LEFT_OUT = """
SELECT source, stage, reason, count(*) AS links, max(at) AS last_at FROM left_out
GROUP BY source, stage, reason ORDER BY links DESC, source, stage, reason
"""


def totals(db: ArchiveDatabase) -> Figures:
    """How many there are of each thing, and in `bytes` what the tables take, free pages included."""
    figures: Figures = {name: db.conn.execute(query).fetchone()[0] for name, query in _TOTALS.items()}
    pages, size = (db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return figures | {"bytes": pages * size}


def by_source(db: ArchiveDatabase) -> list[Figures]:
    """One row per source, retired ones last; then one named None for articles that came without a source."""
    rows = _rows(db, _SOURCES)
    blank = dict.fromkeys(("source", "home", "retired_at", "note")) | {"pending": 0}
    return rows + [blank | row for row in _rows(db, _UNSOURCED)]


def missed_rules(db: ArchiveDatabase) -> list[Figures]:
    """Rules of sources that matched nothing on some of the latest 50 articles; with how many, most first."""
    return _rows(db, _MISSED)


def last_crawl(db: ArchiveDatabase) -> Figures | None:
    """The latest run with the sums of each of its sources; None if there was none."""
    if not (crawls := _rows(db, _CRAWL)):
        return None
    sums = db.conn.execute(_CRAWL_SUMS, (crawls[0]["id"],))
    return crawls[0] | {"sources": {name: json.loads(counts) for name, counts in sums}}


def left_out(db: ArchiveDatabase) -> list[Figures]:
    """How many links are not articles, by source, stage and reason; most first."""
    return _rows(db, _LEFT_OUT)


def _rows(db: ArchiveDatabase, query: str) -> list[Figures]:
    cursor = db.conn.execute(query)
    names = [name for name, *_ in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
