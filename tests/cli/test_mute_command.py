"""`morgue mute` and `morgue note`."""

import json
from pathlib import Path

from tests.cli.conftest import Morgue


def test_a_mute_is_a_decision_with_a_day_and_a_reason(morgue: Morgue, held: Path) -> None:
    ran = morgue("mute", "lakeside", "--until", "2999-01-31", "--because", "being rebuilt", "--json")
    row = json.loads(ran.out)
    assert (ran.code, row["source"], row["until"], row["because"]) == (0, "lakeside", "2999-01-31", "being rebuilt")
    assert json.loads(morgue("mute", "--json").out) == row
    assert morgue("mute", "hilltop", "--until", "2d", "--because", "known").code == 0
    assert morgue("mute", "lakeside", "--undo").code == 0
    assert [line.split("\t")[0] for line in morgue("mute").out.splitlines()] == ["source", "hilltop"]


def test_a_mute_that_makes_no_sense_is_refused(morgue: Morgue, held: Path) -> None:
    for words, said in (
        (("lakeside", "--because", "known"), "say through which day, so that it is not forgotten: --until DAY"),
        (("lakeside", "--until", "2d"), "say why, for those who read it later: --because TEXT"),
        (("lakeside", "--until", "2020-01-01", "--because", "x"), "--until 2020-01-01 is past"),
        (("lakeside", "--until", "soon", "--because", "x"), "not a day: 'soon' (write 2026-01-31, or 30d)"),
    ):
        ran = morgue("mute", *words)
        assert (ran.code, ran.err) == (2, f"morgue: {said}\n")
    ran = morgue("mute", "seaside", "--until", "2d", "--because", "x")
    assert (ran.code, ran.err) == (1, "morgue: no source is called 'seaside'; known are hilltop, lakeside\n")
    ran = morgue("mute", "lakeside", "--undo")
    assert (ran.code, ran.err) == (1, "morgue: lakeside is not muted\n")


def test_notes_are_kept_by_source_and_by_address(morgue: Morgue, held: Path) -> None:
    assert morgue("note", "Lakeside", "wrote to the editor").err == "noted of lakeside\n"
    assert morgue("note", "https://lakeside.example/news/ferry", "quoted in the report").code == 0
    assert morgue("note", "seaside", "x").code == 1
    rows = [json.loads(line) for line in morgue("note", "--json").out.splitlines()]
    assert [(row["subject"], row["text"]) for row in rows] == [
        ("lakeside", "wrote to the editor"),
        ("https://lakeside.example/news/ferry", "quoted in the report"),
    ]
    assert morgue("note", "lakeside").out.splitlines()[1].split("\t")[1:] == ["lakeside", "wrote to the editor"]
    told = morgue("explain", "https://lakeside.example/news/ferry").out
    assert "quoted in the report" in told
    assert "wrote to the editor" in told
