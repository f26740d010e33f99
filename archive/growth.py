"""How fast an archive grows, and when its disk will be too full for it: pure, but for looking at the disk."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from archive.dates import from_iso
from archive.space import free_bytes, in_bytes
from archive.store.archive import Archive
from archive.store.sizes import began_at, sizes, used_bytes

_LOOKED_BACK = timedelta(days=30)
_FURTHEST = timedelta(days=3650)  # what is later than that is no date to plan with


@dataclass(frozen=True, slots=True)
class Growth:
    """Bytes in use; bytes a day (None: not known yet); bytes free; bytes to be left free; the day when they will be."""

    used: int
    a_day: int | None
    free: int
    min_free: int
    floor_on: date | None


def growth(archive: Archive, min_free: int, now: datetime) -> Growth:
    """Where an archive and its disk stand."""
    used, free = used_bytes(archive.db), free_bytes(archive.path.absolute().parent)
    a_day = rate(sizes(archive.db), used, began_at(archive.db), now)
    return Growth(used, a_day, free, min_free, reached_on(a_day, free - min_free, now.date()))


def rate(held: Sequence[tuple[str, int]], used: int, began: str | None, now: datetime) -> int | None:
    """Bytes a day: over the last thirty days for which sizes are held, else since the first crawl; None before a day.

    `held`: day and bytes at its end, in order of day.
    """
    recent = [(date.fromisoformat(day), size) for day, size in held]
    recent = [(day, size) for day, size in recent if recent[-1][0] - day <= _LOOKED_BACK]
    if len(recent) > 1 and (days := (recent[-1][0] - recent[0][0]).days):
        return max(0, recent[-1][1] - recent[0][1]) // days
    days = (now - from_iso(began)).days if began else 0
    return used // days if days else None


def reached_on(a_day: int | None, room: int, today: date) -> date | None:
    """The day on which so many bytes of room are used up at this rate; None if never, or not within ten years."""
    if room <= 0:
        return today
    if not a_day or room > a_day * _FURTHEST.days:
        return None
    return today + timedelta(days=room // a_day)


def figures(grown: Growth) -> dict[str, int | str | None]:
    """The same as plain values."""
    return asdict(grown) | {"floor_on": grown.floor_on.isoformat() if grown.floor_on else None}


def growth_line(grown: Growth) -> str:
    """The same in words."""
    room = f"{in_bytes(grown.free)} free"
    floor = f"the floor of {in_bytes(grown.min_free)} (min_free)"
    if grown.free <= grown.min_free:
        return f"the disk has {room}, less than {floor}: crawls do not run"
    if grown.a_day is None:
        return f"the disk has {room}"
    grows = f"grows by {in_bytes(grown.a_day)} a day; the disk has {room}"
    return f"{grows}, and reaches {floor} about {grown.floor_on}" if grown.floor_on else grows
