"""`morgue show`."""

import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.cli.show import read_time
from archive.errors import UsageError
from archive.export import FIELDS
from tests.cli.conftest import Morgue
from tests.filled import FERRY_BODY, REJECTED_BODY

pytestmark = pytest.mark.usefixtures("held")

FERRY = f"""\
Ferry cancelled in storm
lakeside · Ann Ahlgren, Bo Berg · 2026-02-28 17:30 UTC
https://lakeside.example/news/ferry

No boats until Friday.

The ferry to the islands was cancelled.

Boats stay in port until Friday.

id ferry1 · article · 13 words · en · version 2
fetched 2026-03-01T08:00:00.000Z · sha256 {hashlib.sha256(FERRY_BODY).hexdigest()}
extractor 1
"""


@pytest.mark.parametrize(
    "asked",
    ["ferry1", "https://lakeside.example/news/ferry", "http://www.lakeside.example/news/ferry?utm_source=x"],
)
def test_an_article_is_found_by_id_and_by_any_spelling_of_its_url(morgue: Morgue, asked: str) -> None:
    ran = morgue("show", asked)
    assert (ran.code, ran.out, ran.err) == (0, FERRY, "")


def test_caption_and_credit_of_the_image_are_shown(morgue: Morgue, held: Path) -> None:
    claims = [
        {"field": "image_caption", "value": "The ferry", "where": "figure", "path": "", "chosen": True},
        {"field": "image_caption", "value": "A ferry", "where": "json-ld", "path": "", "chosen": False},
        {"field": "image_credit", "value": "Ann Ahlgren", "where": "figure", "path": "", "chosen": True},
    ]
    with sqlite3.connect(held) as connection:
        connection.execute("UPDATE articles SET image_url = '/f.jpg', claims_json = ?", (json.dumps(claims),))
    connection.close()
    assert morgue("show", "ferry1").out == f"{FERRY}image: The ferry · Ann Ahlgren\n"


def test_what_became_of_the_page_is_told(morgue: Morgue, held: Path) -> None:
    happened = [("gone", "2026-03-02", "status 404"), ("back", "2026-03-04", "status 200"), ("gone", "2026-03-09", "x")]
    happened.append(("paywalled", "2026-03-05", "4 of 13 words shown"))
    with sqlite3.connect(held) as connection:
        connection.executemany(
            "INSERT INTO events (article_id, kind, at, detail) VALUES ('ferry1', ?, ? || 'T08:00:00.000Z', ?)", happened
        )
    connection.close()
    told = "gone since 2026-03-09: x\nonly its beginning is shown since 2026-03-05: 4 of 13 words shown\n"
    assert morgue("show", "ferry1").out == FERRY + told


def test_raw_gives_the_bytes_whose_hash_is_stored(morgue: Morgue) -> None:
    row = json.loads(morgue("show", "ferry1", "--json").out)
    raw = morgue("show", "ferry1", "--raw").raw
    assert raw == FERRY_BODY
    assert hashlib.sha256(raw).hexdigest() == row["sha256"]


def test_json_gives_the_row(morgue: Morgue) -> None:
    assert tuple(json.loads(morgue("show", "ferry1", "--json").out)) == FIELDS


def test_markdown_is_of_the_current_version_and_alone(morgue: Morgue) -> None:
    assert morgue("show", "ferry1", "--markdown", "--at", "2026-03-01").code == 2
    assert morgue("show", "ferry1", "--markdown", "--raw").code == 2


def test_at_gives_the_version_held_then(morgue: Morgue) -> None:
    then = json.loads(morgue("show", "ferry1", "--at", "2026-03-01", "--json").out)
    assert (then["title"], then["text"], then["word_count"]) == ("Ferry late", "The ferry is late.", 4)
    assert (then["fetched_at"], then["revision_count"], then["sha256"]) == ("2026-03-01T08:00:00.000Z", 1, "1" * 64)
    later = json.loads(morgue("show", "ferry1", "--at", "2026-03-02T08:00Z", "--json").out)
    assert (later["title"], later["revision_count"]) == ("Ferry cancelled in storm", 2)
    assert later["text"].startswith("The ferry to the islands")


def test_before_it_was_seen_there_is_nothing(morgue: Morgue) -> None:
    ran = morgue("show", "ferry1", "--at", "2026-02-28T12:00+01:00")
    expected = "morgue: ferry1 was first seen at 2026-03-01T08:00:00.000Z, after 2026-02-28T11:00:00.000Z\n"
    assert (ran.code, ran.out, ran.err) == (1, "", expected)


def test_a_page_that_gave_no_article_says_why_and_can_be_had(morgue: Morgue) -> None:
    ran = morgue("show", "https://lakeside.example/all")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "morgue: no article is held under https://lakeside.example/all: the answer of 2026-03-01T08:00:00.000Z "
        "(status 200) was rejected as index many links, little text; --raw prints what came\n"
    )
    assert morgue("show", "https://lakeside.example/all", "--raw").raw == REJECTED_BODY


def test_what_was_never_seen_is_not_held(morgue: Morgue) -> None:
    never = "https://lakeside.example/never"
    ran = morgue("show", never)
    assert (ran.code, ran.err) == (
        1,
        f"morgue: no article is held under {never}; `morgue explain {never}` tells why\n",
    )


def test_a_copy_says_of_what(morgue: Morgue) -> None:
    assert morgue("show", "ferry2").out.endswith("exact duplicate of ferry1\n")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", datetime(2026, 3, 1, 23, 59, 59, 999_000, UTC)),
        ("2026-03-01T10:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 10:00:30+02:00", datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)),
    ],
)
def test_times_as_people_write_them(text: str, moment: datetime) -> None:
    assert read_time(text) == moment


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^not a time: 'yesterday'"):
        read_time("yesterday")
