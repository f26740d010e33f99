"""A forgotten page is not asked for again, by whichever way its address comes."""

from pathlib import Path

from archive import Archive
from crawler.sample.server import redirect
from tests.newssite import NewsSite
from tests.typing_morgue import Desk


def test_a_forgotten_story_is_not_asked_for_again_by_any_way(tmp_path: Path, newssite: NewsSite) -> None:
    desk = Desk(tmp_path)
    desk.configure(newssite)
    assert desk.type("crawl").code == 0
    story, other = newssite.stories[1], newssite.stories[2]
    url = newssite.url + story.path
    told = desk.type("forget", url, "--because", "a court has ordered it", "--json")
    assert told.code == 0, told.err
    [row] = told.rows
    assert (row["url"], row["is_done"], row["because"]) == (url, True, "a court has ordered it")
    assert story.title.encode() not in desk.archive.read_bytes()  # what feeds said of it is gone, too

    asked = len(newssite.requests_for(story.path))
    newssite.edit(story, title="Another headline of the same story")
    newssite.paper.answers[other.path] = redirect(story.path)
    crawled = desk.type("crawl", "--revisit")
    assert crawled.code == 0, crawled.err
    saved = desk.type("save", url)
    assert "forgotten" in saved.out
    named = desk.type("crawl", url)
    assert named.code == 3
    assert len(newssite.requests_for(story.path)) == asked
    assert b"Another headline of the same" not in desk.archive.read_bytes()

    left_out = desk.type("sql", "SELECT stage, reason FROM left_out WHERE reason = 'forgotten'", "--json")
    assert left_out.rows == [{"stage": "skipped", "reason": "forgotten"}] * 2
    explained = desk.type("explain", url)
    assert "forgotten" in explained.out
    assert "a court has ordered it" in explained.out

    undone = desk.type("forget", url, "--undo")
    assert "cannot be brought back" in undone.err
    assert desk.type("save", url).code == 0
    assert len(newssite.requests_for(story.path)) == asked + 1
    listed = desk.type("forget", "--json").rows
    assert [bool(one["undone_at"]) for one in listed] == [True]


def test_what_forget_is_asked_wrongly(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.type("forget", "https://news.example/a").code == 2  # no archive
    Archive.open(desk.archive, create=True).close()
    without = desk.type("forget", "https://news.example/a")
    assert (without.code, "--because" in without.err) == (2, True)
    unknown = desk.type("forget", "https://news.example/a", "--because", "asked to")
    assert (unknown.code, "nothing to forget" in unknown.err) == (1, True)
    assert desk.type("forget", "https://news.example/a", "--undo").code == 2
    assert desk.type("forget", "--because", "asked to").code == 2
