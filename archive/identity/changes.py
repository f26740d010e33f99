"""What an editor changed from one version of a story to the next, and whether readers were told. Pure functions.

Sentences are paired before anything is compared: a paragraph that moved is no change, and the figures of a paragraph
that was dropped were not changed. Classes are those of README, "What was edited"; a version may be of several.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, get_args

from archive.identity.blocks import story_blocks
from archive.identity.figures import figures
from archive.identity.notes import is_note, tells_of_change
from archive.identity.persons import Replaced, names_changed, names_within, share_of_capitals
from archive.identity.quotes import quoted
from archive.identity.sentences import ALIKE, Pairing, Sentence, fold, pair, sentences_of, words_of
from archive.identity.stamps import is_small

Class = Literal[
    "correction noted",
    "headline changed",
    "figures changed",
    "quote changed",
    "text added",
    "text removed",
    "minor",
]
CLASSES: tuple[Class, ...] = get_args(Class)  # a version of several is named by the first of them
_FEW = 2  # words that were nowhere in the other version
_REWRITTEN = 12  # words of sentences that were put in the place of others
_TYPO, _SHORT_WORD = 0.8, 4  # how alike two words are that differ by a letter; letters of one that can
_PASSAGE = 5  # words added to sentences or taken out of them: more than a word or two
_MOST_TOLD = 20  # figures, names and quotations that are named


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a story, as far as its edits are told by it. `modified`: the publisher's date of change."""

    title: str
    description: str
    text: str
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """What was changed. `classes`: all that apply, the first one the version's; `told`: readers were told of a change.

    `figures`, `names`: old and new; `quotes`: how many. `added`, `removed`: words of the text; `share`: of the longer
    version's words that are not in both; `moved`: sentences.
    """

    classes: tuple[Class, ...]
    silent: bool
    told: bool
    added: int
    removed: int
    share: float
    moved: int = 0
    quotes: int = 0
    figures: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    @property
    def main(self) -> Class:
        """The class that the version is named by."""
        return self.classes[0]


@dataclass(frozen=True, slots=True)
class _Words:
    """What changed within sentences: words that came and went, figures, names, quotations."""

    added: int = 0
    removed: int = 0
    quotes: int = 0
    figures: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "_Words") -> "_Words":
        return _Words(
            self.added + other.added,
            self.removed + other.removed,
            self.quotes + other.quotes,
            self.figures + other.figures,
            self.names + other.names,
        )


@dataclass(frozen=True, slots=True)
class _Texts:
    """The sentences of two versions, which became which, and what words stand within quotation marks."""

    old: Sequence[Sentence]
    new: Sequence[Sentence]
    pairing: Pairing
    capitals: float
    known: frozenset[str]
    quotes: dict[int, list[bool]]  # by id of the sentence


def compare(old: Version, new: Version, notes: Sequence[str] = ()) -> Edit:
    """What was changed from one version to the next. `notes`: of corrections, new on the page and beside the text."""
    texts = _texts(story_blocks(old.text), story_blocks(new.text))
    within = _within_sentences(texts)
    beside = _within_sentences(_texts((old.title,), (new.title,))) if old.title and new.title else _Words()
    if old.description and new.description:
        beside += _within_sentences(_texts((old.description,), (new.description,)))
    facts = within + beside
    headline = bool(old.title and new.title) and _letters(old.title) != _letters(new.title)
    said = [*notes, *_said_anew(texts), *([new.title] if headline and not tells_of_change(old.title) else [])]
    added, removed = _came_and_went(texts, within)
    classes: dict[Class, bool] = {
        "correction noted": any(map(is_note, said)),
        "headline changed": headline,
        "figures changed": bool(facts.figures),
        "quote changed": facts.quotes > 0,
    }
    named = [name for name in CLASSES if classes.get(name)] + _of_extent(texts, within, added, removed)
    told = any(map(tells_of_change, said)) or bool(new.modified and new.modified != old.modified)
    factual = headline or bool(facts.figures or facts.names or facts.quotes)
    return Edit(
        classes=tuple(named) or ("minor",),
        silent=factual and not told,
        told=told,
        added=added,
        removed=removed,
        share=_share(texts, added, removed),
        moved=texts.pairing.moved,
        quotes=facts.quotes,
        figures=tuple(dict.fromkeys(facts.figures))[:_MOST_TOLD],
        names=tuple(dict.fromkeys(facts.names))[:_MOST_TOLD],
    )


def _texts(old: Sequence[str], new: Sequence[str]) -> _Texts:
    before, after = sentences_of(old), sentences_of(new)
    quotes = dict(_in_quotes(before)) | dict(_in_quotes(after))
    return _Texts(before, after, pair(before, after), share_of_capitals(before), names_within(before), quotes)


def _in_quotes(sentences: Sequence[Sentence]) -> Iterator[tuple[int, list[bool]]]:
    """For each sentence, which of its words are quoted: a quotation may go on for several sentences of a paragraph."""
    for _, group in groupby(sentences, key=lambda sentence: sentence.block):
        paragraph = list(group)
        marked = [False] * sum(len(sentence.words) for sentence in paragraph)
        for start, end in quoted([word for sentence in paragraph for word in sentence.words]):
            marked[start:end] = [True] * (end - start)
        at = 0
        for sentence in paragraph:
            yield id(sentence), marked[at : at + len(sentence.words)]
            at += len(sentence.words)


# --- within sentences


def _within_sentences(texts: _Texts) -> _Words:
    words = _Words()
    for (old, new), like in zip(texts.pairing.changed, texts.pairing.alike, strict=True):
        words += _within(old, new, like, texts)
    return words


def _within(old: Sentence, new: Sentence, like: float, texts: _Texts) -> _Words:
    steps = SequenceMatcher(None, old.key, new.key, autojunk=False).get_opcodes()
    replaced = [
        Replaced(old, new, slice(i, k), slice(j, m))
        for step, i, k, j, m in steps
        if step != "equal" and (k > i or m > j)
    ]
    removed = sum(_count(old.key[r.old]) for r in replaced)
    added = sum(_count(new.key[r.new]) for r in replaced)
    numbers = dict.fromkeys(_figures(old, new, replaced)) if like >= ALIKE else {}
    inside = any(_quote_changed(r, texts) for r in replaced)
    names = () if like < ALIKE else tuple(n for r in replaced for n in names_changed(r, texts.capitals, texts.known))
    return _Words(added, removed, int(inside), tuple(numbers), names)


def _figures(old: Sentence, new: Sentence, replaced: Sequence[Replaced]) -> Iterator[tuple[str, str]]:
    """Figures that took the place of others: those that stand there, and those of the sentence that are left over."""
    for r in replaced:
        was, is_ = figures(old.words[r.old]), figures(new.words[r.new])
        if was != is_ and was and is_:
            yield " ".join(was), " ".join(is_)
            return
    before, after = Counter(figures(old.words)), Counter(figures(new.words))
    gone, came = list((before - after).elements()), list((after - before).elements())
    if gone and came:
        yield " ".join(gone), " ".join(came)


def _quote_changed(r: Replaced, texts: _Texts) -> bool:
    """Whether words were changed between the quotation marks of a quotation that stands in both versions."""
    before, after = texts.quotes[id(r.before)], texts.quotes[id(r.after)]
    was = any(before[at] and r.before.words[at][0].isalnum() for at in range(r.old.start, r.old.stop))
    is_ = any(after[at] and r.after.words[at][0].isalnum() for at in range(r.new.start, r.new.stop))
    if _is_small(r.before.key[r.old]) and _is_small(r.after.key[r.new]):
        return False
    if r.old.start == r.old.stop:
        return is_ and _all_quoted(r.after, r.new, after) and any(before[max(0, r.old.start - 1) : r.old.start + 1])
    if r.new.start == r.new.stop:
        return was and _all_quoted(r.before, r.old, before) and any(after[max(0, r.new.start - 1) : r.new.start + 1])
    return was and is_ and not _is_typo(r.before.key[r.old], r.after.key[r.new])


def _all_quoted(sentence: Sentence, place: slice, marked: Sequence[bool]) -> bool:
    return all(marked[at] for at in range(place.start, place.stop) if sentence.words[at][0].isalnum())


def _is_small(words: Sequence[str]) -> bool:
    """Only articles and prepositions, and marks: as they are put right without another meaning."""
    return all(not word[0].isalnum() or is_small(word) for word in words)


def _is_typo(old: Sequence[str], new: Sequence[str]) -> bool:
    if len(old) != 1 or len(new) != 1 or len(old[0]) < _SHORT_WORD:
        return False
    return SequenceMatcher(None, old[0], new[0], autojunk=False).ratio() >= _TYPO


# --- of the whole


def _said_anew(texts: _Texts) -> Iterator[str]:
    """What stands in the new version only: sentences, and those of one paragraph together."""
    yield from (sentence.text for sentence in texts.pairing.added)
    yield from (after.text for before, after in texts.pairing.changed if not tells_of_change(before.text))
    for _, group in groupby(texts.pairing.added, key=lambda sentence: sentence.block):
        yield " ".join(sentence.text for sentence in group)


def _came_and_went(texts: _Texts, within: _Words) -> tuple[int, int]:
    """How many words came, and how many went."""
    added = sum(_count(sentence.key) for sentence in texts.pairing.added)
    removed = sum(_count(sentence.key) for sentence in texts.pairing.dropped)
    return added + within.added, removed + within.removed


def _of_extent(texts: _Texts, within: _Words, added: int, removed: int) -> list[Class]:
    """Whether text was added, removed or both, the greater part first."""
    before, after = (Counter(word for s in of for word in s.key if word[0].isalnum()) for of in (texts.old, texts.new))
    # A sentence made of two, or two of one, adds nothing: what counts is whether words came that were not there.
    came, went = (after - before).total(), (before - after).total()
    more = bool(texts.pairing.added) or within.added - within.removed >= _PASSAGE or within.added >= _REWRITTEN
    less = bool(texts.pairing.dropped) or within.removed - within.added >= _PASSAGE or within.removed >= _REWRITTEN
    found: list[Class] = []
    if more and came >= _FEW and not _only_notes(texts, within):
        found.append("text added")
    if less and went >= _FEW:
        found.append("text removed")
    return found[::-1] if removed > added else found


def _only_notes(texts: _Texts, within: _Words) -> bool:
    """Whether what was added is a note on the story and not of it."""
    grown = within.added - within.removed >= _PASSAGE
    blocks = groupby(texts.pairing.added, key=lambda sentence: sentence.block)
    return not grown and all(tells_of_change(" ".join(sentence.text for sentence in group)) for _, group in blocks)


def _share(texts: _Texts, added: int, removed: int) -> float:
    longer = max(sum(_count(s.key) for s in texts.old), sum(_count(s.key) for s in texts.new))
    return round(min(1.0, max(added, removed) / longer), 3) if longer else 0.0


def _count(words: Sequence[str]) -> int:
    return sum(word[0].isalnum() for word in words)


def _letters(title: str) -> list[str]:
    return [word for word in words_of(fold(title)) if word[0].isalnum()]
