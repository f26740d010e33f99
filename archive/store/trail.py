"""All that the archive knows of an address or an article, as rows: from where it was listed to what it is related to.

Rows are taken with all their columns, so that an archive of an older format, or of a newer one, can be asked as well.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from archive.configured import owner_by_home
from archive.shapes import url_shape, with_any
from archive.store.holdings import article_id
from archive.text import word_count
from archive.urls import safe_url, url_key

Row = dict[str, Any]

_ARTICLE = "SELECT a.*, s.name AS source FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id WHERE a.id = ?"
_URLS = "SELECT * FROM article_urls WHERE article_id = ? ORDER BY first_seen_at, url"
_LINKS = """
SELECT l.*, s.name AS source, g.kind AS listing_kind, g.url AS listing_url, g.found_in AS listing_found_in
FROM json_each(:urls) AS wanted CROSS JOIN links AS l ON l.url = wanted.value
LEFT JOIN sources AS s ON s.id = l.source_id LEFT JOIN listings AS g ON g.id = l.listing_id
ORDER BY l.first_seen_at, l.id
"""
_FETCHES = """
SELECT * FROM fetches WHERE kind = 'page'
    AND (article_id = :article OR requested_url IN (SELECT value FROM json_each(:urls)))
ORDER BY fetched_at, id
"""
_ALIKE = """
SELECT url, article_id, NULL AS state, NULL AS outcome, NULL AS reason FROM article_urls WHERE url_key = :key
UNION ALL
SELECT url, article_id, state, outcome, reason FROM links WHERE url_key = :key
    AND url NOT IN (SELECT url FROM article_urls WHERE url_key = :key)
ORDER BY url
"""
_LINKS_ALIKE = "SELECT url FROM links WHERE url_key = ? LIMIT 2"
_KNOWN = """
SELECT EXISTS (SELECT 1 FROM links WHERE url = :url)
    OR EXISTS (SELECT 1 FROM fetches WHERE requested_url = :url AND kind = 'page')
"""
_RELATIONS = """
SELECT r.*, o.id AS other, o.title AS other_title, o.url AS other_url, s.name AS other_source
FROM relations AS r JOIN articles AS o ON o.id = CASE WHEN r.a = :article THEN r.b ELSE r.a END
LEFT JOIN sources AS s ON s.id = o.source_id WHERE r.a = :article OR r.b = :article
ORDER BY r.decided_at, r.kind, o.n
"""
_STORY = "SELECT * FROM stories WHERE id = ?"
_MEMBERS = """
SELECT a.id, a.url, a.title, s.name AS source, a.published_at, a.published_on, a.first_seen_at, a.duplicate_of,
       a.duplicate_kind
FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id WHERE a.story_id = ? ORDER BY a.first_seen_at, a.n
"""
_JOINED = """
SELECT r.* FROM articles AS x JOIN relations AS r ON r.a = x.id JOIN articles AS y ON y.id = r.b
WHERE x.story_id = :story AND y.story_id = :story ORDER BY r.decided_at, r.a, r.b, r.kind
"""
_CLAIMS = "SELECT * FROM claims WHERE article_id = ?"
_REVISIONS = "SELECT * FROM revisions WHERE article_id = ? ORDER BY number"
_EVENTS = "SELECT * FROM events WHERE article_id = ? ORDER BY at, id"
_DECISIONS = "SELECT * FROM decisions ORDER BY id"
_DIARY = """
SELECT subject, text AS note, noted_at FROM diary WHERE subject IN (SELECT value FROM json_each(:subjects)) ORDER BY id
"""
_NOTES = "SELECT * FROM notes WHERE url IN (SELECT value FROM json_each(:urls)) ORDER BY url, name"
_SOURCES = "SELECT * FROM sources WHERE id = ?"
_LISTINGS = "SELECT * FROM listings WHERE source_id = ? ORDER BY id"
_HOLES = """
SELECT o.*, g.url FROM overflows AS o JOIN listings AS g ON g.id = o.listing_id WHERE g.source_id = ? ORDER BY o.until
"""
_SHAPES = "SELECT * FROM url_shapes WHERE source_id = ? AND shape IN (?, ?) ORDER BY shape DESC"
_ROBOTS = "SELECT origin, fetched_at, status, good_at, length(body) AS bytes FROM robots WHERE origin = ?"
_LONG = ("text", "claims_json", "response_headers", "request_headers", "config", "body")  # columns that are left out
_JSON = ("authors", "tags", "verdict_reasons", "scores", "classes", "hints", "hops")


@dataclass(frozen=True, slots=True)
class Trail:
    """The rows about what was asked for.

    `address`: the article's, else the one asked about, or the only known one like it. `article`: None if none is held;
    `urls`: the addresses that lead to it; `alike`: others of the same `url_key`. `story`: the story's row, with its
    `members` and the relations between them, `joined`. `source`: whose it is, with `listings`, the
    `holes` between readings of them, and the last answer of the site's `robots`. `shapes`: what addresses like it gave.
    `permitted`: what the crawler makes of these.
    """

    asked: str
    address: str
    url_key: str
    article: Row | None = None
    urls: list[Row] = field(default_factory=list)
    alike: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    fetches: list[Row] = field(default_factory=list)
    relations: list[Row] = field(default_factory=list)
    story: Row | None = None
    claims: list[Row] = field(default_factory=list)
    revisions: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    notes: list[Row] = field(default_factory=list)
    diary: list[Row] = field(default_factory=list)
    source: Row | None = None
    listings: list[Row] = field(default_factory=list)
    holes: list[Row] = field(default_factory=list)
    shapes: list[Row] = field(default_factory=list)
    robots: Row | None = None
    permitted: Row = field(default_factory=dict)


def trail(connection: sqlite3.Connection, asked: str) -> Trail:
    """What is known of an article, by its id, an address that leads to it or the id of the story that it leads; or else
    of an address.
    """
    lead = _Asking(connection, asked).one(_STORY) or {"lead_article_id": None}
    of_article = _Asking(connection, article_id(connection, asked) or lead["lead_article_id"])
    article = of_article.one(_ARTICLE)
    address = article["url"] if article else _address(connection, asked)
    urls = of_article.all(_URLS)
    addresses = list(dict.fromkeys([address, *(row["url"] for row in urls)]))
    among = json.dumps(addresses)
    links = of_article.named(_LINKS, urls=among)
    source_id = next((row["source_id"] for row in [*links, *([article] if article else [])] if row["source_id"]), None)
    story = _story(connection, article["story_id"]) if article else None
    of_source = _Asking(connection, source_id or _owner(connection, address))
    source = of_source.one(_SOURCES)
    key = url_key(address)
    return Trail(
        asked=asked,
        address=address,
        url_key=key,
        article=article,
        urls=urls,
        alike=[row for row in of_article.named(_ALIKE, key=key) if row["url"] not in addresses],
        links=links,
        fetches=of_article.named(_FETCHES, urls=among),
        relations=of_article.named(_RELATIONS),
        story=story,
        claims=of_article.all(_CLAIMS),
        revisions=_revisions(of_article, article),
        events=of_article.all(_EVENTS),
        decisions=_decisions(connection, addresses, story),
        notes=of_article.named(_NOTES, urls=among),
        diary=_diary(connection, [*addresses, source["name"] if source else asked]),
        source=source,
        listings=of_source.all(_LISTINGS),
        shapes=_shapes(connection, source_id, address),
        holes=of_source.all(_HOLES) if _has(connection, "overflows") else [],
        robots=_Asking(connection, _origin(address)).one(_ROBOTS),
    )


def _shapes(connection: sqlite3.Connection, source_id: int | None, address: str) -> list[Row]:
    """What addresses of the same shape gave, and with other parameters."""
    if source_id is None or not _has(connection, "url_shapes"):
        return []
    shape = url_shape(address)
    return _rows(connection.execute(_SHAPES, (source_id, shape, with_any(shape))))


def _has(connection: sqlite3.Connection, table: str) -> bool:
    """Whether the archive's format has this table."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _address(connection: sqlite3.Connection, asked: str) -> str:
    """The address that somebody means who writes this: the very one if it is known, else the only one like it."""
    for written in filter(None, (asked, safe_url(asked))):
        if connection.execute(_KNOWN, {"url": written}).fetchone()[0]:
            return written
    like = connection.execute(_LINKS_ALIKE, (url_key(asked),)).fetchall()
    return str(like[0][0]) if len(like) == 1 else asked


class _Asking:
    """Queries about one thing."""

    def __init__(self, connection: sqlite3.Connection, about: str | int | None) -> None:
        self._connection, self._about = connection, about

    def all(self, query: str) -> list[Row]:
        return [] if self._about is None else _rows(self._connection.execute(query, (self._about,)))

    def one(self, query: str) -> Row | None:
        return next(iter(self.all(query)), None)

    def named(self, query: str, **values: str) -> list[Row]:
        return _rows(self._connection.execute(query, {"article": self._about, **values}))


def _rows(cursor: sqlite3.Cursor) -> list[Row]:
    names = [name for name, *_ in cursor.description]
    return [_shown(dict(zip(names, values, strict=True))) for values in cursor]


def _shown(row: Row) -> Row:
    """A row with its lists as lists, without what is long; of a version's text the number of words."""
    words = {"words": word_count(row["text"])} if row.get("text") is not None and "number" in row else {}
    config = {"config": json.loads(row["config"])} if "retired_at" in row and "config" in row else {}
    kept = {name: value for name, value in row.items() if name not in _LONG}
    return kept | {name: json.loads(kept[name]) for name in _JSON if kept.get(name)} | words | config


def _revisions(of_article: _Asking, article: Row | None) -> list[Row]:
    """Versions, with how many words each has; the current one's text stands in `articles`."""
    current = article["word_count"] if article else None
    return [{"words": current, **row} for row in of_article.all(_REVISIONS)]


def _story(connection: sqlite3.Connection, story: str) -> Row:
    members = _Asking(connection, story).all(_MEMBERS)
    found = _Asking(connection, story).one(_STORY) or {"id": story}
    return {**found, "members": members, "joined": _rows(connection.execute(_JOINED, {"story": story}))}


def _decisions(connection: sqlite3.Connection, urls: Iterable[str], story: Row | None) -> list[Row]:
    """What people decided about these addresses (or ones of the same key) or the articles of a story. There are few."""
    names = {*map(url_key, urls)} | ({story["id"], *(row["id"] for row in story["members"])} if story else set())
    return [row for row in _rows(connection.execute(_DECISIONS)) if names & _named_in(row)]


def _diary(connection: sqlite3.Connection, subjects: list[str]) -> list[Row]:
    """What people noted of these addresses and sources; an archive of an older format has no diary."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'diary'").fetchone() is None:
        return []
    return _rows(connection.execute(_DIARY, {"subjects": json.dumps(subjects)}))


def _named_in(decision: Mapping[str, Any]) -> set[str]:
    words = f"{decision['subject']} {decision['value'] or ''}".replace(",", " ").split()
    return {*words, *map(url_key, words)}


def _owner(connection: sqlite3.Connection, url: str) -> int | None:
    """The source whose home has the host of an address."""
    return owner_by_home(connection.execute("SELECT home, id FROM sources"))(url)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
