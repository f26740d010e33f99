"""What hosts allow: their robots.txt, and the pace they are asked at."""

import asyncio
import hashlib
from dataclasses import dataclass, replace

from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.dates import now
from archive.encoding import decode
from archive.models import Page
from archive.store.fetches import FetchContext
from archive.store.listings import RobotsCopy
from archive.store.pending import LinkRow
from archive.urls import host_of, safe_url
from crawler.errands import DOWNLOAD_ERRORS, failure_of, page_of, request_for
from crawler.guard import AddressRefused
from crawler.robots import FRESH_FOR, PARSED_BYTES, RobotsRules, robots_policy
from crawler.running import Errand, RunningCrawl, RunningSource, origin_of
from crawler.schedule import LONG_WAIT, retry_pause
from crawler.sources import DELAY, disputed_hosts

JITTER = 0.25


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two requests to a host, the random part of them, and how many requests at a time."""

    delay: float = DELAY
    jitter: float = JITTER
    parallel: int = 1

    def slowed(self, crawl_delay: float) -> "Pace":
        """The pace with a Crawl-delay honoured in full: chance may not go below it."""
        delay = max(self.delay, crawl_delay)
        return Pace(delay, JITTER if delay * (1 - JITTER) >= crawl_delay else 0.0, 1 if crawl_delay else self.parallel)


class Manners:
    """Paces and robots rules of the hosts of one crawl."""

    def __init__(self, crawler: Crawler, crawl: RunningCrawl) -> None:
        self._crawler, self._crawl = crawler, crawl
        self._paces: dict[str, Pace] = {}
        self._rules: dict[str, asyncio.Task[RobotsRules | str]] = {}
        self._silent: dict[str, str] = {}  # origins that gave no answer, and why
        self._taken: set[str] = set()  # hosts that had the one request that a delay over a minute allows
        self._slowest = self._agreed()

    def capacity(self, link: LinkRow) -> int:
        """How many requests may be in flight to a link's host: one more than at a time where nothing is waited for."""
        pace = self._paces.get(link.host, Pace())
        return pace.parallel if pace.delay else pace.parallel + 1

    def meet(self, source: RunningSource, url: str) -> None:
        """Set the pace of a URL's host; where two sources share a host, the slower pace holds."""
        host = host_of(url)
        config, default = source.source, self._crawl.settings.crawl.delay
        delay = config.delay if config.delay is not None and config.owns(url) else default
        delay = max(delay, self._slowest.get(host, 0.0))
        pace = Pace(delay, JITTER, config.parallel if config.owns(url) else 1)
        known = self._paces.get(host)
        if known is None:
            self._set(host, pace)
        elif pace.delay > known.delay:
            self._set(host, replace(known, delay=pace.delay))

    def _agreed(self) -> dict[str, float]:
        """The delays of hosts that several sources name, whichever of them are crawled; that is said."""
        default, running = self._crawl.settings.crawl.delay, self._crawl.sources.values()
        sources = {source.name: source for source in (*self._crawl.settings.sources, *(one.source for one in running))}
        disputed = disputed_hosts(sources.values(), default)
        for host, (slow, fast) in disputed.items():
            wins, loses = f"{slow.pause(default):g} s", f"{fast.pause(default):g} s"
            self._crawl.say(f"{host}: {slow.name!r} asks it every {wins}, {fast.name!r} every {loses}; {wins} it is")
        return {host: slow.pause(default) for host, (slow, _) in disputed.items()}

    def ignores_robots(self, source: RunningSource, url: str) -> bool:
        """Whether the operator's permission says that robots.txt does not hold for this URL."""
        return source.source.robots == "ignore" and source.source.owns(url)

    async def rules(self, url: str, source: RunningSource) -> RobotsRules | str:
        """The rules for a URL's origin; or why robots.txt could not be had, and everything is disallowed.

        Raises AddressRefused.
        """
        origin = origin_of(url)
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._load(origin, source))
        return await asyncio.shield(self._rules[origin])

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of a URL's origin names, if it was asked for in this crawl."""
        origin = origin_of(url)
        task = self._rules.get(origin)
        rules = task.result() if task and task.done() and not task.exception() else None
        lines = rules.sitemaps if isinstance(rules, RobotsRules) else ()
        named = (safe_url(line, f"{origin}/") for line in lines)
        return list(dict.fromkeys(filter(None, named)))

    def may_take_turn(self, host: str) -> bool:
        """Whether a host may be asked now: one with a delay over a minute has one request a crawl, robots.txt too."""
        if self._paces[host].delay <= LONG_WAIT:
            return True
        first = host not in self._taken
        self._taken.add(host)
        return first

    def delay(self, host: str) -> float:
        """Seconds between two requests to a host."""
        return self._paces.get(host, Pace()).delay

    def _set(self, host: str, pace: Pace) -> None:
        self._paces[host] = pace
        downloader = self._crawler.engine.downloader
        # Scrapy forgets an idle slot after a minute and makes it anew from these settings.
        downloader.per_slot_settings[host] = {
            "delay": min(pace.delay, LONG_WAIT),
            "jitter": pace.jitter,
            "concurrency": pace.parallel,
        }
        slot: Slot | None = downloader.slots.get(host)
        if slot is not None:
            slot.delay, slot.jitter, slot.concurrency = min(pace.delay, LONG_WAIT), pace.jitter, pace.parallel

    async def _load(self, origin: str, source: RunningSource) -> RobotsRules | str:
        held = await self._crawl.write(lambda archive: archive.robots.get(origin))
        copy = held if held is not None and _is_fresh(held) else await self._fetch(origin, source, held)
        error = None if copy.status is not None else "no answer"
        age = now() - copy.good_at if copy.good_at else None
        policy = robots_policy(copy.status, error, copy.body, age)
        if policy == "disallow":
            return self._silent.get(origin, "robots_unreachable")
        rules = RobotsRules.allow_all() if policy == "allow" else RobotsRules.parse(copy.body or b"")
        self._slow_down(host_of(origin), rules.crawl_delay)
        if copy is not held:
            self._taken.add(host_of(origin))
        return rules

    def _slow_down(self, host: str, crawl_delay: float | None) -> None:
        if not crawl_delay:
            return
        self._set(host, self._paces[host].slowed(crawl_delay))
        if crawl_delay > LONG_WAIT:
            self._crawl.say(
                f"{host} asks for {crawl_delay:g} s between requests: at most {86400 / crawl_delay:,.0f} stories a day"
            )

    async def _fetch(self, origin: str, source: RunningSource, held: RobotsCopy | None) -> RobotsCopy:
        """Ask for robots.txt, with the tries that any request has, and keep the answer or the silence."""
        tries = 0
        while True:
            tries += 1
            page = await self._ask(origin, source)
            pause = retry_pause(tries) if page is None or page.status >= 500 else None
            if pause is None or self._crawl.stopping.is_set():
                break
            await self._crawl.sleep(pause)
        copy = _copy(origin, page, held)
        context = FetchContext(self._crawl.crawl_id, source.id, None, None, "robots", _sha256(page))
        await self._crawl.write(lambda archive: archive.robots.save(copy))
        if page is not None:
            answered = page
            await self._crawl.write(lambda archive: archive.fetches.record(answered, context))
        return copy

    async def _ask(self, origin: str, source: RunningSource) -> Page | None:
        errand = Errand(source, "robots", f"{origin}/robots.txt")
        request: Request = request_for(errand, self._crawl)
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except AddressRefused:
            raise
        except DOWNLOAD_ERRORS as error:
            self._silent[origin] = failure_of(error).reason
            return None
        page = page_of(response, errand, "crawl")
        return None if decode(page).truncated else page  # half of the rules would allow what the rest forbids


def _is_fresh(copy: RobotsCopy) -> bool:
    """Whether an answer is used without asking again; a failure never is."""
    return copy.status is not None and copy.status < 500 and now() - copy.fetched_at < FRESH_FOR


def _copy(origin: str, page: Page | None, held: RobotsCopy | None) -> RobotsCopy:
    good_at, body = (held.good_at, held.body) if held else (None, None)
    if page is None:
        return RobotsCopy(origin, now(), None, good_at, body)
    if 200 <= page.status < 300:
        good_at, body = page.fetched_at, decode(page, PARSED_BYTES).body[:PARSED_BYTES]
    return RobotsCopy(origin, page.fetched_at, page.status, good_at, body)


def _sha256(page: Page | None) -> str | None:
    return hashlib.sha256(decode(page).body).hexdigest() if page else None
