import json
from pathlib import Path

import pytest

from archive.ingest import run as take_in
from archive.store.archive import Archive
from archive.workers import InProcess
from tests.cli.conftest import Morgue
from tests.pages import story_page

URL = story_page(1).url


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "morgue.db"
    Archive.open(path, create=True).close()
    take_in([story_page(1)], path, InProcess())
    monkeypatch.setenv("MORGUE_ARCHIVE", str(path))


def test_judging_listing_and_undoing(morgue: Morgue) -> None:
    article = json.loads(morgue("show", URL, "--json").out)["id"]
    ran = morgue("judge", URL, "soft-404", "--because", "the shop is closed")
    assert (ran.code, ran.out, ran.err) == (0, "", f"{URL}: soft_404, not article; it is not among the articles\n")
    shown = morgue("show", URL)
    assert shown.code == 1
    assert "was rejected as soft_404 judged by a person: the shop is closed" in shown.err
    listed = json.loads(morgue("judge", "--json").out)
    assert (listed["url"], listed["verdict"], listed["instead_of"]) == (URL, "soft_404", "article")
    assert listed["because"] == "the shop is closed"
    assert morgue("judge").err == "1 decision\n"
    undone = morgue("judge", URL, "--undo", "--json")
    assert json.loads(undone.out) == {"url": URL, "verdict": "article", "before": "soft_404", "article_id": article}
    assert morgue("judge", "--json").out == ""
    assert json.loads(morgue("show", URL, "--json").out)["id"] == article


def test_show_tells_why_an_article_was_taken_for_what_it_is(morgue: Morgue) -> None:
    assert morgue("show", URL).out.splitlines()[-1].startswith("article 0.8")
    morgue("judge", URL, "teaser", "--because", "the rest is for subscribers")
    assert morgue("show", URL).out.splitlines()[-1] == "teaser 1.00: judged by a person: the rest is for subscribers"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (
            ("judge", URL, "spam", "--because", "x"),
            2,
            "'spam' is no verdict; one of article, live_blog, teaser, media, ",
        ),
        (("judge", URL, "index"), 2, "say why, for those who read it later: --because TEXT"),
        (("judge", URL), 2, "say what the page is: one of article, "),
        (("judge", URL, "index", "--undo"), 2, "--undo takes a decision back; it needs neither a verdict nor a reason"),
        (("judge", "--undo"), 2, "say of which page: its URL or its id"),
        (("judge", URL, "--undo"), 2, f"nobody has judged {URL}"),
        (
            ("judge", "https://a.example/", "index", "--because", "x"),
            1,
            "the archive holds no page of https://a.example/",
        ),
    ],
)
def test_what_makes_no_sense_is_said_in_a_line(morgue: Morgue, words: tuple[str, ...], code: int, says: str) -> None:
    ran = morgue(*words)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(f"morgue: {says}")
    assert ran.err.count("\n") == 1
