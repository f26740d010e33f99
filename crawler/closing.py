"""The archive's side of a crawl's end: what became of everything, counted and written down."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from archive.checkup import check_up
from archive.dates import iso, now
from archive.errors import ExitCode
from archive.health.judging import Judged
from archive.learning import learn_sites
from archive.store import holdings
from archive.store.archive import Archive
from archive.store.crawls import SourceSums
from archive.store.forgotten import FORGOTTEN
from archive.store.sizes import note_size
from crawler.budgets import BUDGET
from crawler.outcomes import postpone
from crawler.plan import CrawlReport, Plan, Saved, SourceReport
from crawler.running import RunningCrawl, RunningSource

logger = logging.getLogger("newsmorgue")
Ended = Literal["finished", "stopped", "failed"]
NOTHING_LISTED = (
    "no feed, no sitemap and no stories found; looked at the front page, sitemaps in robots.txt, "
    "feeds the front page declares, and the common places of both"
)
STOP_WITHIN = 5.0
"""Seconds that pages received before a stop are given to be judged; the next crawl judges the rest."""


def close(crawl: RunningCrawl, plan: Plan) -> CrawlReport:
    """End a crawl and release what it held of the archive. Blocks; not for the reactor's thread."""
    stopped = crawl.stopping.is_set()
    try:
        crawl.ingest.wait(STOP_WITHIN if stopped else None)
        crawl.ingest.close()
        if crawl.error is not None:
            raise crawl.error
        report = crawl.writer.call(lambda archive: _end(archive, crawl, plan, stopped)).result()
        if not stopped:  # the next crawl learns from this one's pages, too
            learn_sites(crawl.writer)
        judged = crawl.writer.call(lambda archive: check_up(archive, now(), plan.settings.paused)).result()
        return replace(report, notes=(*report.notes, *_news(crawl, judged)))
    finally:
        crawl.executor.close()
        crawl.writer.close()


def _news(crawl: RunningCrawl, judged: Sequence[Judged]) -> Iterator[str]:
    """What began and ended with the sources of this crawl, and with all of them together."""
    names: dict[int | None, str] = {source.id: source.name for source in crawl.sources.values()}
    names[None] = "all sources"
    for one in judged:
        if one.source_id in names:
            name = names[one.source_id]
            yield from (f"{name} is ill: {incident.illness.says}" for incident in one.began)
            yield from (f"{name} is well again; it was ill: {incident.illness.says}" for incident in one.ended)


def _end(archive: Archive, crawl: RunningCrawl, plan: Plan, stopped: bool) -> CrawlReport:
    for host in crawl.closed_hosts:
        postpone(archive, crawl, host)
    for host, said in crawl.budgets.spent.items():
        count = archive.links.pending_at(host, list(crawl.sources), BUDGET)
        until = crawl.closed_hosts[host][0] if host in crawl.closed_hosts else now()
        crawl.say(f"{host}: {said}; {count:,} pages wait until {until:%Y-%m-%d %H:%M} UTC")
    crawl.revisiting.finish(archive, now())
    broken = archive.crawls.broken_sums(crawl.crawl_id)
    for line in broken:
        logger.error("the sums do not hold: %s", line)
    sums = {of.source: of for of in archive.crawls.sums(crawl.crawl_id)}
    reports = {source.id: _report(source, sums[source.name], crawl) for source in crawl.sources.values()}
    problems = {source_id: report.problem for source_id, report in reports.items() if report.problem}
    ended: Ended = "failed" if broken else "stopped" if stopped else "finished"
    archive.crawls.end(crawl.crawl_id, ended, now(), problems)
    note_size(archive.db, now())
    asked = [url for planned in plan.planned for url in planned.asked] if plan.request.save else []
    return CrawlReport(
        exit_code=_exit_code(crawl, broken=bool(broken), ill=bool(problems) and not stopped),
        ended=ended,
        crawl_id=crawl.crawl_id,
        sources=tuple(reports.values()),
        saved=tuple(_saved(archive, crawl, url) for url in asked),
        notes=tuple(crawl.notes),
    )


def _exit_code(crawl: RunningCrawl, *, broken: bool, ill: bool) -> ExitCode:
    if broken or crawl.no_room is not None:
        return ExitCode.FAILED
    return ExitCode.ILL if ill else ExitCode.OK


def _report(source: RunningSource, sums: SourceSums, crawl: RunningCrawl) -> SourceReport:
    oldest = source.oldest_on.isoformat() if source.oldest_on else None
    delay = source.source.delay if source.source.delay is not None else crawl.settings.crawl.delay
    looked = source.opened or not crawl.request.due  # else a few known stories were all that was due
    problem = problem_of(source, sums) if looked else None
    return SourceReport(source.name, sums, source.older, oldest, source.undated, delay, problem)


def problem_of(source: RunningSource, sums: SourceSums) -> str | None:
    """Why a source gave nothing it should have, in one line; None when it is well, or was not to be looked at."""
    if sums.fetched or sums.pending or source.named or source.unchanged or source.older or source.undated:
        return None
    if sums.unreachable:
        return f"none of {sums.unreachable} pages could be had ({_most(sums, 'unreachable')})"
    if sums.skipped:
        return f"none of {sums.skipped} pages may be asked for ({_most(sums, 'skipped')})"
    if source.failures and not source.read:
        first = next(iter(source.failures))
        url = source.source.home if source.source.home in source.failures else first
        return f"{url} could not be read ({source.failures[url]})"
    return NOTHING_LISTED if source.opened else None


def _most(sums: SourceSums, stage: str) -> str:
    of_stage = {reason: count for reason, count in sums.reasons.items() if reason.startswith(f"{stage}: ")}
    return max(of_stage, key=lambda reason: of_stage[reason]).removeprefix(f"{stage}: ") if of_stage else ""


def _saved(archive: Archive, crawl: RunningCrawl, url: str) -> Saved:
    if url in crawl.unanswered:
        return Saved(url, reason=crawl.unanswered[url])
    connection = archive.db.conn
    answer = holdings.answer(connection, url, iso(now()))
    if archive.forgotten.among([url]):
        return Saved(url, reason=FORGOTTEN)
    if answer is None:
        return Saved(url)
    article = holdings.article_id(connection, url)
    return Saved(url, answer.status, answer.verdict, answer.fetched_at, answer.sha256, article, answer.reason)
