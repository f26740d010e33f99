"""When a story's page is asked for again: values in, values out, no clock of its own.

`after_look` is all that a simulation needs. It takes what is known of a story's page (`Life`, which the links table
keeps: archive.store.revisits), what a look at it found (`Look`), the source's `EditPace` and its fixed design, if it
has one; it returns the `Life` from then on, with `due_at`: when the next look is due, None: never. `watched` gives the
source's pace from then on. `revisit` says of a link that a listing names whether it is asked for at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp
from typing import Literal

from archive.dates import parse_date
from archive.models import Moment
from archive.store.links import LinkState
from archive.store.revisits import Life
from crawler.schedule.edits import HOUR, EditPace, at_least_one, factor

DAY = timedelta(days=1)
SOONEST = timedelta(minutes=10)
"""From a look until a listing is believed that says that the story has changed since."""
QUICKEST = timedelta(minutes=3)
"""Between two looks at a story that changes all the time. (A crawl takes with it what is due within a minute.)"""
LONGEST = timedelta(days=30)
"""The age at which a story that does not change any more is not looked at again."""
GIVE_UP = timedelta(days=7)
FEW, MANY = 0.027, 0.12
"""Edits that may be expected between two looks: in a story's first day, and later. A story that changes once between
two looks is seen; one that changes twice is not, and the chance of that grows with the square of this."""
LOOKS = 12
"""For so many looks the changes that a story had are remembered, and for half an hour at least."""
TRY_AGAIN = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY)
"""After a look that did not find the story: gone, a wall, a failure. Then never again."""
SILENT = (HOUR / 4, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY)
"""After a look that was not answered."""
_LIVE = 3.0  # edits that a live blog is taken to have had: it is one because it changes
_MEMORY, _SHORTEST_MEMORY = 2 * HOUR, HOUR / 2
_MOST_MISLED = 6

EARLY = timedelta(minutes=1)
"""So much before it is due, a look counts as the one that was."""

Found = Literal["story", "live", "edit", "same", "nothing", "silence", "never"]


@dataclass(frozen=True, slots=True)
class Look:
    """What asking for a page came to.

    "story" (held for the first time) or "live" (a live blog), "edit", "same"; "nothing": an answer without the story
    (gone, a wall, a failure); "silence": no answer; "never": no story and none to come, or another address of a story
    that is looked at under its own.
    """

    at: datetime
    found: Found


def after_look(life: Life, look: Look, pace: EditPace, design: tuple[timedelta, ...] = ()) -> Life:
    """The life of a story's page after a look at it. `life` is as it was before.

    Adaptive (no `design`): the next look is due when the source's pace, times the story's own factor, foretells FEW
    edits, and no later than when the story is twice as old; at LONGEST it ends. A look without the story is followed by
    TRY_AGAIN, one without an answer by SILENT. Fixed: the marks of the design, counted from the first answer, whatever
    is found; those that have passed are counted, and not made up for.
    """
    missed, answered = look.found in ("nothing", "silence"), look.found != "silence"
    told = replace(
        _learned(life, look, pace),
        first_at=life.first_at or (look.at if answered else None),
        last_at=look.at if answered else life.last_at,
        asked_at=look.at,
        misses=life.misses + 1 if missed else 0,
        misled=_misled(life, look),
    )
    if look.found == "never":
        return replace(told, due_at=None, due_why=None)
    if design and told.first_at is not None:
        return _by_design(told, look.at, design)
    if missed:
        pauses = TRY_AGAIN if look.found == "nothing" else SILENT
        pause = pauses[life.misses] if life.misses < len(pauses) else None
        return replace(told, due_at=look.at + pause if pause else None, due_why="missed" if pause else None)
    return _adaptive(told, look.at, pace)


def watched(life: Life, look: Look, pace: EditPace) -> EditPace:
    """The source's pace, once a look told of a story it holds. `life` is as it was before the look."""
    if life.last_at is None or look.found not in ("edit", "same"):
        return pace
    begin, end = life.last_at - life.began_at, look.at - life.began_at
    return pace.observed(begin, end, _edits(life, look, pace))


def passed(life: Life, at: datetime, design: tuple[timedelta, ...] = ()) -> int:
    """How many checks have come due by a time since the last look: of a design its marks, else the one that was due."""
    if life.first_at is None or life.due_at is None:
        return 0
    return len(_marks(life, at, design)) if design else int(life.due_at <= at + EARLY)


def is_late(life: Life, at: datetime, design: tuple[timedelta, ...]) -> bool:
    """Whether a check of a design is made late: by more than a quarter of its mark's age, and five minutes."""
    if life.first_at is None or life.due_at is None or not (marks := _marks(life, at, design)):
        return False
    return at - (life.first_at + marks[0]) > max(marks[0] / 4, HOUR / 12)


def revisit(state: LinkState, now: datetime, *, force: bool = False, fixed: bool = False) -> bool:
    """Whether a link that is listed again is asked for at once.

    It is if it is due, or if the listing says that it changed since it was looked at, unless its looks are `fixed`; the
    more often that came to nothing, the longer after the last look it is believed. A link that never answered is tried
    for a week; one that was forbidden is asked for as soon as nothing forbids it any more: the source's patterns let it
    through, and robots.txt is asked again.
    """
    if force:
        return True
    if state.state == "skipped":
        return True
    if state.last_fetched_at is None:
        return state.due_at <= now if state.due_at else now - state.first_seen_at <= GIVE_UP
    if state.due_at is not None and state.due_at <= now:
        return True
    since = now - state.last_fetched_at
    return not fixed and _moved(state.lastmod, state.last_fetched_at) and since >= SOONEST * 2**state.misled


def age_from(first_seen_at: datetime, published_at: datetime | None) -> datetime:
    """When a story's age is counted from: when it was published, if that is known and was before it was found."""
    return min(first_seen_at, published_at) if published_at else first_seen_at


def _adaptive(life: Life, at: datetime, pace: EditPace) -> Life:
    age = max(at - life.began_at, timedelta())
    if age >= LONGEST:
        return replace(life, due_at=None, due_why=None)
    few = FEW if age < DAY else MANY
    wait = pace.until(age, few / factor(life.edits, life.foretold))
    wait = max(QUICKEST, min(wait, max(HOUR, age)))
    return replace(life, due_at=min(at + wait, max(life.began_at + LONGEST, at + QUICKEST)), due_why="pace")


def _by_design(life: Life, at: datetime, design: tuple[timedelta, ...]) -> Life:
    assert life.first_at is not None
    due_at = next((life.first_at + mark for mark in sorted(design) if life.first_at + mark > at + EARLY), None)
    return replace(life, due_at=due_at, due_why="design" if due_at else None)


def _marks(life: Life, at: datetime, design: tuple[timedelta, ...]) -> list[timedelta]:
    """The marks of a design that have passed by a time since the last look."""
    assert life.first_at is not None
    since = (life.asked_at or life.first_at) + EARLY
    return sorted(mark for mark in design if since < life.first_at + mark <= at + EARLY)


def _learned(life: Life, look: Look, pace: EditPace) -> Life:
    """What a look tells of the story's own factor; what was before it fades.

    The slower, the older the story is; but within LOOKS, or a live blog would be looked at for hours after its end.
    """
    if look.found == "live":
        return replace(life, edits=life.edits + _LIVE)
    if life.last_at is None or look.found not in ("edit", "same"):
        return life
    span, age = look.at - life.last_at, look.at - life.began_at
    foretold = pace.expected(life.last_at - life.began_at, age)
    keep = exp(-(span / min(max(_MEMORY, age / 2), max(_SHORTEST_MEMORY, LOOKS * span))))
    return replace(life, edits=life.edits * keep + _edits(life, look, pace), foretold=life.foretold * keep + foretold)


def _edits(life: Life, look: Look, pace: EditPace) -> float:
    """How many edits a look stands for that found one, or none."""
    if look.found != "edit" or life.last_at is None:
        return 0.0
    expected = pace.expected(life.last_at - life.began_at, look.at - life.began_at)
    return at_least_one(expected * factor(life.edits, life.foretold))


def _misled(life: Life, look: Look) -> int:
    """How often in a row a listing said that the story changed, and it had not."""
    if look.found == "edit":
        return 0
    return min(_MOST_MISLED, life.misled + (life.due_why == "listed" and look.found == "same"))


def _moment(raw: str | None) -> Moment | None:
    return parse_date(raw) if raw else None


def _moved(lastmod: str | None, fetched_at: datetime) -> bool:
    moment = _moment(lastmod)
    if moment is None or moment.on is None:
        return False
    return moment.at > fetched_at if moment.at is not None else moment.on > fetched_at.date()
