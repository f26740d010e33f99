"""The archive's side of a crawl's beginning: sources, the crawl's row, and the links it takes over. One transaction."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from importlib.metadata import version

from archive.dates import now
from archive.models import Link
from archive.program import VERSION
from archive.store.archive import Archive
from archive.store.crawls import CrawlStart
from archive.store.links import Meeting
from archive.store.pending import LinkRow
from archive.store.sources import SourceRecord
from crawler.budgets import Budgets
from crawler.plan import Plan, Planned
from crawler.robots import RobotsRules
from crawler.running import RunningSource, origin_of
from crawler.schedule import LEEWAY, LONG_WAIT, horizon
from crawler.sources import Source, secret_headers

_NAMED = ("scrapy", "trafilatura", "lxml", "aiohttp")
_CHOOSING = ("allow", "deny", "since")  # what decides on links that a listing names
EVERYTHING = 2**31


def open_sources(archive: Archive, plan: Plan) -> list[RunningSource]:
    """Save the sources of a crawl. Those that morgue.toml no longer names are retired when all of it is crawled."""
    sources = [_running(archive, planned, plan) for planned in plan.planned]
    for paused in (source for source in plan.settings.sources if source.paused):
        archive.sources.save(_record(paused), now())
    if not plan.request.targets:
        archive.sources.retire_others([source.name for source in plan.settings.sources], now())
    return sources


def begin(archive: Archive, plan: Plan, sources: Sequence[RunningSource], user_agent: str) -> int:
    """Open the crawl's row; links that are still pending become this crawl's."""
    ids = tuple(source.id for source in sources)
    start = CrawlStart(
        command=plan.request.command,
        pid=os.getpid(),
        versions={"newsmorgue": VERSION}
        | {name: version(name) for name in _NAMED}
        | {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version},
        config=plan.settings.text or None,
        user_agent=user_agent,
        permissions=tuple(_permission(source.source) for source in sources if source.source.unlocked()),
        started_at=now(),
        sources=ids,
    )
    if (last := archive.crawls.last_begun()) is not None and last > start.started_at + LEEWAY:
        archive.revisits.clock_was_ahead(start.started_at)
    crawl_id = archive.crawls.begin(start)
    archive.links.carry_over(crawl_id, [source.id for source in sources if source.planned.whole], now())
    return crawl_id


def budgets(archive: Archive, plan: Plan) -> Budgets:
    """How many requests hosts and crawl have left; of a budget a day, earlier crawls have used some."""
    at = now()
    limited = any(planned.source.most_requests for planned in plan.planned)
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return Budgets(plan.settings.crawl, archive.fetches.asked_since(day) if limited else {}, at)


def ask(archive: Archive, crawl_id: int, sources: Sequence[RunningSource]) -> list[LinkRow]:
    """Make links of the pages that are asked for, due whatever is known of them."""
    asked: list[LinkRow] = []
    for source in sources:
        meeting = Meeting(crawl_id, source.id, None, now())
        archive.links.meet(meeting, [Link(url, "asked") for url in source.planned.asked], lambda _: True)
        wanted = {archive.links.id_of(url) for url in source.planned.asked}
        asked += (link for link in archive.links.pending(source.id, now(), EVERYTHING, ()) if link.id in wanted)
    return asked


def _running(archive: Archive, planned: Planned, plan: Plan) -> RunningSource:
    source = planned.source
    record, held = _record(source), archive.sources.by_name(source.name)
    source_id = archive.sources.save(record, now())
    if held is not None and any(held.config.get(key) != record.config.get(key) for key in _CHOOSING):
        archive.listings.forget_validators(source_id)  # what was refused so far may be wanted now
    return RunningSource(
        id=source_id,
        planned=planned,
        horizon=horizon(plan.request.since, source.since, now()),
        secrets=secret_headers(source),
        shapes={of.shape: of for of in archive.shapes.suspect(source_id)},
        listings={listing.url: listing for listing in archive.listings.known(source_id)},
        is_slow=is_slow(archive, source, source_id),
    )


def _record(source: Source) -> SourceRecord:
    config = source.model_dump(mode="json", exclude_defaults=True)
    return SourceRecord.of(source, config, source.permission)


def is_slow(archive: Archive, source: Source, source_id: int) -> bool:
    """Whether the Crawl-delay of a source allows one request a crawl, and links are waiting for it."""
    copy = archive.robots.get(origin_of(source.home))
    delay = RobotsRules.parse(copy.body).crawl_delay if copy and copy.body else None
    return delay is not None and delay > LONG_WAIT and archive.links.pending_count(source_id) > 0


def _permission(source: Source) -> str:
    used = ", ".join(f"{key} = {value}" for key, value in sorted(source.unlocked().items()))
    return f"{source.name}: {source.permission} ({used})"
