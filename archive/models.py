"""The values that travel between the parts: frozen, picklable, without behaviour that needs a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

Precision = Literal["second", "minute", "day", "month", "none"]


class VerdictKind(StrEnum):
    """What a page is. The first four may hold a story."""

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"
    TEASER = "teaser"
    MEDIA = "media"
    INDEX = "index"
    CONSENT = "consent"
    CHALLENGE = "challenge"
    SOFT_404 = "soft_404"
    ERROR = "error"
    JS_SHELL = "js_shell"
    NOT_HTML = "not_html"
    EMPTY = "empty"

    @property
    def rank(self) -> int:
        """A text of lower rank never becomes current over one of higher rank; 0 is never an article."""
        return {"article": 3, "live_blog": 3, "media": 2, "teaser": 1}.get(self.value, 0)


class Outcome(StrEnum):
    """What became of an answered page; the terms of the second sum (README, "Nothing vanishes")."""

    NEW = "new"
    REVISION = "revision"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"
    AWAITING = "awaiting_extraction"


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way to a page: the URL that answered, how, and where it pointed."""

    url: str
    status: int
    location: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One raw answer, exactly as received: `body` is still content-encoded if the headers say so.

    Header names and values are latin-1 text in the order received. `fetched_at` is aware UTC.
    `origin` is "crawl", "save", "file" or "warc:NAME@OFFSET".
    """

    requested_url: str
    url: str
    body: bytes
    fetched_at: datetime
    status: int = 200
    status_line: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    request_headers: tuple[tuple[str, str], ...] = ()
    hops: tuple[Hop, ...] = ()
    peer_ip: str | None = None
    protocol: str | None = None
    truncated: bool = False
    origin: str = "crawl"

    def header(self, name: str) -> str | None:
        """The first value of a response header, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Claim:
    """One candidate for one field: what was said, in which kind of place, and exactly where.

    `where` is "json-ld", "opengraph", "meta", "microdata", "time", "dateline", "byline", "h1", "figure", "html" ...;
    `path` points into it ("NewsArticle.datePublished", "meta[article:published_time]").
    """

    field: str
    value: str
    where: str
    path: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a page is taken for, how sure (0 to 1), and why."""

    kind: VerdictKind
    score: float = 1.0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as a publisher wrote it, and what may be stored of it.

    `at` is aware UTC, or None unless clock and offset are known; `on` is the publisher's calendar day.
    """

    raw: str
    at: datetime | None = None
    on: date | None = None
    precision: Precision = "none"


@dataclass(frozen=True, slots=True)
class Article:
    """The story of a page, without the page. `text` is plain paragraphs separated by an empty line."""

    title: str | None = None
    description: str | None = None
    text: str = ""
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    modified: Moment | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    image_caption: str | None = None
    image_credit: str | None = None
    canonical_url: str | None = None
    paywalled: bool | None = None
    opt_out: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page as site memory knows it: its mark (a hash), how many characters it has, how it begins.

    0 characters: the page shows it as a heading, but it was not found to be of its text.
    """

    mark: str
    size: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a page can teach of its site: the marks of its address, headline and description, the headline's words, and
    the lines of its text before anything was dropped for the site's sake.
    """

    url: str = ""
    title: str = ""
    description: str = ""
    words: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A piece of a page that was taken for no part of the story: by which rule, and its first 200 characters."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One report of a live blog: its time as the page has it, that instant if it is known, its headline ("" if none)
    and its text.
    """

    time: str
    at: datetime | None
    headline: str
    text: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one page says: the same bytes give the same Extraction in any process and order.

    `dropped` is for those who ask why a line is missing; `markdown` is the text as Markdown, if that was asked for;
    `entries` are the reports of a live blog in the order of the page: none of them is stored.
    What else went in is named: the hash of the site's rules, of its memory, the hook that was called; "" for none.
    """

    verdict: Verdict
    article: Article = field(default_factory=Article)
    claims: tuple[Claim, ...] = ()
    extractor_version: str = ""
    memory_hash: str = ""
    traits: Traits | None = None
    dropped: tuple[Dropped, ...] = ()
    rules_hash: str = ""
    hook: str = ""
    markdown: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that a listing names, with what the listing says of it. Dates are the publisher's own strings."""

    url: str
    found_as: str
    title: str | None = None
    published: Moment | None = None
    lastmod: Moment | None = None
    language: str | None = None
    hints: Mapping[str, str] = field(default_factory=dict)
