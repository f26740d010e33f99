"""The archive's incidents against what was planted: what was told in time, and what though nothing was wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.dates import from_iso
from archive.store.archive import Archive
from benchmarks.paperweb import DAY
from benchmarks.paperweb.illness import Illness, Kind
from benchmarks.paperweb.web import Web

IN_TIME = DAY
_AFTERWARDS = DAY  # so long after an illness its traces may still be told
_NAMED: dict[Kind, frozenset[str]] = {
    "down": frozenset({"down", "network"}),
    "busy": frozenset({"down"}),
    "tls": frozenset({"certificate"}),
    "consent": frozenset({"wall", "non_articles"}),
    "challenge": frozenset({"wall", "non_articles", "down", "unreachable"}),
    "no_authors": frozenset({"no_authors", "drift"}),
    "no_dates": frozenset({"no_dates", "drift"}),
    "dead_feed": frozenset({"feed_dead", "drop", "silence"}),
    "dead_paper": frozenset({"silence", "drop", "feed_dead"}),
    "feed_gone": frozenset({"listing", "feed_moved", "drop"}),
    "feed_moved": frozenset({"feed_moved"}),
}
"""By which names an illness may be told: by another one it is not told."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An incident as the archive has it. `paper` None: of all of them."""

    paper: int | None
    kind: str
    found: int
    ended: int | None
    says: str


@dataclass(slots=True)
class Told:
    """`late`: illnesses not told in time, with the hours it took, if any; `false`: alarms without an illness."""

    planted: int = 0
    late: list[tuple[Illness, float | None]] = field(default_factory=list)
    false: list[Alarm] = field(default_factory=list)
    years: float = 0.0

    @property
    def false_a_year(self) -> float:
        """False alarms a source and year."""
        return len(self.false) / self.years if self.years else 0.0


def alarms_of(archive: Archive) -> list[Alarm]:
    """All incidents, in the order they were found."""
    rows = archive.db.conn.execute(
        "SELECT s.name, i.kind, i.found_at, i.ended_at, i.says FROM incidents AS i "
        "LEFT JOIN sources AS s ON s.id = i.source_id ORDER BY i.found_at, i.id"
    )
    return [
        Alarm(int(name.split()[1]) if name else None, kind, _at(found), _at(ended) if ended else None, says)
        for name, kind, found, ended, says in rows
    ]


def judge_alarms(web: Web, alarms: Sequence[Alarm]) -> Told:
    """What was told of what was planted. Illnesses of the last day of all are not asked for."""
    told = Told(years=len(web.sites) * (web.end - web.begin) / (365 * DAY))
    for illness in web.illnesses:
        if illness.tell and illness.begin < web.end - IN_TIME and web.has_paper(illness.paper):
            told.planted += 1
            after = _hours(illness, alarms)
            if after is None or after * 3600 > IN_TIME:
                told.late.append((illness, after))
    told.false = [alarm for alarm in alarms if not any(_explains(illness, alarm) for illness in web.illnesses)]
    return told


def _hours(illness: Illness, alarms: Sequence[Alarm]) -> float | None:
    """How long it took to tell an illness, in hours; None if that was never done while it lasted."""
    right = [alarm for alarm in alarms if alarm.paper == illness.paper and alarm.kind in _NAMED[illness.kind]]
    at = [max(alarm.found, illness.begin) for alarm in right if _meet(illness, alarm)]
    return (min(at) - illness.begin) / 3600 if at else None


def _meet(illness: Illness, alarm: Alarm) -> bool:
    return alarm.found < illness.end and (alarm.ended is None or alarm.ended > illness.begin)


def _explains(illness: Illness, alarm: Alarm) -> bool:
    """Whether an alarm, by whatever name, was raised while its paper was ill, or just after."""
    return alarm.paper == illness.paper and illness.begin <= alarm.found < illness.end + _AFTERWARDS


def _at(text: str) -> int:
    return int(from_iso(text).timestamp())
