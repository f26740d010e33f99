"""Stored real pages, grouped into sites.

The folder holds sets of pages: `SET/truth.jsonl` (id, url, file, title, date, body, paragraphs, with ...) and
the gzip'ed pages that it names.
"""

import gzip
import hashlib
import html
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import tldextract

SITES = 32
OWN_SITE = 4  # publishers with this many pages are a site of their own


@dataclass(frozen=True)
class Story:
    """One stored page. `target` is its path and query; `day` and `at` are the publisher's, where the set knows them."""

    target: str
    url: str
    title: str
    file: Path
    has_text: bool
    day: date | None = None
    at: datetime | None = None

    @property
    def written(self) -> str | None:
        """The date as W3C profile, as precise as it is known."""
        return self.at.isoformat() if self.at else self.day.isoformat() if self.day else None

    @property
    def order(self) -> str:
        """Sorts stories by age; undated ones are the oldest."""
        return (self.written or "")[:10]


@dataclass(frozen=True)
class Site:
    """The stories that one loopback address serves."""

    address: str
    name: str
    stories: tuple[Story, ...]

    @property
    def newest(self) -> list[Story]:
        return sorted(self.stories, key=lambda story: (story.order, story.target), reverse=True)

    @property
    def feed_kind(self) -> str:
        return "rss" if int(self.address.rsplit(".", 1)[1]) % 2 else "atom"


def moment(text: str | None) -> tuple[date | None, datetime | None]:
    """The day and, with clock and offset, the instant of a truth's date."""
    if not text:
        return None, None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None, None
    return read.date(), read if read.tzinfo else None


def title_of(page: bytes) -> str | None:
    """What stands in <title>, for the sets that hold no titles."""
    named = re.search(rb"charset=[\"']?([\w-]+)", page[:4096])
    found = re.search(rb"<title[^>]*>(.*?)</title", page, re.S | re.I)
    if not found:
        return None
    try:
        text = found[1].decode(named[1].decode() if named else "utf-8", "replace")
    except LookupError:
        text = found[1].decode("utf-8", "replace")
    return " ".join(html.unescape(text).split()) or None


def target_of(url: str) -> str | None:
    """Path and query as a client sends them; None for home pages and what is no web address."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or (parts.path in ("", "/") and not parts.query):
        return None
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return quote(target, safe="/%:?#[]@!$&'()*+,;=~-._|")


def read_story(folder: Path, row: dict[str, object]) -> Story | None:
    url, file = str(row.get("url") or ""), folder / str(row["file"])
    target = target_of(url)
    if target is None:
        return None
    day, at = moment(str(row["date"]) if row.get("date") else None)
    title = row.get("title") or title_of(gzip.decompress(file.read_bytes())) or unquote(target.rsplit("/", 1)[-1])
    has_text = any(row.get(name) for name in ("body", "paragraphs", "with"))
    return Story(target, url, str(title), file, has_text, day, at)


def read_stories(data: Path) -> list[Story]:
    """Every page of every set, each address once."""
    stories: dict[str, Story] = {}
    for truth in sorted(data.glob("*/truth.jsonl")):
        with truth.open(encoding="utf-8") as lines:
            for line in lines:
                story = read_story(truth.parent, json.loads(line))
                if story is not None and (story.url not in stories or not stories[story.url].has_text):
                    stories[story.url] = story
    return list(stories.values())


def by_publisher(stories: Iterable[Story]) -> dict[str, list[Story]]:
    suffixes = tldextract.TLDExtract(suffix_list_urls=())
    groups: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        found = suffixes(story.url)
        groups[found.top_domain_under_public_suffix or str(urlsplit(story.url).hostname)].append(story)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def group(stories: Iterable[Story], sites: int) -> list[Site]:
    """`sites` sites: publishers with enough pages alone (at most two thirds of the sites), all others pooled."""
    publishers = by_publisher(stories)
    own = [name for name, pages in publishers.items() if len(pages) >= OWN_SITE][: sites * 2 // 3]
    members: list[tuple[str, dict[str, Story]]] = [(name, {s.target: s for s in publishers[name]}) for name in own]
    pools: list[dict[str, Story]] = [{} for _ in range(sites - len(own))]
    for name in (name for name in publishers if name not in own):
        for story in publishers[name]:
            start = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
            turn = (pools[(start + step) % len(pools)] for step in range(len(pools)))
            free = next((pool for pool in turn if story.target not in pool), None)
            if free is not None:
                free[story.target] = story
    members += [(f"small publishers {number}", pool) for number, pool in enumerate(pools, 1)]
    filled = [(name, tuple(pages.values())) for name, pages in members if pages]
    return [Site(f"127.0.1.{number}", name, pages) for number, (name, pages) in enumerate(filled, 1)]


def cut(sites: list[Site], limit: int) -> list[Site]:
    """At most `limit` stories in all, taken evenly from all sites."""
    kept: Counter[str] = Counter()
    taken = 0
    for rank in range(max(len(site.stories) for site in sites)):
        for site in sites:
            if rank < len(site.stories) and taken < limit:
                kept[site.address] += 1
                taken += 1
    return [replace(site, stories=tuple(site.newest[: kept[site.address]])) for site in sites if kept[site.address]]


def load_sites(data: Path, sites: int = SITES, limit: int | None = None, *, only_text: bool = False) -> list[Site]:
    """The same sites for the same folder. `only_text`: only pages whose set says that they hold a story."""
    if not 1 <= sites <= 250:
        raise ValueError("between 1 and 250 sites")
    stories = [story for story in read_stories(data) if story.has_text or not only_text]
    if not stories:
        raise ValueError(f"no pages under {data}: expected SET/truth.jsonl and the pages it names")
    grouped = group(sorted(stories, key=lambda story: story.url), sites)
    return cut(grouped, limit) if limit is not None else grouped
