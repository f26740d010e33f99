"""`morgue status`."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from archive import Archive
from archive.conditions import spark
from archive.health.figures import Illness, Incident
from archive.health.judging import Judged
from archive.reports import size_on_disk, sums_line
from archive.space import in_bytes
from tests.cli.conftest import Morgue
from tests.filled import TERMS, filled


def test_status_tells_sources_the_last_crawl_and_what_was_left_out(morgue: Morgue, held: Path) -> None:
    ran = morgue("status")
    assert (ran.code, ran.err) == (0, "")
    [grows] = [line for line in ran.out.splitlines() if line.startswith("grows by ")]
    assert " a day; the disk has " in grows
    assert (
        ran.out.replace(f"{grows}\n", "")
        == f"""\
{held}: 3 articles, 1 duplicate, 2 versions, 4 fetches, {in_bytes(size_on_disk(held))}

source	health	since	last 14 days	articles	newest	pending
hilltop	new		··············	2		0
lakeside	new		··············	1	2026-02-28	0

from the last crawl:
  hilltop: no feed, no sitemap

crawl 1 (morgue crawl): begun 2026-03-01T07:59Z, finished 2026-03-01T08:05Z
  hilltop: found 0 · fetched 0 · new 0 · pending 0
  lakeside: found 3 · fetched 2 · new 1 · rejected 1 · unreachable 1 · pending 0

not among the articles (morgue sql "SELECT * FROM left_out"):
  1 rejected: index
  1 unreachable: timeout
"""
    )


def test_json_is_one_object_with_all_of_it(morgue: Morgue, held: Path) -> None:
    figures = json.loads(morgue("status", "--json").out)
    assert {name: figures[name] for name in ("archive", "articles", "duplicates", "revisions", "pending")} == {
        "archive": str(held),
        "articles": 3,
        "duplicates": 1,
        "revisions": 2,
        "pending": 0,
    }
    assert [source["source"] for source in figures["sources"]] == ["hilltop", "lakeside"]
    assert figures["last_crawl"]["sources"]["lakeside"]["rejected"] == 1
    assert figures["bytes"] == size_on_disk(held)


def test_an_empty_archive_has_a_status_too(morgue: Morgue, tmp_path: Path) -> None:
    Archive.open(tmp_path / "empty.db", create=True).close()
    ran = morgue("status", "--archive", str(tmp_path / "empty.db"))
    assert ran.code == 0
    assert ran.out.startswith(f"{tmp_path}/empty.db: 0 articles, 0 versions, 0 fetches, ")
    assert ran.out.endswith("\n\nno crawl yet\n")


def test_articles_without_a_source_are_counted(morgue: Morgue, tmp_path: Path) -> None:
    path = filled(tmp_path / "some.db")
    with Archive.open(path) as archive:
        archive.db.conn.execute("UPDATE articles SET source_id = NULL WHERE id = 'budget'")
    assert "\n(no source)\t\t\t\t1\t\t0\n" in morgue("status", "--archive", str(path)).out


def test_sums_say_what_is_not_zero_and_what_everybody_looks_for() -> None:
    nothing = dict.fromkeys(["discovered", *TERMS], 0)
    assert sums_line(nothing) == "found 0 · fetched 0 · new 0 · pending 0"
    counts = nothing | {"discovered": 1500, "fetched": 1200, "new": 1100, "revision": 100, "skipped": 300, "known": 290}
    assert sums_line(counts) == (
        "found 1,500 · fetched 1,200 · new 1,100 · revised 100 · known 290 · pending 0 · skipped 10"
    )
    assert sums_line({}) == "no sums: the crawl did not end"


def test_sizes_in_units_people_read() -> None:
    sizes = (0, 999, 1000, 12_345, 2_500_000, 7_100_000_000, 12_000_000_000_000)
    assert list(map(in_bytes, sizes)) == ["0 bytes", "999 bytes", "1.0 kB", "12 kB", "2.5 MB", "7.1 GB", "12.0 TB"]


THEN = datetime(2026, 5, 14, 3, 10, tzinfo=UTC)


def table(out: str) -> list[str]:
    """The lines of an answer from the heading of the table on."""
    lines = out.splitlines()
    return lines[next(n for n, line in enumerate(lines) if line.startswith("source\t")) :]


def made_ill(path: Path, *sources: int) -> None:
    """A wall that went up on each of these sources."""
    with Archive.open(path) as archive:
        for source in sources:
            ill = Illness(
                "wall", THEN, "94 % consent pages since 14 May 03:10 UTC (47 of 50 pages)", "ask the publisher"
            )
            archive.health.settle([Judged(source, began=(Incident(ill, THEN),))], THEN)


def test_the_exit_code_is_3_when_a_source_is_ill_and_the_worst_stands_first(morgue: Morgue, held: Path) -> None:
    made_ill(held, 1)  # lakeside, which comes second by its name
    with Archive.open(held) as archive:
        archive.diary.add("lakeside", "they told us that they will let us in", THEN)
    ran = morgue("status")
    assert ran.code == 3
    rows = table(ran.out)
    assert rows[1].split("\t")[:3] == ["lakeside", "ill", "14 May 03:10"]
    assert rows[2].split("\t")[:2] == ["hilltop", "new"]
    assert rows[4:8] == [
        "what is wrong, and what to do:",
        "  lakeside: 94 % consent pages since 14 May 03:10 UTC (47 of 50 pages)",
        "      ask the publisher",
        "  lakeside: noted 2026-05-14: they told us that they will let us in",
    ]
    assert morgue("status", "-q").out == ran.out
    figures = json.loads(morgue("status", "--json").out)
    assert [(one["source"], one["health"], one["since"]) for one in figures["health"]] == [
        ("lakeside", "ill", "2026-05-14T03:10:00.000Z"),
        ("hilltop", "new", None),
    ]


def test_muted_and_paused_sources_do_not_count(morgue: Morgue, held: Path, tmp_path: Path) -> None:
    made_ill(held, 1, 2)
    assert morgue("mute", "Lakeside", "--until", "30d", "--because", "known to the desk").code == 0
    ran = morgue("status")
    assert (ran.code, table(ran.out)[1].split("\t")[:2]) == (3, ["hilltop", "ill"])
    blocks = "".join(
        f'[[source]]\nname = "{name}"\nhome = "https://{name}.example/"\n{more}'
        for name, more in (("lakeside", ""), ("hilltop", "paused = true\n"))
    )
    (tmp_path / "morgue.toml").write_text(blocks)
    ran = morgue("status")
    assert ran.code == 0
    assert [line.split("\t")[:2] for line in table(ran.out)[1:3]] == [
        ["lakeside", "muted"],
        ["hilltop", "paused"],
    ]
    assert "known to the desk" in ran.out
    assert morgue("mute", "lakeside", "--undo").code == 0
    assert morgue("status").code == 3


def test_an_illness_of_all_sources_stands_above_them(morgue: Morgue, held: Path) -> None:
    with Archive.open(held) as archive:
        ill = Illness("network", THEN, "none of 2 sources could be reached", "look at the network")
        archive.health.settle([Judged(None, began=(Incident(ill, THEN),))], THEN)
    ran = morgue("status")
    assert ran.code == 3
    assert "  all sources: none of 2 sources could be reached\n" in ran.out


def test_status_reads_an_archive_from_before_there_was_health(morgue: Morgue, held: Path) -> None:
    with closing(sqlite3.connect(held)) as connection:
        for name in ("health_sources", "health_hours"):
            connection.execute(f"DROP TABLE {name}")
    ran = morgue("status")
    assert (ran.code, table(ran.out)[1]) == (0, "hilltop\t\t\t\t2\t\t0")


def test_days_are_drawn_from_nothing_to_the_most() -> None:
    assert spark([0, 1, 4, 8]) == "·▁▄█"
    assert spark([0, 0]) == "··"
    assert len(spark([0, 1, 200, 3])) == 4
