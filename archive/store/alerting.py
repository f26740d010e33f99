"""Who is to be told of which incident, and who was."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from archive.dates import iso
from archive.store.connection import ArchiveDatabase

Stage = Literal["began", "ended"]

_COLUMNS = "i.id, s.name, i.kind, i.subject, i.began_at, i.found_at, i.ended_at, i.says, i.advice, s.home"
# That it began is told of what lasts, and of what was over before anybody could be reached; that it ended, to those who
# were told that it began.
_TO_TELL = f"""
SELECT 'began' AS stage, {_COLUMNS} FROM incidents AS i LEFT JOIN sources AS s ON s.id = i.source_id
LEFT JOIN deliveries AS b ON b.incident_id = i.id AND b.stage = 'began' AND b.channel = :channel
WHERE b.delivered_at IS NULL AND (i.ended_at IS NULL OR b.tries > 0 AND i.ended_at > :late)
UNION ALL
SELECT 'ended', {_COLUMNS} FROM incidents AS i LEFT JOIN sources AS s ON s.id = i.source_id
JOIN deliveries AS b
    ON b.incident_id = i.id AND b.stage = 'began' AND b.channel = :channel AND b.delivered_at IS NOT NULL
LEFT JOIN deliveries AS e ON e.incident_id = i.id AND e.stage = 'ended' AND e.channel = :channel
WHERE i.ended_at > :late AND e.delivered_at IS NULL
ORDER BY 2, 1 LIMIT :most
"""  # noqa: S608
_TRIED = """
INSERT INTO deliveries (incident_id, stage, channel, tries, tried_at, delivered_at, error) VALUES (?, ?, ?, 1, ?, ?, ?)
ON CONFLICT (incident_id, stage, channel) DO UPDATE SET tries = tries + 1, tried_at = excluded.tried_at,
    delivered_at = excluded.delivered_at, error = excluded.error
"""
_LATEST = f"""
SELECT CASE WHEN i.ended_at IS NULL THEN 'began' ELSE 'ended' END, {_COLUMNS}
FROM incidents AS i LEFT JOIN sources AS s ON s.id = i.source_id
ORDER BY coalesce(i.ended_at, i.found_at) DESC, i.id DESC LIMIT ?
"""  # noqa: S608
_FAILURES = """
SELECT channel, count(*), max(tried_at), max(error) FROM deliveries WHERE delivered_at IS NULL GROUP BY channel
"""


@dataclass(frozen=True, slots=True)
class Alert:
    """An incident to tell of: that it `began`, or `ended`. `source` None: all sources together. Times as stored."""

    stage: Stage
    incident: int
    source: str | None
    kind: str
    subject: str
    began_at: str
    found_at: str
    ended_at: str | None
    says: str
    advice: str
    home: str | None = None

    @property
    def text(self) -> str:
        """The whole of it in a line."""
        name = self.source or "all sources"
        return f"{name}: over: {self.says}" if self.stage == "ended" else f"{name}: {self.says}"


class Alerts:
    """The part of an archive that knows who was told."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def to_tell(self, channel: str, late: datetime, most: int, silent: Collection[str] = ()) -> list[Alert]:
        """What a channel is yet to be told, the oldest first. `silent`: names of sources that nobody is told of.

        What ended before `late` is not told any more.
        """
        values = {"channel": channel, "late": iso(late), "most": most + len(silent) * 20}
        rows = self._db.conn.execute(_TO_TELL, values).fetchall()
        return [alert for alert in map(_alert, rows) if alert.source not in silent][:most]

    def latest(self, most: int, silent: Collection[str] = ()) -> list[Alert]:
        """The latest incidents, begun or ended last first."""
        return [alert for alert in map(_alert, self._db.conn.execute(_LATEST, (most,))) if alert.source not in silent]

    def tried(self, channel: str, outcomes: Iterable[tuple[Alert, str | None]], at: datetime) -> None:
        """Takes note of deliveries: each alert with the reason why it could not be delivered, None if it was."""
        with self._db.atomic():
            for alert, error in outcomes:
                delivered = None if error else iso(at)
                self._db.conn.execute(_TRIED, (alert.incident, alert.stage, channel, iso(at), delivered, error))

    def undelivered(self) -> list[tuple[str, int, str, str]]:
        """By channel: how many alerts wait for another try, when the last was, why it failed."""
        return self._db.conn.execute(_FAILURES).fetchall()


def _alert(row: tuple[Any, ...]) -> Alert:
    return Alert(*row)
