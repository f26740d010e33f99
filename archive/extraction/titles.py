"""The headline, and the names that a site gives itself.

What two of h1, JSON-LD, og:title and the window's title agree on, h1 first; else h1, else what there is.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from archive.extraction.choices import NOTHING, Choice, readable
from archive.extraction.structured import Said
from archive.models import Claim
from archive.text import normalise

_SEPARATOR = re.compile(r"\s+[|\-–—:·•»«>/~]+\s+|\s*[|｜]\s*|_{2,}")
_TITLE_ORDER = ("h1", "json-ld", "opengraph", "microdata", "meta", "title")


def choose_title(said: Said, url: str) -> Choice:
    """The headline. A window's title supports what it begins with, and loses the site's name if it is taken itself."""
    claims = [(c, readable(c.value)) for c in said.of("title", *_TITLE_ORDER)]
    sites = site_names(said, url)
    named = [(c, t) for c, t in claims if c.where != "title" and t and normalise(t) not in sites]
    votes = {key: _votes(key, claims) for _, t in named if (key := _plain(t))}
    for least in (2, 1):
        for where in _TITLE_ORDER:
            for claim, text in named:
                if claim.where == where and votes[_plain(text)] >= least:
                    return Choice(text, (claim,))
    for claim, text in claims:
        if title := without_site(text, sites):
            return Choice(title, (claim,))
    return NOTHING


_QUOTES = str.maketrans(dict.fromkeys("“”„«»‘’'`´‚", '"') | dict.fromkeys("–—‑", "-"))


def _plain(text: str) -> str:
    return normalise(text).translate(_QUOTES).replace('"', "").strip()


def _votes(key: str, claims: Iterable[tuple[Claim, str]]) -> int:
    places = {c.where for c, text in claims if _plain(text) == key}
    if any(c.where == "title" and _plain(text).startswith(key) for c, text in claims):
        places.add("title")
    return len(places)


def site_names(said: Said, url: str) -> set[str]:
    """What the site calls itself, and its host, normalised."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    names = {normalise(readable(c.value)) for c in said.of("site")}
    return (names | {host, labels[0] if len(labels) < 3 else labels[-2]}) - {""}


def without_site(title: str, sites: set[str]) -> str:
    """A window's title without the site's name at either end, or without its last and shorter part."""
    pieces = _SEPARATOR.split(title)
    if len(pieces) < 2:
        return "" if normalise(title) in sites else title
    if normalise(pieces[0]) in sites:
        start = title.find(pieces[1], len(pieces[0]))
        return title[start:]
    end = title.rfind(pieces[-1])
    head = _SEPARATOR.sub("", title[:end][-8:]) and title[:end]
    if normalise(pieces[-1]) in sites or (len(pieces[-1]) < 30 and len(pieces[-1]) < len(head)):
        return head.rstrip(" |-–—:·•»«>/~_｜")
    return title
