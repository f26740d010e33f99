"""The JSON-LD object that describes a page, and what it says, as claims."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urlsplit

from archive.extraction.claims.jsonld import Node, texts_of, types_of
from archive.models import Claim
from archive.text import normalise

_MOST = 40  # people of one role

ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Review|Advertorial)$|^(?:NewsStory|Report)")
MEDIA_TYPES = {
    "VideoObject",
    "AudioObject",
    "PodcastEpisode",
    "ImageGallery",
    "MediaGallery",
    "RadioEpisode",
    "TVEpisode",
}
_PAGE_TYPES = {"WebPage", "ItemPage", "AboutPage", "FAQPage", "Recipe", "Event", "CreativeWork"}

_JSON_FIELDS = {  # field: (property, keys under which an object names it)
    "title": ("headline", "name"),
    "description": ("description",),
    "published": ("datePublished",),
    "modified": ("dateModified",),
    "section": ("articleSection",),
    "tag": ("keywords",),
    "language": ("inLanguage",),
    "licence": ("license",),
    "paywall": ("isAccessibleForFree",),
}
_NAMED = {"tag", "section", "title"}  # where an object stands for its name, and its address for nothing
_CREDITS = (
    "creditText",
    "copyrightNotice",
    "author",
    "creator",
    "copyrightHolder",
)  # of an image, the first that is said


def main_node(nodes: list[Node], url: str, headline: str) -> Node | None:
    """The object that describes this page: an article before media before a page; then its own URL or headline."""
    best: tuple[int, Node] | None = None
    for node in nodes:
        rank = _type_rank(types_of(node), node)
        if not rank:
            continue
        score = 4 * rank + 2 * _is_of(node, url) + _has_headline(node, headline)
        if best is None or score > best[0]:
            best = (score, node)
    return best[1] if best else None


def _type_rank(types: tuple[str, ...], node: Node) -> int:
    if any(ARTICLE_TYPE.search(name) for name in types) or (not types and "headline" in node):
        return 3
    if not MEDIA_TYPES.isdisjoint(types):
        return 2
    return int(not _PAGE_TYPES.isdisjoint(types))


def _is_of(node: Node, url: str) -> bool:
    own = _address(url)
    named = (
        *texts_of(node.get("url")),
        *texts_of(node.get("mainEntityOfPage"), "@id", "url"),
        *texts_of(node.get("@id")),
    )
    return any(_address(name) == own for name in named[:5])


def _address(url: str) -> str:
    try:
        parts = urlsplit(urldefrag(url.strip())[0])
    except ValueError:
        return ""
    return parts.netloc.removeprefix("www.") + parts.path.rstrip("/")


def _has_headline(node: Node, headline: str) -> bool:
    said = node.get("headline") or node.get("name")
    return bool(headline) and isinstance(said, str) and normalise(said) == headline


def claims_of(node: Node, nodes: list[Node]) -> Iterator[Claim]:
    """What an object says; others of the page are named by reference."""
    kind = (types_of(node) or ("Thing",))[0]
    for field, names in _JSON_FIELDS.items():
        name = next((n for n in names if node.get(n) is not None), names[0])
        for text in texts_of(node.get(name), *(("name",) if field in _NAMED else ("url", "name", "@id"))):
            yield Claim(field, text, "json-ld", f"{kind}.{name}")
    for text in texts_of(node.get("about"), "name"):
        yield Claim("tag", text, "json-ld", f"{kind}.about")
    parts = node.get("hasPart")
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict) and "isAccessibleForFree" in part:
            yield Claim("paywall", str(part["isAccessibleForFree"]), "json-ld", f"{kind}.hasPart.isAccessibleForFree")
    known = {n["@id"]: n for n in nodes if isinstance(n.get("@id"), str) and n.get("name")}
    yield from _of_images(node.get("image"), nodes, kind)
    for role in ("author", "creator"):
        for person, name in _people(node.get(role), known):
            yield Claim("author", name, "json-ld", f"{kind}.{role}:{person}" if person else f"{kind}.{role}")
    for text in texts_of(node.get("publisher"), "name"):
        yield Claim("site", text, "json-ld", f"{kind}.publisher")


def _people(value: Any, known: dict[str, Node], depth: int = 0) -> Iterator[tuple[str, str]]:
    """(type, name) of everybody named; a reference is looked up among the page's other objects."""
    if isinstance(value, str):
        yield "", value
    elif isinstance(value, list) and depth < 3:
        for item in value[:_MOST]:
            yield from _people(item, known, depth + 1)
    elif isinstance(value, dict):
        if not value.get("name") and isinstance(value.get("@id"), str):
            value = known.get(value["@id"], value)
        kind = (types_of(value) or ("",))[0]
        yield from ((kind, name) for name in texts_of(value.get("name"), "name"))


def _of_images(value: Any, nodes: list[Node], kind: str) -> Iterator[Claim]:
    """Addresses, captions and credits of images, which are given as addresses, as objects, or by reference to one."""
    known = {n["@id"]: n for n in nodes if isinstance(n.get("@id"), str) and "ImageObject" in types_of(n)}
    for image in (value if isinstance(value, list) else [value])[:_MOST]:
        if isinstance(image, str):
            yield Claim("image", image, "json-ld", f"{kind}.image")
        if not isinstance(image, dict):
            continue
        name = image.get("@id")
        image = known.get(name, image) if isinstance(name, str) else image
        for text in texts_of(image.get("url") or image.get("contentUrl"), "url", "@id"):
            yield Claim("image", text, "json-ld", f"{kind}.image")
        for text in texts_of(image.get("caption"), "name", "text"):
            yield Claim("image_caption", text, "json-ld", f"{kind}.image.caption")
        credit = next((name for name in _CREDITS if image.get(name)), _CREDITS[0])
        for text in texts_of(image.get(credit), "name"):
            yield Claim("image_credit", text, "json-ld", f"{kind}.image.{credit}")
