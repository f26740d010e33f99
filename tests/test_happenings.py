"""What became of pages, from the answers themselves to the view `happenings`."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from archive import Archive
from archive.ingest import run
from archive.models import Hop, Page
from archive.workers import InProcess
from tests.pages import START, markup, page, story

URL = "https://news.example/town/story-1"
THERE = "https://news.example/2026/story-1.html"
WHOLE = markup("Story number 1", story(1))
FRONT = b"<html><title>The Paper</title><body>" + b"<li><a href='/s'>A headline of today</a>" * 30 + b"</body></html>"
CUT = markup(
    "Story number 1",
    story(1)[:1],
    '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>',
)


def on(day: float, body: bytes = WHOLE, url: str = URL, **more: Any) -> Page:
    """What asking for the story's address gave on a day."""
    hops = (Hop(URL, 301, url),) if url != URL else ()
    return replace(page(url, body, day * 86_400, **more), requested_url=URL, hops=hops)


def missing(day: float) -> Page:
    return on(day, b"<html><title>404</title><body>Not found</body></html>", status=404)


def happened(path: Path) -> list[tuple[int, str, str]]:
    """Day, kind and detail of each event, in the order of time."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT julianday(at) - julianday(?), kind, detail FROM happenings", (START.isoformat(),)
        )
        return [(round(day), kind, detail) for day, kind, detail in rows]


def taken_in(path: Path, *pages: Page) -> Path:
    Archive.open(path, create=True).close()
    run(pages, path, InProcess())
    return path


def test_each_turn_is_told_once(tmp_path: Path) -> None:
    home = on(9, FRONT, "https://news.example/")
    pages = [on(0), missing(2), missing(3), on(4), on(5), on(6, CUT), on(7, CUT), on(8), home, on(10, url=THERE)]
    path = taken_in(tmp_path / "a.db", *pages, on(11, url=THERE), on(12, b"", THERE, status=503))
    assert happened(path) == [
        (2, "gone", "status 404"),
        (4, "back", "status 200"),
        (6, "paywalled", "52 of 312 words shown"),
        (8, "unpaywalled", "312 words shown, 312 before"),
        (9, "redirected_home", f"from {URL} to https://news.example/"),
        (10, "moved", f"from {URL} to {THERE}"),
    ]
    with Archive.open(path, readonly=True) as archive:
        row = archive.get(URL)
        assert (row["url"], archive.get(THERE)["id"], len(archive)) == (THERE, row["id"], 1)


def test_pages_from_before_that_come_later_make_no_event(tmp_path: Path) -> None:
    path = taken_in(tmp_path / "a.db", on(3), missing(5))
    run([missing(1), on(2), missing(4), on(4.5)], path, InProcess())
    assert happened(path) == [(5, "gone", "status 404")]
    run([on(6), missing(5.5)], path, InProcess())
    assert happened(path) == [(5, "gone", "status 404"), (6, "back", "status 200")]


def test_events_are_at_the_time_of_the_answer(tmp_path: Path) -> None:
    path = taken_in(tmp_path / "a.db", on(0), missing(2))
    with Archive.open(path, readonly=True) as archive:
        [event] = archive.sql("SELECT * FROM events")
        [fetch] = archive.sql("SELECT * FROM fetches WHERE status = 404")
    assert (event["at"], event["fetch_id"]) == (fetch["fetched_at"], fetch["id"])
    assert event["at"] == (START + timedelta(days=2)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_address_that_leads_to_the_page_a_site_gives_for_all_has_lost_its_story(tmp_path: Path) -> None:
    everyones = markup("Our paper", story(3))
    others = [page(f"https://news.example/{name}", everyones, 60) for name in ("one-1", "two-2", "three-3", "four-4")]
    path = taken_in(tmp_path / "a.db", on(0), *others, on(1, everyones, "https://news.example/five-5"))
    assert happened(path) == [(1, "gone", "soft: status 200, but the page says that it is missing")]
