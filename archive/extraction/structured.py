"""What a page says of itself, as claims: JSON-LD, meta tags, microdata, RDFa, links, headers, what a reader sees.

Nothing is judged here but which of several JSON-LD objects describes this page. A claim keeps the page's own words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from archive.extraction.claims.bylines import AUTHOR_META, find_bylines, labelled_writers
from archive.extraction.claims.datelines import find_datelines
from archive.extraction.claims.described import claims_of, main_node
from archive.extraction.claims.headlines import find_headlines
from archive.extraction.claims.jsonld import read_nodes, texts_of, types_of
from archive.extraction.claims.pictures import find_pictures
from archive.extraction.claims.taglinks import find_labelled_links, find_tag_links
from archive.extraction.page.parsing import elements
from archive.extraction.page.standfirst import visible_standfirst
from archive.extraction.page.surroundings import headline_of
from archive.extraction.story.liveblog import declared_entries
from archive.models import Claim, Entry, Page
from archive.text import clean, normalise

_LONGEST = 1000  # characters of a claim's value; a longer one is cut
_MOST = 40  # claims of one field from one kind of place

_META_FIELDS = {
    "title": "og:title twitter:title dc.title dcterms.title headline title parsely-title sailthru.title citation_title",
    "description": "description og:description twitter:description dc.description dcterms.description"
    " sailthru.description",
    "author": "author article:author parsely-author sailthru.author dc.creator dcterms.creator byl citation_author"
    " cxenseparse:author article.author og:author og:article:author dc.contributor creator byline author_name",
    "published": "article:published_time og:article:published_time og:published_time datepublished pubdate publishdate"
    " publish-date publish_date published publication_date date dc.date dc.date.issued dcterms.created dcterms.issued"
    " dc.date.created dcterms.date dc.date.published sailthru.date parsely-pub-date cxenseparse:recs:publishtime"
    " article.published article_date_original originalpublicationdate ptime citation_publication_date citation_date"
    " iso-8601-publish-date article:published date.created pdate published_at rnews:datepublished displaydate"
    " bt:pubdate ep:publicationdate published_time published-date date_published dc.issued"
    " shareaholic:article_published_time",
    "modified": "article:modified_time og:article:modified_time og:updated_time datemodified lastmod last-modified"
    " dcterms.modified dc.date.modified revised article.updated modified_time utime article:updated_time",
    "section": "article:section og:section parsely-section section cxenseparse:section sailthru.section prism.section",
    "tag": "news_keywords keywords article:tag parsely-tags sailthru.tags dc.subject og:article:tag video:tag",
    "image": "og:image og:image:url og:image:secure_url twitter:image twitter:image:src",
    "canonical": "og:url",
    "site": "og:site_name application-name publisher dc.publisher dcterms.publisher apple-mobile-web-app-title",
    "language": "og:locale content-language dc.language dcterms.language language",
    "type": "og:type",
    "paywall": "article:content_tier",
    "licence": "dc.rights dcterms.rights dcterms.license",
    "robots": "robots googlebot newsmorgue tdm-reservation tdm-policy",
    "refresh": "refresh",
}
_FIELD_OF_META = {name: field for field, names in _META_FIELDS.items() for name in names.split()}
_TAG_META = re.compile(r"(?:^|[^a-z])(?<!robots-)(?:tags?|keywords?|topics?|subjects?)$", re.IGNORECASE)
_ITEM_FIELDS = {
    "headline": "title",
    "datepublished": "published",
    "datecreated": "published",
    "datemodified": "modified",
    "author": "author",
    "creator": "author",
    "articlesection": "section",
    "keywords": "tag",
    "inlanguage": "language",
}
_RDFA_FIELDS = {  # property: field; of RDFa only times, as Drupal writes them
    **dict.fromkeys(
        ("dc:date", "dc:created", "dc:issued", "dcterms:date", "dcterms:created", "dcterms:issued"), "published"
    ),
    **dict.fromkeys(
        ("schema:datepublished", "schema:datecreated", "rnews:datepublished", "datepublished"), "published"
    ),
    **dict.fromkeys(("dc:modified", "dcterms:modified", "schema:datemodified", "datemodified"), "modified"),
}
_ITEMS = XPath("//*[(@itemprop or @property) and not(self::meta)]")
_NAME_IN_ITEM = XPath("string((.//*[@itemprop='name'])[1])")
_URL_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d{2})([/_-]?)(0[1-9]|1[0-2]|(?<=[/_-])[1-9])([/_-]?)(0[1-9]|[12]\d|3[01]|(?<=[/_-])[1-9])(?!\d)"
)
PATH_DAY = "url path"


@dataclass(frozen=True, slots=True)
class Said:
    """All claims by kind of place; what JSON-LD says of types, articleBody, and the reports of a live blog."""

    claims: tuple[Claim, ...]
    types: tuple[str, ...] = ()
    body: str = ""
    entries: tuple[Entry, ...] = ()

    def of(self, field: str, *places: str) -> list[Claim]:
        """The claims of a field, of these kinds of place only if any are named."""
        return [c for c in self.claims if c.field == field and (not places or c.where in places)]


def read(tree: HtmlElement, page: Page) -> Said:
    """Every claim of a page."""
    headline = normalise(tree.findtext(".//h1") or tree.findtext(".//title") or "")
    nodes = read_nodes(
        [script.text for script in tree.iter("script") if script.text and "ld+json" in (script.get("type") or "")]
    )
    main = main_node(nodes, page.url, headline)
    declared = [*(claims_of(main, nodes) if main else ()), *_from_meta(tree)]
    said = [
        *declared,
        *_from_links(tree),
        *_from_items(tree),
        *_from_sight(tree, [c.value for c in declared if c.field == "title"]),
        *_from_url(page.url),
        *_from_headers(page),
    ]
    said.extend(_from_tags(tree, any(claim.field == "tag" for claim in declared)))
    claims = tuple(dict.fromkeys(_limited(said)))
    body = "\n\n".join(texts_of(main.get("articleBody"))) if main else ""
    types = types_of(main) if main else ()
    others = tuple(dict.fromkeys(name for node in nodes for name in types_of(node) if name not in types))
    entries = tuple(declared_entries(main)) if main else ()
    body = body or "\n\n".join(text for entry in entries for text in (entry.headline, entry.text) if text)
    return Said(claims, (*types, *others), body, entries)


def _limited(said: list[Claim]) -> Iterator[Claim]:
    counts: dict[tuple[str, str], int] = {}
    for claim in said:
        value = clean(claim.value[: 2 * _LONGEST])[:_LONGEST].replace("\n", " ")
        kind = (claim.field, claim.where)
        counts[kind] = counts.get(kind, 0) + 1
        if value and counts[kind] <= _MOST:
            yield Claim(claim.field, value, claim.where, claim.path)


# --- head


def _from_meta(tree: HtmlElement) -> Iterator[Claim]:
    for meta in tree.iter("meta"):
        content = meta.get("content") or meta.get("value")
        if not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = meta.get(attribute)
            field = _FIELD_OF_META.get(name.strip().lower().replace("dc:", "dc.")) if name else None
            field = field or ("tag" if name and _TAG_META.search(name) else None)
            field = field or ("author" if name and AUTHOR_META.search(name) else None)
            field = field or (_ITEM_FIELDS.get(name.lower()) if name and attribute == "itemprop" else None)
            if name and field:
                where = "opengraph" if name.lower().startswith(("og:", "article:")) else "meta"
                yield Claim(field, content, where, f"meta[{name.strip()}]")
                break

    for name, writer in labelled_writers(tree):
        yield Claim("author", writer, "meta", f"meta[{name}]")


def _from_links(tree: HtmlElement) -> Iterator[Claim]:
    for link in tree.iter("link"):
        rel, href = (link.get("rel") or "").lower().split(), link.get("href")
        if href and "canonical" in rel:
            yield Claim("canonical", href, "link", "link[canonical]")
        elif href and "license" in rel:
            yield Claim("licence", href, "link", "link[license]")
    licences = (a.get("href") for a in tree.iter("a") if a.get("rel") == "license")
    if licence := next(filter(None, licences), None):
        yield Claim("licence", licence, "link", "a[license]")
    root = tree.getroottree().getroot()
    if language := root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"):
        yield Claim("language", language, "html", "html[lang]")


def _from_tags(tree: HtmlElement, are_declared: bool) -> Iterator[Claim]:
    """The story's tags as links; those that only a label tells are looked for where nothing else names any."""
    tags = find_tag_links(tree)
    for tag in tags:
        yield Claim("tag", tag, "link", "a[tag]")
    for tag in find_labelled_links(tree) if not tags and not are_declared else ():
        yield Claim("tag", tag, "link", "a after label")


# --- body


def _from_items(tree: HtmlElement) -> Iterator[Claim]:
    around: HtmlElement | None = None
    for item in elements(_ITEMS, tree)[:500]:
        for name in (item.get("itemprop") or "").split():
            field = _ITEM_FIELDS.get(name.lower())
            if field == "author":  # of other stories' authors none: they do not stand together with the first
                around = _up(item, 3) if around is None else around
                field = field if around in item.iterancestors() else None
            if field:
                yield Claim(field, _item_value(item, field), "microdata", f"itemprop[{name}]")
        for name in (item.get("property") or "").split():
            if field := _RDFA_FIELDS.get(name.lower()):
                yield Claim(field, _item_value(item, field), "rdfa", f"property[{name}]")


def _up(element: HtmlElement, levels: int) -> HtmlElement:
    for parent, _ in zip(element.iterancestors(), range(levels), strict=False):
        element = parent
    return element


def _item_value(item: HtmlElement, field: str) -> str:
    value = item.get("content") or item.get("datetime")
    if value:
        return str(value)
    if field == "author" and (name := _NAME_IN_ITEM(item)):
        return str(name)
    return str(item.text_content())[:_LONGEST]


def _from_sight(tree: HtmlElement, titles: list[str]) -> Iterator[Claim]:
    """What a reader sees: the headlines, the window's title, the byline, the times by the headline."""
    title = tree.findtext(".//title") or ""
    for tag, part, text in find_headlines(tree, [*titles, title]):
        yield Claim("title", text, tag, tag + part)
    if title:
        yield Claim("title", title, "title", "title")
    if standfirst := visible_standfirst(tree):
        yield Claim("description", standfirst, "standfirst", "after h1")
    headline = headline_of(tree, [title, *titles])
    for place, byline in find_bylines(tree, headline):
        yield Claim("author", byline, "byline", place)
    if headline is None:
        return
    for date in find_datelines(headline):
        yield Claim("modified" if date.changed else "published", date.value, date.where, date.place)
    for picture in find_pictures(headline):
        yield Claim("image", picture.url, "figure", picture.place)
        yield Claim("image_caption", picture.caption, "figure", picture.place)
        yield Claim("image_credit", picture.credit, "figure", picture.place)


def _from_headers(page: Page) -> Iterator[Claim]:
    for name, value in page.headers:
        if name.lower() in ("x-robots-tag", "tdm-reservation", "tdm-policy"):
            yield Claim("robots", value, "header", name.lower())
        elif name.lower() == "content-language":
            yield Claim("language", value, "header", name.lower())


def _from_url(url: str) -> Iterator[Claim]:
    """The day that a story's address names: `/2026/01/31/`, and less surely `-2026-01-31-`."""
    if found := _URL_DAY.search(urlsplit(url).path):
        year, separator, month, _, day = found.groups()
        place = PATH_DAY if separator == "/" else "url"
        yield Claim("published", f"{year}-{month.zfill(2)}-{day.zfill(2)}", "url", place)
