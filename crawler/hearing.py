"""What the listings of a source say: answers in, links into the table, further errands out."""

import asyncio
import shlex
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from scrapy.http import Response

from archive.dates import now
from archive.models import Link, Page
from archive.store.archive import Archive
from archive.store.fetches import FetchContext
from archive.store.links import Meeting
from archive.store.listings import Listing
from archive.urls import host_of
from archive.workers import PageFailed
from crawler.budgets import BUDGET
from crawler.errands import Busy, TurnEnded, failure_of, page_of, unfinished, validators
from crawler.guard import AddressRefused
from crawler.listings import Heard, read_listing
from crawler.manners import Manners
from crawler.noting import Visit, note, note_failure, note_silence
from crawler.outcomes import Outcomes
from crawler.pipelines import Received
from crawler.running import Errand, RunningCrawl, RunningSource
from crawler.schedule import retry_pause, revisit
from crawler.selection import GUESSED, INDEXED, Named, children, guesses, in_robots, is_open, named_by, openings

Errands = AsyncIterator[Errand]


class Hearing:
    """Reads listings. An errand that comes out is to be run; a page that comes out is to be archived."""

    def __init__(self, crawl: RunningCrawl, manners: Manners, outcomes: Outcomes) -> None:
        self._crawl, self._manners, self._outcomes = crawl, manners, outcomes

    def begin(self, source: RunningSource) -> Iterator[Errand]:
        """What a crawl of this source begins with. (Certain pages that are asked for are links already.)"""
        request = self._crawl.request
        if not source.planned.whole:
            if not request.exact:
                yield from (Errand(source, "front", url) for url in source.planned.asked)
            return
        listings = list(openings(source, now(), due=request.due))
        yield from self._open(source, listings)
        if not any(listing.kind == "front" for listing in listings):  # not due; what follows from it follows now
            yield from self._after_front(source)

    async def answered(self, response: Response, errand: Errand) -> AsyncIterator[Errand | Received]:
        """What an answer leads to: its links into the table, further listings, or another try."""
        self._outcomes.answered(response.url)
        problem = unfinished(response)
        if problem and await self._again(errand):
            yield errand
            return
        page, heard = page_of(response, errand, "crawl"), None
        if problem is None and response.status in (200, 203):
            heard, problem = await self._read(errand, page)
        elif response.status != 304:
            problem = problem or f"http_{response.status}"
        if heard is not None and heard.truncated:
            if await self._again(errand):
                yield errand
                return
            page = replace(page, truncated=True)
        if heard is not None and heard.kind == "story" and errand.listing is None:
            yield await self._story(errand, page)
            return
        if problem:
            await self._note_failure(errand, page, problem)
        more = [] if problem else await self._note(errand, page, heard)
        for next_errand in self._follow(errand, more):
            yield next_errand

    async def missed(self, errand: Errand, url: str, error: BaseException) -> Errands:
        """What a listing that got no answer leads to. `url` is the hop that failed."""
        reason, again = await self._why(errand, url, error)
        if again:
            yield errand
            return
        listing = errand.listing
        errand.source.failures[listing.url if listing is not None else errand.url] = reason
        if listing is not None and not self._crawl.stopping.is_set():
            until = self._crawl.closed_hosts.get(host_of(url), (None, ""))[0]
            await self._crawl.write(partial(_note_silence, listing=listing, reason=reason, until=until))
        for next_errand in self._follow(errand, []):
            yield next_errand

    def _open(self, source: RunningSource, listings: list[Listing]) -> Iterator[Errand]:
        for listing in listings:
            if listing.url not in source.opened and self._may_open(source, listing):
                source.opened.add(listing.url)
                yield Errand(
                    source, listing.kind, listing.address, listing=listing, validators=self._validators(listing)
                )

    def _may_open(self, source: RunningSource, listing: Listing) -> bool:
        """Not when told to stop; in a crawl of what is due, what is not, unless an index says that it changed."""
        if self._crawl.stopping.is_set():
            return False
        is_due = not self._crawl.request.due or listing.found_in == INDEXED
        return is_due or is_open(source, listing, now(), due=True)

    def _follow(self, errand: Errand, listings: list[Listing]) -> Iterator[Errand]:
        """Further listings: of a source that is crawled whole all of them, of a single address its sitemaps."""
        source = errand.source
        whole = source.planned.whole
        yield from self._open(source, [listing for listing in listings if whole or listing.kind == "sitemap"])
        if whole and errand.listing is not None and errand.listing.url == source.source.home:
            yield from self._after_front(source)

    def _after_front(self, source: RunningSource) -> Iterator[Errand]:
        """What is known once the front page was asked for: robots.txt, and whether anything names a listing."""
        home = source.source.home
        yield from self._open(source, in_robots(source, self._manners.sitemaps(home), now()))
        if source.opened <= {home} and not self._crawl.frontier.is_closed(host_of(home)):
            yield from self._open(source, guesses(source, now()))

    @property
    def _may_be_same(self) -> bool:
        """Whether a listing that did not change has nothing to say."""
        return not (self._crawl.request.since or self._crawl.request.revisit)

    def _validators(self, listing: Listing) -> dict[str, str]:
        if not self._may_be_same:
            return {}
        return validators(listing)

    async def _read(self, errand: Errand, page: Page) -> tuple[Heard | None, str | None]:
        """What a listing says, read in a worker; or why it cannot be read."""
        source, listing = errand.source, errand.listing
        kind = None if listing is None or listing.found_in == GUESSED else listing.kind
        known = listing.sha256 if listing is not None and self._may_be_same else None
        work = self._crawl.executor.submit(read_listing, page, kind, source.horizon, source.source, known)
        try:
            return await asyncio.wrap_future(work), None
        except PageFailed as failure:
            return None, str(failure)

    async def _note(self, errand: Errand, page: Page, heard: Heard | None) -> list[Listing]:
        """Commit what a listing said. Returns the listings it leads to."""
        source, at = errand.source, now()
        listing = errand.listing or Listing(
            source.id, errand.url, heard.listing_kind if heard else "front", at, "asked"
        )
        if heard is not None and not heard.is_same and (problem := heard.nothing_for(listing)):
            await self._note_failure(errand, page, problem)
            return []
        named = self._named(source, listing, heard)
        visit = Visit(
            crawl_id=self._crawl.crawl_id,
            listing=listing,
            page=page,
            named=named,
            revisit=partial(
                revisit,
                now=at,
                force=self._crawl.request.revisit,
                fixed=bool(self._crawl.revisiting.designs.get(source.id)),
            ),
            now=at,
            every=source.source.interval(listing.kind),
            zone=source.source.timezone,
            since=source.horizon.since,
            shapes=dict(source.shapes),
        )
        await self._crawl.write(partial(note, visit=visit, heard=heard))
        source.heard(listing, None if heard is not None and heard.is_same else heard)
        if heard is not None and errand.listing is None and heard.kind in ("feed", "sitemap"):
            site = shlex.join(["morgue", "crawl", source.source.home])
            self._crawl.say(f"{errand.url} is a {heard.kind}: what it lists is archived; `{site}` takes the site")
        self._crawl.frontier.add_source(source.id, self._crawl.request.limit)
        self._crawl.frontier.wake(source.id)
        return list(named.opened)

    def _named(self, source: RunningSource, listing: Listing, heard: Heard | None) -> Named:
        """What becomes of the listings that this one leads to, or has led to if it is as it was."""
        due = self._crawl.request.due and source.source.interval("sitemap") is None
        if heard is None or heard.is_same:
            return children(source, listing, now(), due=due)
        return named_by(source, listing, heard.reading, now(), due=due)

    async def _note_failure(self, errand: Errand, page: Page, reason: str) -> None:
        listing = errand.listing or Listing(errand.source.id, errand.url, "front", now(), "asked")
        errand.source.failures[listing.url] = reason
        await self._crawl.write(lambda archive: note_failure(archive, self._crawl.crawl_id, listing, page, reason))

    async def _story(self, errand: Errand, page: Page) -> Received:
        """The address asked for is a story: it becomes a link, and this answer its page."""
        crawl_id, source = self._crawl.crawl_id, errand.source

        def meet(archive: Archive) -> int | None:
            archive.links.meet(Meeting(crawl_id, source.id, None, now()), [Link(errand.url, "asked")], lambda _: True)
            return archive.links.id_of(errand.url)

        link_id = await self._crawl.write(meet)
        self._crawl.say(
            f"{errand.url} is a story: it alone is archived; `morgue crawl {source.source.home}` takes the site"
        )
        return Received(page, FetchContext(crawl_id, source.id, link_id))

    async def _why(self, errand: Errand, url: str, error: BaseException) -> tuple[str, bool]:
        """Why a listing got no answer, and whether its errand is to be run again, the pause being over."""
        match error:
            case TurnEnded():
                return "turn_ended", False
            case Busy():
                seconds = await self._outcomes.pause(host_of(url), error)
                return error.reason, seconds is not None and await self._again(errand, seconds)
            case _:
                planned = errand.source.planned
                if isinstance(error, AddressRefused) and errand.url in (planned.source.home, *planned.asked):
                    self._crawl.say(str(error))
                failure = failure_of(error)
                return failure.reason, failure.state is None and await self._again(errand)

    async def _again(self, errand: Errand, pause: float | None = None) -> bool:
        """Wait for another try, if the errand has one left."""
        errand.tries += 1
        seconds = pause if pause is not None else retry_pause(errand.tries)
        if seconds is None:
            return False
        await self._crawl.sleep(seconds)
        errand.hops.clear()
        return not self._crawl.stopping.is_set()


def _note_silence(archive: Archive, listing: Listing, reason: str, until: datetime | None) -> None:
    listing_id = archive.listings.save(listing)
    if reason in ("turn_ended", BUDGET):
        archive.listings.wait(listing_id, until)
    else:
        note_silence(archive, listing_id, listing, reason, (until, now()))
