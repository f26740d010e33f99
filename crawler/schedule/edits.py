"""How often a source edits its stories, by their age: learned from looks, and what the next look is decided by. Pure.

Ages are timedeltas. A pace is a rate for each class of ages; a story has a rate of its own, which is the pace times a
factor that follows from what was seen of it.
"""

import json
from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from math import exp, log

HOUR = timedelta(hours=1)
AGES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)
"""Hours: where the classes of ages begin."""
_LAST = 1024.0
_EDITS_A_DECADE = 0.15
_YOUNGEST = 1 / 3
_WORTH = 1.0
_MOST_HOURS = 4000.0
_SPREAD = 0.5
_LEAST, _MOST = 0.4, 20.0

Numbers = tuple[float, ...]


def _prior(number: int) -> float:
    """Edits an hour that are expected of a source of which nothing is known: they fall with one over the age."""
    begin, end = AGES[number], (*AGES[1:], _LAST)[number]
    return _EDITS_A_DECADE * log((end + _YOUNGEST) / (begin + _YOUNGEST)) / (end - begin)


_PRIORS = tuple(_prior(number) for number in range(len(AGES)))


@dataclass(frozen=True, slots=True)
class EditPace:
    """What was seen of a source: hours that its stories were watched for, and edits, in each class of ages.

    Rates are a Gamma posterior's mean: what is expected beforehand counts as one edit in each class.
    """

    hours: Numbers = (0.0,) * len(AGES)
    edits: Numbers = (0.0,) * len(AGES)

    @classmethod
    def of(cls, text: str | None) -> "EditPace":
        """From the JSON that `text` gave; nothing known if that has other classes."""
        held = json.loads(text) if text else {}
        hours, edits = tuple(held.get("hours", ())), tuple(held.get("edits", ()))
        return cls(hours, edits) if len(hours) == len(edits) == len(AGES) else cls()

    def text(self) -> str:
        """As JSON."""
        return json.dumps({"hours": [round(of, 5) for of in self.hours], "edits": [round(of, 5) for of in self.edits]})

    def rate(self, number: int) -> float:
        """Edits an hour in a class of ages."""
        return (self.edits[number] + _WORTH) / (self.hours[number] + _WORTH / _PRIORS[number])

    def expected(self, begin: timedelta, end: timedelta) -> float:
        """Edits that the pace foretells for a story between two ages."""
        return sum(hours * self.rate(number) for number, hours in _classes(begin, end))

    def until(self, begin: timedelta, edits: float) -> timedelta:
        """How long it takes from an age on until so many edits are foretold."""
        at, left = max(begin / HOUR, 0.0), edits
        number = bisect_right(AGES, at) - 1
        while number < len(AGES) - 1 and left > (more := (AGES[number + 1] - at) * self.rate(number)):
            at, left, number = AGES[number + 1], left - more, number + 1
        return (at + left / self.rate(number)) * HOUR - begin

    def observed(self, begin: timedelta, end: timedelta, edits: float) -> "EditPace":
        """The pace once a story was watched from one age to another, with so many edits. The oldest memories fade."""
        hours, seen = list(self.hours), list(self.edits)
        foretold = self.expected(begin, end)
        for number, span in _classes(begin, end):
            hours[number] += span
            seen[number] += edits * span * self.rate(number) / foretold if foretold else 0.0
            if hours[number] > _MOST_HOURS:
                hours[number], seen[number] = hours[number] / 2, seen[number] / 2
        return EditPace(tuple(hours), tuple(seen))


def factor(edits: float, foretold: float) -> float:
    """How many times the source's pace a story is edited at, which had `edits` where `foretold` were.

    A story's own factor is Gamma-distributed around 1: most are never edited, some all the time.
    """
    return min(_MOST, max(_LEAST, (edits + _SPREAD) / (foretold + _SPREAD)))


def at_least_one(expected: float) -> float:
    """How many edits there were, where a change was found and `expected` were expected: E[N | N > 0], N Poisson."""
    return expected / (1 - exp(-expected)) if expected > 1e-6 else 1.0


def _classes(begin: timedelta, end: timedelta) -> list[tuple[int, float]]:
    """(class, hours in it) of all ages between two."""
    first, last = max(begin / HOUR, 0.0), max(end / HOUR, 0.0)
    ends = (*AGES[1:], float("inf"))
    return [
        (number, min(last, ends[number]) - max(first, AGES[number]))
        for number in range(bisect_right(AGES, first) - 1, bisect_right(AGES, last))
        if min(last, ends[number]) > max(first, AGES[number])
    ]
