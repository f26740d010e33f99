import os
import subprocess
import sys

from archive.identity.fingerprints import MOST_WORDS, WINDOW, fingerprints
from archive.text import tokens
from tests.tales import paragraphs, text

WORDS = tokens(text(*paragraphs(1)))


def test_fingerprints_are_the_same_in_every_process() -> None:
    # Written down here because archives keep them: with another hash, old texts would not be found any more.
    assert fingerprints(["one", "two", "three", "four", "five", "six"]) == (49492403506237,)
    code = "from archive.identity.fingerprints import fingerprints; print(fingerprints('a b c d e f g'.split()))"
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    printed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == str(fingerprints(["a", "b", "c", "d", "e", "f", "g"]))


def test_a_stretch_that_two_texts_share_is_found_whatever_surrounds_it() -> None:
    stretch = WORDS[40 : 40 + WINDOW + 3]
    for seed in range(5):
        before, after = tokens(paragraphs(10 + seed)[0]), tokens(paragraphs(20 + seed)[0])
        assert set(fingerprints(WORDS)) & set(fingerprints([*before, *stretch, *after]))


def test_few_hashes_stand_for_a_text() -> None:
    found = fingerprints(WORDS)
    assert len(WORDS) / 18 < len(found) < len(WORDS) / 9
    assert list(found) == sorted(set(found))
    assert 0 <= found[0] < found[-1] < 2**47


def test_short_and_empty_texts_have_one_or_none() -> None:
    assert fingerprints([]) == ()
    assert [len(fingerprints(["word"] * count)) for count in (1, 3, 4, 20)] == [1, 1, 1, 1]
    assert fingerprints(["one"]) != fingerprints(["two"])


def test_a_long_text_is_known_by_its_beginning() -> None:
    words = [f"word{n}" for n in range(MOST_WORDS + 100)]
    assert fingerprints(words) == fingerprints(words[:MOST_WORDS])


def test_scripts_without_spaces_have_longer_runs() -> None:
    # Four characters are a word or two, and any two texts share many; of runs of six, these two share none.
    one, other = tokens("市民は今日の会議で新しい橋を"), tokens("市民は今日も会議に新しい橋が")
    assert set(fingerprints(one)).isdisjoint(fingerprints(other))
    assert fingerprints(one) == fingerprints(tokens("市民は 今日の会議で、新しい橋を"))
