"""The labelled pages: enough of them, of every kind, in two halves by template; and how they are judged."""

from collections import Counter

from archive.models import VerdictKind
from tests.extraction.verdicts.confusion import STORIES
from tests.extraction.verdicts.labelled import HELD_BACK, WRITTEN_FROM, labelled_pages


def test_there_are_pages_of_every_kind_from_other_templates_in_each_half() -> None:
    assert (len(WRITTEN_FROM), len(HELD_BACK)) == (15, 15)
    assert not set(WRITTEN_FROM) & set(HELD_BACK)
    for half, count in (("written_from", 116), ("held_back", 118)):
        pages = labelled_pages(half)
        kinds = Counter(page.kind for page in pages)
        assert (len(pages), set(kinds)) == (count, set(VerdictKind))
        assert sum(kinds[kind] for kind in STORIES) >= 0.37 * count
