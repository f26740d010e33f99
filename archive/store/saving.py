"""Writes what was decided of a page: its article, version, addresses and relations; what its fetch and link became.

Every time but `extracted_at` is the page's own, so that an archive built again from the same fetches is the same.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.dates import iso
from archive.identity.agencies import agency_of, bylines
from archive.identity.answers import site_text
from archive.identity.canonical import claimed_key, own_canonical
from archive.identity.edits import Described, columns
from archive.identity.events import Event
from archive.identity.names import article_name, story_name, story_name_again
from archive.identity.revisions import Decision
from archive.models import Extraction, Moment, Outcome, Page
from archive.urls import url_key

_SHOWN = (  # columns of `articles` that belong to the version shown
    "canonical_url, title, description, text, authors, published_at, published_on, published_precision, published_raw, "
    "modified_at, modified_on, modified_raw, language, section, tags, image_url, verdict, verdict_score, "
    "verdict_reasons, paywalled, opt_out, licence, word_count, fetched_at, extracted_at, fetch_id, extractor_version, "
    "rules_hash, memory_hash, hook, sha256, text_hash, claims_json, canonical_key, site_text, agency"
)
_FIRST = "id, source_id, url, url_key, first_seen_at, last_seen_at, story_id"


def _named(columns: str) -> str:
    return ", ".join(f":{column}" for column in columns.split(", "))


def _set(columns: str) -> str:
    return ", ".join(f"{column} = :{column}" for column in columns.split(", "))


_INSERT_ARTICLE = f"INSERT INTO articles ({_FIRST}, {_SHOWN}) VALUES ({_named(_FIRST)}, {_named(_SHOWN)})"  # noqa: S608
_UPDATE_ARTICLE = f"UPDATE articles SET {_set(_SHOWN)} WHERE id = :id"  # noqa: S608
_SEEN = """
UPDATE articles SET first_seen_at = min(first_seen_at, :at), last_seen_at = max(last_seen_at, :at),
    revision_count = revision_count + :added WHERE id = :id
"""
_RETIRE_CURRENT = """
UPDATE revisions SET current = 0, text = (SELECT text FROM articles WHERE id = article_id),
    story_hash = coalesce(:story_hash_before, story_hash) WHERE article_id = :id AND current
"""
_VERSION = (
    "verdict, title, description, authors, published_at, modified_at, text_hash, sha256, extractor_version, "
    "rules_hash, memory_hash, hook"
)
_EDIT = "class, classes, silent, scores, story_hash, reverts_to"
_INSERT_REVISION = f"""
INSERT INTO revisions (article_id, number, fetch_id, seen_at, change, cause, current, text, {_VERSION}, {_EDIT})
VALUES (:id, coalesce((SELECT max(number) FROM revisions WHERE article_id = :id), 0) + 1, :fetch_id, :fetched_at,
        :change, :cause, :current, :revision_text, {_named(_VERSION)}, {_named(_EDIT)})
"""  # noqa: S608
_REFRESH_REVISION = f"""
UPDATE revisions SET {_set(_VERSION)} WHERE article_id = :id AND current
"""  # noqa: S608
_INSERT_URL = """
INSERT INTO article_urls (url, url_key, article_id, kind, first_seen_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (url)
"""
_INSERT_RELATION = """
INSERT INTO relations (a, b, kind, scores, fetch_id, decided_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_INSERT_EVENT = "INSERT INTO events (article_id, kind, at, fetch_id, detail) VALUES (?, ?, ?, ?, ?)"
_MOVE = "UPDATE articles SET url = ?, url_key = ? WHERE id = ?"
_INSERT_RULES = "INSERT INTO site_rules (hash, rules, first_used_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_TEACH = """
INSERT INTO site_pages (article_id, source_id, fetch_id, traits) SELECT id, source_id, :fetch_id, :traits FROM articles
WHERE id = :id AND source_id IS NOT NULL
ON CONFLICT (article_id) DO UPDATE SET fetch_id = excluded.fetch_id, traits = excluded.traits
"""
TEACHING = 200  # the latest of a source, which teach; older ones no longer do
_NO_LONGER = """
WITH of (source) AS (SELECT source_id FROM articles WHERE id = :id)
DELETE FROM site_pages WHERE source_id = (SELECT source FROM of) AND fetch_id < (
    SELECT fetch_id FROM site_pages WHERE source_id = (SELECT source FROM of)
    ORDER BY fetch_id DESC LIMIT 1 OFFSET :kept - 1)
"""
_SETTLE_FETCH = """
UPDATE fetches SET outcome = :outcome, reason = :reason, verdict = :verdict, verdict_score = :verdict_score,
    article_id = :article_id, sha256 = :sha256, size = :size, truncated = truncated OR :truncated WHERE id = :fetch_id
"""
# A page that is asked for again in one crawl, having come cut short, is unchanged only since that crawl stored it.
_SETTLE_LINK = """
UPDATE links SET reason = :reason, article_id = coalesce(:article_id, article_id), outcome = coalesce(
    (SELECT f.outcome FROM fetches AS f WHERE :outcome = 'unchanged' AND f.link_id = links.id
     AND f.crawl_id = links.crawl_id AND f.id < :fetch_id AND f.outcome IN ('new', 'revision') ORDER BY f.id LIMIT 1),
    :outcome)
WHERE id = :link_id AND fetch_id = :fetch_id
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a fetch came to. `reason`: in a word, for counting; `detail`: the whole of it, for the fetch's own row."""

    fetch_id: int
    link_id: int | None
    outcome: Outcome
    reason: str | None
    detail: str | None
    verdict: str | None
    verdict_score: float | None
    article_id: str | None
    sha256: str | None
    size: int | None
    truncated: bool


@dataclass(frozen=True, slots=True)
class Saving:
    """A page decided. `claims`, `traits`: JSON. `words`: how many the text has. `extracted_at`: when this was done.

    `rules`: those that the extraction names by their hash, as JSON.
    """

    fetch_id: int
    page: Page
    source_id: int | None
    extraction: Extraction
    claims: str
    text_hash: str
    words: int
    sha256: str
    decision: Decision
    extracted_at: datetime
    described: Described | None = None
    rules: str = ""
    traits: str = ""


def settle(connection: sqlite3.Connection, settled: Settled) -> None:
    """Writes what became of a fetch, and of its link unless that was fetched again since."""
    values = {name: getattr(settled, name) for name in Settled.__dataclass_fields__}
    connection.execute(_SETTLE_FETCH, values | {"reason": settled.detail or settled.reason})
    if settled.link_id is not None:
        connection.execute(_SETTLE_LINK, values)


def save(connection: sqlite3.Connection, saving: Saving) -> str | None:
    """Writes the article's part of a decision, in the caller's transaction. Returns the id of the article, if any."""
    decision = saving.decision
    if decision.outcome is Outcome.NEW:
        article = _add(connection, saving)
    elif decision.article is None:
        _relate(connection, saving, "")
        _tell_events(connection, saving, "")
        return None
    else:
        article = decision.article.id
        _see(connection, saving, article)
    if decision.outcome is not Outcome.REJECTED:
        _add_urls(connection, saving, article)
    if saving.traits and (decision.refresh or (decision.change is not None and decision.current)):
        connection.execute(_TEACH, {"id": article, "fetch_id": saving.fetch_id, "traits": saving.traits})
        connection.execute(_NO_LONGER, {"id": article, "kept": TEACHING})
    at = iso(saving.page.fetched_at)
    if saving.extraction.rules_hash:
        connection.execute(_INSERT_RULES, (saving.extraction.rules_hash, saving.rules, at))
    _relate(connection, saving, article)
    _tell_events(connection, saving, article)
    return article


def _tell_events(connection: sqlite3.Connection, saving: Saving, article: str) -> None:
    """Writes what happened to pages of articles, which may be others than the one this page is of (`article`)."""
    tell_events(connection, saving.decision.events, saving.page, saving.fetch_id)
    for event in saving.decision.events:
        if event.kind == "moved" and event.article == article:
            connection.execute(_MOVE, (saving.page.url, url_key(saving.page.url), article))


def tell_events(connection: sqlite3.Connection, events: Iterable[Event], page: Page, fetch_id: int) -> None:
    """Writes what an answer shows to have happened."""
    at = iso(page.fetched_at)
    told = [(event.article, event.kind, at, fetch_id, event.detail) for event in events]
    connection.executemany(_INSERT_EVENT, told)


def seen(connection: sqlite3.Connection, article: str, at: datetime) -> None:
    """Writes that an article's page was there at a time, as it is held."""
    connection.execute(_SEEN, {"id": article, "at": iso(at), "added": 0})


def _relate(connection: sqlite3.Connection, saving: Saving, article: str) -> None:
    for relation in saving.decision.relations:
        a, b, scores = relation.of or article, relation.other or article, json.dumps(dict(relation.scores))
        at = iso(saving.page.fetched_at)
        connection.execute(_INSERT_RELATION, (a, b, relation.kind, scores, saving.fetch_id, at))


def _add(connection: sqlite3.Connection, saving: Saving) -> str:
    page = saving.page
    values = _version(saving) | {
        "id": article_name(page.url, page.fetched_at),
        "source_id": saving.source_id,
        "url": page.url,
        "url_key": url_key(page.url),
        "first_seen_at": iso(page.fetched_at),
        "last_seen_at": iso(page.fetched_at),
        "story_id": _free_name(connection, page),
    }
    connection.execute(_INSERT_ARTICLE, values)
    connection.execute(_INSERT_REVISION, values)
    connection.execute("INSERT INTO stories VALUES (:story_id, :id, :first_seen_at)", values)
    return str(values["id"])


def _free_name(connection: sqlite3.Connection, page: Page) -> str:
    """The id of a new article's story; the one named after it may be others' by now, if it was taken out meanwhile."""
    name = story_name(page.url, page.fetched_at)
    if connection.execute("SELECT 1 FROM stories WHERE id = ?", (name,)).fetchone() is None:
        return name
    return story_name_again(page.url, page.fetched_at, name)


def _see(connection: sqlite3.Connection, saving: Saving, article: str) -> None:
    """Writes what seeing a page of an article held has brought: perhaps a version, perhaps only that it is there."""
    decision = saving.decision
    if decision.outcome is Outcome.REJECTED:
        return
    if decision.change is not None:
        _add_version(connection, saving, article)
    elif decision.refresh:
        values = _version(saving) | {"id": article}
        connection.execute(_REFRESH_REVISION, values)
        connection.execute(_UPDATE_ARTICLE, values)
    seen = {"id": article, "at": iso(saving.page.fetched_at), "added": decision.change is not None}
    connection.execute(_SEEN, seen)


def _add_version(connection: sqlite3.Connection, saving: Saving, article: str) -> None:
    values = _version(saving) | {"id": article}
    if saving.decision.current:
        connection.execute(_RETIRE_CURRENT, values)
        connection.execute(_UPDATE_ARTICLE, values)
    connection.execute(_INSERT_REVISION, values)


def _add_urls(connection: sqlite3.Connection, saving: Saving, article: str) -> None:
    """The addresses that lead to an article. The one that answered is this article's, whoever had it before."""
    page, at = saving.page, iso(saving.page.fetched_at)
    canonical = own_canonical(saving.extraction.article.canonical_url, page.url)
    leading = {
        **({canonical: "canonical"} if canonical else {}),
        **{hop.url: "redirect" for hop in page.hops},
        page.requested_url: "requested",
    }
    leading.pop(page.url, None)
    mine = (
        " DO UPDATE SET article_id = excluded.article_id, kind = excluded.kind WHERE article_id <> excluded.article_id"
    )
    connection.execute(_INSERT_URL + mine, (page.url, url_key(page.url), article, "fetched", at))
    for url, kind in leading.items():
        connection.execute(_INSERT_URL + " DO NOTHING", (url, url_key(url), article, kind, at))


def _version(saving: Saving) -> dict[str, Any]:
    """The columns of `articles` and `revisions` that a version brings."""
    article, verdict = saving.extraction.article, saving.extraction.verdict
    published, modified = article.published or Moment(""), article.modified or Moment("")
    decision = saving.decision
    return {
        "canonical_url": article.canonical_url,
        "title": article.title,
        "description": article.description,
        "text": article.text,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "published_at": iso(published.at) if published.at else None,
        "published_on": published.on.isoformat() if published.on else None,
        "published_precision": published.precision,
        "published_raw": published.raw or None,
        "modified_at": iso(modified.at) if modified.at else None,
        "modified_on": modified.on.isoformat() if modified.on else None,
        "modified_raw": modified.raw or None,
        "language": article.language,
        "section": article.section,
        "tags": json.dumps(article.tags, ensure_ascii=False),
        "image_url": article.image_url,
        "verdict": verdict.kind.value,
        "verdict_score": verdict.score,
        "verdict_reasons": json.dumps(verdict.reasons, ensure_ascii=False),
        "paywalled": article.paywalled,
        "opt_out": article.opt_out,
        "licence": article.licence,
        "word_count": saving.words,
        "fetched_at": iso(saving.page.fetched_at),
        "extracted_at": iso(saving.extracted_at),
        "fetch_id": saving.fetch_id,
        "extractor_version": saving.extraction.extractor_version,
        "rules_hash": saving.extraction.rules_hash or None,
        "memory_hash": saving.extraction.memory_hash or None,
        "hook": saving.extraction.hook or None,
        "sha256": saving.sha256,
        "text_hash": saving.text_hash,
        "claims_json": saving.claims,
        "canonical_key": claimed_key(article.canonical_url, saving.page.url),
        "site_text": site_text(saving.page.url, article.title, article.text) if article.text else None,
        "agency": agency_of([*article.authors, *bylines(saving.claims)], article.text),
        "change": decision.change,
        "cause": saving.described.cause if saving.described else "publisher",
        "current": decision.current,
        "revision_text": None if decision.current else article.text,
        **columns(saving.described),
    }
