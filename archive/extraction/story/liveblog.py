"""The reports of a live blog, each with its time: as the page shows them, or else as its JSON-LD does.

A report is a block that stands among five or more of its kind, each with a time of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from lxml.html import HtmlElement

from archive.dates import parse_date
from archive.extraction.claims.choices import readable
from archive.extraction.claims.jsonld import Node, texts_of
from archive.extraction.page.cards import CLOCK
from archive.extraction.page.units import text_of
from archive.extraction.story.blocks import Block
from archive.models import Entry
from archive.text import clean

_FEWEST = 5  # reports of a live blog
_UP = 8  # elements from a time up to its report
_LONGEST_TIME = 60  # characters that a page shows as a time
_MOST = 1000  # reports that are kept
_CLOCKS = ("time", "span", "strong", "b", "p", "div", "h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class Report:
    """A report's element, the time that it shows, and the time that its markup names ("" if none)."""

    element: HtmlElement
    shown: str
    named: str


def find_reports(tree: HtmlElement) -> list[Report]:
    """The largest family of blocks with a time each, in the order of the page; none if it has fewer than five."""
    clocks = list(_clocks(tree))
    if len(clocks) < _FEWEST:
        return []
    families: dict[tuple[HtmlElement, str, str | None], dict[HtmlElement, HtmlElement]] = {}
    for clock in clocks:
        if found := _report_around(clock):
            block, parent = found
            families.setdefault((parent, str(block.tag), block.get("class")), {}).setdefault(block, clock)
    largest = max(families.values(), key=len, default={})
    if len(largest) < _FEWEST:
        return []
    return [Report(block, _shown(clock), clock.get("datetime") or "") for block, clock in largest.items()]


def _clocks(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter(*_CLOCKS):
        text = element.text or ""
        named = element.tag == "time" and element.get("datetime")
        if named or (text and len(text) < _LONGEST_TIME and CLOCK.fullmatch(text)):
            yield element


def _report_around(clock: HtmlElement) -> tuple[HtmlElement, HtmlElement] | None:
    """The first block around a time that has enough siblings of its tag and class, and its parent."""
    block = clock
    for _ in range(_UP):
        parent = block.getparent()
        if parent is None:
            return None
        if block is not clock:
            name = block.get("class")
            if sum(1 for other in parent if other.tag == block.tag and other.get("class") == name) >= _FEWEST:
                return block, parent
        block = parent
    return None


def _shown(clock: HtmlElement) -> str:
    return clean(text_of(clock))[:_LONGEST_TIME]


def declared_entries(node: Node) -> list[Entry]:
    """The reports that a LiveBlogPosting names in JSON-LD, in its order."""
    updates = node.get("liveBlogUpdate")
    entries: list[Entry] = []
    for update in (updates if isinstance(updates, list) else [updates])[:_MOST]:
        if isinstance(update, dict):
            time, headline, text = (_said(update, name) for name in ("datePublished", "headline", "articleBody"))
            if headline or text:
                entries.append(Entry(time, parse_date(time).at if time else None, headline, text))
    return entries


def _said(node: Node, name: str) -> str:
    texts = [unescape(text) for text in texts_of(node.get(name))]
    return "\n\n".join(line for text in texts for piece in text.split("\n") if (line := readable(piece)))


def by_report(reports: Iterable[Report], blocks: Sequence[Block]) -> list[tuple[Report | None, list[Block]]]:
    """The lines of a story in their order, those of one report together; None for what stands in none."""
    known = {report.element: report for report in reports}
    parts: list[tuple[Report | None, list[Block]]] = []
    for block in blocks:
        element = block.element
        above = (element, *element.iterancestors()) if element is not None else ()
        report = next((known[around] for around in above if around in known), None)
        if not parts or parts[-1][0] is not report:
            parts.append((report, []))
        parts[-1][1].append(block)
    return parts


def entries_of(reports: Iterable[Report], blocks: Sequence[Block]) -> list[Entry]:
    """The reports whose text is among a story's lines, which may begin with their times."""
    return [_entry(report, lines) for report, lines in by_report(reports, blocks) if report is not None][:_MOST]


def _entry(report: Report, lines: list[Block]) -> Entry:
    lines = lines[1 if lines[0].text == report.shown and len(lines) > 1 else 0 :]
    headline = lines[0].text if lines[0].kind == "head" else ""
    text = "\n\n".join(line.text for line in lines[1 if headline else 0 :])
    return Entry(report.shown or report.named, parse_date(report.named).at if report.named else None, headline, text)
