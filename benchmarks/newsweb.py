"""A small web of news sites made from stored real pages, on loopback addresses only.

    python -m benchmarks.newsweb DATA_FOLDER [--sites 32] [--limit 200] [--port 0]

Every page keeps the path and query of its real address; a publisher with several pages is a site of its own, the others
share sites. Site n answers on 127.0.1.n, with robots.txt, front page, feed, sitemaps, all of them gzip'ed and with
validators. As a library: `with serving(DATA_FOLDER) as web: web.urls`.
"""

import argparse
import asyncio
import gzip
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web

from benchmarks.stored_pages import SITES, Site, Story, load_sites

FEED_LENGTH = FRONT_LENGTH = 30
NEWS_LENGTH = 10
UNDATED = datetime(2019, 1, 1, tzinfo=UTC)  # Last-Modified of pages nobody dated
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP_NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS_NS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}


@dataclass(frozen=True)
class Answer:
    """One document, gzip'ed once; `packed` ones (sitemap.xml.gz) are sent as they are, without Content-Encoding."""

    body: bytes
    content_type: str
    last_modified: datetime = UNDATED
    packed: bool = False

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha1(self.body, usedforsecurity=False).hexdigest()[:16]}"'


# -- what a site answers


def rss(site: Site, origin: str) -> str:
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{escape(origin + story.target)}</link>"
        f"<guid>{escape(origin + story.target)}</guid>"
        + (f"<pubDate>{format_datetime(story.at)}</pubDate>" if story.at else "")
        + (f"<dc:date>{story.day}</dc:date>" if story.day and not story.at else "")
        + "</item>\n"
        for story in site.newest[:FEED_LENGTH]
    )
    return (
        f'{XML}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{escape(site.name)}</title>'
        f"<link>{origin}/</link><ttl>30</ttl>\n{items}</channel></rss>\n"
    )


def atom(site: Site, origin: str) -> str:
    entries = "".join(
        f"<entry><title>{escape(story.title)}</title><id>{escape(origin + story.target)}</id>"
        f"<link href={quoteattr(origin + story.target)}/>"
        + (f"<published>{story.at.isoformat()}</published>" if story.at else "")
        + "</entry>\n"
        for story in site.newest[:FEED_LENGTH]
    )
    return f'{XML}<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(site.name)}</title>\n{entries}</feed>\n'


def front(site: Site) -> str:
    stories = "".join(
        f"<article><h2><a href={quoteattr(story.target)}>{escape(story.title)}</a></h2></article>\n"
        for story in site.newest[:FRONT_LENGTH]
    )
    feed = f'<link rel="alternate" type="{FEED_TYPES[site.feed_kind]}" href="/feed.xml">'
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(site.name)}</title>{feed}</head>\n'
        f'<body><header><a href="/">Home</a></header><main>\n{stories}</main></body></html>\n'
    )


def sitemap(stories: Iterable[Story], origin: str) -> str:
    entries = "".join(
        f"<url><loc>{escape(origin + story.target)}</loc>"
        + (f"<lastmod>{story.written}</lastmod>" if story.written else "")
        + "</url>\n"
        for story in stories
    )
    return f"{XML}<urlset {SITEMAP_NS}>\n{entries}</urlset>\n"


def news_sitemap(site: Site, origin: str) -> str:
    entries = "".join(
        f"<url><loc>{escape(origin + story.target)}</loc><news:news><news:publication><news:name>{escape(site.name)}"
        f"</news:name><news:language>en</news:language></news:publication><news:publication_date>{story.written}"
        f"</news:publication_date><news:title>{escape(story.title)}</news:title></news:news></url>\n"
        for story in site.newest[:NEWS_LENGTH]
        if story.written
    )
    return f"{XML}<urlset {SITEMAP_NS} {NEWS_NS}>\n{entries}</urlset>\n"


def packed(text: str, content_type: str) -> Answer:
    return Answer(gzip.compress(text.encode(), mtime=0), content_type)


def listings(site: Site, origin: str) -> dict[str, Answer]:
    """robots.txt, front page, feed, sitemap index with a child a year (every other one as .gz), news sitemap."""
    years: dict[str, list[Story]] = defaultdict(list)
    for story in site.newest:
        years[story.order[:4] or "undated"].append(story)
    answers, index = {}, ""
    for number, (year, stories) in enumerate(years.items()):
        path = f"/sitemaps/{year}.xml{'.gz' if number % 2 else ''}"
        child = packed(sitemap(stories, origin), "application/xml")
        answers[path] = replace(child, content_type="application/gzip", packed=True) if number % 2 else child
        newest = f"<lastmod>{stories[0].written}</lastmod>" if stories[0].written else ""
        index += f"<sitemap><loc>{origin}{path}</loc>{newest}</sitemap>\n"
    robots = f"User-agent: *\nDisallow: /private/\n\nSitemap: {origin}/sitemap.xml\nSitemap: {origin}/news.xml\n"
    feed = rss(site, origin) if site.feed_kind == "rss" else atom(site, origin)
    return answers | {
        "/robots.txt": packed(robots, "text/plain"),
        "/": packed(front(site), "text/html; charset=utf-8"),
        "/feed.xml": packed(feed, FEED_TYPES[site.feed_kind]),
        "/sitemap.xml": packed(f"{XML}<sitemapindex {SITEMAP_NS}>\n{index}</sitemapindex>\n", "application/xml"),
        "/news.xml": packed(news_sitemap(site, origin), "application/xml"),
    }


def answers_of(site: Site, port: int) -> dict[str, Answer]:
    """Every target the site answers. Pages are sent as the folder has them; their charset is not said."""
    answers = listings(site, f"http://{site.address}:{port}")
    for story in site.stories:
        noon = datetime(story.day.year, story.day.month, story.day.day, 12, tzinfo=UTC) if story.day else UNDATED
        answers.setdefault(story.target, Answer(story.file.read_bytes(), "text/html", story.at or noon))
    return answers


def loose(target: str) -> str:
    """The unescaped path alone, slashes squeezed."""
    return re.sub("/+", "/", unquote(target.partition("?")[0]))


def fallbacks(answers: dict[str, Answer]) -> dict[str, Answer]:
    """By loose path, where one page has it: sites answer to other escapes and to unknown parameters."""
    paths = Counter(loose(target) for target in answers)
    return {loose(target): answer for target, answer in answers.items() if paths[loose(target)] == 1}


# -- the server


class NewsWeb:
    """Answers for every site by the address that was connected to; counts what it sent."""

    def __init__(self, sites: list[Site], port: int) -> None:
        self.exact = {site.address: answers_of(site, port) for site in sites}
        self.loose = {address: fallbacks(answers) for address, answers in self.exact.items()}

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        address = request.transport.get_extra_info("sockname")[0] if request.transport else ""
        target = request.raw_path
        found = self.exact[address].get(target) or self.loose[address].get(loose(target))
        if found is None:
            return web.Response(status=404, text="not here\n")
        headers = {
            "ETag": found.etag,
            "Last-Modified": format_datetime(found.last_modified.astimezone(UTC), usegmt=True),
        }
        if request.headers.get("If-None-Match") == found.etag:
            return web.Response(status=304, headers=headers)
        headers |= {"Content-Type": found.content_type, "Vary": "Accept-Encoding"}
        if found.packed:
            return web.Response(body=found.body, headers=headers)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=found.body, headers=headers | {"Content-Encoding": "gzip"})
        return web.Response(body=gzip.decompress(found.body), headers=headers)


async def serve(sites: list[Site], port: int, *, with_parent: bool) -> None:
    """Until SIGTERM or SIGINT, or, `with_parent`, until the process that started this one is gone."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    newsweb = NewsWeb(sites, port)
    runner = web.ServerRunner(web.Server(newsweb.answer, access_log=None))
    await runner.setup()
    for site in sites:
        await web.TCPSite(runner, site.address, port).start()
    print(f"serving {sum(len(site.stories) for site in sites)} pages on {len(sites)} sites, port {port}", flush=True)
    parent = os.getppid()
    while not stop.is_set() and not (with_parent and os.getppid() != parent):
        await asyncio.wait([asyncio.ensure_future(stop.wait())], timeout=0.5)
    await runner.cleanup()


@dataclass(frozen=True)
class Serving:
    """A newsweb that runs in a process of its own."""

    sites: list[Site]
    port: int
    pid: int

    def origin(self, site: Site) -> str:
        return f"http://{site.address}:{self.port}"

    @property
    def urls(self) -> list[str]:
        """Every story's address here, one of each site in turn."""
        columns = [[self.origin(site) + story.target for story in site.stories] for site in self.sites]
        longest = max(len(column) for column in columns)
        return [column[rank] for rank in range(longest) for column in columns if rank < len(column)]

    def cpu_seconds(self) -> float:
        """User and system time of the server so far (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.1.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(data: Path, sites: int = SITES, limit: int | None = None, *, only_text: bool = False) -> Iterator[Serving]:
    """A newsweb in its own process for the length of the block."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.newsweb", str(data.resolve()), "--with-parent"]
    command += ["--sites", str(sites), "--port", str(port)]
    command += ["--limit", str(limit)] if limit is not None else []
    command += ["--only-text"] if only_text else []
    loaded = load_sites(data, sites, limit, only_text=only_text)
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    try:
        assert server.stdout is not None
        if not server.stdout.readline().startswith("serving"):
            raise RuntimeError(f"the newsweb did not start (exit code {server.wait()})")
        yield Serving(loaded, port, server.pid)
    finally:
        server.terminate()
        server.wait(timeout=10)
        if server.stdout is not None:
            server.stdout.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve stored pages as news sites on 127.0.1.1, 127.0.1.2 ...")
    parser.add_argument("data", type=Path, help="folder of sets: SET/truth.jsonl and the pages it names")
    parser.add_argument("--sites", type=int, default=SITES, help=f"how many sites, at most (default {SITES})")
    parser.add_argument("--limit", type=int, help="at most so many pages in all")
    parser.add_argument("--only-text", action="store_true", help="only pages that are known to hold a story")
    parser.add_argument("--port", type=int, default=0, help="the same on every address (default: a free one)")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    options = parser.parse_args()
    sites = load_sites(options.data, options.sites, options.limit, only_text=options.only_text)
    asyncio.run(serve(sites, options.port or free_port(), with_parent=options.with_parent))


if __name__ == "__main__":
    main()
