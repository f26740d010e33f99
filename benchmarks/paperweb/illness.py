"""What goes wrong: illnesses that somebody should be told of within a day, and troubles that pass by themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from benchmarks.paperweb import DAY, HOUR, MINUTE
from benchmarks.paperweb.papers import Paper

Kind = Literal[
    "down",  # no connection
    "busy",  # 503 with Retry-After
    "tls",  # the certificate has expired
    "consent",  # every page but the feeds is a consent wall, answered with 200
    "challenge",  # every address but robots.txt is a bot check, answered with 403
    "no_authors",  # redesigned: stories have no authors any more
    "no_dates",  # redesigned: stories have no dates any more
    "dead_feed",  # a configured feed stands still; the front page goes on
    "dead_paper",  # everything answers, and nothing is new
    "feed_gone",  # a configured feed answers 404; the front page names another
    "feed_moved",  # a feed answers 301, to its new place
]
BLINDING: frozenset[Kind] = frozenset(("down", "busy", "tls", "consent", "challenge"))
"""While one of these lasts, no story can be read."""
_ALL = 60  # papers; of fewer, fewer are ill
_ROUND = 60 * DAY  # so long a time gets each of the illnesses once
_EVERY_ROUND: tuple[Kind, ...] = (
    *("consent", "consent", "challenge", "tls", "tls", "down", "down"),
    *("no_authors", "no_authors", "no_dates", "dead_feed", "dead_paper", "feed_gone", "feed_moved"),
)
_FEWEST: dict[Kind, float] = {"dead_paper": 8, "dead_feed": 15, "feed_gone": 8, "no_dates": 4, "no_authors": 4}
"""Stories a day, at least, of a paper that can be seen to be ill within a day."""
_SILENT: frozenset[Kind] = frozenset(("feed_moved",))
_TROUBLES_A_DAY = 1 / 45


@dataclass(frozen=True, slots=True)
class Illness:
    """Something wrong with a paper. `tell`: somebody must be told within a day, else it may be told and need not."""

    paper: int
    kind: Kind
    begin: int
    end: int
    tell: bool

    def lasts(self, at: int) -> bool:
        """Whether it is so at a time."""
        return self.begin <= at < self.end


def make_illnesses(random: Random, papers: Sequence[Paper], begin: int, end: int) -> list[Illness]:
    """Illnesses for the time from `begin` to `end`, at most one at a time for a paper."""
    made: list[Illness] = []
    rounds = max(1, round((end - begin) / _ROUND))
    length = (end - begin) / rounds
    share = min(1.0, length / _ROUND) * min(1.0, len(papers) / _ALL)
    for number in range(rounds):
        for kind in _EVERY_ROUND:
            if random.random() >= share:
                continue
            start = begin + int((number + random.uniform(0.04, 0.85)) * length)
            made += _plant(random, papers, kind, (start, end), made)
    for paper in papers:
        for day in range(begin, end, DAY):
            if random.random() < _TROUBLES_A_DAY:
                made += _trouble(random, paper, day + random.randrange(DAY), made)
    return sorted(made, key=lambda illness: illness.begin)


def _plant(
    random: Random, papers: Sequence[Paper], kind: Kind, times: tuple[int, int], made: Iterable[Illness]
) -> list[Illness]:
    begin, end = times
    until = min(end, begin + _length(random, kind, end))
    fit = [paper for paper in papers if _can_have(paper, kind) and _is_well(paper, made, begin, until)]
    if not fit or until - begin < DAY:
        return []
    return [Illness(random.choice(fit).number, kind, begin, until, kind not in _SILENT)]


def _length(random: Random, kind: Kind, end: int) -> int:
    if kind in ("dead_feed", "dead_paper", "feed_gone", "feed_moved"):
        return end  # for ever
    return int(random.uniform(*((2, 5) if kind in ("down", "tls") else (4, 14))) * DAY)


def _can_have(paper: Paper, kind: Kind) -> bool:
    if paper.rate < _FEWEST.get(kind, 3) or (kind != "consent" and paper.rhythm != "daily"):
        return False
    if kind in ("dead_feed", "feed_gone"):  # what the operator has named is all there is
        return paper.chosen and len(paper.feeds) == 1 and not paper.news_sitemap and paper.sitemaps == "none"
    return kind != "feed_moved" or (bool(paper.feeds) and not paper.chosen)


def _trouble(random: Random, paper: Paper, begin: int, made: Iterable[Illness]) -> list[Illness]:
    end = begin + int(random.uniform(20 * MINUTE, 10 * HOUR))
    kind: Kind = random.choice(("down", "busy"))
    return [Illness(paper.number, kind, begin, end, tell=False)] if _is_well(paper, made, begin, end) else []


def _is_well(paper: Paper, made: Iterable[Illness], begin: int, end: int) -> bool:
    """Whether the paper has nothing else at that time, nor in the three days before and after."""
    return not any(
        illness.paper == paper.number and illness.begin - 3 * DAY < end and begin < illness.end + 3 * DAY
        for illness in made
    )
