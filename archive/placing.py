"""Where an article's text is compared with those that are like it, and the article is put into its story.

Called within the transaction that stores the article's version, in order of fetch. Every decision is a function of
what was stored before; at most three texts are compared with a new one, and the stories these are in placed anew.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from archive.dates import from_iso
from archive.identity.choosing import Candidate, Choice
from archive.identity.duplicates import FEW_WORDS
from archive.identity.fingerprints import fingerprints
from archive.identity.profiles import Profile
from archive.identity.relating import Finding, Subject, relate
from archive.regrouping import own_name, place_again
from archive.store.archive import Archive
from archive.store.relations import Text, turned
from archive.store.stories import Member
from archive.store.withdrawing import withdraw
from archive.text import tokens
from archive.urls import host_of

_CANDIDATES = 24
_MOST_RELATED = 8  # articles that a changed text is compared with again
_LIKE_BEFORE = 0.8  # of the fingerprints of two versions: what was found of the one holds for the other
_EXACT = {"jaccard": 1.0, "containment": 1.0}


def compare_and_place(
    archive: Archive, article: str, hashes: Sequence[int] | None = None, *, new: bool = False
) -> None:
    """Compares an article's current text with those it is like, and puts it into its story.

    `hashes`: the text's fingerprints, if they are known already; `new`: nothing can be known of the article yet.
    """
    text = archive.relations.text(article)
    assert text is not None
    _Placing(archive, text, _hashes(text, hashes)).run(new=new)
    archive.relations.compared(text.n)


def _hashes(text: Text, known: Sequence[int] | None = None) -> Sequence[int]:
    """What a text is found by; too short a text by nothing."""
    if text.words < FEW_WORDS:
        return ()
    return fingerprints(tokens(text.text)) if known is None else known


def catch_up(archive: Archive, limit: int = 100) -> int:
    """Compares articles of an archive that was begun by an older program, in their order; returns how many."""
    with archive.transaction():
        waiting = archive.relations.uncompared(limit)
        for n in waiting:
            text = archive.relations.text(n)
            assert text is not None
            compare_and_place(archive, text.id)
    return len(waiting)


def take_out(archive: Archive, article: str) -> None:
    """Withdraws an article, as if it had never been there: what it was like is compared with others again."""
    text = archive.relations.text(article)
    assert text is not None
    copies = _texts(archive, archive.relations.copies(article))
    others = _texts(archive, archive.relations.forget(article)[:_MOST_RELATED])
    [member] = archive.stories.members([text.n])
    archive.fingerprints.remove(text.n)
    if copies:
        archive.relations.hand_over(article, copies[0].id)
    heirs = [m for m in archive.stories.around([text.n], 2) if m.n != text.n] or archive.stories.members(
        copy.n for copy in copies[:1]
    )
    if heirs:
        _inherit(archive, member, heirs[0])
    withdraw(archive.db, article)
    for other in sorted([*copies[:1], *others], key=lambda text: text.n):
        _Placing(archive, other, _hashes(other)).run(again=True)
    if heirs:
        place_again(archive, heirs[0].n)


def _inherit(archive: Archive, member: Member, heir: Member) -> None:
    """A story whose article is to be taken out goes on; one named after that article gets the name of its next."""
    story = member.story_id
    if story == own_name(archive, member.id):
        story = own_name(archive, heir.id)
        archive.stories.rename(member.story_id, story)
    lead = member.duplicate_of or heir.id
    archive.stories.succeed(member.id, lead, story, heir.first_seen_at)


def _texts(archive: Archive, ids: Sequence[str]) -> list[Text]:
    """The texts of articles, the first one first."""
    return sorted((text for id_ in ids if (text := archive.relations.text(id_))), key=lambda text: text.n)


class _Placing:
    """One text on its way to its story."""

    def __init__(self, archive: Archive, text: Text, hashes: Sequence[int]) -> None:
        self._archive, self._text, self._hashes = archive, text, hashes
        self._at = from_iso(text.fetched_at)
        self._touched = {text.n}
        self._heir: Text | None = None  # the first of its copies, if it is none any more

    def run(self, *, new: bool = False, again: bool = False) -> None:
        """`new`: there was no text before; `again`: the text is the same, but others are not."""
        before = None if new else self._archive.fingerprints.of(self._text.n)
        others: Sequence[str] | None = () if new else self._changed(before, again=again)
        original = self._archive.relations.same_text(self._text.text_hash, self._text.n) if self._hashes else None
        if original is not None:
            self._copy(original)
        elif self._hashes:
            if others is not None:
                self._compare(others, again=again)
            self._archive.fingerprints.put(self._text.n, self._hashes, self._at)
        elif before is not None:
            self._archive.fingerprints.remove(self._text.n)
        if len(self._touched) > 1 or self._text.id in self._archive.decisions.told().together:
            place_again(self._archive, self._text.n, self._touched)
        if self._heir is not None:
            _Placing(self._archive, self._heir, _hashes(self._heir)).run()
            place_again(self._archive, self._heir.n, self._touched)

    def _changed(self, before: frozenset[int] | None, *, again: bool) -> Sequence[str] | None:
        """What the text was related to before and is to be compared with again; None if all of it holds still."""
        relations, fingerprints_ = self._archive.relations, self._archive.fingerprints
        if before is not None and not again:
            self._leave_copies()
            now = fingerprints_.kept(self._hashes)
            if before and len(before & now) >= _LIKE_BEFORE * len(before | now):
                return None
        if again:
            relations.forget_earlier(self._text.id, self._text.n)
            return ()
        others = relations.forget(self._text.id)
        self._touched.update(other.n for id_ in others if (other := relations.text(id_)) is not None)
        return others

    def _leave_copies(self) -> None:
        """Copies of the text that was are none any more: the first of them is the others' original from now on."""
        relations = self._archive.relations
        copies = _texts(self._archive, relations.copies(self._text.id))
        left = [copy for copy in copies if copy.text_hash != self._text.text_hash]
        if left:
            self._heir = left[0]
            relations.hand_over(self._text.id, self._heir.id)
            relations.forget(self._heir.id)

    def _copy(self, original: int) -> None:
        held = self._archive.relations.text(original)
        assert held is not None
        self._archive.fingerprints.remove(self._text.n)
        self._archive.relations.put(self._text.id, held.id, "exact", _EXACT, self._text.fetch_id, self._text.fetched_at)
        self._touched.add(original)

    def _compare(self, others: Sequence[str], *, again: bool) -> None:
        """Compares the text with three of those that share fingerprints with it, and with what it was like before."""
        sharing = self._archive.fingerprints.sharing(self._hashes, self._at, _CANDIDATES)
        choice = Choice(
            [Candidate(n, shared) for n, shared in sharing if n < self._text.n or (n > self._text.n and not again)]
        )
        compared = set()
        while (candidate := choice.next()) is not None:
            other = self._archive.relations.text(candidate.n)
            if other is not None:
                compared.add(other.id)
                choice.compared(candidate, self._find(other))
        for id_ in others[:_MOST_RELATED]:
            if id_ not in compared and (other := self._archive.relations.text(id_)) is not None:
                self._find(other)

    def _find(self, other: Text) -> Finding:
        """Compares the text with another. The relation is the later one's to the earlier, the part's to the whole."""
        first, second = sorted((self._text, other), key=lambda text: -text.n)
        finding = relate(_subject(first), _subject(second))
        if finding.kind is not None:
            self._touched.add(other.n)
            at = max((text.fetch_id, text.fetched_at) for text in (first, second))
            scores = _scores(finding)
            if finding.kind == "part_of" and finding.second_in_first:
                first, second, scores = second, first, turned(scores)
            self._archive.relations.put(first.id, second.id, finding.kind, scores, *at)
        return finding


@lru_cache(maxsize=64)  # copies of a story come one after the other
def _profile(title: str, text: str) -> Profile:
    return Profile(title, text)


def _subject(text: Text) -> Subject:
    return Subject(
        text.n, host_of(text.url).removeprefix("www."), _instant(text.published), _profile(text.title, text.text)
    )


def _instant(published: str | None) -> datetime | None:
    """When an article was published; of a day without a clock, its noon."""
    if not published:
        return None
    if len(published) > 10:
        return from_iso(published)
    return datetime.combine(date.fromisoformat(published), time(12), UTC)


def _scores(finding: Finding) -> dict[str, Any]:
    seen = finding.comparison
    scores: dict[str, Any] = {
        "jaccard": round(seen.jaccard, 3),
        "containment": round(seen.containment, 3),
        "agreement": round(seen.agreement, 3),
        "titles": round(seen.titles, 3),
        "evidence": round(finding.evidence, 3),
    }
    if finding.days is not None:
        scores["days"] = round(finding.days, 2)
    if seen.figures:
        scores |= {"figures": seen.figures, "unlike_figures": seen.unlike}
    for name, lead in (("a_in_b", finding.lead_of_first), ("b_in_a", finding.lead_of_second)):
        if lead is not None:
            scores[name] = [lead.start, lead.end, lead.paragraphs]
    return scores
