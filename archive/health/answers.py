"""Listings that do not answer, and what that means: the whole source is down, or one feed is dead or has moved."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from archive.health.figures import NORMAL_AFTER, History, Illness, Kind, ListingFigures
from archive.health.hours import Hour
from archive.health.wording import long, when

DOWN_FOR = timedelta(hours=4)
"""Outages are shorter as a rule; crawls catch up with those."""
CERTAIN_FOR = timedelta(hours=1)
"""What does not pass by itself: a certificate that is not valid, a robots.txt that forbids all."""
LISTING_FOR = timedelta(hours=6)
LEAST_TRIES = 3
CHANGES_MISSED = 12.0
"""A feed that did not change while the source brought as many stories as make it change twelve times."""
LEAST_CHANGES = 10
DEAD_FOR = timedelta(hours=12)
MOVED_AFTER = timedelta(days=1)
NETWORK_FOR = timedelta(hours=1)
MOST_OF = 0.9
_TLS = ("certificate_expired", "certificate", "tls")
_NOT_THEIRS = ("dns", "connection", "timeout", "refused", "proxy")


def down(history: History, now: datetime) -> Illness | None:
    """No feed, sitemap or front page answers. Over when one does."""
    failed = _failed_hours(history)
    opened = [one for kind in _DOWN if (one := history.opened(kind))]
    if opened and (history.last_look_at is None or history.last_look_at <= opened[0].found_at):
        return opened[0].illness
    if len(failed) < 2:
        return None
    reasons: Counter[str] = Counter()
    for hour in failed:
        reasons.update({name[8:]: count.number for name, count in hour.counts.items() if name.startswith("listing/")})
    reason = reasons.most_common(1)[0][0]
    kind: Kind = "certificate" if reason in _TLS else "robots" if reason == "robots" else "down"
    since, tried = failed[0].first("listing/"), failed[-1].at
    if tried - since < (DOWN_FOR if kind == "down" else CERTAIN_FOR) - timedelta(hours=1):
        return None
    return _down(history, kind, reason, since, now)


_DOWN: tuple[Kind, ...] = ("certificate", "robots", "down")


def _down(history: History, kind: Kind, reason: str, since: datetime, now: datetime) -> Illness:
    at = when(since, now)
    if kind == "certificate":
        what = "has expired" if reason == "certificate_expired" else "cannot be relied on"
        says = f"the certificate of {history.home} {what}: nothing could be had since {at}"
    elif kind == "robots":
        says = f"robots.txt forbids everything since {at}"
    else:
        says = f"nothing answers since {at} ({reason})"
    return Illness(kind, since, says, history.advice(kind), figures={"reason": reason})


def _failed_hours(history: History) -> list[Hour]:
    """The hours since the last answer in which listings failed."""
    last = history.last_look_at
    return [
        hour for hour in history.hours if (last is None or hour.at > last) and hour.total("listing/") and not hour.looks
    ]


def listing_illnesses(history: History, now: datetime) -> Iterator[Illness]:
    """Of a source that answers: each listing that fails, moved or died."""
    for listing in history.listings:
        for ill in (_failing(history, listing, now), _moved(listing, now), _dead(history, listing, now)):
            if ill is not None:
                yield ill


def _failing(history: History, listing: ListingFigures, now: datetime) -> Illness | None:
    since, last = listing.failing_since, listing.last_fetched_at
    if since is None or last is None:
        return None
    if opened := history.opened("listing", listing.url):
        return opened.illness
    if (
        listing.failures < LEAST_TRIES
        or last - since < LISTING_FOR
        or not (listing.answered or listing.last_changed_at)
    ):
        return None
    kind = {"front": "front page"}.get(listing.kind, listing.kind)
    says = f"the {kind} {listing.url} fails since {when(since, now)} ({listing.reason})"
    figures: dict[str, float | str] = {"reason": listing.reason or "", "failures": listing.failures}
    return Illness("listing", since, says, history.advice("listing"), listing.url, figures)


def _moved(listing: ListingFigures, now: datetime) -> Illness | None:
    at, to = listing.moved_at, listing.moved_to
    if at is None or to is None or at - listing.first_seen_at < MOVED_AFTER or now - at >= NORMAL_AFTER:
        return None
    says = f"the {listing.kind} {listing.url} has moved for good to {to}, since {when(at, now)}"
    return Illness(
        "feed_moved", at, says, f'name the new address in its [[source]]: {listing.kind}s = ["{to}"]', listing.url
    )


def _dead(history: History, listing: ListingFigures, now: datetime) -> Illness | None:
    """A feed that answers and never changes, while the source goes on publishing."""
    since, look = listing.last_changed_at, listing.last_fetched_at
    if opened := history.opened("feed_dead", listing.url):
        return opened.illness if since is not None and since <= opened.illness.since else None
    if listing.kind != "feed" or since is None or look is None or listing.failing_since or history.baseline is None:
        return None
    came = sum(hour.fresh for hour in history.since(since))
    missed = came * listing.changes / max(history.baseline.per_day * 28, 1.0)
    if listing.changes < LEAST_CHANGES or missed < CHANGES_MISSED or not DEAD_FOR <= look - since < NORMAL_AFTER:
        return None
    at, span = when(since, now), long(look - since)
    says = f"the feed {listing.url} has not changed since {at}, {span}, while {came} stories came by other ways"
    figures: dict[str, float | str] = {"came": came, "missed": round(missed, 1)}
    return Illness("feed_dead", since, says, history.advice("feed_dead"), listing.url, figures)


def network(histories: Sequence[History], now: datetime) -> Illness | None:
    """Of three sources or more, nine in ten got no answer to anything for an hour, for reasons that can be ours."""
    silent, tried = [], 0
    for history in histories:
        failed = _failed_hours(history)
        recent = [hour for hour in failed if now - hour.at < timedelta(hours=6)]
        answered = history.last_look_at is not None and now - history.last_look_at < NETWORK_FOR
        if not recent and not answered:
            continue
        tried += 1
        ours = {name[8:] for hour in recent for name in hour.counts if name.startswith("listing/")} <= set(_NOT_THEIRS)
        if recent and ours:
            silent.append(failed[0].first("listing/"))
    if tried < 3 or len(silent) < MOST_OF * tried or now - max(silent) < NETWORK_FOR:
        return None
    since = sorted(silent)[len(silent) // 2]
    says = f"none of {len(silent)} sources could be reached since {when(since, now)}"
    return Illness(
        "network",
        since,
        says,
        "look at this machine's network: `morgue doctor` without an address looks at the machine",
    )
