"""Tree to story text. The only file that imports trafilatura."""

from copy import deepcopy

from lxml.etree import SubElement, _Element, iterwalk
from lxml.html import HtmlElement, html_parser
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from archive.extraction.page.sight import running_text
from archive.extraction.page.standfirst import story_root
from archive.extraction.story.blocks import Block
from archive.extraction.story.recovery import recovered
from archive.extraction.story.tracing import trace
from archive.text import clean, extent

_HEADINGS = {"head", "h1", "h2", "h3", "h4", "h5", "h6"}
_BREAKING = _HEADINGS | {
    "p",
    "list",
    "item",
    "quote",
    "code",
    "table",
    "row",
    "lb",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "blockquote",
    "pre",
    "br",
    *("address", "article", "aside", "caption", "dd", "details", "dl", "dt", "figure", "footer", "header", "hr"),
    *("main", "section", "summary"),
}
_SHORT = 250  # extent below which trafilatura looks further
_HARDLY = 100  # extent of what is not even a brief
_FURNITURE = (
    *("aside", "audio", "button", "fieldset", "figure", "footer", "iframe", "input", "label", "link", "nav"),
    *("noscript", "object", "option", "select", "source", "svg", "time"),
)
_KINDS = {"li": "item", "tr": "row", **dict.fromkeys(_HEADINGS, "head")}


def find_blocks(tree: HtmlElement, url: str, running: int) -> list[Block]:
    """The story of a page as trafilatura finds it; `running`: how many characters of prose the page showed.

    Its own rules first, and its comparison with readability and justext only where that can change the outcome: it
    takes the other text if it is twice as long, if its own has no paragraphs, or if furniture is left in it. The tree
    is left as it is; every block knows its element in it.
    """
    body = _extracted(tree, url, fast=True)
    blocks = blocks_of(body) if body is not None else []
    doubtful = body is None or (_is_doubtful(body, blocks, running) and _is_doubtful(body, blocks, running_text(tree)))
    if doubtful:
        body = _extracted(tree, url, fast=False)
        blocks = blocks_of(body) if body is not None else blocks
    if _size(blocks) < _HARDLY and (root := story_root(tree)) is not None:
        blocks = max(blocks, _alone(root, url), key=_size)
    return recovered(trace(blocks, tree), url) if blocks else []


def _alone(root: HtmlElement, url: str) -> list[Block]:
    """The story in its container, whatever that and what is around it are called."""
    page, container = html_parser.makeelement("html"), deepcopy(root)
    container.attrib.clear()
    container.tag, container.tail = "article", None
    SubElement(page, "body").append(container)
    body = _extracted(page, url, fast=True)
    return blocks_of(body) if body is not None else []


def _size(blocks: list[Block]) -> int:
    return sum(extent(block.text) for block in blocks)


def _extracted(tree: HtmlElement, url: str, *, fast: bool) -> _Element | None:
    options = Extractor(output_format="python", comments=False, fast=fast, url=url or None)
    if fast:
        options.min_extracted_size = 0  # no rescue of a short text: it would hide that the comparison is needed
    return getattr(bare_extraction(tree, options=options), "body", None)


def _is_doubtful(body: _Element, blocks: list[Block], running: int) -> bool:
    text = "".join(block.text for block in blocks)
    paragraphs, tables = len(body.findall(".//p")), len(body.findall(".//table"))
    return (
        extent(text) < _SHORT
        or len(text) < 0.4 * running
        or not paragraphs
        or tables > paragraphs
        or next(body.iter(*_FURNITURE), None) is not None
    )


def blocks_of(body: _Element) -> list[Block]:
    """The lines of an extracted body, in order."""
    blocks: list[Block] = []
    kinds: list[str] = []
    pieces: list[str] = []

    def end_line() -> None:
        if text := clean("".join(pieces).replace("\n", " ")):
            blocks.append(Block(kinds[-1] if kinds else "p", text))
        pieces.clear()

    for event, element in iterwalk(body, events=("start", "end")):
        tag = element.tag
        if tag in _BREAKING:
            end_line()
        if event == "start":
            if tag in _BREAKING:
                kinds.append(_kind(tag, kinds))
            pieces.append(element.text or "")
        else:
            if tag in _BREAKING:
                kinds.pop()
            elif tag in ("cell", "td", "th"):
                pieces.append(" | ")
            pieces.append(element.tail or "" if element is not body else "")
    end_line()
    return blocks


def _kind(tag: str, around: list[str]) -> str:
    kind = _KINDS.get(tag, tag if tag in ("item", "row") else "p")
    return "item" if kind == "p" and "item" in around else kind
