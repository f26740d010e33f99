"""What a page has in templates and browsers show: shadow roots, and what React streams to the document's end.

A place is `<template id="B:1">` or `P:1`, its content `<div hidden id="S:1">` at the end of the body (React 18 and
later, "renderToPipeableStream": $RC and $RS move them). Without scripts the story would stand outside of the story.
A `<template shadowrootmode="open">` is shown where it stands (HTML, "declarative shadow roots").
"""

import re

from lxml.html import HtmlElement

_PLACE = re.compile(r"[BP]:([0-9a-f]{1,6})")


def put_in_place(tree: HtmlElement) -> None:
    """Make divisions of declared shadow roots, and move every streamed part to where it belongs."""
    templates = list(tree.iter("template"))
    for root in templates:
        if root.get("shadowrootmode"):
            root.tag = "div"
    places = {found[1]: place for place in templates if (found := _PLACE.fullmatch(place.get("id") or ""))}
    if not places:
        return
    parts = {part.get("id", ""): part for part in tree.iter("div") if part.get("hidden") is not None}
    for number, place in places.items():
        part, parent = parts.get(f"S:{number}"), place.getparent()
        if part is None or parent is None or part in place.iterancestors():
            continue
        tail, part.tail = place.tail, None
        del part.attrib["hidden"]
        parent.replace(place, part)
        part.tail = tail
