"""HTML pages that list stories: the feeds they declare, the stories they link to; and what kind of document one is."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from lxml import etree, html

from archive.models import Link
from archive.text import clean
from archive.urls import is_home_page, safe_url, same_site, url_key
from crawler.discovery.decoding import decode_document, unzipped
from crawler.discovery.reading import DocumentKind, ListingRef, Reading
from crawler.discovery.shapes import STORY, score_link, text_words

PAGE_BYTES = 10 * 2**20  # what lies beyond is not read
_MAX_LINKS = 2000
_MAX_ANCHORS = 20_000
_MAX_FEEDS = 30
_LONGEST_HREF = 8000
_TEXTS = 40  # pieces of text looked at in one anchor
_LONGEST_TITLE = 400

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NAVIGATION = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|breadcrumbs?|sitemap|social|share)(?:$|[\s_-])"
)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_XML_TYPES = frozenset({"application/xml", "text/xml", "application/json"})
_FEED_PATH = re.compile(
    r"(?:\.(?:rss|atom|rdf)|/(?:rss|feed|atom)(?:\.(?:xml|php|json|aspx))?/?|[/_-](?:rss|feed|atom)[\w-]*\.(?:xml|json)|"
    r"/(?:rss|feeds?|atom)/(?:[\w-]+/)*[\w-]+\.(?:xml|json)|"
    r"[\w-]+[_-](?:rss|feed|atom)\.xml)$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment|komment|comentario|/oembed", re.IGNORECASE)
_UNFETCHED = ("#", "mailto:", "javascript:", "tel:", "whatsapp:", "data:", "sms:", "intent:")
_FEED_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_SITEMAP_ROOT = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_HTML_ROOT = re.compile(r"<(?:!doctype\s+html|html|head|body|div|p|article)[\s>]", re.IGNORECASE)
_ARTICLE_TYPES = re.compile(
    r'"@type"\s*:\s*\[?\s*"(?:[A-Za-z]*NewsArticle|Article|BlogPosting|LiveBlogPosting|Report)"'
)
_IN_HEADING = 2.25  # what a heading around an anchor, or in it, adds to its score
_PARAGRAPH = 15  # words from which on a paragraph may be a story's
_STORY_WORDS = 150
_FRONT_LINKS = 8


@dataclass(slots=True)
class _Candidate:
    """What the anchors of one URL say together."""

    url: str
    score: float
    title: str
    title_rank: float


def read_front(body: bytes, url: str, content_type: str | None = None) -> Reading:
    """The feeds a page declares or links to, and its links that look like stories, in the page's order.

    Links of the same registered domain only, each `archive.urls.url_key` once, anchors' texts as titles. One parse, one
    pass over the anchors. Never raises.
    """
    root = _parse(body, content_type)
    if root is None:
        return Reading(problem="not an HTML page")
    base = _base(root, url)
    return Reading(
        links=tuple(_stories(root, url, base)),
        listings=tuple(_feeds(root, url, base)),
        title=_squeezed(root.findtext(".//title")) or None,
        language=(root.get("lang") or root.get("xml:lang") or "").strip() or None,
    )


def classify(body: bytes, url: str, content_type: str | None = None) -> DocumentKind:
    """What a document is. A page that is neither feed nor sitemap is a front or a story by its address, by what it says
    of itself, and by whether it has more text or more links to stories."""
    head = b"".join(unzipped(body, 64 * 1024))
    text = decode_document(head, content_type)
    if kind := _by_root(text, content_type):
        return kind
    if is_home_page(url):
        return "front"
    root = _parse(body, content_type)
    if root is None or _says_story(root):
        return "story"
    words = _story_words(root)
    links = sum(1 for _ in _stories(root, url, _base(root, url)))
    return "front" if links >= _FRONT_LINKS and words < _STORY_WORDS + 10 * links else "story"


def _by_root(text: str, content_type: str | None) -> DocumentKind | None:
    if text.startswith("{") and "jsonfeed.org/version" in text:
        return "feed"
    if text.startswith("<") and not _HTML_ROOT.match(text):
        if _FEED_ROOT.search(text, 0, 8192):
            return "feed"
        if _SITEMAP_ROOT.search(text, 0, 8192):
            return "sitemap"
    lines = text.split(None, 20)[:20]
    if lines and all(line.startswith(("http://", "https://")) for line in lines[:-1] or lines):
        return "sitemap" if not (content_type or "").startswith("text/html") else None
    return None


def _parse(body: bytes, content_type: str | None) -> Any | None:
    text = decode_document(body[:PAGE_BYTES], content_type)
    if not text or not _HTML_ROOT.search(text, 0, 64 * 1024):
        return None
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _base(root: Any, url: str) -> str:
    declared = root.find(".//base[@href]")
    return (safe_url(declared.get("href"), url) if declared is not None else None) or url


def _feeds(root: Any, url: str, base: str) -> Iterator[ListingRef]:
    found: dict[str, ListingRef] = {}
    for element in root.iter("link", "a"):
        href = (element.get("href") or "").strip()
        if 0 < len(href) <= _LONGEST_HREF and len(found) < _MAX_FEEDS and _is_feed(element, href):
            feed = safe_url(href, base)
            if feed and (element.tag == "link" or same_site(feed, url) or "feed" in urlsplit(feed).netloc):
                title = _squeezed(element.get("title") or "") or None
                found.setdefault(feed, ListingRef(feed, "feed", "front page", title=title))
    yield from found.values()


def _is_feed(element: Any, href: str) -> bool:
    if _COMMENTS.search(href) or _COMMENTS.search(element.get("title") or ""):
        return False
    if element.tag == "a":
        return _FEED_PATH.search(href.partition("?")[0].partition("#")[0]) is not None
    if "alternate" not in (element.get("rel") or "").lower().split():
        return False
    kind = (element.get("type") or "").partition(";")[0].strip().lower()
    return kind in _FEED_TYPES or (kind in _XML_TYPES and re.search(r"rss|feed|atom", href, re.IGNORECASE) is not None)


def _stories(root: Any, url: str, base: str) -> Iterator[Link]:
    found: dict[str, _Candidate] = {}
    own = url_key(url)
    keys: dict[str, str | None] = {}
    for href, text, place, rank in islice(_anchors(root), _MAX_ANCHORS):
        if href not in keys:
            keys[href] = None if len(keys) > _MAX_LINKS * 5 else _admit(href, url, base, own, found)
        key = keys[href]
        if key is not None:
            _weigh(found[key], text, place, rank)
    stories = [candidate for candidate in found.values() if candidate.score >= STORY]
    for candidate in stories[:_MAX_LINKS]:
        yield Link(candidate.url, "front", title=clean(candidate.title) or None)


def _admit(href: str, url: str, base: str, own: str, found: dict[str, _Candidate]) -> str | None:
    """The key of an address that may be a story of this site; its candidate is made if it is the first of it."""
    if href.lower().startswith(_UNFETCHED):
        return None
    try:
        absolute = urljoin(base, href)
        parts = urlsplit(absolute)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _may_be_story(parts, url):
        return None
    safe = safe_url(absolute)
    key = url_key(safe) if safe else own
    if safe is None or key == own or is_home_page(safe):
        return None
    found.setdefault(key, _Candidate(safe, -99.0, "", -1.0))
    return key


def _may_be_story(parts: SplitResult, url: str) -> bool:
    """Whether the best of anchors could make a story of the address."""
    if score_link(parts.path, parts.query, "a headline of five words", _IN_HEADING) < STORY:
        return False
    return parts.netloc == urlsplit(url).netloc or same_site(parts.geturl(), url)


def _weigh(candidate: _Candidate, text: str, place: float, rank: float) -> None:
    parts = urlsplit(candidate.url)
    candidate.score = max(candidate.score, score_link(parts.path, parts.query, text, place))
    if text and rank > candidate.title_rank:
        candidate.title, candidate.title_rank = text, rank


def _anchors(root: Any) -> Iterator[tuple[str, str, float, float]]:
    """Every address the page leads to: href, text, what its place says, and how good a title the text is."""
    for anchor in root.iter("a", "script"):
        if anchor.tag == "script":
            if anchor.get("type") == "application/ld+json" and "itemListElement" in (anchor.text or ""):
                yield from ((item, "", 2.5, 0.0) for item in _listed_items(anchor.text))
            continue
        href = (anchor.get("href") or "").strip()
        if 0 < len(href) <= _LONGEST_HREF:
            heading = next(anchor.iter(*_HEADINGS), None)
            texts = islice((anchor if heading is None else heading).itertext(), _TEXTS)
            text = _squeezed("".join(texts)[: _LONGEST_TITLE * 2])
            place = _place(anchor, heading is not None)
            label = text or _squeezed(anchor.get("title") or anchor.get("aria-label") or "")
            yield href, label[:_LONGEST_TITLE], place, place + min(text_words(label), 8) / 4


def _place(anchor: Any, has_heading: bool) -> float:
    score = _IN_HEADING if has_heading else 0.0
    for ancestor in anchor.iterancestors():
        tag = ancestor.tag
        if tag in ("nav", "footer") or _NAVIGATION.search(_labels(ancestor)):
            return -2.0
        if tag in _HEADINGS:
            score = max(score, _IN_HEADING)
        elif tag == "article":
            score = max(score, 1.0)
        elif tag in ("main", "body"):
            break
    return score


def _labels(element: Any) -> str:
    """Class, id and role of an element; those of the page's outermost ones say nothing of what is in them."""
    if element.tag in ("html", "body", "main", "article") or element.tag in _HEADINGS:
        return ""
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}".lower()[:300]


def _listed_items(script: str) -> Iterator[str]:
    """The URLs of every ItemList in a piece of JSON-LD."""
    try:
        waiting = [json.loads(script)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            items = value.get("itemListElement")
            yield from (url for item in (items if isinstance(items, list) else []) if (url := _item_url(item)))
            waiting += [held for held in value.values() if isinstance(held, dict | list)]


def _item_url(item: object) -> str | None:
    if isinstance(item, dict):
        inner = item.get("item")
        held = item.get("url") or (inner.get("url") or inner.get("@id") if isinstance(inner, dict) else inner)
        return held if isinstance(held, str) else None
    return item if isinstance(item, str) else None


def _says_story(root: Any) -> bool:
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").lower()
        if (
            name == "og:type" and (meta.get("content") or "").strip().lower() == "article"
        ) or name == "article:published_time":
            return True
    scripts = (s.text or "" for s in root.iter("script") if s.get("type") == "application/ld+json")
    return any(_ARTICLE_TYPES.search(script) and "itemListElement" not in script for script in scripts)


def _story_words(root: Any) -> float:
    """Words in paragraphs long enough to be a story's, without those of their links."""
    total = 0.0
    for paragraph in root.iter("p"):
        words = text_words("".join(paragraph.itertext())) - sum(
            text_words("".join(a.itertext())) for a in paragraph.iter("a")
        )
        if words >= _PARAGRAPH and next(paragraph.iterancestors("a"), None) is None:
            total += words
    return total


def _squeezed(text: str | None) -> str:
    return " ".join((text or "").split())
