"""Bad input gets one line, the right exit code and no traceback, and costs nothing (issue 2, point 10)."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.cli.options import Options
from archive.store.lock import ArchiveLock
from crawler.cli import run
from tests.filled import filled
from tests.newssite import Answer, NewsSite
from tests.typing_morgue import OURS, Desk, Typed


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def one_line(ran: Typed) -> str:
    """What was said, which must be one line without a traceback."""
    lines = ran.err.splitlines()
    assert len(lines) == 1, ran.err
    assert ran.out == ""
    assert lines[0].startswith("morgue: ")
    return lines[0].removeprefix("morgue: ")


def test_an_unknown_key_names_file_source_key_and_the_nearest(desk: Desk) -> None:
    config = desk.write({"source": [{"name": "Paper", "home": "https://paper.example/", "sitemap": []}]})
    ran = desk.type("crawl")
    assert ran.code == 2
    assert one_line(ran) == f"{config}: source 'Paper': unknown key 'sitemap' (did you mean 'sitemaps'?)"
    assert not (desk.archive).exists()


def test_rules_that_cannot_be_used_are_all_named_and_nothing_is_crawled(desk: Desk, newssite: NewsSite) -> None:
    config = desk.configure(newssite, rules={"body": "div[", "title": ["h1", "//h1)"], "autors": ".by"})
    ran = desk.type("crawl")
    assert (ran.code, ran.out) == (2, "")
    where = f"{config}: source '127.0.0.1': rules:"
    assert ran.err.splitlines() == [
        f"morgue: {where} body: 'div[' at character 5: expected ident or '*', got the end",
        f"{where} title: '//h1)' at character 5: invalid expression",
        f"{where} unknown key 'autors' (did you mean 'authors'?)",
    ]
    assert newssite.paths == []
    assert not desk.archive.exists()


def test_a_config_that_is_no_toml_names_the_line(desk: Desk) -> None:
    (desk.folder / "morgue.toml").write_text("[crawl\n")
    ran = desk.type("status")
    assert ran.code == 2
    assert re.search(r"morgue\.toml is not valid TOML: .*line 1", one_line(ran))


def test_nothing_to_crawl_says_what_to_type(desk: Desk) -> None:
    ran = desk.type("crawl")
    assert ran.code == 2
    assert one_line(ran).startswith("nothing to crawl: there is no morgue.toml here or above")
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["save"], "name the pages to save: URLs, --from FILE, or - for standard input"),
        (["save", "nothing"], "'nothing' is not a page's address"),
        (["add"], "name a site's address, or a list with --from FILE"),
        (["add", "nothing"], "'nothing' is not the address of a site, such as https://www.example-news.com"),
        (["crawl", "ftp://x.example/"], "ftp://x.example/ is not an address that can be fetched: http and https only"),
        (
            ["crawl", "--since", "soon", "https://x.example"],
            "not a day: 'soon' (write 7d, 2026-01-31, 2026-01 or 1998)",
        ),
        (["import", "no.warc"], "no.warc cannot be read: No such file or directory"),
    ],
)
def test_what_makes_no_sense_is_said_to_and_makes_no_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MORGUE_ARCHIVE", raising=False)
    assert run(words, Options()) == 2
    assert capsys.readouterr().err == f"morgue: {said}\n"
    assert list(tmp_path.iterdir()) == []


def test_an_unreachable_site_is_said_to_be_one(desk: Desk) -> None:
    desk.write({"source": [{"name": "Paper", "home": "http://127.0.0.1:9/", **OURS}]})
    ran = desk.type("crawl", "-q")
    assert (ran.code, ran.out) == (3, "")
    assert "Paper: http://127.0.0.1:9/ could not be read (refused)" in ran.err.splitlines()
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("words", [["crawl", "http://10.1.2.3/"], ["add", "http://[::1]/"]])
def test_a_private_address_names_the_setting_that_allows_it(desk: Desk, words: list[str]) -> None:
    ran = desk.type(*words)
    assert ran.code == 2
    assert "allow_networks" in one_line(ran)
    assert list(desk.folder.iterdir()) == []


def test_of_pages_to_save_a_private_one_is_refused_and_the_others_saved(desk: Desk, newssite: NewsSite) -> None:
    desk.configure(newssite)
    ran = desk.type("save", "http://10.1.2.3/x", newssite.story_urls[0], "--json")
    assert [row["reason"] for row in ran.rows] == ["address_refused", None]
    assert "http://10.1.2.3/x is refused: its address is private (allow_networks of a source " in ran.err
    assert [row["url"] for row in desk.rows()] == newssite.story_urls[:1]


def test_a_site_with_nothing_says_what_was_looked_for(desk: Desk, newssite: NewsSite) -> None:
    for path in ("/", "/robots.txt"):
        newssite.paper.answers[path] = Answer(body=b"<html><body>Under construction</body></html>")
    newssite.paper.feeds = newssite.paper.sitemaps = ()
    desk.configure(newssite)
    ran = desk.type("crawl", "-q")
    assert ran.code == 3
    assert "no feed, no sitemap and no stories found; looked at the front page, sitemaps in robots.txt, " in ran.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a database, whatever its name says" * 100, "is not an archive: not a SQLite file"),
        (b"", "is empty, not an archive"),
    ],
)
def test_a_file_that_is_no_archive_is_left_alone(desk: Desk, content: bytes, said: str) -> None:
    path = desk.archive
    path.write_bytes(content)
    ran = desk.type("status")
    assert (ran.code, one_line(ran)) == (5, f"{path} {said}")
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(desk: Desk) -> None:
    path = desk.archive
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE mine (x)")
    before = path.read_bytes()
    (desk.folder / "page.html").write_text("<p>x</p>")
    for words in (["import", "page.html", "--url", "https://paper.example/1"], ["init"]):
        ran = desk.type(*words)
        assert (ran.code, one_line(ran)) == (5, f"{path} is a SQLite file, but not an archive")
    assert path.read_bytes() == before


def test_a_corrupt_archive_is_said_to_be_one(desk: Desk) -> None:
    path = filled(desk.archive)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)
    ran = desk.type("export")
    assert (ran.code, one_line(ran)) == (5, f"{path} is corrupt")


def test_a_read_only_archive_can_be_read_but_not_added_to(desk: Desk) -> None:
    path = filled(desk.archive)
    with path.open("r+b") as file:
        file.seek(18)  # the file format's "write version": too new to be written, also by root
        file.write(b"\x03")
    assert desk.type("search", "ferry").code == 0
    ran = desk.type("re-extract")
    assert (ran.code, one_line(ran)) == (5, f"{path} cannot be written: the file or its folder is read-only")


def test_a_busy_archive_says_by_whom_and_since_when_and_can_still_be_asked(desk: Desk, newssite: NewsSite) -> None:
    path = filled(desk.archive)
    desk.configure(newssite)
    with ArchiveLock(path) as lock:
        lock.acquire()
        for words in (["crawl", "-q"], ["re-extract"]):
            ran = desk.type(*words)
            assert ran.code == 4
            assert re.fullmatch(rf"{path} is held by pid {os.getpid()} \(.*\) since 20\S+Z", one_line(ran))
        assert desk.type("search", "ferry").code == 0
    assert newssite.paths == []


def test_an_archive_of_a_newer_version_says_to_upgrade(desk: Desk) -> None:
    path = filled(desk.archive)
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 99")
    for words in (["status"], ["re-extract"]):
        ran = desk.type(*words)
        assert ran.code == 5
        assert re.fullmatch(
            rf"{path} has format 99, made by .*; this is newsmorgue .*: upgrade newsmorgue", one_line(ran)
        )


def test_a_network_file_system_is_refused_unless_forced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = filled(tmp_path / "morgue.db")
    monkeypatch.setattr("archive.store.archive.network_type_here", lambda _: "nfs4")
    assert run(["status", "--archive", str(path)], Options()) == 5
    said = capsys.readouterr().err
    assert said.startswith(f"morgue: {path} lies on a network file system (nfs4)")
    assert "--force" in said
    assert run(["status", "--archive", str(path), "--force"], Options()) == 0


@pytest.mark.parametrize(
    "words", [["status"], ["search", "x"], ["show", "x"], ["sql", "SELECT 1"], ["export"], ["re-extract"]]
)
def test_no_archive_says_where_it_was_looked_for_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MORGUE_ARCHIVE", raising=False)
    assert run(words, Options()) == 2
    assert capsys.readouterr().err.startswith(f"morgue: no archive at {tmp_path}/morgue.db; there is no morgue.toml ")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(desk: Desk) -> None:
    (desk.folder / "page.html").write_text("<p>x</p>")
    ran = desk.type("import", "page.html", "--url", "https://paper.example/1", "--archive", "no/such/morgue.db")
    assert ran.code == 5
    assert one_line(ran).endswith(f"cannot be made: there is no folder {desk.folder}/no/such")


def test_debug_shows_the_traceback(desk: Desk) -> None:
    ran = desk.type("status", "--debug")
    assert ran.code == 2
    assert ran.err.startswith("Traceback (most recent call last):")
    assert ran.err.splitlines()[-1].startswith("morgue: no archive at ")
