"""Reading listings with the crawler's own discovery, each entry once; a document's reading is put together of that.

That this is what a reading of the whole would give is looked at on one document in 500; a difference ends the run.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from archive.models import Link, Page
from archive.spans import span_of
from archive.store.listings import Listing, ListingKind
from benchmarks.paperweb.documents import Document
from crawler.discovery import Reading
from crawler.listings import Heard, read_listing
from crawler.schedule import Horizon
from crawler.selection import GUESSED
from crawler.sources import Source

_KEPT = 60_000  # entries, of all papers
_CHECKED = 500


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one entry is to a listing: a link, wanted or refused, or one of those before the horizon."""

    link: Link | None
    refusal: str | None = None
    older: int = 0
    oldest_on: date | None = None
    undated: int = 0


@dataclass(slots=True)
class Reader:
    """Reads the listings of all papers."""

    parsed: int = 0
    read: int = 0
    _entries: dict[tuple[object, ...], _Entry] = field(default_factory=dict)
    _heads: dict[tuple[object, ...], Reading] = field(default_factory=dict)

    def read_listing(
        self, page: Page, document: Document | None, listing: Listing, horizon: Horizon, source: Source
    ) -> Heard:
        """What `crawler.listings.read_listing` says of the page."""
        self.read += 1
        kind = None if listing.found_in == GUESSED else listing.kind
        digest = sha256(page.body).hexdigest()
        if kind is not None and digest == listing.sha256:
            return Heard(kind, digest, Reading(), is_same=True)
        if document is None or kind is None or document.form == "index":
            self.parsed += 1
            return read_listing(page, kind, horizon, source)
        heard = self._composed(page, document, kind, horizon, source)
        if self.read % _CHECKED == 0:
            _compare(heard, read_listing(page, kind, horizon, source), page.url)
        return heard

    def _composed(self, page: Page, document: Document, kind: ListingKind, horizon: Horizon, source: Source) -> Heard:
        keys = [(source.name, horizon, *key) for key in document.keys]
        new = [place for place, key in enumerate(keys) if key not in self._entries]
        head = (source.name, kind, document.head)
        if new or head not in self._heads:
            self._learn(page, document, (keys, new), (kind, horizon, source))
        entries = [self._entries[key] for key in keys]
        reading = self._heads[head]
        days = [entry.oldest_on for entry in entries if entry.oldest_on is not None]
        reading = replace(
            reading,
            older=sum(entry.older for entry in entries),
            oldest_on=min(days, default=None),
            undated=sum(entry.undated for entry in entries),
        )
        links = [(entry.link, entry.refusal) for entry in entries if entry.link is not None]
        latest = kind == "feed" or any(link.found_as == "news_sitemap" for link, _ in links)
        return Heard(
            kind,
            sha256(page.body).hexdigest(),
            reading,
            tuple(link for link, refusal in links if refusal is None),
            tuple((link.url, refusal) for link, refusal in links if refusal is not None),
            span=span_of([link for link, _ in links]) if latest else None,
        )

    def _learn(
        self,
        page: Page,
        document: Document,
        wanted: tuple[list[tuple[object, ...]], list[int]],
        how: tuple[ListingKind, Horizon, Source],
    ) -> None:
        """Reads a document that holds only the entries not read before."""
        keys, new = wanted
        kind, _, source = how
        if len(self._entries) > _KEPT:
            kept = {key: self._entries[key] for key in keys if key in self._entries}
            self._entries.clear()
            self._entries.update(kept)
        heard = self._read(page, document, new or range(min(1, len(keys))), how)
        if len(self._heads) > _KEPT:
            self._heads.clear()
        self._heads[(source.name, kind, document.head)] = replace(heard.reading, older=0, oldest_on=None, undated=0)
        found = {link.url: _Entry(link) for link in heard.wanted}
        found |= {url: _Entry(Link(url, kind), refusal) for url, refusal in heard.refused}
        for place in new:
            entry = found.get(document.urls[place])
            if entry is None:
                alone = self._read(page, document, [place], how).reading
                entry = _Entry(None, None, alone.older, alone.oldest_on, alone.undated)
            self._entries[keys[place]] = entry

    def _read(
        self, page: Page, document: Document, places: list[int] | range, how: tuple[ListingKind, Horizon, Source]
    ) -> Heard:
        self.parsed += len(places)
        body = b"".join((document.head, *(document.entries[place] for place in places), document.tail))
        return read_listing(replace(page, body=body), *how)


def _compare(composed: Heard, whole: Heard, url: str) -> None:
    def facts(heard: Heard) -> tuple[object, ...]:
        links = sorted(heard.wanted, key=lambda link: link.url)
        return (heard.kind, heard.sha256, heard.reading, links, sorted(heard.refused), heard.truncated, heard.span)

    if facts(composed) != facts(whole):
        raise AssertionError(f"{url}: put together {facts(composed)}\nread whole {facts(whole)}")
