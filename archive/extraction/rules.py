"""What a site's rules say of one page: elements taken out, claims before all others, and where the story stands.

`remove` comes first, as if the site had not sent it. A rule that matches nothing leaves its field to the general way,
and is among the claims with an empty value: so one can ask which rules a site has outgrown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from lxml import etree
from lxml.html import HtmlElement

from archive.dates import parse_date
from archive.extraction.body import blocks_of
from archive.extraction.claims.choices import readable
from archive.extraction.claims.names import clean_names
from archive.extraction.page.parsing import elements
from archive.extraction.page.units import text_of
from archive.extraction.site import NO_RULES, Site
from archive.extraction.story.blocks import Block, dropped
from archive.extraction.story.tracing import trace
from archive.models import Article, Claim, Dropped, Moment, Page
from archive.rules import SiteRules, to_xpath

Match = TypeVar("Match")

WHERE = "rule"
_FIELDS = {"title": "title", "authors": "author", "date": "published"}  # key: the field of its claims
_VALUES = ("datetime", "content")  # attributes that say it better than an element's text
_UNREAD = (
    *("script", "style", "noscript", "template", "svg", "iframe", "object", "audio", "video", "nav", "footer"),
    *("button", "input", "select", "textarea", "figcaption"),
)
_FUTURE = timedelta(hours=24)
_BEGINNING = 80  # characters of a story that its claim shows


@dataclass(frozen=True, slots=True)
class Ruled:
    """One page under its site's rules. `body`: the elements that hold the story, none in another, in order.

    `missed`: a claim without a value for every rule that matched nothing.
    """

    claims: tuple[Claim, ...] = ()
    missed: tuple[Claim, ...] = ()
    body: tuple[HtmlElement, ...] = ()
    notes: tuple[Dropped, ...] = ()


def apply_rules(rules: SiteRules, tree: HtmlElement) -> Ruled:
    """Takes out of the tree what shall be removed, and reads what the other rules match in the rest."""
    if rules == NO_RULES:
        return Ruled()
    notes = [note for expression in rules.remove for note in _removed(tree, expression)]
    claims, missed = list[Claim](), list[Claim]()
    for key, field in _FIELDS.items():
        expressions = getattr(rules, key)
        path, values = _first(expressions, tree, _values)
        claims += (Claim(field, value, WHERE, path) for value in values)
        missed += [Claim(field, "", WHERE, " else ".join(expressions))] if expressions and not values else []
    path, body = _first(rules.body, tree, _holders)
    claims += [Claim("text", text_of(body[0])[:_BEGINNING], WHERE, path, chosen=True)] if body else []
    missed += [Claim("text", "", WHERE, " else ".join(rules.body))] if rules.body and not body else []
    return Ruled(tuple(claims), tuple(missed), tuple(body), tuple(notes))


def overrule(
    ruled: Ruled, article: Article, chosen: frozenset[Claim], page: Page, site: Site
) -> tuple[Article, frozenset[Claim]]:
    """The article with the title, authors and date that the rules gave, and the claims that are chosen now.

    What cannot be read as a name or a date, or is over a day after the fetch, changes nothing.
    """
    titles, authors, dates = ([c for c in ruled.claims if c.field == field] for field in _FIELDS.values())
    if titles:
        article = replace(article, title=titles[0].value)
        chosen = instead(chosen, titles[:1])
    values = [claim.value for claim in authors]
    if names := clean_names(values, set()) or clean_names(values, set(), declared=True):
        article = replace(article, authors=names)
        chosen = instead(chosen, authors)
    for claim in dates:
        moment = parse_date(claim.value, site.timezone)
        if moment.on and not _is_future(moment, page.fetched_at):
            return replace(article, published=moment), instead(chosen, [claim])
    return article, chosen


def instead(chosen: frozenset[Claim], claims: Iterable[Claim]) -> frozenset[Claim]:
    """The chosen claims with these in place of all others of their fields."""
    new = frozenset(claims)
    fields = {claim.field for claim in new}
    return frozenset(claim for claim in chosen if claim.field not in fields) | new


def ruled_blocks(tree: HtmlElement) -> list[Block]:
    """The lines of the elements that hold the story, in the reduced tree: all but captions, controls and navigation."""
    body = tree.find(".//body")
    for element in list(body.iter(*_UNREAD)):
        if element.getparent() is not None:
            element.drop_tree()
    return trace(blocks_of(body), tree).blocks


def reduce(tree: HtmlElement, ruled: Ruled) -> None:
    """Leaves nothing in the page's body but the elements that hold the story."""
    body = tree.find(".//body")
    if body in ruled.body:
        return
    body.text = None
    for child in list(body):
        body.remove(child)
    for element in ruled.body:
        element.tail = None
        body.append(element)


def _removed(tree: HtmlElement, expression: str) -> list[Dropped]:
    notes: list[Dropped] = []
    for element in elements(_compiled(expression), tree):
        if element.getparent() is not None and element.tag != "body":
            notes.append(dropped(f"site rule {expression}", text_of(element)))
            element.drop_tree()
    return notes


def _first(
    expressions: tuple[str, ...], tree: HtmlElement, take: Callable[[HtmlElement, str], list[Match]]
) -> tuple[str, list[Match]]:
    """The first expression that gives something, and what it gives."""
    for expression in expressions:
        if found := take(tree, expression):
            return expression, found
    return "", []


def _values(tree: HtmlElement, expression: str) -> list[str]:
    """What an expression matches, as a reader would see it."""
    found = _compiled(expression)(tree)
    texts = [_value(each) if isinstance(each, HtmlElement) else each for each in _list(found)]
    return [text for each in texts if isinstance(each, str) and (text := readable(each))]


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else [found]


def _value(element: HtmlElement) -> str:
    said = next((value for name in _VALUES if (value := element.get(name))), None)
    return said or text_of(element)


def _holders(tree: HtmlElement, expression: str) -> list[HtmlElement]:
    """Elements of the page's body that an expression matches, none of them in another, if there is text in them."""
    page = tree.find(".//body")
    matched = [e for e in elements(_compiled(expression), tree) if page is not None and page in (e, *e.iterancestors())]
    once = set(matched)
    outer = [e for e in matched if once.isdisjoint(e.iterancestors())]
    return outer if any(map(_has_text, outer)) else []


def _has_text(element: HtmlElement) -> bool:
    return any(e.tag not in _UNREAD and (e.text or "").strip() for e in element.iter())


def _is_future(moment: Moment, fetched_at: datetime) -> bool:
    latest = fetched_at + _FUTURE
    return moment.at > latest if moment.at else moment.on is not None and moment.on > latest.date()


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> etree.XPath:
    return etree.XPath(to_xpath(expression), smart_strings=False)
