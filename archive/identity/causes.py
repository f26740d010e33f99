"""Whose doing it is that a text reads otherwise: the publisher's, or ours, who have another extractor than before."""

import re
from html import unescape

from archive.identity.blocks import story_blocks
from archive.identity.notes import is_note
from archive.identity.sentences import fold, pair, sentences_of
from archive.text import words_in

_HIDDEN = re.compile(r"<(script|style|noscript|template)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_INLINE = re.compile(r"</?(?:a|abbr|b|bdi|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|time|u)\b[^>]*>", re.I)
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"<a\b[^>]*>(?:(?!</a>).){25,}</a\s*>", re.DOTALL | re.IGNORECASE)  # a headline, and not a word
_LONGEST_NOTE, _FEWEST = 700, 4  # characters; words


def read_otherwise(before: tuple[str, bytes], after: tuple[str, bytes]) -> bool:
    """Whether two pages say the same, and only what was taken for the story differs: both texts, each with its page.

    All that is new in the text then stood on the page before, and all that is gone still stands there. Pages that
    are not UTF-8 are not looked into.
    """
    old, new = (sentences_of(story_blocks(text)) for text, _ in (before, after))
    pairing = pair(old, new)
    came = [*pairing.added, *(now for _, now in pairing.changed)]
    gone = [*pairing.dropped, *(was for was, _ in pairing.changed)]
    if not came and not gone:
        return False
    earlier, later = shown(before[1]), shown(after[1])
    return all(_bare(s.text) in earlier for s in came) and all(_bare(s.text) in later for s in gone)


def shown(body: bytes) -> str:
    """All the words of a page, roughly, without white space: what stands in it somewhere can be found so."""
    try:
        html = body.decode()
    except UnicodeDecodeError:
        return ""
    return _bare(unescape(_TAG.sub(" ", _INLINE.sub("", _HIDDEN.sub(" ", html)))))


def notes_on(body: bytes) -> list[str]:
    """The notes of corrections that stand anywhere on a page: extraction leaves boxes beside a story out of it.

    Links are none, whatever they say: they lead to other stories.
    """
    try:
        html = body.decode()
    except UnicodeDecodeError:
        return []
    text = _TAG.sub("\n", _INLINE.sub("", _LINK.sub("\n", _HIDDEN.sub("\n", html).replace("\n", " "))))
    lines = dict.fromkeys(" ".join(line.split()) for line in unescape(text).split("\n") if not line.isspace())
    return [line for line in lines if words_in(line) >= _FEWEST and len(line) <= _LONGEST_NOTE and is_note(line)]


def _bare(text: str) -> str:
    return "".join(fold(text).split())
