"""Which pages were forgotten: they are neither asked for nor stored, until that is undone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from archive.store.connection import ArchiveDatabase
from archive.urls import url_key

FORGOTTEN = "forgotten"
"""The reason of links and fetches of such pages."""
_STATE = "SELECT count(*), count(undone_at), coalesce(max(id), 0) FROM decisions WHERE kind = 'forget'"
_URLS = """
SELECT u.url, u.url_key FROM forgotten_urls AS u JOIN forgotten AS f ON f.id = u.forgotten_id
JOIN decisions AS d ON d.id = f.decision_id WHERE d.undone_at IS NULL
"""
_COLUMNS = "f.id, f.decision_id, f.url, f.article_id, f.forgotten_at, f.because, f.sha256, f.kept, f.next_step"
_ALL = f"SELECT {_COLUMNS}, d.undone_at FROM forgotten AS f JOIN decisions AS d ON d.id = f.decision_id"  # noqa: S608
_OF = "f.id IN (SELECT forgotten_id FROM forgotten_urls WHERE url = ? OR url_key = ?)"
_AT = f"{_ALL} WHERE {_OF} ORDER BY f.id DESC"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A row of `forgotten`. `undone_at`: since when the page may be asked for again."""

    id: int
    decision_id: int
    url: str
    article_id: str | None
    forgotten_at: str
    because: str
    sha256: tuple[str, ...]
    kept: tuple[str, ...]
    next_step: str | None
    undone_at: str | None


@dataclass(frozen=True, slots=True)
class ForgottenUrls:
    """What is not to be asked for: these URLs, and all of these keys."""

    urls: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    def among(self, urls: Iterable[str]) -> list[str]:
        """Those of the URLs that lead to forgotten pages."""
        if not self.urls:
            return []
        return [url for url in urls if url in self.urls or url_key(url) in self.keys]


class Forgotten:
    """The part of an archive that knows what it must not know."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db
        self._state: Any = None
        self._urls = ForgottenUrls()

    def urls(self) -> ForgottenUrls:
        """What is not to be asked for, as decided up to now."""
        state = self._db.conn.execute(_STATE).fetchone()
        if state != self._state:  # few are made, and every page asks
            rows = self._db.conn.execute(_URLS).fetchall() if state[0] > state[1] else []
            keys = frozenset(key for _, key in rows if key)
            self._state, self._urls = state, ForgottenUrls(frozenset(url for url, _ in rows), keys)
        return self._urls

    def among(self, urls: Iterable[str]) -> list[str]:
        """Those of the URLs that lead to forgotten pages."""
        return self.urls().among(urls)

    def all(self) -> list[Tombstone]:
        """Every page that was forgotten, the first one first."""
        if not self._db["forgotten"].exists():  # an older format's file, opened to read
            return []
        return [_tombstone(row) for row in self._db.conn.execute(f"{_ALL} ORDER BY f.id")]

    def at(self, url: str) -> Tombstone | None:
        """What is left of the page that was last forgotten at this URL."""
        row = self._db.conn.execute(_AT, (url, url_key(url))).fetchone()
        return _tombstone(row) if row else None


def _tombstone(row: tuple[Any, ...]) -> Tombstone:
    return replace(Tombstone(*row), sha256=tuple(json.loads(row[6])), kept=tuple(json.loads(row[7])))
