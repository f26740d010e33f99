"""Which addresses lead to an article and by what claim, what it is related to, and with what it makes one story."""

from collections.abc import Iterator

from archive.explanation.section import Line, at, joined, more, quoted, scored, some
from archive.identity.canonical import refused_because
from archive.store.trail import Row, Trail
from archive.urls import url_key

_MOST_URLS, _MOST_ALIKE, _MOST_RELATIONS, _MOST_MEMBERS = 8, 5, 8, 6
_BY_REDIRECT = {"requested": "one that redirects there", "redirect": "a step on the way of a redirect"}
# Of a row (a, b, kind): what a is to b, and what b is to a.
_KINDS = {
    "exact": ("has the same words as", "has the same words as"),
    "near": ("tells the same story as", "tells the same story as"),
    "part_of": ("stands, whole or in part, within", "holds, beside others, much of"),
    "truncated": ("is, one of the two cut short, the text of", "is, one of the two cut short, the text of"),
    "syndicated": ("ran elsewhere, too, as", "ran elsewhere, too, as"),
    "syndicated_from": ("names as its source", "is named as the source of"),
    "template_sibling": ("has the form of, with other facts,", "has the form of, with other facts,"),
    "key_conflict": ("has an address alike, but not the text of", "has an address alike, but not the text of"),
    "canonical_refused": (
        "calls itself, though the texts disagree,",
        "is called, though the texts disagree, the page of",
    ),
    "same_answer": ("is what its site gives under any address, as", "is what its site gives under any address, as"),
}
_ENDS = ("its beginning stands there", "that one's beginning stands here")
_MERGING = ("exact", "near", "syndicated", "truncated")

_WHY_NOT = {
    "home page": "a front page is no story's address",
    "section": "a section is no story's address",
    "another host": "it is on another host, and no article with this text is held under it",
}


def addresses(trail: Trail) -> list[Line]:
    """Every address that leads to the article, and by what claim; those that claim to and do not."""
    article = trail.article
    assert article is not None
    lines = some([[(row["kind"], f"{row['url']}, {claim(row, article)}")] for row in _ordered(trail)], _MOST_URLS)
    return [*lines, *_claimed(trail), *alike(trail)]


def _ordered(trail: Trail) -> list[Row]:
    """The article's own address, then the one asked for, then the others by age."""
    first = [trail.article["url"] if trail.article else "", trail.asked]
    return sorted(trail.urls, key=lambda row: first.index(row["url"]) if row["url"] in first else len(first))


def claim(row: Row, article: Row) -> str:
    """By what an address leads to the article."""
    since = f"since {at(row['first_seen_at'])}"
    if row["url"] == article["url"]:
        return f"its own address, {since}"
    if row["kind"] in _BY_REDIRECT:
        return f"{_BY_REDIRECT[row['kind']]}, {since}"
    if row["kind"] == "canonical":
        return f"what its page calls itself, {since}"
    if row["url_key"] == article["url_key"]:
        return f"one alike (same key), and the texts agreed, {since}"
    return f"another one of the same text, {since}"


def _claimed(trail: Trail) -> Iterator[Line]:
    """What the page calls itself, where that is no address of the article's."""
    article = trail.article
    assert article is not None
    claimed = article["canonical_url"]
    if not claimed or claimed in {row["url"] for row in trail.urls}:
        return
    sources = {url_key(row["other_url"]) for row in trail.relations if row["kind"] == "syndicated_from"}
    if url_key(claimed) in sources:
        yield "source", f"{claimed}, which the page calls its own address, and the texts agreed"
        return
    elsewhere = "it is another article's, and the texts disagree"
    why = _WHY_NOT.get(refused_because(claimed, article["url"]) or "", elsewhere)
    yield "refused", f"{claimed}, which the page calls itself: {why}"


def alike(trail: Trail) -> list[Line]:
    """Other addresses of the same key, and what they are."""
    groups = [[("same key", f"{row['url']}: {_state(row)}")] for row in trail.alike]
    return some(groups, _MOST_ALIKE)


def _state(row: Row) -> str:
    if row["article_id"]:
        return f"article {row['article_id']}"
    return joined(row["state"], row["outcome"], row["reason"])


def related(trail: Trail) -> list[Line]:
    """What it is to other articles, and how sure, of whichever kind; the other way round as well."""
    return some([list(_relation(row)) for row in trail.relations], _MOST_RELATIONS)


def _relation(row: Row) -> Iterator[Line]:
    forth, back = _KINDS.get(row["kind"], (f"{row['kind']} →", f"← {row['kind']}"))
    words, ends = (back, _ENDS[::-1]) if row["other"] == row["a"] else (forth, _ENDS)
    names = {**dict(zip(("a_in_b", "b_in_a"), ends, strict=True)), "was": "taken by itself"}
    known = {name: value for name, value in (row["scores"] or {}).items() if not _is_nowhere(value)}
    scores = scored({names.get(name, name): value for name, value in known.items()})
    yield at(row["decided_at"]), f"{words} {_named(row, 'other_')}: {row['kind']}{f', {scores}' if scores else ''}"


def _is_nowhere(score: object) -> bool:
    """Whether it is where a beginning was looked for that is of other words."""
    return isinstance(score, list) and score[0] == score[1]


def _named(row: Row, prefix: str = "") -> str:
    name = quoted(row[f"{prefix}title"], 60) if row[f"{prefix}title"] else row[f"{prefix}url"]
    source = f" in {row[f'{prefix}source']}" if row[f"{prefix}source"] else ""
    return f"{name}{source} ({row['other' if prefix else 'id']})"


def story(trail: Trail) -> list[Line]:
    """The articles that are one story, which of them leads, and why each joined."""
    assert trail.story is not None
    members, lead = trail.story["members"], trail.story.get("lead_article_id")
    if len(members) <= 1:
        return [("story", f"{trail.story['id']}, of this article alone")]
    own = trail.article["id"] if trail.article else None
    ordered = sorted(members, key=lambda row: (row["id"] != lead, row["id"] != own))
    lines = [("lead" if row["id"] == lead else "", _member(row, trail)) for row in ordered[:_MOST_MEMBERS]]
    rest = [("", more(len(members) - _MOST_MEMBERS))] if len(members) > _MOST_MEMBERS else []
    return [("story", f"{trail.story['id']}, {len(members):,} articles"), *lines, *rest]


def _member(row: Row, trail: Trail) -> str:
    here = "this article" if trail.article and row["id"] == trail.article["id"] else _named(row)
    lead = trail.story is not None and row["id"] == trail.story.get("lead_article_id")
    return joined(here, f"first seen {at(row['first_seen_at'])}", None if lead else _why(row, trail))


def _why(row: Row, trail: Trail) -> str | None:
    """Why an article is of the story: by the relation that speaks most for it, or because a person said so."""
    assert trail.story is not None
    mine = [found for found in trail.story["joined"] if row["id"] in (found["a"], found["b"])]
    mine = [
        found for found in mine if found["kind"] in _MERGING and (found["kind"], found["b"]) != ("exact", row["id"])
    ]
    if mine:
        best = max(mine, key=lambda found: (found["kind"] == "exact", *_strength(found["scores"] or {})))
        other = best["b"] if best["a"] == row["id"] else best["a"]
        return joined(f"joined as {best['kind']} with {other}", scored(_main(best["scores"] or {})))
    merges = (told for told in trail.decisions if told["kind"] == "merge" and not told["undone_at"])
    if any(row["id"] in f"{told['subject']} {told['value']}".split() for told in merges):
        return "put there by a person"
    return f"joined as {row['duplicate_kind']} of {row['duplicate_of']}" if row["duplicate_of"] else None


def _strength(scores: Row) -> tuple[float, float]:
    return scores.get("evidence", 0.0), scores.get("containment", 0.0)


def _main(scores: Row) -> Row:
    """The scores that a line of a list has room for."""
    return {name: scores[name] for name in ("jaccard", "containment", "evidence") if name in scores}


def keys(trail: Trail) -> Line:
    """The lossy identity of the address."""
    return ("key", trail.url_key)
