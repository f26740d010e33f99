"""What decisions are made of, and what they say: a page as it was read, what the archive holds, what is to be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.identity.answers import Answer
from archive.identity.events import NOT_LOOKED_AT, Event, Standing
from archive.models import Article, Outcome, Verdict, VerdictKind

Change = Literal["first", "edited", "replaced", "reverted", "degraded"]
Cause = Literal["publisher", "extractor", "degraded"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An interpreted page. `kept`: its source wants pages of this kind whatever they hold. `hops`: the addresses that
    redirected on the way. `judged`: a person has said what it is.
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
    judged: bool = False


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
    extractor_version: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive holds that the page may be: at the URL that answered, at the one requested, at the one the page
    calls its own, and at URLs of the same key, the one held longest first.

    `source`: at the URL of another host that the page calls its own; `namers`: articles whose pages call this one's URL
    their own. `answers`: what its site gave with the same text at other addresses; `addresses`: the URLs that lead to
    where this one did, if it was not known to.
    """

    answered: Held | None = None
    requested: Held | None = None
    canonical: Held | None = None
    same_key: tuple[Held, ...] = ()
    source: Held | None = None
    namers: tuple[Held, ...] = ()
    answers: tuple[Answer, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A row of `relations`: of an article to another one, "" being the page's. `scores`: name and value."""

    other: str
    kind: str
    scores: tuple[tuple[str, float], ...] = ()
    of: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a page. `article`: the one held that it belongs to.

    `change`: the revision to add, current unless `current` is false. `events`: what happened to pages of articles held.
    `refresh`: the text is the same, but what else is known of it is to be brought up to date. `reverts_to`: the number
    of the version that is back. `verdict`: instead of the one that the page has by itself.
    """

    outcome: Outcome
    reason: str | None = None
    article: Held | None = None
    change: Change | None = None
    current: bool = True
    events: tuple[Event, ...] = ()
    refresh: bool = False
    relations: tuple[Relation, ...] = ()
    reverts_to: int | None = None
    verdict: Verdict | None = None
