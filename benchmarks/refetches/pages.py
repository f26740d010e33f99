"""A story in the page of a site, with all that stands around it and changes from one request to the next."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from random import Random
from string import Template
from typing import Any

from benchmarks.refetches.stories import Story

_HERE = Path(__file__).parent
ASPECTS = (
    "counters", "stamps", "related", "ads", "order", "letters", "cookies", "tokens", "classes", "image", "space",
    "ticker", "places",
)  # fmt: skip
_KINDS = ("related", "popular", "weather", "newsletter", "more")


@dataclass(frozen=True, slots=True)
class Site:
    """A template: its story, the site's name, pieces of markup, the page; whether it is held back."""

    name: str
    story: str
    title: str
    pieces: dict[str, str]
    page: str
    held_back: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One request for a page: a seed for each aspect of what stands around the story, and the site's clock.

    `paywall`: how many paragraphs are shown before it; 0 for none.
    """

    seeds: dict[str, int] = field(default_factory=dict)
    published: datetime = datetime(2026, 3, 2, 8, 30)  # noqa: DTZ001 - the site's own clock; see `_iso`
    modified: datetime = datetime(2026, 3, 2, 9, 10)  # noqa: DTZ001
    paywall: int = 0

    def random(self, aspect: str) -> Random:
        """The same numbers for an aspect whose seed has not changed."""
        return Random(f"{aspect}-{self.seeds.get(aspect, 0)}")


@cache
def sites() -> tuple[Site, ...]:
    """All templates in order; every other one is held back."""
    paths = sorted((_HERE / "templates").glob("*.html"))
    return tuple(_site(path, held_back=number % 2 == 1) for number, path in enumerate(paths))


def _site(path: Path, *, held_back: bool) -> Site:
    head, _, page = path.read_text(encoding="utf-8").partition("---\n")
    pieces = dict(line.split(": ", 1) for line in head.splitlines())
    return Site(path.stem, pieces.pop("story"), pieces.pop("site"), pieces, page, held_back)


@cache
def _furniture() -> dict[str, dict[str, Any]]:
    return tomllib.loads((_HERE / "furniture.toml").read_text(encoding="utf-8"))


def render(site: Site, story: Story, url: str, seen: Seen) -> bytes:
    """The page's bytes."""
    words = _furniture()[story.language]
    values = {
        "url": url,
        "site": site.title,
        "title": _spaced(story.headline, seen.random("space")),
        "description": story.description,
        "author": story.author,
        "published": _iso(seen.published),
        "modified": _iso(seen.modified),
        "published_text": f"{seen.published:%Y-%m-%d %H:%M}",
        "postid": "20417",
        **_marks(seen),
        **_counted(words, seen),
    }
    values |= {name: _box(site, words, name, seen, values) for name in ("weather", "ticker")}
    values["cookie"] = (
        f'<div class="cookie-note">{words["cookies"]}</div>' if seen.random("cookies").random() < 0.5 else ""
    )
    values["asides"] = "\n".join(_asides(site, words, seen, values))
    values["body"] = "\n".join(_body(site, story, words, seen, values))
    return Template(site.page).substitute(values).encode()


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:00}+01:00"


def _marks(seen: Seen) -> dict[str, str]:
    """What carries no meaning: tokens, class names, addresses of pictures."""
    tokens, classes, image = seen.random("tokens"), seen.random("classes"), seen.random("image")
    return {
        "nonce": f"{tokens.getrandbits(64):016x}",
        "token": f"{tokens.getrandbits(128):032x}",
        "build": f"{tokens.getrandbits(32):08x}",
        "ab": f"exp-{tokens.choice('abcd')}{tokens.randrange(100)}",
        **{f"h{n}": f"{classes.getrandbits(28):07x}" for n in (1, 2, 3)},
        "img": f"https://img.example/{image.choice((640, 800, 1200))}/lead.jpg?v={image.randrange(10**6)}",
        "size": str(image.choice((320, 480, 640, 800))),
    }


def _counted(words: dict[str, Any], seen: Seen) -> dict[str, str]:
    counters, stamps = seen.random("counters"), seen.random("stamps")
    said = {name: _said(words, name, counters, 90_000) for name in ("views", "comments", "shares")}
    return said | {
        "updated": _said(words, "updated", stamps, 58),
        "read": _said(words, "read", counters, 9),
        "n": str(counters.randrange(1000, 99_999)),
        "count": str(counters.randrange(2, 900)),
    }


def _said(words: dict[str, Any], name: str, random: Random, most: int) -> str:
    return escape(random.choice(words[name]).format(n=f"{random.randrange(2, most):,}"))


def _asides(site: Site, words: dict[str, Any], seen: Seen, values: dict[str, str]) -> Iterator[str]:
    order, letters = seen.random("order"), seen.random("letters")
    kinds = [kind for kind in _KINDS if kind != "newsletter" or letters.random() < 0.5]
    order.shuffle(kinds)
    for kind in kinds:
        yield _box(site, words, kind, seen, values)
    yield f'<div class="ad-side">{words["ad"]} {seen.random("ads").randrange(10**6)}</div>'


def _box(site: Site, words: dict[str, Any], kind: str, seen: Seen, values: dict[str, str]) -> str:
    random = seen.random({"weather": "ticker", "ticker": "ticker"}.get(kind, "related"))
    random.seed(f"{kind}-{random.random()}")
    if kind == "weather":
        return f"{words['weather']}: {random.randrange(-4, 31)} °C, {random.randrange(40, 99)} %"
    if kind == "newsletter":
        return f'<div class="signup-{values["h3"]}">{words["newsletter"]}</div>'
    links = random.sample(words["links"], {"ticker": 2, "more": 3}.get(kind, 5))
    items = "".join(_item(site, link, random, values) for link in links)
    if kind == "ticker":
        return items
    head = words["most_read"] if kind == "popular" else words["related"]
    return Template(site.pieces["box"]).substitute(values, kind=kind, head=head, items=items)


def _item(site: Site, text: str, random: Random, values: dict[str, str]) -> str:
    href = f"/{random.choice(('town', 'news', 'local'))}/{random.randrange(10**5)}?ref={values['nonce'][:4]}"
    clock = f"{random.randrange(24):02}:{random.randrange(60):02}"
    return Template(site.pieces["item"]).substitute(values, href=href, text=escape(text), clock=clock)


def _body(site: Site, story: Story, words: dict[str, Any], seen: Seen, values: dict[str, str]) -> Iterator[str]:
    """The paragraphs of the story, and what stands among them."""
    shown = story.paragraphs[: seen.paywall] if seen.paywall else story.paragraphs
    note = [story.note] if story.note and not seen.paywall else []
    lines = [*note, *shown] if story.note_on_top else [*shown, *note]
    among = _among(site, words, seen, values, len(lines))
    space = seen.random("space")
    for number, line in enumerate(lines):
        yield Template(site.pieces["p"]).substitute(values, text=escape(_spaced(line, space), quote=False))
        yield from among.get(number, ())
    if seen.paywall:
        yield f'<div class="paywall" data-n="{values["n"]}"><p>{words["paywall"]}</p></div>'


def _among(site: Site, words: dict[str, Any], seen: Seen, values: dict[str, str], lines: int) -> dict[int, list[str]]:
    """What stands after which paragraph: advertisements, a box, a call to subscribe, an age. None after the last."""
    places, among = seen.random("places"), dict[int, list[str]]()
    pieces = {
        "ad": Template(site.pieces["ad"]).substitute(values, ad=words["ad"]),
        "related": _box(site, words, "related", seen, values),
        "newsletter": _box(site, words, "newsletter", seen, values),
        "stamp": Template(site.pieces["stamp"]).substitute(values),
    }
    for name, piece in pieces.items():
        place = places.randrange(max(lines - 1, 1))
        if name == "stamp" or places.random() < 0.6:
            among.setdefault(place, []).append(piece)
    return among


def _spaced(text: str, random: Random) -> str:
    """The text with other white space between its words, as another version of a template would put it."""
    odd = random.choice((" ", " ", "\n    ", "  ", "\u00a0"))
    return odd.join(text.split(" ")) if random.random() < 0.4 else text


def later(moment: datetime, minutes: int) -> datetime:
    """A moment some minutes later."""
    return moment + timedelta(minutes=minutes)
