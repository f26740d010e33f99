"""Rules of a source in the archive: kept with what was read by them, and changed by nobody but the operator."""

import json
from pathlib import Path
from typing import Any

import pytest

from archive import Archive
from archive.errors import ConfigError
from archive.rules import SiteRules
from archive.source_rules import Rules
from tests.newssite import NewsSite
from tests.typing_morgue import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def asked(desk: Desk, query: str) -> list[dict[str, Any]]:
    with Archive.open(desk.archive, readonly=True) as archive:
        return archive.sql(query)


def test_a_page_is_read_by_the_same_rules_until_its_operator_says_otherwise(desk: Desk, newssite: NewsSite) -> None:
    old, new = {"title": ["title"], "remove": [".none"]}, {"title": "h1"}
    config = desk.configure(newssite, rules=old)
    assert desk.type("crawl", "-q").code == 0
    read_by = "SELECT DISTINCT rules_hash FROM articles UNION SELECT DISTINCT rules_hash FROM revisions"
    assert asked(desk, read_by) == [{"rules_hash": SiteRules.read(old).hash}]
    assert [json.loads(row["rules"]) for row in asked(desk, "SELECT rules FROM site_rules")] == [old]
    titles = {row["url"]: row["title"] for row in desk.rows()}
    assert all(title.endswith(f" | {newssite.paper.name}") for title in titles.values())
    shown = desk.type("show", newssite.story_urls[0]).out
    assert f" · rules {SiteRules.read(old).hash}\n" in shown

    config.unlink()
    assert desk.type("re-extract").err == "read 6 pages again: 6 unchanged\n"
    assert {row["url"]: row["title"] for row in desk.rows()} == titles

    desk.configure(newssite, rules=new)
    (explained,) = desk.type("extract", newssite.story_urls[0], "--jsonl").rows
    assert explained["rules_hash"] == SiteRules.read(new).hash
    assert desk.type("crawl", "--revisit", "-q").code == 0
    assert asked(desk, "SELECT count(*) AS n FROM revisions") == [{"n": 6}]
    assert asked(desk, read_by) == [{"rules_hash": SiteRules.read(old).hash}]

    again = desk.type("re-extract")
    assert again.code == 0
    assert asked(desk, "SELECT DISTINCT rules_hash FROM articles") == [{"rules_hash": SiteRules.read(new).hash}]
    assert {row["url"]: row["title"] for row in desk.rows()} == {
        f"{newssite.url}{story.path}": story.title for story in newssite.stories
    }


def test_rules_changed_in_the_file_alone_are_taken_over_by_re_extract(desk: Desk, newssite: NewsSite) -> None:
    desk.configure(newssite)
    assert desk.type("save", newssite.story_urls[0]).code == 0
    config = desk.configure(newssite, rules={"title": "title", "body": "article.none"})
    again = desk.type("re-extract")
    assert again.err.splitlines()[0] == f"127.0.0.1: the rules of {config} are taken over"
    (row,) = desk.rows()
    assert row["title"].endswith(f" | {newssite.paper.name}")
    missed = "SELECT field, path FROM claims WHERE said_in = 'rule' AND value = ''"
    assert asked(desk, missed) == [{"field": "text", "path": "article.none"}]
    told = "rules that matched nothing, on the latest 50 stories of their source:\n"
    assert f"{told}  127.0.0.1: 'article.none' for text, on 1 page\n\n" in desk.type("status").out
    assert desk.type("re-extract").err == "read 1 page again: 1 unchanged\n"


def test_rules_that_somebody_wrote_into_the_archive_are_checked_too(desk: Desk, newssite: NewsSite) -> None:
    desk.configure(newssite)
    assert desk.type("save", newssite.story_urls[0]).code == 0
    with Archive.open(desk.archive) as archive:
        archive.sources.set_rules("127.0.0.1", {"title": "h1["})
        (source,) = archive.sources.all()
        with pytest.raises(
            ConfigError, match=r"^the archive's source '127.0.0.1': rules: title: 'h1\[' at character 4: "
        ):
            Rules().of(archive, source.id)


def test_pages_that_are_imported_before_the_first_crawl_are_their_sources_and_read_by_its_rules(
    desk: Desk, newssite: NewsSite
) -> None:
    desk.configure(newssite, rules={"title": "title"}, country="GB", group="dailies")
    page = "<title>A wall leaks | Post</title><h1>A wall leaks</h1><p>" + "The harbour wall has leaked again. " * 20
    (desk.folder / "page.html").write_text(page)
    assert desk.type("import", "page.html", "--url", f"{newssite.url}/town/wall").code == 0
    (row,) = desk.rows()
    told = {name: row[name] for name in ("source", "country", "group", "title")}
    assert told == {"source": "127.0.0.1", "country": "GB", "group": "dailies", "title": "A wall leaks | Post"}
    assert desk.type("crawl", "-q").code == 0
    assert {row["source"] for row in desk.rows()} == {"127.0.0.1"}
    assert asked(desk, "SELECT count(*) AS n FROM sources") == [{"n": 1}]
