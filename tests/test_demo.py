"""`morgue demo` crawls the sample newspaper twice and shows what came of it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive import Archive
from archive.errors import UsageError
from crawler.demo import CHANGED, EDITED, HAPPENED, HEADLINE, WITHDRAWN, clear, write_config
from crawler.sources import load
from tests.conftest import Demo

TITLE = "Ferry returns to the old landing after 219 days"


def test_demo_shows_the_commands_and_what_they_answer(demo: Demo) -> None:
    typed = [line.split()[2] for line in demo.printed.splitlines() if line.startswith("$ morgue ")]
    assert typed == ["crawl", "sql", "sql", "search", "crawl", "sql", "sql"]
    assert TITLE in demo.printed
    assert "consent" in demo.printed
    assert HEADLINE in demo.printed
    assert str(demo.archive) in demo.printed


def test_demo_holds_every_story_of_the_week_once(demo: Demo) -> None:
    with Archive.open(demo.archive, readonly=True) as archive:
        titles = sorted(row["title"] for row in archive)
        crawls = archive.sql("SELECT count(*) AS n FROM crawls WHERE ended = 'finished'")
        broken = [line for crawl in (1, 2) for line in archive.crawls.broken_sums(crawl)]
    assert len(titles) == 18
    assert [title for title in set(titles) if titles.count(title) > 1] == [
        "Storm front moves along the coast, trains to the north are stopped"
    ]
    assert crawls == [{"n": 2}]
    assert broken == []


def test_demo_keeps_both_headlines_of_the_edited_story(demo: Demo) -> None:
    with Archive.open(demo.archive, readonly=True) as archive:
        assert archive.sql(CHANGED) == [{"before": TITLE, "after": HEADLINE}]
        edited = [row for row in archive if row["url"].endswith(EDITED)]
    assert [(row["title"], row["revision_count"]) for row in edited] == [(HEADLINE, 2)]


def test_demo_tells_of_the_page_that_disappeared_and_keeps_its_story(demo: Demo) -> None:
    with Archive.open(demo.archive, readonly=True) as archive:
        [happened] = archive.sql(HAPPENED)
        held = archive.get(happened["url"])
    assert (happened["kind"], happened["detail"]) == ("gone", "status 410")
    assert happened["url"].endswith(WITHDRAWN)
    assert held["text"]


def test_demo_says_of_every_other_page_why_it_is_left_out(demo: Demo) -> None:
    with Archive.open(demo.archive, readonly=True) as archive:
        rows = archive.sql("SELECT url, stage, reason FROM left_out")
    told = {row["url"].split("/", 3)[3]: (row["stage"], row["reason"]) for row in rows}
    assert {path: told[path] for path in LEFT_OUT} == LEFT_OUT


LEFT_OUT = {
    "culture/keeper-of-the-light": ("rejected", "consent"),
    "files/budget.pdf": ("rejected", "not_html"),
    "intern/shift-plan": ("skipped", "robots"),
    "archive/this-month": ("rejected", "index"),
}


def test_second_demo_begins_anew_and_a_quiet_one_says_nothing(demo: Demo, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(demo.archive.parent, again)
    command = [sys.executable, "-m", "crawler", "demo", "-q", "--archive", str(again / "morgue.db")]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    with Archive.open(again / "morgue.db", readonly=True) as archive:
        assert archive.sql("SELECT count(*) AS n FROM crawls") == [{"n": 2}]


def test_demo_leaves_other_archives_and_configurations_alone(tmp_path: Path) -> None:
    archive = tmp_path / "morgue.db"
    archive.write_bytes(b"somebody's")
    with pytest.raises(UsageError, match="is there already"):
        clear(archive)
    (tmp_path / "morgue.toml").write_text('archive = "morgue.db"\n')
    with pytest.raises(UsageError, match="is not the demo's"):
        clear(archive)
    assert archive.read_bytes() == b"somebody's"


def test_demo_configuration_permits_loopback_for_its_own_source_only(tmp_path: Path) -> None:
    write_config(tmp_path / "demo" / "morgue.db", "http://127.0.0.1:8000/")
    (source,) = load(tmp_path / "demo" / "morgue.toml").sources
    assert (source.home, source.delay, source.allow_networks) == ("http://127.0.0.1:8000/", 0, ("127.0.0.0/8",))
    clear(tmp_path / "demo" / "morgue.db")
