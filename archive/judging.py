"""Judging a page that is held: the decision is kept, and all that follows from it is done at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from archive.dates import now
from archive.errors import NotHeld, UsageError
from archive.interpretation import Interpretation, interpret_stored
from archive.judgement import judgement_value, overruled
from archive.models import Verdict, VerdictKind
from archive.placing import take_out
from archive.settling import Fetched, settle_read
from archive.source_rules import Rules
from archive.store.archive import Archive
from archive.store.decisions import DecisionRow
from archive.store.holdings import article_id
from archive.store.withdrawing import answered, fetches_of, set_verdict
from archive.urls import url_key
from archive.workers import Executor, PageFailed


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a judgement: the page's verdict before and now; `article_id`: the article that it is now, if any.

    `has_text`: whether extraction finds any text on the page; without it there is no article.
    """

    url: str
    before: VerdictKind
    verdict: VerdictKind
    article_id: str | None
    has_text: bool


@dataclass(frozen=True, slots=True)
class _Subject:
    """A page that is held: its URL, its article if it is one, and its answers as they are read today, in order.

    `held`: the verdict that the archive has on each answer, by fetch.
    """

    url: str
    article: str | None
    before: VerdictKind
    read: tuple[tuple[Fetched, Interpretation], ...]
    held: Mapping[int, VerdictKind]


def judge(archive: Archive, executor: Executor, url_or_id: str, kind: VerdictKind, because: str) -> Judged:
    """Takes a page for what a person says it is. Raises NotHeld if the archive has no such page."""
    subject = _subject(archive, executor, url_or_id)
    natural = _newest(subject)[1].extraction.verdict.kind
    with archive.transaction():
        earlier = archive.decisions.judgement([subject.url])
        about = earlier.subject if earlier else subject.url
        value = judgement_value(kind, natural, _also_at(subject, about, earlier))
        archive.decisions.add("judge", about, value, because, now())
        return _apply(archive, subject)


def undo(archive: Archive, executor: Executor, url_or_id: str) -> Judged:
    """Takes a page again for what extraction says it is. Raises NotHeld, UsageError if nobody has judged it."""
    subject = _subject(archive, executor, url_or_id)
    row = archive.decisions.judgement([subject.url])
    if row is None:
        raise UsageError(f"nobody has judged {subject.url}")
    with archive.transaction():
        archive.decisions.undo("judge", row.subject, now())
        return _apply(archive, subject)


def _subject(archive: Archive, executor: Executor, url_or_id: str) -> _Subject:
    connection = archive.db.conn
    if article := article_id(connection, url_or_id):
        held = archive.articles.held(article)
        assert held is not None
        url, before = held.url, held.verdict.value
    elif given := answered(connection, url_or_id):
        url, before = given
    else:
        raise NotHeld(f"the archive holds no page of {url_or_id}; `morgue save {url_or_id}` fetches and keeps it")
    judgement = archive.decisions.judgement([url])
    fetches = fetches_of(connection, {url, *(judgement.judged_urls if judgement else ())}, article)
    read = _read(archive, executor, [(fetch_id, sha256) for fetch_id, sha256, _ in fetches])
    if not any(fetched.page.status < 300 for fetched, _ in read):
        raise NotHeld(f"the archive holds no page of {url_or_id} that could be read")
    verdicts = {fetch_id: VerdictKind(verdict) for fetch_id, _, verdict in fetches if verdict}
    return _Subject(url, article, VerdictKind(before), read, verdicts)


def _also_at(subject: _Subject, url: str, earlier: DecisionRow | None) -> list[str]:
    """The other addresses that gave the article's story, as before it moved to `url`: what holds for it holds there.

    What its address only led to, a front page or another story, is not the article's.
    """
    answered = [of.page.url for of, _ in subject.read if (held := subject.held.get(of.fetch_id)) and held.rank]
    known = {url_key(other): other for other in (*answered, *(earlier.judged_urls if earlier else ()))}
    known.pop(url_key(url), None)
    return list(known.values())


def _read(
    archive: Archive, executor: Executor, fetches: list[tuple[int, str]]
) -> tuple[tuple[Fetched, Interpretation], ...]:
    """Each answer as today's extractor reads it; those that cannot be read are left as they are."""
    rules = Rules()
    under_way = []
    for fetch_id, sha256 in fetches:
        item = archive.fetches.stored(fetch_id, archive.bodies.get(sha256) if sha256 else b"")
        of = rules.for_fetch(archive, fetch_id, item.context.source_id, item.page)
        fetched = Fetched(fetch_id, item.page, item.context, of)
        under_way.append((fetched, executor.submit(interpret_stored, item.page, of.site, sha256)))
    read = []
    for fetched, future in under_way:
        if not isinstance(future.exception(), PageFailed):
            read.append((fetched, future.result()))
    return tuple(read)


def _apply(archive: Archive, subject: _Subject) -> Judged:
    """Brings the archive to where it would be, had the judgements in force been known when the pages came."""
    fetched, last = _newest(subject)
    verdict = overruled(archive, fetched.page, last).extraction.verdict
    verdicts = {of.fetch_id: overruled(archive, of.page, reading).extraction.verdict for of, reading in subject.read}
    if subject.article and verdict.kind.rank and _decide_alike(subject, verdicts):
        for fetch_id, of in verdicts.items():
            set_verdict(archive.db, fetch_id, of.kind.value, of.score, json.dumps(of.reasons, ensure_ascii=False))
    else:
        if subject.article:
            take_out(archive, subject.article)
        for fetched, interpretation in subject.read:
            settle_read(archive, fetched, interpretation)
    now_held = article_id(archive.db.conn, subject.url)
    return Judged(subject.url, subject.before, verdict.kind, now_held, bool(last.extraction.article.text))


def _decide_alike(subject: _Subject, verdicts: Mapping[int, Verdict]) -> bool:
    """Whether no decision on the article's versions depends on which of these two sets of verdicts holds."""
    ranks = {
        (held.rank, verdicts[fetch_id].kind.rank) for fetch_id, held in subject.held.items() if fetch_id in verdicts
    }
    return len(ranks - {(0, 0)}) == 1


def _newest(subject: _Subject) -> tuple[Fetched, Interpretation]:
    """The last answer that was a page."""
    return next(pair for pair in reversed(subject.read) if pair[0].page.status < 300)
