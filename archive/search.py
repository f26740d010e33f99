"""Full-text search: any string is a valid question."""

import re

from archive.text import clean

_TERM = re.compile(r'"(?P<phrase>[^"]*)"?(?P<rest>\*?)|(?P<word>[^\s"]+)')


def match_expression(words: str) -> str:
    """The words as an FTS5 expression, empty if there is no word in them.

    Every word must occur; "words in quotes" in that order; `begin*` finds words that begin so; OR (in capitals) between
    two lots of words finds either. Whatever else FTS5 has a syntax for is read as plain words.
    """
    lots: list[list[str]] = [[]]
    for term in _TERM.finditer(clean(words)):
        if term["word"] == "OR":
            lots.append([])
        elif quoted := _quoted(term):
            lots[-1].append(quoted)
    return " OR ".join(" ".join(lot) for lot in lots if lot)


def _quoted(term: re.Match[str]) -> str:
    text = term["phrase"] if term["word"] is None else term["word"].rstrip("*")
    if not any(letter.isalnum() for letter in text):
        return ""
    return f'"{text}"{"*" if term[0].endswith("*") else ""}'
