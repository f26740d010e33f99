"""What it costs to look at stories again that have not changed, beside a bare Scrapy spider that gets the same answers.

    python -m benchmarks.recrawl [--pages 1000 5000] [--pairs 3] [--check]

A made-up web of eight sites, served by a process of its own, is crawled once for real; then every story is made due,
and `morgue crawl` and the spider (bare_spider.py, Scrapy's defaults) ask for the same stories with the same validators,
in alternating pairs. CPU is that of all processes of a command, start-up and shutdown included; what counts is the
median of the pairs' ratios. Void unless both get "not modified" for every story. Target: at most 1.3 times the spider's
CPU, no page read, no body written.
"""

import argparse
import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from statistics import median

from aiohttp import web

from benchmarks.measured import Cost, measure
from benchmarks.newsweb import free_port
from benchmarks.newswords import NewsWords

TARGET = 1.3
SITES = 8
BARE = Path(__file__).with_name("bare_spider.py")
MORGUE = str(Path(sys.executable).with_name("morgue"))
DUE = "UPDATE links SET due_at = '2020-01-01T00:00:00.000Z' WHERE article_id IS NOT NULL"
CAME_TO = """
SELECT sum(status = 304 AND outcome = 'unchanged'), sum(status <> 304), (SELECT count(*) FROM bodies)
FROM fetches WHERE kind = 'page' AND crawl_id = (SELECT max(id) FROM crawls)
"""


def address(site: int) -> str:
    return f"127.0.1.{site + 1}"


@dataclass(frozen=True)
class Paper:
    """The stories of one site, by path, and when each was written."""

    pages: dict[str, bytes]
    written: dict[str, datetime]

    @classmethod
    def make(cls, site: int, count: int) -> "Paper":
        words, now = NewsWords(seed=site + 1), datetime.now(UTC).replace(microsecond=0)
        pages, written = {}, {}
        for number in range(count):
            path, at = f"/news/story-{site}-{number}.html", now - timedelta(minutes=number)
            text = "".join(f"<p>{paragraph}</p>" for paragraph in words.one(220).split("\n\n"))
            title = words.one(55).split(".")[0][:90]
            head = f'<title>{title}</title><meta property="article:published_time" content="{at.isoformat()}">'
            body = f"<article><h1>{title}</h1>{text}</article>"
            pages[path] = f"<!DOCTYPE html><html lang=en><head>{head}</head><body>{body}</body></html>".encode()
            written[path] = at
        return cls(pages, written)

    def sitemap(self, origin: str) -> bytes:
        entries = "".join(
            f"<url><loc>{origin}{path}</loc><lastmod>{at.isoformat()}</lastmod></url>"
            for path, at in self.written.items()
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()

    def answer(self, request: web.BaseRequest) -> web.Response:
        path, origin = request.path, f"http://{request.host}"
        if path == "/robots.txt":
            return web.Response(text=f"User-agent: *\nDisallow: /private/\nSitemap: {origin}/sitemap.xml\n")
        if path == "/":
            return self.maybe(request, b"<html><body><h1>News</h1></body></html>", "text/html")
        if path == "/sitemap.xml":
            return self.maybe(request, self.sitemap(origin), "application/xml")
        body = self.pages.get(path)
        return self.maybe(request, body, "text/html", self.written[path]) if body else web.Response(status=404)

    @staticmethod
    def maybe(request: web.BaseRequest, body: bytes, kind: str, at: datetime | None = None) -> web.Response:
        headers = {
            "ETag": f'"{len(body)}-{request.path[-24:]}"',
            "Cache-Control": "max-age=60",
            "Vary": "Accept-Encoding",
        }
        if at is not None:
            headers["Last-Modified"] = format_datetime(at, usegmt=True)
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers, content_type=kind)


async def serve(pages: int, port: int) -> None:
    """Until SIGTERM, or until the process that started this one is gone."""
    stop, parent = asyncio.Event(), os.getppid()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    papers = {address(site): Paper.make(site, pages // SITES) for site in range(SITES)}

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return papers[request.host.partition(":")[0]].answer(request)

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    for host in papers:
        await web.TCPSite(runner, host, port).start()
    print("serving", flush=True)
    while not stop.is_set() and os.getppid() == parent:
        await asyncio.sleep(0.5)
    await runner.cleanup()


@contextmanager
def serving(pages: int) -> Iterator[int]:
    """The port of a web in its own process."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.recrawl", "--serve", str(port), "--pages", str(pages)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        if server.stdout.readline() != "serving\n":
            raise RuntimeError(f"the web did not start (exit code {server.wait()})")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


def configure(folder: Path, port: int) -> None:
    blocks = ['archive = "morgue.db"\n[crawl]\ncontact = "benchmark@example.org"\n']
    blocks += [
        f'[[source]]\nname = "{address(site)}"\nhome = "http://{address(site)}:{port}/"\ndelay = 0\nfeeds = []\n'
        'permission = "our own web, on this machine"\nallow_networks = ["127.0.0.0/8"]\n'
        for site in range(SITES)
    ]
    (folder / "morgue.toml").write_text("\n".join(blocks), encoding="utf-8")


def first_crawl(folder: Path, pages: int) -> int:
    """Takes in every story; returns how many there are. Writes what the spider is to ask for."""
    cost = measure([MORGUE, "crawl", "-q"], folder, "first")
    with closing(sqlite3.connect(folder / "morgue.db")) as db:
        known = db.execute("SELECT url, etag, last_modified FROM links WHERE etag IS NOT NULL ORDER BY url").fetchall()
    (folder / "known.json").write_text(json.dumps(known), encoding="utf-8")
    print(f"{len(known)} of {pages} stories taken in, {cost.cpu_seconds:.0f} s of CPU", flush=True)
    return len(known)


def again(folder: Path, stories: int) -> Cost:
    """Makes every story due and crawls. Raises RuntimeError if that came to anything but "not modified"."""
    with closing(sqlite3.connect(folder / "morgue.db")) as db, db:
        db.execute(DUE)
        bodies = db.execute("SELECT count(*) FROM bodies").fetchone()[0]
    cost = measure([MORGUE, "crawl", "-q"], folder, "morgue")
    with closing(sqlite3.connect(folder / "morgue.db")) as db:
        came_to = db.execute(CAME_TO).fetchone()
    if came_to != (stories, 0, bodies):
        raise RuntimeError(f"not modified, others, bodies: {came_to}; {stories} stories, {bodies} bodies before")
    return cost


def bare(folder: Path, stories: int) -> Cost:
    """The spider's run. Raises RuntimeError if it did not get the same answers."""
    command = [sys.executable, "-m", "scrapy", "runspider", str(BARE), "-a", f"known={folder / 'known.json'}"]
    cost = measure(command, folder, "bare")
    statuses = json.loads((folder / "bare.out").read_text())
    if statuses != {"304": stories}:
        raise RuntimeError(f"the spider got {statuses}")
    return cost


def run(pages: int, pairs: int) -> float:
    """The median of the ratios."""
    ratios = []
    with tempfile.TemporaryDirectory() as temporary, serving(pages) as port:
        folder = Path(temporary)
        configure(folder, port)
        stories = first_crawl(folder, pages)
        for number in range(pairs):
            runs = [again, bare] if number % 2 else [bare, again]
            costs = {one: one(folder, stories) for one in runs}
            ratios.append(costs[again].cpu_seconds / costs[bare].cpu_seconds)
            told = [f"{costs[one].cpu_seconds:.2f} s of CPU in {costs[one].seconds:.1f} s" for one in (again, bare)]
            print(f"newsmorgue {told[0]}, bare Scrapy {told[1]}: {ratios[-1]:.2f} times", flush=True)
    ratio = median(ratios)
    print(f"{stories} stories: median {ratio:.2f} times the CPU (target {TARGET} or less), 0 read, 0 bodies written")
    return ratio


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Re-crawl stories that did not change, with newsmorgue and with Scrapy."
    )
    parser.add_argument("--pages", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit code 1 unless the target is met")
    parser.add_argument("--serve", type=int, metavar="PORT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.pages[0], options.serve))
        return 0
    worst = max(run(pages, options.pairs) for pages in options.pages)
    return 1 if options.check and worst > TARGET else 0


if __name__ == "__main__":
    sys.exit(main())
