"""From an interpreted page to rows: decide, and write all of it in one transaction, where the archive is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.dates import now
from archive.encoding import MOST
from archive.errors import NotHeld
from archive.identity.answers import site_text
from archive.identity.canonical import claimed_key, own_canonical
from archive.identity.causes import notes_on, read_otherwise
from archive.identity.edits import describe
from archive.identity.events import NOT_MODIFIED, Event
from archive.identity.revisions import Candidate, Cause, Decision, Held, decide
from archive.interpretation import Interpretation, packed
from archive.judgement import overruled
from archive.models import Article, Outcome, Page, Verdict, VerdictKind
from archive.placing import compare_and_place
from archive.source_rules import NO_SOURCE, SourceRules
from archive.store import inbox
from archive.store.archive import Archive
from archive.store.articles import Addresses
from archive.store.fetches import FetchContext
from archive.store.forgotten import FORGOTTEN
from archive.store.packing import Reference, StoredBody, compress
from archive.store.saving import Saving, Settled
from archive.store.shapes import Answered, Yielded
from archive.store.zstandard import unpack
from archive.urls import host_of
from archive.workers import PageFailed

CONDITIONS = ("if-none-match", "if-modified-since")
UNASKED, NOT_HELD = "304_unasked", "304_not_held"


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a fetch; the outcome is a term of the second sum."""

    fetch_id: int
    link_id: int | None
    source_id: int | None
    outcome: Outcome
    verdict: str | None
    reason: str | None
    article_id: str | None
    title: str | None
    truncated: bool  # on its way here: another try may bring the rest
    yielded: tuple[Yielded, ...] = ()  # what addresses of its shape have given by now


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page received, what it was fetched for, the rules of its source, and what its body was packed against.

    The page may have lost its bytes; the inbox has them.
    """

    fetch_id: int
    page: Page
    context: FetchContext
    rules: SourceRules = NO_SOURCE
    reference: Reference | None = None


class Unread:
    """Instead of an interpretation: the answer is "not modified", and there was nothing to read."""


def settle(archive: Archive, fetched: Fetched, result: Interpretation | PageFailed | Unread) -> Decided:
    """Decides what a page is and writes it: the body, the decision, the fetch and the link; the inbox row goes.

    Call it in a transaction, in order of fetch.
    """
    if _is_forgotten(archive, fetched.page, result):
        decided = _refused(archive, fetched)
    elif fetched.page.status == NOT_MODIFIED:
        decided = settle_unmodified(archive, fetched)
    elif isinstance(result, PageFailed):
        decided = _failed(archive, fetched, result)
    else:
        assert isinstance(result, Interpretation)
        decided = settle_read(archive, fetched, result)
    inbox.remove(archive, fetched.fetch_id)
    return replace(decided, yielded=_yielded(archive, fetched, decided))


def _yielded(archive: Archive, fetched: Fetched, decided: Decided) -> tuple[Yielded, ...]:
    """Counts for the shape of the address, if a crawl has asked for it, what came of it."""
    link_id, source_id = decided.link_id, decided.source_id
    if link_id is None or source_id is None:
        return ()
    answered = Answered(
        fetch_id=decided.fetch_id,
        link_id=link_id,
        source_id=source_id,
        url=fetched.page.requested_url,
        outcome=decided.outcome,
        verdict=decided.verdict,
        article_id=decided.article_id,
        at=fetched.page.fetched_at,
    )
    return archive.shapes.note(answered)


def candidate_of(page: Page, interpretation: Interpretation, keep: frozenset[str]) -> Candidate:
    """The page as the decision sees it."""
    extraction = interpretation.extraction
    return Candidate(
        requested_url=page.requested_url,
        url=page.url,
        fetched_at=page.fetched_at,
        verdict=extraction.verdict,
        article=extraction.article,
        text_hash=interpretation.text_hash,
        words=interpretation.words,
        status=page.status,
        truncated=interpretation.truncated,
        kept=extraction.verdict.kind.value in keep,
        hops=tuple(hop.url for hop in page.hops),
    )


def addresses_of(page: Page, interpretation: Interpretation) -> Addresses:
    """By what the archive may know the page."""
    article = interpretation.extraction.article
    return Addresses(
        requested_url=page.requested_url,
        url=page.url,
        hops=tuple(hop.url for hop in page.hops),
        canonical_url=own_canonical(article.canonical_url, page.url),
        source_key=claimed_key(article.canonical_url, page.url),
        site_text=site_text(page.url, article.title, article.text),
    )


def saving_of(
    fetched: Fetched,
    interpretation: Interpretation,
    decision: Decision,
    cause: Cause = "publisher",
    notes: Sequence[str] = (),
) -> Saving:
    """The decision with all that is to be written. `notes`: of corrections, new on the page."""
    return Saving(
        fetch_id=fetched.fetch_id,
        page=fetched.page,
        source_id=fetched.context.source_id,
        extraction=interpretation.extraction,
        claims=interpretation.claims,
        text_hash=interpretation.text_hash,
        words=interpretation.words,
        sha256=interpretation.sha256,
        decision=decision,
        extracted_at=now(),
        traits=interpretation.traits,
        described=describe(candidate_of(fetched.page, interpretation, fetched.rules.keep), decision, cause, notes),
        rules=fetched.rules.rules_text,
    )


def settle_read(
    archive: Archive, fetched: Fetched, interpretation: Interpretation, cause: Cause = "publisher"
) -> Decided:
    """Decides what an interpreted page is and writes it."""
    natural, interpretation = interpretation, overruled(archive, fetched.page, interpretation)
    page, extraction = fetched.page, interpretation.extraction
    if interpretation.body is not None:
        _put(archive, fetched, interpretation.body)
    candidate = candidate_of(page, interpretation, fetched.rules.keep)
    candidate = replace(candidate, judged=interpretation is not natural)
    decision = decide(candidate, archive.articles.known(addresses_of(page, interpretation)))
    notes: list[str] = []
    if decision.change and decision.article:
        if _is_our_doing(archive, decision.article, interpretation):
            cause = "extractor"
        notes = _new_notes(archive, decision.article, interpretation)
    verdict = decision.verdict or extraction.verdict
    article = archive.articles.save(saving_of(fetched, interpretation, decision, cause, notes))
    place_version(archive, article, decision, interpretation)
    settled = Settled(
        fetch_id=fetched.fetch_id,
        link_id=fetched.context.link_id,
        outcome=decision.outcome,
        reason=decision.reason,
        detail=_detail(decision, verdict.reasons),
        verdict=verdict.kind.value,
        verdict_score=verdict.score,
        article_id=article,
        sha256=interpretation.sha256,
        size=interpretation.size,
        truncated=interpretation.truncated,
    )
    archive.articles.settle(settled)
    return _told(fetched, settled, extraction.article.title)


def settle_unmodified(archive: Archive, fetched: Fetched) -> Decided:
    """Writes that a page is as it was, without reading anything. The same where the site only says so: that failed.

    It only counts for a page that is held, and if the request named what is held (RFC 9110, 15.4.5).
    """
    page, held = fetched.page, archive.articles.unmodified(fetched.page)
    reason = None if is_conditional(page) else UNASKED
    if held is None or not held.has_body:
        reason = reason or NOT_HELD
    article = None
    if held is not None and reason is None:
        article = held.id
        archive.articles.seen_again(article, page, fetched.fetch_id, _events(archive, page) if held.has_events else ())
    settled = Settled(
        fetch_id=fetched.fetch_id,
        link_id=fetched.context.link_id,
        outcome=Outcome.FAILED if reason else Outcome.UNCHANGED,
        reason=reason,
        detail=None,
        verdict=None,
        verdict_score=None,
        article_id=article,
        sha256=None,
        size=None,
        truncated=False,
    )
    archive.articles.settle(settled)
    return _told(fetched, settled, None)


def is_conditional(page: Page) -> bool:
    """Whether a page was asked for on condition that it changed; True if the request is not known."""
    names = {name.lower() for name, _ in page.request_headers}
    return not names or not names.isdisjoint(CONDITIONS)


def _events(archive: Archive, page: Page) -> tuple[Event, ...]:
    """What a page not modified shows to have happened."""
    addresses = Addresses(page.requested_url, page.url, tuple(hop.url for hop in page.hops))
    candidate = Candidate(
        requested_url=page.requested_url,
        url=page.url,
        fetched_at=page.fetched_at,
        verdict=Verdict(VerdictKind.EMPTY),
        article=Article(),
        text_hash="",
        words=0,
        status=page.status,
    )
    return decide(candidate, archive.articles.known(addresses)).events


def place_version(archive: Archive, article: str | None, decision: Decision, interpretation: Interpretation) -> None:
    """Puts an article into its story, if the decision has brought it a text."""
    brought = (decision.change is not None and decision.current) or decision.refresh
    held = decision.article
    if article is None or not brought or (held is not None and held.text_hash == interpretation.text_hash):
        return
    compare_and_place(archive, article, interpretation.fingerprints, new=decision.outcome is Outcome.NEW)


def _is_our_doing(archive: Archive, held: Held, interpretation: Interpretation) -> bool:
    """Whether what reads otherwise does so because we read it otherwise."""
    if held.sha256 == interpretation.sha256:
        return True
    if not held.extractor_version or held.extractor_version == interpretation.extraction.extractor_version:
        return False
    before, after = _body(archive, held.sha256), _body(archive, interpretation.sha256)
    return read_otherwise((held.text, before), (interpretation.extraction.article.text, after))


def _new_notes(archive: Archive, held: Held, interpretation: Interpretation) -> list[str]:
    """Notes of corrections that stand on the page and did not when it gave the current version."""
    now = notes_on(_body(archive, interpretation.sha256))
    before = notes_on(_body(archive, held.sha256)) if now else []
    return [note for note in now if note not in before]


def _body(archive: Archive, sha256: str) -> bytes:
    """A page's bytes; none if they are not held, as in archives that others have made."""
    try:
        return archive.bodies.get(sha256)
    except NotHeld:
        return b""


def _is_forgotten(archive: Archive, page: Page, result: Interpretation | PageFailed | Unread) -> bool:
    """Whether the page is one that a person has had forgotten, under whatever address it comes."""
    canonical = None
    if isinstance(result, Interpretation):
        canonical = own_canonical(result.extraction.article.canonical_url, page.url)
    return bool(archive.forgotten.among(filter(None, (page.requested_url, page.url, canonical))))


def _refused(archive: Archive, fetched: Fetched) -> Decided:
    """A page that was forgotten came again: that it did is known, and nothing of what it said."""
    settled = Settled(
        fetch_id=fetched.fetch_id,
        link_id=fetched.context.link_id,
        outcome=Outcome.REJECTED,
        reason=FORGOTTEN,
        detail=None,
        verdict=None,
        verdict_score=None,
        article_id=None,
        sha256=None,
        size=None,
        truncated=False,
    )
    archive.articles.settle(settled)
    return _told(fetched, settled, None)


def _failed(archive: Archive, fetched: Fetched, failure: PageFailed) -> Decided:
    """A page that could not be interpreted: it is kept for a better day."""
    item = inbox.page(archive, fetched.fetch_id)
    page, body = packed(item.page if item else fetched.page)
    _put(archive, replace(fetched, reference=None), body)
    settled = Settled(
        fetch_id=fetched.fetch_id,
        link_id=fetched.context.link_id,
        outcome=Outcome.FAILED,
        reason=str(failure),
        detail=None,
        verdict=None,
        verdict_score=None,
        article_id=None,
        sha256=body.sha256,
        size=body.size,
        truncated=page.truncated,
    )
    archive.articles.settle(settled)
    return _told(fetched, settled, None)


def _put(archive: Archive, fetched: Fetched, body: StoredBody) -> None:
    """Keeps a body. How it is packed shall follow from the order of fetches, not from what workers knew when."""
    host = host_of(fetched.page.url)
    used, reference = fetched.reference, archive.bodies.reference(host)
    if (used.sha256 if used else None) != (reference.sha256 if reference else None):
        dictionary = used.data if used and body.dictionary else None
        data = unpack(body.data, dictionary) if body.codec == "zstd" else body.data
        alone = body.data if body.codec == "zstd" and not body.dictionary else None
        body = compress(data, body.sha256, reference, alone)
    archive.bodies.put(host, body, fetched.page.fetched_at)


def _detail(decision: Decision, reasons: tuple[str, ...]) -> str | None:
    if decision.reason is None or not reasons:
        return decision.reason
    return f"{decision.reason}: {'; '.join(reasons)}"


def _told(fetched: Fetched, settled: Settled, title: str | None) -> Decided:
    return Decided(
        fetch_id=settled.fetch_id,
        link_id=settled.link_id,
        source_id=fetched.context.source_id,
        outcome=settled.outcome,
        verdict=settled.verdict,
        reason=settled.reason,
        article_id=settled.article_id,
        title=title,
        # Cut at our own limit, it would be cut there again.
        truncated=settled.truncated and (settled.size or 0) < MOST,
    )
