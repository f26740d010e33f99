"""One archive's facts in another: what was received, learned of sites and decided by people, row for row.

What follows from the facts (articles, revisions, relations, stories, events ...) is not copied: it is decided again.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.errors import NotHeld
from archive.identity.events import NOT_MODIFIED
from archive.models import Page
from archive.store.archive import Archive
from archive.store.fetches import FetchContext
from archive.store.forgotten import FORGOTTEN

_FACTS = (  # in an order in which every row's references are there before it
    "sources",
    "crawls",
    "crawl_sources",
    "listings",
    "robots",
    "listing_spans",
    "overflows",
    "links",
    "folded_checks",
    "folded_crawls",
    "revisit_designs",
    "edit_paces",
    "site_rules",
    "site_memories",
    "site_blocks",
    "notes",
    "decisions",
    "forgotten",
    "forgotten_urls",
    "fetches",
    "incidents",
    "deliveries",
    "diary",
    "health_hours",
    "health_sources",
    "listing_days",
)
_ONLY = {"fetches": " WHERE kind <> 'page'"}  # pages come one by one, in their order
_FOLLOWS = {  # columns that deciding fills
    "links": ("outcome", "reason", "article_id", "fetch_id"),
    "fetches": ("outcome", "reason", "verdict", "verdict_score", "article_id", "sha256", "size"),
}
_FRONTIER = """
UPDATE links SET crawl_id = :crawl_id, state = :state, fetch_id = :fetch_id, not_before = :not_before,
    attempts = :attempts, last_fetched_at = :last_fetched_at,
    outcome = CASE WHEN :state = 'fetched' THEN outcome ELSE :outcome END,
    reason = CASE WHEN :state = 'fetched' THEN reason ELSE :reason END
WHERE id = :id
"""
_BATCH = 500  # rows
_UNFINISHED, _BEGUN_FROM = "unfinished", "unfinished_from"
_SAYS = (
    "This archive is being built from another one and has not all of its pages yet; `morgue rebuild` goes on with it."
)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A page that an archive holds: its fetch's row, and the page. `decoded`: whether its body still is as received.

    `missing`: why its body cannot be had.
    """

    row: Mapping[str, Any]
    page: Page
    context: FetchContext
    decoded: bool
    missing: str | None = None

    @property
    def is_forgotten(self) -> bool:
        """Whether it was taken out for good."""
        return self.missing is not None and self.row["reason"] == FORGOTTEN

    @property
    def says_what_it_was_read_with(self) -> bool:
        """Whether its fetch says so; those of older formats do not.

        Pages of no source are read with nothing, and "not modified" is not read.
        """
        is_read = self.page.status != NOT_MODIFIED and self.context.source_id is not None
        return not is_read or self.row.get("memory_hash") is not None


class Original:
    """An archive that another one is built from, seen as it was when it was first looked at; nothing is written to it.

    Give it an archive that is open to read, for it alone.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive, self._connection = archive, archive.db.conn
        self._connection.execute("BEGIN")
        self.pages = self._number("SELECT count(*) FROM fetches WHERE kind = 'page'")
        self.basis = hashlib.sha256("\n".join(map(str, (archive.uuid, *self._extent()))).encode()).hexdigest()

    def facts(self) -> Iterator[tuple[str, list[Row]]]:
        """The rows to be copied, table by table, in batches."""
        held = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in _FACTS:
            if table in held:  # an older format has fewer
                yield from ((table, batch) for batch in self._batches(table))

    def answers(self, after: int) -> Iterator[Answer]:
        """Every page received, in order of fetch, from the fetch after `after`."""
        query = "SELECT * FROM fetches WHERE kind = 'page' AND id > ? ORDER BY id"
        for row in _dicts(self._connection.execute(query, (after,))):
            yield self._answer(row)

    def links(self) -> Iterator[list[Row]]:
        """The frontier, in batches."""
        return self._batches("links", whole=True)

    def totals(self) -> tuple[int, int]:
        """How many articles and stories there are."""
        return totals(self._archive)

    def _answer(self, row: Row) -> Answer:
        waiting = self._connection.execute("SELECT body FROM inbox WHERE fetch_id = ?", (row["id"],)).fetchone()
        body, missing = b"", None
        if waiting is not None:
            body = waiting[0]
        elif row["sha256"] is not None:
            try:
                body = self._archive.bodies.get(row["sha256"])
            except NotHeld as error:
                missing = str(error)
        item = self._archive.fetches.stored(row["id"], body, is_decoded=waiting is None)
        return Answer(row, item.page, item.context, decoded=waiting is None, missing=missing)

    def _batches(self, table: str, *, whole: bool = False) -> Iterator[list[Row]]:
        cursor = self._connection.execute(f"SELECT * FROM {table}{_ONLY.get(table, '')}")  # noqa: S608
        empty = _FOLLOWS["links"] if table == "links" and not whole else ()
        names = [name for name, *_ in cursor.description]
        listed = _listed if table == "links" and "listed_on" not in names else dict
        while rows := cursor.fetchmany(_BATCH):
            yield [listed(dict(zip(names, row, strict=True))) | dict.fromkeys(empty) for row in rows]

    def _extent(self) -> tuple[Any, ...]:
        """What an unfinished copy must have been begun from to be gone on with."""
        marks = [
            "SELECT max(id) FROM fetches",
            "SELECT count(*) || '/' || count(undone_at) || '/' || coalesce(max(id), 0) FROM decisions",
            "SELECT group_concat(config || coalesce(timezone, '') || coalesce(language, '') || home) FROM sources",
        ]
        return tuple(self._connection.execute(mark).fetchone()[0] for mark in marks)

    def _number(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0])


def _listed(row: Row) -> Row:
    """A link of an older format, with what its row tells of the listing that named it first (see schema_12.sql)."""
    listing = row["listing_id"] if row["found_as"] in ("feed", "sitemap", "news_sitemap") else None
    return {**row, "listed_in": listing, "listed_on": row["order_at"][:10]}


def begin(archive: Archive, basis: str) -> int:
    """Marks a new archive as unfinished. Returns the last fetch that it has: 0, or more if it was begun before."""
    connection = archive.db.conn
    said = ((_UNFINISHED, _SAYS), (_BEGUN_FROM, basis))
    connection.executemany("INSERT INTO about VALUES (?, ?) ON CONFLICT DO NOTHING", said)
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM fetches WHERE kind = 'page'").fetchone()[0])


def begun_from(archive: Archive) -> str | None:
    """What an unfinished archive is built from; None if it is not unfinished."""
    row = archive.db.conn.execute("SELECT value FROM about WHERE name = ?", (_BEGUN_FROM,)).fetchone()
    return str(row[0]) if row else None


def finish(archive: Archive, uuid: str) -> None:
    """Takes the mark away and says which archive this one was built from."""
    archive.db.conn.execute("DELETE FROM about WHERE name IN (?, ?)", (_UNFINISHED, _BEGUN_FROM))
    archive.db.conn.execute("INSERT OR REPLACE INTO about VALUES ('rebuilt_from', ?)", (uuid,))


def keep_facts(archive: Archive, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows as they were; those that are there already stay."""
    connection = archive.db.conn
    names = [name for name in rows[0] if name in _columns(connection, table)]
    quoted, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    connection.executemany(
        f"INSERT OR IGNORE INTO {table} ({quoted}) VALUES ({marks})",  # noqa: S608
        [[row[name] for name in names] for row in rows],
    )


def keep_answer(answer: Answer, archive: Archive) -> int:
    """Writes a page's fetch as if it had just been received; returns its id. In a transaction."""
    connection = archive.db.conn
    row = dict(answer.row) | dict.fromkeys(_FOLLOWS["fetches"]) | {"outcome": "awaiting_extraction"}
    keep_facts(archive, "fetches", [row])
    connection.execute(
        "INSERT INTO inbox (fetch_id, body, decoded) VALUES (?, ?, ?)", (row["id"], answer.page.body, answer.decoded)
    )
    connection.execute(
        "UPDATE links SET outcome = 'awaiting_extraction', reason = NULL, fetch_id = ?, "
        "crawl_id = coalesce(?, crawl_id) WHERE id = ?",
        (row["id"], row["crawl_id"], row["link_id"]),
    )
    return int(row["id"])


def keep_lost(answer: Answer, archive: Archive) -> None:
    """Writes the fetch of a page that cannot be read any more; of one that was forgotten, as it was."""
    if answer.is_forgotten:
        keep_facts(archive, "fetches", [answer.row])
        return
    follows = dict.fromkeys(_FOLLOWS["fetches"]) | {"outcome": "failed", "reason": answer.missing}
    keep_facts(archive, "fetches", [dict(answer.row) | follows | {"sha256": answer.row["sha256"]}])


def keep_frontier(archive: Archive, rows: Iterable[Row]) -> None:
    """Brings links to where they stood; what became of a page that was fetched last is as decided now."""
    archive.db.conn.executemany(_FRONTIER, rows)


def totals(archive: Archive) -> tuple[int, int]:
    """How many articles and stories an archive holds."""
    query = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM stories)"
    articles, stories = archive.db.conn.execute(query).fetchone()
    return int(articles), int(stories)


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _dicts(cursor: sqlite3.Cursor) -> Iterator[Row]:
    names = [name for name, *_ in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)
