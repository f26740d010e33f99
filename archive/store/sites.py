"""What is known of each site: what its pages can teach, and the snapshots of what they taught."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from archive.dates import iso
from archive.store.connection import ArchiveDatabase

_NEWEST = """
SELECT hash, data, until_fetch_id FROM site_memories WHERE source_id = ? AND until_fetch_id < ? ORDER BY id DESC LIMIT 1
"""
_BY_HASH = "SELECT data FROM site_memories WHERE hash = ? LIMIT 1"
_HELD_WITH = """
SELECT a.memory_hash, a.rules_hash FROM article_urls AS u JOIN articles AS a ON a.id = u.article_id
WHERE u.url IN (?, ?) ORDER BY u.url <> ? LIMIT 1
"""
_RULES = "SELECT rules FROM site_rules WHERE hash = ?"
_KEEP_RULES = "INSERT INTO site_rules (hash, rules, first_used_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_TRAITS = "SELECT fetch_id, traits FROM site_pages WHERE source_id = ? ORDER BY fetch_id DESC LIMIT ?"
_NEWER = "SELECT count(*) FROM site_pages WHERE source_id = ? AND fetch_id > ?"
_STORIES = """
SELECT url_key, title, description FROM articles
WHERE n IN (SELECT n FROM articles WHERE source_id = ? ORDER BY n DESC LIMIT ?)
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A site memory as it is kept: its hash, its data (JSON), the last fetch that it was learned from."""

    hash: str
    data: str
    until: int


class Sites:
    """The part of an archive that knows what its sources' pages repeat."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def newest(self, source: int, before: int = 2**62) -> Snapshot | None:
        """What new pages of a source are read with; or those with this fetch's number were."""
        if not self._db["site_memories"].exists():  # an older format's file, opened to read
            return None
        row = self._db.conn.execute(_NEWEST, (source, before)).fetchone()
        return Snapshot(*row) if row else None

    def data(self, hash_: str) -> str | None:
        """The data of a snapshot."""
        row = self._db.conn.execute(_BY_HASH, (hash_,)).fetchone()
        return str(row[0]) if row else None

    def rules(self, hash_: str) -> str | None:
        """The rules (JSON) that pages were read with under this hash."""
        row = self._db.conn.execute(_RULES, (hash_,)).fetchone()
        return str(row[0]) if row else None

    def keep_rules(self, hash_: str, rules: str, now: datetime) -> None:
        """Keeps rules (JSON) under their hash, once; none have the hash ""."""
        if hash_:
            self._db.write(_KEEP_RULES, (hash_, rules, iso(now)))

    def held_with(self, url: str, requested_url: str) -> tuple[str | None, str | None] | None:
        """The hashes of the snapshot and the rules (None: without) that the article at these URLs was read with.

        None if none is held.
        """
        row = self._db.conn.execute(_HELD_WITH, (url, requested_url, url)).fetchone()
        return (row[0], row[1]) if row else None

    def news(self, source: int, after: int) -> int:
        """How many articles of a source can teach something that were fetched after this fetch."""
        return int(self._db.conn.execute(_NEWER, (source, after)).fetchone()[0])

    def traits(self, source: int, most: int) -> list[tuple[int, str]]:
        """Fetch and traits (JSON) of a source's latest articles, the newest first."""
        return [(int(fetch), str(traits)) for fetch, traits in self._db.conn.execute(_TRAITS, (source, most))]

    def stories(self, source: int, most: int) -> list[tuple[str, str | None, str | None]]:
        """Key of the address, title and description of a source's articles last found."""
        return self._db.conn.execute(_STORIES, (source, most)).fetchall()

    def keep(self, source: int, snapshot: Snapshot, lines: Mapping[str, str], now: datetime) -> None:
        """Adds a snapshot. `lines`: how those begin that its marks stand for, by mark."""
        with self._db.atomic():
            self._db.conn.execute(
                "INSERT INTO site_memories (source_id, hash, made_at, until_fetch_id, data) VALUES (?, ?, ?, ?, ?)",
                (source, snapshot.hash, iso(now), snapshot.until, snapshot.data),
            )
            self._db.conn.executemany(
                "INSERT INTO site_blocks (source_id, mark, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(source, mark, text) for mark, text in sorted(lines.items())],
            )
