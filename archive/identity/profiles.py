"""What two texts are compared by, and what the comparison shows: numbers, no judgement. Pure functions."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from archive.identity.fingerprints import COMPARED_BY, Run, is_unspaced, runs
from archive.text import UNSPACED, tokens

_TELLING = 5  # letters of a word that says what a text is about: the shorter a word, the more texts have it (Zipf)
_TELLING_IN_TITLE = 4  # titles leave out what says nothing
_LEAD = 48  # runs of words: how a story begins
_SKIPPED = 48  # words that may stand before the lead: a dateline, "Updated", a caption
_SHIFT = 12  # words by which a stretch may get longer or shorter on the way
_GAP = 60  # words that may be other ones within a stretch
_DIGIT = re.compile(r"\d")
_HAS_UNSPACED = re.compile(f"[{UNSPACED}]")
_LETTER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer: several make a syllable


class Profile:
    """A title and a text, taken apart once for all comparisons; what few of them need, when it is asked for."""

    def __init__(self, title: str, text: str) -> None:
        self.text = text
        self.words = tokens(text)
        self._is_unspaced = is_unspaced(self.words)
        self.title = frozenset(_telling(tokens(title), _TELLING_IN_TITLE))
        self.runs = runs(self.words, COMPARED_BY)
        self.distinct = frozenset(self.runs)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word."""
        return frozenset(_telling(self.words, 1) if self._is_unspaced else self.words)

    @cached_property
    def telling(self) -> frozenset[str]:
        """The words that say what the text is about."""
        return frozenset(_telling(self.words, _TELLING) if self._is_unspaced else _long(self.vocabulary, _TELLING))

    @cached_property
    def places(self) -> dict[Run, int]:
        """Where each run stands first."""
        last = len(self.runs) - 1
        return dict(zip(reversed(self.runs), range(last, -1, -1), strict=True))

    @cached_property
    def paragraphs(self) -> list[int]:
        """At which word each line begins."""
        starts, at = [], 0
        for line in self.text.split("\n"):
            if words := len(tokens(line)):
                starts.append(at)
                at += words
        return starts

    @cached_property
    def figures(self) -> dict[tuple[str, ...], Counter[str]]:
        """The numbers of the text, by the two words on either side of them."""
        found: dict[tuple[str, ...], Counter[str]] = {}
        words = self.words
        numbers = {word for word in set(words) if _DIGIT.match(word)}
        bare = ["#" if word in numbers else word for word in words]
        for at, word in enumerate(words):
            if bare[at] == "#":
                around = (*bare[max(0, at - 2) : at], "", *bare[at + 1 : at + 3])
                found.setdefault(around, Counter())[word] += 1
        return found


def _telling(words: list[str], letters: int) -> list[str]:
    """The longer words, numbers, and what may be words in scripts without spaces: four letters, or two of Chinese."""
    if not is_unspaced(words):
        return _long(words, letters)
    found = []
    for at, word in enumerate(words):
        if _LETTER.match(word):
            found.append("".join(words[at : at + 4]))
        elif _HAS_UNSPACED.match(word):
            found.append("".join(words[at : at + 2]))
        elif len(word) >= letters or word.isdigit():
            found.append(word)
    return found


def _long(words: Iterable[str], letters: int) -> list[str]:
    return [word for word in words if len(word) >= letters or word.isdigit()]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where the beginning of one text stands in another: from which word to which, and over how many paragraphs."""

    start: int
    end: int
    paragraphs: int

    def overlaps(self, other: "Stretch") -> bool:
        """Whether the two have more than a third of the shorter one in common."""
        common = min(self.end, other.end) - max(self.start, other.start)
        return 3 * common > min(self.end - self.start, other.end - other.start)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike two texts are, each number from 0 to 1 but the counts of figures.

    `jaccard`, `containment`: runs of three words in both, of those in either and of those in the shorter; `of_first`,
    `of_second`: of those of each; `agreement`: telling words in both, of those of the text that has fewer; `titles`:
    the same for the titles; `told_of_first`, `told_of_second`: of the words of each title those in the other text;
    `figures`: numbers in like surroundings, `unlike`: those of them that differ.
    """

    jaccard: float
    containment: float
    of_first: float
    of_second: float
    agreement: float
    titles: float
    told_of_first: float
    told_of_second: float
    figures: int
    unlike: int


def compare(first: Profile, second: Profile) -> Comparison:
    """How alike two texts are."""
    common = len(first.distinct & second.distinct)
    fewer = min(len(first.distinct), len(second.distinct))
    figures, unlike = _figures(first, second) if common * 3 > fewer else (0, 0)
    return Comparison(
        jaccard=_share(common, len(first.distinct) + len(second.distinct) - common),
        containment=_share(common, fewer),
        of_first=_share(common, len(first.distinct)),
        of_second=_share(common, len(second.distinct)),
        agreement=_overlap(first.telling, second.telling),
        titles=_overlap(first.title, second.title),
        told_of_first=_within(first.title, second.vocabulary),
        told_of_second=_within(second.title, first.vocabulary),
        figures=figures,
        unlike=unlike,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return _share(len(a & b), min(len(a), len(b)))


def _within(title: frozenset[str], vocabulary: frozenset[str]) -> float:
    return _share(len(title & vocabulary), len(title))


def _figures(first: Profile, second: Profile) -> tuple[int, int]:
    """How many numbers stand in surroundings that both texts have, and how many of those differ."""
    compared = alike = 0
    for around in first.figures.keys() & second.figures.keys():
        mine, theirs = first.figures[around], second.figures[around]
        compared += min(mine.total(), theirs.total())
        alike += (mine & theirs).total()
    return compared, compared - alike


def lead_in(story: Profile, other: Profile) -> Stretch | None:
    """Where the beginning of a story stands in another text, as far as it goes on there; None if it does not."""
    begin = [(at, run) for at, run in enumerate(story.runs[: _SKIPPED + _LEAD]) if run in other.distinct]
    if len(begin) < _LEAD // 2:
        return None
    found = [(at, other.places[run]) for at, run in begin]
    shifts = Counter((place - at) // _SHIFT for at, place in found)
    usual = shifts.most_common(1)[0][0]
    near = [(at, place) for at, place in found if abs((place - at) // _SHIFT - usual) <= 1]
    if len(near) < _LEAD // 2:
        return None
    return _followed(story, other, *near[0])


def _followed(story: Profile, other: Profile, at: int, place: int) -> Stretch:
    """The stretch that begins at these words of the two texts, and goes on as long as they do, in the same order."""
    last, last_place, common = at, place, 1
    for here in range(at + 1, len(story.runs)):
        if here - last > _GAP:
            break
        found = other.places.get(story.runs[here])
        if found is not None and 0 < found - last_place <= _GAP:
            last, last_place, common = here, found, common + 1
    end = last_place + COMPARED_BY
    if 2 * common < end - place:
        return Stretch(place, place, 0)
    return Stretch(place, end, sum(place <= begun < end for begun in other.paragraphs))
