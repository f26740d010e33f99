"""From texts to stories in a real archive: pages come in one after the other."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive
from archive.dates import iso
from archive.extraction import EXTRACTOR_VERSION
from archive.identity.fingerprints import fingerprints
from archive.interpretation import Interpretation
from archive.models import Article, Extraction, Moment, Page, Verdict, VerdictKind
from archive.placing import catch_up, take_out
from archive.regrouping import own_name
from archive.settling import Fetched, settle_read
from archive.store.fetches import FetchContext
from archive.text import text_hash, tokens
from tests.pages import START
from tests.tales import paragraphs, report, text, title

STORY, OTHER, THIRD = (paragraphs(seed) for seed in (1, 2, 3))
NOWHERE = FetchContext(None, None, None)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "stories.db", create=True) as made:
        yield made


def put(archive: Archive, url: str, body: str, headline: str = title(1), hours: float = 0) -> str:
    """Takes a text in as if it stood on a page fetched so long after the start. Returns the article's id."""
    at = START + timedelta(hours=hours)
    page, words = Page(url, url, b"", at), tokens(body)
    article = Article(title=headline, text=body, published=Moment("", at, at.date(), "minute"))
    with archive.transaction():
        fetch_id = archive.fetches.receive(page, NOWHERE)
        read = Interpretation(
            sha256=f"{fetch_id:064x}",
            size=0,
            body=None,
            truncated=False,
            extraction=Extraction(Verdict(VerdictKind.ARTICLE), article, extractor_version=EXTRACTOR_VERSION),
            claims="[]",
            text_hash=text_hash(body),
            words=len(words),
            fingerprints=fingerprints(words),
        )
        decided = settle_read(archive, Fetched(fetch_id, page, NOWHERE), read)
    assert decided.article_id is not None
    return decided.article_id


def stories(archive: Archive) -> list[list[str]]:
    """The URLs of each story, its lead first; every story has its row, and every copy its lead."""
    rows = archive.db.conn.execute(
        "SELECT s.id, a.url, a.duplicate_of IS NULL, coalesce(a.duplicate_of, a.id) = s.lead_article_id "
        "FROM stories AS s JOIN articles AS a ON a.story_id = s.id ORDER BY a.duplicate_of IS NOT NULL, a.n"
    ).fetchall()
    assert all(right for *_, right in rows)
    assert len(rows) == archive.db.conn.execute("SELECT count(*) FROM articles").fetchone()[0]
    assert (
        sum(leads for _, _, leads, _ in rows) == archive.db.conn.execute("SELECT count(*) FROM stories").fetchone()[0]
    )
    ids = list(dict.fromkeys(row[0] for row in rows))
    return [[url.removeprefix("https://") for id_, url, *_ in rows if id_ == story] for story in ids]


def relations(archive: Archive) -> list[tuple[str, str, str]]:
    rows = archive.db.conn.execute(
        "SELECT substr(a.url, 9), r.kind, substr(b.url, 9) FROM relations AS r JOIN articles AS a ON a.id = r.a "
        "JOIN articles AS b ON b.id = r.b ORDER BY a.n, b.n"
    )
    return list(rows)


def test_copies_are_marked_linked_and_of_the_story_of_the_earliest_full_text(archive: Archive) -> None:
    put(archive, "https://post.example/a", " ".join(STORY[:2])[:400] + " …", hours=1)
    put(archive, "https://wire.example/a", text(*STORY))
    put(archive, "https://hill.example/a", text(OTHER[0], *STORY[1:]), "Of hills", hours=3)
    put(archive, "https://lake.example/a", text(*STORY), hours=4)
    put(archive, "https://wire.example/b", text(*OTHER), title(2))
    assert stories(archive) == [
        ["wire.example/a", "post.example/a", "hill.example/a", "lake.example/a"],
        ["wire.example/b"],
    ]
    assert archive.db.conn.execute("SELECT duplicate_kind FROM articles ORDER BY n").fetchall() == [
        ("truncated",),
        (None,),
        ("syndicated",),
        ("exact",),
        (None,),
    ]
    assert set(relations(archive)) >= {
        ("wire.example/a", "truncated", "post.example/a"),
        ("hill.example/a", "syndicated", "wire.example/a"),
        ("lake.example/a", "exact", "wire.example/a"),
    }


@pytest.mark.parametrize("last", [True, False])
def test_roundup_is_a_story_of_its_own_whether_it_came_before_its_stories_or_after(
    archive: Archive, last: bool
) -> None:
    roundup = ("https://post.example/morning", text("Good morning.", *STORY, *OTHER[:5], *THIRD[:5]), title(1), 6)
    held = [(f"https://wire.example/{n}", text(*paragraphs(n)), title(n), n) for n in (1, 2, 3)]
    for page in [*held, roundup] if last else [roundup, *held]:
        put(archive, *page)
    assert sorted(stories(archive)) == sorted([["post.example/morning"], *([f"wire.example/{n}"] for n in (1, 2, 3))])
    parts = [(a, b) for a, kind, b in relations(archive) if kind == "part_of"]
    assert ("wire.example/1", "post.example/morning") in parts
    assert {b for _, b in parts} == {"post.example/morning"}


def test_reports_of_one_template_are_siblings_and_stories_of_their_own(archive: Archive) -> None:
    for day in range(3):
        put(archive, f"https://post.example/{day}", report(day), f"Weather on day {day}", 24 * day)
    assert [len(story) for story in stories(archive)] == [1, 1, 1]
    assert {kind for _, kind, _ in relations(archive)} == {"template_sibling"}


def test_article_that_becomes_another_text_leaves_its_story(archive: Archive) -> None:
    put(archive, "https://wire.example/a", text(*STORY))
    put(archive, "https://post.example/a", text(*STORY), hours=1)
    put(archive, "https://hill.example/a", text(OTHER[0], *STORY[1:]), hours=2)
    put(archive, "https://wire.example/a", text(*THIRD), title(3), hours=9)
    assert stories(archive) == [["wire.example/a"], ["post.example/a", "hill.example/a"]]
    assert "exact" not in {kind for _, kind, _ in relations(archive)}
    put(archive, "https://lake.example/a", text(*STORY), hours=10)  # what the copies were copies of is still found
    assert [len(story) for story in stories(archive)] == [1, 3]


def test_small_edit_leaves_the_story_as_it_is(archive: Archive) -> None:
    put(archive, "https://wire.example/a", text(*STORY))
    put(archive, "https://hill.example/a", text(OTHER[0], *STORY[1:]), hours=2)
    before = stories(archive), relations(archive)
    put(archive, "https://wire.example/a", text(*STORY, "One more thing was said in the end."), hours=4)
    assert (stories(archive), relations(archive)) == before


def test_taking_an_article_out_leaves_the_others_one_story(archive: Archive) -> None:
    wire = put(archive, "https://wire.example/a", text(*STORY))
    for n, host in enumerate(("post", "hill", "lake")):
        put(archive, f"https://{host}.example/a", text(*STORY) if n else text(OTHER[0], *STORY[1:]), hours=n + 1)
    with archive.transaction():
        take_out(archive, wire)
    assert stories(archive) == [["post.example/a", "hill.example/a", "lake.example/a"]]
    assert archive.db.conn.execute("SELECT count(*) FROM fingerprints").fetchone() == (2,)


def test_few_words_and_none_are_compared_with_nothing(archive: Archive) -> None:
    for n, words in enumerate(("word", "The video cannot be shown.", "The video cannot be shown.")):
        put(archive, f"https://{n}.example/", words)
    assert [len(story) for story in stories(archive)] == [1, 1, 1]
    assert archive.db.conn.execute("SELECT count(*) FROM fingerprints").fetchone() == (0,)


def test_hundreds_of_copies_cost_no_more_each_than_a_few(archive: Archive) -> None:
    statements: list[int] = []
    body = text(*STORY)
    for n in range(300):
        count = [0]
        archive.db.conn.set_trace_callback(lambda _, count=count: count.__setitem__(0, count[0] + 1))  # type: ignore[misc]
        put(archive, f"https://{n}.example/", body, hours=n / 100)
        statements.append(count[0])
    archive.db.conn.set_trace_callback(None)
    assert statements[-1] <= statements[2] + 5
    assert [len(story) for story in stories(archive)] == [300]
    assert archive.db.conn.execute("SELECT count(*) FROM fingerprints").fetchone() == (1,)


def test_only_the_beginning_of_a_large_story_is_read(archive: Archive) -> None:
    put(archive, "https://first.example/1", text(*STORY))

    def cost(size: int) -> int:
        """What SQLite does, in tens of its instructions, to find the first articles of a story of this size."""
        (held,) = archive.db.conn.execute("SELECT count(*) FROM articles").fetchone()
        for n in range(held, size):
            put(archive, f"https://copy{n}.example/1", text(*STORY, f"Printed in Harwick by press number {n}."))
        steps: list[None] = []
        archive.db.conn.set_progress_handler(lambda: steps.append(None), 10)
        found = archive.stories.around([1, 2], 6)
        archive.db.conn.set_progress_handler(None, 0)
        assert [member.n for member in found] == [1, 2, 3, 4, 5, 6]
        return len(steps)

    few = cost(10)
    assert cost(60) <= few + 1


def test_exact_copies_of_an_article_are_passed_over(archive: Archive) -> None:
    first = put(archive, "https://first.example/1", text(*STORY))
    costs = []
    for n in range(40):
        put(archive, f"https://copy{n}.example/1", text(*STORY))
        steps: list[None] = []
        archive.db.conn.set_progress_handler(lambda steps=steps: steps.append(None), 10)  # type: ignore[misc]
        assert archive.relations.of([first]) == []
        archive.db.conn.set_progress_handler(None, 0)
        costs.append(len(steps))
    assert costs[-1] <= costs[0] + 1


def rows(path: Path, queries: Iterable[str]) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(query).fetchall() for query in queries]


def test_archive_of_an_older_program_catches_up_in_order(archive: Archive) -> None:
    put(archive, "https://wire.example/a", text(*STORY))
    put(archive, "https://hill.example/a", text(OTHER[0], *STORY[1:]), hours=2)
    put(archive, "https://lake.example/a", text(*STORY), hours=3)
    put(archive, "https://wire.example/b", text(*OTHER), title(2), hours=4)
    queries = (
        "SELECT id, story_id, duplicate_of, duplicate_kind FROM articles ORDER BY n",
        "SELECT * FROM stories ORDER BY id",
        "SELECT * FROM relations ORDER BY a, b, kind",
        "SELECT n, seen_at, hashes FROM fingerprints ORDER BY n",
    )
    before = rows(archive.path, queries)
    for n, (id_, _, _, _) in enumerate(before[0]):
        archive.db.conn.execute(
            "INSERT OR REPLACE INTO stories VALUES (?, ?, ?)", (own_name(archive, str(id_)), id_, iso(START))
        )
        archive.db.conn.execute(
            "UPDATE articles SET story_id = ?, duplicate_of = NULL, duplicate_kind = NULL WHERE id = ?",
            (own_name(archive, str(id_)), id_),
        )
        archive.db.conn.execute("INSERT INTO uncompared VALUES (?)", (n + 1,))
    for table in ("relations", "fingerprints", "fingerprint_postings", "fingerprint_levels"):
        archive.db.conn.execute(f"DELETE FROM {table}")
    assert (catch_up(archive, 3), catch_up(archive, 3), catch_up(archive, 3)) == (3, 1, 0)
    assert rows(archive.path, queries[:1] + queries[2:]) == before[:1] + before[2:]
