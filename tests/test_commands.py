"""The commands that crawl, typed for real: crawl, save, init, add, import, re-extract."""

import hashlib
import os
import pty
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from archive import Archive
from archive.export import FIELDS
from tests.newssite import Answer, NewsSite, NewsWeb
from tests.typing_morgue import OURS, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "desk"
    folder.mkdir()
    return Desk(folder)


def test_crawl_makes_an_archive_says_where_and_gives_a_line_a_source(desk: Desk, newssite: NewsSite) -> None:
    desk.configure(newssite)
    ran = desk.type_anew("crawl")
    place = desk.archive
    assert ran.code == 0, ran.err
    assert ran.err == f"new archive: {place}\n"
    lines = ran.out.splitlines()
    assert lines[0].startswith("127.0.0.1: found 6, fetched 6: 6 new, ")
    assert lines[-1] == f"archive: {place}"
    rows = desk.rows()
    assert sorted(row["url"] for row in rows) == sorted(newssite.story_urls)
    assert [tuple(row) for row in rows] == [FIELDS] * 6

    again = desk.type("crawl", "-q")
    assert (again.code, again.out, again.err) == (0, "", "")


def test_crawl_takes_a_name_a_limit_and_a_day(desk: Desk, newssite: NewsSite) -> None:
    desk.configure(newssite, name="Paper")
    ran = desk.type("crawl", "paper", "--limit", "2", "--since", "2d")
    assert ran.code == 0, ran.err
    assert {row["url"] for row in desk.rows()} == set(newssite.story_urls[:2])
    near = desk.type("crawl", "papper")
    assert near.code == 2
    assert near.err == "morgue: no source is called 'papper' (did you mean 'Paper'?); an address begins with https://\n"


def test_save_keeps_exactly_these_pages_with_their_notes(desk: Desk, newssite: NewsSite) -> None:
    desk.configure(newssite)
    story, missing = newssite.story_urls[0], f"{newssite.url}/nothing-here"
    (desk.folder / "list.csv").write_text(f"url,why\n{story},evidence\n{missing},\n")
    ran = desk.type("save", "--from", "list.csv", "--json")
    assert ran.code == 0, ran.err
    kept, gone = ran.rows
    assert (kept["url"], kept["status"], kept["verdict"], kept["reason"]) == (story, 200, "article", None)
    assert (gone["url"], gone["status"], gone["verdict"], gone["id"]) == (missing, 404, "error", None)
    assert set(newssite.paths) == {"/robots.txt", newssite.stories[0].path, "/nothing-here"}
    (row,) = desk.rows()
    assert (row["id"], row["sha256"], row["fetched_at"]) == (kept["id"], kept["sha256"], kept["fetched_at"])
    with Archive.open(desk.archive, readonly=True) as archive:
        assert archive.sql("SELECT url, name, value FROM notes") == [{"url": story, "name": "why", "value": "evidence"}]
        assert hashlib.sha256(archive.bodies.get(gone["sha256"])).hexdigest() == gone["sha256"]


def test_save_reads_standard_input_and_show_raw_gives_the_bytes_whose_hash_it_printed(
    desk: Desk, newssite: NewsSite
) -> None:
    desk.configure(newssite)
    ran = desk.type_anew("save", "-", stdin=f"{newssite.story_urls[0]}\n")
    assert ran.code == 0, ran.err
    heading, line = (line.split("\t") for line in ran.out.splitlines())
    assert heading == ["url", "status", "verdict", "fetched_at", "sha256", "id", "reason"]
    assert line[:3] == [newssite.story_urls[0], "200", "article"]
    command = [sys.executable, "-m", "crawler", "show", line[5], "--raw"]
    raw = subprocess.run(command, cwd=desk.folder, capture_output=True, check=True).stdout
    assert hashlib.sha256(raw).hexdigest() == line[4]
    assert newssite.stories[0].title in raw.decode()


def test_init_makes_a_config_and_an_archive_without_being_asked_anything(desk: Desk) -> None:
    ran = desk.type_anew("init", "--contact", 'me "quoted" <me@example.org>')
    config, place = desk.folder / "morgue.toml", desk.archive
    assert ran.code == 0, ran.err
    assert ran.err.splitlines()[:2] == [f"wrote {config}", f"archive: {place}"]
    assert tomllib.loads(config.read_text()) == {
        "archive": "morgue.db",
        "crawl": {"contact": 'me "quoted" <me@example.org>'},
    }
    assert desk.rows() == []
    again = desk.type("init", "--contact", "you@example.org")
    assert (again.code, again.err) == (2, f"morgue: {config} is there already; `morgue add URL` adds to it\n")


def test_init_asks_for_the_contact_on_a_terminal(desk: Desk) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"me@example.org\n")
    command = [sys.executable, "-m", "crawler", "init"]
    ran = subprocess.run(command, cwd=desk.folder, stdin=theirs, capture_output=True, text=True, check=True)
    os.close(ours)
    os.close(theirs)
    assert ran.stderr.startswith("A mail address or URL where sites can reach you (empty: none)")
    assert tomllib.loads((desk.folder / "morgue.toml").read_text())["crawl"] == {"contact": "me@example.org"}


def test_init_without_a_terminal_asks_nothing_and_says_what_is_missing(desk: Desk) -> None:
    ran = desk.type("init", "--archive", "some.db")
    assert ran.code == 0, ran.err
    assert "no contact is set" in ran.err
    assert tomllib.loads((desk.folder / "morgue.toml").read_text()) == {"archive": "some.db", "crawl": {}}
    assert desk.rows("some.db") == []
    bad = Desk(desk.folder.parent).type("init", "--contact", "nobody")
    assert (bad.code, bad.err) == (2, "morgue: a contact is a mail address or a URL, not 'nobody'\n")
    assert not (desk.folder.parent / "morgue.toml").exists()


def test_add_looks_at_sites_writes_their_blocks_and_tells_what_wants_attention(desk: Desk) -> None:
    paper, bare = NewsSite(stories=3), NewsSite(stories=0, host="127.0.0.2", feeds=(), sitemaps=())
    with NewsWeb([paper, bare]):
        heading = "url,name,permission,allow_networks,delay,country,Circulation"
        ours = "mine,127.0.0.0/8,0,GB"
        rows = f"{paper.url}/,Paper,{ours},12000\n{bare.url}/,Bare,{ours},"
        (desk.folder / "list.csv").write_text(f"{heading}\n{rows}\n")
        ran = desk.type_anew("add", "--from", "list.csv")
        again = desk.type("add", "--from", "list.csv", "--dry-run")
    config = desk.folder / "morgue.toml"
    assert (ran.code, ran.err) == (3, f"2 sources added to {config}\n1 of them want attention:\n")
    told, site = ran.out.splitlines()
    assert told == "source\tfeeds\tsitemaps\tstories\twhat"
    assert site.startswith("Bare\t0\t0\t0\tno feed, no sitemap and no stories found; looked at the front page, ")
    sources = tomllib.loads(config.read_text())["source"]
    assert [source["home"] for source in sources] == [f"{paper.url}/", f"{bare.url}/"]
    assert sources[0] == {
        "name": "Paper",
        "home": f"{paper.url}/",
        "country": "GB",
        "permission": "mine",
        "allow_networks": ["127.0.0.0/8"],
        "delay": 0.0,
        "meta": {"Circulation": "12000"},
    }
    assert (again.code, again.err) == (0, f"Paper is in {config} already\nBare is in {config} already\n")
    assert not {story.path for story in paper.stories} & set(paper.paths)
    assert not desk.archive.exists()


def test_add_of_one_site_tells_what_it_has_and_writes_nothing_when_dry(desk: Desk) -> None:
    paper = NewsSite(stories=3)
    given = ["--name", "Paper", "--permission", "mine", "--allow-network", "127.0.0.0/8", "--dry-run"]
    with NewsWeb([paper]):
        paper.paper.answers["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /\n")
        closed = desk.type("add", paper.url, *given)
    assert (closed.code, closed.out) == (1, "")
    assert closed.err.startswith("morgue: Paper is not added: ")
    assert list(desk.folder.iterdir()) == []


def test_add_says_what_to_type_next_as_a_shell_takes_it(desk: Desk, newssite: NewsSite) -> None:
    newssite.paper.sitemaps = ()  # every page looked at takes the seconds between requests
    given = ["--permission", "mine", "--allow-network", "127.0.0.0/8", "--name", "O'Brien & Co"]
    dry = desk.type("add", newssite.url, *given, "--dry-run")
    assert (dry.code, dry.err) == (0, f"would go into {desk.folder / 'morgue.toml'}\n")
    ran = desk.type("add", newssite.url, *given)
    assert ran.code == 0
    command = ran.err.rstrip("\n").partition("next: ")[2].strip("`")
    assert shlex.split(command) == ["morgue", "crawl", "O'Brien & Co"]


def test_add_of_a_list_that_names_nothing_says_so(desk: Desk) -> None:
    ran = desk.type("add", "--from", "-", stdin="# none yet\n")
    assert (ran.code, ran.out, ran.err) == (2, "", "morgue: standard input has no address in it\n")


def test_import_and_re_extract_go_the_way_of_every_page(desk: Desk, newssite: NewsSite) -> None:
    desk.configure(newssite)
    url = newssite.story_urls[0]
    assert desk.type("save", url).code == 0
    (saved,) = desk.rows()
    with Archive.open(desk.archive, readonly=True) as archive:
        (desk.folder / "saved.html").write_bytes(archive.bodies.get(saved["sha256"]))
    ran = desk.type_anew("import", "saved.html", "--url", url, "--archive", "other.db")
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert ran.err == f"new archive: {desk.folder}/other.db\n1 page: 1 new\n"
    (row,) = desk.rows("other.db")
    same = ("url", "title", "text", "published_at", "authors", "sha256", "verdict")
    assert [row[name] for name in same] == [saved[name] for name in same]
    twice = desk.type("import", "saved.html", "--url", url, "--archive", "other.db")
    assert (twice.code, twice.err) == (0, "1 page: 1 held already\n")
    again = desk.type_anew("re-extract", "--archive", "other.db")
    assert (again.code, again.out, again.err) == (0, "", "read 1 page again: 1 unchanged\n")


def test_opml_becomes_sources_with_their_feeds(desk: Desk, newssite: NewsSite) -> None:
    desk.write({"source": [{"name": "x", "home": f"{newssite.url}/", **OURS}]})
    opml = f'<opml><body><outline title="Same" xmlUrl="{newssite.url}/feed" htmlUrl="{newssite.url}/"/></body></opml>'
    ran = desk.type("add", "--from", "-", stdin=opml)
    assert (ran.code, ran.err) == (0, f"x is in {desk.folder}/morgue.toml already\n")


def test_site_that_has_another_name_in_the_file_is_told_by_that_name(desk: Desk, newssite: NewsSite) -> None:
    desk.write({"source": [{"name": "Post", "home": f"{newssite.url}/", **OURS}]})
    ran = desk.type("add", f"{newssite.url}/", "--name", "Other")
    assert (ran.code, ran.err) == (0, f"Post is in {desk.folder}/morgue.toml already\n")
