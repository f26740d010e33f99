"""One crawl of the paper web: the spider's work with the crawler's own parts, but for the network and for Scrapy.

What is asked when is decided by crawler.schedule and crawler.selection, read by crawler.discovery, written through
archive.store and archive.settling. Here is only what Scrapy's engine does: one request at a time and host, three
seconds between two, hosts side by side; further tries; the listings of a host before its links.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from archive.checkup import check_up
from archive.dates import from_iso
from archive.store.archive import Archive
from archive.store.crawls import CrawlStart
from archive.store.listings import Listing
from archive.store.sources import SourceRecord
from archive.store.waiting import Queue, Waiting
from benchmarks.paperweb import HOUR
from benchmarks.paperweb.alarms import Alarm
from benchmarks.paperweb.asking import Asking, moment, seconds
from benchmarks.paperweb.ledger import Ledger
from benchmarks.paperweb.listening import Listening
from benchmarks.paperweb.reading import Reader
from benchmarks.paperweb.server import Server
from benchmarks.paperweb.web import Site, Web
from crawler.agenda import Known, agenda
from crawler.plan import Planned
from crawler.revisiting import Revisiting
from crawler.running import RunningSource
from crawler.schedule import LEEWAY, horizon
from crawler.sources import Settings, Source, parse_source

START_UP = 4  # seconds until a new process asks for the first time
CHECK_UP = HOUR  # a real crawl looks at the health of sources whenever it ends
_FIRST_PENDING = "SELECT min(coalesce(not_before, first_seen_at)) FROM links WHERE source_id = ? AND state = 'pending'"
_FIRST_STORY = """
SELECT due_at FROM links WHERE source_id = ? AND due_at IS NOT NULL AND state <> 'pending' ORDER BY due_at LIMIT 1
"""
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
    alarms: list[Alarm] = field(default_factory=list)
    _robots: dict[str, int] = field(default_factory=dict)
    _ids: dict[str, int] = field(default_factory=dict)

    _checked: int = 0
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
            refuses = {source.id: source.source.refuses for source in sources}
            revisiting = Revisiting(crawl_id, moment(at), {}, refuses)
            ends = [self._source(source, site, revisiting, at) for source, site in zip(sources, sites, strict=True)]
            end = max(ends, default=at)
            revisiting.finish(self.archive, moment(end))
            self.archive.crawls.end(crawl_id, "finished", moment(end))
            self.counts["crawls"] += 1
            self.counts["broken sums"] += len(self.archive.crawls.broken_sums(crawl_id))
            for source, _ in due:
                items = agenda(source, self._known(source), moment(end))
                self._next[source.name] = min((seconds(item.at) for item in items), default=2**40)
            if end - self._checked >= CHECK_UP:
                self._checked = end
                check_up(self.archive, moment(end))
        return end

    def _running(self, source: Source, at: int) -> RunningSource:
        if source.name not in self._ids:
            config = source.model_dump(mode="json", exclude_defaults=True)
            self._ids[source.name] = self.archive.sources.save(SourceRecord.of(source, config), moment(at))
        source_id = self._ids[source.name]
        listings: dict[str, Listing] = {known.url: known for known in self.archive.listings.known(source_id)}
        since = horizon(None, source.since, moment(at))
        shapes = {of.shape: of for of in self.archive.shapes.suspect(source_id)}
        return RunningSource(source_id, Planned(source), since, {}, listings, shapes=shapes)

    def _known(self, source: Source) -> Known:
        """What `crawler.agenda.known_of` says, without how many links wait: to count them all takes long."""
        source_id, execute = self._ids[source.name], self.archive.db.conn.execute
        first = (execute(query, (source_id,)).fetchone() for query in (_FIRST_PENDING, _FIRST_STORY))
        queues = [Queue(1, from_iso(row[0])) if row and row[0] else Queue() for row in first]
        return Known(source_id, tuple(self.archive.listings.known(source_id)), Waiting(*queues))

    def _source(self, source: RunningSource, site: Site, revisiting: Revisiting, at: int) -> int:
        asking = Asking(self.archive, self.server, site, source, revisiting.crawl_id, at + START_UP, revisiting)
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
