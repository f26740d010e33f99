"""`morgue search`."""

import json
from pathlib import Path

import pytest

from archive.export import FIELDS
from tests.cli.conftest import Morgue

pytestmark = pytest.mark.usefixtures("held")

FOUND = """\
Ferry cancelled in storm
lakeside · 2026-02-28 · ferry1 · https://lakeside.example/news/ferry
  The ferry to the islands was cancelled. Boats stay in port until Friday.

"""


def test_a_hit_says_title_source_day_id_url_and_where_the_words_stand(morgue: Morgue) -> None:
    ran = morgue("search", "ferry", "boats")
    assert (ran.code, ran.out, ran.err) == (0, FOUND, "1 article\n")


def test_an_undated_article_says_when_it_was_seen(morgue: Morgue) -> None:
    assert "hilltop · seen 2026-03-01 · budget" in morgue("search", "money").out


def test_json_gives_the_row_and_a_plain_snippet(morgue: Morgue) -> None:
    ran = morgue("search", "--json", "ferry", "boats")
    (row,) = map(json.loads, ran.out.splitlines())
    assert tuple(row) == (*FIELDS, "snippet")
    assert row["authors"] == ["Ann Ahlgren", "Bo Berg"]
    assert row["paywalled"] is False
    assert row["snippet"] == "The ferry to the islands was cancelled.\n\nBoats stay in port until Friday."
    assert ran.err == ""


def test_limit_says_that_there_may_be_more(morgue: Morgue) -> None:
    assert morgue("search", "ferry", "--limit", "1").err == "1 article and maybe more (--limit)\n"


def test_nothing_found_is_no_failure(morgue: Morgue) -> None:
    ran = morgue("search", "unheard-of")
    assert (ran.code, ran.out, ran.err) == (0, "", "0 articles\n")


def test_a_string_without_words_is_said_to_be_one(morgue: Morgue) -> None:
    ran = morgue("search", "***")
    assert (ran.code, ran.err) == (2, "morgue: there is no word to search for in '***'\n")


@pytest.mark.parametrize("words", ['"ferry', "ferry)", "NEAR(ferry)", "title:ferry", "ferry^2", "*"])
def test_search_syntax_of_the_database_is_plain_text(morgue: Morgue, words: str) -> None:
    assert "SQL" not in morgue("search", "--", words).err


def test_without_an_archive_it_says_where_it_looked(morgue: Morgue, tmp_path: Path) -> None:
    ran = morgue("search", "ferry", "--archive", str(tmp_path / "no.db"))
    assert ran.code == 2
    assert ran.err.startswith(f"morgue: no archive at {tmp_path}/no.db (--archive); ")
    assert not (tmp_path / "no.db").exists()
