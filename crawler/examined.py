"""What `morgue doctor URL` says: an examination in lines, and the block for morgue.toml."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit

from archive.explanation.section import joined
from archive.reasons import in_words, why_not
from archive.reports import counted
from archive.store.looked import Row
from crawler.examining import Examination, Robots
from crawler.sources import HORIZON

_DAY = 86400
_FIRST = 200  # characters of a story's text
_WIDTH = 110
_NAMES = {"feed": "feed", "sitemap": "sitemap", "front": "front page", "page": "story"}
_FOUND = {
    "configured": "configured",
    "front page": "named by the front page",
    "robots.txt": "named by robots.txt",
    "sitemap index": "named by a sitemap index",
    "guess": "guessed",
}

Line = tuple[str, str]


def lines(seen: Examination) -> list[str]:
    """All of it, what stands left in a column of its own."""
    said = [*_rules(seen), *_listings(seen), *_links(seen), *_story(seen), *_twice(seen), *_obstacles(seen)]
    room = max((len(left) for left, _ in said), default=0)
    rows = (_wrapped(left.ljust(room), right) for left, right in said)
    return [f"{seen.name} ({seen.home})", *(line for row in rows for line in row)]


def verdict(seen: Examination) -> str:
    """In one line what a crawl would make of the site."""
    if seen.needs_browser:
        return "its pages are empty without JavaScript: a crawl needs a browser here (js = true)"
    if seen.problem and not seen.accepted:
        return f"a crawl would find nothing: {seen.problem}"
    if not seen.accepted:
        refused = ", ".join(f"{number:,} {why_not(fate)}" for fate, number in seen.fates.items())
        return f"a crawl would fetch nothing: {refused or 'no story is listed'}"
    if seen.walls and not seen.story:
        return "a wall stands before its stories; a crawl would keep the walls, and no story"
    if not seen.story:
        return f"{counted(seen.accepted, 'address', 'addresses')} found, and no story among those looked at"
    return f"well: a crawl would begin with {counted(seen.accepted, 'story', 'stories')}"


def finds_nothing(seen: Examination) -> bool:
    """Whether a crawl as configured would get no story."""
    return not seen.accepted or seen.needs_browser or (bool(seen.walls) and not seen.story)


def block(seen: Examination) -> str:
    """The [[source]] block for morgue.toml; what was found stands in comments, for a crawl finds it by itself."""
    table: dict[str, Any] = dict(seen.block)
    if seen.story and seen.story["language"] and "language" not in table:
        table["language"] = seen.story["language"]
    if seen.needs_browser:
        table["js"] = True
    document = tomlkit.document()
    listed = tomlkit.aot()
    listed.append(tomlkit.item(table))
    document["source"] = listed
    found = [row for row in seen.listings if row["kind"] != "front" and row["listed"]]
    comments = [f"# {row['kind']}: {row['url']}" for row in found[:_MOST]]
    return "\n".join([tomlkit.dumps(document).rstrip(), *comments])


_MOST = 8
"""Listings that are shown."""


def _rules(seen: Examination) -> Iterator[Line]:
    yield "robots.txt", _robots(seen.robots)
    most = _DAY / seen.delay if seen.delay else None
    pace = f"{seen.delay:g} s between two requests: at most {most:,.0f} a day" if most else "no delay (permission)"
    if seen.a_day is not None:
        pace += f"; about {seen.a_day:,.0f} stories a day are listed"
        if most and seen.a_day > most:
            pace += ", which is more than that: some will never be fetched"
    yield "pace", pace


def _robots(robots: Robots | None) -> str:
    if robots is None:
        return "was not asked for"
    says = {
        "rules": "allows the front page" if robots.allows_home else "forbids the front page",
        "allow": "there is none: all is allowed",
        "last_good": "no answer: the last copy holds",
        "disallow": "could not be had, so everything is forbidden",
    }[robots.policy]
    status = f"status {robots.status}" if robots.status is not None else "no answer"
    delay = f"asks for {robots.crawl_delay:g} s between requests" if robots.crawl_delay else "no Crawl-delay"
    named = f"names {counted(robots.sitemaps, 'sitemap')}"
    ignored = "ignored by permission" if robots.ignored else None
    return "; ".join(part for part in (status, says, delay, named, ignored) if part)


def _listings(seen: Examination) -> Iterator[Line]:
    well = [row for row in seen.listings if row["reason"] is None]
    failed = [row for row in seen.listings if row["reason"] is not None and row["found_in"] != "guess"]
    guessed = [row for row in seen.listings if row["reason"] is not None and row["found_in"] == "guess"]
    is_indexed = any(row["found_in"] == "sitemap index" for row in seen.listings)
    for row in [*well, *failed][:_MOST]:
        is_index = is_indexed and row["kind"] == "sitemap" and row["listed"] == 0
        yield _NAMES[row["kind"]], f"{row['url']}: {_listing(row, is_index=is_index)}"
    if len(well) + len(failed) > _MOST:
        yield "", f"and {len(well) + len(failed) - _MOST} more"
    if guessed:
        yield "guessed", f"{counted(len(guessed), 'common place')} of feeds and sitemaps, and nothing is there"
    for kind in ("feed", "sitemap"):
        if not any(row["kind"] == kind for row in well):
            yield kind, "none found"
    if seen.older:
        back = f", back to {seen.oldest_on}" if seen.oldest_on else ""
        yield (
            "older",
            f"{counted(seen.older, 'story', 'stories')} of more than {HORIZON} ago{back}: not taken unless asked for",
        )


def _listing(row: Row, *, is_index: bool) -> str:
    where = None if row["kind"] == "front" else _FOUND.get(row["found_in"] or "", row["found_in"])
    if row["reason"] is not None:
        return joined(where, why_not(row["reason"]))
    entries = "an index of sitemaps" if is_index else counted(row["listed"] or 0, "entry", "entries")
    older = f"{row['older']:,} older" if row["older"] else None
    newest = f"the newest of {row['newest_at'][:16]}Z" if row["newest_at"] else None
    return joined(where, entries, older, newest)


def _links(seen: Examination) -> Iterator[Line]:
    refused = {fate: number for fate, number in seen.fates.items() if fate != "accepted"}
    why = "; ".join(f"{number:,} because {why_not(fate)}" for fate, number in refused.items())
    total = sum(seen.fates.values())
    yield (
        "links",
        f"{total:,} found, {seen.accepted:,} accepted{f', {sum(refused.values()):,} refused: {why}' if why else ''}",
    )
    for link in seen.samples:
        yield f"  {link['fate']}", link["url"]


def _story(seen: Examination) -> Iterator[Line]:
    for page in seen.pages:
        if not page["is_front"] and page["article_id"] is None:
            yield "page", f"{page['requested_url']}: status {page['status']}, {in_words('rejected', page['verdict'])}"
    story = seen.story
    if story is None:
        return
    score = f" {story['verdict_score']:.2f}" if story["verdict_score"] is not None else ""
    yield "story", f"{story['url']}: {story['verdict']}{score}"
    yield "  title", story["title"] or "none"
    yield "  authors", ", ".join(json.loads(story["authors"])) or "none"
    yield "  published", story["published_at"] or story["published_on"] or "no date"
    text = " ".join(story["text"].split())
    beginning = text if len(text) <= _FIRST else f"{text[:_FIRST]}…"
    markdown = f", {story['markdown']:,} characters as Markdown" if "markdown" in story else ""
    yield "  text", f"{counted(story['word_count'], 'word')}{markdown}: {beginning}"


def _twice(seen: Examination) -> Iterator[Line]:
    """Whether asking again costs the site, and us, a whole answer each time."""
    again = {row["kind"]: row for row in seen.again}
    offered = {row["kind"] for row in seen.listings if row["reason"] is None}
    kinds = [kind for kind in ("front", "feed", "sitemap") if kind in offered] + (["page"] if seen.story else [])
    said = [f"{_NAMES[kind]}: {_honoured(again.get(kind))}" for kind in kinds]
    if said:
        yield "asked twice", "; ".join(said)


def _honoured(answer: Mapping[str, Any] | None) -> str:
    if answer is None:
        return "offers no way to ask whether it changed"
    return "not modified (304)" if answer["status"] == 304 else f"sent in full again (status {answer['status']})"


def _obstacles(seen: Examination) -> Iterator[Line]:
    for page in seen.walls:
        yield "wall", f"{page['requested_url']}: {in_words('rejected', page['verdict']).removeprefix('no story: ')}"
    shells = [page for page in seen.pages if page["verdict"] == "js_shell"]
    if seen.needs_browser:
        yield "browser", "needed: its pages are empty until JavaScript has run"
    elif shells:
        yield "browser", f"perhaps: {counted(len(shells), 'page')} of {len(seen.pages)} were empty without JavaScript"
    else:
        yield "browser", "not needed"


def _wrapped(left: str, right: str) -> list[str]:
    indent = " " * (len(left) + 4)
    return textwrap.wrap(
        right,
        _WIDTH,
        initial_indent=f"  {left}  ",
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [f"  {left}"]
