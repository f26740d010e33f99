"""Text that stands in no paragraph: what line breaks part in divisions, table cells and fonts is made paragraphs.

Whoever looks for paragraphs afterwards finds them, however a page was written.
"""

from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from archive.extraction.page.units import INLINE, text_of
from archive.text import extent

HEAVY = 80  # extent from which a text counts as a paragraph
_HOLDERS = ("div", "section", "article", "main", "center", "font", "span")
_INSIDE = INLINE | {"br", "wbr", "q", "cite", "code", "time", "s", "del", "ins", "kbd", "samp", "var"}
_NO_STORY = {
    *("a", "p", "li", "td", "th", "button", "label", "figure", "figcaption", "nav", "aside", "footer", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "details"),
}
_MOST = 3  # times as much text as stands in paragraphs
_LINKED = 0.5  # share of a run's text in links from which it is no paragraph

_Run = list[HtmlElement | str]
_Mark = tuple[str, frozenset[str], HtmlElement | None]


def make_paragraphs(main: HtmlElement, body: HtmlElement) -> None:
    """Wrap the runs of text in <p> elements if most of a story stands in none; elsewhere in elements marked up alike.

    Where a story has its paragraphs, what stands outside of them is not the story: it is left as it is.
    """
    sizes: dict[_Mark, int] = {}
    for holder in filter(_is_open, main.iter(*_HOLDERS)):
        if size := sum(map(_size, _runs(holder))):
            sizes[_mark(holder)] = sizes.get(_mark(holder), 0) + size
    if not sizes or sum(sizes.values()) < _MOST * sum(extent(text_of(paragraph)) for paragraph in main.iter("p")):
        return
    inside = set(main.iter(*_HOLDERS))
    around = main.getparent() if main is not body else None
    beside = set(around.iter(*_HOLDERS)) - inside if around is not None else set()
    for holder in list(body.iter(*_HOLDERS)):
        if not _is_open(holder) or any(above.tag in _NO_STORY for above in holder.iterancestors()):
            continue
        runs = list(_runs(holder))
        near = holder in beside and (not holder.attrib or any(map(_size, runs)))
        if holder in inside or near or _is_alike(holder, sizes):
            _wrap(holder, runs)


def _mark(element: HtmlElement) -> _Mark:
    """Tag and classes; of what has none, tag and parent."""
    names = frozenset((element.get("class") or "").split())
    return str(element.tag), names, None if names else element.getparent()


def _is_alike(element: HtmlElement, marks: Iterable[_Mark]) -> bool:
    """Whether an element has one of the marks, or has all its classes and one more ("paragraph first")."""
    own = _mark(element)
    return any(mark == own or (mark[0] == own[0] and mark[1] and mark[1] < own[1]) for mark in marks)


def _is_open(holder: HtmlElement) -> bool:
    """Whether an element has text of its own, and is none of those that are a part of a line."""
    if holder.tag in INLINE and holder.find("br") is None:
        return False
    return any(text and not text.isspace() for text in (holder.text, *(child.tail for child in holder))) or any(
        child.tag in INLINE for child in holder
    )


def _runs(holder: HtmlElement) -> Iterator[_Run]:
    """What an element holds, in order: runs of text and elements of the line, and every other element alone."""
    run: _Run = [holder.text or ""]
    for child in holder:
        if child.tag == "br":
            yield run
            run = []
        elif _is_inside(child):
            run.append(child)
        else:
            yield run
            yield [child]
            run = []
        run.append(child.tail or "")
    yield run


def _is_inside(element: HtmlElement) -> bool:
    if element.tag not in _INSIDE or (element.tag in _HOLDERS and element.find("br") is not None):
        return False
    return all(below.tag in _INSIDE for below in element.iterdescendants())


def _size(run: _Run) -> int:
    """The extent of a run that is long enough for a paragraph; 0 of any other."""
    elements = [piece for piece in run if not isinstance(piece, str)]
    if any(not _is_inside(element) for element in elements):
        return 0
    size = extent(" ".join("".join(_said(piece) for piece in run).split()))
    linked = sum(extent(text_of(link)) for element in elements for link in element.iter("a"))
    return size if size >= HEAVY and linked <= _LINKED * size else 0


def _said(piece: HtmlElement | str) -> str:
    return piece if isinstance(piece, str) else str(piece.text_content())


def _wrap(holder: HtmlElement, runs: list[_Run]) -> None:
    holder.text = None
    for child in list(holder):
        holder.remove(child)
    for run in runs:
        elements = [piece for piece in run if not isinstance(piece, str)]
        if any(_said(piece).strip() for piece in run) and all(map(_is_inside, elements)):
            holder.append(_paragraph(holder, run))
        else:
            for element in elements:
                element.tail = None
                holder.append(element)
                if element.tag in _HOLDERS and all(below.tag in INLINE for below in element.iterdescendants()):
                    element.tag = "p"
    if holder.tag in INLINE:
        holder.tag = "div"


def _paragraph(holder: HtmlElement, run: _Run) -> HtmlElement:
    paragraph = holder.makeelement("p")
    for piece in run:
        if not isinstance(piece, str):
            piece.tail = None
            paragraph.append(piece)
        elif len(paragraph):
            paragraph[-1].tail = piece
        else:
            paragraph.text = piece
    return paragraph
