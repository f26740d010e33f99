"""How the labelled pages are judged: figures, and a table (`python -m tests.extraction.verdicts.confusion`)."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from archive.extraction import extract
from archive.models import VerdictKind
from tests.extraction.verdicts.labelled import labelled_pages

STORIES = frozenset({VerdictKind.ARTICLE, VerdictKind.LIVE_BLOG, VerdictKind.TEASER, VerdictKind.MEDIA})


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of the pages of a half: no-stories recognised as such, stories refused, kinds exactly right."""

    recall: float
    refused: float
    exact: float


@cache
def judged(half: str) -> tuple[tuple[str, VerdictKind, VerdictKind], ...]:
    """(page, what it is, what it is taken for) of every page of a half."""
    return tuple((page.name, page.kind, extract(page.page).verdict.kind) for page in labelled_pages(half))


def figures(half: str) -> Figures:
    """The figures of a half, "written_from" or "held_back"."""
    pairs = [(is_, taken) for _, is_, taken in judged(half)]
    others = [taken in STORIES for is_, taken in pairs if is_ not in STORIES]
    stories = [taken not in STORIES for is_, taken in pairs if is_ in STORIES]
    exact = sum(is_ is taken for is_, taken in pairs)
    return Figures(1 - sum(others) / len(others), sum(stories) / len(stories), exact / len(pairs))


def table(half: str) -> str:
    """What pages of each kind (rows) were taken for (columns)."""
    counts = Counter((is_, taken) for _, is_, taken in judged(half))
    kinds = list(VerdictKind)
    lines = [" " * 10 + "".join(f"{kind.value:>10}" for kind in kinds)]
    for is_ in kinds:
        lines.append(f"{is_.value:10}" + "".join(f"{counts[is_, taken] or '·':>10}" for taken in kinds))
    return "\n".join(lines)


if __name__ == "__main__":
    for name in ("written_from", "held_back"):
        print(f"{name}: {figures(name)}\n{table(name)}\n")
