import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.identity.duplicates import Likeness, agree, likeness

STORY = " ".join(f"word{n}" for n in range(100))


def test_likeness_counts_runs_of_three_words() -> None:
    assert likeness("a b c d", "a b c e") == Likeness(jaccard=1 / 3, containment=1 / 2)
    assert likeness(STORY, STORY.upper()) == Likeness(1.0, 1.0)
    assert likeness(STORY, "nothing of it is here") == Likeness(0.0, 0.0)
    assert likeness("one two", "one two") == Likeness(1.0, 1.0)
    assert likeness("", STORY) == Likeness(0.0, 0.0)


@pytest.mark.parametrize(
    ("a", "b", "whether"),
    [
        (STORY, STORY, True),
        (STORY, STORY + " and a sentence that was added later on", True),
        (STORY, " ".join(STORY.split()[:50]), True),  # its beginning, as a teaser or a first page has
        (STORY, " ".join(STORY.split()[:50] + [f"other{n}" for n in range(50)]), False),
        ("The video is not available.", "The video is not available.", True),
        ("The video is not available.", "The video is not available here.", False),  # short texts must be equal
        (" ".join(STORY.split()[:39]), STORY, False),
    ],
)
def test_agreement(a: str, b: str, whether: bool) -> None:
    assert agree(a, b) is whether
    assert agree(b, a) is whether


@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_symmetric_and_a_share(a: str, b: str) -> None:
    alike = likeness(a, b)
    assert alike == likeness(b, a)
    assert 0.0 <= alike.jaccard <= alike.containment <= 1.0
    assert likeness(a, a) == Likeness(1.0, 1.0)
