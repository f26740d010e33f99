"""What a page shows, measured before anything is taken out of it."""

import re
from dataclasses import dataclass, field
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from archive.extraction.page.cards import Cards, count_entries, find_cards
from archive.extraction.page.wording import LIVE
from archive.text import normalise

_HIDDEN = {"script", "style", "noscript", "template", "head", "svg", "iframe", "select", "textarea", "button", "option"}
_PIECE = 25  # characters from which a piece of text counts as running text
_SAMPLE = 3000
_HEADING = 300  # characters of a title or a heading that are looked at
_RANKED = 3  # headings of the first rank there is
_NAME = 200  # characters of a class name or an id
_LITTLE = 3000  # running characters: with more there is a story, or the list of many
_SMALL = 1500  # visible characters: only on smaller pages is it asked what stands there instead of a story
_CHALLENGE_SCRIPT = re.compile(
    r"/cdn-cgi/challenge-platform/[^\"']*/orchestrate|_cf_chl_opt|captcha-delivery\.com|px-captcha|_Incapsula_Resource"
    r"|awswaf\.com|awsWafCookie|sec-if-cpt|cp_challenge|hcaptcha\.com/1/api|recaptcha/(?:api|enterprise)|geo\.captcha"
    r"|ddos-guard|perfdrive\.com|window\.KPSDK|_pxAppId|reeseSkip|/captcha\b",
)
_CHALLENGE_NAME = re.compile(
    r"captcha|px-block|sec-(?:cpt|if)|challenge-(?:form|running|container|stage|body)|turnstile", re.I
)
_GATES = ("paywall", "regwall", "pay-wall", "reg-wall", "piano-", "subscribe-wall", "subscription-wall", "metered-wall")
_MISSING_NAME = re.compile(
    r"(?:^|[\s_-])(?:(?:error|page|is|template|status|http)[\s_-]?404|404[\s_-]?(?:page|error)?|(?:page[\s_-]?)?not[\s_-]?found|no-results)(?=$|[\s_-])",
    re.I,
)
_NAMES = XPath("//body//@class | //body//@id", smart_strings=False)
_EMBEDDED = XPath("//iframe/@src | //form/@action", smart_strings=False)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a page shows before anything is taken out of it; sizes in characters.

    `headings`: those of the first rank there is. `title`, `headings` and `beginning` are normalised.
    """

    visible: int  # of all text
    running: int  # of pieces long enough to be prose, outside links
    linked: int
    links: int
    scripts: int
    title: str
    headings: tuple[str, ...]
    beginning: str
    cards: Cards
    entries: int  # reports with a clock at their head, one after another, on a page that speaks of live reports
    challenge: bool  # is small, and has the script or the form of a service that tells robots from readers
    missing: bool  # its markup is named after the error that it stands for
    gate: bool  # has a box that is named after what keeps readers out, and says something


def look(tree: HtmlElement, url: str) -> Sight:
    """Measure a page."""
    body = tree.find(".//body")
    size = _measured(body) if body is not None else _Size()
    scripts = [s for s in tree.iter("script") if "json" not in (s.get("type") or "")]
    title, headings = normalise((tree.findtext(".//title") or "")[:_HEADING]), _headings(tree)
    # Names tell of what stands in a story's place; beside a long text nobody asks.
    names = [str(name)[:_NAME] for name in _found(_NAMES, tree)] if size.running < _LITTLE else []
    small = size.visible < _SMALL
    return Sight(
        visible=size.visible,
        running=size.running,
        linked=size.linked,
        links=size.links,
        scripts=len(scripts),
        title=title,
        headings=headings,
        beginning=normalise(" ".join(size.beginning)[:_SAMPLE]),
        cards=find_cards(tree, url),
        entries=count_entries(tree) if LIVE.search(" ".join((title, *headings, url.lower()))) else 0,
        challenge=small and (any(map(_is_challenge, scripts)) or _has_challenge(tree, names)),
        missing=body is not None and bool(names) and _is_missing(body),
        gate=_has_gate(tree, names),
    )


def running_text(tree: HtmlElement) -> int:
    """How many characters of prose outside links a page has, as it is now."""
    body = tree.find(".//body")
    return _measured(body).running if body is not None else 0


@dataclass(slots=True)
class _Size:
    visible: int = 0
    running: int = 0
    linked: int = 0
    links: int = 0
    beginning: list[str] = field(default_factory=list)


def _measured(body: HtmlElement) -> _Size:
    """All that is counted, in one walk."""
    visible = running = linked = links = 0
    beginning: list[str] = []
    for element in body.iter():
        tag, text, tail = element.tag, element.text, element.tail
        if tag == "a":
            links += 1
            linked += len("".join(element.itertext()).strip())
        if text and tag not in _HIDDEN and (size := len(text.strip())):
            visible += size
            running += size if size >= _PIECE and tag != "a" else 0
            if visible < _SAMPLE:
                beginning.append(text)
        if tail and (size := len(tail.strip())):
            parent = element.getparent()
            if parent is not None and parent.tag not in _HIDDEN:
                visible += size
                running += size if size >= _PIECE and parent.tag != "a" else 0
                if visible < _SAMPLE:
                    beginning.append(tail)
    return _Size(visible, running, linked, links, beginning)


def _found(path: XPath, tree: HtmlElement) -> list[object]:
    found = path(tree)
    return list(found) if isinstance(found, list) else []


def _headings(tree: HtmlElement) -> tuple[str, ...]:
    for rank in ("h1", "h2", "h3"):
        texts = [normalise("".join(heading.itertext())[:_HEADING]) for heading in islice(tree.iter(rank), 3 * _RANKED)]
        if texts := [text for text in texts if text]:
            return tuple(texts[:_RANKED])
    return ()


def _is_challenge(script: HtmlElement) -> bool:
    return _CHALLENGE_SCRIPT.search(script.get("src") or script.text or "") is not None


def _has_challenge(tree: HtmlElement, names: list[str]) -> bool:
    places = (str(address) for address in _found(_EMBEDDED, tree))
    return any(map(_CHALLENGE_NAME.search, names)) or any(map(_CHALLENGE_SCRIPT.search, places))


def _is_missing(body: HtmlElement) -> bool:
    """Looks at the outer elements only: further in, a name says nothing of the page."""
    outer = [body, *body, *(inner for child in body[:8] for inner in child[:8])]
    return any(
        _MISSING_NAME.search(name[:_NAME])
        for element in outer
        for name in (element.get("class"), element.get("id"))
        if name
    )


def _has_gate(tree: HtmlElement, names: list[str]) -> bool:
    joined = " ".join(names).lower()
    if not any(gate in joined for gate in _GATES):
        return False
    return any(
        len("".join(element.itertext()).split()) >= 5
        for element in tree.iter("div", "section", "aside", "form", "p")
        if any(gate in f"{element.get('class')} {element.get('id')}".lower() for gate in _GATES)
    )
