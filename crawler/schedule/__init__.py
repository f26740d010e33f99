"""When a listing, a story or a failed link is due again: pure, so that a year can be tried in minutes.

`now` is an argument everywhere, intervals are timedeltas, pauses within a crawl are seconds.
"""

from archive.store.revisits import Life
from crawler.schedule.edits import HOUR, EditPace
from crawler.schedule.listings import (
    GUESS_AGAIN,
    HOURLY,
    Horizon,
    Need,
    child_need,
    horizon,
    listing_due_at,
    next_time,
)
from crawler.schedule.pauses import BACK_OFF, FIRST_PAUSE, LONG_WAIT, TRIES, back_off, retry_pause
from crawler.schedule.stories import (
    GIVE_UP,
    LONGEST,
    SOONEST,
    Found,
    Look,
    after_look,
    age_from,
    is_late,
    passed,
    revisit,
    watched,
)
from crawler.schedule.visits import LEEWAY, Asks, Observation, after_failure, after_visit, fixed

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
    "Asks",
    "EditPace",
    "Found",
    "Horizon",
    "Life",
    "Look",
    "Need",
    "Observation",
    "after_failure",
    "after_look",
    "after_visit",
    "age_from",
    "back_off",
    "child_need",
    "fixed",
    "horizon",
    "is_late",
    "listing_due_at",
    "next_time",
    "passed",
    "retry_pause",
    "revisit",
    "watched",
]
