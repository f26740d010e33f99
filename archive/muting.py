"""Which sources are muted: a person's decision with an end, kept as every other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from archive.dates import parse_until
from archive.errors import NotHeld, UsageError
from archive.store.archive import Archive


@dataclass(frozen=True, slots=True)
class Mute:
    """A source that nobody is alarmed about through the day `until`, and why."""

    source: str
    until: date
    because: str
    decided_at: str


def mute(archive: Archive, name: str, until: str, because: str, now: datetime) -> Mute:
    """Mutes a source through a day. Raises NotHeld; UsageError for a day that is none, or past."""
    source, day = _named(archive, name), parse_until(until, now)
    if day < now.date():
        raise UsageError(f"--until {until} is past")
    archive.decisions.add("mute", source, day.isoformat(), because, now)
    return muted(archive, now)[source]


def unmute(archive: Archive, name: str, now: datetime) -> str:
    """Takes a mute back. Returns the source's name. Raises NotHeld if it is not muted."""
    source = _named(archive, name)
    if not archive.decisions.undo("mute", source, now):
        raise NotHeld(f"{source} is not muted")
    return source


def muted(archive: Archive, now: datetime) -> Mapping[str, Mute]:
    """The mutes in force, by source."""
    mutes = [
        Mute(row.subject, date.fromisoformat(row.value or ""), row.because, row.decided_at)
        for row in archive.decisions.in_force("mute")
    ]
    return {one.source: one for one in mutes if one.until >= now.date()}


def _named(archive: Archive, name: str) -> str:
    """The source's name as it is written, whatever the case of the letters asked for."""
    for record in archive.sources.all():
        if record.name.casefold() == name.casefold():
            return record.name
    known = ", ".join(record.name for record in archive.sources.all()) or "none"
    raise NotHeld(f"no source is called {name!r}; known are {known}")
