"""`morgue explain`: the whole page that is printed, for an article and for everything that is none."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.explanation import identity
from archive.store import trail
from tests.cli.conftest import Morgue
from tests.conftest import Demo
from tests.filled import add_fetch, insert, link

FERRY = "https://lakeside.example/news/ferry"
LATER, LAST = "2026-03-02T08:00:00.000Z", "2026-03-05T08:00:00.000Z"
CLAIMS = [
    ("title", "Ferry cancelled in storm", "h1", "h1", True),
    ("title", "Ferry cancelled in storm", "opengraph", "meta[og:title]", False),
    ("title", "Ferry cancelled in storm | Lakeside", "title", "title", False),
    ("author", "Ann Ahlgren", "byline", "byline 1", True),
    ("published", "28 February", "dateline", "after headline", False),
]


@pytest.fixture(autouse=True)
def width(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of an output which is no terminal, whatever width the environment names."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def rows(held: Path) -> Iterator[sqlite3.Connection]:
    """The small archive, to write into."""
    with closing(sqlite3.connect(held)) as connection:
        yield connection


def listing(connection: sqlite3.Connection, url: str, kind: str, **more: Any) -> int:
    seen = "2026-03-01T07:59:00.000Z"
    return insert(connection, "listings", {"source_id": 1, "url": url, "kind": kind, "first_seen_at": seen, **more})


def alias(connection: sqlite3.Connection, url: str, kind: str, key: str = "lakeside.example/news/ferry") -> None:
    row = {"url": url, "url_key": key, "article_id": "ferry1", "kind": kind, "first_seen_at": LATER}
    insert(connection, "article_urls", row)


def full_life(connection: sqlite3.Connection) -> None:
    """All that can happen to an article."""
    feed = listing(connection, "https://lakeside.example/feed.xml", "feed", found_in="front page")
    more = {"listing_id": feed, "title": "Ferry late", "published": "Sat, 28 Feb 2026", "last_seen_at": LAST}
    link(connection, 1, FERRY, state="fetched", outcome="rejected", **more)
    lost = {"fetched_at": LAST, "outcome": "rejected", "verdict": "error", "verdict_score": 1.0, "article_id": "ferry1"}
    add_fetch(connection, 1, FERRY, 410, reason="error: status 410", sha256="c" * 64, **lost)
    short = "https://lakeside.example/r/7"
    hops = json.dumps([{"url": short, "status": 301, "location": FERRY, "headers": []}])
    seen = {"fetched_at": LATER, "outcome": "duplicate", "article_id": "ferry1", "hops": hops, "origin": "warc:a.gz@9"}
    fetch = add_fetch(connection, 1, short, 200, **seen)
    connection.execute("UPDATE fetches SET url = ? WHERE id = ?", (FERRY, fetch))
    alias(connection, short, "requested", "lakeside.example/r/7")
    alias(connection, f"{FERRY}?utm_source=x", "fetched")
    relation(connection, "ferry2", "ferry1", "exact", {"jaccard": 1.0, "containment": 1.0})
    relation(connection, "ferry1", "budget", "key_conflict", {"jaccard": 0.0412, "containment": 0.09})
    insert(connection, "stories", {"id": "story-ferry1", "lead_article_id": "ferry1", "created_at": LATER})
    connection.execute("UPDATE articles SET story_id = 'story-ferry1' WHERE id = 'ferry2'")
    scores = {"words_added": 9, "words_removed": 0, "share": 0.6923, "moved": 0, "quotes": 1, "told": True}
    scores |= {"figures": [["2", "3"], ["", "1998"]], "names": []}
    connection.execute(
        "UPDATE revisions SET class = 'headline changed', classes = ?, silent = 1, scores = ? WHERE number = 2",
        (json.dumps(["headline changed", "text added"]), json.dumps(scores)),
    )
    event = {"article_id": "ferry1", "kind": "gone", "at": LAST, "detail": "status 410"}
    insert(connection, "events", event)
    judge = {"kind": "judge", "subject": FERRY, "value": "article instead of index", "because": "it is a story"}
    insert(connection, "decisions", {**judge, "decided_at": LATER, "undone_at": LAST})
    names = ("field", "value", "where", "path", "chosen")
    claims = json.dumps([dict(zip(names, claim, strict=True)) for claim in CLAIMS])
    reasons = json.dumps(["calls itself an article", "4 paragraphs"])
    values = (claims, reasons, "https://other.example/ferry")
    connection.execute(
        "UPDATE articles SET claims_json = ?, verdict_score = 0.9, verdict_reasons = ?, canonical_url = ?, "
        "memory_hash = 'abc' WHERE id = 'ferry1'",
        values,
    )
    connection.commit()


def relation(connection: sqlite3.Connection, a: str, b: str, kind: str, scores: dict[str, float]) -> None:
    row = {"a": a, "b": b, "kind": kind, "scores": json.dumps(scores), "decided_at": LATER}
    insert(connection, "relations", row)


SHA = "the first twelve digits of the body's hash"
WHOLE = f"""\
Ferry cancelled in storm
{FERRY}
Held as the article ferry1 of lakeside, first seen 2026-03-01 08:00Z, last seen 2026-03-01 08:00Z, its page
is gone since 2026-03-05 08:00Z.

Found
  2026-03-01 08:00Z  in the feed https://lakeside.example/feed.xml, named by the front page, last
                       2026-03-05 08:00Z
                     called "Ferry late", published Sat, 28 Feb 2026

Asked for
  2026-03-01 08:00Z  status 200, new
  2026-03-02 08:00Z  status 200, duplicate; from warc:a.gz@9
                     https://lakeside.example/r/7 → {FERRY}
  2026-03-05 08:00Z  status 410, rejected: error 1.00 (status 410); body cccccccccccc…
                     {FERRY}

Addresses
  fetched    {FERRY}, its own address, since 2026-03-01 08:00Z
  fetched    {FERRY}?utm_source=x, one alike (same key), and the texts agreed,
               since 2026-03-02 08:00Z
  requested  https://lakeside.example/r/7, one that redirects there, since 2026-03-02 08:00Z
  refused    https://other.example/ferry, which the page calls itself: it is on another host, and no article
               with this text is held under it
  key        lakeside.example/news/ferry

Other articles
  2026-03-02 08:00Z  has the same words as "=SUM(A1) ferry" in hilltop (ferry2): exact, jaccard 1,
                       containment 1
  2026-03-02 08:00Z  has an address alike, but not the text of "Budget" in hilltop (budget): key_conflict,
                       jaccard 0.0412, containment 0.09

Story
  story  story-ferry1, 2 articles
  lead   this article, first seen 2026-03-01 08:00Z
         "=SUM(A1) ferry" in hilltop (ferry2), first seen 2026-03-01 08:00Z, joined as exact with ferry1,
           jaccard 1, containment 1

Versions
  1  2026-03-01 08:00Z, first, 4 words
  2  2026-03-02 08:00Z, edited, headline changed, text added, silently, 13 words, current
     9 words in, 0 out, share of the text 0.692, quotes changed 1, figures 2 → 3; nothing → 1998, readers
       were told
     headline "Ferry cancelled in storm", before "Ferry late"

What happened to its page
  2026-03-05 08:00Z  gone, status 410

Decided by people
  2026-03-02 08:00Z  {FERRY} is article instead of index, undone
                       2026-03-05 08:00Z
                     because "it is a story"

What the page says
  title      "Ferry cancelled in storm" (h1, opengraph meta[og:title])
             not "Ferry cancelled in storm | Lakeside" (title)
  author     "Ann Ahlgren" (byline 1)
  published  nothing chosen
             not "28 February" (dateline after headline)

How it was read
  verdict   article 0.90, calls itself an article; 4 paragraphs
  text      13 words of the body {SHA}…, fetched 2026-03-01 08:00Z
  read by   extractor 1, memory abc
  left out  `morgue extract {FERRY} --explain` tells what of the page was, by
              which rule
"""


def test_the_whole_trail_of_an_article_is_one_page(morgue: Morgue, rows: sqlite3.Connection) -> None:
    full_life(rows)
    ran = morgue("explain", FERRY)
    [(sha256,)] = rows.execute("SELECT sha256 FROM articles WHERE id = 'ferry1'").fetchall()
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == WHOLE.replace(SHA, sha256[:12])


def test_each_of_a_story_says_why_it_is_there(morgue: Morgue, rows: sqlite3.Connection) -> None:
    full_life(rows)
    rows.execute("UPDATE articles SET story_id = 'story-ferry1'")
    rows.execute("DELETE FROM relations")
    scores = {"jaccard": 0.5, "containment": 0.91, "evidence": 2.25, "days": 0.5, "a_in_b": [25, 180, 3]}
    relation(rows, "ferry2", "ferry1", "near", scores | {"evidence": 1.5})
    relation(rows, "budget", "ferry2", "syndicated", scores)
    relation(rows, "ferry1", "budget", "part_of", scores | {"b_in_a": [28, 28, 0]})
    rows.commit()
    out = " ".join(morgue("explain", "budget").out.split())
    found, story = out.partition(" Other articles ")[2].partition(" How it was read")[0].split(" Story ")
    measured = "jaccard 0.5, containment 0.91, evidence 2.25"
    there = "from word 25 to 180 (3 paragraphs)"
    assert found == (
        '2026-03-02 08:00Z holds, beside others, much of "Ferry cancelled in storm" in lakeside (ferry1): part_of, '
        f"{measured}, days 0.5, that one's beginning stands here {there} "
        f'2026-03-02 08:00Z ran elsewhere, too, as "=SUM(A1) ferry" in hilltop (ferry2): syndicated, '
        f"{measured}, days 0.5, its beginning stands there {there}"
    )
    assert story == (
        'story story-ferry1, 3 articles lead "Ferry cancelled in storm" in lakeside (ferry1), '
        f"first seen 2026-03-01 08:00Z this article, first seen 2026-03-01 08:00Z, "
        f"joined as syndicated with ferry2, {measured} "
        '"=SUM(A1) ferry" in hilltop (ferry2), first seen 2026-03-01 08:00Z, '
        f"joined as syndicated with budget, {measured}"
    )
    merge = {"kind": "merge", "subject": "budget", "value": "ferry1 ferry9", "because": "one", "decided_at": LATER}
    insert(rows, "decisions", merge)
    rows.commit()
    rows.execute("DELETE FROM relations WHERE a = 'budget'")
    rows.commit()
    out = " ".join(morgue("explain", "ferry2").out.split())
    assert '"Budget" in hilltop (budget), first seen 2026-03-01 08:00Z, put there by a person' in out
    assert 'budget is one story with ferry1 ferry9 because "one"' in out


@pytest.mark.parametrize(
    ("canonical", "said"),
    [
        (
            "https://lakeside.example/",
            "refused https://lakeside.example/, which the page calls itself: a front page is",
        ),
        (
            "https://lakeside.example/news",
            "refused https://lakeside.example/news, which the page calls itself: a section is",
        ),
        (
            "https://lakeside.example/news/boat-5",
            "refused https://lakeside.example/news/boat-5, which the page calls "
            "itself: it is another article's, and the texts disagree",
        ),
        (
            "https://hilltop.example/budget",
            "source https://hilltop.example/budget, which the page calls its own address",
        ),
    ],
)
def test_what_a_page_calls_itself_is_told_where_it_was_not_believed(
    morgue: Morgue, rows: sqlite3.Connection, canonical: str, said: str
) -> None:
    relation(rows, "ferry1", "budget", "syndicated_from", {"jaccard": 0.9, "containment": 0.9})
    rows.execute("UPDATE articles SET canonical_url = ? WHERE id = 'ferry1'", (canonical,))
    rows.commit()
    assert said in " ".join(morgue("explain", FERRY).out.split())


def test_an_id_and_every_address_lead_to_it_each_by_its_claim(morgue: Morgue, rows: sqlite3.Connection) -> None:
    full_life(rows)
    whole = json.loads(morgue("explain", FERRY, "--json").out)["answer"]
    assert json.loads(morgue("explain", "ferry1", "--json").out)["answer"] == whole
    assert json.loads(morgue("explain", "story-ferry1", "--json").out)["answer"] == whole
    claims = {
        "https://lakeside.example/r/7": "one that redirects there, since 2026-03-02 08:00Z",
        f"{FERRY}?utm_source=x": "one alike (same key), and the texts agreed, since 2026-03-02 08:00Z",
        "http://www.lakeside.example/news/ferry?fbclid=y": "one alike: it has the same key",
    }
    for url, claim in claims.items():
        said = json.loads(morgue("explain", url, "--json").out)["answer"]
        assert said == f"{whole}. The address asked about is {claim}"


def test_json_is_one_object_with_all_rows_and_no_texts(morgue: Morgue, rows: sqlite3.Connection) -> None:
    full_life(rows)
    ran = morgue("explain", FERRY, "--json")
    assert (ran.code, ran.out.count("\n")) == (0, 1)
    found = json.loads(ran.out)
    assert list(found) == ["answer", *trail.Trail.__dataclass_fields__]
    assert "Boats stay in port" not in ran.out
    assert [row["words"] for row in found["revisions"]] == [4, 13]
    assert found["relations"][0]["scores"] == {"jaccard": 1.0, "containment": 1.0}
    assert [row["id"] for row in found["story"]["members"]] == ["ferry1", "ferry2"]
    assert len(found["claims"]) == len(CLAIMS)
    assert found["article"]["verdict_reasons"] == ["calls itself an article", "4 paragraphs"]


SOURCE = """
Its source
  source      lakeside, https://lakeside.example/
  patterns    let it be asked for
"""
UNKNOWN = "robots.txt  never asked for"


def test_a_page_that_gave_no_article_says_what_it_was_taken_for(morgue: Morgue, held: Path) -> None:
    ran = morgue("explain", "https://lakeside.example/all")
    assert (ran.code, ran.err) == (0, "")
    body = ran.out.partition("; body ")[2][:12]
    assert (
        ran.out
        == f"""\
https://lakeside.example/all
Not held: the answer of 2026-03-01 08:00Z (status 200) was rejected as index.

Found
  2026-03-01 08:00Z  in a feed

Asked for
  2026-03-01 08:00Z  status 200, rejected: index (many links, little text); body {body}…

Addresses
  key  lakeside.example/all
{SOURCE}  {UNKNOWN}
"""
    )


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"state": "skipped", "reason": "robots"}, "skipped: robots.txt forbids it"),
        ({"state": "unreachable", "reason": "dns"}, "unreachable: its host is unknown to the DNS"),
        (
            {"state": "unreachable", "reason": "timeout", "attempts": 1},
            "unreachable: no answer in time, 1 try without an answer",
        ),
        ({"state": "pending", "reason": None}, "pending: the next crawl asks for it"),
        (
            {"state": "pending", "reason": "busy", "not_before": LAST, "attempts": 2},
            "pending: not before 2026-03-05 08:00Z, busy, 2 tries without an answer",
        ),
    ],
)
def test_an_address_without_an_answer_says_why(
    morgue: Morgue, rows: sqlite3.Connection, fields: dict[str, Any], why: str
) -> None:
    front = listing(rows, "https://lakeside.example/", "front", found_in="configured")
    url = "https://lakeside.example/ad/1"
    link(rows, 1, url, found_as="front", listing_id=front, title="Read this", **fields)
    rows.commit()
    ran = morgue("explain", url)
    assert (ran.code, ran.err) == (0, "")
    assert (
        ran.out
        == f"""\
{url}
Not held: {why.replace(": ", ", ", 1)}.

Found
  2026-03-01 08:00Z  on the page https://lakeside.example/
                     called "Read this"
                     {why}

Addresses
  key  lakeside.example/ad/1
{SOURCE}  {UNKNOWN}
"""
    )


def test_an_address_never_heard_of_says_what_could_have_led_to_it(morgue: Morgue, rows: sqlite3.Connection) -> None:
    rows.execute("""UPDATE sources SET config = '{"deny": ["/ads?/"], "allow": ["/news/"]}' WHERE id = 1""")
    read = {"last_fetched_at": LATER, "listed": 1204}
    listing(rows, "https://lakeside.example/map.xml", "sitemap", older=400, oldest_on="1998-05-01", **read)
    listing(rows, "https://lakeside.example/rss", "feed", failures=3, reason="status 404")
    robots = {"origin": "https://lakeside.example", "fetched_at": LAST, "status": 503, "good_at": LATER}
    insert(rows, "robots", robots | {"body": b"User-agent: *\nDisallow: /ad/\nCrawl-delay: 5"})
    rows.commit()
    ran = morgue("explain", "https://lakeside.example/ad/7")
    assert (ran.code, ran.err) == (1, "")
    assert (
        ran.out
        == """\
https://lakeside.example/ad/7
Not held: no listing that was read has named it, and nobody has asked for it.

Addresses
  key  lakeside.example/ad/7

Where it would be found
  source      lakeside, https://lakeside.example/
  patterns    deny '/ads?/' matches it
  patterns    no allow pattern matches it: '/news/'
  sitemap     https://lakeside.example/map.xml, read 2026-03-02 08:00Z, 1,204 entries, 400 of them older
                than was asked for, back to 1998-05-01
  feed        https://lakeside.example/rss, never read (status 404)
  robots.txt  https://lakeside.example/robots.txt, asked for 2026-03-05 08:00Z, status 503, the copy of
                2026-03-02 08:00Z holds, forbids it (Disallow: /ad/), asks for 5 s between requests
"""
    )
    elsewhere = morgue("explain", "https://nobody.example/a")
    assert elsewhere.code == 1
    assert elsewhere.out.endswith("  no source of this archive has its host\n")


@pytest.mark.parametrize(
    ("answer", "url", "said"),
    [
        ((200, LAST, b"User-agent: *\nDisallow: /b"), "/a", ("allows", None)),
        ((200, LAST, b"User-agent: newsmorgue\nDisallow: /a"), "/a", ("forbids", None)),
        ((404, None, None), "/a", ("allows", None)),
        ((None, None, None), "/a", ("unreachable", None)),
        ((503, "2025-03-02T08:00:00.000Z", b""), "/a", ("unreachable", None)),
    ],
)
def test_what_robots_txt_says_is_that_of_the_copy_that_is_held(
    morgue: Morgue, rows: sqlite3.Connection, answer: Any, url: str, said: Any
) -> None:
    status, good_at, body = answer
    robots = {"origin": "https://lakeside.example", "fetched_at": LAST, "status": status, "good_at": good_at}
    insert(rows, "robots", robots | {"body": body})
    rows.commit()
    found = json.loads(morgue("explain", f"https://lakeside.example{url}", "--json").out)["permitted"]
    assert (found["robots"], found["crawl_delay"]) == said


def test_an_address_of_another_site_and_a_permission_are_told(morgue: Morgue, rows: sqlite3.Connection) -> None:
    rows.execute("""UPDATE sources SET config = '{"robots": "ignore"}' WHERE id = 1""")
    insert(rows, "robots", {"origin": "https://elsewhere.example", "fetched_at": LAST, "status": 200, "body": b""})
    link(rows, 1, "https://elsewhere.example/a", state="skipped", reason="off_site")
    rows.commit()
    out = morgue("explain", "https://elsewhere.example/a").out
    assert (
        out.partition("Its source\n")[2]
        == """\
  source      lakeside, https://lakeside.example/
  patterns    it belongs to another site
  robots.txt  https://elsewhere.example/robots.txt, asked for 2026-03-05 08:00Z, status 200, ignored by the
                source's permission
"""
    )


@pytest.mark.parametrize(
    ("reason", "robots", "why"),
    [
        ("denied", b"", "the patterns of its source leave it out (allow, deny): deny '/ads?/' matches it"),
        ("robots", b"User-agent: *\nDisallow: /ad/*$", "robots.txt forbids it: Disallow: /ad/*$"),
        (
            "robots",
            b"User-agent: *\nDisallow: /news/",
            "robots.txt forbids it; today it is allowed, and the next crawl that finds it listed asks for it",
        ),
    ],
)
def test_what_forbids_an_address_is_named_in_the_first_line(
    morgue: Morgue, rows: sqlite3.Connection, reason: str, robots: bytes, why: str
) -> None:
    rows.execute("""UPDATE sources SET config = '{"deny": ["/ads?/"]}' WHERE id = 1""")
    row = {"origin": "https://lakeside.example", "fetched_at": LAST, "status": 200, "good_at": LAST, "body": robots}
    insert(rows, "robots", row)
    link(rows, 1, "https://lakeside.example/ad/7", state="skipped", reason=reason)
    rows.commit()
    out = " ".join(morgue("explain", "https://lakeside.example/ad/7").out.split())
    assert f"Not held: skipped, {why}. Found" in out


def test_todays_morgue_toml_says_what_the_next_crawl_will_do(morgue: Morgue, rows: sqlite3.Connection) -> None:
    rows.execute("""UPDATE sources SET config = '{"deny": ["/ads?/"]}' WHERE id = 1""")
    link(rows, 1, "https://lakeside.example/ad/7", state="skipped", reason="denied")
    rows.commit()
    block = '[[source]]\nname = "lakeside"\nhome = "https://lakeside.example/"\n'
    Path("morgue.toml").write_text(f'{block}allow = ["/ad/", "lakes.example"]\npaused = true\n')
    out = " ".join(morgue("explain", "https://lakeside.example/ad/7").out.split())
    assert (
        "leave it out (allow, deny); today it is allowed, and the next crawl that finds it listed asks for it." in out
    )
    assert "patterns let it be asked for, allow '/ad/' matches it" in out
    assert "paused morgue.toml says so: nothing is asked of it" in out
    Path("morgue.toml").write_text("[[source")  # what is wrong with it is not for explain to say
    assert "deny '/ads?/' matches it" in morgue("explain", "https://lakeside.example/ad/7").out


def test_a_trap_is_told_by_what_its_shape_gave_and_a_muted_source_by_whom(
    morgue: Morgue, rows: sqlite3.Connection
) -> None:
    link(rows, 1, "https://lakeside.example/calendar/2031/05", state="skipped", reason="trap")
    shape = {"source_id": 1, "shape": "/calendar/#", "stories": 1, "dry": 40, "copies": 2, "last_at": LAST}
    insert(rows, "url_shapes", shape)
    mute = {"kind": "mute", "subject": "lakeside", "value": "9999-01-01", "because": "it moves house"}
    insert(rows, "decisions", {**mute, "decided_at": LAST})
    rows.commit()
    out = " ".join(morgue("explain", "https://lakeside.example/calendar/2031/05").out.split())
    assert (
        "Not held: skipped, addresses of its shape give no stories (a calendar, an endless list, a session id)." in out
    )
    assert (
        "shape /calendar/# gave 1 story, then 40 answers without one, 2 led to stories held already, "
        "last asked for 2026-03-05 08:00Z"
    ) in out
    assert "muted until 9999-01-01, because it moves house: nobody is alarmed about it" in out


def test_a_page_that_is_gone_and_the_feed_that_listed_it_are_told(morgue: Morgue, rows: sqlite3.Connection) -> None:
    url = "https://lakeside.example/news/gone"
    front = listing(rows, "https://lakeside.example/", "front")
    feed = listing(rows, "https://lakeside.example/rss", "feed")
    found = {"found_as": "front", "listing_id": front, "listed_in": feed, "listed_on": "2026-03-01"}
    link(rows, 1, url, state="fetched", outcome="rejected", **found)
    add_fetch(rows, 1, url, 404, outcome="rejected", verdict="error", reason="error: status 404")
    rows.commit()
    out = " ".join(morgue("explain", url).out.split())
    assert "Not held: the answer of 2026-03-01 08:00Z (status 404) says that its page is gone." in out
    assert "on the page https://lakeside.example/ also in the feed https://lakeside.example/rss" in out


def test_when_a_page_is_asked_for_again_is_told(morgue: Morgue, rows: sqlite3.Connection) -> None:
    link(rows, 1, FERRY, state="fetched", outcome="new", article_id="ferry1", due_at=LAST, due_why="design")
    rows.commit()
    out = morgue("explain", FERRY).out
    assert "asked for again after 2026-03-05 08:00Z, at the ages that revisit names" in out


def test_what_a_listing_named_between_two_visits_may_be_it(morgue: Morgue, rows: sqlite3.Connection) -> None:
    feed = listing(rows, "https://lakeside.example/rss", "feed", last_fetched_at=LAST)
    times = {"since": LATER, "until": LAST, "read_before_at": LATER, "read_at": LAST}
    for _ in range(2):
        insert(rows, "overflows", {"listing_id": feed, "entries": 20, **times})
    rows.commit()
    assert (
        "unseen 2 times a listing had moved on entirely between two visits, last between 2026-03-02 08:00Z and "
        "2026-03-05 08:00Z: what it listed then was never seen"
    ) in " ".join(morgue("explain", "https://lakeside.example/lost").out.split())


def test_one_of_the_same_key_is_named(morgue: Morgue, rows: sqlite3.Connection) -> None:
    for n in range(8):
        link(rows, 1, f"https://lakeside.example/ad/7?utm_source={n}", state="skipped", reason="denied")
    rows.commit()
    ran = morgue("explain", "https://lakeside.example/ad/7")
    alike = ran.out.partition("Addresses\n")[2].partition("\nWhere")[0].splitlines()
    assert alike == [
        "  key       lakeside.example/ad/7",
        *(f"  same key  https://lakeside.example/ad/7?utm_source={n}: skipped, denied" for n in range(5)),
        "            … and 3 more; --json has all",
    ]


def test_the_only_address_alike_is_the_one_that_is_meant(morgue: Morgue, rows: sqlite3.Connection) -> None:
    link(rows, 1, "https://lakeside.example/ad/7", state="skipped", reason="robots")
    rows.commit()
    ran = morgue("explain", "https://www.lakeside.example/ad/7/#top")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "https://lakeside.example/ad/7")
    assert json.loads(morgue("explain", "HTTPS://lakeside.example/ad/7#top", "--json").out)["answer"] == (
        "Not held: skipped, robots.txt forbids it. The address asked about is one alike: it has the same key"
    )


def test_of_many_answers_the_first_and_the_latest_are_shown(morgue: Morgue, rows: sqlite3.Connection) -> None:
    for day in range(2, 30):
        add_fetch(rows, 1, FERRY, 304, fetched_at=f"2026-03-{day:02}T08:00:00.000Z", outcome="unchanged")
    rows.commit()
    out = morgue("explain", FERRY).out
    shown = out.partition("Asked for\n")[2].partition("\n\n")[0].splitlines()
    assert shown[:3] == [
        "  2026-03-01 08:00Z  status 200, new",
        "                     … and 22 more; --json has all",
        "  2026-03-24 08:00Z  status 304, unchanged",
    ]
    assert len(shown) == 8


def test_reasons_are_not_said_to_be_those_of_a_line_that_is_left_out(morgue: Morgue, rows: sqlite3.Connection) -> None:
    for day in range(2, 12):
        lost = {"outcome": "rejected", "verdict": "error", "reason": "error: status 404"}
        add_fetch(rows, 1, FERRY, 404, fetched_at=f"2026-03-{day:02}T08:00:00.000Z", **lost)
    rows.commit()
    shown = morgue("explain", FERRY).out.partition("Asked for\n")[2].partition("\n\n")[0].splitlines()
    assert shown[2:4] == [
        "  2026-03-06 08:00Z  status 404, rejected: error (status 404)",
        "  2026-03-07 08:00Z  status 404, rejected: error (for the same reasons)",
    ]


def test_a_text_in_thousands_of_copies_is_explained_at_once() -> None:
    ids = [f"a{n}" for n in range(30_000)]
    named = {"title": "T", "url": "u", "source": None, "first_seen_at": LATER, "duplicate_kind": "exact"}
    members = [{"id": id_, "duplicate_of": "a7", **named} for id_ in ids]
    exact = [{"a": id_, "b": "a7", "kind": "exact", "scores": {"jaccard": 1.0}} for id_ in ids if id_ != "a7"]
    of = {"id": "s", "lead_article_id": "a7", "members": members, "joined": exact}
    begun = time.process_time()
    lines = identity.story(trail.Trail("x", "u", "u", story=of))
    assert time.process_time() - begun < 2
    assert [left for left, _ in lines] == ["story", "lead", *[""] * 6]
    assert lines[2] == ("", '"T" (a0), first seen 2026-03-02 08:00Z, joined as exact with a7, jaccard 1')
    assert lines[-1] == ("", "… and 29,994 more; --json has all")


def test_what_a_publisher_wrote_cannot_move_the_cursor(morgue: Morgue, rows: sqlite3.Connection) -> None:
    link(rows, 1, "https://lakeside.example/x", state="pending", title="a\x1b[2Jb\nc")
    rows.commit()
    assert 'called "a [2Jb c"' in morgue("explain", "https://lakeside.example/x").out


def test_every_address_of_a_crawl_can_be_asked_about(
    morgue: Morgue, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MORGUE_ARCHIVE", str(demo.archive))
    with closing(sqlite3.connect(f"file:{demo.archive}?mode=ro", uri=True)) as connection:
        urls = [url for (url,) in connection.execute("SELECT url FROM links UNION SELECT url FROM article_urls")]
        longest = 0
        for url in urls:
            ran = morgue("explain", url)
            assert (ran.code, ran.err) == (0, ""), url
            longest = max(longest, ran.out.count("\n"))
    assert longest < 75
