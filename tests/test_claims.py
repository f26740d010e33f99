"""What pages say of their own address, and sites that give one page for all, through the whole of ingest."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from archive.identity.answers import site_text
from archive.ingest import run
from archive.models import Outcome, Page
from archive.store.archive import Archive
from archive.store.articles import Addresses
from archive.workers import InProcess
from tests.pages import START, markup, page, story

A, B, C = (f"https://news.example/stories/{name}-1" for name in ("alpha", "beta", "gamma"))
WIRE, PAPER = "https://agency.example/wire/4711", "https://paper.example/news/4711"
RELATIONS = """
SELECT x.url, y.url, r.kind, json_extract(r.scores, '$.containment') FROM relations AS r
JOIN articles AS x ON x.id = r.a JOIN articles AS y ON y.id = r.b WHERE r.kind IN (%s) ORDER BY 1, 2, 3
"""
CLAIMS = RELATIONS % "'canonical_refused', 'syndicated_from'"


def taken_in(tmp_path: Path, pages: Sequence[Page]) -> tuple[Path, Counter[Outcome]]:
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
    Archive.open(path, create=True).close()
    pages = [replace(one, fetched_at=START + timedelta(minutes=n)) for n, one in enumerate(pages)]
    return path, run(pages, path, InProcess())


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(query))


def claiming(url: str, canonical: str, seed: int, extra: str = "") -> Page:
    return page(url, markup(f"Story {seed}", [*story(seed), *([extra] if extra else [])], canonical_link(canonical)))


def canonical_link(url: str) -> str:
    return f'<link rel="canonical" href="{url}"><meta property="og:url" content="{url}">'


@pytest.mark.parametrize(
    "links", [((A, B), (B, A)), ((A, B), (B, C), (C, A)), ((A, A), (B, A)), ((A, C), (B, C), (C, C))]
)
def test_canonical_links_between_unlike_pages_are_refused_and_told_alike_in_any_order(
    tmp_path: Path, links: tuple[tuple[str, str], ...]
) -> None:
    pages = [claiming(url, canonical, seed) for seed, (url, canonical) in enumerate(links)]
    expected = sorted((url, canonical, "canonical_refused") for url, canonical in links if url != canonical)
    for order in permutations(pages):
        path, counted = taken_in(tmp_path, order)
        assert counted == Counter({Outcome.NEW: len(links)})
        assert [row[:3] for row in rows(path, CLAIMS)] == expected


def test_canonical_loop_of_one_story_is_one_article_in_any_order(tmp_path: Path) -> None:
    for order in permutations([claiming(A, B, 1), claiming(B, C, 1), claiming(C, A, 1)]):
        path, counted = taken_in(tmp_path, order)
        assert counted == Counter({Outcome.NEW: 1, Outcome.DUPLICATE: 2})
        assert rows(path, "SELECT count(DISTINCT article_id), count(*) FROM article_urls") == [(1, 3)]
        assert rows(path, CLAIMS) == []


def test_copy_says_where_it_comes_from_whichever_was_seen_first(tmp_path: Path) -> None:
    wire, copy = claiming(WIRE, WIRE, 1), claiming(PAPER, WIRE, 1, "Reported for this paper by its own desk, too.")
    found = []
    for order in ((wire, copy), (copy, wire)):
        path, counted = taken_in(tmp_path, order)
        assert counted == Counter({Outcome.NEW: 2})
        found.append(rows(path, CLAIMS))
    assert found[0] == found[1] == [(PAPER, WIRE, "syndicated_from", 1.0)]


def test_canonical_on_another_host_with_unlike_text_is_refused(tmp_path: Path) -> None:
    for order in permutations([claiming(WIRE, WIRE, 1), claiming(PAPER, WIRE, 2)]):
        path, counted = taken_in(tmp_path, order)
        assert counted == Counter({Outcome.NEW: 2})
        assert [row[:3] for row in rows(path, CLAIMS)] == [(PAPER, WIRE, "canonical_refused")]


@pytest.mark.parametrize(
    "canonical", ["https://news.example/", "https://news.example/stories", "https://agency.example/"]
)
def test_front_page_and_section_never_join_stories(tmp_path: Path, canonical: str) -> None:
    path, counted = taken_in(tmp_path, [claiming(url, canonical, seed) for seed, url in enumerate((A, B, C))])
    assert counted == Counter({Outcome.NEW: 3})
    assert rows(path, "SELECT kind, count(*) FROM article_urls GROUP BY kind") == [("fetched", 3)]
    assert rows(path, "SELECT DISTINCT canonical_url FROM articles") == [(canonical,)]


def everywhere(number: int, echo: bool = False) -> Page:
    """What a site gives whatever it is asked for."""
    place = f"catch-{number * 7919 % 100003}-of-the-day"
    told = [f"You asked for /{place}, here is what we have."] if echo else []
    title = f"{place.replace('-', ' ').title()} at our shop" if echo else "Our shop"
    return page(f"https://shop.example/{number % 7}/{place}", markup(title, [*told, *story(9)]))


@pytest.mark.parametrize("echo", [False, True])
def test_site_that_answers_every_address_with_one_page_is_told_so(tmp_path: Path, echo: bool) -> None:
    path, counted = taken_in(tmp_path, [everywhere(n, echo) for n in range(12)])
    assert counted == Counter({Outcome.NEW: 3, Outcome.REJECTED: 9})
    assert rows(path, "SELECT verdict, reason FROM fetches WHERE outcome = 'rejected' GROUP BY 1, 2") == [
        (
            "soft_404",
            "soft_404: the same page as under 3 other addresses, first https://shop.example/0/catch-0-of-the-day",
        )
    ]
    assert rows(path, "SELECT stage, reason, count(*) FROM left_out GROUP BY 1, 2") == [("rejected", "soft_404", 9)]
    first = everywhere(0).url
    assert rows(path, RELATIONS % "'same_answer'") == [(everywhere(n).url, first, "same_answer", None) for n in (1, 2)]


def test_stories_held_stay_when_their_site_gives_one_page_for_all(tmp_path: Path) -> None:
    stories = [
        claiming(f"https://shop.example/news/report-{n}", f"https://shop.example/news/report-{n}", n) for n in range(3)
    ]
    broken = [replace(everywhere(0), url=one.url, requested_url=one.url) for one in stories]
    path, counted = taken_in(tmp_path, [*stories, *(everywhere(n) for n in range(3)), *broken])
    assert counted == Counter({Outcome.NEW: 6, Outcome.REJECTED: 3})
    assert rows(path, "SELECT revision_count, title FROM articles WHERE title LIKE 'Story%'") == [
        (1, f"Story {n}") for n in range(3)
    ]


def test_redirects_of_a_whole_site_to_one_page_are_no_duplicates(tmp_path: Path) -> None:
    there = claiming(A, A, 1)
    asked = [replace(there, requested_url=f"https://news.example/old/{n}") for n in range(30)]
    _, counted = taken_in(tmp_path, [there, *asked])
    assert counted == Counter({Outcome.NEW: 1, Outcome.DUPLICATE: 9, Outcome.REJECTED: 21})


def test_many_pages_of_such_a_site_cost_no_more_than_few(tmp_path: Path) -> None:
    def steps(path: Path, number: int) -> int:
        """Of SQLite's machine, to look up what one more of these pages may be."""
        one, counted = everywhere(number), Counter[str]()
        with Archive.open(path) as archive:
            archive.db.conn.set_progress_handler(lambda: counted.update(["step"]), 1)
            fetched = archive.articles.known(
                Addresses(one.url, one.url, site_text=site_text(one.url, "Our shop", "\n\n".join(story(9))))
            )
        assert len(fetched.answers) == 3
        return counted["step"]

    few, _ = taken_in(tmp_path, [everywhere(n) for n in range(5)])
    many, _ = taken_in(tmp_path, [everywhere(n) for n in range(60)])
    assert steps(many, 99) == steps(few, 99) > 0
