"""A person's verdict on a page goes before extraction's, in every reading of it."""

from collections.abc import Iterable
from dataclasses import replace

from archive.identity.canonical import own_canonical
from archive.interpretation import Interpretation
from archive.models import Page, Verdict, VerdictKind
from archive.store.archive import Archive
from archive.store.decisions import ALSO_AT

_INSTEAD = " instead of "


def judgement_value(kind: VerdictKind, instead: VerdictKind, also_at: Iterable[str] = ()) -> str:
    """What `decisions.value` says of a judgement: the verdict, which it overruled, and where else the page was."""
    return ALSO_AT.join((f"{kind.value}{_INSTEAD}{instead.value}", *also_at))


def read_judgement(value: str) -> tuple[VerdictKind, VerdictKind]:
    """The verdict of a judgement, and the one that it overruled."""
    kind, _, instead = value.partition(ALSO_AT)[0].partition(_INSTEAD)
    return VerdictKind(kind), VerdictKind(instead)


def overruled(archive: Archive, page: Page, interpretation: Interpretation) -> Interpretation:
    """The interpretation with the verdict that a person has decided on for this page, if there is one.

    A page of another kind than the one judged keeps its own verdict if that refuses it: a bot check that is answered
    at a story's address has not become the story.
    """
    if page.status >= 300:
        return interpretation
    extraction = interpretation.extraction
    canonical = own_canonical(extraction.article.canonical_url, page.url)
    row = archive.decisions.judgement(filter(None, (page.url, canonical)))
    if row is None or row.value is None:
        return interpretation
    kind, instead = read_judgement(row.value)
    if extraction.verdict.kind is not instead and extraction.verdict.kind.rank == 0:
        return interpretation
    verdict = Verdict(kind, 1.0, (f"judged by a person: {row.because}",))
    return replace(interpretation, extraction=replace(extraction, verdict=verdict))
