"""Who wrote it: persons of JSON-LD, meta tags, microdata, the byline; organisations only where no person is named."""

from archive.extraction.choices import readable
from archive.extraction.names import clean_names
from archive.extraction.sitenames import site_names
from archive.extraction.structured import Said
from archive.models import Claim

_AUTHOR_ORDER = ("json-ld", "meta", "opengraph", "microdata", "byline")


def choose_authors(said: Said, url: str) -> tuple[tuple[str, ...], tuple[Claim, ...]]:
    """Names in the page's order, and the claims they come from: persons, else organisations, else the site itself."""
    sites = site_names(said, url)
    places = [(where, said.of("author", where)) for where in _AUTHOR_ORDER]
    for persons_only, others in ((True, sites), (False, sites), (False, set[str]())):
        for where, claims in places:
            if where == "byline":
                names, taken = _byline_names(claims, sites)
            else:
                taken = [c for c in claims if not (persons_only and "rganization" in c.path)]
                names = clean_names([readable(c.value) for c in taken], others, declared=True)
            if names:
                return names, tuple(taken)
    return (), ()


def _byline_names(claims: list[Claim], sites: set[str]) -> tuple[tuple[str, ...], list[Claim]]:
    """Of the first byline that names anybody: of its parts, else of the whole."""
    for place in dict.fromkeys(c.path for c in claims):
        taken = [c for c in claims if c.path == place]
        if names := clean_names([readable(c.value) for c in taken], sites):
            return names, taken
    return (), []
