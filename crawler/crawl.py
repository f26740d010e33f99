"""One crawl in this process: what `morgue crawl` and `morgue save` run."""

import asyncio
import logging
import signal
import sys
from dataclasses import replace

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings as ScrapySettings

from archive.errors import ExitCode, NewsmorgueError
from archive.garbage import collect_rarely
from crawler.agenda import read_due_plan
from crawler.plan import CrawlReport, CrawlRequest, Plan, Saved, SourceReport
from crawler.progress import report_lines
from crawler.spiders.news import NewsSpider

__all__ = ["CrawlReport", "CrawlRequest", "Saved", "SourceReport", "report_lines", "run_crawl"]

NOTHING_DUE = "nothing due"


class _Lines(logging.Handler):
    """Notes as plain lines on stderr, above the table of a terminal if there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr, flush=True)


_EXIT = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}


def run_crawl(request: CrawlRequest, kind: type[NewsSpider] = NewsSpider) -> CrawlReport:
    """Run a crawl to its end, or until SIGINT or SIGTERM. Once per process: a reactor cannot be started again.

    Raises NewsmorgueError: what is wrong with the configuration, the targets or the archive.
    """
    plan = read_due_plan(request)
    if not plan.planned:
        return CrawlReport(ExitCode.OK, NOTHING_DUE, 0)
    spider, stopped_by = _run(plan, kind)
    if spider.error is not None:
        raise spider.error
    if spider.report is None:
        raise NewsmorgueError("the crawl ended without a report; what was fetched is in the archive")
    return replace(spider.report, exit_code=_EXIT[stopped_by]) if stopped_by else spider.report


def _speak_plainly(*, quiet: bool) -> None:
    """Notes as plain lines. Only after Scrapy has configured logging: that enables every logger again."""
    notes = logging.getLogger("newsmorgue")
    notes.handlers, notes.propagate = [_Lines()], False
    notes.setLevel(logging.ERROR if quiet else logging.WARNING)
    logging.getLogger("newsmorgue.failures").disabled = True  # run_crawl raises what it would say
    for name in ("scrapy.core.scraper", "scrapy.core.engine"):
        logging.getLogger(name).addFilter(_is_unforeseen)


def _is_unforeseen(record: logging.LogRecord) -> bool:
    """False for the traceback of what is told in one line at the end."""
    return not (record.exc_info and isinstance(record.exc_info[1], NewsmorgueError))


def _run(plan: Plan, kind: type[NewsSpider]) -> tuple[NewsSpider, signal.Signals | None]:
    settings = ScrapySettings()
    settings.setmodule("crawler.settings", priority="project")
    logging.getLogger("scrapy").setLevel(settings["LOG_LEVEL"])  # else two records are made a request, to be dropped
    collect_rarely()
    process = AsyncCrawlerProcess(settings)
    _speak_plainly(quiet=plan.request.quiet)
    crawler = process.create_crawler(kind)
    process.crawl(crawler, plan=plan)
    stopped: list[signal.Signals] = []

    def stop(received: signal.Signals) -> None:
        stopped.append(received)
        for number in _EXIT:  # the next signal ends the process at once; the archive bears it
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        if isinstance(crawler.spider, NewsSpider) and crawler.spider.is_open:
            crawler.spider.crawl.stop()

    loop = asyncio.get_event_loop()
    before = {number: signal.getsignal(number) for number in _EXIT}
    for number in _EXIT:
        loop.add_signal_handler(number, stop, number)
    try:
        process.start(install_signal_handlers=False)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert isinstance(crawler.spider, NewsSpider)
    return crawler.spider, stopped[0] if stopped else None
