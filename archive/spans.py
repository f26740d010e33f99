"""What stretch of time a listing reaches back, and whether two readings of it leave a hole between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.models import Link

_MARKS = 10
_PINNED = 0.2
"""The share of a listing's entries that may be old ones kept at its top, or dated wrongly."""


@dataclass(frozen=True, slots=True)
class Span:
    """The entries of one reading: how many, the newest addresses, and from when to when the dated ones are.

    `marks`: addresses of the newest half, at most ten; by date, else in the listing's own order. `dated`: times of the
    entries that have one, ascending.
    """

    entries: int
    marks: tuple[str, ...]
    dated: tuple[datetime, ...]

    @property
    def newest_at(self) -> datetime | None:
        """The time of the newest dated entry."""
        return self.dated[-1] if self.dated else None

    @property
    def oldest_at(self) -> datetime | None:
        """The time of the oldest dated entry."""
        return self.dated[0] if self.dated else None


@dataclass(frozen=True, slots=True)
class Hole:
    """Between these moments a listing may have had entries that nobody saw."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class SpanBefore:
    """What is kept of the reading before."""

    read_at: datetime
    marks: tuple[str, ...]
    newest_at: datetime | None


def span_of(links: Sequence[Link]) -> Span:
    """The span of what a feed or news sitemap lists, in its own order."""
    timed = [(link.published.at, link.url) for link in links if link.published and link.published.at]
    timed.sort(reverse=True)
    ordered = [url for _, url in timed] if 2 * len(timed) >= len(links) else [link.url for link in links]
    most = min(_MARKS, (len(ordered) + 1) // 2)
    return Span(len(links), tuple(ordered[:most]), tuple(at for at, _ in reversed(timed)))


def hole(before: SpanBefore, span: Span, urls: frozenset[str], read_at: datetime) -> Hole | None:
    """The hole between two readings, or None.

    There is one if none of what was newest is listed any more, and what is listed now is newer than all of it. A
    listing is full from its beginning: a paper that lists its latest 20 stories and publishes 30 between two visits has
    lost 10. One story taken back makes none, nor do old ones that stay at the top, nor new addresses for old stories.
    """
    if not before.marks or not urls or not urls.isdisjoint(before.marks):
        return None
    if before.newest_at is None or not span.dated:
        return Hole(before.read_at, read_at)
    newer = [at for at in span.dated if at > before.newest_at]
    if len(newer) < (1 - _PINNED) * len(span.dated):
        return None
    return Hole(before.newest_at, newer[0])
