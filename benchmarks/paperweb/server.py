"""Answers of the paper web: for an address, a time and the validators sent, what the server says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime

from benchmarks.paperweb import DAY, HOUR, MINUTE
from benchmarks.paperweb.documents import SHOWN, Document, Shown
from benchmarks.paperweb.illness import Illness
from benchmarks.paperweb.papers import Feed, Validators
from benchmarks.paperweb.stories import Story
from benchmarks.paperweb.web import DAILY_CHILDREN, NEWS_HOURS, NEWS_MOST, Site, Web

NEW_FEED = "feeds/latest.xml"
_CHILD = re.compile(r"sitemap-(\d{4})-(\d\d)(?:-(\d\d))?\.xml")
_MOST_READ = 3
_WALL = (
    b"<!doctype html><html><head><title>Your privacy</title></head><body><p>We value your privacy.</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or why there is none (`failure`: connection, tls). `moved`: where a redirect led to first.

    `story`: whose page it is, in which version, as what: article, consent, challenge or soft_404.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    document: Document | None = None
    story: Story | None = None
    version: int = 0
    verdict: str = "article"
    shown: Shown = SHOWN
    moved: str | None = None
    failure: str | None = None
    retry_after: float | None = None


@dataclass(slots=True)
class Server:
    """Serves all papers, and counts."""

    web: Web
    _sites: Mapping[str, Site] = field(init=False)

    def __post_init__(self) -> None:
        self._sites = self.web.by_host

    def get(self, url: str, at: int, validators: Mapping[str, str] | None = None) -> Answer:
        """The answer to a request; a redirect is followed, and counts as a request of its own."""
        host, _, path = url.removeprefix("https://").partition("/")
        site = self._sites[host]
        self.web.requests[site.paper.number] += 1
        answer = _ill(site, path, at) or _well(site, url, path, at)
        if answer.moved:
            self.web.requests[site.paper.number] += 1
        if not validators or answer.status != 200:
            return answer
        sent = dict(answer.headers)
        same = any(
            sent.get(name) == validators.get(condition) is not None
            for name, condition in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
        )
        return replace(answer, status=304, body=b"", document=None) if same else answer

    def robots(self, home: str) -> str:
        """What robots.txt of a site says, without asking: a copy is held."""
        return _robots(self._sites[home.split("/")[2]]).decode()


def _ill(site: Site, path: str, at: int) -> Answer | None:
    illness = site.ill(at)
    match illness.kind if illness else None:
        case "down":
            return Answer(failure="connection")
        case "tls":
            return Answer(failure="tls")
        case "busy":
            return _busy(illness, at)
        case "challenge" if path != "robots.txt":
            story = site.by_url.get(site.paper.home + path)
            return Answer(403, body=b"<html><title>Just a moment...</title></html>", story=story, verdict="challenge")
    return None


def _busy(illness: Illness | None, at: int) -> Answer:
    assert illness is not None
    if illness.begin % 2:  # half of them say how long
        return Answer(503, (("Retry-After", "1800"),), retry_after=1800.0)
    return Answer(503)


def _well(site: Site, url: str, path: str, at: int) -> Answer:
    if (story := site.by_url.get(url)) is not None:
        return _page(site, story, at)
    if not path:
        return _front(site, at)
    if path == "robots.txt":
        return Answer(body=_robots(site))
    for feed in site.paper.feeds:
        if path in (feed.path, NEW_FEED):
            return _feed(site, feed, path, at)
    return _sitemap(site, path, at)


def _page(site: Site, story: Story, at: int) -> Answer:
    if story.published > at:
        return Answer(404)
    if site.has("consent", at):
        return Answer(body=_WALL, story=story, verdict="consent")
    version = story.version(at)
    changed = story.edits[version - 1] if version else story.published
    headers = _headers(site.paper.page_validators, f'"{story.n}-{version}"', changed, at)
    body = f"<html><title>{site.renderer.title(story)}</title><p>{story.n} {version}</p></html>".encode()
    return Answer(200, headers, body, story=story, version=version, shown=_shown(site, at))


def _front(site: Site, at: int) -> Answer:
    if site.has("consent", at):
        return Answer(body=_WALL)
    newest = site.latest(site.front_stories, at, site.paper.front)
    old = site.between(at - at % DAY - 6 * DAY, at - at % DAY - 2 * DAY)
    most_read = old[:: max(1, len(old) // _MOST_READ)][:_MOST_READ]
    links = "".join(
        f'<link rel="alternate" type="application/{feed.form}+xml" href="/{_path(site, feed, at)}">'
        for feed in site.paper.feeds
    )
    if site.paper.number % 2:
        links += f"<!-- rendered {at - at % MINUTE} -->"
    stories = [story for story in (*newest, *most_read) if story.published <= at]
    unique = list({story.n: story for story in stories}.values())
    document = site.renderer.document("front", unique, at, Shown(modified=False), links)
    headers = _headers("etag" if site.paper.number % 4 == 2 else "none", document.etag, document.changed, at)
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"), *headers), document.body, document)


def _path(site: Site, feed: Feed, at: int) -> str:
    moved = site.has("feed_gone", at) or site.has("feed_moved", at)
    return NEW_FEED if moved and feed is site.paper.feeds[0] else feed.path


def _feed(site: Site, feed: Feed, path: str, at: int) -> Answer:
    if path != _path(site, feed, at):
        if path == NEW_FEED or site.has("feed_gone", at):
            return Answer(404)
        return replace(_feed(site, feed, NEW_FEED, at), moved=site.paper.home + NEW_FEED)
    dead = site.has("dead_feed", at)
    when = min(at, dead.begin) if dead and feed is site.paper.feeds[0] else at
    ttl = f"<ttl>{feed.ttl}</ttl>" if feed.ttl else ""
    stories = site.latest(site.of(feed), when, feed.length)
    document = site.renderer.document(feed.form, stories, when, _shown(site, at), ttl)
    return _listing(site, document, at)


def _sitemap(site: Site, path: str, at: int) -> Answer:
    paper = site.paper
    if path == "sitemap-news.xml" and paper.news_sitemap:
        stories = site.between(at - NEWS_HOURS * HOUR, at + 1)[:NEWS_MOST]
        return _listing(site, site.renderer.document("news", stories, at, _shown(site, at)), at)
    if path == "sitemap.xml" and paper.sitemaps != "none":
        return _listing(site, site.renderer.index(_children(site, at)), at)
    child = _CHILD.fullmatch(path)
    if child is None or (child[3] is not None) != (paper.sitemaps == "daily") or paper.sitemaps == "none":
        return Answer(404)
    begin, end = _span(child)
    if begin > at or (paper.sitemaps == "daily" and end < at - DAILY_CHILDREN * DAY):
        return Answer(404)
    shown = replace(_shown(site, at), dates=paper.lastmod != "none")
    return _listing(site, site.renderer.document("urlset", site.between(begin, min(end, at + 1)), at, shown), at)


def _children(site: Site, at: int) -> list[tuple[str, str | None]]:
    day = at - at % DAY
    if site.paper.sitemaps == "daily":
        spans = [(day - back * DAY, day - back * DAY + DAY) for back in range(DAILY_CHILDREN)]
        names = [f"{datetime.fromtimestamp(begin, UTC):%Y-%m-%d}" for begin, _ in spans]
    else:
        names = _months(site.stories[0].published if site.stories else at, at)
        spans = [_span(child) for name in names if (child := _CHILD.fullmatch(f"sitemap-{name}.xml"))]
    return [
        (f"{site.paper.home}sitemap-{name}.xml", _lastmod(site, span, at))
        for name, span in zip(names, spans, strict=True)
    ]


def _lastmod(site: Site, span: tuple[int, int], at: int) -> str | None:
    """When a child last changed, as the index says: truly, "just now" whenever it is asked, or nothing."""
    if site.paper.lastmod == "none":
        return None
    changed = at
    if site.paper.lastmod == "honest":
        stories = site.between(span[0], min(span[1], at + 1))
        changed = max((_last_change(site, story, at) for story in stories), default=span[0])
    return datetime.fromtimestamp(changed, UTC).isoformat()


def _last_change(site: Site, story: Story, at: int) -> int:
    version = story.version(at) if site.paper.tells_edits else 0
    return story.edits[version - 1] if version else story.published


def _months(first: int, at: int) -> list[str]:
    begin, end = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(at, UTC)
    months = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    return [f"{month // 12}-{month % 12 + 1:02}" for month in reversed(months)]


def _span(child: re.Match[str]) -> tuple[int, int]:
    year, month, day = int(child[1]), int(child[2]), int(child[3] or 1)
    begin = datetime(year, month, day, tzinfo=UTC)
    if child[3]:
        return int(begin.timestamp()), int(begin.timestamp()) + DAY
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return int(begin.timestamp()), int(end.timestamp())


def _shown(site: Site, at: int) -> Shown:
    return Shown(site.paper.tells_edits, not site.has("no_authors", at), not site.has("no_dates", at))


def _listing(site: Site, document: Document, at: int) -> Answer:
    headers = _headers(site.paper.listing_validators, document.etag, document.changed, at)
    return Answer(200, (("Content-Type", "application/xml"), *headers), document.body, document)


def _headers(kind: Validators, etag: str, changed: int, at: int) -> tuple[tuple[str, str], ...]:
    match kind:
        case "etag":
            return (("ETag", etag),)
        case "fresh_etag":
            return (("ETag", f'"{at}"'),)
        case "last_modified":
            return (("Last-Modified", format_datetime(datetime.fromtimestamp(changed, UTC), usegmt=True)),)
    return ()


def _robots(site: Site) -> bytes:
    named: Sequence[str] = ["sitemap-news.xml"] * site.paper.news_sitemap
    named = [*named, *["sitemap.xml"] * (site.paper.sitemaps != "none")]
    return "".join(["User-agent: *\nAllow: /\n", *(f"Sitemap: {site.paper.home}{path}\n" for path in named)]).encode()
