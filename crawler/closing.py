"""The archive's side of a crawl's end: what became of everything, counted and written down."""

import logging
from collections.abc import Mapping
from typing import Literal

from archive.dates import iso, now
from archive.errors import ExitCode
from archive.store import holdings
from archive.store.archive import Archive
from archive.store.crawls import SourceSums
from crawler.outcomes import postpone
from crawler.plan import CrawlReport, Plan, Saved, SourceReport
from crawler.running import RunningCrawl, RunningSource

logger = logging.getLogger("newsmorgue")
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
        return crawl.writer.call(lambda archive: _end(archive, crawl, plan, stopped)).result()
    finally:
        crawl.executor.close()
        crawl.writer.close()


def _end(archive: Archive, crawl: RunningCrawl, plan: Plan, stopped: bool) -> CrawlReport:
    for host in crawl.closed_hosts:
        postpone(archive, crawl, host)
    broken = archive.crawls.broken_sums(crawl.crawl_id)
    for line in broken:
        logger.error("the sums do not hold: %s", line)
    ended: Literal["finished", "stopped", "failed"] = "failed" if broken else "stopped" if stopped else "finished"
    sums = {of.source: of for of in archive.crawls.sums(crawl.crawl_id)}
    reports = [_report(source, sums) for source in crawl.sources.values()]
    notes = {
        source.id: report.problem
        for source, report in zip(crawl.sources.values(), reports, strict=True)
        if report.problem
    }
    archive.crawls.end(crawl.crawl_id, ended, now(), notes)
    return CrawlReport(
        exit_code=ExitCode.FAILED if broken else ExitCode.ILL if notes and not stopped else ExitCode.OK,
        ended=ended,
        crawl_id=crawl.crawl_id,
        sources=tuple(reports),
        saved=tuple(_saved(archive, crawl, url) for planned in plan.planned for url in planned.asked)
        if plan.request.save
        else (),
        notes=tuple(crawl.notes),
    )


def _report(source: RunningSource, sums: Mapping[str, SourceSums]) -> SourceReport:
    counted = sums[source.name]
    oldest = source.oldest_on.isoformat() if source.oldest_on else None
    return SourceReport(source.name, counted, source.older, oldest, _problem(source, counted))


def _problem(source: RunningSource, sums: SourceSums) -> str | None:
    """Why a source gave nothing it should have, in one line; None when it is well."""
    if sums.fetched or source.named or source.unchanged or (sums.discovered and sums.discovered == sums.pending):
        return None
    if sums.unreachable:
        return f"none of {sums.unreachable} pages could be had ({_most(sums, 'unreachable')})"
    if not source.planned.whole:
        return f"nothing could be had ({_most(sums, 'skipped') or next(iter(source.failures.values()), 'no story')})"
    looked = "front page, sitemaps in robots.txt, feeds the front page declares, and the common places of both"
    if not source.read and source.failures:
        return f"{source.source.home} could not be read ({next(iter(source.failures.values()))})"
    return (
        f"no feed, no sitemap and no stories found; looked at the {looked}"
        if not source.read or source.opened
        else None
    )


def _most(sums: SourceSums, stage: str) -> str:
    of_stage = {reason: count for reason, count in sums.reasons.items() if reason.startswith(f"{stage}: ")}
    return max(of_stage, key=lambda reason: of_stage[reason]).removeprefix(f"{stage}: ") if of_stage else ""


def _saved(archive: Archive, crawl: RunningCrawl, url: str) -> Saved:
    if url in crawl.unanswered:
        return Saved(url, reason=crawl.unanswered[url])
    connection = archive.db.conn
    answer = holdings.answer(connection, url, iso(now()))
    if answer is None:
        return Saved(url)
    article = holdings.article_id(connection, url)
    return Saved(url, answer.status, answer.verdict, answer.fetched_at, answer.sha256, article, answer.reason)
