"""What people have said of stories: that an article is not one story with others, or that several are one. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Names = frozenset[str]
NOBODY: Names = frozenset()


@dataclass(frozen=True, slots=True)
class Saying:
    """One decision in force: `article` is apart from the `others` (split), or one story with them (merge); ids."""

    kind: Literal["split", "merge"]
    article: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """All of it, by article: with which others it never is in a story, and with which it always is.

    An article may be told of that is not held, or not yet.
    """

    apart: Mapping[str, Names] = field(default_factory=dict)
    together: Mapping[str, Names] = field(default_factory=dict)

    def pairs(self, articles: Iterable[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """The pairs of these articles that are apart, and those that are together; each once, in order."""
        among = set(articles)
        return _pairs(self.apart, among), _pairs(self.together, among)


def told(sayings: Iterable[Saying]) -> Told:
    """What holds, of decisions in the order in which they were made: who says that an article is apart from a story
    takes it out of what was said to be one before.
    """
    apart: defaultdict[str, set[str]] = defaultdict(set)
    groups: list[set[str]] = []
    for saying in sayings:
        others = set(saying.others) - {saying.article}
        if saying.kind == "merge":
            groups.append({saying.article, *others})
            continue
        apart[saying.article] |= others
        for other in others:
            apart[other].add(saying.article)
        for group in groups:
            if saying.article in group and group & others:
                group.discard(saying.article)
    together = {name: frozenset(group - {name}) for group in _joined(groups) for name in group}
    return Told({name: frozenset(others) for name, others in apart.items()}, together)


def _joined(groups: Iterable[set[str]]) -> list[set[str]]:
    """Groups that share an article are one."""
    joined: list[set[str]] = []
    for group in groups:
        one = set(group)
        for other in [other for other in joined if other & one]:
            joined.remove(other)
            one |= other
        joined.append(one)
    return joined


def _pairs(of: Mapping[str, Names], among: set[str]) -> list[tuple[str, str]]:
    return sorted((a, b) for a in among & of.keys() for b in of[a] & among if a < b)
