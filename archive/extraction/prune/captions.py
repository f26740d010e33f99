"""What stands below a picture, in pages that call neither a figure nor a caption: told by the box that both share."""

from lxml.html import HtmlElement

from archive.extraction.page.units import HEADINGS, text_of
from archive.text import extent, words_in

_PICTURES = ("img", "picture", "amp-img", "video")
_BOXES = {"div", "span", "section", "center", "table", "tbody", "tr", "dl", "a"}
_LONGEST = 200  # extent of a caption
_MOST = 0.25  # of the words in the story's container: a page with more of its words below pictures is made of them


def find_captions(main: HtmlElement) -> list[HtmlElement]:
    """Boxes that hold pictures and one short text, which is no heading."""
    around = main.getparent() if main.tag != "body" else None
    pictures = (main if around is None else around).iter(*_PICTURES)
    boxes = dict.fromkeys(box for picture in pictures if (box := _box(picture, main)) is not None)
    words = sum(words_in(text_of(box)) for box in boxes)
    return list(boxes) if words <= _MOST * words_in(text_of(main)) else []


def _box(picture: HtmlElement, main: HtmlElement) -> HtmlElement | None:
    found: HtmlElement | None = None
    for around in picture.iterancestors():
        if around is main or around is main.getparent() or around.tag not in _BOXES | {"td", "p"}:
            break
        text = text_of(around)
        if text and (around.tag not in _BOXES or not _is_captioned(around, text)):
            break
        if text:
            found = around
    return found


def _is_captioned(box: HtmlElement, text: str) -> bool:
    return (
        extent(text) <= _LONGEST
        and len(list(box.iter("p"))) < 2
        and next(box.iter(*HEADINGS, "li", "blockquote"), None) is None
    )
