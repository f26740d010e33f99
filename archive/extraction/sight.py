"""What a page shows, measured before anything is taken out of it."""

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from archive.text import normalise

_HIDDEN = {"script", "style", "noscript", "template", "head", "svg", "iframe", "select", "textarea", "button", "option"}
_PIECE = 25  # characters from which a piece of text counts as running text
_SAMPLE = 3000
_CHALLENGE_SCRIPT = re.compile(
    r"/cdn-cgi/challenge-platform/[^\"']*/orchestrate|_cf_chl_opt|captcha-delivery\.com|px-captcha|_Incapsula_Resource"
    r"|awswaf\.com|sec-if-cpt|hcaptcha\.com/1/api|recaptcha/(?:api|enterprise)|geo\.captcha|ddos-guard|perfdrive\.com"
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a page shows before anything is taken out of it; sizes in characters."""

    visible: int  # of all text
    running: int  # of pieces long enough to be prose, outside links
    linked: int
    links: int
    scripts: int
    linked_headings: int
    title: str  # normalised, as `beginning`
    beginning: str
    challenge: bool


def look(tree: HtmlElement) -> Sight:
    """Measure a page in one walk."""
    visible = running = linked = links = 0
    beginning: list[str] = []
    body = tree.find(".//body")
    for element in body.iter() if body is not None else ():
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
    scripts = [s for s in tree.iter("script") if "json" not in (s.get("type") or "")]
    return Sight(
        visible=visible,
        running=running,
        linked=linked,
        links=links,
        scripts=len(scripts),
        linked_headings=sum(1 for h in tree.iter("h2", "h3", "h4") if h.find(".//a") is not None or _in_link(h)),
        title=normalise(tree.findtext(".//title") or ""),
        beginning=normalise(" ".join(beginning)[:_SAMPLE]),
        challenge=any(_is_challenge(s) for s in scripts[:60]),
    )


def _in_link(element: HtmlElement) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "a"


def _is_challenge(script: HtmlElement) -> bool:
    """Whether a script belongs to a service that tells robots from readers."""
    return _CHALLENGE_SCRIPT.search(script.get("src") or script.text or "") is not None
