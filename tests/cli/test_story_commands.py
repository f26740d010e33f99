import json
from pathlib import Path

import pytest

from archive.ingest import run as take_in
from archive.store.archive import Archive
from archive.workers import InProcess
from tests.cli.conftest import Morgue
from tests.pages import markup, page, story, story_page

URL, OTHER = story_page(1).url, story_page(2).url
COPY = "https://other.example/agency"


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "morgue.db"
    Archive.open(path, create=True).close()
    copy = page(COPY, markup("Another title", story(1)), 10)
    take_in([story_page(1), story_page(2), copy], path, InProcess())
    monkeypatch.setenv("MORGUE_ARCHIVE", str(path))


def story_of(morgue: Morgue, url: str) -> str:
    return str(json.loads(morgue("show", url, "--json").out)["story_id"])


def test_splitting_listing_and_undoing(morgue: Morgue) -> None:
    together = story_of(morgue, URL)
    assert story_of(morgue, COPY) == together
    ran = morgue("split", COPY, "--because", "a test page")
    alone = story_of(morgue, COPY)
    assert alone != together
    assert (ran.code, ran.out, ran.err) == (0, "", f"{COPY}: a story by itself: {alone}\n")
    listed = json.loads(morgue("split", "--json").out)
    assert listed == {"urls": [COPY, URL], "because": "a test page", "decided_at": listed["decided_at"]}
    ran = morgue("split")
    assert (ran.out.splitlines()[1].split("\t")[:4], ran.err) == ([COPY, "1", URL, "a test page"], "1 decision\n")
    undone = json.loads(morgue("split", COPY, "--undo", "--json").out)
    assert (undone["before"], undone["story_id"], undone["articles"]) == (alone, together, 2)
    assert (morgue("split").out, story_of(morgue, COPY)) == ("url\tothers\texample\tbecause\tdecided_at\n", together)


def test_merging_listing_and_undoing(morgue: Morgue) -> None:
    ran = morgue("merge-stories", URL, OTHER, "--because", "one fire")
    together = story_of(morgue, URL)
    assert ran.err == f"{URL}: in a story of 3: {together}\n{OTHER}: in a story of 3: {together}\n"
    assert (ran.code, ran.out, story_of(morgue, OTHER)) == (0, "", together)
    listed = json.loads(morgue("merge-stories", "--json").out)
    assert (listed["urls"], listed["because"]) == ([URL, OTHER], "one fire")
    undone = json.loads(morgue("merge-stories", OTHER, "--undo", "--json").out)
    assert (undone["url"], undone["articles"]) == (OTHER, 1)
    assert story_of(morgue, OTHER) != story_of(morgue, URL)
    assert morgue("merge-stories", "--json").out == ""


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("split", URL), 2, "say why, for those who read it later: --because TEXT"),
        (("split", URL, "--undo", "--because", "x"), 2, "--undo takes a decision back; it needs no reason"),
        (("split", "--undo"), 2, "say of which article: its URL or its id"),
        (("merge-stories", "--because", "x"), 2, "say of which article: its URL or its id"),
        (("split", URL, "--undo"), 2, f"nobody has split {URL} from its story"),
        (("split", OTHER, "--because", "x"), 2, f"{OTHER} is a story by itself already"),
        (("split", URL, "--because", "x"), 2, f"{URL} is a story by itself already, with what has the same words"),
        (("split", "https://a.example/", "--because", "x"), 1, "no article is held under https://a.example/"),
        (("merge-stories", URL, "--because", "x"), 2, "say which articles are one story: two or more"),
        (("merge-stories", URL, COPY, "--because", "x"), 2, "these are one story already"),
        (("merge-stories", URL, COPY), 2, "say why, for those who read it later: --because TEXT"),
        (("merge-stories", URL, "--undo"), 2, f"nobody has merged the story of {URL} with another"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_line(morgue: Morgue, words: tuple[str, ...], code: int, says: str) -> None:
    ran = morgue(*words)
    assert (ran.code, ran.out, ran.err) == (code, "", f"morgue: {says}\n")
