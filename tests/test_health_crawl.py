"""Health from real crawls: what is counted of them, a wall that goes up, and who is told."""

import json
import sys
from pathlib import Path

import pytest

from archive.store.archive import Archive
from archive.store.counting import recount
from tests.crawling import Bench
from tests.newssite import NewsSite, NewsWeb, consent_wall
from tests.typing_morgue import Desk

AN_HOUR_LATER = "UPDATE health_hours SET hour = strftime('%Y-%m-%dT%H', hour || ':00', '-1 hour')"
COUNTED = """
SELECT c.key, sum(c.value ->> 0), (SELECT sum(looks) + 1000 * sum(new) FROM health_hours)
FROM health_hours, json_each(counts) AS c GROUP BY 1 ORDER BY 1
"""
pytestmark = pytest.mark.xdist_group("crawl")


def test_a_site_that_puts_up_a_consent_wall_is_told_of_once_and_once_when_it_is_gone(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    (tmp_path / "tell.py").write_text("import sys\nopen('told.jsonl', 'a').write(sys.stdin.read())\n")
    site = NewsSite(14)
    with NewsWeb([site]):
        bench.configure(site)
        with bench.config.open("a") as config:
            config.write(f'\n[alerts]\ncommand = ["{sys.executable}", "tell.py"]\n')
        bench.crawl()
        pages = [story.path for story in site.stories]
        assert bench.rows("SELECT sum(new), sum(fresh) FROM health_hours") == [(14, 14)]
        (looks,) = bench.rows("SELECT sum(looks) FROM health_hours")
        assert looks == bench.rows("SELECT count(*) FROM fetches WHERE kind <> 'page' AND kind <> 'robots'")[0]

        bench.execute(AN_HOUR_LATER)
        site.paper.answers.update(dict.fromkeys(pages, consent_wall()))
        ran = bench.crawl(revisit=True)
        ((kind, began, says),) = bench.rows("SELECT kind, began_at, says FROM incidents")
        ((first,),) = bench.rows("SELECT min(fetched_at) FROM fetches WHERE verdict = 'consent'")
        assert kind == "wall"
        assert began[:16] == first[:16]
        assert "consent pages since" in says
        assert f"{site.host} is ill: {says}" in ran.report["notes"]
        bench.crawl(revisit=True)
        assert Desk(tmp_path).type("status", "-q").code == 3

        bench.execute(AN_HOUR_LATER)
        for path in pages:
            del site.paper.answers[path]
        bench.crawl(revisit=True)
    told = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text().splitlines()]
    assert [(one["source"], one["stage"], one["kind"]) for one in told] == [
        (site.host, "began", "wall"),
        (site.host, "ended", "wall"),
    ]
    assert Desk(tmp_path).type("status", "-q").code == 0

    counted = bench.rows(COUNTED)
    assert bench.rows("SELECT count(*) FROM crawls WHERE NOT counted") == [(0,)]
    with Archive.open(bench.archive) as archive:
        assert recount(archive.db) == 4
    assert bench.rows(COUNTED) == counted


def test_a_paused_source_is_not_asked_and_is_not_retired(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    awake, asleep = NewsSite(1), NewsSite(1, host="127.0.0.2", seed=2)
    with NewsWeb([awake, asleep]):
        bench.configure_each({awake: {}, asleep: {"paused": True}})
        bench.crawl()
        assert asleep.paths == []
        ran = bench.crawl("127.0.0.2")
        assert ran.code == 2
        assert "127.0.0.2 is paused" in ran.stderr
    assert bench.rows("SELECT name, retired_at, config ->> '$.paused' FROM sources ORDER BY name") == [
        ("127.0.0.1", None, None),
        ("127.0.0.2", None, 1),
    ]
