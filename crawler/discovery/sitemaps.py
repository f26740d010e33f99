"""Sitemaps in every form the protocol knows and some it does not, read as a stream: memory does not grow with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, cast

from lxml import etree

from archive.dates import parse_date
from archive.models import Link, Moment
from archive.text import clean
from archive.urls import safe_url
from crawler.discovery.decoding import decode_document, unzipped
from crawler.discovery.feeds import plain_text, read_feed
from crawler.discovery.reading import ListingRef, Reading

SITEMAP_BYTES = 50 * 2**20  # unpacked; what lies beyond is not read
_LONGEST_VALUE = 20_000  # characters of one element's text
_HEAD = 1024
_LONGEST_REFERENCE = 12  # bytes of `&thetasym;` and the like
_BARE_AMPERSAND = re.compile(rb"&(?!(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{0,9});)(?!\0)")
_HTML = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_ENTRIES = frozenset({"url", "sitemap"})
_PLAIN = frozenset({"loc", "lastmod"})
_NEWS = frozenset({"title", "publication_date", "language", "name", "keywords"})
_NEWS_PARENTS = frozenset({"news", "publication"})


@dataclass(slots=True)
class _Reader:
    """lxml's target: takes entries out of the stream of elements and forgets the rest."""

    url: str
    since: date | None
    root: str | None = None
    links: list[Link] = field(default_factory=list)
    listings: list[ListingRef] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    older: int = 0
    oldest_on: date | None = None
    undated: int = 0
    bad: int = 0
    _open: list[str] = field(default_factory=list)
    _kind: str = ""
    _values: dict[str, str] | None = None
    _kept: str | None = None
    _text: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: object) -> None:
        """An element begins."""
        name = _local(tag)
        self.root = self.root or name
        if name in _ENTRIES:
            self._take()  # the entry before this one was not closed
            self._kind, self._values = name, {}
        elif self._values is not None:
            self._kept = self._field(name, tag)
            self._text = []
        self._open.append(name)

    def data(self, text: str) -> None:
        """Text, in pieces."""
        if self._kept and len(self._text) < _LONGEST_VALUE:
            self._text.append(text[:_LONGEST_VALUE])

    def end(self, tag: str) -> None:
        """An element ends."""
        name = _local(tag)
        if self._open:
            self._open.pop()
        if self._kept and self._values is not None:
            self._values.setdefault(self._kept, "".join(self._text)[:_LONGEST_VALUE].strip())
        self._kept = None
        if name in _ENTRIES:
            self._take()

    def close(self) -> None:
        """The document ends, whole or not."""
        self._take()

    def _field(self, name: str, tag: str) -> str | None:
        """What an element's text is of its entry. Images and videos have a loc, a title and dates of their own."""
        parent = self._open[-1] if self._open else ""
        if name in _PLAIN and parent in _ENTRIES:
            return name
        news = parent in _NEWS_PARENTS or (parent in _ENTRIES and "news" in tag.removesuffix(name))
        return f"news:{name}" if name in _NEWS and news else None

    def _take(self) -> None:
        values, self._values, self._kept = self._values, None, None
        if not values:
            return
        if self._kind == "sitemap":
            self._add_listing(values)
        elif "loc" in values and not self._is_left_out(values):
            self._add_link(values)
        else:
            self.bad += "loc" not in values

    def _is_left_out(self, values: dict[str, str]) -> bool:
        """Count what the entry says of its time; whether it lies before the horizon. Most of a large sitemap does."""
        day = _day(values.get("news:publication_date") or values.get("lastmod"))
        self.undated += day is None
        if self.since is None or (day is not None and day >= self.since):
            return False
        if day is not None:
            self.older += 1
            self.oldest_on = min(self.oldest_on or day, day)
        return True

    def _add_listing(self, values: dict[str, str]) -> None:
        url = self._new_url(values)
        if url:
            self.listings.append(ListingRef(url, "sitemap", "sitemap index", _moment(values.get("lastmod"))))

    def _add_link(self, values: dict[str, str]) -> None:
        url = self._new_url(values)
        if url:
            self.links.append(_link(url, values))

    def _new_url(self, values: dict[str, str]) -> str | None:
        """The entry's URL, unless it has none to fetch, or it was listed before."""
        url = safe_url(values["loc"].replace("&amp;", "&"), self.url) if values.get("loc") else None
        self.bad += url is None
        if url is None or url in self.seen:
            return None
        self.seen.add(url)
        return url


def read_sitemap(body: bytes, url: str, since: date | None = None) -> Reading:
    """The entries of a sitemap, newest first where they are dated; `problem` says if it was broken or is none.

    Entries dated before `since` are counted, not returned; with `since`, entries without a date are counted only, too.
    An entry's date is its news:publication_date, else its lastmod. The body may be gzipped XML (urlset, index, or a
    feed used as a sitemap) or a list of URLs, one a line; at most 50 MB of it, unpacked, are read. Never raises.
    """
    pieces = unzipped(body, SITEMAP_BYTES)
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _HEAD:
            break
    beginning = decode_document(head)
    if not beginning:
        return Reading(problem="empty document")
    if _HTML.match(beginning):
        return Reading(problem="not a sitemap: an HTML page")
    if not beginning.startswith("<"):
        return _read_text(_joined(head, pieces), url, since)
    reader, problem = _read_xml(head, pieces, url, since)
    if reader.root and reader.root.lower() in ("rss", "feed", "rdf"):
        return _within(read_feed(_joined(b"", unzipped(body, SITEMAP_BYTES)), url), since)
    if reader.root not in ("urlset", "sitemapindex") and not reader.links and not reader.listings:
        return Reading(problem=f"not a sitemap: its root is {reader.root!r}" if reader.root else problem or "no XML")
    return _reading(reader, problem or _cut(body))


def _joined(head: bytes, pieces: Iterator[bytes]) -> bytes:
    return head + b"".join(pieces)


def _read_xml(head: bytes, pieces: Iterator[bytes], url: str, since: date | None) -> tuple[_Reader, str | None]:
    """Feed the stream to the parser. No huge_tree: with it, libxml2 would expand entities without bounds."""
    reader = _Reader(url, since)
    parser = etree.XMLParser(
        target=cast(Any, reader),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
    )
    problem = None
    try:
        for piece in _with_ampersands(chain([head.lstrip(b" \t\r\n")], pieces)):
            parser.feed(piece)
        parser.close()
    except etree.LxmlError as error:
        problem = f"broken XML: {error}"
        reader.close()
    errors = parser.feed_error_log.filter_from_level(etree.ErrorLevels.ERROR)
    if problem is None and len(errors):
        problem = f"broken XML: {errors[0].message} (line {errors[0].line})"
    return reader, problem


def _with_ampersands(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The stream with every `&` that begins no reference escaped: the commonest fault of all, and it cuts URLs."""
    left = b""
    for piece in pieces:
        piece = left + piece
        at = piece.rfind(b"&", -_LONGEST_REFERENCE)
        piece, left = (piece, b"") if at < 0 else (piece[:at], piece[at:])
        yield _BARE_AMPERSAND.sub(b"&amp;", piece)
    yield _BARE_AMPERSAND.sub(b"&amp;", left)


def _reading(reader: _Reader, problem: str | None) -> Reading:
    if problem is None and reader.bad:
        problem = f"{reader.bad} entries without a usable URL"
    return Reading(
        links=tuple(sorted(reader.links, key=_age, reverse=True)),
        listings=tuple(reader.listings),
        problem=problem,
        older=reader.older,
        oldest_on=reader.oldest_on,
        undated=reader.undated,
    )


def _cut(body: bytes) -> str | None:
    size = 0
    for piece in unzipped(body, SITEMAP_BYTES + 1):
        size += len(piece)
    return f"larger than {SITEMAP_BYTES} bytes: cut there" if size > SITEMAP_BYTES else None


def _read_text(body: bytes, url: str, since: date | None) -> Reading:
    """A list of URLs, one a line: none of them dated."""
    lines = [line.strip() for line in decode_document(body).splitlines()]
    found = (safe_url(line) for line in lines if line.startswith(("http://", "https://")))
    urls = list(dict.fromkeys(address for address in found if address))
    if not urls:
        return Reading(problem="not a sitemap: neither XML nor a list of URLs")
    links = tuple(Link(address, "sitemap") for address in urls) if since is None else ()
    return Reading(links, undated=len(urls))


def _within(reading: Reading, since: date | None) -> Reading:
    """A feed's reading, as a sitemap's: sorted, and cut at the horizon."""
    dated = [(link, _day_of(link)) for link in reading.links]
    older = [day for _, day in dated if since and day and day < since]
    kept = [link for link, day in dated if since is None or (day is not None and day >= since)]
    return Reading(
        links=tuple(sorted(kept, key=_age, reverse=True)),
        problem=reading.problem,
        ttl_minutes=reading.ttl_minutes,
        title=reading.title,
        language=reading.language,
        older=len(older),
        oldest_on=min(older, default=None),
        undated=sum(day is None for _, day in dated),
    )


def _link(url: str, values: dict[str, str]) -> Link:
    news = any(name.startswith("news:") for name in values)
    hints = {"publication": values.get("news:name"), "keywords": values.get("news:keywords")}
    return Link(
        url=url,
        found_as="news_sitemap" if news else "sitemap",
        title=plain_text(values.get("news:title", "")) or None,
        published=_moment(values.get("news:publication_date")),
        lastmod=_moment(values.get("lastmod")),
        language=clean(values.get("news:language", "")) or None,
        hints={name: clean(value) for name, value in hints.items() if value},
    )


def _moment(raw: str | None) -> Moment | None:
    return parse_date(raw) if raw else None


def _day(raw: str | None) -> date | None:
    """The day a date names; the usual forms without a full reading, of which a large sitemap would need very many."""
    if not raw:
        return None
    try:
        return date.fromisoformat(raw[:10])
    except ValueError:
        return parse_date(raw).on


def _day_of(link: Link) -> date | None:
    return (link.published.on if link.published else None) or (link.lastmod.on if link.lastmod else None)


def _age(link: Link) -> tuple[str, str]:
    """Sorts by the listed time: a day without a clock before that day's clocks, undated entries before all."""
    moment = link.published if link.published and link.published.on else link.lastmod
    if moment is None or moment.on is None:
        return ("", "")
    return (moment.at.date().isoformat(), moment.at.isoformat()) if moment.at else (moment.on.isoformat(), "")


def _local(tag: str) -> str:
    """The name of an element without its namespace or, where that is not declared, its prefix."""
    return tag.rpartition("}")[2].rpartition(":")[2]
