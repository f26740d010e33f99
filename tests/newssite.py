"""Newspapers on loopback for tests: made-up stories, true listings, a log of requests, and any fault on demand.

`NewsSite()` is one paper at one address; `NewsWeb(sites)` serves them on one port, in threads of this process:

    site = NewsSite(stories=12)                                 # or several: NewsSite(host="127.0.0.2", seed=2)
    with NewsWeb([site]):
        site.url                                                # http://127.0.0.1:PORT
        site.paper.answers["/robots.txt"] = Answer(500)         # any path, any Answer
        site.paper.answers[site.stories[0].path] = redirect("http://10.0.0.1/")
        site.edit(site.stories[1], title="Another headline")
        site.paths                                              # what was asked, in order
"""

import gzip
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.sample import templates
from crawler.sample.paper import NewsPaper
from crawler.sample.server import LOOPBACK, Answer, Request, Server, document
from crawler.sample.story import Story
from tests.wording import headline, paragraphs, person, sentence

__all__ = [
    "Answer",
    "NewsSite",
    "NewsWeb",
    "Story",
    "consent_wall",
    "cut_gzip",
    "dripping",
    "hostile_page",
    "lying_about_length",
    "newsweb",
]
TEMPLATES = ("classic", "hashed", "plain")
SECTIONS = ("Town", "Business", "Culture")


def make_stories(number: int, seed: int, now: datetime) -> list[Story]:
    """Stories with words of their own, one every three hours back from `now`, in turn in each template and section."""
    return [
        _story(random.Random(f"{seed}/{index}"), index, now - timedelta(hours=3 * index + 1)) for index in range(number)
    ]


def _story(chance: random.Random, index: int, at: datetime) -> Story:
    title = headline(chance)
    section = SECTIONS[index % len(SECTIONS)]
    slug = "-".join("".join(letter for letter in title.lower() if letter.isalnum() or letter == " ").split())
    return Story(
        path=f"/{section.lower()}/{slug}-{1000 + index}",
        title=title,
        description=sentence(chance),
        paragraphs=tuple(paragraphs(chance)),
        published=at.replace(microsecond=0),
        section=section,
        authors=(person(chance),),
        tags=(section.lower(), "harbour"),
        template=TEMPLATES[index % len(TEMPLATES)],
    )


class NewsSite:
    """One paper and the address it is to have. `feeds` and `sitemaps` as in NewsPaper."""

    def __init__(
        self,
        stories: int = 6,
        *,
        host: str = LOOPBACK,
        seed: int = 1,
        feeds: Sequence[str] = ("rss",),
        sitemaps: Sequence[str] = ("index", "news"),
    ) -> None:
        self.host = host
        made = make_stories(stories, seed, datetime.now(UTC))
        self.paper = NewsPaper(f"The Paper of {host}", {}, feeds=feeds, sitemaps=sitemaps)
        for story in made:
            self.paper.publish(story)
        self.server: Server | None = None

    @property
    def url(self) -> str:
        """scheme://address:port, without a slash; once served."""
        assert self.server, "serve it first: with NewsWeb([site])"
        return self.server.origin(self.host)

    @property
    def stories(self) -> list[Story]:
        """Newest first."""
        return self.paper.newest

    @property
    def story_urls(self) -> list[str]:
        """Newest first."""
        return [self.url + story.path for story in self.stories]

    @property
    def requests(self) -> list[Request]:
        """What was asked of this site, in order."""
        assert self.server
        return [request for request in self.server.requests if request.host == self.host]

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def requests_for(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def edit(self, story: Story, *, title: str | None = None, added: str | None = None) -> Story:
        """Another version of a story: a new headline, one more paragraph, modified now."""
        more = (added,) if added else ()
        edited = replace(
            story,
            title=title or story.title,
            paragraphs=story.paragraphs + more,
            modified=datetime.now(UTC).replace(microsecond=0),
        )
        self.paper.publish(edited)
        return edited


class NewsWeb:
    """Serves sites until closed; use it as a context manager."""

    def __init__(self, sites: Sequence[NewsSite]) -> None:
        self.sites = list(sites)
        self.server = Server({site.host: site.paper for site in self.sites})

    def __enter__(self) -> "NewsWeb":
        self.server.__enter__()
        for site in self.sites:
            site.server = self.server
        return self

    def __exit__(self, *exception: object) -> None:
        self.server.__exit__(*exception)

    @property
    def requests(self) -> list[Request]:
        return self.server.requests


@contextmanager
def newsweb(sites: int, stories: int = 6) -> Iterator[NewsWeb]:
    """Sites on 127.0.0.1, 127.0.0.2 ..., each with stories of its own."""
    with NewsWeb([NewsSite(stories, host=f"127.0.0.{n}", seed=n) for n in range(1, sites + 1)]) as web:
        yield web


# -- faults


def cut_gzip(text: str) -> Answer:
    """A gzip body whose end, with its trailer, is missing; the length told is that of what is sent."""
    packed = gzip.compress(text.encode(), mtime=0)
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"))
    return Answer(body=packed[: len(packed) * 2 // 3], headers=headers)


def lying_about_length(text: str, claimed: int) -> Answer:
    """A body that ends, with the connection, before the Content-Length it claims."""
    body = text.encode()
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(claimed)))
    return Answer(body=body, headers=headers, cut=len(body))


def dripping(text: str, piece: int, seconds: float) -> Answer:
    """A body that comes in pieces, with a pause after each."""
    return replace(document(text), compress=False, drip=(piece, seconds))


def consent_wall(name: str = "The Paper") -> Answer:
    """Where a story should be, a request for consent, status 200."""
    return document(templates.consent(name))


def hostile_page(kind: str) -> Answer:
    """A page made to hold a parser: "nested" tags, "attributes" on one tag, or "json_ld" never closed."""
    nested = "<div>" * 100_000 + "deep"
    attributes = "<p " + " ".join(f"a{number}=1" for number in range(40_000)) + ">wide"
    json_ld = '<script type="application/ld+json">' + '{"author":[{"@type":"Person",' * 10_000 + "</script>"
    body = {"nested": nested, "attributes": attributes, "json_ld": json_ld}[kind]
    return document(f"<!DOCTYPE html><html><head><title>Hostile</title></head><body>{body}</body></html>")
