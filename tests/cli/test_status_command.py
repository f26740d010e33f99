"""`morgue status`."""

import json
from pathlib import Path

from archive import Archive
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

source	articles	oldest	newest	undated	pending	note
hilltop	2			2	0	no feed, no sitemap
lakeside	1	2026-02-28	2026-02-28	0	0	{""}

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
    assert "\n(no source)\t1\t\t\t1\t0\t\n" in morgue("status", "--archive", str(path)).out


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
