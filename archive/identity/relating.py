"""What one article is to another whose words are like its own. Pure functions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.identity.profiles import Comparison, Profile, Stretch, compare, lead_in

Kind = Literal["exact", "near", "syndicated", "truncated", "part_of", "template_sibling"]
MERGING: tuple[Kind, ...] = ("exact", "near", "syndicated", "truncated")

_LEAST = 0.2  # of the shorter text's runs of words: less is a quotation
_LEAST_UNTITLED = 0.25  # and where the headlines are unlike, too
SAME = 0.85  # of the runs of both: the same text, whatever else differs
_ONE = 0.95  # of the runs of both: neither has room for another story
MUCH = 0.6  # of the runs of both: mostly the same text
_FEW = 0.4  # of the runs of the longer text: the shorter is a part of it
_UNDATED = 1.5  # days taken for the distance of two articles, where it is not known
_FAR = 5.0  # days; more say no more
_ALIKE = 0.25  # of the headline's words
_FIGURES = 3  # differing ones: fewer prove nothing
_UNLIKE = 0.45  # of the figures in like surroundings
_DENSE = 0.02  # differing figures a word: a report of figures; an article with some of them changed has fewer
_CORRECTED = 0.25  # days within which a site puts a table right
_PART_WORDS = 60
_PART_PARAGRAPHS = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """An article as it is compared. `n`: `articles.n`; `site`: its host; `at`: when it was published, if known."""

    n: int
    site: str
    at: datetime | None
    profile: Profile


@dataclass(frozen=True, slots=True)
class Finding:
    """What comparing two articles has shown. `merges`: whether they are one story, as far as these two can tell.

    `evidence`: for that, in points; `lead_of_first`,
    `lead_of_second`: where the beginning of each stands in the other.
    """

    kind: Kind | None
    merges: bool
    evidence: float
    days: float | None
    comparison: Comparison
    lead_of_first: Stretch | None = None
    lead_of_second: Stretch | None = None

    @property
    def second_in_first(self) -> bool:
        """Whether it is the second that is a part of the first."""
        return not (self.lead_of_first and is_part(self.lead_of_first))


def relate(first: Subject, second: Subject) -> Finding:
    """What the first article is to the second."""
    seen = compare(first.profile, second.profile)
    days = abs((first.at - second.at).total_seconds()) / 86400 if first.at and second.at else None
    same_site = first.site == second.site
    evidence = _evidence(seen, days, same_site)
    least = _LEAST if seen.titles >= _ALIKE else _LEAST_UNTITLED
    alike = (evidence > 0 and seen.containment >= least) or seen.jaccard >= SAME
    if alike and _is_template(first, second, seen, days):
        return Finding("template_sibling", False, evidence, days, seen)
    leads: tuple[Stretch | None, Stretch | None] = None, None
    if seen.jaccard < _ONE:
        leads = lead_in(first.profile, second.profile), lead_in(second.profile, first.profile)
    merges = alike and not _is_part(seen, leads) and not (same_site and _is_furniture(seen, leads))
    kind = _kind(seen, merges, same_site, leads)
    return Finding(kind, merges, evidence, days, seen, *leads)


def _evidence(seen: Comparison, days: float | None, same_site: bool) -> float:
    """Points for two articles being one story; above nought they are.

    Fitted by logistic regression on pairs of texts that share fingerprints, and rounded. Texts that a site repeats and
    paragraphs that stories share give as much in common as rewriting leaves; what separates them are the headlines,
    above all whether the longer text's says what the shorter one is about, and the time between them.
    """
    of_shorter, of_longer = seen.told_of_first, seen.told_of_second
    if seen.of_first < seen.of_second:
        of_shorter, of_longer = of_longer, of_shorter
    return (
        3.5 * seen.containment
        + 2.2 * seen.jaccard
        + seen.agreement
        + 8.5 * min(seen.titles, 0.5)
        + 2.5 * min(of_shorter, 0.7)
        + 4.5 * min(of_longer, 0.7)
        - 2.0 * min(_UNDATED if days is None else days, _FAR)
        - 2.0 * same_site
        - 3.85
    )


def _is_template(first: Subject, second: Subject, seen: Comparison, days: float | None) -> bool:
    """Whether the two are the same report with other facts: weather, lottery, markets."""
    if seen.unlike < _FIGURES or seen.unlike < _UNLIKE * seen.figures:
        return False
    if seen.unlike < _DENSE * min(len(first.profile.words), len(second.profile.words)):
        return False
    same_title = first.profile.title == second.profile.title and first.site == second.site
    return not (same_title and days is not None and days <= _CORRECTED and seen.containment >= 0.8)


def _is_part(seen: Comparison, leads: tuple[Stretch | None, Stretch | None]) -> bool:
    """Whether the shorter text stands in a longer one that begins otherwise and is about something else."""
    of_longer = min(seen.of_first, seen.of_second)
    lead, told = (leads[0], seen.told_of_second) if seen.of_first >= seen.of_second else (leads[1], seen.told_of_first)
    return of_longer < 0.55 and seen.titles < 0.2 and told < 0.5 and lead is not None and lead.start > 25


def _is_furniture(seen: Comparison, leads: tuple[Stretch | None, Stretch | None]) -> bool:
    """Whether what two articles of one site share may be the site's: neither begins like, or in, the other."""
    return seen.jaccard < SAME and leads == (None, None) and seen.titles < _ALIKE


def _kind(seen: Comparison, merges: bool, same_site: bool, leads: tuple[Stretch | None, Stretch | None]) -> Kind | None:
    if merges:
        if seen.of_first < _FEW * seen.containment or seen.of_second < _FEW * seen.containment:
            return "truncated"
        return "near" if same_site else "syndicated"
    return "part_of" if any(lead and is_part(lead) for lead in leads) else None


def is_part(lead: Stretch) -> bool:
    """Whether so much of a story stands in another text that it is told there, and not quoted."""
    return lead.end - lead.start >= _PART_WORDS and lead.paragraphs >= _PART_PARAGRAPHS
