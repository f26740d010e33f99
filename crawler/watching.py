"""What `morgue watch` does next: pure, given the clocks, what is due, and how the crawls before ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.errors import ExitCode

LEAST = timedelta(minutes=1)
"""Between the end of a crawl and the beginning of the next."""
LONGEST = timedelta(minutes=15)
"""Between two tries, however often they failed: what stood in the way may be gone."""
LOOK_AGAIN = timedelta(minutes=10)
"""What is due is looked up at least this often: other programs change the archive, too."""
JUMP = 60.0
"""Seconds: the clock was set if it differs by more from the time that has passed."""

_WELL = (ExitCode.OK, ExitCode.ILL)
_SAID = {
    ExitCode.OK: "finished",
    ExitCode.FAILED: "failed",
    ExitCode.USAGE: "refused what it was asked",
    ExitCode.ILL: "finished, but a source got nothing it should have",
    ExitCode.BUSY: "found the archive in use",
    ExitCode.UNUSABLE: "could not use the archive",
    ExitCode.INTERRUPTED: "was stopped",
    ExitCode.TERMINATED: "was stopped",
}


@dataclass(frozen=True, slots=True)
class Times:
    """The two clocks at one moment: `now`, which people set, and `passed`, seconds, which only goes on."""

    now: datetime
    passed: float

    def was_set_since(self, before: "Times") -> bool:
        """Whether somebody has set the clock."""
        return abs((self.now - before.now).total_seconds() - (self.passed - before.passed)) > JUMP


@dataclass(frozen=True, slots=True)
class Memory:
    """What the loop knows of what it did: `ended` by the clock that only goes on, None before the first crawl.

    `troubles`: tries in a row that came to nothing.
    """

    ended: float | None = None
    troubles: int = 0


def after(memory: Memory, code: int, at: Times, *, is_left: bool) -> Memory:
    """What to remember of a crawl that ended with this exit code (negative: the signal that killed it).

    `is_left`: it fetched nothing, and what was due when it began still is, so that the next would do no better. Waiting
    for another program to give the archive back is no trouble.
    """
    if code == ExitCode.BUSY:
        return Memory(at.passed, memory.troubles)
    return Memory(at.passed, memory.troubles + 1 if code not in _WELL or is_left else 0)


def next_crawl(memory: Memory, due_at: datetime | None, at: Times) -> datetime | None:
    """When the next crawl begins, which is now if that has passed; None if nothing will ever be due."""
    if due_at is None or memory.ended is None:
        return due_at
    longer: int = 2 ** max(0, min(memory.troubles, 10) - 1)
    rest = min(LEAST * longer, LONGEST)
    return max(due_at, at.now + rest - timedelta(seconds=at.passed - memory.ended))


def look_at(crawl_at: datetime | None, now: datetime) -> datetime:
    """When to look again: at the time of the next crawl, or earlier."""
    return min(crawl_at or now + LOOK_AGAIN, now + LOOK_AGAIN)


def ended_line(code: int, seconds: float, overrun: datetime | None) -> str:
    """How a crawl ended. `overrun`: when something was due again while it still ran."""
    said = f"was killed by signal {-code}" if code < 0 else _SAID.get(code, f"ended with {code}")  # type: ignore[call-overload]
    line = f"the crawl {said} after {spell(seconds)}"
    if overrun is not None:
        line += f"; more was due at {overrun:%H:%M}Z, which waited for its end"
    return line


def spell(seconds: float) -> str:
    """ "74 s", "12 min", "3.5 h"."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
