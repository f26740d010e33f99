"""Takes what a page has left in an archive out of it, step by step. Each call is one transaction of its caller's."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.dates import iso
from archive.store.archive import Archive
from archive.store.bodies import fits_as_reference
from archive.store.forgotten import FORGOTTEN, Tombstone
from archive.store.packing import Reference, compress
from archive.store.zstandard import pack
from archive.urls import url_key

_BATCH = 200  # bodies packed anew in one transaction; the first is the others' dictionary
_A_SENTENCE = 24  # characters
_OF_ARTICLE = "SELECT url FROM article_urls WHERE article_id = ? ORDER BY url"
_KEY_OF_OTHERS = "SELECT 1 FROM article_urls WHERE url_key = ? AND article_id IS NOT ? LIMIT 1"
_FETCHES = """
SELECT id FROM fetches WHERE kind = 'page' AND (article_id = :article
    OR requested_url IN (SELECT value FROM json_each(:urls)) OR url IN (SELECT value FROM json_each(:urls)))
"""
_BODIES = f"""
SELECT sha256 FROM (SELECT sha256, id FROM fetches WHERE id IN ({_FETCHES})
    UNION ALL SELECT sha256, fetch_id FROM revisions WHERE article_id = :article)
WHERE sha256 IS NOT NULL GROUP BY sha256 ORDER BY min(id)
"""  # noqa: S608
_SHARED = f"""
SELECT DISTINCT sha256 FROM fetches WHERE sha256 IN (SELECT value FROM json_each(:bodies)) AND id NOT IN ({_FETCHES})
"""  # noqa: S608
_LINKS = """
SELECT id FROM links WHERE url IN (SELECT value FROM json_each(:urls))
    OR url_key IN (SELECT value FROM json_each(:keys))
"""
_END_LINKS = f"""
UPDATE links SET state = 'skipped', outcome = NULL, reason = :reason, title = NULL, published = NULL, lastmod = NULL,
    language = NULL, hints = NULL, article_id = NULL, fetch_id = NULL, last_fetched_at = NULL, not_before = NULL,
    attempts = 0, due_at = NULL, etag = NULL, last_modified = NULL
WHERE id IN ({_LINKS})
"""  # noqa: S608
_END_FETCHES = f"""
UPDATE fetches SET outcome = 'rejected', reason = :reason, verdict = NULL, verdict_score = NULL, article_id = NULL,
    hops = NULL, response_headers = :none, memory_hash = NULL, rules_hash = NULL
WHERE id IN ({_FETCHES})
"""  # noqa: S608
_SILENCE = """
UPDATE decisions SET because = :reason, undone_at = coalesce(undone_at, :at)
WHERE kind = 'judge' AND subject IN (SELECT value FROM json_each(:urls))
"""
_URLS_OF = "SELECT url FROM forgotten_urls WHERE forgotten_id = ? ORDER BY url"
_WORDS_OF = """
SELECT title, description, text FROM articles WHERE id = :id
UNION ALL SELECT title, description, text FROM revisions WHERE article_id = :id
"""
_OWN_SOURCE = "(SELECT source_id FROM articles WHERE id = ?)"
_BLOCKS = f"SELECT source_id, mark, text FROM site_blocks WHERE source_id = {_OWN_SOURCE}"  # noqa: S608
_TRAITS = f"SELECT article_id, traits FROM site_pages WHERE source_id = {_OWN_SOURCE}"  # noqa: S608
_PACKED_AGAINST = "SELECT id, sha256 FROM bodies WHERE dictionary = ? ORDER BY id LIMIT ?"
_REPACK = "UPDATE bodies SET dictionary = ?, codec = ?, data = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Subject:
    """A page to be forgotten: its URL, its article if it is one, and every URL that leads to it."""

    url: str
    article_id: str | None
    urls: tuple[str, ...]

    @property
    def values(self) -> dict[str, str | None]:
        """For the statements above."""
        return {"article": self.article_id, "urls": json.dumps(self.urls)}


def subject_at(archive: Archive, url: str, article_id: str | None) -> Subject | None:
    """What there is to be forgotten at a URL: an article, or pages and links of none; None if there is nothing."""
    connection = archive.db.conn
    if article_id is not None:
        urls = [row[0] for row in connection.execute(_OF_ARTICLE, (article_id,))]
        held = archive.articles.held(article_id)
        assert held is not None
        return Subject(held.url, article_id, tuple(dict.fromkeys((held.url, *urls))))
    subject = Subject(url, None, (url,))
    fetched = connection.execute(_FETCHES, subject.values).fetchone()
    return subject if fetched or archive.links.id_of(url) is not None else None


def write_tombstone(archive: Archive, subject: Subject, because: str, first_step: str, now: datetime) -> None:
    """From here on the page is not asked for, whatever becomes of this program."""
    connection = archive.db.conn
    bodies = [row[0] for row in connection.execute(_BODIES, subject.values)]
    shared = {row[0] for row in connection.execute(_SHARED, subject.values | {"bodies": json.dumps(bodies)})}
    archive.decisions.add("forget", subject.url, subject.article_id, because, now)
    decision = connection.execute("SELECT max(id) FROM decisions").fetchone()[0]
    gone, kept = ([sha for sha in bodies if (sha in shared) is of] for of in (False, True))
    row = (decision, subject.url, subject.article_id, iso(now), because, json.dumps(gone), json.dumps(kept), first_step)
    cursor = connection.execute(
        "INSERT INTO forgotten (decision_id, url, article_id, forgotten_at, because, sha256, kept, next_step) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    keys = {url: _own_key(connection, url, subject.article_id) for url in subject.urls}
    connection.executemany(
        "INSERT OR REPLACE INTO forgotten_urls VALUES (?, ?, ?)",
        [(url, key, cursor.lastrowid) for url, key in keys.items()],
    )
    of_links = {"urls": json.dumps(subject.urls), "keys": json.dumps([key for key in keys.values() if key])}
    connection.execute(_END_LINKS, of_links | {"reason": FORGOTTEN})
    connection.execute(f"DELETE FROM inbox WHERE fetch_id IN ({_FETCHES})", subject.values)  # noqa: S608


def clear_what_is_deleted(archive: Archive) -> None:
    """Has SQLite write zeros over rows that are deleted through this connection."""
    archive.db.conn.execute("PRAGMA secure_delete = ON")


def next_step(archive: Archive, tombstone: Tombstone, step: str | None) -> None:
    """Takes note that a step is done."""
    archive.db.conn.execute("UPDATE forgotten SET next_step = ? WHERE id = ?", (step, tombstone.id))


def remove_bodies(archive: Archive, tombstone: Tombstone) -> bool:
    """Takes out the page's bodies that no other is packed against, or packs some of the others anew.

    False if nothing is left to do.
    """
    connection = archive.db.conn
    gone = json.dumps(tombstone.sha256)
    connection.execute(
        "DELETE FROM bodies WHERE sha256 IN (SELECT value FROM json_each(?)) AND dictionary IS NOT NULL", (gone,)
    )
    for sha256 in tombstone.sha256:
        if others := connection.execute(_PACKED_AGAINST, (sha256, _BATCH)).fetchall():
            _pack_anew(archive, sha256, others)
            return True
        connection.execute("DELETE FROM reference_bodies WHERE sha256 = ?", (sha256,))
        connection.execute("DELETE FROM bodies WHERE sha256 = ?", (sha256,))
    return False


def remove_words(archive: Archive, tombstone: Tombstone, now: datetime) -> None:
    """Takes out what was written of the page beside its article: notes, what its site repeats, answers, judgements."""
    connection = archive.db.conn
    subject = subject_of(archive, tombstone)
    values = subject.values | {"reason": FORGOTTEN, "at": iso(now), "none": pack(b"", level=3)}
    if subject.article_id:
        _remove_lines(connection, subject.article_id)
    connection.execute("DELETE FROM notes WHERE url IN (SELECT value FROM json_each(:urls))", values)
    connection.execute("DELETE FROM diary WHERE subject IN (SELECT value FROM json_each(:urls))", values)
    connection.execute(_SILENCE, values)
    connection.execute(_END_FETCHES, values)


def subject_of(archive: Archive, tombstone: Tombstone) -> Subject:
    """What a tombstone is of."""
    rows = archive.db.conn.execute(_URLS_OF, (tombstone.id,))
    return Subject(tombstone.url, tombstone.article_id, tuple(url for (url,) in rows))


def copies_in_backups(archive: Archive) -> list[str]:
    """The backups that were made of this archive, newest first: what they hold is beyond our reach."""
    return [
        path
        for (path,) in archive.db.conn.execute(
            "SELECT path FROM backups WHERE removed_at IS NULL ORDER BY made_at DESC"
        )
    ]


def related_urls(archive: Archive, article_id: str) -> list[str]:
    """Articles that have the words of this one, or a part of them."""
    rows = archive.db.conn.execute(
        "SELECT DISTINCT a.url FROM relations AS r JOIN articles AS a ON a.id IN (r.a, r.b) AND a.id <> :id "
        "WHERE :id IN (r.a, r.b) AND r.kind IN ('exact', 'near', 'syndicated', 'truncated') ORDER BY a.url",
        {"id": article_id},
    )
    return [url for (url,) in rows]


def _own_key(connection: sqlite3.Connection, url: str, article_id: str | None) -> str | None:
    """The key of a URL, unless another article has it: that one is to be asked for as before."""
    key = url_key(url)
    return None if connection.execute(_KEY_OF_OTHERS, (key, article_id)).fetchone() else key


def _pack_anew(archive: Archive, former: str, others: Sequence[tuple[int, str]]) -> None:
    """Packs bodies against one of them instead of a body that is to be taken out."""
    connection, reference = archive.db.conn, None
    for row, sha256 in others:
        data = archive.bodies.get(sha256)
        body = compress(data, sha256, reference)
        if reference is None and fits_as_reference(body, data):
            reference = Reference(sha256, data)
        connection.execute(_REPACK, (body.dictionary, body.codec, body.data, row))
    if reference is not None:
        connection.execute("UPDATE reference_bodies SET sha256 = ? WHERE sha256 = ?", (reference.sha256, former))


def _remove_lines(connection: sqlite3.Connection, article_id: str) -> None:
    """Takes out lines of the site's memory that are the story's own: its headline in other stories' boxes."""
    words = list(_paragraphs(connection.execute(_WORDS_OF, {"id": article_id})))
    blocks = connection.execute(_BLOCKS, (article_id,)).fetchall()
    own = [(source_id, mark) for source_id, mark, text in blocks if _is_in(text, words)]
    connection.executemany("DELETE FROM site_blocks WHERE source_id = ? AND mark = ?", own)
    for page, traits in connection.execute(_TRAITS, (article_id,)).fetchall():
        *of_page, lines = json.loads(traits)
        if (left := [line for line in lines if not _is_in(line[-1], words)]) != lines:
            packed = json.dumps([*of_page, left], ensure_ascii=False, separators=(",", ":"))
            connection.execute("UPDATE site_pages SET traits = ? WHERE article_id = ?", (packed, page))


def _is_in(line: str, paragraphs: Sequence[str]) -> bool:
    """Whether a line is one of these, or a sentence out of one: a word or two may be the site's own."""
    if len(line) < _A_SENTENCE:
        return line in paragraphs
    return any(line in paragraph for paragraph in paragraphs)


def _paragraphs(rows: Iterable[tuple[str | None, ...]]) -> Iterable[str]:
    for row in rows:
        for words in filter(None, row):
            yield from words.splitlines()
