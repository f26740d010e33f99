"""The versions of an article to be read and compared, also in a file of an older format; and the edits of all."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from archive.errors import ArchiveUnusable

_VERSIONS = """
SELECT r.*, coalesce(r.text, a.text) AS shown, a.url, a.language FROM revisions AS r JOIN articles AS a
ON a.id = r.article_id WHERE r.article_id = ? ORDER BY r.number
"""
_EDITS = """
SELECT at, source, url, article_id, number, number_before, change, cause, class, classes, silent, reverts_to,
       headline_before, headline_after, words_added, words_removed, figures, names, modified_before, modified_after
FROM edits WHERE {where} ORDER BY at DESC, article_id, number DESC
"""
_LISTS = ("classes", "figures", "names")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of an article. `edit`: what was kept of how it differs from the one before; empty in older archives."""

    article: str
    url: str
    language: str | None
    number: int
    seen_at: str
    change: str
    cause: str
    current: bool
    title: str
    description: str
    text: str
    modified: str
    edit: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EditsWanted:
    """Which edits: of a source, seen between two times (ISO, both ends in), of a class, silent ones, of a cause."""

    source: str | None = None
    since: str | None = None
    until: str | None = None
    named: str | None = None
    cause: str | None = None
    silent: bool = False


def versions_of(connection: sqlite3.Connection, article: str) -> list[VersionRow]:
    """Every version of an article, the first one first."""
    cursor = connection.execute(_VERSIONS, (article,))
    names = [name for name, *_ in cursor.description]
    return [_version(dict(zip(names, row, strict=False))) for row in cursor]


def edits(connection: sqlite3.Connection, wanted: EditsWanted) -> Iterator[dict[str, Any]]:
    """Rows of the view `edits`, the latest first, read as they are taken. Raises ArchiveUnusable if it has none."""
    conditions = {
        "source = :source": wanted.source,
        "at >= :since": wanted.since,
        "at <= :until": wanted.until,
        "EXISTS (SELECT 1 FROM json_each(classes) WHERE value = :named)": wanted.named,
        "cause = :cause": wanted.cause,
        "silent": wanted.silent or None,
    }
    where = " AND ".join(condition for condition, value in conditions.items() if value is not None) or "true"
    values = {name: getattr(wanted, name) for name in EditsWanted.__dataclass_fields__}
    try:
        cursor = connection.execute(_EDITS.format(where=where), values)
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        raise ArchiveUnusable(
            "this archive is of an older format; any command that writes brings it up to date"
        ) from None
    names = [name for name, *_ in cursor.description]
    for row in cursor:
        edit = dict(zip(names, row, strict=True))
        lists = {name: json.loads(edit[name] or "[]") for name in _LISTS}
        yield edit | lists | {"silent": None if edit["silent"] is None else bool(edit["silent"])}


def _version(row: dict[str, Any]) -> VersionRow:
    kept = {name: row.get(name) for name in ("class", "silent", "reverts_to")}
    lists = {name: json.loads(row[name]) for name in ("classes", "scores") if row.get(name)}
    return VersionRow(
        article=row["article_id"],
        url=row["url"],
        language=row["language"],
        number=row["number"],
        seen_at=row["seen_at"],
        change=row["change"],
        cause=row["cause"],
        current=bool(row["current"]),
        title=row["title"] or "",
        description=row["description"] or "",
        text=row["shown"] or "",
        modified=row["modified_at"] or "",
        edit=kept | lists if row.get("class") else {},
    )
