"""The publisher's times: of the day that most kinds of place agree on, the instant; last a guess.

Places in order: JSON-LD, OpenGraph, meta, microdata, <time>, the URL, the dates shown by the headline.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from archive.dates import parse_date
from archive.extraction.claims.choices import readable
from archive.extraction.fields.countries import zone_of
from archive.extraction.site import Site
from archive.extraction.structured import PATH_DAY, Said
from archive.models import Claim, Moment, Page

_OWN_OFFSET = re.compile(r"[+-](?!00:?00\b)\d\d:?\d\d\s*$")  # not UTC: the clock that the publisher's readers see
_FUTURE = timedelta(hours=24)
_MIDNIGHT = time(0)
_TIME_ORDER = ("json-ld", "opengraph", "meta", "microdata", "rdfa", "time", "url", "dateline", "text")
_DECLARED = ("json-ld", "opengraph", "meta", "microdata", "rdfa")
_WEIGHTS = {"json-ld": 5, "opengraph": 4, "meta": 4, "microdata": 4, "rdfa": 4}
_ANOTHER, _SEEN, _IN_URL, _OF_CHANGE = 2, 5, 4, 3  # a second declaration; what readers see; the day of the last change
_FIRST_ONLY = ("microdata", "rdfa", "time", "dateline")  # where other stories' dates follow that of this one


@dataclass(frozen=True, slots=True)
class _Dated:
    moment: Moment
    claim: Claim


def choose_time(said: Said, field: str, page: Page, site: Site) -> tuple[Moment | None, tuple[Claim, ...]]:
    """The publisher's time: an instant of the best supported day, else that day, else a month.

    A day in the story's address weighs as much as two kinds of place: it is not changed with a later edition.
    """
    found = [
        _Dated(replace(moment, raw=claim.value), claim)
        for claim in _candidates(said, field)
        if (moment := parse_date(readable(claim.value), site.timezone)).on and not _too_late(moment, page.fetched_at)
    ]
    if not found:
        return None, ()
    days = [d for d in found if d.moment.precision != "month"]
    changed = {parse_date(readable(c.value)).on for c in said.of("modified")} if field == "published" else set()
    best = max(days, key=lambda d: _support(d, days, changed), default=found[0])
    near = [d for d in days if _days_between(d.moment.on, best.moment.on) <= 1]
    chosen = next((d for d in near if d.moment.at), best)
    moment = chosen.moment
    if moment.at and not _OWN_OFFSET.search(moment.raw) and not site.timezone:
        moment = replace(moment, on=_local_day(moment, [d.moment for d in found], page.url))
    return moment, (chosen.claim,)


def _candidates(said: Said, field: str) -> list[Claim]:
    found: list[Claim] = []
    for where in _TIME_ORDER:
        claims = said.of(field, where)
        found += claims[:1] if where in _FIRST_ONLY else claims
    return found


def _support(dated: _Dated, all_dated: list[_Dated], changed: set[date | None]) -> int:
    """How well the places agree on that day, or the next or the one before (as in another time zone).

    All that a page declares may come from one wrong number; what it shows may be the day of its last change.
    """
    near = [d for d in all_dated if _days_between(d.moment.on, dated.moment.on) <= 1]
    places = {d.claim.where for d in near}
    declared = [_WEIGHTS[where] for where in _DECLARED if where in places]
    weight = max(declared, default=0) + (_ANOTHER if len(declared) > 1 else 0)
    weight += _SEEN if "time" in places or "dateline" in places else 0
    weight += _IN_URL * ("url" in places) + _IN_URL * any(d.claim.path == PATH_DAY for d in near)
    return weight - (_OF_CHANGE if dated.moment.on in changed else 0)


def _days_between(one: date | None, other: date | None) -> int:
    return abs((one - other).days) if one and other else 0


def _local_day(moment: Moment, others: list[Moment], url: str) -> date | None:
    """The publisher's day of a time given in UTC: what the page says of it elsewhere, if it can be that.

    Else the day it was in the country of the page's address.
    """
    for other in others:
        same = other.at == moment.at if other.at else other.precision == "day"
        if same and other.on != moment.on and _days_between(other.on, moment.on) == 1 and _is_local(moment, other):
            return other.on
    zone = zone_of(url)
    said_so = any(other.precision == "day" and other.on == moment.on for other in others)
    if not moment.at or not zone or said_so or moment.at.time() == _MIDNIGHT:  # a day that is written as an instant
        return moment.on
    return moment.at.astimezone(zone).date()


def _is_local(moment: Moment, other: Moment) -> bool:
    """Whether it is ever that day anywhere at that instant: zones reach from UTC-12 to UTC+14."""
    if not moment.at or not other.on:
        return False
    return other.on in {(moment.at + timedelta(hours=hours)).date() for hours in (-12, 14)}


def _too_late(moment: Moment, fetched_at: datetime) -> bool:
    if moment.at:
        return moment.at > fetched_at + _FUTURE
    return moment.on is not None and moment.on > (fetched_at + _FUTURE).date()
