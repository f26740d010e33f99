"""Traps, told by what they yield: calendars, endless parameters, session ids. Values in, values out."""

from datetime import datetime, timedelta
from typing import Literal

from archive.shapes import ANY
from archive.store.shapes import Yielded

WARY = 10
"""Answers in a row without a new story, from which on a crawl asks for few addresses of a shape."""
STOP = 30
"""From which on it asks for none. Each story that the shape has ever given makes both as much larger."""
STOP_ANY = 100
"""The same for a path with whatever parameters."""
FEW = 5
"""Addresses of a shape that a crawl asks for once it is wary."""
COPIES = 5
"""Answers that were stories held already, from which on parameters are thought to select none: see `variants`."""
PROBES = 3
"""Addresses of a stopped shape that are tried again."""
_PROBE_AFTER = timedelta(days=7)
_RAREST_PROBE = timedelta(days=56)

Standing = Literal["free", "few", "probe", "stopped"]


def standing(of: Yielded, now: datetime) -> Standing:
    """How many addresses of a shape a crawl asks for: all, FEW, PROBES, or none.

    A stopped shape is tried again a week after its last answer, then after two, four and at last every eight weeks.
    """
    stop = (STOP_ANY if of.shape.endswith(ANY) else STOP) * (1 + of.stories)
    if of.dry >= stop:
        probed = (of.dry - stop) // PROBES
        return "probe" if now - of.last_at >= min(_PROBE_AFTER * 2 ** min(probed, 6), _RAREST_PROBE) else "stopped"
    return "few" if of.dry >= stop * WARY // STOP else "free"


def variants(of: Yielded) -> bool:
    """Whether the parameters of a shape are noise, such as session ids: an address whose path leads to a story that is
    held with other parameters, or with none, need not be asked.

    They are not as soon as two stories at one path differ by them.
    """
    return of.copies >= COPIES and of.forks == 0 and is_varied(of.shape)


def is_varied(shape: str) -> bool:
    """Whether a shape has parameters."""
    return "?" in shape or ";" in shape


def is_counted(shape: str) -> bool:
    """Whether a program may have made addresses of this shape by counting: they end in digits, or have parameters."""
    return is_varied(shape) or shape.endswith("#")
