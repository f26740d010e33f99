"""How we crawl, as Scrapy settings; what is crawled stands in morgue.toml."""

from archive.program import VERSION

BOT_NAME = "newsmorgue"
SPIDER_MODULES = ["crawler.spiders"]
USER_AGENT = f"newsmorgue/{VERSION}"

# A server in this process that runs what it is sent, cookies that make pages personal, and files: all off.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "crawler.stopping.StoppableDownloadHandler",
    "https": "crawler.stopping.StoppableDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# The frontier hands out what each host's turn allows: a total would let slow hosts starve the others.
CONCURRENT_REQUESTS = 0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1  # saves 1.3 ms a page, and a response yields one item
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 64 * 2**20
DOWNLOAD_DELAY = 3
DOWNLOAD_DELAY_JITTER = 0.25
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 10 * 2**20
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False  # what came is kept and marked truncated
DOWNLOAD_VERIFY_CERTIFICATES = True
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the links table decides
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.ScrapyPriorityQueue"
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # the usual one gives the last request first

# Only what is named here runs: Scrapy's own robots, redirect, retry, proxy and compression rules are not ours.
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.GuardMiddleware": 100,
    "crawler.middlewares.ForgottenMiddleware": 120,
    "crawler.middlewares.TurnMiddleware": 150,
    "crawler.middlewares.RobotsMiddleware": 200,
    "crawler.middlewares.BudgetMiddleware": 300,
    "crawler.middlewares.BackoffMiddleware": 500,
    "crawler.middlewares.RedirectMiddleware": 600,
}
ITEM_PIPELINES = {"crawler.pipelines.IngestPipeline": 100}
EXTENSIONS_BASE: dict[str, int] = {}
EXTENSIONS = {
    "crawler.extensions.ArchiveExtension": 100,
    "crawler.extensions.ProgressExtension": 200,
    "crawler.floor.FloorExtension": 300,
}

LOG_LEVEL = "WARNING"
STATS_DUMP = False
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
DOWNLOADER_STATS = False
WARN_ON_GENERATOR_RETURN_VALUE = False
