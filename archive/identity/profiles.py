"""What two texts are compared by, and what the comparison shows: numbers, no judgement. Pure functions."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from archive.identity.fingerprints import MOST_WORDS, unspaced
from archive.text import tokens

_RUN = 3  # words
_LONG_RUN = 5  # characters of scripts written without spaces

_TELLING = 5  # letters of a word that says what a text is about: the shorter a word, the more texts have it (Zipf)
_TELLING_IN_TITLE = 4  # titles leave out what says nothing
_LEAD = 48  # runs of words: how a story begins
_SKIPPED = 48  # words that may stand before the lead: a dateline, "Updated", a caption
_SHIFT = 12  # words by which a stretch may get longer or shorter on the way
_GAP = 60  # words that may be other ones within a stretch
_LETTER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer: several make a syllable


class Profile:
    """A title and a text, taken apart once for all comparisons; what few of them need, when it is asked for."""

    def __init__(self, title: str, text: str) -> None:
        self.words: list[str] = []
        self.paragraphs: list[int] = []  # at which word each line begins
        for line in text.split("\n"):
            if words := tokens(line):
                self.paragraphs.append(len(self.words))
                self.words += words
        del self.words[MOST_WORDS:]
        self._unspaced = unspaced(self.words)
        self.title = frozenset(_telling(tokens(title), _TELLING_IN_TITLE))
        self.runs = _runs(self.words, self._unspaced)
        self.distinct = frozenset(self.runs)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word."""
        return frozenset(self.words if self._unspaced is None else _telling(self.words, 1))

    @cached_property
    def telling(self) -> frozenset[str]:
        """The words that say what the text is about."""
        if self._unspaced is None:
            return frozenset([word for word in self.vocabulary if len(word) >= _TELLING or word.isdigit()])
        return frozenset(_telling(self.words, _TELLING))

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each run stands first."""
        return dict(zip(self.runs[::-1], range(len(self.runs) - 1, -1, -1), strict=True))

    @cached_property
    def figures(self) -> dict[tuple[str, ...], Counter[str]]:
        """The numbers of the text, by the two words on either side of them."""
        found: dict[tuple[str, ...], Counter[str]] = {}
        words = self.words
        for at in [at for at, word in enumerate(words) if word[0].isdigit()]:
            around = (*words[max(0, at - 2) : at], "", *words[at + 1 : at + 3])
            bare = tuple("#" if word[:1].isdigit() else word for word in around)
            found.setdefault(bare, Counter())[words[at]] += 1
        return found


def _runs(words: list[str], which: list[bool] | None) -> list[str]:
    """Each run of three words, or of five characters of a script without spaces; of a shorter text, the whole.

    Strings, not tuples: a text has a thousand, and each tuple would be one more thing for the garbage collector.
    """
    if len(words) < _RUN:
        return [" ".join(words)] if words else []
    short = list(map(" ".join, zip(words, words[1:], words[2:], strict=False)))
    if which is None:
        return short
    return [
        " ".join(words[at : at + _LONG_RUN]) if is_long else run
        for at, (run, is_long) in enumerate(zip(short, which, strict=False))
    ]


def _telling(words: list[str], letters: int) -> list[str]:
    """The longer words, numbers, and what may be words in scripts without spaces: four letters, or two of Chinese."""
    if (which := unspaced(words)) is None:
        return [word for word in words if len(word) >= letters or word.isdigit()]
    found = []
    for at, word in enumerate(words):
        if _LETTER.match(word):
            found.append("".join(words[at : at + 4]))
        elif which[at]:
            found.append("".join(words[at : at + 2]))
        elif len(word) >= letters or word.isdigit():
            found.append(word)
    return found


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
    found = [
        (at, place)
        for at, run in enumerate(story.runs[: _SKIPPED + _LEAD])
        if (place := other.places.get(run)) is not None
    ]
    if len(found) < _LEAD // 2:
        return None
    shifts = Counter((place - at) // _SHIFT for at, place in found)
    usual = shifts.most_common(1)[0][0]
    near = [(at, place) for at, place in found if abs((place - at) // _SHIFT - usual) <= 1]
    if len(near) < _LEAD // 2:
        return None
    return _followed(story, other, *near[0])


def _followed(story: Profile, other: Profile, at: int, place: int) -> Stretch:
    """The stretch that begins at these words of the two texts, and goes on as long as they do, in the same order."""
    last, last_place, common = at, place, 1
    for here, found in enumerate(map(other.places.get, story.runs[at + 1 :]), at + 1):
        if here - last > _GAP:
            break
        if found is not None and 0 < found - last_place <= _GAP:
            last, last_place, common = here, found, common + 1
    end = last_place + _RUN
    if 2 * common < end - place:
        return Stretch(place, place, 0)
    return Stretch(place, end, sum(place <= begun < end for begun in other.paragraphs))
