"""Where a page shows who wrote it: by the names of elements, by where links lead, and by what the headline is above."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from archive.extraction.claims.names import clean_names, looks_like_person
from archive.extraction.page.surroundings import following

_NAMED = re.compile(r"yline|uthor|writer|ontributor")
_LINKED = re.compile(
    r"/(?:authors?|autor|auteur|people/|profile/|journalist|redakt|contributor|editors/|producers/|reporter|columnist"
    r"|staff/|forfatter|skribent)"
)
_LEAD = re.compile(
    r"\W{0,3}(?:(?i:by|von|par|por|di|da|door|av|af|przez|yazan|haber|द्वारा|بقلم|كتب|מאת)\s+\S"
    r"|(?:\w+ ){1,4}by\s+[^\W\da-zà-ÿ]"
    r"|(?i:by|von|autor(?:in|es|a)?|author|auteur|autore|text[eo]?|words|yazan|haber|автор|текст|文|記者|记者|作者|글|बाय)"
    r"\s*[:：]\s*\S)"
)
AUTHOR_META = re.compile(r"^(?!smartbanner|twitter)(?:.*[.:_-])?(?:article)?authors?(?:[._-]?names?)?$", re.IGNORECASE)
_WRITTEN_BY = re.compile(
    r"written by|(?:verfasst|geschrieben) von|von|by|authors?|autor(?:in|es|a)?|(?:écrit|rédigé) par|escrito por"
    r"|scritto da|geschreven door|sk(?:revet|riven) av|skrevet af|kirjoittanut|napisane przez|yazan|автор|作者|著者"
    r"|執筆者|글쓴이",
    re.IGNORECASE,
)
_EDITOR = re.compile(
    r"\b(?:(?:medically |clinically )?(?:reviewed|edited|fact[- ]?checked|checked|approved|updated|translated)(?: by)?"
    r"|editor|reviewer|(?:photo(?:graph)?s?|images?|illustrations?|graphics?|video) by|fotos? (?:von|:)|bild(?:er)?:"
    r"|bearbeitet von|redigiert von|übersetz(?:t|ung)(?: von)?|traduit par|traducción|revisado por|relu par)\s*[:：]?",
    re.IGNORECASE,
)
_BEFORE_EDITOR = re.compile(_EDITOR.pattern + r"\W*$", re.IGNORECASE)
IN_BOLD, ELSEWHERE = "byline in bold", "byline elsewhere"
_NAMING = ("class", "rel", "id", "data-testid")
_NO_BYLINES = {"article", "main", "input", "link", "script", "body", "form", "section"}
_WITHOUT_WORDS = {  # a third of most pages, and no byline
    *("img", "source", "picture", "path", "svg", "use", "g", "br", "hr", "meta", "link", "script", "style", "input"),
    *("option", "iframe", "noscript"),
}
_AROUND_OTHERS = {"form", "aside", "footer", "nav"}
_LONGEST = 120  # characters
_LONGEST_LINE = 80
_LONGEST_LOOKED_AT = 3 * _LONGEST
_MOST_ELEMENTS, _MOST_TRIED = 40, 300
_MOST_BYLINES = 4
_PROSE = 90  # characters from which a text is a paragraph of the story
_PARAGRAPHS = 2
_LEVELS = 3


def find_bylines(tree: HtmlElement, headline: HtmlElement | None) -> Iterator[tuple[str, str]]:
    """(place, text) of the first bylines: of each its innermost parts ("byline 1 part"), and then the whole.

    Those by the headline come first, the others are "byline elsewhere"; neighbours of one kind are one byline.
    """
    lines, bold, end = _head_of_story(headline) if headline is not None else ([], [], None)
    near, far = _by_headline(tree, headline, lines, end)
    number = 0
    for kind, bylines in (("byline", near), (IN_BOLD, bold), (ELSEWHERE, far)):
        for group in _groups(bylines)[: _MOST_BYLINES - number]:
            number += 1
            for byline, inside in group:
                credit = _EDITOR.split(_spaced(byline))[0]
                yield from ((f"{kind} {number} part", text) for e in inside if (text := _spaced(e)) and text in credit)
                yield f"{kind} {number}", credit


def _groups(found: list[HtmlElement]) -> list[list[tuple[HtmlElement, list[HtmlElement]]]]:
    """Bylines with their innermost parts, neighbours together."""
    groups: list[list[tuple[HtmlElement, list[HtmlElement]]]] = []
    seen = set[HtmlElement]()
    for byline in found:
        if byline in seen or not 0 < len(_spaced(byline)) <= _LONGEST or _is_of_editor(byline):
            continue
        inside = [e for e in found if e is not byline and byline in e.iterancestors()]
        outer = {parent for e in inside for parent in e.iterancestors()}
        seen.update(inside)
        entry = (byline, [e for e in inside if e not in outer])
        if groups and _are_neighbours(groups[-1][-1][0], byline):
            groups[-1].append(entry)
        elif len(groups) < _MOST_BYLINES:
            groups.append([entry])
        else:
            break
    return groups


def _is_of_editor(byline: HtmlElement) -> bool:
    """Whether what stands just before it says that it is not the writer's name."""
    parent, before = byline.getparent(), byline.getprevious()
    text = (before.tail or _spaced(before)[-60:]) if before is not None else (parent.text if parent is not None else "")
    return bool(text and _BEFORE_EDITOR.search(text))


def labelled_writers(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """(name, value) of the Twitter card's data that its label calls the writer: many sites give no other meta tag."""
    cards = {
        name.lower(): meta.get("content") or meta.get("value") or ""
        for meta in tree.iter("meta")
        if (name := meta.get("name") or meta.get("property") or "").startswith("twitter:")
    }
    for number in "12":
        if _WRITTEN_BY.fullmatch(cards.get(f"twitter:label{number}", "").strip(" :")):
            yield f"twitter:data{number}", cards.get(f"twitter:data{number}", "")


def _by_headline(
    tree: HtmlElement, headline: HtmlElement | None, lines: list[HtmlElement], end: HtmlElement | None
) -> tuple[list[HtmlElement], list[HtmlElement]]:
    """Bylines between the headline and the story or just above the headline; and the others."""
    levels = set() if headline is None else {headline, *islice(headline.iterancestors(), _LEVELS)}
    above, below, rest = list[HtmlElement](), list[HtmlElement](), list[HtmlElement]()
    here, tried = rest if headline is None else above, 0
    for element in tree.iter():
        if element is headline:
            here = below
        elif element is end:
            here = rest
        if _is_marked(element) or element in lines:
            tried += 1
            if len(here) < _MOST_ELEMENTS and tried < _MOST_TRIED and _can_be_byline(element):
                here.append(element)
    near = [e for e in above if not levels.isdisjoint(islice(e.iterancestors(), 2 * _LEVELS))]
    return below + near, [e for e in above if e not in near] + rest


def _is_marked(element: HtmlElement) -> bool:
    """Whether its class, relation or id, or where it links, says that it is about an author."""
    get, tag = element.get, element.tag
    if tag in _WITHOUT_WORDS:
        return False
    for name in _NAMING:
        if (value := get(name)) and _names_author(value):
            return True
    return bool(_LINKED.search(get("href") or "")) if tag == "a" else bool(tag == "address")


@lru_cache(maxsize=16384)
def _names_author(value: str) -> bool:
    return _NAMED.search(value) is not None


def _head_of_story(
    headline: HtmlElement,
) -> tuple[list[HtmlElement], list[HtmlElement], HtmlElement | None]:
    """Short texts below the headline: like a byline; bold and names. And where the story's second paragraph is."""
    prose, lines, bold = 0, list[HtmlElement](), list[HtmlElement]()
    for element in following(headline):
        text = " ".join((element.text or "").split())
        if len(text) >= _PROSE:
            prose += 1
            if prose >= _PARAGRAPHS:
                return lines, bold, element
        elif text and _LEAD.match(text) and _is_line(_spaced(element)):
            lines.append(element)
        elif text and element.tag in ("strong", "b") and _names_persons(element, text):
            bold.append(element)
    return lines, bold, None


def _is_line(text: str) -> bool:
    """Whether a text that begins like a byline goes on like one: with names, or one word that may be a nickname."""
    names = clean_names([text], set()) if len(text) <= _LONGEST_LINE else ()
    return bool(names) and (not names[0][0].islower() or " " not in names[0])


def _names_persons(bold: HtmlElement, text: str) -> bool:
    """Whether a bold text is all of a paragraph, and names."""
    parent = bold.getparent()
    if parent is None or len(text) > _LONGEST_LINE or _spaced(parent) != text:
        return False
    names = clean_names([text], set())
    return bool(names) and all(looks_like_person(name, shown=True) for name in names)


def _are_neighbours(one: HtmlElement, other: HtmlElement) -> bool:
    """Whether both are of one kind, and children or grandchildren of one element."""
    if one.tag != other.tag or one.get("class") != other.get("class"):
        return False
    parent, others = one.getparent(), other.getparent()
    if parent is None or others is None:
        return False
    return parent is others or (parent.getparent() is others.getparent() and parent.tag == others.tag)


def _can_be_byline(element: HtmlElement) -> bool:
    """Not that of a comment, and not in a part of the page that is about other stories or the reader."""
    if element.tag in _NO_BYLINES or _is_in_prose(element):
        return False
    levels = list(element.iterancestors())
    for number, around in enumerate(levels):
        if "omment" in f"{around.get('class') or ''} {around.get('id') or ''}":
            return False
        if around.tag in _AROUND_OTHERS and not (
            around.tag == "footer" and any(a.tag == "article" for a in levels[number:])
        ):
            return False
    return True


def _is_in_prose(element: HtmlElement) -> bool:
    """Whether it stands within a paragraph of the story."""
    paragraph = next((a for a in islice(element.iterancestors(), 3) if a.tag in ("p", "li")), None)
    return paragraph is not None and len(_spaced(paragraph)) > _LONGEST + len(_spaced(element))


def _spaced(element: HtmlElement) -> str:
    """The text of an element, pieces apart; of one that is too long for a byline only the beginning."""
    pieces, length = list[str](), 0
    for piece in element.itertext():
        pieces.append(piece[:_LONGEST_LOOKED_AT])
        length += len(pieces[-1].strip())
        if length > _LONGEST_LOOKED_AT:
            break
    return " ".join(" ".join(pieces).split())
