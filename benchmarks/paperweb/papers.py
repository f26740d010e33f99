"""Sixty papers: how much each publishes and when, where it lists its stories, and what its server says of changes."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from benchmarks.paperweb import HOUR

Rhythm = Literal["daily", "weekdays", "weekly"]
Validators = Literal["etag", "last_modified", "fresh_etag", "none"]
Lastmod = Literal["honest", "lying", "none"]

FEWEST, MOST = 2.0, 300.0  # stories a day
_SKEW = 2.6  # most papers are small: of sixty the median publishes about 5 a day, the mean about 25
_FEED_LENGTHS = (10, 10, 15, 20, 20, 25, 30, 30, 50, 100)
_FRONT_LENGTHS = (12, 20, 30, 40, 60, 80)
_ZONES = (0, 0, 1, 1, 1, 2, -5, -8, 5.5, 9)  # hours east of UTC


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. `section` None: all stories; `form`: rss or atom; `ttl`: minutes, as it asks to be left alone."""

    path: str
    section: int | None
    length: int
    form: Literal["rss", "atom"]
    ttl: int | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A publication. `rate`: stories a day over a usual week; `offset`: seconds its clocks are ahead of UTC.

    `dumped`: the share of stories that come all at once at four in the morning, with the printed edition. `edited`:
    how much more often than others it edits. `tells_edits`: whether dates in its listings move when it does.
    `chosen`: the operator has named its feeds and sitemaps; else they are to be found. `ordinary`: with none of the
    ways of being hard that `hard_ones` gives.
    """

    number: int
    rate: float
    offset: int
    rhythm: Rhythm
    sections: int
    feeds: tuple[Feed, ...]
    front: int
    front_share: float
    news_sitemap: bool
    sitemaps: Literal["none", "daily", "monthly"]
    lastmod: Lastmod
    tells_edits: bool
    listing_validators: Validators
    page_validators: Validators
    edited: float
    dumped: float
    chosen: bool

    @property
    def name(self) -> str:
        """Its name, as configured."""
        return f"Paper {self.number:02}"

    @property
    def home(self) -> str:
        """The address of its front page."""
        return f"https://www.paper{self.number:02}.example/"


def make_papers(random: Random, count: int = 60) -> list[Paper]:
    """Papers from small to large, a few of them hard in ways of their own."""
    papers = [_paper(random, number, count) for number in range(count)]
    return [_hard(paper, place, count) for place, paper in enumerate(papers)]


def _paper(random: Random, number: int, count: int) -> Paper:
    share = (number + 0.5) / count
    rate = FEWEST * (MOST / FEWEST) ** (share**_SKEW) * random.uniform(0.85, 1.15)
    sections = 1 if rate < 10 else random.choice((1, 3, 5)) if rate < 60 else random.choice((4, 6, 9))
    validators: tuple[Validators, ...] = ("etag", "etag", "last_modified", "fresh_etag", "none")
    sitemaps: tuple[Literal["none", "daily", "monthly"], ...] = ("none", "none", "daily", "monthly", "monthly")
    lastmods: tuple[Lastmod, ...] = ("honest", "honest", "honest", "lying", "none")
    return Paper(
        number=number,
        rate=min(MOST, rate),
        offset=int(random.choice(_ZONES) * HOUR),
        rhythm="daily",
        sections=sections,
        feeds=_feeds(random, sections, rate),
        front=random.choice(_FRONT_LENGTHS if rate > 15 else _FRONT_LENGTHS[:4]),
        front_share=1.0 if rate < 30 else random.uniform(0.4, 0.9),
        news_sitemap=random.random() < (0.7 if rate > 40 else 0.25),
        sitemaps=random.choice(sitemaps),
        lastmod=random.choice(lastmods),
        tells_edits=random.random() < 0.6,
        listing_validators=random.choice(validators),
        page_validators=random.choice((*validators, "none")),
        edited=random.choice((0.3, 0.7, 1.0, 1.0, 1.5, 2.5)),
        dumped=random.choice((0.0, 0.0, 0.0, 0.15, 0.3)),
        chosen=random.random() < 0.35,
    )


def _feeds(random: Random, sections: int, rate: float) -> tuple[Feed, ...]:
    form: Literal["rss", "atom"] = random.choice(("rss", "rss", "atom"))
    ttl = random.choice((None, None, 5, 15, 60, 60))
    main = Feed("feed.xml", None, random.choice(_FEED_LENGTHS), form, ttl)
    if sections == 1 or random.random() < 0.4:
        return (main,) if random.random() < 0.9 or rate > 30 else ()
    length = random.choice(_FEED_LENGTHS)
    return (main, *(Feed(f"feeds/section-{section}.xml", section, length, form, ttl) for section in range(sections)))


def _hard(paper: Paper, place: int, count: int) -> Paper:
    """The paper, or one made hard at certain places of the line from small to large."""
    changes: dict[str, object] = {}
    at = place * 60 // count
    if at in (9, 27):
        changes = {"rhythm": "weekdays"}
    elif at == 14:
        changes = {"rhythm": "weekly", "dumped": 1.0}
    elif at in (58, 50):  # much in a short feed, and hardly anything else
        main = Feed("feed.xml", None, 10, "rss", 60)
        changes = {"feeds": (main,), "news_sitemap": False, "sitemaps": "none", "front": 40, "tells_edits": False}
    elif at == 45:
        changes = {"sitemaps": "daily", "lastmod": "lying", "feeds": ()}
    elif at in (44, 48):  # what its operator has named is a feed, and there is nothing else
        changes = {"feeds": paper.feeds[:1] or (Feed("feed.xml", None, 20, "rss", None),), "chosen": True}
        changes |= {"news_sitemap": False, "sitemaps": "none", "front": 20, "front_share": 0.5}
    elif at in (33, 41):
        changes = {"sitemaps": "monthly", "lastmod": "honest"}
    return _changed(paper, changes)


def _changed(paper: Paper, changes: dict[str, object]) -> Paper:
    values = {name: getattr(paper, name) for name in Paper.__dataclass_fields__}
    return Paper(**{**values, **changes})
