"""Cron expressions as everybody knows them (POSIX crontab, and Vixie cron's names, steps and @hourly)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_WEEKDAYS = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")
_LEAP_YEARS = "2000-2008"  # every day of every month of every year is in them
_BEFORE = datetime(1999, 12, 31, tzinfo=UTC)
_LOOKED_AT = 300  # times whose distances are compared: more than an expression has in a day of five-minute steps


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday).

    As crontab(5) has it: where both days are restricted, one of them is enough.
    """

    expression: str

    def after(self, moment: datetime, zone: str | None = None) -> datetime:
        """The first time after `moment`, by the clocks of `zone` (UTC), as an instant in UTC.

        A time that a clock change skips comes as much later; one that it repeats comes twice.
        """
        begin = moment + timedelta(microseconds=1)
        triggers = _triggers(self.expression, zone or "UTC")
        times: list[datetime] = [trigger.get_next_fire_time(None, begin) for trigger in triggers]
        return min(times).astimezone(UTC)

    def __str__(self) -> str:
        return self.expression


def parse_cron(text: str) -> Cron:
    """Raises ValueError, saying what is wrong; also for an expression that no date of the calendar fulfils."""
    expression = _NAMED.get(text.strip().lower(), " ".join(text.split()))
    if len(fields := expression.split()) != 5:
        raise ValueError(
            f"must have five fields as in crontab: minute, hour, day, month, weekday; it has {len(fields)}"
        )
    if not _triggers(expression, "UTC"):
        raise ValueError("never comes: no month it names has that day")
    return Cron(expression)


@lru_cache(maxsize=1000)
def shortest(cron: Cron) -> timedelta:
    """The least time between two of the first few hundred times."""
    times, moment = [], _BEFORE
    for _ in range(_LOOKED_AT):
        moment = cron.after(moment)
        times.append(moment)
    return min(later - earlier for earlier, later in pairwise(times))


@lru_cache(maxsize=1000)
def _triggers(expression: str, zone: str) -> tuple[CronTrigger, ...]:
    """Those of the expression's that ever fire. Raises ValueError."""
    triggers = zip(_parts(expression, zone), _parts(expression, "UTC", _LEAP_YEARS), strict=True)
    return tuple(trigger for trigger, tried in triggers if tried.get_next_fire_time(None, _BEFORE) is not None)


def _parts(expression: str, zone: str, years: str = "*") -> list[CronTrigger]:
    """APScheduler wants both days fulfilled and counts weekdays from Monday; crontab does neither."""
    minute, hour, day, month, weekday = expression.split()
    weekdays = _weekdays(weekday)
    days = [(day, weekdays)]
    if not day.startswith("*") and not weekday.startswith("*"):
        days = [(day, "*"), ("*", weekdays)]
    try:
        return [
            CronTrigger(years, month, day, None, weekdays, hour, minute, 0, timezone=ZoneInfo(zone))
            for day, weekdays in days
        ]
    except ValueError as error:
        raise ValueError(f"is not a cron expression: {error}") from None


def _weekdays(field: str) -> str:
    """A field of weekdays with their names, each by itself: `1-5` as `mon,tue,wed,thu,fri`."""
    return ",".join(name for part in field.split(",") for name in _weekdays_of(part))


def _weekdays_of(part: str) -> list[str]:
    match = _WEEKDAYS.fullmatch(part.lower())
    if match is None or match["step"] == "0":
        raise ValueError(f"is not a cron expression: {part!r} is no weekday")
    step = int(match["step"] or 1)
    if match["first"] is None:
        return [*_DAYS][::step]
    first = _weekday(match["first"])
    # As in Vixie cron, `5/2` goes on to the end of the week.
    last = _weekday(match["last"]) if match["last"] else 6 if match["step"] else first
    last = 7 if match["last"] and last == 0 and first > 0 else last  # `5-7` and `fri-sun` end with Sunday
    if last < first:
        raise ValueError(f"is not a cron expression: the weekdays {part!r} go backwards")
    return [_DAYS[number % 7] for number in range(first, last + 1, step)]


def _weekday(word: str) -> int:
    """0 is Sunday, also where it is written 7."""
    if word.isdecimal() and int(word) <= 7:
        return int(word) % 7
    if word in _DAYS:
        return _DAYS.index(word)
    raise ValueError(f"is not a cron expression: {word!r} is no weekday")
