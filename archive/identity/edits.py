"""What is to be kept of an edit beside the version: pure, decided when the version is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from archive.dates import iso
from archive.identity.blocks import blocks_hash
from archive.identity.changes import Edit, Version, compare
from archive.identity.revisions import Candidate, Cause, Decision, Held
from archive.models import Moment


@dataclass(frozen=True, slots=True)
class Described:
    """The columns of a version that tell of the edit. `edit`: None where a version has none before it to compare.

    `story_hash`, `story_hash_before`: of the paragraphs of this version and of the one that was current.
    """

    cause: Cause
    edit: Edit | None
    story_hash: str
    story_hash_before: str
    reverts_to: int | None


def describe(candidate: Candidate, decision: Decision, cause: Cause, notes: Sequence[str] = ()) -> Described | None:
    """What a decision for another version of an article says of the edit; None for any other decision.

    `notes`: of corrections, new on the page. Only what a publisher did is a silent edit. A version from before the
    current one is not compared with it.
    """
    held = decision.article
    if held is None or decision.change is None:
        return None
    if decision.change == "degraded" and cause == "publisher":
        cause = "degraded"
    later = decision.current or decision.change == "degraded"
    return Described(
        cause=cause,
        edit=compare(_held(held), _shown(candidate), notes) if later else None,
        story_hash=blocks_hash(candidate.article.text),
        story_hash_before=blocks_hash(held.text),
        reverts_to=decision.reverts_to,
    )


def columns(described: Described | None) -> dict[str, str | int | None]:
    """The same as values of columns of `revisions`."""
    if described is None:
        names = ("class", "classes", "silent", "scores", "story_hash", "story_hash_before", "reverts_to")
        return dict.fromkeys(names)
    edit = described.edit
    return {
        "class": edit.main if edit else None,
        "classes": json.dumps(edit.classes) if edit else None,
        "silent": int(edit.silent and described.cause == "publisher") if edit else None,
        "scores": _scores(edit) if edit else None,
        "story_hash": described.story_hash,
        "story_hash_before": described.story_hash_before,
        "reverts_to": described.reverts_to,
    }


def modified_of(moment: Moment | None) -> str:
    """A publisher's date of change as a text to be compared; "" if there is none."""
    if moment is None:
        return ""
    return iso(moment.at) if moment.at else moment.raw


def _held(held: Held) -> Version:
    return Version(held.title or "", held.description or "", held.text, held.modified)


def _shown(candidate: Candidate) -> Version:
    article = candidate.article
    return Version(article.title or "", article.description or "", article.text, modified_of(article.modified))


def _scores(edit: Edit) -> str:
    told = {
        "words_added": edit.added,
        "words_removed": edit.removed,
        "share": edit.share,
        "moved": edit.moved,
        "quotes": edit.quotes,
        "figures": edit.figures,
        "names": edit.names,
        "told": edit.told,
    }
    return json.dumps(told, ensure_ascii=False)
