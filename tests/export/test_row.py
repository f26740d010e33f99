"""The row is a contract: other people's scripts read these names."""

import sqlite3
from importlib.resources import files

from archive.export import FIELDS

CONTRACT = """
id, source, country, group, url, canonical_url, title, description, text, authors, published_at, published_on,
published_precision, modified_at, language, section, tags, image_url, verdict, paywalled, opt_out, licence, word_count,
first_seen_at, last_seen_at, fetched_at, story_id, duplicate_of, duplicate_kind, revision_count, extractor_version,
sha256
"""


def test_the_rows_names_and_their_order_are_frozen() -> None:
    assert tuple(name.strip() for name in CONTRACT.split(",")) == FIELDS


def test_the_view_latest_has_the_same_names() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript((files("archive.store") / "schema.sql").read_text(encoding="utf-8"))
    cursor = connection.execute("SELECT * FROM latest")
    assert tuple(column for column, *_ in cursor.description) == FIELDS
    connection.close()
