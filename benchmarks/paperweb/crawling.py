"""One crawl of the paper web: the spider's work with the crawler's own parts, but for the network and for Scrapy.

What is asked when is decided by crawler.schedule and crawler.selection, read by crawler.discovery, written through
archive.store and archive.settling. Here is only what Scrapy's engine does: one request at a time and host, three
seconds between two, hosts side by side; further tries; the listings of a host before its links.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from archive.store.archive import Archive
from archive.store.crawls import CrawlStart
from archive.store.listings import Listing
from archive.store.sources import SourceRecord
from benchmarks.paperweb.asking import Asking, moment, seconds
from benchmarks.paperweb.ledger import Ledger
from benchmarks.paperweb.listening import Listening
from benchmarks.paperweb.reading import Reader
from benchmarks.paperweb.server import Server
from benchmarks.paperweb.web import Site, Web
from crawler.agenda import agenda, known_of
from crawler.plan import Planned
from crawler.running import RunningSource
from crawler.schedule import LEEWAY, horizon
from crawler.sources import Settings, Source, parse_source

START_UP = 4  # seconds until a new process asks for the first time
_AGENT = "newsmorgue (model)"


@dataclass(slots=True)
class Crawling:
    """Crawls, one after the other, into one archive."""

    archive: Archive
    web: Web
    settings: Settings
    server: Server = field(init=False)
    ledger: Ledger = field(default_factory=Ledger)
    reader: Reader = field(default_factory=Reader)
    counts: Counter[str] = field(default_factory=Counter)
    _robots: dict[str, int] = field(default_factory=dict)
    _ids: dict[str, int] = field(default_factory=dict)

    _next: dict[str, int] = field(default_factory=dict)
    _sources: list[tuple[Source, Site]] = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server(self.web)
        self._sources = list(zip(self.settings.sources, self.web.sites, strict=True))

    def next_due(self) -> int:
        """When anything is due again, as `morgue watch` finds out; what a source's crawl did not touch stands."""
        return min(self._next.values(), default=2**40)

    def crawl(self, at: int) -> int:
        """Crawls what is due, of the sources where anything is. Returns when that has ended."""
        until = at + int(LEEWAY.total_seconds())
        due = [(one, site) for one, site in self._sources if self._next.get(one.name, 0) <= until]
        with self.archive.transaction():
            sources = [self._running(source, at) for source, _ in due]
            crawl_id = self.archive.crawls.begin(
                CrawlStart("model", 1, {}, None, _AGENT, (), moment(at), tuple(source.id for source in sources))
            )
            self.archive.links.carry_over(crawl_id, [source.id for source in sources], moment(at))
            sites = [site for _, site in due]
            ends = [self._source(source, site, crawl_id, at) for source, site in zip(sources, sites, strict=True)]
            end = max(ends, default=at)
            self.archive.crawls.end(crawl_id, "finished", moment(end))
            self.counts["crawls"] += 1
            self.counts["broken sums"] += len(self.archive.crawls.broken_sums(crawl_id))
            for source, _ in due:
                items = agenda(source, known_of(self.archive, source), moment(end))
                self._next[source.name] = min((seconds(item.at) for item in items), default=2**40)
        return end

    def _running(self, source: Source, at: int) -> RunningSource:
        if source.name not in self._ids:
            config = source.model_dump(mode="json", exclude_defaults=True)
            self._ids[source.name] = self.archive.sources.save(SourceRecord.of(source, config), moment(at))
        source_id = self._ids[source.name]
        listings: dict[str, Listing] = {known.url: known for known in self.archive.listings.known(source_id)}
        since = horizon(None, source.since, moment(at))
        return RunningSource(source_id, Planned(source), since, {}, listings)

    def _source(self, source: RunningSource, site: Site, crawl_id: int, at: int) -> int:
        asking = Asking(self.archive, self.server, site, source, crawl_id, at + START_UP)
        asking.ledger, asking.counts = self.ledger, self.counts
        listening = Listening(asking, self.reader, self._robots)
        listening.listings()
        asking.links()
        return asking.at


def settings_of(web: Web) -> Settings:
    """morgue.toml for all papers: some with their feeds and sitemaps named, the others with the home page only."""
    return Settings(sources=tuple(parse_source(_block(site)) for site in web.sites))


def _block(site: Site) -> dict[str, object]:
    paper = site.paper
    block: dict[str, object] = {"name": paper.name, "home": paper.home}
    if paper.chosen:
        named = ["sitemap-news.xml"] * paper.news_sitemap + ["sitemap.xml"] * (paper.sitemaps != "none")
        block["feeds"] = [paper.home + feed.path for feed in paper.feeds]
        block["sitemaps"] = [paper.home + path for path in named]
    return block


def in_words(at: int) -> str:
    """A time, for people."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"
