"""The picture by the headline: its address, its caption, and to whom it is credited."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from archive.extraction.page.surroundings import following, preceding, texts

_PROSE = 90  # characters from which a text is a paragraph of the story
_PARAGRAPHS = 2  # a picture after so many of them is one in the story
_MOST_TRIED = 5
_LONGEST = 600  # characters of a caption
_CAPTION_NAME = re.compile(
    r"(?:^|\s)(?:[\w-]*(?:wp|image|img|photo|media|picture|figure|article|lead|bild|foto)[-_]*)?caption(?:[-_]+text)?(?=\s|$)"
    r"|bildunterschrift|bildtext|didascalia|pie-?(?:de-?)?foto",
    re.IGNORECASE,
)
_CREDIT_NAME = re.compile(
    r"credit|copyright|source|photograph|byline|author|attribution|rights|agenc|fotograf|quelle|bildnachweis|fonte",
    re.IGNORECASE,
)
_LABEL_ONLY = re.compile(r"\W*(?:copyright|credits?|source|quelle|photo|foto|bild|image)?\W*", re.IGNORECASE)
# At the end of a caption: "(Photo: Ann Moor/Post)", "© Ann Moor", "Bildquelle: Post", "(AP Photo/Moor)", "（森撮影）".
_CREDIT_TEXT = re.compile(
    r"(?:^|(?<=[.!?…\s|(\[（【]))[(\[（【]?\s*(?P<credit>(?:©|\(c\)\s|copyright\s|(?:photo|foto|bild|image|picture"
    r"|photographer|fotograf|photo credit|credit|crédits?(?:\s+photo)?|(?:bild|foto)?quelle|source|fonte|fuente|kuva"
    r"|zdjęcie|fot\.|фото|写真|사진(?:\s?출처)?|图|圖)(?:\s*[:：=]|\s+by\s|\s+de\s|\s+von\s)).{2,80}?)[)\]）】]?\s*$"
    r"|[(（](?P<agency>[^()（）]{0,60}\b(?:photo|foto|images?|ap|afp|reuters|epa|dpa|efe|ansa)\b[^()（）]{0,60}"
    r"|[^()（）]{2,20}撮影)[)）]\s*$",
    re.IGNORECASE,
)
_LABEL_LEFT = re.compile(r"[\s\-–—|(]+(?:copyright|credits?|source|quelle|photo|foto|bild)\s*:?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with what is said below it; "" for what is not said."""

    url: str
    caption: str
    credit: str
    place: str


def find_pictures(headline: HtmlElement) -> list[Picture]:
    """The first picture with a caption or a credit between headline and story, else above the headline; at most one."""
    for elements, place in ((following(headline), "after headline"), (preceding(headline), "before headline")):
        for figure in islice(_figures(elements), _MOST_TRIED):
            picture = _picture(figure, place)
            if picture.caption or picture.credit:
                return [picture]
    return []


def _figures(elements: Iterator[HtmlElement]) -> Iterator[HtmlElement]:
    """Figures, and what holds a picture and something called a caption, before the story has begun."""
    paragraphs = 0
    for element in elements:
        if element.tag == "figure":
            yield element
        elif element.tag != "img" and _CAPTION_NAME.search(element.get("class") or ""):
            parent = element.getparent()
            if parent is not None and parent.find(".//img") is not None and element.find(".//a") is None:
                yield parent
        elif any(len(text) >= _PROSE for text in texts(element)):
            paragraphs += 1
            if paragraphs >= _PARAGRAPHS:
                return


def _picture(figure: HtmlElement, place: str) -> Picture:
    image = figure.find(".//img")
    url = (image.get("src") or image.get("data-src") or "") if image is not None else ""
    below = list(figure.iter("figcaption")) or [e for e in figure.iter() if _is_named(e, _CAPTION_NAME)]
    if image is None or not below:
        return Picture(url, "", "", place)
    named = (_spaced(e) for e in below[0].iterdescendants() if _is_named(e, _CREDIT_NAME))
    credit = next((text for text in named if not _LABEL_ONLY.fullmatch(text)), "")
    caption = _without(_spaced(below[0]), credit)
    if not credit and (found := _CREDIT_TEXT.search(caption)):
        credit = found["credit"] or found["agency"]
        caption = caption[: found.start()].strip(" (|[-–—（【")
    credit = credit.strip()
    if credit.startswith("(") and credit.endswith(")"):
        credit = credit[1:-1].strip()
    return Picture(url, caption if len(caption) <= _LONGEST else "", credit if len(credit) <= _LONGEST else "", place)


def _is_named(element: HtmlElement, names: re.Pattern[str]) -> bool:
    return isinstance(element.tag, str) and names.search(element.get("class") or "") is not None


def _without(text: str, part: str) -> str:
    place = text.rfind(part) if part else -1
    return text if place < 0 else _LABEL_LEFT.sub("", f"{text[:place]}{text[place + len(part) :]}".strip(" (|[])-–—·"))


def _spaced(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())
