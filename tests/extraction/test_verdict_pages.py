"""The labelled pages: enough of them, of every kind, in two halves by template; and how they are judged."""

from collections import Counter

import pytest

from archive.extraction import extract
from archive.models import VerdictKind
from tests.extraction.verdicts.confusion import STORIES, figures, table
from tests.extraction.verdicts.labelled import HELD_BACK, WRITTEN_FROM, labelled_pages


def test_there_are_pages_of_every_kind_from_other_templates_in_each_half() -> None:
    assert (len(WRITTEN_FROM), len(HELD_BACK)) == (15, 15)
    assert not set(WRITTEN_FROM) & set(HELD_BACK)
    for half, count in (("written_from", 116), ("held_back", 118)):
        pages = labelled_pages(half)
        kinds = Counter(page.kind for page in pages)
        assert (len(pages), set(kinds)) == (count, set(VerdictKind))
        assert sum(kinds[kind] for kind in STORIES) >= 0.37 * count


@pytest.mark.parametrize("half", ["written_from", "held_back"])
def test_labelled_pages_are_taken_for_what_they_are(half: str) -> None:
    found = figures(half)
    print(f"\n{half}: {found}\n{table(half)}")  # shown with -s, and when this fails
    assert (found.recall >= 0.95, found.refused <= 0.01, found.exact >= 0.95) == (True, True, True)


def test_every_verdict_has_a_score_and_reasons() -> None:
    for page in (*labelled_pages("written_from"), *labelled_pages("held_back")):
        verdict = extract(page.page).verdict
        assert 0 < verdict.score <= 1
        assert all(verdict.reasons)
        assert verdict.reasons
