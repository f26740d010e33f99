"""The archive as a Python programmer meets it: a collection of rows that can be asked and added to."""

import importlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from archive.dates import iso
from archive.errors import NotHeld
from archive.models import Page
from archive.search import search, unmarked
from archive.store import archive as store
from archive.store import holdings
from archive.store.asking import asked
from archive.store.rows import Selection, count, selected

if TYPE_CHECKING:
    from archive.ingest import Decided

Row = dict[str, Any]


class Archive(store.Archive):
    """An open archive, for one thread. Use `Archive.open(path)`, as a context manager.

    Iterating gives one row per article, its current version, as a dict with the names that exports and `--json` use.
    """

    def __len__(self) -> int:
        """How many articles there are."""
        return count(self._db.conn)[0]

    def __bool__(self) -> bool:
        """An open archive is true, also when it is empty."""
        return True

    def __iter__(self) -> Iterator[Row]:
        return self.rows()

    def rows(self, *sources: str, since: date | None = None, until: date | None = None) -> Iterator[Row]:
        """The articles of these sources (all if none is named) between two days, both included, in order of arrival.

        An article's day is its publisher's, or else the day it was first seen.
        """
        return selected(self._db.conn, Selection(sources, since, until))

    def get(self, url_or_id: str, at: datetime | None = None) -> Row:
        """The article with this id, or that this URL leads to; `at` a time (aware), as it was held then.

        Raises NotHeld.
        """
        article = holdings.article_id(self._db.conn, url_or_id)
        if article is None:
            raise NotHeld(f"no article is held under {url_or_id}")
        if at is None:
            return holdings.row(self._db.conn, article)
        if held := holdings.version(self._db.conn, article, iso(at)):
            return held
        first = holdings.row(self._db.conn, article)["first_seen_at"]
        raise NotHeld(f"{url_or_id} was first seen at {first}, after {iso(at)}")

    def search(self, words: str, limit: int = 20) -> Iterator[Row]:
        """Articles with these words, best first; each row has a `snippet` of its text as well. Any string will do."""
        return map(unmarked, search(self._db.conn, words, limit))

    def sql(self, query: str) -> list[Row]:
        """The rows that a SELECT gives. Raises UsageError for SQL that is wrong or would change anything."""
        with asked(self._db, query) as (columns, rows):
            return [dict(zip(columns, row, strict=True)) for row in rows]

    def ingest(self, page: Page) -> "Decided":
        """Keeps a page and what is in it, as a crawl would. Returns what was decided."""
        # Extraction takes a second to load, and most programs only read.
        decided: Decided = importlib.import_module("archive.ingest").ingest_page(self, page)
        return decided
