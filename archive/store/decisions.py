"""What people decided: each with its reason; undone by a time and not by deletion, so that it can be told later."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from archive.dates import iso
from archive.identity.told import Saying, Told, told
from archive.store.connection import ArchiveDatabase
from archive.urls import url_key

DecisionKind = Literal["judge", "split", "merge", "mute", "forget"]

ALSO_AT = " also at "  # between the addresses of a page that has moved, in `value` of judge
_COLUMNS = "id, kind, subject, value, because, decided_at, undone_at"
_IN_FORCE = f"SELECT {_COLUMNS} FROM decisions WHERE kind = ? AND undone_at IS NULL ORDER BY id"  # noqa: S608
_STATE = "SELECT count(*), count(undone_at) FROM decisions"


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A row of `decisions`: of what kind, about what (`subject`: a URL or an article's id), and what was decided.

    `value` of judge: see `judgement`; of split and merge: the ids of other articles, with blanks between.
    """

    id: int
    kind: str
    subject: str
    value: str | None
    because: str
    decided_at: str
    undone_at: str | None = None

    @property
    def judged_urls(self) -> list[str]:
        """The addresses that a judgement speaks of: the page's own, and those that it had before."""
        return [self.subject, *(self.value or "").split(ALSO_AT)[1:]]


class Decisions:
    """The part of an archive that remembers what people decided."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db
        self._state: Any = None
        self._judged: dict[str, DecisionRow] = {}
        self._told = Told()

    def add(
        self, kind: DecisionKind, subject: str, value: str | None, because: str, now: datetime, *, beside: bool = False
    ) -> None:
        """Takes note of a decision; an earlier one of its kind about the same is undone by it, unless `beside`."""
        with self._db.atomic():
            if not beside:
                self.undo(kind, subject, now)
            self._db.conn.execute(
                "INSERT INTO decisions (kind, subject, value, because, decided_at) VALUES (?, ?, ?, ?, ?)",
                (kind, subject, value, because, iso(now)),
            )

    def undo(self, kind: DecisionKind, subject: str, now: datetime) -> bool:
        """Ends a decision. False if there was none in force."""
        cursor = self._db.conn.execute(
            "UPDATE decisions SET undone_at = ? WHERE kind = ? AND subject = ? AND undone_at IS NULL",
            (iso(now), kind, subject),
        )
        return cursor.rowcount > 0

    def undo_row(self, row: int, now: datetime) -> None:
        """Ends the decision with this id."""
        self._db.write("UPDATE decisions SET undone_at = ? WHERE id = ? AND undone_at IS NULL", (iso(now), row))

    def in_force(self, kind: DecisionKind) -> list[DecisionRow]:
        """The decisions of a kind that hold, the oldest first."""
        return [DecisionRow(*row) for row in self._db.conn.execute(_IN_FORCE, (kind,))]

    def judgement(self, urls: Iterable[str]) -> DecisionRow | None:
        """What was decided of the verdict on a page with these addresses, or with ones of the same key."""
        self._look()
        keys = map(url_key, urls) if self._judged else ()
        return next((self._judged[key] for key in keys if key in self._judged), None)

    def told(self) -> Told:
        """What was decided of stories."""
        self._look()
        return self._told

    def _look(self) -> None:
        state = self._db.conn.execute(_STATE).fetchone()
        if state != self._state:  # few are made, and every page asks
            self._judged = {url_key(url): row for row in self.in_force("judge") for url in row.judged_urls}
            rows = sorted((*self.in_force("split"), *self.in_force("merge")), key=lambda row: row.id)
            self._told = told(map(_saying, rows))
            self._state = state


def _saying(row: DecisionRow) -> Saying:
    return Saying("split" if row.kind == "split" else "merge", row.subject, tuple((row.value or "").split()))
