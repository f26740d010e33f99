"""What an interpreted page is to the archive: a new article, a version of one held, another address of one, or nothing.

Pure: values in, a value out. The order of looking is that of certainty: the very address, where the request led, what
the page calls itself, an address alike. Only the first needs no agreement of the texts.
"""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from archive.identity.answers import Answer, everyones, leads_from_everywhere
from archive.identity.beginnings import begins_like, is_beginning
from archive.identity.blocks import blocks_hash, same_story
from archive.identity.canonical import refused_because
from archive.identity.duplicates import FEW_WORDS, agree, likeness
from archive.identity.events import NOT_MODIFIED, Standing, Visit, happened, is_own
from archive.identity.material import Candidate, Cause, Change, Decision, Earlier, Held, Known, Relation
from archive.identity.sentences import fold
from archive.models import Outcome, Verdict, VerdictKind
from archive.urls import url_key

__all__ = [
    "CUT_SHORT",
    "Candidate",
    "Cause",
    "Change",
    "Decision",
    "Earlier",
    "Held",
    "Known",
    "Relation",
    "decide",
    "decide_again",
]

_UNLIKE = 0.3  # of the shorter text's word triples: less, and nothing of the old text is left to speak of
_CUT = 3  # a text this many times shorter behind a paywall is a teaser
_LOST = 0.9  # of the text held: less than so much of it, shown behind a new paywall, is its beginning
CUT_SHORT = "cut short"
_VISITS, _DAYS = (
    3,
    timedelta(days=2),
)  # in a row, and from the first to the last: so long a text stays cut that was meant


def decide(candidate: Candidate, known: Known) -> Decision:
    """What an interpreted page is to the archive, and what it shows to have happened to the page of an article held."""
    decision = _unless_everyones(candidate, known, _decided(candidate, known))
    visit = _visit(candidate, known, decision)
    return replace(decision, events=happened(visit)) if visit else decision


def _decided(candidate: Candidate, known: Known) -> Decision:
    if (refusal := _refused(candidate, known)) is not None:
        return refusal
    if known.answered is not None and known.answered.url == candidate.url:
        decision = _led_to(candidate, known.answered, known.requested)
        names = decision.outcome is Outcome.REVISION
        return replace(decision, relations=_named(candidate, known)) if names else decision
    for held in _claimed(candidate, known):
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


def _claimed(candidate: Candidate, known: Known) -> list[Held]:
    """The articles that some address says the page is, each once, surest first."""
    namers = (held for held in known.namers if _same_host(held.url, candidate.url))
    claimed = (known.answered, known.requested, known.canonical, *known.same_key, *namers)
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
    named = _named(candidate, known)
    told = {relation.of or relation.other for relation in named}
    claimed = tuple(held for held in (known.answered, *known.same_key) if held is not None and held.id not in told)
    conflicts = {held.id: Relation(held.id, "key_conflict", _scores(candidate, held)) for held in claimed}
    relations = (*conflicts.values(), *named)
    return Decision(Outcome.NEW, change="first", relations=relations)


def _named(candidate: Candidate, known: Known) -> tuple[Relation, ...]:
    """What comes of the addresses that this page, and others of this page, call their own: all claims that failed, and
    those that name the source of a copy.
    """
    found = []
    named, own = url_key(candidate.article.canonical_url or ""), url_key(candidate.url)
    for held in (known.canonical, known.source):
        # What is only said to be at that address, by a third page, is not what this page names.
        if held is not None and url_key(held.url) == named != own:
            found.append(Relation(held.id, _claim(candidate, held), _scores(candidate, held)))
    for held in known.namers:
        if held.url != candidate.url:
            found.append(Relation("", _claim(candidate, held), _scores(candidate, held), of=held.id))
    return tuple(found)


def _claim(candidate: Candidate, held: Held) -> str:
    copy = not _same_host(candidate.url, held.url) and _agrees(candidate, held)
    return "syndicated_from" if copy else "canonical_refused"


def _same_host(a: str, b: str) -> bool:
    return refused_because(a, b) != "another host"


def _scores(candidate: Candidate, held: Held) -> tuple[tuple[str, float], ...]:
    alike = likeness(candidate.article.text, held.text)
    return ("jaccard", round(alike.jaccard, 3)), ("containment", round(alike.containment, 3))


def _unless_everyones(candidate: Candidate, known: Known, decision: Decision) -> Decision:
    """The decision, or that the page is what its site answers to any address."""
    if candidate.kept or candidate.judged or candidate.verdict.kind is VerdictKind.MEDIA:
        return decision
    held = decision.article
    if decision.outcome is Outcome.DUPLICATE and held is not None:
        many = leads_from_everywhere(held.url, (*known.addresses, candidate.requested_url)) if known.addresses else 0
        return _soft_404(f"where {many} other addresses led, {held.url}", held, ()) if many else decision
    if decision.outcome is not Outcome.NEW and decision.change != "replaced":
        return decision
    page = Answer("", candidate.url, candidate.article.title, candidate.fetched_at)
    shown = everyones(page, known.answers, short=candidate.words < FEW_WORDS)
    if not shown or (held is not None and held.id in {answer.article for answer in shown}):
        return decision
    scores = (("addresses", float(len(shown))),)
    flags = tuple(Relation(shown[0].article, "same_answer", scores, of=answer.article) for answer in shown[1:])
    return _soft_404(f"the same page as under {len(shown)} other addresses, first {shown[0].url}", held, flags)


def _soft_404(why: str, held: Held | None, flags: tuple[Relation, ...]) -> Decision:
    kind = VerdictKind.SOFT_404
    return Decision(Outcome.REJECTED, kind.value, held, relations=flags, verdict=Verdict(kind, 1.0, (why,)))


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
