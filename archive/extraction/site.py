"""What is known of a site before one of its pages is read: an explicit input, so that extraction stays a function."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from archive.extraction.teaching import MARK, count_topics
from archive.models import Line, Traits
from archive.rules import SiteRules

NO_RULES = SiteRules()
_FEW = 8  # pages that are remembered one by one


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """An immutable snapshot of what the pages of a site have taught.

    `data` is JSON: from how many `pages` it was learned; the marks of `lines` that stand in two stories or more, each
    with the number of topics; `others`, the marks of headlines, descriptions and addresses of the site's stories, one
    after the other; and, while they are `few`, the pages themselves. It stays text until it is used, once in a process,
    so it can be handed over with every page.
    """

    data: str

    @property
    def name(self) -> str:
        """The hash that names it: 16 hexadecimal digits of the data's SHA-256."""
        return hashlib.sha256(self.data.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Site:
    """Of the source: IANA timezone of its clocks without a zone, BCP 47 language, address of its home page; what its
    pages have taught so far; the rules for its pages; its name.
    """

    timezone: str | None = None
    language: str | None = None
    home: str | None = None
    memory: SiteMemory | None = None
    rules: SiteRules = NO_RULES
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """A memory's data as it is used."""

    pages: int
    lines: Mapping[str, int]
    others: frozenset[str]
    few: tuple[Traits, ...]


def learn(pages: Sequence[Traits], others: Iterable[str] = ()) -> SiteMemory | None:
    """What these pages of a site teach; None if there are none. `others`: marks of further stories of the site.

    Any order of pages and marks gives the same memory.
    """
    if not pages:
        return None
    few = len(pages) <= _FEW
    lines = {} if few else {mark: topics for mark, topics in count_topics(pages).items() if topics > 1}
    told = {*others, *(mark for page in pages for mark in marks_of(page))} - {""}
    data = {
        "pages": len(pages),
        "lines": dict(sorted(lines.items())),
        "others": "".join(sorted(told)),
        "few": sorted(_written(page) for page in pages) if few else [],
    }
    return SiteMemory(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def marks_of(page: Traits) -> tuple[str, str, str]:
    """The marks by which a promo of a story is known: its address, its headline, its description."""
    return page.url, page.title, page.description


@lru_cache(maxsize=64)
def remembered(memory: SiteMemory) -> Remembered:
    """What a memory holds."""
    data = json.loads(memory.data)
    others = data["others"]
    marks = frozenset(others[at : at + MARK] for at in range(0, len(others), MARK))
    return Remembered(data["pages"], data["lines"], marks, tuple(_read(page) for page in data["few"]))


def _written(page: Traits) -> list[object]:
    lines = [[line.mark, line.size] for line in page.lines]
    return [page.url, page.title, page.description, list(page.words), lines]


def _read(page: Sequence[Any]) -> Traits:
    url, title, description, words, lines = page
    return Traits(url, title, description, tuple(words), tuple(Line(mark, size) for mark, size in lines))
