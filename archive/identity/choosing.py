"""Which few of the articles that share fingerprints with a text are worth a full comparison. Pure."""

from dataclasses import dataclass

from archive.identity.relating import SAME, Finding

MOST_COMPARED = 3  # a text
_HELD = 0.5  # of the runs of the shorter text: more than such phrases are, as a rule
_MORE_SHARED = 3  # fingerprints that nothing compared so far explains


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that shares fingerprints with a text. `n`: `articles.n`."""

    n: int
    shared: frozenset[int]


class Choice:
    """The candidates of one text. Ask for the `next`, compare, tell what was `compared`, until there is none."""

    def __init__(self, candidates: list[Candidate]) -> None:
        self._left = list(candidates)
        self._once: set[int] = set()  # fingerprints that one article explains
        self._done: set[int] = set()  # and that need no other
        self._asked = 0
        self._merged = False

    def next(self) -> Candidate | None:
        """The one that explains most of what is not explained yet; of equal ones the older."""
        if self._asked == MOST_COMPARED or not self._left:
            return None
        best = max(self._left, key=lambda candidate: (self._gain(candidate), -candidate.n))
        if self._gain(best) < (_MORE_SHARED if self._merged else 1):
            return None
        self._asked += 1
        self._left.remove(best)
        return best

    def compared(self, candidate: Candidate, finding: Finding) -> None:
        """What comparing it has shown.

        What it shares is explained by it. Where it is not quite the text, another article may explain that better; but
        not where both only have their sites' phrases, or the form of a report, in common.
        """
        self._merged = self._merged or finding.merges
        better = finding.merges or finding.kind == "part_of" or finding.comparison.containment >= _HELD
        again = better and finding.comparison.jaccard < SAME
        self._done |= candidate.shared & self._once if again else candidate.shared
        self._once |= candidate.shared

    def _gain(self, candidate: Candidate) -> int:
        return 2 * len(candidate.shared) - len(candidate.shared & self._once) - len(candidate.shared & self._done)
