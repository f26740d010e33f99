import gzip
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.errors import NewsmorgueError
from archive.ingest import Decided, Ingest, IngestOptions, ingest_page, run
from archive.interpretation import ready
from archive.models import Hop, Link, Outcome, Page
from archive.store.archive import Archive
from archive.store.articles import Articles
from archive.store.crawls import CrawlStart
from archive.store.fetches import FetchContext
from archive.store.links import Meeting
from archive.store.sources import SourceRecord
from archive.store.writer import Writer
from archive.workers import InProcess, PageCrash, PageFailed, WorkerPool, WorkersLost
from tests.pages import START, markup, page, story, story_page

NOWHERE = FetchContext(None, None, None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "morgue.db"
    Archive.open(path, create=True).close()
    return path


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    writer = Writer(path)
    yield writer
    writer.close(patience=1)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(workers=2, seconds=5.0, memory_mb=512)
    yield pool
    pool.close()


class ByHand:
    """An executor that does nothing by itself: the test says which task is done when, and how."""

    def __init__(self, *, started: bool = True) -> None:
        self.tasks: list[tuple[Callable[..., Any], tuple[Any, ...], Future[Any]]] = []
        self.ready: Future[None] = Future()
        self._changed = threading.Condition()
        if started:
            self.ready.set_result(None)

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if function is ready:
            return self.ready
        with self._changed:
            self.tasks.append((function, args, future))
            self._changed.notify_all()
        return future

    def given(self, count: int) -> None:
        """Waits until so many tasks have been given out."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.tasks) >= count, 10)

    def do(self, number: int, error: Exception | None = None) -> None:
        self.given(number + 1)
        function, args, future = self.tasks[number]
        if error is None:
            future.set_result(function(*args))
        else:
            future.set_exception(error)


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(query).fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


def received(ingest: Ingest, *pages: Page) -> list[int]:
    return [ingest.receive(page, NOWHERE).result(10) for page in pages]


def test_page_is_committed_before_anything_interprets_it(path: Path, writer: Writer) -> None:
    hands = ByHand()
    ingest = Ingest(writer, hands)
    got = story_page(1)
    assert received(ingest, got) == [1]
    assert rows(path, "SELECT fetch_id, body, attempts FROM inbox") == [(1, got.body, 0)]
    assert rows(path, "SELECT outcome FROM fetches") == ["awaiting_extraction"]
    assert rows(path, "SELECT * FROM bodies UNION ALL SELECT id, id, id, id, id, id FROM articles") == []
    hands.do(0)
    assert ingest.wait(10)
    assert rows(path, "SELECT * FROM inbox") == []
    assert rows(path, "SELECT outcome FROM fetches") == ["new"]


def test_link_and_fetch_say_what_became_of_the_page(path: Path, writer: Writer) -> None:
    def prepare(archive: Archive) -> FetchContext:
        source = archive.sources.save(SourceRecord(None, "Example", "https://news.example/"), START)
        crawl = archive.crawls.begin(CrawlStart("crawl", 1, {}, None, None, (), START, (source,)))
        archive.links.meet(Meeting(crawl, source, None, START), [Link(story_page(1).url, "asked")], lambda _: True)
        return FetchContext(crawl, source, archive.links.id_of(story_page(1).url))

    context = writer.call(prepare).result(10)
    decided: list[Decided] = []
    ingest = Ingest(writer, InProcess())
    ingest.on_decided = decided.append
    ingest.receive(story_page(1), context).result(10)
    assert ingest.wait(10)
    (article,) = rows(path, "SELECT id FROM articles")
    assert rows(path, "SELECT state, outcome, reason, fetch_id, article_id FROM links") == [
        ("fetched", "new", None, 1, article)
    ]
    assert rows(path, "SELECT outcome, verdict, article_id, size FROM fetches") == [
        ("new", "article", article, len(story_page(1).body))
    ]
    assert [replace(one, yielded=()) for one in decided] == [
        Decided(1, context.link_id, context.source_id, Outcome.NEW, "article", None, article, "Story number 1", False)
    ]
    assert rows(path, "SELECT source FROM latest") == ["Example"]


def test_decisions_are_in_order_of_fetch_though_workers_finish_in_another(path: Path, writer: Writer) -> None:
    hands, order = ByHand(), []
    ingest = Ingest(writer, hands)
    ingest.on_decided = lambda decided: order.append(decided.fetch_id)
    pages = [story_page(n, host=f"news{n}.example") for n in range(4)]
    received(ingest, *pages)
    for number in (3, 1, 2):
        hands.do(number)
    assert not ingest.wait(0.2)
    assert (order, rows(path, "SELECT count(*) FROM inbox")) == ([], [4])
    hands.do(0)
    assert ingest.wait(10)
    assert order == [1, 2, 3, 4]
    assert rows(path, "SELECT url FROM articles ORDER BY n") == [page.url for page in pages]


def test_first_page_of_a_host_is_what_the_next_are_packed_against(path: Path, writer: Writer) -> None:
    hands = ByHand()
    ingest = Ingest(writer, hands)
    received(ingest, *(story_page(n) for n in range(4)))
    time.sleep(0.1)
    assert len(hands.tasks) == 1
    hands.do(0)
    for number in (3, 2, 1):
        hands.do(number)
    assert ingest.wait(10)
    first = rows(path, "SELECT sha256 FROM bodies ORDER BY id")[0]
    assert rows(path, "SELECT dictionary FROM bodies ORDER BY id") == [None, first, first, first]


def test_changed_pages_become_what_they_are(path: Path) -> None:
    def at(number: int, body: bytes, after: float, **more: Any) -> Page:
        return page(story_page(number).url, body, after, **more)

    first = story_page(1)
    edited = at(1, markup("Story number 1", [*story(1), "And this was added in the evening of that day."]), 100)
    copy = replace(
        at(1, markup("Copied", story(1)), 102), requested_url="https://b.example/1", url="https://b.example/1"
    )
    alias = replace(edited, requested_url=f"{edited.url}?utm_source=x", url=f"{edited.url}?utm_source=x")
    gone = at(1, b"<html><body>Not found</body></html>", 105, status=404)
    pages = [first, replace(first, fetched_at=START + timedelta(seconds=50)), edited, copy, alias, gone]
    assert run(pages, path, InProcess()) == Counter(
        {
            Outcome.NEW: 2,
            Outcome.UNCHANGED: 1,
            Outcome.REVISION: 1,
            Outcome.DUPLICATE: 1,
            Outcome.REJECTED: 1,
        }
    )
    article, copied = rows(path, "SELECT id FROM articles ORDER BY n")
    assert rows(
        path,
        f"SELECT number, change, current, text IS NULL FROM revisions WHERE article_id = '{article}'",
    ) == [
        (1, "first", 0, 0),
        (2, "edited", 1, 1),
    ]
    assert rows(path, "SELECT url, article_id, kind FROM article_urls ORDER BY first_seen_at, url") == [
        (first.url, article, "fetched"),
        (alias.url, article, "fetched"),
        (copy.url, copied, "fetched"),
    ]
    assert rows(path, "SELECT article_id, kind, fetch_id FROM events") == [(article, "gone", 6)]


def test_exact_copy_elsewhere_is_stored_marked_and_of_the_same_story(path: Path) -> None:
    url = "https://other.example/agency"
    run([story_page(1), page(url, markup("Another title", story(1)), 10)], path, InProcess())
    (first, story_id), (second, same_story) = rows(path, "SELECT id, story_id FROM articles ORDER BY n")
    assert story_id == same_story
    assert rows(path, "SELECT duplicate_of, duplicate_kind FROM articles ORDER BY n") == [
        (None, None),
        (first, "exact"),
    ]
    assert rows(path, "SELECT a, b, kind, fetch_id FROM relations") == [(second, first, "exact", 2)]
    assert rows(path, "SELECT id, lead_article_id FROM stories") == [(story_id, first)]


def test_redirects_and_canonical_lead_to_the_article(path: Path) -> None:
    own = "https://news.example/own"
    head = f'<link rel="canonical" href="{own}">'
    moved = page("https://news.example/c", markup("Moved", story(7), head), requested_url="http://news.example/a")
    moved = replace(moved, hops=tuple(Hop(f"http://news.example/{a}", 301, "x") for a in "ab"))
    other = page(own, markup("Moved", story(7), head), 60)
    assert run([moved, other], path, InProcess()) == Counter({Outcome.NEW: 1, Outcome.DUPLICATE: 1})
    assert rows(path, "SELECT url, kind FROM article_urls ORDER BY url") == [
        ("http://news.example/a", "requested"),
        ("http://news.example/b", "redirect"),
        ("https://news.example/c", "fetched"),
        (own, "canonical"),
    ]


def dump(path: Path) -> dict[str, list[Any]]:
    """Every table but what differs by nature: when this was done, and the archive's own identity."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not name.startswith(("sqlite_", "articles_fts_", "_sqlite", "about"))
        ]
        held = {}
        for table in tables:
            cursor = connection.execute(f"SELECT * FROM {table}")
            names = [name for name, *_ in cursor.description]
            held[table] = [
                {name: value for name, value in zip(names, row, strict=True) if name != "extracted_at"}
                for row in cursor
            ]
    return held


def mixed_pages() -> list[Page]:
    """Stories on three hosts, with revisits, copies, aliases, other answers, and pages that pack badly."""
    pages = [story_page(n, host=f"news{n % 3}.example") for n in range(24)]
    pages += [replace(page, fetched_at=page.fetched_at + timedelta(hours=1)) for page in pages[:6]]
    pages += [page(f"https://copy.example/{n}", markup(f"Copy {n}", story(n)), 5000 + n) for n in range(3)]
    pages += [page(pages[n].url, markup(f"New {n}", [*story(n), "More."]), 7200 + n) for n in range(3)]
    pages += [page(f"{pages[n].url}?utm_medium=x", pages[n].body, 9000 + n) for n in range(3)]
    pages += [page(pages[n].url, b"<p>Not found", 9400 + n, status=404) for n in range(3, 5)]
    away = [page(f"{pages[n].url}/moved", pages[n].body, 9450 + n) for n in range(5, 7)]
    pages += [replace(one, requested_url=one.url[:-6], hops=(Hop(one.url[:-6], 301, one.url),)) for one in away]
    pages += [page(f"https://news1.example/x{n}", os.urandom(3000).hex().encode(), 9500 + n) for n in range(5)]
    return [*pages, *(story_page(n, host="news1.example") for n in range(100, 110))]


def test_one_worker_or_two_give_identical_tables(tmp_path: Path, pool: WorkerPool) -> None:
    pages = mixed_pages()
    paths = [tmp_path / name for name in ("here.db", "two.db")]
    outcomes = []
    for path, executor in zip(paths, (InProcess(), pool), strict=True):
        Archive.open(path, create=True).close()
        outcomes.append(run(pages, path, executor))
    assert outcomes[0] == outcomes[1]
    assert set(outcomes[0]) == {Outcome.NEW, Outcome.UNCHANGED, Outcome.REVISION, Outcome.DUPLICATE, Outcome.REJECTED}
    here, there = map(dump, paths)
    assert [row["kind"] for row in here["events"]] == ["gone", "gone", "moved", "moved"]
    assert here.keys() == there.keys()
    for table in here:
        assert here[table] == there[table], table


HOSTILE = {
    "json-ld": b'<html><head><script type="application/ld+json">' + b'{"author":[{"@type":"Person",' * 10_000,
    "attributes": b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(40_000)) + b">x</p>",
    "nesting": b"<html><body>" + b"<div>" * 100_000 + b"text",
    "bomb": gzip.compress(bytes(200_000_000), 1),
}


def test_hostile_pages_cost_only_themselves(path: Path, pool: WorkerPool) -> None:
    good = [story_page(n, host=f"news{n % 5}.example") for n in range(100)]
    pages = list(good)
    for number, (name, body) in enumerate(HOSTILE.items()):
        coded = (("Content-Encoding", "gzip"),) if name == "bomb" else ()
        hostile = page(f"https://news1.example/{name}", body, 200, headers=(("Content-Type", "text/html"), *coded))
        pages.insert(20 + 20 * number, hostile)
    counted = run(pages, path, pool)
    assert counted[Outcome.NEW] == 100
    assert counted[Outcome.REJECTED] + counted[Outcome.FAILED] == len(HOSTILE)
    assert rows(path, "SELECT count(*) FROM fetches JOIN bodies USING (sha256)") == [104]
    assert rows(path, "SELECT count(*) FROM inbox") == [0]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (PageFailed("KeyError: 'author'"), "KeyError: 'author'"),
        (PageFailed("timeout"), "timeout"),
        (PageFailed("memory"), "memory"),
    ],
)
def test_failed_page_says_why_and_is_kept(path: Path, writer: Writer, failure: Exception, reason: str) -> None:
    hands = ByHand()
    ingest = Ingest(writer, hands)
    body = markup("Story", story(1))
    coded = page("https://news.example/1", gzip.compress(body), headers=(("Content-Encoding", "gzip"),))
    received(ingest, coded)
    hands.do(0, failure)
    assert ingest.wait(10)
    assert rows(path, "SELECT outcome, reason, article_id FROM fetches") == [("failed", reason, None)]
    with Archive.open(path, readonly=True) as archive:
        assert archive.bodies.get(rows(path, "SELECT sha256 FROM fetches")[0]) == body
    assert rows(path, "SELECT count(*) FROM inbox") == [0]


def test_undecodable_page_is_kept_as_it_came(path: Path) -> None:
    body = b"\x1f\x8b\x08\x00" + bytes(range(256)) * 10
    run([page("https://news.example/1", body, headers=(("Content-Encoding", "gzip"),))], path, InProcess())
    with Archive.open(path, readonly=True) as archive:
        assert archive.bodies.get(rows(path, "SELECT sha256 FROM fetches")[0]) == body
    assert rows(path, "SELECT outcome, truncated FROM fetches") == [("rejected", 1)]


def test_page_whose_worker_ended_is_tried_once_more(path: Path, writer: Writer) -> None:
    hands = ByHand()
    ingest = Ingest(writer, hands)
    received(ingest, story_page(1, host="a.example"), story_page(2, host="b.example"))
    hands.do(0, PageCrash("crash"))
    hands.do(1, PageCrash("crash"))
    hands.given(4)
    assert rows(path, "SELECT attempts FROM inbox") == [1, 1]
    hands.do(2)
    hands.do(3, PageCrash("crash"))
    assert ingest.wait(10)
    assert rows(path, "SELECT outcome, reason FROM fetches") == [("new", None), ("failed", "crash")]


def test_lost_workers_fail_no_page(path: Path, writer: Writer) -> None:
    hands = ByHand()
    ingest = Ingest(writer, hands)
    received(ingest, story_page(1))
    hands.do(0, WorkersLost("gone"))
    with pytest.raises(WorkersLost):
        ingest.wait(10)
    with pytest.raises(NewsmorgueError):
        ingest.receive(story_page(2), NOWHERE)
    assert rows(path, "SELECT fetch_id FROM inbox") == [1]


def test_trouble_of_a_listener_is_told_to_those_who_wait(writer: Writer, caplog: pytest.LogCaptureFixture) -> None:
    def listen(_: Decided) -> None:
        raise RuntimeError("the loop is closed")

    ingest = Ingest(writer, InProcess())
    ingest.on_decided = listen
    received(ingest, story_page(1))
    with pytest.raises(RuntimeError, match="the loop is closed"):
        ingest.wait(10)
    writer.close()
    assert "the loop is closed" in caplog.text


def test_page_given_up_before_it_was_written_is_not_waited_for(path: Path, writer: Writer) -> None:
    ingest, gate = Ingest(writer, InProcess()), threading.Event()
    writer.call(lambda _: gate.wait(10))
    assert ingest.receive(story_page(1), NOWHERE).cancel()
    gate.set()
    received(ingest, story_page(2))
    assert ingest.wait(10)
    assert rows(path, "SELECT url FROM articles") == [story_page(2).url]


def test_what_an_earlier_run_left_is_taken_up_and_nothing_is_stored_twice(path: Path) -> None:
    writer = Writer(path)
    ingest = Ingest(writer, ByHand())
    received(ingest, *(story_page(n, host=f"news{n}.example") for n in range(10)))
    ingest.close()
    writer.close()

    writer = Writer(path)
    ingest = Ingest(writer, InProcess())
    assert ingest.resume() == 10
    ingest.receive(story_page(77), NOWHERE)
    assert ingest.wait(10)
    writer.close()
    assert rows(path, "SELECT fetch_id FROM articles ORDER BY n") == list(range(1, 12))
    assert rows(path, "SELECT count(*), count(DISTINCT outcome), min(outcome) FROM fetches") == [(11, 1, "new")]


def test_page_of_an_earlier_run_does_not_wait_for_a_later_one_of_its_host(path: Path) -> None:
    """Workers start slowly: new pages may be given out before those that come before them."""
    writer = Writer(path)
    ingest = Ingest(writer, ByHand())
    received(ingest, story_page(1))
    ingest.close()
    writer.close()

    writer, hands = Writer(path), ByHand(started=False)
    ingest = Ingest(writer, hands)
    assert ingest.resume() == 1
    received(ingest, story_page(2), story_page(3))
    hands.given(1)
    hands.ready.set_result(None)
    for number in range(3):
        hands.do(number)
    assert ingest.wait(10)
    writer.close()
    assert rows(path, "SELECT id, outcome FROM fetches") == [(1, "new"), (2, "new"), (3, "new")]
    assert rows(path, "SELECT count(*) FROM bodies WHERE dictionary IS NOT NULL") == [2]


def test_page_that_ends_the_program_again_and_again_is_given_up_alone(path: Path) -> None:
    for run_number in range(5):
        writer, hands = Writer(path), ByHand()
        ingest = Ingest(writer, hands)
        assert ingest.resume() == (10 if run_number else 0)
        if run_number == 0:
            received(ingest, *(story_page(n, host=f"news{n}.example") for n in range(10)))
            hands.given(10)
        elif run_number < 4:
            hands.given(4)  # then the program "ends", with four pages in the workers' hands
        else:
            for number in range(6):
                hands.do(number)
            assert ingest.wait(10)
        ingest.close()
        writer.close()
    assert rows(path, "SELECT outcome, reason FROM fetches") == [("failed", "interrupted")] * 4 + [("new", None)] * 6


def test_room_is_what_is_left_of_pages_and_bytes(writer: Writer) -> None:
    hands = ByHand()
    ingest = Ingest(writer, hands, IngestOptions(pages=3, bytes=1_000_000))
    pages = [story_page(n, host=f"news{n}.example") for n in range(3)]
    told = []
    for got in pages:
        told.append(ingest.room())
        received(ingest, got)
    told.append(ingest.room())
    hands.do(0)
    assert ingest.wait(0.01) is False
    ingest.wait_for_room()
    received(ingest, page("https://large.example/", bytes(1_000_000)))
    assert [*told, ingest.room()] == [True, True, True, False, False]


def test_slow_workers_do_not_make_memory_grow(path: Path, writer: Writer) -> None:
    hands = ByHand()
    ingest = Ingest(writer, hands, IngestOptions(pages=8))
    waiting = []

    def bring() -> None:
        for n in range(40):
            ingest.wait_for_room()
            waiting.append(ingest.receive(story_page(n, host=f"news{n}.example"), NOWHERE))

    thread = threading.Thread(target=bring)
    thread.start()
    for number in range(40):
        hands.given(number + 1)
        if number % 8 == 7:  # the first of eight comes last: seven results wait
            assert len(waiting) <= number + 1
            for late in range(number, number - 8, -1):
                hands.do(late)
    thread.join(10)
    assert ingest.wait(10)
    assert rows(path, "SELECT count(*) FROM articles") == [40]


def test_error_in_deciding_is_that_pages_alone(path: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    def known(articles: Any, addresses: Any, _real: Any = None) -> Any:
        if addresses.url.endswith("/1"):
            raise ZeroDivisionError("of all things")
        return real(articles, addresses)

    real = Articles.known
    monkeypatch.setattr(Articles, "known", known)
    ingest = Ingest(writer, InProcess())
    received(ingest, *(story_page(n) for n in range(3)))
    assert ingest.wait(10)
    assert rows(path, "SELECT outcome, reason FROM fetches") == [
        ("new", None),
        ("failed", "ZeroDivisionError: of all things"),
        ("new", None),
    ]


def test_hostile_strings_are_stored_clean(path: Path) -> None:
    nasty = "a\x00b&#xD800;c e\u0301 \u00adzero\u200bwidth"
    head = f'<meta name="author" content="Ann{chr(0)}&#xD800; O&#x301;"><meta name="description" content="x&#0;y">'
    body = markup("Title &#0;&#xDFFF; e\u0301", [*story(3), nasty], head)
    assert run([page("https://news.example/1", body)], path, InProcess()) == Counter({Outcome.NEW: 1})
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        (row,) = connection.execute("SELECT title, description, text, authors, claims_json FROM articles").fetchall()
    text = b" ".join(value or b"" for value in row).decode("utf-8")  # strict: no surrogates
    assert "\x00" not in text
    assert "\\ud" not in text.lower()
    assert "e\u0301" not in text
    assert "\u00e9" in text


def test_source_keeps_what_it_asks_for_and_owns_its_hosts_pages(path: Path) -> None:
    with Archive.open(path) as archive:
        keep = SourceRecord(None, "Keeps", "https://keep.example/", config={"keep": ["index", "error"]})
        archive.sources.save(keep, START)
        archive.sources.save(SourceRecord(None, "Other", "https://www.other.co.uk/"), START)
    missing = markup("Not here", story(1))
    pages = [
        page("https://keep.example/a", missing, status=404),
        page("https://sport.other.co.uk/a", missing, 1, status=404),
        story_page(5, host="sport.other.co.uk"),
        story_page(6, host="nobody.example"),
    ]
    run(pages, path, InProcess())
    assert rows(path, "SELECT outcome FROM fetches") == ["new", "rejected", "new", "new"]
    assert rows(path, "SELECT source, verdict FROM latest") == [
        ("Keeps", "error"),
        ("Other", "article"),
        (None, "article"),
    ]


def test_one_page_can_be_taken_in_without_threads(path: Path) -> None:
    with Archive.open(path) as archive:
        outcomes = [ingest_page(archive, story_page(1, **more)).outcome for more in ({}, {"status": 304}, {})]
        assert outcomes == [Outcome.NEW, Outcome.UNCHANGED, Outcome.UNCHANGED]
        assert ingest_page(archive, page("https://news.example/2", b"\x00\x01\x02")).outcome == Outcome.REJECTED
    assert rows(path, "SELECT count(*) FROM inbox") == [0]


CRAWL = """
import sys
from pathlib import Path
from archive.ingest import run
from archive.store.archive import Archive
from archive.workers import WorkerPool
from tests.pages import story_page
if __name__ == "__main__":
    path = Path(sys.argv[1])
    Archive.open(path, create=True).close()
    run((story_page(n, host=f"news{n % 7}.example") for n in range(400)), path, WorkerPool(2))
"""


def test_killed_program_loses_and_repeats_nothing(tmp_path: Path) -> None:
    script, path = tmp_path / "crawl.py", tmp_path / "morgue.db"
    script.write_text(CRAWL)
    with subprocess.Popen(
        [sys.executable, str(script), str(path)], env=os.environ | {"PYTHONPATH": os.getcwd()}
    ) as program:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            time.sleep(0.05)
            if path.exists() and rows_or_none(path, "SELECT count(*) FROM articles") not in (None, [0]):
                break
        os.kill(program.pid, signal.SIGKILL)
    (fetched,) = rows(path, "SELECT count(*) FROM fetches")
    assert rows(path, "SELECT count(*) FROM inbox") != [0]
    run([], path, InProcess())
    assert rows(path, "SELECT count(*), count(DISTINCT url), count(DISTINCT fetch_id) FROM articles") == [
        (fetched,) * 3
    ]
    assert rows(path, "SELECT count(*) FROM bodies") == [fetched]
    assert rows(path, "SELECT count(*) FROM inbox") == [0]


def rows_or_none(path: Path, query: str) -> list[Any] | None:
    try:
        return rows(path, query)
    except sqlite3.OperationalError:
        return None


def test_page_cut_at_our_own_limit_is_not_worth_another_try(path: Path, writer: Writer) -> None:
    told: list[Decided] = []
    ingest = Ingest(writer, InProcess())
    ingest.on_decided = told.append
    coded = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    bomb, broken = gzip.compress(b" " * (11 * 2**20)), gzip.compress(b"<p>Half a page</p>" * 999)[:-8]
    received(ingest, page("/bomb", bomb, headers=coded), page("/cut", broken, headers=coded))
    assert ingest.wait(60)
    assert [decided.truncated for decided in told] == [False, True]
    assert rows(path, "SELECT truncated FROM fetches") == [1, 1]


def test_page_that_no_crawl_fetched_is_left_out_until_it_gives_an_article(path: Path) -> None:
    with Archive.open(path) as archive:
        ingest_page(archive, replace(story_page(1), status=404))
        ingest_page(archive, replace(story_page(2), body=b""))
        ingest_page(archive, story_page(2))
    assert rows(path, "SELECT url, source, stage, reason FROM left_out") == [
        (story_page(1).url, None, "rejected", "error")
    ]


def test_page_fetched_at_the_same_time_with_the_same_bytes_is_one_fetch(path: Path) -> None:
    """An import that is run again, or goes on after a crash, has nothing twice."""
    first, later = story_page(1), replace(story_page(1), fetched_at=START + timedelta(days=1))
    run([first], path, InProcess())
    held: list[Page] = []
    counted = run([first, later, story_page(2)], path, InProcess(), on_held=held.append)
    assert (counted, held) == (Counter({Outcome.UNCHANGED: 1, Outcome.NEW: 1}), [first])
    assert rows(path, "SELECT outcome FROM fetches") == ["new", "unchanged", "new"]
