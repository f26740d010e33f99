"""What an article says and since when: claims and what was chosen, versions, events, people's decisions, tools."""

from collections.abc import Iterator

from archive.explanation.section import Line, at, joined, more, quoted, some
from archive.reports import counted
from archive.store.trail import Row, Trail

_FIELDS = ("title", "description", "author", "published", "modified", "section", "language", "image", "canonical")
_MOST_OTHERS, _MOST_VERSIONS, _MOST_EVENTS = 2, 8, 8
_MOST_FIGURES = 4
_DECIDED = {"judge": "is", "split": "is not one story with", "merge": "is one story with"}


def claims(trail: Trail) -> list[Line]:
    """For each field what was chosen and where it was said, and what else was said."""
    said: dict[str, list[Row]] = {}
    for row in trail.claims:
        said.setdefault(row["field"], []).append(row)
    known = [field for field in _FIELDS if field in said]
    return [line for field in known for line in _field(field, said[field])]


def _field(field: str, rows: list[Row]) -> Iterator[Line]:
    chosen = list(dict.fromkeys(row["value"] for row in rows if row["chosen"]))
    others = [value for value in dict.fromkeys(row["value"] for row in rows) if value not in chosen and value]
    left = field
    for value in chosen:
        yield left, f"{quoted(value)} ({_places(rows, value)})"
        left = ""
    if not chosen:
        yield left, "nothing chosen"
    for value in others[:_MOST_OTHERS]:
        yield "", f"not {quoted(value)} ({_places(rows, value)})"
    if len(others) > _MOST_OTHERS:
        yield "", more(len(others) - _MOST_OTHERS)


def _places(rows: list[Row], value: str) -> str:
    of_value = [row for row in rows if row["value"] == value]
    of_value.sort(key=lambda row: not row["chosen"])
    places = [
        row["path"] if row["path"].startswith(row["said_in"]) else f"{row['said_in']} {row['path']}".strip()
        for row in of_value
    ]
    return joined(*places)


def versions(trail: Trail) -> list[Line]:
    """Every text that was ever different: when, what changed, who changed it, and how that was measured."""
    groups = [
        list(_version(row, before)) for row, before in zip(trail.revisions, [None, *trail.revisions], strict=False)
    ]
    return some(groups, _MOST_VERSIONS, last=_MOST_VERSIONS - 1)


def _version(row: Row, before: Row | None) -> Iterator[Line]:
    classes = row.get("classes") or [row["class"]] if row.get("class") else []
    back = f"back to version {row['reverts_to']}" if row.get("reverts_to") else None
    cause = "not by the publisher but by our extractor" if row["cause"] == "extractor" else None
    words = counted(row["words"], "word") if row["words"] is not None else None
    now = "current" if row["current"] else "never current" if row["change"] == "degraded" else None
    silent = "silently" if row.get("silent") else None
    yield f"{row['number']}", joined(at(row["seen_at"]), row["change"], back, *classes, silent, cause, words, now)
    if measured := joined(*_measured(row.get("scores") or {})):
        yield "", measured
    if before is not None and row["title"] != before["title"]:
        yield "", f"headline {quoted(row['title'] or '')}, before {quoted(before['title'] or '')}"


def _measured(scores: Row) -> Iterator[str]:
    """What was counted of a change."""
    if scores.get("words_added") or scores.get("words_removed"):
        yield f"{counted(scores['words_added'], 'word')} in, {scores['words_removed']:,} out"
    if scores.get("share"):
        yield f"share of the text {scores['share']:.3g}"
    for name in ("moved", "quotes"):
        if scores.get(name):
            yield f"{'sentences moved' if name == 'moved' else 'quotes changed'} {scores[name]}"
    for name in ("figures", "names"):
        pairs = [" → ".join(part or "nothing" for part in pair) for pair in scores.get(name) or ()]
        if pairs:
            rest = f" and {len(pairs) - _MOST_FIGURES} more" if len(pairs) > _MOST_FIGURES else ""
            yield f"{name} {'; '.join(pairs[:_MOST_FIGURES])}{rest}"
    if scores.get("told"):
        yield "readers were told"


def events(trail: Trail) -> list[Line]:
    """What happened to the page."""
    groups = [[(at(row["at"]), joined(row["kind"].replace("_", " "), row["detail"]))] for row in trail.events]
    return some(groups, _MOST_EVENTS, last=_MOST_EVENTS - 1)


def decisions(trail: Trail) -> list[Line]:
    """What people decided about it, and what they took back."""
    return [line for row in trail.decisions for line in _decision(row)]


def _decision(row: Row) -> Iterator[Line]:
    undone = f"undone {at(row['undone_at'])}" if row["undone_at"] else None
    said = f"{row['subject']} {_DECIDED.get(row['kind'], row['kind'])} {row['value'] or ''}".rstrip()
    yield at(row["decided_at"]), joined(said, undone)
    yield "", f"because {quoted(row['because'], 200)}"


def notes(trail: Trail) -> list[Line]:
    """What came with the list of addresses to save."""
    return some([[(row["name"], row["value"])] for row in trail.notes], 5)


def diary(trail: Trail) -> list[Line]:
    """What people noted of its addresses and its source."""
    return some([[(row["noted_at"][:10], f"{row['subject']}: {row['note']}")] for row in trail.diary], 8, last=7)


def read_with(trail: Trail) -> list[Line]:
    """What the verdict was, and what made the text."""
    article = trail.article
    assert article is not None
    score = f"{article['verdict_score']:.2f}" if article["verdict_score"] is not None else None
    reasons = "; ".join(article["verdict_reasons"] or ())
    inputs = [
        f"{name.removesuffix('_hash')} {article[name]}"
        for name in ("rules_hash", "memory_hash", "hook")
        if article.get(name)
    ]
    body = f"{article['word_count']:,} words of the body {article['sha256'][:12]}…"
    return [
        ("verdict", joined(" ".join(filter(None, (article["verdict"], score))), reasons)),
        ("text", joined(body, f"fetched {at(article['fetched_at'])}")),
        ("read by", joined(f"extractor {article['extractor_version']}", *inputs)),
        ("left out", f"`morgue extract {article['url']} --explain` tells what of the page was, by which rule"),
    ]
