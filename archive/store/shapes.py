"""What addresses of each shape gave: by this, traps are told from sections of a paper."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.dates import from_iso, iso
from archive.models import Outcome, VerdictKind
from archive.shapes import path_of, url_shape, with_any
from archive.store.connection import ArchiveDatabase

_DRY = {VerdictKind.INDEX.value, VerdictKind.SOFT_404.value, VerdictKind.NOT_HTML.value, VerdictKind.EMPTY.value}
_SUSPECT = 5  # answers without a new story, from which on a shape is worth remembering in a crawl
_COLUMNS = "shape, stories, dry, copies, forks, last_at"
_ANSWERED_BEFORE = "SELECT 1 FROM fetches WHERE link_id = ? AND id < ? AND status <> 304 LIMIT 1"
_OTHER_AT_PATH = """
SELECT 1 FROM article_urls WHERE (url = :path OR (url > :path || ';' AND url < :path || '<')
OR (url > :path || '?' AND url < :path || '@')) AND article_id <> :article LIMIT 1
"""
_NOTE = """
INSERT INTO url_shapes (source_id, shape, stories, dry, copies, forks, last_at, story_at)
VALUES (:source, :shape, :story, NOT :story, :copy, :fork, :at, CASE WHEN :story THEN :at END)
ON CONFLICT (source_id, shape) DO UPDATE SET stories = stories + :story, dry = CASE WHEN :story THEN 0 ELSE dry + 1 END,
    copies = copies + :copy, forks = forks + :fork, last_at = :at, story_at = coalesce(excluded.story_at, story_at)
RETURNING shape, stories, dry, copies, forks, last_at
"""


@dataclass(frozen=True, slots=True)
class Yielded:
    """What a shape gave so far: new `stories`; `dry` answers in a row since; `copies` of stories held, of all answers.

    `forks`: new stories at a path that led to another one with other parameters. `last_at`: of the last answer.
    """

    shape: str
    stories: int
    dry: int
    copies: int
    forks: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """The first answer of a link, and what it was judged."""

    fetch_id: int
    link_id: int
    source_id: int
    url: str
    outcome: Outcome
    verdict: str | None
    article_id: str | None
    at: datetime


class Shapes:
    """The part of an archive that knows what addresses of each shape gave."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def note(self, answered: Answered) -> tuple[Yielded, ...]:
        """Counts the first answer of a link, for its shape and for that with whatever parameters.

        Walls, errors and what could not be read say nothing of an address, nor do answers to a later question.
        """
        is_story, is_copy = answered.outcome is Outcome.NEW, answered.outcome is Outcome.DUPLICATE
        is_dry = is_copy or (answered.outcome is Outcome.REJECTED and answered.verdict in _DRY)
        if not (is_story or is_dry) or self._was_answered(answered):
            return ()
        shape = url_shape(answered.url)
        general = with_any(shape)
        values = {
            "source": answered.source_id,
            "story": is_story,
            "copy": is_copy,
            "fork": is_story and general is not None and self._leads_elsewhere(answered),
            "at": iso(answered.at),
        }
        rows = [
            self._db.conn.execute(_NOTE, values | {"shape": of}).fetchone() for of in (shape, general) if of is not None
        ]
        return tuple(_yielded(row) for row in rows)

    def suspect(self, source_id: int) -> list[Yielded]:
        """The shapes of a source that have not given a story lately, or mostly such as are held."""
        rows = self._db.conn.execute(
            f"SELECT {_COLUMNS} FROM url_shapes WHERE source_id = ? AND (dry >= ? OR copies >= ?)",  # noqa: S608
            (source_id, _SUSPECT, _SUSPECT),
        )
        return [_yielded(row) for row in rows]

    def held_paths(self, urls: Iterable[str]) -> set[str]:
        """Of these addresses, those that lead to an article with other parameters, or without any."""
        return {
            url
            for url in urls
            if self._db.conn.execute(_OTHER_AT_PATH, {"path": path_of(url), "article": ""}).fetchone() is not None
        }

    def waiting(self, source_id: int) -> list[tuple[int, str]]:
        """Ids and addresses of all pending links of a source that lead to no article as yet."""
        return self._db.conn.execute(
            "SELECT id, url FROM links WHERE source_id = ? AND state = 'pending' AND article_id IS NULL", (source_id,)
        ).fetchall()

    def held(self, urls: Collection[str]) -> set[str]:
        """Of these addresses, those that lead to an article."""
        rows = self._db.conn.execute(
            "SELECT url FROM links WHERE article_id IS NOT NULL AND url IN (SELECT value FROM json_each(?))",
            (json.dumps(list(urls)),),
        )
        return {url for (url,) in rows}

    def leave_out(self, link_ids: Collection[int], reason: str) -> None:
        """Ends pending links without a request."""
        self._db.write(
            "UPDATE links SET state = 'skipped', outcome = NULL, reason = ?, not_before = NULL, attempts = 0, "
            "due_at = NULL WHERE id IN (SELECT value FROM json_each(?))",
            (reason, json.dumps(list(link_ids))),
        )

    def put_off(self, link_ids: Collection[int], not_before: datetime, reason: str) -> None:
        """Leaves links pending, for later; that is no attempt."""
        self._db.write(
            "UPDATE links SET reason = ?, not_before = ? WHERE id IN (SELECT value FROM json_each(?))",
            (reason, iso(not_before), json.dumps(list(link_ids))),
        )

    def _was_answered(self, answered: Answered) -> bool:
        row = self._db.conn.execute(_ANSWERED_BEFORE, (answered.link_id, answered.fetch_id)).fetchone()
        return row is not None

    def _leads_elsewhere(self, answered: Answered) -> bool:
        values = {"path": path_of(answered.url), "article": answered.article_id or ""}
        return self._db.conn.execute(_OTHER_AT_PATH, values).fetchone() is not None


def is_suspect(of: Yielded) -> bool:
    """Whether a shape is worth remembering in a crawl."""
    return of.dry >= _SUSPECT or of.copies >= _SUSPECT


def _yielded(row: tuple[str, int, int, int, int, str]) -> Yielded:
    return Yielded(row[0], row[1], row[2], row[3], row[4], from_iso(row[5]))
