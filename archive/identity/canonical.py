"""What a page calls itself (rel=canonical, og:url), as far as its address alone tells whether that can be believed.

Publishers name their front page, a section or the page's source by mistake or on purpose; then the page has no other
address than its own. What remains is still a claim: the texts decide (`revisions.decide`).
"""

import re
from typing import Literal

from archive.urls import is_home_page, url_key

Refusal = Literal["home page", "section", "another host"]

_NUMBER = re.compile(r"\d")
_WORDS_OF_A_SLUG = 3
_CALENDAR = re.compile(r"(?:.*/)?(?:19|20)\d\d(?:/\d\d?){0,2}")


def own_canonical(canonical_url: str | None, url: str) -> str | None:
    """What a page calls itself, if it may be its own: on the same host (www, m. aside), no home page, no section."""
    return canonical_url if canonical_url and refused_because(canonical_url, url) is None else None


def refused_because(canonical_url: str, url: str) -> Refusal | None:
    """Why what a page calls itself is not taken for an address of it, whatever is there."""
    if is_home_page(canonical_url):
        return "home page"
    (host, named), (own_host, path) = _parted(canonical_url), _parted(url)
    if host != own_host:
        return "another host"
    return "section" if named != path and _is_section(named, path) else None


def claimed_key(canonical_url: str | None, url: str) -> str | None:
    """The key of another address that a page calls its own: on its host, or of the story it is a copy of."""
    if not canonical_url or refused_because(canonical_url, url) not in (None, "another host"):
        return None
    key = url_key(canonical_url)
    return key if key != url_key(url) else None


def _parted(url: str) -> tuple[str, str]:
    """Host and path of a key, the path with its query."""
    host, _, path = url_key(url).partition("/")
    host, mark, query = host.partition("?")
    return host, path + mark + query


def _is_section(named: str, path: str) -> bool:
    """Whether a path is not that of a story: above the page's own, or of one or two words where the page has a slug."""
    above = path.startswith(f"{named}/")
    if _CALENDAR.fullmatch(named):
        return above
    return "?" not in named and not _is_slug(named) and (above or _is_slug(path.partition("?")[0]))


def _is_slug(path: str) -> bool:
    last = path.rpartition("/")[2]
    return _NUMBER.search(last) is not None or len(re.split("[-_]", last)) >= _WORDS_OF_A_SLUG
