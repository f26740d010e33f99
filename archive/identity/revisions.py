"""What an interpreted page is to the archive: a new article, a version of one held, another address of one, or nothing.

Pure: values in, a value out. The order of looking is that of certainty: the very address, where the request led, what
the page calls itself, an address alike, the same words elsewhere. Only the first needs no agreement of the texts.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from archive.identity.beginnings import begins_like, is_beginning
from archive.identity.blocks import blocks_hash, same_story
from archive.identity.duplicates import FEW_WORDS, agree, likeness
from archive.identity.events import NOT_LOOKED_AT, NOT_MODIFIED, Event, Standing, Visit, happened, is_own
from archive.identity.sentences import fold
from archive.models import Article, Outcome, Verdict, VerdictKind
from archive.urls import host_of, is_home_page, url_key

Change = Literal["first", "edited", "replaced", "reverted", "degraded"]
Cause = Literal["publisher", "extractor", "degraded"]

_UNLIKE = 0.3  # of the shorter text's word triples: less, and nothing of the old text is left to speak of
_CUT = 3  # a text this many times shorter behind a paywall is a teaser
_LOST = 0.9  # of the text held: less than so much of it, shown behind a new paywall, is its beginning
CUT_SHORT = "cut short"
_VISITS, _DAYS = (
    3,
    timedelta(days=2),
)  # in a row, and from the first to the last: so long a text stays cut that was meant


@dataclass(frozen=True, slots=True)
class Candidate:
    """An interpreted page. `kept`: its source wants pages of this kind whatever they hold. `hops`: the addresses that
    redirected on the way.
    """

    requested_url: str
    url: str
    fetched_at: datetime
    verdict: Verdict
    article: Article
    text_hash: str
    words: int
    status: int = 200
    truncated: bool = False
    kept: bool = False
    hops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version that was current before: its number, its headline, the hashes of its text and of its paragraphs."""

    number: int
    title: str | None
    hashes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Held:
    """An article as the archive holds it. `hashes`: of every text that was ever current; `degraded`: of those never;
    `sha256`: of the body that the current one was taken from; `standing`: how its page stood when last looked at.
    `modified`: the publisher's date of change; `earlier`: the versions before, in order; `cut`: when its latest visits
    found its text cut short, one after the other.
    """

    id: str
    url: str
    story_id: str
    verdict: VerdictKind
    title: str | None
    description: str | None
    text: str
    text_hash: str
    words: int
    fetched_at: datetime
    hashes: frozenset[str] = frozenset()
    degraded: frozenset[str] = frozenset()
    duplicate_of: str | None = None
    standing: Standing = NOT_LOOKED_AT
    sha256: str = ""
    paywalled: bool | None = None
    modified: str = ""
    earlier: tuple[Earlier, ...] = ()
    cut: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive holds that the page may be: at the URL that answered, at the one requested, at the one the page
    calls its own, at URLs of the same key, and with the same words elsewhere, the one held longest first.
    """

    answered: Held | None = None
    requested: Held | None = None
    canonical: Held | None = None
    same_key: tuple[Held, ...] = ()
    same_text: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A row of `relations` between the page's article and another. `scores`: name and value."""

    other: str
    kind: str
    scores: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a page. `article`: the one held that it belongs to.

    `change`: the revision to add, current unless `current` is false. `events`: what happened to pages of articles held.
    `refresh`: the text is the same, but what else is known of it is to be brought up to date. `reverts_to`: the number
    of the version that is back.
    """

    outcome: Outcome
    reason: str | None = None
    article: Held | None = None
    change: Change | None = None
    current: bool = True
    events: tuple[Event, ...] = ()
    refresh: bool = False
    relations: tuple[Relation, ...] = ()
    copy_of: Held | None = None
    reverts_to: int | None = None


def own_canonical(canonical_url: str | None, url: str) -> str | None:
    """What a page calls itself, if that can be believed: on the same host, and not the home page."""
    if not canonical_url or host_of(canonical_url) != host_of(url) or is_home_page(canonical_url):
        return None
    return canonical_url


def decide(candidate: Candidate, known: Known) -> Decision:
    """What an interpreted page is to the archive, and what it shows to have happened to the page of an article held."""
    decision = _decided(candidate, known)
    visit = _visit(candidate, known, decision)
    return replace(decision, events=happened(visit)) if visit else decision


def _decided(candidate: Candidate, known: Known) -> Decision:
    if (refusal := _refused(candidate, known)) is not None:
        return refusal
    if known.answered is not None and known.answered.url == candidate.url:
        return _led_to(candidate, known.answered, known.requested)
    for held in _claimed(known):
        if _agrees(candidate, held):
            return _at_another_url(candidate, held)
    return _new(candidate, known)


def decide_again(candidate: Candidate, held: Held) -> Decision:
    """What another reading of the page that an article's current version was taken from is to that article."""
    if _is_no_story(candidate) or candidate.verdict.kind.rank < held.verdict.rank:
        return Decision(Outcome.UNCHANGED, "not read as well as before", held)
    if candidate.text_hash == held.text_hash or same_story(candidate.article.text, held.text):
        return Decision(Outcome.UNCHANGED, None, held, refresh=True)
    return Decision(Outcome.REVISION, None, held, "edited")


def _refused(candidate: Candidate, known: Known) -> Decision | None:
    held = known.answered or known.requested
    if held is not None and candidate.status == NOT_MODIFIED:
        return Decision(Outcome.UNCHANGED, None, held)
    if candidate.kept:
        return None
    if candidate.verdict.kind.rank == 0:
        return Decision(Outcome.REJECTED, candidate.verdict.kind.value, held)
    return Decision(Outcome.REJECTED, "no_text", held) if not candidate.article.text else None


def _is_no_story(candidate: Candidate) -> bool:
    return not candidate.kept and (candidate.verdict.kind.rank == 0 or not candidate.article.text)


def _claimed(known: Known) -> list[Held]:
    """The articles that some address says the page is, each once, surest first."""
    claimed = (known.answered, known.requested, known.canonical, *known.same_key)
    return list({held.id: held for held in claimed if held is not None}.values())


def _agrees(candidate: Candidate, held: Held) -> bool:
    return candidate.text_hash in held.hashes or agree(candidate.article.text, held.text)


def _led_to(candidate: Candidate, held: Held, requested: Held | None) -> Decision:
    """An article's own page. The first time another address leads to it, that address is a duplicate's."""
    version = _version(candidate, held)
    if version.outcome is Outcome.UNCHANGED and candidate.requested_url != held.url and requested is None:
        return replace(version, outcome=Outcome.DUPLICATE)
    return version


def _version(candidate: Candidate, held: Held) -> Decision:
    """The page of an article held, seen again."""
    if _is_same(candidate, held):
        better = candidate.verdict.kind.rank > held.verdict.rank
        return Decision(Outcome.UNCHANGED, None, held, refresh=better)
    if (worse := _worse(candidate, held)) is not None:
        known = _is_among(candidate, held.degraded)
        if known and not (worse == CUT_SHORT and _was_meant(candidate, held)):
            return Decision(Outcome.UNCHANGED, worse, held)
        if not known:
            return Decision(Outcome.REVISION, worse, held, "degraded", current=False)
    # A page from before, out of somebody's files, is a version that was; what is current stays.
    current = candidate.fetched_at >= held.fetched_at
    if current and (number := _reverts_to(candidate, held)) is not None:
        return Decision(Outcome.REVISION, None, held, "reverted", reverts_to=number)
    change: Change = "replaced" if _is_unlike(candidate, held) else "edited"
    return Decision(Outcome.REVISION, None, held, change, current=current)


def _is_same(candidate: Candidate, held: Held) -> bool:
    """Whether nothing a reader would see has changed; a title or description not found this time is no change."""
    article = candidate.article
    said = ((article.title, held.title), (article.description, held.description))
    return all(not new or fold(new) == fold(old or "") for new, old in said) and (
        candidate.text_hash == held.text_hash or same_story(article.text, held.text)
    )


def _is_among(candidate: Candidate, hashes: frozenset[str]) -> bool:
    """Whether a text is one of those, whatever its ages and counters say."""
    return candidate.text_hash in hashes or (bool(hashes) and blocks_hash(candidate.article.text) in hashes)


def _reverts_to(candidate: Candidate, held: Held) -> int | None:
    """The latest earlier version that the page shows again, if it shows that and not only another headline."""
    like = [earlier for earlier in held.earlier if _is_among(candidate, earlier.hashes)]
    title = fold(candidate.article.title or "")
    again = [earlier.number for earlier in like if fold(earlier.title or "") == title]
    if again:
        return again[-1]
    return like[-1].number if like and not same_story(candidate.article.text, held.text) else None


def _worse(candidate: Candidate, held: Held) -> str | None:
    """Why the version held must stay, None if it need not."""
    if candidate.verdict.kind.rank < held.verdict.rank:
        return candidate.verdict.kind.value
    if candidate.truncated and candidate.words < held.words:
        return "truncated"
    if candidate.words >= held.words:
        return None
    paywalled, text = candidate.article.paywalled, candidate.article.text
    if paywalled and candidate.words * _CUT < held.words:
        return "paywalled"
    if paywalled and not held.paywalled and candidate.words < _LOST * held.words and begins_like(text, held.text):
        return "paywalled"
    if candidate.verdict.kind is not VerdictKind.LIVE_BLOG and is_beginning(text, held.text):
        return CUT_SHORT
    return None


def _was_meant(candidate: Candidate, held: Held) -> bool:
    """Whether a text stayed cut short for so long, through so many visits, that its publisher must have done it."""
    visits = [*held.cut, candidate.fetched_at]
    return not candidate.article.paywalled and len(visits) >= _VISITS and visits[-1] - visits[0] >= _DAYS


def _is_unlike(candidate: Candidate, held: Held) -> bool:
    if _is_among(candidate, held.hashes):
        return False
    return likeness(candidate.article.text, held.text).containment < _UNLIKE


def _at_another_url(candidate: Candidate, held: Held) -> Decision:
    """An article held, at an address that is not its own. Its views for print or AMP differ a little: no versions."""
    if held.url in (candidate.requested_url, *candidate.hops):  # it has moved, and the old address leads to the new one
        return _version(candidate, held)
    if not _is_among(candidate, held.hashes) and _same_path(candidate.url, held.url):
        # Only the query differs (a tracked link, the clean one), so this is the very page.
        version = _version(candidate, held)
        if version.current and version.outcome is Outcome.REVISION:
            return version
    return Decision(Outcome.DUPLICATE, None, held)


def _same_path(a: str, b: str) -> bool:
    return _path(a) == _path(b)


def _path(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/")


def _new(candidate: Candidate, known: Known) -> Decision:
    claimed = tuple(held for held in (known.answered, *known.same_key) if held is not None)
    conflicts = {held.id: _conflict(candidate, held) for held in claimed}
    if candidate.words < FEW_WORDS or not known.same_text:
        return Decision(Outcome.NEW, change="first", relations=tuple(conflicts.values()))
    original = known.same_text[0]
    exact = Relation(original.id, "exact", (("jaccard", 1.0), ("containment", 1.0)))
    return Decision(Outcome.NEW, change="first", relations=(*conflicts.values(), exact), copy_of=original)


def _conflict(candidate: Candidate, held: Held) -> Relation:
    alike = likeness(candidate.article.text, held.text)
    scores = (("jaccard", round(alike.jaccard, 3)), ("containment", round(alike.containment, 3)))
    return Relation(held.id, "key_conflict", scores)


def _visit(candidate: Candidate, known: Known, decision: Decision) -> Visit | None:
    """The page as an answer to somebody who looked for an article held; None if nobody did."""
    held, verdict = known.requested or known.answered, candidate.verdict.kind
    if held is None:
        return None
    same = decision.article is not None and decision.article.id == held.id and decision.outcome is not Outcome.REJECTED
    asked = any(is_own(url, held.url) for url in (candidate.requested_url, *candidate.hops))
    at_home = is_own(candidate.url, held.url)
    if not (asked or at_home or (same and known.answered is None)):
        return None
    at_another = known.canonical is not None and known.canonical.id == held.id
    paywalled = candidate.article.paywalled and candidate.words * _CUT < held.words
    walled = verdict is VerdictKind.TEASER or decision.reason == "paywalled" or paywalled
    soft = verdict.rank > 0 and decision.reason == VerdictKind.SOFT_404  # told by what the site's other pages are
    if soft and not asked:
        return None
    return Visit(
        article=held.id,
        url=held.url,
        at=candidate.fetched_at,
        answered=candidate.url,
        status=candidate.status,
        verdict=VerdictKind.SOFT_404 if soft else verdict,
        standing=held.standing if held.standing.until else Standing(until=held.fetched_at),
        at_home=at_home,
        same=same or (not at_home and not _is_no_story(candidate) and _agrees(candidate, held)),
        story=not _is_no_story(candidate),
        elsewhere=at_another or url_key(candidate.url) == url_key(held.url),
        cut=bool(walled) and not candidate.truncated,
        full=not walled and not candidate.truncated and decision.reason is None,
        was_full=held.verdict is not VerdictKind.TEASER,
        shown=(candidate.words, held.words),
    )
