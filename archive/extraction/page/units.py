"""Blocks that are nothing but a link to one other page: the stuff that cards, related links and lists are made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml.html import HtmlElement

from archive.text import extent
from archive.tracking import is_noise

INLINE = {"a", "span", "b", "strong", "i", "em", "font", "u", "small", "mark", "bdi", "abbr", "sup", "sub"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
QUOTES = {"blockquote", "q", "figure", "figcaption", "table"}
LONGEST_LABEL = 30  # characters of "Related", "Lesen Sie auch" before a headline
_LONGEST_UNIT = 300  # characters of a link that is a block: longer ones are linked paragraphs
_THIS_PAGE = ("#", "javascript:", "mailto:", "tel:", "data:", "sms:", "whatsapp:")


@dataclass(frozen=True, slots=True)
class Unit:
    """A block that is nothing but a link: the block, where it leads, what it says, whether it shows an image."""

    element: HtmlElement
    target: str
    text: str
    image: bool

    @property
    def is_heading(self) -> bool:
        """Whether the block is, or holds, a heading."""
        return next(self.element.iter(*HEADINGS), None) is not None


def text_of(element: HtmlElement) -> str:
    """All text of an element on one line."""
    return " ".join((element.text_content() if len(element) else element.text or "").split())


def beginning_of(element: HtmlElement, length: int) -> str:
    """So many characters of an element's text on one line: most of what is long is never looked at."""
    pieces: list[str] = []
    size = 0
    for piece in element.itertext():
        pieces.append(piece)
        size += len(piece.strip())
        if size > length:
            break
    return " ".join("".join(pieces).split())[:length]


def find_units(main: HtmlElement, url: str) -> list[Unit]:
    """The units below an element, in document order."""
    return list(_units(main, url))


def _units(main: HtmlElement, url: str) -> Iterator[Unit]:
    done: set[HtmlElement] = set()
    for link in main.iter("a"):
        target = target_of(link.get("href"), url)
        unit = _unit(link, target, url, main) if target and link not in done else None
        if unit:
            done.update(unit.element.iter("a"))
            yield unit


@lru_cache(maxsize=4096)
def target_of(href: str | None, url: str) -> str:
    """The other page of a link as host/path?query, without what does not choose a page; "" if it leads to this one."""
    if not href or href.lstrip().lower().startswith(_THIS_PAGE):
        return ""
    try:
        target, own = _address(urljoin(url, href.strip())), _address(url)
    except ValueError:
        return ""
    return "" if target == own else target


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return ""
    kept = [(k, v) for k, v in parse_qsl(parts.query, True) if not is_noise(k.lower(), v)] if parts.query else []
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}{'?' if kept else ''}{urlencode(kept)}"


def _unit(link: HtmlElement, target: str, url: str, main: HtmlElement) -> Unit | None:
    """The largest block around a link that holds nothing but links to the same page; None if it stands among words."""
    if extent(text_of(link)) > _LONGEST_UNIT:
        return None
    top = link
    for around in link.iterancestors():
        if around is main or around.tag in QUOTES or not _only_links(around, target, url):
            break
        top = around
    if top.tag in INLINE and not stands_alone(top):
        return None
    return Unit(top, target, text_of(top), next(top.iter("img", "picture", "svg"), None) is not None)


def _only_links(element: HtmlElement, target: str, url: str) -> bool:
    """Whether an element holds no text but that of links to this page, and perhaps a label or the same text again."""
    links = list(element.iter("a"))
    if any(target_of(link.get("href"), url) != target for link in links):
        return False
    content = "".join(element.text_content()[: 5 * _LONGEST_UNIT].split())
    linked = sum(len("".join(link.text_content().split())) for link in links)
    if len(content) <= linked:
        return True
    if len(links) == 1 and 2 * linked == len(content) and content[:linked] == content[linked:]:
        return True
    label = len(content) - linked
    ends_linked = content.endswith("".join(links[-1].text_content().split()))
    return ends_linked and label <= LONGEST_LABEL and 2 * label <= linked


def stands_alone(element: HtmlElement) -> bool:
    """Whether an inline element has a line for itself: blocks or nothing on both sides."""
    before, after, parent = element.getprevious(), element.getnext(), element.getparent()
    left = (before.tail if before is not None else parent.text if parent is not None else "") or ""
    if left.strip() or (element.tail or "").strip() or (parent is not None and parent.tag in INLINE):
        return False
    return all(e is None or e.tag not in INLINE for e in (before, after))
