"""The publisher's times: instants before days; JSON-LD, OpenGraph, meta, microdata, <time>, the URL; last a guess."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from archive.dates import parse_date
from archive.extraction.choices import readable
from archive.extraction.site import Site
from archive.extraction.structured import PATH_DAY, Said
from archive.models import Claim, Moment

_OWN_OFFSET = re.compile(r"[+-](?!00:?00\b)\d\d:?\d\d\s*$")  # not UTC: the clock that the publisher's readers see
_FUTURE = timedelta(hours=24)
_TIME_ORDER = ("json-ld", "opengraph", "meta", "microdata", "time", "url", "text")


def choose_time(said: Said, field: str, fetched_at: datetime, site: Site) -> tuple[Moment | None, tuple[Claim, ...]]:
    """The publisher's time: an instant by order of places, else a day, else a month.

    A day in the story's address overrules times that are more than a day off, as of another story or a later edition.
    """
    found: list[tuple[int, Moment, Claim]] = []
    for where in _TIME_ORDER:
        for claim in said.of(field, where):
            moment = parse_date(readable(claim.value), site.timezone)
            if moment.on and not _too_late(moment, fetched_at):
                found.append((_coarseness(moment), replace(moment, raw=claim.value), claim))
    in_url = next((m.on for _, m, c in found if c.path == PATH_DAY), None)
    near = [f for f in found if in_url is None or _days_between(f[1].on, in_url) <= 1]
    if not found:
        return None, ()
    _, moment, claim = min(near or found, key=lambda f: f[0])
    if not moment.at or _OWN_OFFSET.search(moment.raw) or site.timezone:
        return moment, (claim,)
    return replace(moment, on=_local_day(moment, [m for _, m, _ in found])), (claim,)


def _coarseness(moment: Moment) -> int:
    return 0 if moment.at else 1 if moment.precision == "day" else 2


def _days_between(one: date | None, other: date | None) -> int:
    return abs((one - other).days) if one and other else 0


def _local_day(moment: Moment, others: list[Moment]) -> date | None:
    """The publisher's day of a time given in UTC: what the page says of it elsewhere, if it can be that."""
    for other in others:
        same = other.at == moment.at if other.at else other.precision == "day"
        if same and other.on != moment.on and _days_between(other.on, moment.on) == 1 and _is_local(moment, other):
            return other.on
    return moment.on


def _is_local(moment: Moment, other: Moment) -> bool:
    """Whether it is ever that day anywhere at that instant: zones reach from UTC-12 to UTC+14."""
    if not moment.at or not other.on:
        return False
    return other.on in {(moment.at + timedelta(hours=hours)).date() for hours in (-12, 14)}


def _too_late(moment: Moment, fetched_at: datetime) -> bool:
    if moment.at:
        return moment.at > fetched_at + _FUTURE
    return moment.on is not None and moment.on > (fetched_at + _FUTURE).date()
