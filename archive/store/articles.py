"""Articles, their revisions and relations: lookups for the decision, saving it, and reading."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from archive.dates import from_iso, iso
from archive.identity.answers import Answer
from archive.identity.events import Event, standing
from archive.identity.revisions import CUT_SHORT, Earlier, Held, Known
from archive.models import Page, VerdictKind
from archive.store import holdings
from archive.store.connection import ArchiveDatabase
from archive.store.rows import Selection, selected
from archive.store.saving import Saving, Settled, save, seen, settle, tell_events
from archive.urls import url_key

Row = dict[str, Any]

_MOST_OF_A_KEY = 5  # articles of one url_key that a page is compared with
_MOST_ANSWERS = 12  # of one site with one text that a page is compared with
_MOST_ADDRESSES = 40  # of an article that are looked at before one more is taken for its
_AT_URL = "SELECT article_id FROM article_urls WHERE url = ?"
_SAME_KEY = "SELECT DISTINCT article_id FROM article_urls WHERE url_key = ? ORDER BY first_seen_at LIMIT ?"
_HELD_COLUMNS = (
    *("id", "url", "story_id", "verdict", "title", "description", "text", "text_hash", "word_count", "fetched_at"),
    *("duplicate_of", "sha256", "last_seen_at", "paywalled", "modified_at", "modified_raw"),
    "extractor_version",
)
_HELD = f"SELECT {', '.join(_HELD_COLUMNS)} FROM articles WHERE id = ?"  # noqa: S608
_NAMERS = "SELECT id FROM articles WHERE canonical_key = ? ORDER BY n LIMIT ?"
_ANSWERS = "SELECT id, url, title, first_seen_at FROM articles WHERE site_text = ? ORDER BY n LIMIT ?"
_URLS = "SELECT url FROM article_urls WHERE article_id = ? ORDER BY url LIMIT ?"
_EVENTS = """
SELECT e.kind, e.at, coalesce(f.url, '') FROM events AS e LEFT JOIN fetches AS f ON f.id = e.fetch_id
WHERE e.article_id = ? ORDER BY e.at, e.id
"""
_REVISIONS = """
SELECT r.article_id, r.number, r.fetch_id, r.seen_at, r.change, r.cause, r.current, r.verdict, r.title, r.description,
       CASE WHEN r.current THEN a.text ELSE r.text END AS text, r.authors, r.published_at, r.modified_at, r.text_hash,
       r.sha256, r.extractor_version, r.class, r.classes, r.silent, r.scores, r.reverts_to
FROM revisions AS r JOIN articles AS a ON a.id = r.article_id WHERE r.article_id = ? ORDER BY r.number
"""
_VERSIONS = """
SELECT number, title, text_hash, story_hash, change = 'degraded', current FROM revisions WHERE article_id = ?
ORDER BY number
"""
_VISITS = """
SELECT fetched_at, reason FROM fetches WHERE article_id = ? AND kind = 'page' AND status <> 304 ORDER BY id DESC LIMIT ?
"""
_UNMODIFIED = """
SELECT a.id, EXISTS (SELECT 1 FROM bodies AS b WHERE b.sha256 = a.sha256),
       EXISTS (SELECT 1 FROM events AS e WHERE e.article_id = a.id)
FROM article_urls AS u JOIN articles AS a ON a.id = u.article_id WHERE u.url = ?
"""
_MOST_VISITS = 10  # that are looked at for whether a text stayed cut short


@dataclass(frozen=True, slots=True)
class Addresses:
    """The URLs of a page, and the words it holds, by which the archive may know it. `hops`: redirects on the way.

    `source_key`: of another address that it calls its own, maybe elsewhere; `site_text`: see archive.identity.answers.
    """

    requested_url: str
    url: str
    hops: tuple[str, ...] = ()
    canonical_url: str | None = None
    source_key: str | None = None
    site_text: int = 0


@dataclass(frozen=True, slots=True)
class Unmodified:
    """An article that is said to be as it was: whether the page it was taken from is held; whether it has events."""

    id: str
    has_body: bool
    has_events: bool


class Articles:
    """The part of an archive that holds stories."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def known(self, addresses: Addresses) -> Known:
        """What is held that a page with these addresses and this text may be."""
        led = (addresses.url, addresses.requested_url, *addresses.hops, addresses.canonical_url or "")
        at = {url: next(iter(self._ids(_AT_URL, url)), None) for url in led}
        key = url_key(addresses.url)
        keyed = self._ids(_SAME_KEY, key, _MOST_OF_A_KEY)
        sources = self._ids(_SAME_KEY, addresses.source_key, 1) if addresses.source_key else []
        namers = self._ids(_NAMERS, key, _MOST_OF_A_KEY)
        held = {article: self.held(article) for article in {*at.values(), *keyed, *sources, *namers}}
        source = held[sources[0]] if sources else None
        requested = next((found for url in led[1:-1] if (found := held[at[url]])), None)
        elsewhere = addresses.canonical_url is None
        return Known(
            answered=held[at[addresses.url]],
            requested=requested,
            canonical=held[at[led[-1]]] or (None if elsewhere else source),
            same_key=tuple(found for article in keyed if (found := held[article])),
            source=source if elsewhere else None,
            namers=tuple(found for article in namers if (found := held[article])),
            answers=self._answers(addresses.site_text),
            addresses=self._leading(at[addresses.url] or at[led[-1]]) if requested is None else (),
        )

    def _answers(self, text: int) -> tuple[Answer, ...]:
        rows = self._db.conn.execute(_ANSWERS, (text, _MOST_ANSWERS)) if text else ()
        return tuple(Answer(article, url, title, from_iso(at)) for article, url, title, at in rows)

    def _leading(self, article: str | None) -> tuple[str, ...]:
        return tuple(self._ids(_URLS, article, _MOST_ADDRESSES)) if article else ()

    def held(self, article: str | None) -> Held | None:
        """An article as the decision needs it."""
        row = self._db.conn.execute(_HELD, (article,)).fetchone() if article else None
        if row is None:
            return None
        kept = dict(zip(_HELD_COLUMNS, row, strict=True))
        events = self._db.conn.execute(_EVENTS, (article,)).fetchall()
        versions = self._db.conn.execute(_VERSIONS, (article,)).fetchall()
        hashes = [(frozenset(filter(None, (text, story))), degraded) for _, _, text, story, degraded, _ in versions]
        never = frozenset[str]().union(*(of for of, degraded in hashes if degraded))
        return Held(
            id=kept["id"],
            url=kept["url"],
            story_id=kept["story_id"],
            verdict=VerdictKind(kept["verdict"]),
            title=kept["title"],
            description=kept["description"],
            text=kept["text"],
            text_hash=kept["text_hash"],
            words=kept["word_count"],
            fetched_at=from_iso(kept["fetched_at"]),
            hashes=frozenset[str]().union(*(of for of, degraded in hashes if not degraded)),
            degraded=never,
            duplicate_of=kept["duplicate_of"],
            standing=standing(
                ((kind, from_iso(at), led_to) for kind, at, led_to in events), from_iso(kept["last_seen_at"])
            ),
            sha256=kept["sha256"],
            paywalled=None if kept["paywalled"] is None else bool(kept["paywalled"]),
            modified=kept["modified_at"] or kept["modified_raw"] or "",
            earlier=tuple(
                Earlier(version[0], version[1], of)
                for version, (of, degraded) in zip(versions, hashes, strict=True)
                if not (degraded or version[-1])
            ),
            cut=self._cut(article) if never else (),
            extractor_version=kept["extractor_version"],
        )

    def _cut(self, article: str | None) -> tuple[datetime, ...]:
        """When the latest visits found the article cut short, one after the other, the first one first."""
        visits = self._db.conn.execute(_VISITS, (article, _MOST_VISITS)).fetchall()
        cut = takewhile(lambda visit: (visit[1] or "").startswith(CUT_SHORT), visits)
        return tuple(from_iso(at) for at, _ in cut)[::-1]

    def settle(self, settled: Settled) -> None:
        """Writes what a fetch came to, on its own row and its link's."""
        settle(self._db.conn, settled)

    def save(self, saving: Saving) -> str | None:
        """Writes a decision's article, version, addresses and relations. Returns the article's id, if there is one."""
        with self._db.atomic():
            return save(self._db.conn, saving)

    def unmodified(self, page: Page) -> Unmodified | None:
        """The article that a page not modified is of, by the address that answered, else by the one asked for."""
        for url in (page.url, page.requested_url):
            if row := self._db.conn.execute(_UNMODIFIED, (url,)).fetchone():
                return Unmodified(row[0], bool(row[1]), bool(row[2]))
        return None

    def seen_again(self, article: str, page: Page, fetch_id: int, events: Iterable[Event]) -> None:
        """Writes that an article's page was there, as it is held, and what that shows to have happened to it.

        In a transaction.
        """
        seen(self._db.conn, article, page.fetched_at)
        tell_events(self._db.conn, events, page, fetch_id)

    def get(self, id_or_url: str) -> Row | None:
        """The row of the article with this id, or that this URL leads to, or the only one with a URL like it."""
        article = holdings.article_id(self._db.conn, id_or_url)
        return holdings.row(self._db.conn, article) if article else None

    def rows(self, *sources: str, since: date | None = None, until: date | None = None) -> Iterator[Row]:
        """The rows of these sources (all if none is named) between two days, in order of arrival, as they are read."""
        return selected(self._db.conn, Selection(sources, since, until))

    def revisions(self, article: str) -> list[Row]:
        """Every version of an article, the first one first; the columns of `revisions`, the current one's text too."""
        cursor = self._db.conn.execute(_REVISIONS, (article,))
        names = [name for name, *_ in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def at(self, article: str, time: datetime) -> Row | None:
        """The version that was current at a time, as a row of `revisions`; None before there was one."""
        then = [row for row in self.revisions(article) if row["change"] != "degraded" and row["seen_at"] <= iso(time)]
        return max(then, key=lambda row: (row["seen_at"], row["number"]), default=None)

    def _ids(self, query: str, *values: str | int) -> list[str]:
        return [article for (article,) in self._db.conn.execute(query, values)]
