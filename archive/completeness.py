"""What an archive lacks of what its sources listed, in words; and which of it is worth asking for again."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from archive.reasons import in_words
from archive.reports import counted
from archive.store.completeness import Row

Reasons = Collection[str]

_OBSTACLES = ("consent", "challenge", "error", "empty", "js_shell", "soft_404")
"""Verdicts on what stood in a story's place; the others are about the story itself."""
DAY_COLUMNS = ("source", "day", "listed", "held", "missing", "share", "why")
_STAGES = ("pending", "awaiting_extraction", "unreachable", "skipped", "rejected", "failed")


def is_of(row: Row, reasons: Reasons) -> bool:
    """Whether a gap has one of these reasons, or is in a stage of that name; without any named, all do."""
    return not reasons or row["reason"] in reasons or row["stage"] in reasons


def worth_retrying(row: Row, reasons: Reasons, now: str) -> bool:
    """Whether a gap is asked for again. `reasons`: those that a person named; `now` as stored.

    By itself only what may be had now: not what robots.txt, the source's patterns or a crawl's bounds forbid, no page
    that is gone, none that was read and is no story. What a person named is put to robots.txt again all the same. What
    a site asked us to wait for is waited for, and what was forgotten stays so.
    """
    if row["reason"] == "forgotten" or (row["stage"] == "pending" and (row["not_before"] or "") > now):
        return False
    if reasons:
        return is_of(row, reasons)
    if row["stage"] == "rejected":
        reason = row["reason"] or ""
        return reason in _OBSTACLES or reason.startswith("http_")
    return bool(row["stage"] != "skipped")


def gap_lines(
    coverage: Sequence[Row], gaps: Sequence[Row], overflows: Sequence[Row], older: Sequence[Row], shown: int = 3
) -> Iterator[str]:
    """All sources with their figures, then what is missing by reason, with some addresses of each."""
    by_source = _by_source(gaps)
    lost = _by_source(overflows)
    before = {row["source"]: row for row in older}
    for source in sorted({row["source"] for row in coverage} | set(by_source) | set(lost) | set(before)):
        days = [row for row in coverage if row["source"] == source]
        yield _figures(source, days, len(by_source[source]))
        yield from grouped(by_source[source], shown)
        yield from (f"  {line}" for line in _lost(lost[source]))
        if source in before:
            yield f"  {_older(before[source])}"


def grouped(gaps: Iterable[Row], shown: int = 3) -> Iterator[str]:
    """Gaps by reason, most first, with the first addresses of each."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in gaps:
        groups[in_words(row["stage"], row["reason"])].append(row)
    for words, rows in sorted(groups.items(), key=lambda item: -len(item[1])):
        waits = max(
            (row["not_before"] for row in rows if row["stage"] == "pending" and row["not_before"]), default=None
        )
        yield f"  {len(rows):,} {words}{f', not before {waits[:16]}Z' if waits else ''}"
        yield from (f"      {row['day']}  {row['url']}" for row in rows[:shown])
        if len(rows) > shown:
            yield f"      … and {len(rows) - shown:,} more"


def day_rows(coverage: Iterable[Row]) -> Iterator[tuple[object, ...]]:
    """A row a source and day, under DAY_COLUMNS."""
    for row in coverage:
        why = ", ".join(f"{row[stage]} {stage.replace('_', ' ')}" for stage in _STAGES if row[stage])
        share = None if row["share"] is None else f"{100 * row['share']:.1f} %"
        yield row["source"], row["day"], row["listed"], row["held"], row["listed"] - row["held"], share, why


def _by_source(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["source"]].append(row)
    return found


def _figures(source: str, days: Sequence[Row], shown: int) -> str:
    sums: Counter[str] = Counter()
    for row in days:
        sums.update({name: row[name] for name in ("listed", "held", "unwanted")})
    if not sums["listed"]:
        return f"{source}: no feed or sitemap has listed a story in these days"
    wanted = sums["listed"] - sums["unwanted"]
    share = f" ({100 * sums['held'] / wanted:.1f} % of what is wanted)" if wanted else ""
    missing = sums["listed"] - sums["held"]
    of_these = f", {shown:,} of them below" if shown < missing else ""
    span = days[-1]["day"] if len(days) == 1 else f"{days[-1]['day']} to {days[0]['day']}"
    return f"{source}, {span}: {sums['listed']:,} listed, {sums['held']:,} held{share}, {missing:,} missing{of_these}"


def _lost(overflows: Sequence[Row], shown: int = 3) -> Iterator[str]:
    if overflows:
        yield (
            f"{counted(len(overflows), 'time')} a listing had moved on entirely between two visits; "
            "stories listed in between may have been lost unseen:"
        )
    for row in overflows[:shown]:
        yield f"    {row['since'][:16]}Z to {row['until'][:16]}Z  {row['url']}"
    if len(overflows) > shown:
        yield f"    … and {len(overflows) - shown:,} more, in the view listing_gaps"


def _older(row: Row) -> str:
    back = f", back to {row['oldest_on']}" if row["oldest_on"] else ""
    return f"{counted(row['older'], 'older story', 'older stories')} listed{back}: before the horizon, and not counted"
