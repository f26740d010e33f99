"""Whether a text is only the beginning of another: cut by a wall, a failed transfer or a failed extraction."""

from difflib import SequenceMatcher

from archive.identity.blocks import story_blocks
from archive.identity.sentences import fold, sentences_of
from archive.text import tokens

_BEGINNING = 40  # words that are compared
_FEWEST, _PART = 12, 0.6  # so much of a short text: a wall has words of its own below what it shows
_ABOVE = 15  # words that may stand above it
_ALIKE = 0.8  # of them
_SHORTER = 2  # times: what so much shorter a text begins like was cut
_END = tuple(".!?…。！？｡।؟۔\"'”’»」』）)")


def begins_like(text: str, whole: str) -> bool:
    """Whether a text begins as another does; a line more or less above it does not count."""
    words = tokens("\n".join(story_blocks(text)))
    words = words[: min(_BEGINNING, max(_FEWEST, round(_PART * len(words))))]
    others = tokens("\n".join(story_blocks(whole)))[: _BEGINNING + _ABOVE]
    blocks = SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()
    return bool(words) and sum(block.size for block in blocks) >= _ALIKE * len(words)


def is_beginning(text: str, whole: str) -> bool:
    """Whether a text begins like a longer one, and is less than half of it or stops in the middle of a sentence."""
    size, full = (len(tokens("\n".join(story_blocks(of)))) for of in (text, whole))
    if size >= full:
        return False
    return (size * _SHORTER < full or _stops_within(text, whole)) and begins_like(text, whole)


def _stops_within(text: str, whole: str) -> bool:
    """Whether the last sentence has no end, and is how one of the whole begins."""
    sentences = sentences_of(story_blocks(text))
    if not sentences or fold(sentences[-1].text).endswith(_END):
        return False
    last = sentences[-1].key[:-1]  # the last word may be cut, too
    return len(last) > 1 and any(
        other.key[: len(last)] == last and len(other.key) > len(last) + 1 for other in sentences_of(story_blocks(whole))
    )
