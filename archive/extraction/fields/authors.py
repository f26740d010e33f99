"""Who wrote it, by this precedence.

1. Persons of JSON-LD, meta tags, OpenGraph, microdata and the bylines by the headline: those whom most kinds of place
   name, and of as many places the first of these.
2. Whom the page declares, if it is not the site itself: an agency, an organisation.
3. Persons in bold above a story that only a newsroom is declared to have written, and in bylines elsewhere.
4. Who else stands in a byline by the headline; the site itself, where it is declared; any other byline.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.extraction.claims.bylines import ELSEWHERE, IN_BOLD
from archive.extraction.claims.choices import readable
from archive.extraction.claims.names import clean_names, letters_of, looks_like_nickname, looks_like_person
from archive.extraction.fields.sitenames import site_names
from archive.extraction.structured import Said
from archive.models import Claim

_PLACES = ("json-ld", "meta", "opengraph", "microdata", "byline")


_AUTHORS_PAGE = re.compile(
    r"/(?:authors?|profile|people|editors|autor(?:en|es)?|staff)/([a-z]+(?:-[a-z]+){1,3})/?(?=,|$)"
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Whom one place names: one property of JSON-LD, one meta tag, one byline."""

    where: str
    names: tuple[str, ...]
    claims: tuple[Claim, ...]

    @property
    def is_close(self) -> bool:
        return not self.claims[0].path.startswith((IN_BOLD, ELSEWHERE))

    @property
    def key(self) -> frozenset[str]:
        return frozenset(map(letters_of, self.names))


def choose_authors(said: Said, url: str) -> tuple[tuple[str, ...], tuple[Claim, ...]]:
    """Names in the page's order, and the claims they come from."""
    sites = site_names(said, url)
    claims = {where: said.of("author", where) for where in _PLACES}
    persons = [reading for where in _PLACES for reading in _readings(claims[where], sites, persons=True)]
    best = _most_agreed([r for r in persons if r.is_close]) or next(_steps(claims, sites, persons), None)
    return (best.names, best.claims) if best else ((), ())


def _steps(claims: dict[str, list[Claim]], sites: set[str], persons: list[_Reading]) -> Iterator[_Reading]:
    declared = [where for where in _PLACES if where != "byline"]
    yield from (r for where in declared for r in _readings(claims[where], sites))
    newsroom = any(claims[where] for where in declared)
    yield from (r for r in persons if newsroom or not r.claims[0].path.startswith(IN_BOLD))
    yield from (r for r in _readings(claims["byline"], sites) if r.is_close)
    yield from (r for where in declared for r in _readings(claims[where], set()))
    yield from (r for r in _readings(claims["byline"], set()) if not r.claims[0].path.startswith(IN_BOLD))


def _readings(claims: list[Claim], others: set[str], *, persons: bool = False) -> Iterator[_Reading]:
    letters = {letters_of(name) for name in others} - {""}
    for place in dict.fromkeys(_place(c) for c in claims):
        taken = [c for c in claims if _place(c) == place and not (persons and "rganization" in c.path)]
        shown = bool(taken) and taken[0].where == "byline"
        names = clean_names([n for c in taken for n in _values(c)], others, declared=not shown)
        if not persons:
            names = tuple(n for n in names if letters_of(n) not in letters and (not shown or looks_like_nickname(n)))
        else:
            declared = {letters_of(c.value) for c in taken if c.path.endswith(":Person")}
            names = tuple(n for n in names if looks_like_person(n, shown=shown) or letters_of(n) in declared)
        if names:
            keys = set(map(letters_of, names))
            naming = [c for c in taken if any(key in letters_of(c.value) for key in keys)]
            yield _Reading(taken[0].where, names, tuple(naming or taken))


def _values(claim: Claim) -> list[str]:
    """What a claim says; of an author's page the name in its address, "https://…/authors/ann-moor"."""
    value = readable(claim.value)
    found = _AUTHORS_PAGE.findall(value) if "/" in value else []
    return [slug.replace("-", " ").title() for slug in found] if found else [value]


def _place(claim: Claim) -> str:
    """A claim's path without the type of what it names."""
    return claim.path.partition(":")[0] if claim.where == "json-ld" else claim.path.lower()


def _most_agreed(readings: list[_Reading]) -> _Reading | None:
    """The one that most kinds of place say; what names more persons is not supported by a byline's saying so alone."""

    def votes(reading: _Reading) -> int:
        declared = reading.where != "byline"
        return len({o.where for o in readings if o.key == reading.key or (declared and o.key < reading.key)})

    return max(readings, key=votes, default=None)
