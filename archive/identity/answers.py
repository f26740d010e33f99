"""A site that answers every address with the same page: no story, though it may read like one. Pure functions.

Told by what one site gave under several unlike addresses within days: equal texts, but for lines that repeat the
address or the title. Other forms of one address (print, AMP, tracking) are unlike in nothing here, nor is a story that
is filed in several sections under the same last part of its address.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import unquote

from archive.text import normalise
from archive.urls import site_of, url_key

_ADDRESSES = 3  # unlike ones, where the titles are the same too; the next is everyone's
_UNTITLED = 8  # where the titles differ: pages without a text of their own
_LEADING = 10  # unlike addresses of a site that lead to one page by redirects or canonical links
_DAYS = timedelta(days=7)
_PART = re.compile(r"\s[-|\u2013\u2014\u00b7\u00bb:]\s")  # of a title: what is the story's, what the site's
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Answer:
    """A page that holds a text, the address where it was first seen; `article`: its id, "" if it has none yet."""

    article: str
    url: str
    title: str | None
    seen_at: datetime


@lru_cache(maxsize=8)  # asked for when a page is looked up and when it is saved
def site_text(url: str, title: str | None, text: str) -> int:
    """What answers of one site have in common that hold the same text, but for lines with the address or the title."""
    said = _said_by(url, title)
    lines = [line for line in text.casefold().split("\n") if line]
    kept = [line for line in lines if not any(_says(line, part) for part in said)]
    if not kept:  # one line, "No page /foo is here"
        kept = [_without(line, said) for line in lines]
    content = "\n".join((_site(url), *kept))
    digest = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def everyones(page: Answer, others: Iterable[Answer], *, short: bool = False) -> tuple[Answer, ...]:
    """The articles, the first one first, that show a page to be what its site gives under any address; or none.

    `others`: with the same `site_text`. `short`: of so few words that pages with different titles may share them.
    """
    slug, face = slug_of(page.url), _face(page)
    unlike: dict[str, Answer] = {}
    for answer in others:
        if (other := slug_of(answer.url)) != slug:
            unlike.setdefault(other, answer)
    found = [one for one in unlike.values() if abs(page.seen_at - one.seen_at) <= _DAYS or _in_a_burst(one, unlike)]
    if len([one for one in found if face and _face(one) == face]) >= _ADDRESSES:
        return tuple(found)
    return tuple(found) if len(found) >= _UNTITLED and not short else ()


def leads_from_everywhere(url: str, addresses: Iterable[str]) -> int:
    """How many unlike addresses of its site lead to the page at `url`, if that is too many for a story; else 0."""
    site = _site(url)
    others = {slug_of(address) for address in addresses if _site(address) == site} - {slug_of(url)}
    return len(others) if len(others) >= _LEADING else 0


def slug_of(url: str) -> str:
    """The last part of an address: what stays when a story is filed in another section."""
    key = url_key(url)
    return key.rpartition("/")[2] or key


def _site(url: str) -> str:
    return site_of(re.split("[/?#:]", url_key(url), maxsplit=1)[0])


def _in_a_burst(answer: Answer, unlike: dict[str, Answer]) -> bool:
    """Whether so many others came within days of this one that the text was everyone's then."""
    near = sum(abs(answer.seen_at - other.seen_at) <= _DAYS for other in unlike.values())
    return near >= _ADDRESSES


def _said_by(url: str, title: str | None) -> list[str]:
    """What a line may repeat of the address and the title, in lower case."""
    slug = unquote(slug_of(url)).casefold()
    parts = {url.casefold(), url_key(url), slug, " ".join(_WORD.findall(slug.replace("_", " ")))}
    if title:
        parts.update((normalise(title), *_PART.split(normalise(title))))
    return sorted((part for part in parts if len(part) >= 3), key=lambda part: (-len(part), part))


def _says(line: str, part: str) -> bool:
    """Whether a line holds these words, and not only as a part of others."""
    at = line.find(part)
    while at >= 0:
        end = at + len(part)
        if not (line[at - 1 : at].isalnum() or line[end : end + 1].isalnum()):
            return True
        at = line.find(part, at + 1)
    return False


def _without(line: str, said: Iterable[str]) -> str:
    for part in said:
        line = line.replace(part, " ")
    return " ".join(line.split())


def _face(page: Answer) -> str:
    """A title without the words of the address: "Not found: storm-5" and "Not found: flood-6" have one."""
    if not page.title:
        return "untitled"
    spoken = set(_WORD.findall(unquote(url_key(page.url)).casefold().replace("_", " ")))
    return " ".join(word for word in _WORD.findall(normalise(page.title)) if word not in spoken)
