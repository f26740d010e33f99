"""What a page's own names and markup call furniture: captions, bios, boxes, dialogs, navigation.

Names say what an element is only below the story's container: on or above it they describe the whole page. They are
mostly written in English, whatever a page's language is.
"""

import re
from functools import lru_cache
from itertools import pairwise

from lxml.html import HtmlElement

from archive.extraction.page.units import INLINE, stands_alone, text_of
from archive.text import words_in

_NAMES = {
    *("author", "authors", "autor", "autore", "auteur", "bio", "byline", "forfatter", "verfasser"),
    *("bildtekst", "bildtext", "bildunterschrift", "billedtekst", "caption", "captions"),
    *("didascalia", "figcaption", "legende", "faktaboks", "faktabox", "factbox", "infobox"),
    *("comment", "commentaires", "comments", "comentarios", "kommentar", "kommentare", "kommentarer"),
    *("modal", "dialog", "lightbox", "popup", "tooltip", "tooltips", "bookmark", "cookie", "consent", "login"),
    *("newsletter", "signup", "subscribe", "subscription", "promo", "poll"),
    *("related", "relacionadas", "relacionados", "trending"),
    *("breadcrumb", "breadcrumbs", "copyright", "disclaimer", "disclosure", "footer", "pagination", "tags"),
}
_TAGS = {"figcaption", "nav", "dialog"}
_NEVER = {
    *("a", "abbr", "b", "br", "button", "em", "font", "i", "img", "input", "label", "option"),
    *("path", "picture", "script", "source", "strong", "sup"),
}
_ROLES = {"complementary", "dialog", "alertdialog", "navigation", "contentinfo", "search"}
_MODIFIERS = {"has", "no", "with", "without", "is", "not", "js"}  # "has-caption" holds more than one
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MOST = 1 / 3  # of the story's words: what is longer is no furniture, whatever it is called


def find_named(tree: HtmlElement, main: HtmlElement) -> list[HtmlElement]:
    """The outermost elements that are called furniture, unless the name holds much of the story.

    Neither one of them nor all elements of one name together say more than a third of what the story's container says.
    """
    most = _MOST * unlinked(main)
    above = {main, *main.iterancestors()}
    found: dict[str, list[tuple[HtmlElement, int]]] = {}
    last: HtmlElement | None = None
    for element in tree.iter():
        name = "" if element.tag in _NEVER else _name_of(element)
        if not name or element in above or (last is not None and last in element.iterancestors()):
            continue
        if _stands_for_itself(element) and (size := unlinked(element)) <= most:
            last = element
            found.setdefault(name, []).append((element, size))
    named = [same for same in found.values() if sum(size for _, size in same) <= most]
    return [element for same in named for element, _ in same]


def unlinked(element: HtmlElement) -> int:
    """How many words of an element stand in no link."""
    return words_in(text_of(element)) - sum(words_in(text_of(link)) for link in element.iter("a"))


def _stands_for_itself(element: HtmlElement) -> bool:
    """Whether an element is a block of its own, outside of code, and not around a headline."""
    if element.tag in INLINE and not stands_alone(element):
        return False
    in_code = next(element.iterancestors("pre", "code"), None) is not None
    return not in_code and next(element.iter("h1"), None) is None


def _name_of(element: HtmlElement) -> str:
    """The word that calls an element furniture; "" for none."""
    if element.tag in _TAGS:
        return str(element.tag)
    get = element.get
    for attribute in ("class", "id", "data-testid"):
        if (names := get(attribute)) and (found := _named(names)):
            return found
    return role if (role := get("role")) in _ROLES else ""


@lru_cache(maxsize=16384)
def _named(names: str) -> str:
    """The first word of a class or an id that names furniture, or two together ("fact-box", "signUp")."""
    for name in names.split():
        words = [word.lower() for word in _WORD.findall(name)]
        if words and words[0] not in _MODIFIERS:
            both = (first + second for first, second in pairwise(words))
            if found := next((word for word in (*words, *both) if word in _NAMES), ""):
                return found
    return ""
