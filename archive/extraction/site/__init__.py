"""What is known of a site before one of its pages is read: an explicit input, so that extraction stays a function."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from archive.extraction.site.teaching import MARK, count_topics
from archive.models import Line, Traits
from archive.rules import SiteRules

NO_RULES = SiteRules()
_FEW = 8  # pages that are remembered one by one


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """An immutable snapshot of what the pages of a site have taught.

    `data` is JSON: from how many `pages` it was learned; the marks of `lines` that stand in stories of two topics or
    more, each with their number; `others`, the marks of headlines, descriptions and addresses of the site's stories,
    one after the other; and, while they are `few`, the pages themselves. It stays text until it is used, once in a
    process, so it can be handed over with every page.
    """

    data: str

    @property
    def hash(self) -> str:
        """What names it: 16 hexadecimal digits of the data's SHA-256."""
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
    lines = {mark: topics for mark, topics in count_topics(pages).items() if topics > 1}
    told = {*others, *(mark for page in pages for mark in marks_of(page))} - {""}
    few = [replace(page, lines=tuple(Line(line.mark, line.size) for line in page.lines)) for page in pages]
    data = {
        "pages": len(pages),
        "lines": dict(sorted(lines.items())),
        "others": "".join(sorted(told)),
        "few": sorted(as_lists(page) for page in few) if len(pages) <= _FEW else [],
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
    return Remembered(data["pages"], data["lines"], marks, tuple(from_lists(page) for page in data["few"]))


def marks_in(memory: SiteMemory) -> set[str]:
    """The marks of all lines that a memory knows."""
    known = remembered(memory)
    return {*known.lines, *(line.mark for page in known.few for line in page.lines)}


def as_lists(page: Traits) -> list[Any]:
    """Traits as JSON knows them; `from_lists` is the way back."""
    lines = [[line.mark, line.size, line.text] for line in page.lines]
    return [page.url, page.title, page.description, list(page.words), lines]


def from_lists(page: Sequence[Any]) -> Traits:
    """Traits out of JSON."""
    url, title, description, words, lines = page
    return Traits(url, title, description, tuple(words), tuple(Line(*line) for line in lines))
