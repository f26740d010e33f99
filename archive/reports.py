"""What an archive holds and how its last crawl went: figures, and the words for them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.conditions import conditions, since_words, spark
from archive.space import in_bytes
from archive.store.archive import Archive
from archive.store.reports_sql import Figures, by_source, last_crawl, left_out, missed_rules, totals

_TERMS = ("fetched", "new", "revision", "unchanged", "duplicate", "rejected", "failed", "awaiting")
_OTHERS = ("unreachable", "known", "pending")
_ALWAYS = ("fetched", "new", "pending")
SOURCE_COLUMNS = ("source", "health", "since", "last 14 days", "articles", "newest", "pending")


def status(archive: Archive, now: datetime, awake: Mapping[str, bool] | None = None) -> Figures:
    """Everything `morgue status` tells: totals, sources, their health, last crawl, what was left out.

    `bytes`: on disk, all files. `awake`: by name, which sources of morgue.toml are crawled.
    """
    return {
        "archive": str(archive.path.absolute()),
        "uuid": archive.uuid,
        **totals(archive.db),
        "bytes": size_on_disk(archive.path),
        "sources": by_source(archive.db),
        "health": conditions(archive, now, awake),
        "missed_rules": missed_rules(archive.db),
        "last_crawl": last_crawl(archive.db),
        "left_out": left_out(archive.db),
    }


def size_on_disk(archive: Path) -> int:
    """Bytes of the file and of what SQLite keeps beside it."""
    files = (archive, Path(f"{archive}-wal"), Path(f"{archive}-shm"))
    return sum(path.stat().st_size for path in files if path.exists())


def headline(figures: Figures) -> str:
    """The whole archive in one line."""
    facts = [
        counted(figures["articles"], "article"),
        counted(figures["duplicates"], "duplicate") if figures["duplicates"] else "",
        counted(figures["revisions"], "version"),
        counted(figures["fetches"], "fetch", "fetches"),
        f"{counted(figures['awaiting_extraction'], 'page')} to extract" if figures["awaiting_extraction"] else "",
        in_bytes(figures["bytes"]),
    ]
    return f"{figures['archive']}: {', '.join(filter(None, facts))}"


def source_rows(figures: Figures, now: datetime) -> Iterator[tuple[Any, ...]]:
    """One row per source under SOURCE_COLUMNS, worst first."""
    held = {source["source"]: source for source in figures["sources"]}
    known = {one["source"]: one for one in figures["health"]}
    for name in dict.fromkeys([*(name for name in known if name), *held]):
        one, source = known.get(name), held[name]
        health = one["health"] if one else "retired" if source["retired_at"] else ""
        yield (
            name or "(no source)",
            health,
            since_words(one, now) if one else "",
            spark(one["days"]) if one else "",
            source["articles"],
            source["last_on"],
            source["pending"],
        )


def note_lines(figures: Figures) -> Iterator[str]:
    """What the last crawl of each source had to say of it."""
    for source in figures["sources"]:
        if source["note"] and not source["retired_at"]:
            yield f"  {source['source']}: {source['note']}"


def crawl_lines(crawl: Figures | None) -> Iterator[str]:
    """The last crawl: when, how it ended, and its sums for each source."""
    if crawl is None:
        yield "no crawl yet"
        return
    ended = f"{crawl['ended']} {crawl['ended_at'][:16]}Z" if crawl["ended"] else f"not ended (pid {crawl['pid']})"
    yield f"crawl {crawl['id']} ({crawl['command']}): begun {crawl['started_at'][:16]}Z, {ended}"
    for name, counts in crawl["sources"].items():
        yield f"  {name}: {sums_line(counts)}"


def sums_line(counts: Mapping[str, Any]) -> str:
    """Both sums of one source in one crawl, what is zero left out but for the terms everybody looks for.

    `counts` has the terms of SourceSums by name; a crawl that did not end has none.
    """
    if not counts:
        return "no sums: the crawl did not end"
    words = {"awaiting": "awaiting extraction", "revision": "revised"}
    skipped = counts["skipped"] - counts["known"]
    terms = [(words.get(term, term), counts[term]) for term in (*_TERMS, *_OTHERS) if counts[term] or term in _ALWAYS]
    terms += [("skipped", skipped)] if skipped else []
    return " · ".join([f"found {counts['discovered']:,}", *(f"{term} {number:,}" for term, number in terms)])


def missed_rule_lines(figures: Figures) -> Iterator[str]:
    """Rules that a site may have outgrown."""
    for row in figures["missed_rules"]:
        yield f"  {row['source']}: {row['rule']!r} for {row['field']}, on {counted(row['articles'], 'page')}"


def left_out_lines(figures: Figures, most: int = 8) -> Iterator[str]:
    """What is not among the articles, by reason over all sources, most first; the rest as one line."""
    reasons: dict[str, int] = {}
    for row in figures["left_out"]:
        reason = ": ".join(filter(None, (row["stage"], row["reason"])))
        reasons[reason] = reasons.get(reason, 0) + row["links"]
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    for reason, number in ordered[:most]:
        yield f"  {number:,} {reason}"
    if rest := sum(number for _, number in ordered[most:]):
        yield f"  {rest:,} for {len(ordered) - most} other reasons"


def counted(number: int, thing: str, things: str = "") -> str:
    """ "1 article", "1,204 articles"."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"
