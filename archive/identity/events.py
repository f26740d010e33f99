"""What happens to an article's page: gone, led elsewhere, back again, moved, behind a paywall. Pure functions.

Only the article's own address counts: a print view that has gone says nothing of the article. A server's error, a bot
check, a request for consent are no events, for the page may stand as it stood; nor is anything that is older than
what is known already, for what followed it is known, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from archive.models import VerdictKind
from archive.urls import is_home_page, same_site, url_key

EventKind = Literal["gone", "redirected_home", "redirected", "moved", "back", "paywalled", "unpaywalled"]

NOT_MODIFIED = 304
_GONE = (404, 410)
_AWAY = ("gone", "redirected_home", "redirected")
_OF_ACCESS = ("paywalled", "unpaywalled")
_SAY_NOTHING = (VerdictKind.CHALLENGE, VerdictKind.CONSENT)


@dataclass(frozen=True, slots=True)
class Event:
    """A row of `events`: what happened to the page of which article. `detail`: in words."""

    article: str
    kind: EventKind
    detail: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an article's page stood when last looked at, at `until`. `last`: the last event about where it is;
    `led_to`: the address that answered then; `paywalled`: whether a wall went up and has not come down.
    """

    until: datetime | None = None
    last: EventKind | None = None
    led_to: str = ""
    paywalled: bool = False


NOT_LOOKED_AT = Standing()


@dataclass(frozen=True, slots=True)
class Visit:
    """An answer that an article's own address gave or led to.

    `url`: that address as it stood; `answered`: the address that answered in the end, which may be the same or another
    spelling of it (`at_home`). `same`: the answer holds the article's story; `story`: it holds some story. `cut`: a
    wall's beginning of it; `full`: all that there is. `was_full`: the version held is. `shown`: words, and those held.
    """

    article: str
    url: str
    at: datetime
    answered: str
    status: int
    verdict: VerdictKind
    standing: Standing
    at_home: bool
    same: bool
    story: bool = False
    elsewhere: bool = False  # the page calls another address its own, or is a view of it: it has not moved
    cut: bool = False
    full: bool = True
    was_full: bool = True
    shown: tuple[int, int] = (0, 0)


def standing(events: Iterable[tuple[EventKind, datetime, str]], seen_at: datetime) -> Standing:
    """How a page stands after these events (kind, time, address that answered), oldest first, last seen at a time."""
    last: EventKind | None = None
    until, led_to, paywalled = seen_at, "", False
    for kind, at, answered in events:
        until = max(until, at)
        if kind in _OF_ACCESS:
            paywalled = kind == "paywalled"
        else:
            last, led_to = kind, answered
    return Standing(until, last, led_to, paywalled)


def happened(visit: Visit) -> tuple[Event, ...]:
    """What an answer shows to have happened to the article's page since it was last looked at."""
    until = visit.standing.until
    if (until is not None and visit.at <= until) or visit.verdict in _SAY_NOTHING:
        return ()
    return tuple(event for event in (_place(visit), _access(visit)) if event is not None)


def is_own(url: str, own: str) -> bool:
    """Whether two addresses are those of the very page: only scheme, www and parameters that mean nothing differ."""
    return url == own or (url_key(url) == url_key(own) and _path(url) == _path(own))


def _path(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/")


def _place(visit: Visit) -> Event | None:
    """What happened to where the page is. The same is not said twice."""
    before = visit.standing
    if (missing := _missing(visit)) is not None:
        return None if before.last == "gone" else Event(visit.article, "gone", missing)
    if not (200 <= visit.status < 300 or visit.status == NOT_MODIFIED):
        return None
    kind = _kind(visit)
    if kind is None or (kind == before.last and visit.answered == before.led_to):
        return None
    return Event(visit.article, kind, _detail(kind, visit))


def _missing(visit: Visit) -> str | None:
    """How the answer says that there is no such page."""
    if visit.status in _GONE:
        return f"status {visit.status}"
    if visit.verdict is VerdictKind.SOFT_404 and (visit.at_home or not is_home_page(visit.answered)):
        return f"soft: status {visit.status}, but the page says that it is missing"
    return None


def _kind(visit: Visit) -> EventKind | None:
    if not visit.at_home and not (visit.same and visit.elsewhere):
        return "moved" if visit.same else _led_to(visit)
    was_away = visit.standing.last in _AWAY or (visit.standing.last == "moved" and visit.standing.led_to != visit.url)
    return "back" if visit.same and was_away else None


def _led_to(visit: Visit) -> EventKind | None:
    """Where a redirect from the article's address led that did not lead to its story."""
    above = _path(visit.url)[1].startswith(f"{_path(visit.answered)[1]}/")
    if is_home_page(visit.answered):
        return "redirected_home"
    if visit.verdict.rank == 0 and same_site(visit.url, visit.answered):
        return "redirected_home" if visit.verdict is VerdictKind.INDEX or above else None
    return "redirected" if visit.story else None


def _detail(kind: EventKind, visit: Visit) -> str:
    if kind == "back":
        return f"status {visit.status}"
    return f"from {visit.url} to {visit.answered}"


def _access(visit: Visit) -> Event | None:
    """Whether a wall went up before the text, or came down."""
    words, held = visit.shown
    if not visit.same or visit.status == NOT_MODIFIED:
        return None
    if visit.cut and visit.was_full and not visit.standing.paywalled:
        return Event(visit.article, "paywalled", f"{words:,} of {held:,} words shown")
    if visit.full and (visit.standing.paywalled or not visit.was_full):
        return Event(visit.article, "unpaywalled", f"{words:,} words shown, {held:,} before")
    return None
