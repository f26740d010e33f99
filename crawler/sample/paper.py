"""A newspaper as a site: front page, sections, feeds, sitemaps and stories, made from values for any origin."""

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crawler.sample import listings, templates
from crawler.sample.server import Answer, Request, document
from crawler.sample.story import Story

FEEDS = {"rss": "/feed.xml", "atom": "/atom.xml", "json": "/feed.json"}
SITEMAPS = {"index": "/sitemap.xml", "news": "/sitemap-news.xml"}
ROBOTS = "User-agent: *\nDisallow: /search\nDisallow: /intern/\n\n"

Special = Answer | Callable[[Request], Answer]


@dataclass
class NewsPaper:
    """A paper that answers requests; stories may be published and withdrawn while it does.

    `feeds` are those it has and declares (rss, atom, json), `sitemaps` those that robots.txt names (index, news),
    `pages` further paths that its sitemap lists. `answers` says what a path answers instead: an Answer, or a function
    of the request. The front page, feeds and news sitemap name the newest `listed` stories. What nobody knows is a 404
    with a page.
    """

    name: str
    stories: dict[str, Story]
    language: str = "en"
    feeds: Sequence[str] = tuple(FEEDS)
    sitemaps: Sequence[str] = tuple(SITEMAPS)
    pages: Sequence[str] = ()
    listed: int = 30
    answers: dict[str, Special] = field(default_factory=dict)

    def __call__(self, request: Request) -> Answer:
        bare = request.path.partition("?")[0]
        special = self.answers.get(request.path, self.answers.get(bare))
        if special is not None:
            return special if isinstance(special, Answer) else special(request)
        if (story := self.stories.get(bare)) is not None:
            return self._story(story, request.origin)
        if (made := self._listing(bare, listings.Paper(self.name, self.language, request.origin))) is not None:
            return made
        return document(templates.missing(self.name), status=404)

    @property
    def newest(self) -> list[Story]:
        """All stories, newest first."""
        return sorted(self.stories.values(), key=lambda story: story.published, reverse=True)

    @property
    def sections(self) -> list[str]:
        """Names of all sections; each has a page of that name in small letters."""
        return sorted({story.section for story in self.stories.values()})

    def publish(self, story: Story) -> None:
        """Print a story, or another version of the one at its path."""
        self.stories[story.path] = story

    def withdraw(self, path: str) -> Story:
        """Take a story out of everything that lists it; its address answers 404 from now on."""
        return self.stories.pop(path)

    def _around(self, origin: str) -> templates.Surroundings:
        return templates.Surroundings(self.name, self.language, origin, self.sections)

    def _story(self, story: Story, origin: str) -> Answer:
        others = [other for other in self.newest if other.path != story.path]
        return document(templates.story_page(self._around(origin), story, others[:6]))

    def _listing(self, path: str, paper: listings.Paper) -> Answer | None:
        newest, around = self.newest, self._around(paper.origin)
        if path == "/robots.txt":
            named = "".join(f"Sitemap: {paper.origin}{SITEMAPS[kind]}\n" for kind in self.sitemaps)
            return document(ROBOTS + named, "text/plain; charset=utf-8")
        if path == "/":
            return document(templates.front(around, newest[: self.listed], [FEEDS[kind] for kind in self.feeds]))
        for name in self.sections:
            if path == f"/{name.lower()}/":
                stories = [story for story in newest if story.section == name]
                return document(templates.section(around, name, stories[: self.listed]))
        return self._feed(path, paper) or self._sitemap(path, paper)

    def _feed(self, path: str, paper: listings.Paper) -> Answer | None:
        stories = self.newest[: self.listed]
        match next((kind for kind in self.feeds if FEEDS[kind] == path), None):
            case "rss":
                return document(listings.rss(paper, stories), "application/rss+xml; charset=utf-8")
            case "atom":
                return document(listings.atom(paper, stories), "application/atom+xml; charset=utf-8")
            case "json":
                return document(listings.json_feed(paper, stories), "application/feed+json")
            case _:
                return None

    def _sitemap(self, path: str, paper: listings.Paper) -> Answer | None:
        newest = self.newest
        if path == SITEMAPS["news"] and "news" in self.sitemaps:
            return document(listings.news_sitemap(paper, newest[: self.listed]), "application/xml")
        if "index" not in self.sitemaps:
            return None
        today = max((_day(story) for story in newest), default="2000-01-01")
        match path:
            case "/sitemap.xml":
                children = (
                    ("/sitemap-stories.xml.gz", "/sitemap-pages.xml") if self.pages else ("/sitemap-stories.xml.gz",)
                )
                return document(
                    listings.sitemap_index(paper, ((child, today) for child in children)), "application/xml"
                )
            case "/sitemap-stories.xml.gz":
                text = listings.sitemap(paper, ((story.path, _day(story)) for story in newest))
                return Answer(
                    body=gzip.compress(text.encode(), mtime=0), headers=(("Content-Type", "application/gzip"),)
                )
            case "/sitemap-pages.xml" if self.pages:
                return document(listings.sitemap(paper, ((page, today) for page in self.pages)), "application/xml")
            case _:
                return None


def _day(story: Story) -> str:
    return (story.modified or story.published).date().isoformat()
