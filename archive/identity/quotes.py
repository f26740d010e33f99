"""What is said between quotation marks, in any script's."""

import re
from collections.abc import Iterator, Sequence

_MARKS = {
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "‘": "’",
    "‚": "‘’",
    '"': '"',
    "″": "″",
    "＂": "＂",
    "「": "」",
    "『": "』",
    "《": "》",
    "〝": "〟",
}
_LEAST = 2  # words: less is a title or a term
_MOST = 150
_MARK = re.compile(r"[«»„“”‘’‚‹›「」『』《》〝〟\"″＂]")


def quoted(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where in a row of words quotations begin and end: the first word within, and the mark after the last.

    A quotation that is not closed within the row goes to its end: it goes on in the next paragraph.
    """
    at = 0
    while at < len(words):
        if (closers := _closers(words, at)) is not None:
            end = _end(words, at + 1, closers)
            if sum(word[0].isalnum() for word in words[at + 1 : end]) >= _LEAST:
                yield at + 1, end
            at = end
        at += 1


def _closers(words: Sequence[str], at: int) -> str | None:
    word = words[at]
    closers = _MARKS.get(word)
    if word == "‘" and (at + 1 >= len(words) or not words[at + 1][0].isalnum()):
        return None  # an apostrophe
    return closers


def _end(words: Sequence[str], start: int, closers: str) -> int:
    for at in range(start, min(len(words), start + _MOST)):
        if words[at] in closers:
            return at
    return min(len(words), start + _MOST)


def has_mark(text: str) -> bool:
    """Whether a text has a quotation mark at all."""
    return _MARK.search(text) is not None
