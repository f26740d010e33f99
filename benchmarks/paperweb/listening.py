"""The listings of one source in one crawl, as crawler.hearing goes through them."""

from functools import partial

from archive.models import Page
from archive.store.listings import Listing
from benchmarks.paperweb import DAY
from benchmarks.paperweb.asking import Asking
from benchmarks.paperweb.reading import Reader
from benchmarks.paperweb.server import Answer
from crawler.errands import validators
from crawler.listings import Heard
from crawler.noting import Visit, note, note_failure, note_silence
from crawler.schedule import revisit
from crawler.selection import INDEXED, Named, children, guesses, in_robots, is_open, named_by, openings


class Listening:
    """Asks for the listings that are due and takes note of what they say. `robots`: when each host's was asked for."""

    def __init__(self, asking: Asking, reader: Reader, robots: dict[str, int]) -> None:
        self._asking, self._reader, self._robots = asking, reader, robots
        self._source, self._archive = asking.source, asking.archive

    def listings(self) -> None:
        """Asks for all that is due, and for what that leads to."""
        source, asking = self._source, self._asking
        home = source.source.home
        waiting = list(openings(source, asking.now, due=True))
        if not any(listing.kind == "front" for listing in waiting):
            waiting += self._after_front(home)
        while waiting and asking.closed is None:
            listing = waiting.pop(0)
            if listing.url in source.opened or not self._may_open(listing):
                continue
            self._ask_robots(home)
            source.opened.add(listing.url)
            waiting += self._visit(listing)
            if listing.url == home:
                waiting += self._after_front(home)

    def _may_open(self, listing: Listing) -> bool:
        """In a crawl of what is due, what is not is left, unless an index says that it changed."""
        return listing.found_in == INDEXED or is_open(self._source, listing, self._asking.now, due=True)

    def _visit(self, listing: Listing) -> list[Listing]:
        asking = self._asking
        sent = validators(listing)
        answer = asking.get(listing.address, sent)
        asking.counts["listings"] += 1
        if answer is None or answer.failure is not None:
            self._missed(listing, answer.failure if answer else None)
            return []
        return self._heard(listing, answer, sent)

    def _missed(self, listing: Listing, failure: str | None) -> None:
        """No answer; without a failure, because the host's turn had ended."""
        listing_id, closed = self._archive.listings.save(listing), self._asking.closed
        until = closed[0] if closed else None
        if failure is None:
            self._archive.listings.wait(listing_id, until)
        else:
            note_silence(self._archive, listing_id, listing, failure, (until, self._asking.now))

    def _heard(self, listing: Listing, answer: Answer, sent: dict[str, str]) -> list[Listing]:
        asking, source = self._asking, self._source
        page, heard, problem = asking.page(listing.address, answer, sent), None, None
        if answer.status == 200:
            heard = self._reader.read_listing(page, answer.document, listing, source.horizon, source.source)
            problem = None if heard.is_same else heard.nothing_for(listing)
        elif answer.status != 304:
            problem = f"http_{answer.status}"
        if problem:
            note_failure(self._archive, asking.crawl_id, listing, page, problem)
            return []
        return self._note(listing, page, heard)

    def _note(self, listing: Listing, page: Page, heard: Heard | None) -> list[Listing]:
        asking, source = self._asking, self._source
        named = self._named(listing, heard)
        visit = Visit(
            crawl_id=asking.crawl_id,
            listing=listing,
            page=page,
            named=named,
            revisit=partial(revisit, now=asking.now),
            now=asking.now,
            every=source.source.interval(listing.kind),
            zone=source.source.timezone,
            since=source.horizon.since,
            shapes=source.shapes,
        )
        note(self._archive, visit, heard)
        source.heard(listing, None if heard is not None and heard.is_same else heard)
        return list(named.opened)

    def _named(self, listing: Listing, heard: Heard | None) -> Named:
        source, now = self._source, self._asking.now
        due = source.source.interval("sitemap") is None
        if heard is None or heard.is_same:
            return children(source, listing, now, due=due)
        return named_by(source, listing, heard.reading, now, due=due)

    def _after_front(self, home: str) -> list[Listing]:
        source, now = self._source, self._asking.now
        listings = in_robots(source, self._sitemaps(home), now)
        return listings if listings or source.opened - {home} else guesses(source, now)

    def _sitemaps(self, home: str) -> list[str]:
        text = self._asking.server.robots(home)
        return [line.removeprefix("Sitemap: ") for line in text.splitlines() if line.startswith("Sitemap: ")]

    def _ask_robots(self, home: str) -> None:
        """Once a day; a copy that is held counts while the site does not answer."""
        asking = self._asking
        if asking.at - self._robots.get(home, 0) >= DAY:
            answer = asking.get(home + "robots.txt")
            if answer is not None and answer.failure is None and answer.status == 200:
                self._robots[home] = asking.at
