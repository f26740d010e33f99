"""When a listing, a story or a failed link is due again: pure, so that a year can be tried in minutes.

`now` is an argument everywhere, intervals are timedeltas, pauses within a crawl are seconds.
"""

from crawler.schedule.listings import (
    GUESS_AGAIN,
    HOURLY,
    LEEWAY,
    Horizon,
    child_due,
    horizon,
    listing_due_at,
    next_time,
)
from crawler.schedule.pauses import BACK_OFF, FIRST_PAUSE, LONG_WAIT, TRIES, back_off, retry_pause
from crawler.schedule.stories import GIVE_UP, HOUR, LONGEST, SOONEST, revisit

__all__ = [
    "BACK_OFF",
    "FIRST_PAUSE",
    "GIVE_UP",
    "GUESS_AGAIN",
    "HOUR",
    "HOURLY",
    "LEEWAY",
    "LONGEST",
    "LONG_WAIT",
    "SOONEST",
    "TRIES",
    "Horizon",
    "back_off",
    "child_due",
    "horizon",
    "listing_due_at",
    "next_time",
    "retry_pause",
    "revisit",
]
