"""Pages of our own writing for tests of what comes after the network."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from archive.models import Page

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
_WORDS = [
    first + second
    for first in ("har", "vel", "mon", "sta", "lor", "ten", "bri")
    for second in ("bour", "ity", "en", "al")
]


_STYLE = "".join(
    f".c{random.Random(n).randrange(10**9)}{{margin:{n}px}}" for n in range(400)
)  # most of a page is template


def story(seed: int, paragraphs: int = 6) -> list[str]:
    """Paragraphs of prose, the same for the same seed and unlike those of others."""
    chance = random.Random(seed)
    return [
        " ".join(f"The {' '.join(chance.choices(_WORDS, k=9))} {chance.randrange(10_000)} was told." for _ in range(4))
        for _ in range(paragraphs)
    ]


def markup(title: str, paragraphs: list[str], head: str = "") -> bytes:
    """A plain news page."""
    menu = "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(30))
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">{head}'
        f"<style>{_STYLE}</style></head><body>"
        f"<nav><ul>{menu}</ul></nav><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    ).encode("utf-8", "surrogatepass")


def page(url: str, body: bytes, after: float = 0, **more: Any) -> Page:
    """An answer with this body, `after` seconds after the first."""
    values = {
        "requested_url": url,
        "url": url,
        "fetched_at": START + timedelta(seconds=after),
        "headers": (("Content-Type", "text/html"),),
    }
    return Page(body=body, **values | more)


def story_page(number: int, host: str = "news.example", **more: Any) -> Page:
    """The page of a story of its own."""
    url = f"https://{host}/stories/{number}"
    return page(url, markup(f"Story number {number}", story(number)), number, **more)
