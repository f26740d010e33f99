"""Sources with `js`: their pages are what scripts make of them, and the browser gets nowhere else."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import ConfigError
from crawler import browser
from crawler.browser import find_chromium, require_browser
from crawler.sample.server import Answer, document
from crawler.sources import parse_source
from tests.crawling import Bench
from tests.newssite import NewsSite, NewsWeb, Story
from tests.typing_morgue import Desk

needs_chromium = pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on PATH")
SHELL = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The Paper</title>
<script>window.before = 1</script></head><body><div id="root"></div>
<img src="/pixel.gif"><iframe src="/frame"></iframe><link rel="stylesheet" href="/style.css">
<script src="/app.js"></script></body></html>"""
APP = """
const quietly = (work) => { try { const p = work(); if (p && p.catch) p.catch(() => {}); } catch (e) {} };
quietly(() => fetch('/track', {method: 'POST', body: 'x'}));
quietly(() => fetch('/private/data.json'));
quietly(() => fetch('http://OTHER/tracker.js'));
quietly(() => fetch('http://10.0.0.1/'));
quietly(() => fetch('file:///etc/passwd'));
quietly(() => { new Image().src = '/late.gif'; });
quietly(() => new WebSocket('ws://OTHER/socket'));
quietly(() => navigator.sendBeacon('/beacon', 'x'));
quietly(() => window.open('/popup'));
quietly(() => { document.cookie = 'seen=' + location.pathname; });
quietly(() => { localStorage.setItem('seen', '1'); });
fetch('/api' + location.pathname + '.json').then(r => r.json()).then(story => {
  document.title = story.title;
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'article:published_time'); meta.content = story.published;
  document.head.append(meta);
  document.getElementById('root').innerHTML = '<main><article><h1>' + story.title + '</h1>' +
    story.paragraphs.map(p => '<p>' + p + '</p>').join('') + '</article></main>';
  setTimeout(() => { location.href = '/elsewhere'; }, 50);
});
"""


def data(story: Story) -> Answer:
    said = {"title": story.title, "paragraphs": story.paragraphs, "published": story.published.isoformat()}
    return Answer(body=json.dumps(said).encode(), headers=(("Content-Type", "application/json"),))


@pytest.fixture
def site() -> Iterator[NewsSite]:
    """A paper whose stories are empty until a script has fetched them; OTHER is on another address."""
    site, other = NewsSite(4), NewsSite(1, host="127.0.0.2", seed=2)
    with NewsWeb([site, other]):
        script = APP.replace("OTHER", other.url.removeprefix("http://"))
        site.paper.answers["/app.js"] = Answer(body=script.encode(), headers=(("Content-Type", "text/javascript"),))
        site.paper.answers["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /private/\n")
        for story in site.stories:
            site.paper.answers[story.path] = document(SHELL)
            site.paper.answers[f"/api{story.path}.json"] = data(story)
        site.other = other  # type: ignore[attr-defined]
        yield site


def words(story: Story) -> str:
    return story.paragraphs[0][:60]


@pytest.mark.browser
@needs_chromium
def test_stories_that_scripts_write_are_archived_and_nothing_else_is_asked_for(tmp_path: Path, site: NewsSite) -> None:
    bench = Bench(tmp_path)
    bench.configure(site, js=True)
    ran = bench.crawl()
    assert ran.code == 0, ran.stderr
    held = dict(bench.rows("SELECT url, text FROM articles"))
    assert sorted(held) == sorted(site.story_urls)
    for story in site.stories:
        assert words(story) in held[site.url + story.path]
    rows = bench.rows("SELECT DISTINCT origin, status FROM fetches WHERE kind = 'page'")
    assert rows == [("crawl:rendered", 200)]
    refused = ("/pixel.gif", "/late.gif", "/frame", "/style.css", "/track", "/beacon", "/popup", "/elsewhere")
    assert [path for path in site.paths if path in refused or path.startswith("/private")] == []
    assert site.other.requests == []  # type: ignore[attr-defined]
    assert site.paths.count("/app.js") == 1  # the same on all pages
    agents = {dict(request.headers)["User-Agent"] for request in site.requests}
    assert len(agents) == 1
    assert not any("Cookie" in dict(request.headers) for request in site.requests)
    shown = Desk(tmp_path).type("show", "--raw", site.story_urls[0])
    assert words(site.stories[0]) in shown.out
    again = bench.crawl("127.0.0.1", revisit=True)
    assert again.code == 0
    assert bench.count("FROM articles") == 4


@pytest.mark.browser
@needs_chromium
def test_a_script_without_end_costs_its_page_and_no_other(tmp_path: Path, site: NewsSite) -> None:
    endless, *others = site.stories
    site.paper.answers[endless.path] = document("<html><body><p>x<script>for (;;) {}</script></body></html>")
    bench = Bench(tmp_path)
    bench.env["MORGUE_TEST_DEADLINE"] = "12"
    bench.configure(site, js=True)
    process = bench.start()
    _, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert bench.stored_urls() == sorted(site.url + story.path for story in others)
    assert bench.rows("SELECT url, reason FROM links WHERE state = 'unreachable'") == [
        (site.url + endless.path, "rendering")
    ]


@pytest.mark.browser
@needs_chromium
def test_without_js_the_same_pages_are_shells(tmp_path: Path, site: NewsSite) -> None:
    bench = Bench(tmp_path)
    bench.configure(site)
    bench.crawl()
    assert bench.count("FROM articles") == 0
    assert "/app.js" not in site.paths


def test_without_the_extra_or_a_browser_it_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r'source \'lakeside\': js needs an extra: pip install "newsmorgue\[js\]"'):
        require_browser("lakeside")
    monkeypatch.undo()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="js needs Chromium, and there is none on PATH"):
        require_browser("lakeside")


def test_a_crawl_that_needs_a_browser_and_has_none_does_not_begin(tmp_path: Path, newssite: NewsSite) -> None:
    desk = Desk(tmp_path)
    desk.configure(newssite, js=["cdn.example.com"])
    os.environ["PATH"], path = str(tmp_path), os.environ["PATH"]
    try:
        told = desk.type("crawl")
    finally:
        os.environ["PATH"] = path
    assert (told.code, "js needs Chromium" in told.err, newssite.paths) == (2, True, [])


def test_hosts_whose_scripts_may_load_are_names() -> None:
    source = parse_source({"name": "a", "home": "https://a.example/", "js": ["CDN.example.com"]})
    assert source.script_hosts == ("cdn.example.com",)
    assert parse_source({"name": "a", "home": "https://a.example/", "js": True}).script_hosts == ()
    with pytest.raises(ConfigError, match="js"):
        parse_source({"name": "a", "home": "https://a.example/", "js": ["https://cdn.example.com/"]})
