"""How each source is: what `morgue status` tells of their health, worst first."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from archive.dates import from_iso
from archive.health.wording import when
from archive.muting import Mute, muted
from archive.store import conditions_sql as sql
from archive.store.archive import Archive

DAYS = 14
_WORST = ("ill", "muted", "new", "well", "paused", "retired")
_BARS = "▁▂▃▄▅▆▇█"
_NONE = "·"
_GRAVE = ("network", "down", "certificate", "robots", "wall", "silence", "unreachable", "non_articles")

Condition = dict[str, Any]


def conditions(archive: Archive, now: datetime, awake: Mapping[str, bool] | None = None) -> list[Condition]:
    """Every source's condition, worst first: `health`, `since`, `incidents`, `days` (their stories, fourteen), `notes`.

    `health` is ill, muted, new (nothing to compare with yet), well, paused or retired. `awake`: by name, whether
    morgue.toml has it crawled; what that does not name is as it was in the last crawl. One more, without a name, stands
    first if something ails all of them. Empty for archives of older formats.
    """
    if not sql.knows_health(archive.db):
        return []
    days, found = sql.stories_by_day(archive.db, now.date(), DAYS), sql.open_incidents(archive.db)
    notes, mutes = sql.notes_by_subject(archive.db), muted(archive, now)
    made = [
        _condition(
            {**row, "paused": not awake[row["name"]] if awake and row["name"] in awake else row["paused"]},
            found.get(row["id"], []),
            mutes.get(row["name"]),
            days.get(row["id"], [0] * DAYS),
            notes.get(row["name"], []),
        )
        for row in sql.sources_known(archive.db)
    ]
    everywhere = [
        {"source": None, "health": "ill", "since": one["began_at"], "incidents": [one]} for one in found.get(None, ())
    ]
    return [*everywhere, *sorted(made, key=_rank)]


def is_ill(made: Sequence[Condition]) -> bool:
    """Whether any source is ill; muted and paused ones do not count."""
    return any(one["health"] == "ill" for one in made)


def _condition(
    row: Mapping[str, Any],
    incidents: list[dict[str, Any]],
    mute: Mute | None,
    days: list[int],
    notes: list[dict[str, str]],
) -> Condition:
    grave = sorted(incidents, key=lambda one: _gravity(one["kind"]))
    return {
        "source": row["name"],
        "health": _word(row, grave, mute),
        "since": grave[0]["began_at"] if grave else None,
        "last_look_at": row["last_look_at"],
        "last_new_at": row["last_new_at"],
        "days": days,
        "incidents": grave,
        "muted": {"until": mute.until.isoformat(), "because": mute.because} if mute else None,
        "notes": notes,
    }


def _word(row: Mapping[str, Any], incidents: Sequence[object], mute: Mute | None) -> str:
    if row["retired_at"]:
        return "retired"
    if row["paused"]:
        return "paused"
    if mute is not None:
        return "muted"
    if incidents:
        return "ill"
    return "well" if row["has_baseline"] else "new"


def _rank(one: Condition) -> tuple[int, int, str, str]:
    gravest = _gravity(one["incidents"][0]["kind"]) if one["incidents"] else len(_GRAVE) + 1
    return _WORST.index(one["health"]), gravest, one["since"] or "", one["source"]


def _gravity(kind: str) -> int:
    return _GRAVE.index(kind) if kind in _GRAVE else len(_GRAVE)


def spark(days: Sequence[int]) -> str:
    """The days as a line of bars, the most as the highest; a dot where there is nothing."""
    most = max(days, default=0)
    return "".join(_BARS[(number * len(_BARS) - 1) // most] if number else _NONE for number in days)


def illness_lines(made: Sequence[Condition]) -> Iterator[str]:
    """What ails whom, and what to do; what is muted, and the latest note of each that is not well."""
    for one in made:
        if one["health"] not in ("ill", "muted", "paused"):
            continue
        name = one["source"] or "all sources"
        yield from (f"  {name}: {incident['says']}\n      {incident['advice']}" for incident in one["incidents"])
        if one.get("muted"):
            yield f"  {name}: muted through {one['muted']['until']}: {one['muted']['because']}"
        for note in one.get("notes", [])[-1:]:
            yield f"  {name}: noted {note['noted_at'][:10]}: {note['text']}"


def since_words(one: Condition, now: datetime) -> str:
    """Since when a source is ill, to the minute."""
    return when(from_iso(one["since"]), now).removesuffix(" UTC") if one["since"] else ""


def awake_in(sources: Collection[Any]) -> dict[str, bool]:
    """By name, whether a source of morgue.toml is crawled."""
    return {source.name: not source.paused for source in sources}
