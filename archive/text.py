"""Text as it is kept and as it is compared. Pure functions."""

import hashlib
import re
import unicodedata
from functools import lru_cache

# C0 and C1 controls but tab and newline, lone surrogates, and what has no width: soft hyphen, zero-width space, word
# joiner, byte order mark. Zero-width joiners stay: scripts of India and emoji need them.
_DROPPED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u00ad\u200b\u2060\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\x0c\x85\u2028\u2029]")

_ODD = re.compile(f"[\x0c\r{_DROPPED.pattern[1:-1]}\u2028\u2029\x85]")  # anything that one of the two looks for

# Scripts written without spaces between words count one token a character.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED_LETTER = re.compile(f"[{UNSPACED}]")
# A Chinese, Japanese or Korean character says about as much as two or three Latin letters.
_WIDE = re.compile("[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_WIDTH = 2.5
_TOKEN = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}](?:[\w\u0300-\u036f\u0900-\u0dff](?<![_{UNSPACED}]))*")
_SPACED_TOKEN = re.compile(
    r"[^\W_](?:[^\W_]++|[\u0300-\u036f\u0900-\u0dff]++)*+"
)  # the same without those scripts, faster
_ASCII_TOKEN = re.compile("[a-z0-9]+")


def clean(text: str) -> str:
    """Text fit to be stored: NFC, no control characters but newline and tab, no lone surrogates, nothing invisible.

    Any white space but a newline becomes one space; lines have none at their ends.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    if _ODD.search(text):
        text = _DROPPED.sub("", _LINE_ENDS.sub("\n", text))
    text = unicodedata.normalize("NFC", text)
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join([" ".join(line.split()) for line in text.split("\n")]).strip()


@lru_cache(maxsize=256)  # a page's headlines are compared with many lines, and its text is hashed and counted
def normalise(text: str) -> str:
    """Text for comparison only: NFKC, case folded, every run of white space one space."""
    if not text.replace("\n", "").isprintable():  # what is all printable holds nothing that cleaning takes out
        text = clean(text)
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def tokens(text: str) -> list[str]:
    """The words of the normalised text; of scripts written without spaces, the characters."""
    text = normalise(text)
    if text.isascii():
        return _ASCII_TOKEN.findall(text)
    return (_TOKEN if _UNSPACED_LETTER.search(text) else _SPACED_TOKEN).findall(text)


def word_count(text: str) -> int:
    """How many tokens the text has."""
    return len(tokens(text))


def extent(text: str) -> int:
    """How long a text would be in Latin letters: what a threshold in characters is to be compared with."""
    if len(text.encode("utf-8", "ignore")) < 1.2 * len(text):  # hardly a letter that is not Latin; most of all texts
        return len(text)
    return len(text) + round((_WIDTH - 1) * len(_WIDE.findall(text)))


def words_in(text: str) -> int:
    """About how many words a text has: what spaces part, or a third of the letters of scripts without spaces."""
    spaced = len(text.split())
    if len(text.encode("utf-8", "ignore")) < 1.5 * len(text):
        return spaced
    return max(spaced, len(_UNSPACED_LETTER.findall(text)) // 3)


def text_hash(text: str) -> str:
    """SHA-256 of the normalised text, in hexadecimal: equal where only case, spaces and widths differ."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()
