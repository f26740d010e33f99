"""The bytes of listings: feeds, sitemaps and front pages, entry by entry, so that what was rendered once is kept."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import cached_property
from html import escape
from typing import Literal

from benchmarks.paperweb import MINUTE
from benchmarks.paperweb.papers import Paper
from benchmarks.paperweb.stories import Story

Form = Literal["rss", "atom", "urlset", "news", "index", "front"]

_KEPT = 20_000  # rendered entries of a paper
_WORDS = (
    *("council", "harbour", "bridge", "school", "budget", "storm", "museum", "railway", "election", "hospital"),
    *("market", "river", "festival", "airport", "strike", "theatre", "police", "forest", "vineyard", "factory"),
    *("library", "mayor", "stadium", "ferry", "tunnel", "orchard", "parliament", "verdict", "drought", "flood"),
)
_PEOPLE = ("Ada Kern", "Bo Lindqvist", "Carla Mendes", "Dov Hartman", "Elin Aas", "Farid Noor", "Greta Vos")
_ENDS: dict[Form, bytes] = {
    "rss": b"</channel></rss>",
    "atom": b"</feed>",
    "urlset": b"</urlset>",
    "news": b"</urlset>",
    "index": b"</sitemapindex>",
    "front": b"</main><footer><a href='/imprint'>Imprint</a></footer></body></html>",
}


@dataclass(frozen=True)
class Document:
    """A listing as sent: `head`, entries, `tail`. `keys` name the entries: equal keys of a form mean equal bytes.

    `urls`: the address in each entry; `changed`: when the newest of them came or changed.
    """

    form: Form
    head: bytes
    keys: tuple[tuple[object, ...], ...]
    entries: tuple[bytes, ...]
    urls: tuple[str, ...]
    tail: bytes
    changed: int = 0

    @cached_property
    def body(self) -> bytes:
        """All of it."""
        return b"".join((self.head, *self.entries, self.tail))

    @cached_property
    def etag(self) -> str:
        """A validator of its bytes."""
        return f'"{hashlib.blake2b(self.body, digest_size=8).hexdigest()}"'


@dataclass(frozen=True, slots=True)
class Shown:
    """A story as a listing shows it: whether with the date of its last edit, with authors, with dates at all."""

    modified: bool = True
    authors: bool = True
    dates: bool = True


SHOWN = Shown()


@dataclass(slots=True)
class Renderer:
    """Renders the listings of one paper."""

    paper: Paper
    _entries: dict[tuple[object, ...], bytes] = field(default_factory=dict)
    _urls: dict[int, str] = field(default_factory=dict)

    def document(self, form: Form, stories: Sequence[Story], at: int, shown: Shown, extra: str = "") -> Document:
        """A listing of stories as they stand at a time. `extra` goes into its head."""
        keys = tuple((form, story.n, self._version(story, at, shown), shown) for story in stories)
        entries = tuple(self._entry(key, story) for key, story in zip(keys, stories, strict=True))
        changed = max((self._changed(story, at, shown) for story in stories), default=0)
        urls = tuple(self.url(story) for story in stories)
        return Document(form, self._head(form, extra), keys, entries, urls, _ENDS[form], changed)

    def index(self, children: Sequence[tuple[str, str | None]]) -> Document:
        """A sitemap index: addresses of sitemaps with their lastmod."""
        entries = [
            f"<sitemap><loc>{url}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</sitemap>\n".encode()
            for url, lastmod in children
        ]
        keys = tuple(("index", *child) for child in children)
        urls = tuple(url for url, _ in children)
        return Document("index", self._head("index", ""), keys, tuple(entries), urls, _ENDS["index"])

    def url(self, story: Story) -> str:
        """The address of a story."""
        if story.n not in self._urls:
            self._urls[story.n] = self._made_url(story)
        return self._urls[story.n]

    def _made_url(self, story: Story) -> str:
        day = datetime.fromtimestamp(story.published, UTC)
        slug = "-".join(_words(self.paper, story, 5))
        return f"{self.paper.home}section-{story.section}/{day:%Y/%m/%d}/{slug}-{story.n + 100000}.html"

    def title(self, story: Story) -> str:
        """Its headline."""
        return " ".join(_words(self.paper, story, 7)).capitalize()

    def author(self, story: Story) -> str:
        """Who wrote it."""
        return _PEOPLE[(story.n * 31 + self.paper.number) % len(_PEOPLE)]

    def _version(self, story: Story, at: int, shown: Shown) -> int:
        return story.version(at) if shown.modified else 0

    def _changed(self, story: Story, at: int, shown: Shown) -> int:
        version = self._version(story, at, shown)
        return story.edits[version - 1] if version else story.published

    def _entry(self, key: tuple[object, ...], story: Story) -> bytes:
        entry = self._entries.get(key)
        if entry is None:
            if len(self._entries) > _KEPT:
                self._entries.clear()
            entry = self._entries[key] = self._render(key, story).encode()
        return entry

    def _render(self, key: tuple[object, ...], story: Story) -> str:
        form, _, version, shown = key
        assert isinstance(version, int)
        assert isinstance(shown, Shown)
        url, title = escape(self.url(story)), escape(self.title(story))
        modified = story.edits[version - 1] if version else story.published
        match form:
            case "rss":
                return self._rss(story, shown, url, title)
            case "atom":
                return self._atom(story, shown, (url, title), modified)
            case "news":
                name = f"<news:publication><news:name>{self.paper.name}</news:name></news:publication>"
                date = f"<news:publication_date>{self._iso(story.published)}</news:publication_date>"
                news = f"<news:news>{name}{date}<news:title>{title}</news:title></news:news>"
                return f"<url><loc>{url}</loc>{self._lastmod(modified, shown)}{news}</url>\n"
            case "urlset":
                return f"<url><loc>{url}</loc>{self._lastmod(modified, shown)}</url>\n"
            case _:
                return f'<article><h2><a href="{url}">{title}</a></h2></article>\n'

    def _rss(self, story: Story, shown: Shown, url: str, title: str) -> str:
        date = f"<pubDate>{self._rfc(story.published)}</pubDate>" if shown.dates else ""
        author = f"<dc:creator>{self.author(story)}</dc:creator>" if shown.authors else ""
        guid = f'<guid isPermaLink="true">{url}</guid>'
        return f"<item><title>{title}</title><link>{url}</link>{guid}{date}{author}</item>\n"

    def _atom(self, story: Story, shown: Shown, named: tuple[str, str], modified: int) -> str:
        url, title = named
        date = f"<published>{self._iso(story.published)}</published><updated>{self._iso(modified)}</updated>"
        author = f"<author><name>{self.author(story)}</name></author>" if shown.authors else ""
        date = date if shown.dates else ""
        return f'<entry><id>{url}</id><title>{title}</title><link href="{url}"/>{date}{author}</entry>\n'

    def _lastmod(self, modified: int, shown: Shown) -> str:
        return f"<lastmod>{self._iso(modified)}</lastmod>" if shown.dates else ""

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at, timezone(timedelta(minutes=self.paper.offset // MINUTE)))

    def _iso(self, at: int) -> str:
        return self._local(at).isoformat()

    def _rfc(self, at: int) -> str:
        return format_datetime(self._local(at))

    def _head(self, form: Form, extra: str) -> bytes:
        name = self.paper.name
        match form:
            case "rss":
                spaces = 'version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
                return f'<?xml version="1.0"?><rss {spaces}><channel><title>{name}</title>{extra}\n'.encode()
            case "atom":
                return (
                    f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{name}</title>\n'.encode()
                )
            case "front":
                return f"<!doctype html><html><head><title>{name}</title>{extra}</head><body><main>\n".encode()
            case _:
                spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
                spaces += ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
                root = "sitemapindex" if form == "index" else "urlset"
                return f'<?xml version="1.0" encoding="UTF-8"?><{root} {spaces}>\n'.encode()


def _words(paper: Paper, story: Story, count: int) -> list[str]:
    number = story.n * 2654435761 + paper.number * 40503 + 12345
    words = []
    for _ in range(count):
        words.append(_WORDS[number % len(_WORDS)])
        number = (number * 1103515245 + 12345) % 2**31
    return words
