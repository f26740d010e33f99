"""Programs of the user's own for the rare site that rules cannot describe, found by entry point.

A distribution that is installed beside this one says in its pyproject.toml

    [project.entry-points."newsmorgue.extractors"]
    "harbour-post.com" = "my_package:harbour_post"

where the name is a host (with or without www.) or the name of a source, and the object a function
`(page: Page, tree: HtmlElement, article: Article) -> Article | None`. It gets the page as decoded, a tree of it that is
its own, and what was extracted; it returns another article, or None to leave things as they are. It runs in a worker,
once for every page of its site, and must be a pure function of the page, or stored pages will read differently later.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from types import NoneType
from typing import Any

from lxml.html import HtmlElement

from archive.dates import iso
from archive.errors import HookFailed
from archive.extraction.page.parsing import decode_text, parse
from archive.extraction.site import Site
from archive.models import Article, Claim, Moment, Page
from archive.urls import host_of

GROUP = "newsmorgue.extractors"
WHERE = "hook"

Call = Callable[[Page, HtmlElement, Article], Article | None]

_TEXT, _TEXTS, _TIME = (str, NoneType), (tuple, list), (Moment, NoneType)
_FIELDS: dict[str, tuple[str, tuple[type, ...]]] = {  # of an article: the field of its claims, what it may be
    "title": ("title", _TEXT),
    "description": ("description", _TEXT),
    "text": ("text", (str,)),
    "authors": ("author", _TEXTS),
    "published": ("published", _TIME),
    "modified": ("modified", _TIME),
    "language": ("language", _TEXT),
    "section": ("section", _TEXT),
    "tags": ("tag", _TEXTS),
    "image_url": ("image", _TEXT),
    "canonical_url": ("canonical", _TEXT),
    "paywalled": ("paywall", (bool, NoneType)),
    "opt_out": ("robots", _TEXT),
    "licence": ("licence", _TEXT),
}
_BEGINNING = 80  # characters of a text that its claim shows


@dataclass(frozen=True, slots=True)
class Hook:
    """An entry point, and which distribution in which version brings it."""

    name: str
    brought_by: str
    point: EntryPoint

    def __str__(self) -> str:
        return f"{self.name} ({self.brought_by})"


def find_hook(page: Page, site: Site) -> Hook | None:
    """The hook for a page: that of its source, else that of its host. Raises HookFailed if there are two."""
    known = _installed()
    if not known:
        return None
    host = host_of(page.url)
    for name in (site.name, host, host.removeprefix("www."), f"www.{host}"):
        if name and (found := known.get(name.casefold())):
            if len(found) > 1:
                raise HookFailed(f"hook {name}: {' and '.join(hook.brought_by for hook in found)} both bring one")
            return found[0]
    return None


def call_hook(hook: Hook, page: Page, article: Article) -> tuple[Article, tuple[Claim, ...]]:
    """What the hook makes of the article, and a claim for each field that it changed. Raises HookFailed."""
    tree = parse(decode_text(page.body, page.header("content-type")))
    try:
        given = hook.point.load()(page, tree, article)
    except MemoryError:
        raise
    except Exception as error:  # somebody else's program
        raise HookFailed(f"hook {hook.name}: {type(error).__name__}: {error}"[:500]) from error
    if given is None:
        return article, ()
    changed = _checked(hook, given)
    fields = [name for name in _FIELDS if getattr(changed, name) != getattr(article, name)]
    claims = (_claim(hook, name, value) for name in fields for value in _values(getattr(changed, name)))
    return changed, tuple(claims)


@lru_cache(maxsize=1)
def _installed() -> dict[str, list[Hook]]:
    """All hooks by name. Looking takes some 40 ms, so it is done once in a process."""
    found: defaultdict[str, list[Hook]] = defaultdict(list)
    for point in entry_points(group=GROUP):
        made_by = f"{point.dist.name} {point.dist.version}" if point.dist else "?"
        found[point.name.casefold()].append(Hook(point.name, made_by, point))
    return dict(found)


def _checked(hook: Hook, given: object) -> Article:
    """What a hook returned, if it is an article through and through."""
    if not isinstance(given, Article):
        raise HookFailed(f"hook {hook.name}: gave {type(given).__name__}, not an Article or None")
    for name, (_, kinds) in _FIELDS.items():
        value = getattr(given, name)
        parts = value if isinstance(value, _TEXTS) else ()
        if not isinstance(value, kinds) or not all(isinstance(part, str) for part in parts):
            raise HookFailed(f"hook {hook.name}: {name} cannot be {value!r}"[:500])
        if isinstance(value, Moment) and value.at is not None and value.at.tzinfo is None:
            raise HookFailed(f"hook {hook.name}: {name} has a time without a zone")
    return replace(given, authors=tuple(given.authors), tags=tuple(given.tags))


def _claim(hook: Hook, name: str, value: str) -> Claim:
    return Claim(_FIELDS[name][0], value, WHERE, hook.name, chosen=True)


def _values(value: Any) -> Iterable[str]:
    match value:
        case None | () | "":
            return [""]
        case tuple():
            return value
        case Moment():
            return [value.raw or (iso(value.at) if value.at else str(value.on))]
        case _:
            return [str(value)[:_BEGINNING]]
