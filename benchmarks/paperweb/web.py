"""The web itself: sites, and the truth about them: what is listed how long, what can be read."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.paperweb import DAY, HOUR
from benchmarks.paperweb.documents import Renderer
from benchmarks.paperweb.illness import BLINDING, Illness, make_illnesses
from benchmarks.paperweb.papers import Feed, Paper, make_papers
from benchmarks.paperweb.stories import Story, make_events, make_stories

BEFORE = 40 * DAY
"""So long before the first crawl papers have been publishing already."""
NEWS_HOURS = 48  # a news sitemap holds two days (Google's rule), and at most 1,000 stories
NEWS_MOST = 1000
DAILY_CHILDREN = 14
_START = 1_767_225_600  # 1 January 2026


@dataclass(slots=True)
class Site:
    """One paper on the web: its stories, what is wrong with it when, and where its stories are listed."""

    paper: Paper
    stories: list[Story]
    illnesses: list[Illness]
    end: int
    renderer: Renderer = field(init=False)
    published: list[int] = field(init=False)
    by_section: list[list[Story]] = field(init=False)
    front_stories: list[Story] = field(init=False)
    by_url: dict[str, Story] = field(init=False)

    def __post_init__(self) -> None:
        self.renderer = Renderer(self.paper)
        self.published = [story.published for story in self.stories]
        self.by_section = [[s for s in self.stories if s.section == n] for n in range(self.paper.sections)]
        self.front_stories = [story for story in self.stories if story.is_front]
        self.by_url = {self.renderer.url(story): story for story in self.stories}
        self._note_listed()

    def ill(self, at: int) -> Illness | None:
        """What is wrong with it at a time."""
        return next((illness for illness in self.illnesses if illness.lasts(at)), None)

    def has(self, kind: str, at: int) -> Illness | None:
        """That illness, if it has it at a time."""
        illness = self.ill(at)
        return illness if illness is not None and illness.kind == kind else None

    def readable(self, at: int) -> bool:
        """Whether a story could be read at a time."""
        illness = self.ill(at)
        return illness is None or illness.kind not in BLINDING

    def readable_from(self, at: int) -> int:
        """The first moment from `at` on when stories can be read."""
        illness = self.ill(at)
        while illness is not None and illness.kind in BLINDING:
            at = illness.end
            illness = self.ill(at)
        return at

    def of(self, feed: Feed) -> list[Story]:
        """All stories that a feed lists at some time, in order."""
        return self.stories if feed.section is None else self.by_section[feed.section]

    def latest(self, stories: Sequence[Story], at: int, count: int) -> list[Story]:
        """The newest of them at a time, newest first."""
        until = bisect_right(stories, at, key=_published)
        return list(reversed(stories[max(0, until - count) : until]))

    def between(self, begin: int, end: int) -> list[Story]:
        """The stories published from `begin` until before `end`, newest first."""
        return list(reversed(self.stories[bisect_left(self.published, begin) : bisect_left(self.published, end)]))

    def listings(self) -> int:
        """How many documents show all that is new: the front page, feeds, news sitemap, index and newest child."""
        return 1 + len(self.paper.feeds) + self.paper.news_sitemap + 2 * (self.paper.sitemaps != "none")

    def obtainable(self, story: Story) -> bool:
        """Whether there was a moment when the story was listed and could be read."""
        return self.readable_from(story.published) < story.listed_until

    def _note_listed(self) -> None:
        """Writes down when the last listing drops each story; the moment it is published if none ever shows it."""
        for story in self.stories:
            story.listed_until = story.published
        for feed in self.paper.feeds:
            dead = next((ill.begin for ill in self.illnesses if ill.kind in ("dead_feed", "feed_gone")), self.end)
            _drop(self.of(feed), feed.length, dead)
        _drop(self.front_stories, self.paper.front, self.end)
        for story in self.stories:
            story.listed_until = min(self.end, max(story.listed_until, self._in_sitemaps_until(story)))

    def _in_sitemaps_until(self, story: Story) -> int:
        until = story.published
        if self.paper.news_sitemap:
            until += NEWS_HOURS * HOUR
        if self.paper.sitemaps == "daily":
            until = story.published - story.published % DAY + DAILY_CHILDREN * DAY
        return self.end if self.paper.sitemaps == "monthly" else until


@dataclass(slots=True)
class Web:
    """All papers. `requests` counts what was asked of each, by whoever asked."""

    sites: list[Site]
    begin: int
    end: int
    illnesses: list[Illness]
    requests: Counter[int] = field(default_factory=Counter)

    @property
    def by_host(self) -> Mapping[str, Site]:
        """The sites by the name of their host."""
        return {site.paper.home.split("/")[2]: site for site in self.sites}

    def has_paper(self, number: int) -> bool:
        """Whether there is a paper of this number."""
        return any(site.paper.number == number for site in self.sites)

    def stories(self) -> Iterator[tuple[Site, Story]]:
        """Every story that counts: published in the time that is crawled, but for the first and the last day."""
        for site in self.sites:
            for story in site.stories:
                if self.begin + DAY <= story.published < self.end - DAY:
                    yield site, story


def make_web(seed: int, days: int, papers: int = 60) -> Web:
    """The web of a seed, for a crawl of so many days. Shorter ones than ten months begin at any time of the year.

    Fewer papers than all are picked evenly from small to large, with fewer illnesses; so are those of fewer days.
    """
    random = Random(f"papers {seed}")
    begin = _START + (0 if days > 300 else random.randrange(365 - days) * DAY)
    end = begin + days * DAY
    everybody = make_papers(random)
    made = [everybody[int((place + 0.5) * len(everybody) / papers)] for place in range(papers)]
    illnesses = make_illnesses(Random(f"illnesses {seed}"), made, begin, end)
    events = make_events(random, begin - BEFORE, end)
    sites = []
    for paper in made:
        theirs = [illness for illness in illnesses if illness.paper == paper.number]
        stories = make_stories(Random(f"stories {seed} {paper.number}"), paper, events, begin - BEFORE, end)
        sites.append(Site(paper, list(_published_at_all(stories, theirs)), theirs, end))
    return Web(sites, begin, end, illnesses)


def _published_at_all(stories: Iterable[Story], illnesses: Sequence[Illness]) -> Iterator[Story]:
    dead = next((illness.begin for illness in illnesses if illness.kind == "dead_paper"), None)
    return (story for story in stories if dead is None or story.published < dead)


def _drop(stories: Sequence[Story], length: int, dead: int) -> None:
    """Moves `listed_until` to when `length` newer stories have come: all of one moment come at once."""
    for place, story in enumerate(stories):
        if story.published >= dead:
            continue
        after = place + length
        until = stories[after].published if after < len(stories) else 2**40
        story.listed_until = max(story.listed_until, 2**40 if until >= dead else until)


def _published(story: Story) -> int:
    return story.published
