"""The diary: what people wrote down about a source or an address, dated."""

from dataclasses import dataclass
from datetime import datetime

from archive.dates import iso
from archive.store.connection import ArchiveDatabase


@dataclass(frozen=True, slots=True)
class DiaryNote:
    """A note on a source (its name) or an address."""

    subject: str
    text: str
    noted_at: str


class Diary:
    """The part of an archive that keeps people's notes."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def add(self, subject: str, text: str, now: datetime) -> None:
        """Writes a note down."""
        self._db.write("INSERT INTO diary (subject, text, noted_at) VALUES (?, ?, ?)", (subject, text, iso(now)))

    def of(self, *subjects: str) -> list[DiaryNote]:
        """The notes on these sources and addresses, all of them if none is named; the oldest first."""
        if not subjects:
            rows = self._db.conn.execute("SELECT subject, text, noted_at FROM diary ORDER BY id")
        else:
            marks = ", ".join("?" * len(subjects))
            rows = self._db.conn.execute(
                f"SELECT subject, text, noted_at FROM diary WHERE subject IN ({marks}) ORDER BY id",  # noqa: S608
                subjects,
            )
        return [DiaryNote(*row) for row in rows]
