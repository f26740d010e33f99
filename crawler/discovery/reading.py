"""What was read from one document that lists stories."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from archive.models import Link, Moment

ListingKind = Literal["feed", "sitemap", "front"]
DocumentKind = Literal["feed", "sitemap", "front", "story"]


@dataclass(frozen=True, slots=True)
class ListingRef:
    """Another document that lists stories, and where it was named: "front page", "sitemap index", "robots.txt" ..."""

    url: str
    kind: ListingKind
    found_in: str
    lastmod: Moment | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The links and further listings of one document, in its own order unless a reader says otherwise.

    `problem` is one line on what was wrong with the document: what could be read of it is there all the same.
    `ttl_minutes` is how long a feed asks to be left alone, `skip_hours` (UTC) and `skip_days` (0: Monday) when. Only
    sitemaps have a horizon: `older` entries lie before it and are not in `links`, the oldest of them on `oldest_on`;
    `undated` entries say nothing of their time.
    """

    links: tuple[Link, ...] = ()
    listings: tuple[ListingRef, ...] = ()
    problem: str | None = None
    ttl_minutes: int | None = None
    title: str | None = None
    language: str | None = None
    older: int = 0
    oldest_on: date | None = None
    undated: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
