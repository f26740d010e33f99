"""Which shares are watched: of what, how much of it is bad."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from archive.health.hours import Hour

STORIES = ("verdict/article", "verdict/live_blog", "verdict/teaser", "verdict/media")
WALLS = ("verdict/consent", "verdict/challenge")
FIELDS = ("authors", "dates", "title", "text")


@dataclass(frozen=True, slots=True)
class Share:
    """A share: `bad` of `bad` and `good`, names and families of an hour's counts; without `good`, of new articles."""

    name: str
    bad: tuple[str, ...]
    good: tuple[str, ...] = ()


class Tallied(NamedTuple):
    """Of an hour, how many are bad, and how many there are; never none."""

    hour: Hour
    bad: int
    total: int


WALL = Share("wall", WALLS, STORIES)
NON_ARTICLES = Share(
    "non_articles",
    tuple(f"verdict/{kind}" for kind in ("index", "soft_404", "error", "js_shell", "not_html", "empty")),
    (*STORIES, *WALLS),
)
UNREACHABLE = Share("unreachable", ("page/",), ("verdict/",))
MISSING = {field: Share(f"missing/{field}", (f"missing/{field}",)) for field in FIELDS}
SHARES = (WALL, NON_ARTICLES, UNREACHABLE, *MISSING.values())


def tallies(hours: Iterable[Hour]) -> dict[str, list[Tallied]]:
    """By the share's name, the hours in which there was anything of it, in their order."""
    tallied: dict[str, list[Tallied]] = {share.name: [] for share in SHARES}
    for hour in hours:
        if not hour.counts and not hour.new:
            continue
        bad, total = [0] * len(SHARES), [0 if share.good else hour.new for share in SHARES]
        for name, count in hour.counts.items():
            for place, is_bad in _places(name):
                bad[place] += count.number if is_bad else 0
                total[place] += count.number if SHARES[place].good else 0
        for share, of_bad, of_all in zip(SHARES, bad, total, strict=True):
            if of_all:
                tallied[share.name].append(Tallied(hour, of_bad, of_all))
    return tallied


@lru_cache(maxsize=512)
def _places(name: str) -> Sequence[tuple[int, bool]]:
    """In which of SHARES a name counts, and whether as bad."""
    bad = [(place, True) for place, share in enumerate(SHARES) if is_of(name, share.bad)]
    return bad + [(place, False) for place, share in enumerate(SHARES) if is_of(name, share.good)]


def is_of(name: str, names: Iterable[str]) -> bool:
    """Whether a name is one of these, or of one of the families that end in a slash."""
    return any(name == one or (one.endswith("/") and name.startswith(one)) for one in names)
