"""The pictures of a story with what is said below them, and where among its lines they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from archive.extraction.markdown.inline import address
from archive.extraction.page.standfirst import story_root
from archive.extraction.page.units import text_of
from archive.extraction.prune.captions import find_captions
from archive.extraction.story.tracing import squeezed
from archive.text import clean, words_in

_SOURCES = ("src", "data-src", "data-original", "data-lazy-src")
_LONGEST_CAPTION = 600  # characters
_SHORTEST = 15  # characters of a piece of text by which a place is known
_FEWEST = 5  # words of a caption that no markup calls one: less is a name, "watch now"
_LATELY = 6  # such pieces before a picture that are remembered


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture is to be had (absolute), its caption, and the pieces of text that stood last before it."""

    src: str
    caption: str
    after: tuple[str, ...]


def find_pictures(tree: HtmlElement, url: str) -> list[Picture]:
    """The captioned pictures in and beside the story's container, in the order of the page."""
    main = story_root(tree)
    if main is None:
        return []
    around = main.getparent() if main.tag != "body" else None
    scope = main if around is None else around
    boxes = {*scope.iter("figure"), *find_captions(main)}
    pictures: list[Picture] = []
    lately: list[str] = []
    for event, element in iterwalk(scope, events=("start", "end")):
        if event == "start" and element in boxes and (picture := _picture(element, url, lately)):
            pictures.append(picture)
        text = element.text if event == "start" else element.tail
        if text and len(piece := squeezed(text)) >= _SHORTEST:
            lately = [*lately[1 - _LATELY :], piece]
    return pictures


def _picture(box: HtmlElement, url: str, lately: list[str]) -> Picture | None:
    below = next(box.iter("figcaption"), None) if box.tag == "figure" else box
    caption = clean(text_of(below)) if below is not None else ""
    if not caption or len(caption) > _LONGEST_CAPTION or (below is box and words_in(caption) < _FEWEST):
        return None
    images = (image.get(name) for image in box.iter("img", "amp-img") for name in _SOURCES)
    src = next((found for image in images if (found := address(image, url))), "")
    return Picture(src, caption, tuple(reversed(lately))) if src else None


def placed(pictures: Iterable[Picture], keys: Sequence[str]) -> dict[int, list[Picture]]:
    """The pictures by the number of the line that they stand after, -1 for before the first.

    `keys`: the lines without white space. What stands after no line that was kept is left out.
    """
    found: dict[int, list[Picture]] = {}
    for picture in pictures:
        places = (n for piece in picture.after for n, key in enumerate(keys) if piece in key)
        place = next(places, None)
        if place is not None or not any(n >= 0 for n in found):
            found.setdefault(-1 if place is None else place, []).append(picture)
    return found
