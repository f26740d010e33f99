"""A look at sites before they become sources: a crawl that asks for no story, into an archive that is thrown away.

It is a crawl so that what is found is what a crawl will find, with the same manners and the same refusals.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from archive.errors import ExitCode
from archive.store.archive import Archive
from archive.store.listings import Listing
from crawler.crawl import CrawlRequest, SourceReport, run_crawl
from crawler.robots import RobotsRules
from crawler.running import origin_of
from crawler.sources import Settings, add_sources

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a site has. `stories`: how many are listed within the horizon; `older`: how many before it."""

    name: str
    home: str
    feeds: int = 0
    sitemaps: int = 0
    stories: int = 0
    older: int = 0
    oldest_on: str | None = None
    crawl_delay: float | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """The end of a look: what each site has, in order, and the code to end with if a signal ended it."""

    found: tuple[Found, ...]
    exit_code: ExitCode = ExitCode.OK


def probe(blocks: Sequence[Block], settings: Settings, *, quiet: bool = False) -> Looked:
    """Look at the sites of these blocks, all at once. Once per process. Raises NewsmorgueError."""
    with tempfile.TemporaryDirectory(prefix="morgue-") as folder:
        config = Path(folder) / "morgue.toml"
        config.write_text(manners_of(settings), encoding="utf-8")
        add_sources(config, blocks)
        place = Path(folder) / "probe.db"
        request = CrawlRequest(place, config, limit=0, command="morgue add", quiet=quiet, force=True)
        report = run_crawl(request)
        with Archive.open(request.archive, readonly=True, force=True) as archive:
            found = tuple(_found(archive, source, block) for source, block in zip(report.sources, blocks, strict=True))
    stopped = report.exit_code in (ExitCode.INTERRUPTED, ExitCode.TERMINATED)
    return Looked(found, report.exit_code if stopped else ExitCode.OK)


def manners_of(settings: Settings) -> str:
    """The [crawl] table that holds here: contact, delay, proxy."""
    crawl = settings.crawl.model_dump(mode="json", exclude_defaults=True)
    return tomlkit.dumps({"crawl": crawl}) if crawl else ""


def _found(archive: Archive, report: SourceReport, block: Block) -> Found:
    record = archive.sources.by_name(report.name)
    assert record is not None
    assert record.id is not None
    known = archive.listings.known(record.id)
    listings = [listing for listing in known if listing.last_fetched_at and not listing.failures]
    home = str(block["home"])
    return Found(
        name=report.name,
        home=home,
        feeds=_count(listings, "feed"),
        sitemaps=_count(listings, "sitemap"),
        stories=report.sums.discovered,
        older=report.older,
        oldest_on=report.oldest_on,
        crawl_delay=_crawl_delay(archive, home),
        problem=report.problem,
    )


def _count(listings: Sequence[Listing], kind: str) -> int:
    return sum(listing.kind == kind for listing in listings)


def _crawl_delay(archive: Archive, home: str) -> float | None:
    copy = archive.robots.get(origin_of(home))
    return RobotsRules.parse(copy.body).crawl_delay if copy and copy.body else None
