import hashlib
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.text import _TOKEN, clean, normalise, text_hash, tokens, word_count


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark", "softhyphen zerowidth mark"),
        ("no\u00a0break \u2003 space", "no break space"),
        ("one  \n  two\r\nthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("cafe\u0301", "café"),
        ("\u0928\u094d\u200d", "\u0928\u094d\u200d"),
        ("  plain  words ", "plain words"),
        ("tab\tstop", "tab stop"),
    ],
)
def test_clean_keeps_what_is_written_and_nothing_else(raw: str, kept: str) -> None:
    assert clean(raw) == kept


@given(st.text(st.characters()))
def test_clean_text_is_nfc_encodable_and_stays_as_it_is(raw: str) -> None:
    text = clean(raw)
    assert clean(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert "\x00" not in text.encode().decode()


def test_normalised_text_ignores_case_width_and_spaces() -> None:
    assert normalise("  The \n\nSTRASSE ﬁts ") == normalise("the straße fits") == "the strasse fits"


def test_tokens_are_words_and_single_characters_of_unspaced_scripts() -> None:
    assert tokens("It's 20 % of café_noir") == ["it", "s", "20", "of", "café", "noir"]
    assert tokens("東京で会う") == ["東", "京", "で", "会", "う"]
    assert tokens("हिन्दी समाचार") == ["हिन्दी", "समाचार"]
    assert word_count("one two, three") == 3
    assert word_count("") == 0


@given(st.text())
@example("Müller’s café_noir 20 % हिन्दी e\u0301 \u00ad 東京で a\u200bb\x00c\x1fd _x_ ＡＢ９")
def test_tokens_of_texts_in_one_script_are_those_of_any(text: str) -> None:
    normalised = " ".join(unicodedata.normalize("NFKC", clean(text)).casefold().split())
    assert normalise(text) == normalised
    assert tokens(text) == _TOKEN.findall(normalised)


def test_text_hash_is_of_the_normalised_text() -> None:
    assert text_hash("Same  Text") == text_hash("same\ntext") == hashlib.sha256(b"same text").hexdigest()
    assert text_hash("same text.") != text_hash("same text")
