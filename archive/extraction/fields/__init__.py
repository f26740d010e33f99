"""Claims to fields, by stated precedence: titles.py, authors.py and times.py for those fields, and here the others."""

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import urljoin, urlsplit

from archive.extraction.claims.choices import NOTHING, Choice, readable
from archive.extraction.fields.authors import choose_authors
from archive.extraction.fields.times import choose_time
from archive.extraction.fields.titles import choose_title
from archive.extraction.fields.topics import choose_tags
from archive.extraction.site import Site
from archive.extraction.structured import Said
from archive.models import Article, Claim, Page

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)
_OPT_OUT = re.compile(r"\b(noai|noimageai|noml|notrain)\b", re.IGNORECASE)

_LANGUAGE_ORDER = ("html", "opengraph", "meta", "json-ld", "microdata", "header")


def choose_description(said: Said) -> Choice:
    """The standfirst: OpenGraph, meta, JSON-LD, the longer if one begins with the other; else the one a reader sees."""
    best = NOTHING
    for where in ("opengraph", "meta", "json-ld", "standfirst"):
        for claim in said.of("description", where):
            text = readable(claim.value)
            if not best.value or (len(text) > len(best.value) and text.startswith(best.value.rstrip(" .…"))):
                best = Choice(text, (claim,))
    return best


def choose_language(said: Said, site: Site) -> Choice:
    """The language the page declares, else the source's, as a BCP 47 tag."""
    for where in _LANGUAGE_ORDER:
        for claim in said.of("language", where):
            if tag := language_tag(claim.value):
                return Choice(tag, (claim,))
    return Choice(language_tag(site.language or ""))


def language_tag(raw: str) -> str:
    """BCP 47 for `en_us`, `zh-hans-cn`, `pt`; "" for anything else."""
    found = _LANGUAGE.fullmatch(raw.strip().split(",")[0].split(".")[0].strip())
    if not found:
        return ""
    language, script, region = found.groups()
    return "-".join(filter(None, (language.lower(), script and script.title(), region and region.upper())))


def choose_first(said: Said, field: str, *places: str, take: Callable[[str], str] = readable) -> Choice:
    """The first usable claim of a field, in the order of these places."""
    for where in places:
        for claim in said.of(field, where):
            if text := take(claim.value):
                return Choice(text, (claim,))
    return NOTHING


def choose_caption(said: Said) -> Choice:
    """What JSON-LD says of the image; what stands below the picture if JSON-LD only adds to it, as the credit."""
    declared, shown = choose_first(said, "image_caption", "json-ld"), choose_first(said, "image_caption", "figure")
    return shown if not declared.value or (shown.value and declared.value.startswith(shown.value)) else declared


def absolute(url: str, base: str) -> str:
    """An http(s) address without fragment, resolved against the page's; "" if it is none."""
    try:
        joined = urljoin(base, url.strip())
        parts = urlsplit(joined)
    except ValueError:
        return ""
    return parts._replace(fragment="").geturl() if parts.scheme in ("http", "https") and parts.hostname else ""


def choose_paywalled(said: Said) -> tuple[bool | None, tuple[Claim, ...]]:
    """True if the page, or a part of it, is said not to be free; False if it is said to be; None if nothing is said."""
    free = {
        "true": True,
        "1": True,
        "yes": True,
        "free": True,
        "false": False,
        "0": False,
        "no": False,
        "locked": False,
    }
    free["metered"] = False
    claims = [c for c in said.of("paywall") if c.value.strip().lower() in free]
    if not claims:
        return None, ()
    return not all(free[c.value.strip().lower()] for c in claims), tuple(claims)


def choose_opt_out(said: Said) -> tuple[str | None, tuple[Claim, ...]]:
    """What the page or its headers say against machine learning on it: "noai", "tdm-reservation" ..., or None."""
    found: dict[str, Claim] = {}
    for claim in said.of("robots"):
        name = claim.path.removeprefix("meta[").removesuffix("]").lower()
        if name == "tdm-reservation" and claim.value.strip() == "1":
            found.setdefault(name, claim)
        elif not name.startswith("tdm"):
            for word in _OPT_OUT.findall(claim.value):
                found.setdefault(word.lower(), claim)
    return (", ".join(sorted(found)) or None), tuple(dict.fromkeys(found.values()))


# --- all of them


def choose(said: Said, page: Page, site: Site) -> tuple[Article, frozenset[Claim]]:
    """An article without its text, and the claims that were chosen for it."""
    title, description = choose_title(said, page.url), choose_description(said)
    authors, by = choose_authors(said, page.url)
    published, dated = choose_time(said, "published", page, site)
    modified, changed = choose_time(said, "modified", page, site)
    tags, topics = choose_tags(said)
    paywalled, walls = choose_paywalled(said)
    opt_out, refusals = choose_opt_out(said)
    language = choose_language(said, site)
    address = partial(absolute, base=page.url)
    section = choose_first(said, "section", "json-ld", "opengraph", "meta", "microdata")
    image = choose_first(said, "image", "opengraph", "json-ld", "meta", "microdata", "figure", take=address)
    caption, credit = choose_caption(said), choose_first(said, "image_credit", "json-ld", "figure")
    canonical = choose_first(said, "canonical", "link", "opengraph", take=address)
    licence = choose_first(said, "licence", "link", "json-ld", "meta")
    article = Article(
        title=title.value or None,
        description=description.value or None,
        authors=authors,
        published=published,
        modified=modified,
        language=language.value or None,
        section=section.value or None,
        tags=tags,
        image_url=image.value or None,
        image_caption=caption.value or None,
        image_credit=credit.value or None,
        canonical_url=canonical.value or None,
        paywalled=paywalled,
        opt_out=opt_out,
        licence=licence.value or None,
    )
    single = (title, description, language, section, image, caption, credit, canonical, licence)
    return article, frozenset(
        [*by, *dated, *changed, *topics, *walls, *refusals, *(c for s in single for c in s.claims)]
    )
