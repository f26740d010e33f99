"""Claims to fields, by stated precedence.

title: what two of h1, JSON-LD, og:title and the window's title agree on, h1 first; else h1, else what there is.
authors: persons of JSON-LD, meta tags, microdata, the byline; organisations only where no person is named.
times: an instant before a day; JSON-LD, OpenGraph, meta, microdata, <time>, the URL; last htmldate, for a day only.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from html import unescape
from urllib.parse import urljoin, urlsplit

from archive.dates import parse_date
from archive.extraction.names import clean_names
from archive.extraction.site import Site
from archive.extraction.structured import PATH_DAY, Said
from archive.models import Article, Claim, Moment, Page
from archive.text import clean, normalise

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_SEPARATOR = re.compile(r"\s+[|\-–—:·•»«>/~]+\s+|\s*[|｜]\s*|_{2,}")
_LIST = re.compile(r"\s*[,;|，、]\s*")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)
_OWN_OFFSET = re.compile(r"[+-](?!00:?00\b)\d\d:?\d\d\s*$")  # not UTC: the clock that the publisher's readers see
_OPT_OUT = re.compile(r"\b(noai|noimageai|noml|notrain)\b", re.IGNORECASE)
_FUTURE = timedelta(hours=24)
_MOST_TAGS = 50

_TITLE_ORDER = ("h1", "json-ld", "opengraph", "microdata", "meta", "title")
_AUTHOR_ORDER = ("json-ld", "meta", "opengraph", "microdata", "byline")
_TIME_ORDER = ("json-ld", "opengraph", "meta", "microdata", "time", "url", "text")
_LANGUAGE_ORDER = ("html", "opengraph", "meta", "json-ld", "microdata", "header")


@dataclass(frozen=True, slots=True)
class Choice:
    """One field's value with the claims it was taken from."""

    value: str
    claims: tuple[Claim, ...] = ()


NOTHING = Choice("")


def readable(raw: str) -> str:
    """A claim's value as a reader would see it: entities resolved, markup gone, on one line."""
    text = unescape(unescape(raw)) if "&" in raw else raw
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(clean(text).split())


# --- title and description


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


def choose_description(said: Said) -> Choice:
    """The standfirst: OpenGraph, meta, JSON-LD, the longer if one begins with the other; else the one a reader sees."""
    best = NOTHING
    for where in ("opengraph", "meta", "json-ld", "standfirst"):
        for claim in said.of("description", where):
            text = readable(claim.value)
            if not best.value or (len(text) > len(best.value) and text.startswith(best.value.rstrip(" .…"))):
                best = Choice(text, (claim,))
    return best


# --- authors


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


# --- times


def choose_time(said: Said, field: str, fetched_at: datetime, site: Site) -> tuple[Moment | None, tuple[Claim, ...]]:
    """The publisher's time: an instant by order of places, else a day, else a month.

    A day in the story's address overrules times that are more than a day off, as of another story or a later edition.
    """
    found: list[tuple[int, Moment, Claim]] = []
    for where in _TIME_ORDER:
        for claim in said.of(field, where):
            moment = parse_date(readable(claim.value), site.timezone)
            if moment.on and not _too_late(moment, fetched_at):
                found.append((_coarseness(moment), replace(moment, raw=claim.value), claim))
    in_url = next((m.on for _, m, c in found if c.path == PATH_DAY), None)
    near = [f for f in found if in_url is None or _days_between(f[1].on, in_url) <= 1]
    if not found:
        return None, ()
    _, moment, claim = min(near or found, key=lambda f: f[0])
    if not moment.at or _OWN_OFFSET.search(moment.raw) or site.timezone:
        return moment, (claim,)
    return replace(moment, on=_local_day(moment, [m for _, m, _ in found])), (claim,)


def _coarseness(moment: Moment) -> int:
    return 0 if moment.at else 1 if moment.precision == "day" else 2


def _days_between(one: date | None, other: date | None) -> int:
    return abs((one - other).days) if one and other else 0


def _local_day(moment: Moment, others: list[Moment]) -> date | None:
    """The publisher's day of a time given in UTC: what the page says of it elsewhere, if it can be that."""
    for other in others:
        same = other.at == moment.at if other.at else other.precision == "day"
        if same and other.on != moment.on and _days_between(other.on, moment.on) == 1 and _is_local(moment, other):
            return other.on
    return moment.on


def _is_local(moment: Moment, other: Moment) -> bool:
    """Whether it is ever that day anywhere at that instant: zones reach from UTC-12 to UTC+14."""
    if not moment.at or not other.on:
        return False
    return other.on in {(moment.at + timedelta(hours=hours)).date() for hours in (-12, 14)}


def _too_late(moment: Moment, fetched_at: datetime) -> bool:
    if moment.at:
        return moment.at > fetched_at + _FUTURE
    return moment.on is not None and moment.on > (fetched_at + _FUTURE).date()


# --- the rest


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


def choose_tags(said: Said) -> tuple[tuple[str, ...], tuple[Claim, ...]]:
    """All topics named in JSON-LD, meta tags and microdata, each once."""
    tags: dict[str, str] = {}
    claims = said.of("tag", "json-ld", "meta", "opengraph", "microdata")
    for claim in claims:
        for tag in _LIST.split(readable(claim.value)):
            if 1 < len(tag) <= 80:
                tags.setdefault(normalise(tag), tag)
    return tuple(tags.values())[:_MOST_TAGS], tuple(claims)


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
    published, dated = choose_time(said, "published", page.fetched_at, site)
    modified, changed = choose_time(said, "modified", page.fetched_at, site)
    tags, topics = choose_tags(said)
    paywalled, walls = choose_paywalled(said)
    opt_out, refusals = choose_opt_out(said)
    language = choose_language(said, site)
    address = partial(absolute, base=page.url)
    section = choose_first(said, "section", "json-ld", "opengraph", "meta", "microdata")
    image = choose_first(said, "image", "opengraph", "json-ld", "meta", take=address)
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
        canonical_url=canonical.value or None,
        paywalled=paywalled,
        opt_out=opt_out,
        licence=licence.value or None,
    )
    single = (title, description, language, section, image, canonical, licence)
    return article, frozenset(
        [*by, *dated, *changed, *topics, *walls, *refusals, *(c for s in single for c in s.claims)]
    )
