"""Sources: publications as configured. They are never deleted, only retired."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from archive.dates import iso
from archive.store.connection import ArchiveDatabase

_COLUMNS = 'id, name, home, country, language, timezone, "group", permission, config'


class Described(Protocol):
    """What morgue.toml says of a publication, by whoever reads it."""

    @property
    def name(self) -> str: ...
    @property
    def home(self) -> str: ...
    @property
    def country(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...
    @property
    def timezone(self) -> str | None: ...
    @property
    def group(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A row of `sources`. `id` is None before it is saved; `config` is its block of morgue.toml as read."""

    id: int | None
    name: str
    home: str
    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    group: str | None = None
    permission: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Described, config: Mapping[str, Any], permission: str | None = None) -> "SourceRecord":
        """A publication on its way into the archive. `config`: what its block of morgue.toml says."""
        described = (source.name, source.home, source.country, source.language, source.timezone, source.group)
        return cls(None, *described, permission, config)


class Sources:
    """The part of an archive that knows its sources."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def save(self, source: SourceRecord, now: datetime) -> int:
        """Adds the source, or brings the one of this name up to date and back from retirement. Returns its id."""
        with self._db.atomic():
            (saved,) = self._db.conn.execute(
                'INSERT INTO sources (name, home, country, language, timezone, "group", permission, config, added_at) '
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                "home = excluded.home, country = excluded.country, language = excluded.language, "
                'timezone = excluded.timezone, "group" = excluded."group", permission = excluded.permission, '
                "config = excluded.config, retired_at = NULL RETURNING id",
                (
                    source.name,
                    source.home,
                    source.country,
                    source.language,
                    source.timezone,
                    source.group,
                    source.permission,
                    json.dumps(dict(source.config), sort_keys=True, default=str),
                    iso(now),
                ),
            ).fetchone()
        return int(saved)

    def set_rules(self, name: str, rules: Mapping[str, Any]) -> None:
        """Gives the source of this name other rules for its pages."""
        self._db.write(
            "UPDATE sources SET config = json_set(config, '$.rules', json(?)) WHERE name = ?",
            (json.dumps(dict(rules), ensure_ascii=False), name),
        )

    def retire_others(self, names: Iterable[str], now: datetime) -> None:
        """Retires every source that is not among `names`; those already retired keep their day."""
        self._db.write(
            "UPDATE sources SET retired_at = ? "
            "WHERE retired_at IS NULL AND name NOT IN (SELECT value FROM json_each(?))",
            (iso(now), json.dumps(list(names))),
        )

    def all(self) -> list[SourceRecord]:
        """The sources in use, in order of name; the retired are left out."""
        rows = self._db.conn.execute(f"SELECT {_COLUMNS} FROM sources WHERE retired_at IS NULL ORDER BY name")  # noqa: S608
        return [_record(row) for row in rows]

    def by_id(self, source: int) -> SourceRecord:
        """The source with this id, retired or not; there must be one."""
        return _record(self._db.conn.execute(f"SELECT {_COLUMNS} FROM sources WHERE id = ?", (source,)).fetchone())  # noqa: S608

    def by_name(self, name: str) -> SourceRecord | None:
        """The source of this name, retired or not."""
        row = self._db.conn.execute(f"SELECT {_COLUMNS} FROM sources WHERE name = ?", (name,)).fetchone()  # noqa: S608
        return _record(row) if row else None


def _record(row: tuple[Any, ...]) -> SourceRecord:
    return replace(SourceRecord(*row), config=json.loads(row[-1]))
