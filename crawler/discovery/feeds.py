"""Feeds as they are found: RSS 0.9x, 1.0, 2.0, Atom and JSON Feed, from bytes to links."""

import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import feedparser

from archive.dates import parse_date
from archive.models import Link
from archive.text import clean
from archive.urls import safe_url
from crawler.discovery.decoding import decode_document
from crawler.discovery.reading import Reading

FEED_CHARACTERS = 20 * 2**20  # what lies beyond is not read
_PROLOGUE = 64 * 1024  # characters, at most, before the root element
_LONGEST_TEXT = 5000
_SUMMARY = 500  # characters kept of a summary

_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_ENDLESS_TAG = re.compile(r"<[A-Za-z][^<>]{65536}")
_MARKUP = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?(?:a|abbr|acronym|b|big|blockquote|br|cite|code|del|div|em|figcaption|figure|font|"
    r"h[1-6]|hr|i|img|iframe|ins|li|mark|ol|p|q|s|small|span|strike|strong|sub|sup|table|tbody|td|th|time|tr|tt|u|ul|var)\b[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_BLOCK = re.compile(r"</?(?:br|p|div|li|h[1-6]|tr|td)\b", re.IGNORECASE)

# feedparser raises these on documents that are broken in ways it did not foresee.
_UNFORESEEN = (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)
# feedparser reads neither. (RSS 2.0.11: GMT; some hours are written 1-24, where 24 is midnight.)
_SKIPPED_HOURS = re.compile(r"<skipHours>(.{1,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_SKIPPED_DAYS = re.compile(r"<skipDays>(.{1,1000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
_SKIPPED = re.compile(r"<(?:hour|day)>\s*(\w{1,9})\s*<", re.IGNORECASE)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}


class _Dates(NamedTuple):
    published: str | None
    modified: str | None


def read_feed(body: bytes, url: str, content_type: str | None = None) -> Reading:
    """The entries of a feed in its own order; `problem` says if it was broken, cut short, or no feed. Never raises.

    A link's `hints` may hold authors, summary and tags. Nothing is fetched: no DTD, no entity, no URL.
    """
    text = decode_document(body, content_type)[:FEED_CHARACTERS]
    if text.startswith("{"):
        return _read_json(text, url)
    if not text:
        return Reading(problem="empty document")
    root = _ROOT.search(text, 0, _PROLOGUE)
    if root is None:
        return Reading(
            problem=f"not a feed: {'an HTML page' if _HTML.search(text, 0, _PROLOGUE) else _beginning(text)}"
        )
    if _ENDLESS_TAG.search(text):  # an XML parser's time grows with the square of a tag's attributes
        return Reading(problem="unreadable feed: a tag of more than 65,536 characters")
    # What comes before the root goes: with no DTD there is nothing to expand, and nothing to fetch.
    return _read_xml(text[root.start() :], url)


def plain_text(markup: str) -> str:
    """The text of an HTML fragment, or of text that only looks like one (`x < y`); entities decoded, tags left out.

    Of a longer text, the first 5,000 characters.
    """
    markup = markup[:_LONGEST_TEXT]
    if "<" in markup:
        markup = _MARKUP.sub(lambda tag: " " if _BLOCK.match(tag[0]) else "", markup)
    return " ".join(clean(html.unescape(markup)).split())


def _beginning(text: str) -> str:
    return f"it begins with {text[:40]!r}"


def _read_xml(text: str, url: str) -> Reading:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    stream = io.BytesIO(text.encode("utf-8", "replace"))  # a stream: strings are opened or fetched
    try:
        parsed = feedparser.parse(stream, response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    except _UNFORESEEN as error:
        return Reading(problem=f"unreadable feed: {type(error).__name__}: {error}")
    feed = parsed.feed
    language = _text(feed, "language")
    entries = [_entry(entry, url, text, language, parsed.version.startswith("atom")) for entry in parsed.entries]
    return Reading(
        links=_unique(entries),
        problem=_problem(parsed, text),
        ttl_minutes=_ttl(feed),
        title=plain_text(_text(feed, "title") or "") or None,
        language=language,
        skip_hours=_skipped(text, _SKIPPED_HOURS, _hour),
        skip_days=_skipped(text, _SKIPPED_DAYS, _weekday),
    )


def _problem(parsed: Any, text: str) -> str | None:
    error = parsed.get("bozo_exception") if parsed.bozo else None
    if error is None:
        return None
    message = error.getMessage() if hasattr(error, "getMessage") else str(error)
    closed = re.search(
        r"</(?:\w+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--.*?-->\s*)*$", text[-2000:], re.IGNORECASE | re.DOTALL
    )
    return f"{'broken' if closed else 'broken or cut short'} XML: {message}"


def _entry(entry: dict[str, Any], base: str, document: str, language: str | None, atom: bool) -> Link | None:
    written = _link_of(entry, document).replace("&amp;", "&")  # escaped once more than XML asks for
    url = safe_url(written, base) if written else None
    if url is None:
        return None
    dates = _dates(entry, atom)
    return Link(
        url=url,
        found_as="feed",
        title=plain_text(_text(entry, "title") or "") or None,
        published=parse_date(dates.published) if dates.published else None,
        lastmod=parse_date(dates.modified) if dates.modified else None,
        language=_text(entry, "language") or language,
        hints=_hints(entry),
    )


def _link_of(entry: dict[str, Any], document: str) -> str:
    """The story's own address: before a feed service wrapped it, the entry's link, or a guid that is one."""
    if original := _text(entry, "feedburner_origlink"):
        return original
    alternates = [link.get("href") for link in dict.get(entry, "links", ()) if link.get("rel") == "alternate"]
    guid = _text(entry, "id") or ""
    link = _text(entry, "link") or next(filter(None, alternates), "") or ""
    if link and (link != guid or any(alternates)):
        return link
    # feedparser takes any guid for a link, made absolute: only one that was written as a URL is meant so.
    written = dict.get(entry, "guidislink") and (guid in document or html.escape(guid, quote=False) in document)
    return guid if written and guid.startswith(("http://", "https://")) else ""


def _dates(entry: dict[str, Any], atom: bool) -> _Dates:
    """The publisher's own strings. RSS 1.0's only date (dc:date) is when the story was published."""
    published, updated = _text(entry, "published"), _text(entry, "updated")
    if published is None and not atom:
        return _Dates(updated or _text(entry, "created"), None)
    return _Dates(published, updated)


def _hints(entry: dict[str, Any]) -> dict[str, str]:
    names = (plain_text(str(author.get("name") or "")) for author in dict.get(entry, "authors", ()))
    tags = (plain_text(str(tag.get("term") or "")) for tag in dict.get(entry, "tags", ()))
    hints = {
        "authors": "; ".join(dict.fromkeys(filter(None, names))) or plain_text(_text(entry, "author") or ""),
        "summary": plain_text((_text(entry, "summary") or "")[: _SUMMARY * 8])[:_SUMMARY],
        "tags": "; ".join(dict.fromkeys(filter(None, tags))),
    }
    return {key: value for key, value in hints.items() if value}


def _text(mapping: Mapping[str, Any], key: str) -> str | None:
    """A value as it stands: feedparser's own look-ups answer with other keys' values."""
    value = dict.get(mapping, key) if isinstance(mapping, dict) else None
    return clean(value) or None if isinstance(value, str) else None


def _ttl(feed: Mapping[str, Any]) -> int | None:
    """Minutes between visits, as `ttl` or the syndication module says."""
    ttl = _text(feed, "ttl")
    if ttl and re.fullmatch(r"\d{1,7}", ttl):
        return int(ttl) or None
    period = _PERIODS.get((_text(feed, "sy_updateperiod") or "").lower())
    times = _text(feed, "sy_updatefrequency") or "1"
    if period is None or not re.fullmatch(r"[1-9]\d{0,5}", times):
        return None
    return max(1, period // int(times))


def _skipped(document: str, block: re.Pattern[str], number: Callable[[str], int | None]) -> tuple[int, ...]:
    """Hours or days that a feed names as those in which nothing comes; all of them is no answer."""
    found = block.search(document)
    named = {of for word in _SKIPPED.findall(found[1]) if (of := number(word.lower())) is not None} if found else set()
    return tuple(sorted(named)) if len(named) < (7 if number is _weekday else 24) else ()


def _hour(word: str) -> int | None:
    return int(word) % 24 if word.isdecimal() and int(word) <= 24 else None


def _weekday(word: str) -> int | None:
    return _WEEKDAYS.index(word) if word in _WEEKDAYS else None


def _read_json(text: str, url: str) -> Reading:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Reading(problem=f"unreadable JSON: {error}")
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version")):
        return Reading(problem="not a feed: JSON, but no JSON Feed")
    items = feed.get("items")
    if not isinstance(items, list):
        return Reading(problem="a JSON Feed without items")
    language = _text(feed, "language")
    links = _unique(_item(item, url, language) for item in items if isinstance(item, dict))
    return Reading(links, title=plain_text(_text(feed, "title") or "") or None, language=language)


def _item(item: dict[str, Any], base: str, language: str | None) -> Link | None:
    identity = _text(item, "id") or ""
    own = _text(item, "url") or (identity if identity.startswith(("http://", "https://")) else None)
    written = own or _text(item, "external_url")
    url = safe_url(written, base) if written else None
    if url is None:
        return None
    published, modified = _text(item, "date_published"), _text(item, "date_modified")
    return Link(
        url=url,
        found_as="feed",
        title=plain_text(_text(item, "title") or "") or None,
        published=parse_date(published) if published else None,
        lastmod=parse_date(modified) if modified else None,
        language=_text(item, "language") or language,
        hints=_item_hints(item),
    )


def _item_hints(item: dict[str, Any]) -> dict[str, str]:
    authors, tags = item.get("authors"), item.get("tags")
    people = authors if isinstance(authors, list) else [item.get("author")]
    names = (_text(person, "name") for person in people if isinstance(person, dict))
    hints = {
        "authors": "; ".join(filter(None, names)),
        "summary": (_text(item, "summary") or "")[:_SUMMARY],
        "tags": "; ".join(clean(tag) for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else "",
    }
    return {key: value for key, value in hints.items() if value}


def _unique(links: Iterator[Link | None] | list[Link | None]) -> tuple[Link, ...]:
    """Each URL once, as first met."""
    found: dict[str, Link] = {}
    for link in links:
        if link is not None:
            found.setdefault(link.url, link)
    return tuple(found.values())
