"""What stands after a story and is none of it: who wrote it, where to follow whom, signatures, marks."""

import re

from archive.extraction.story.blocks import Block
from archive.extraction.story.lines import SENTENCE_OR_COLON, is_contact
from archive.text import normalise, words_in

_LINES = 6  # that may be taken from the end
_SHORT = 6  # words of a signature
_PLEA = 45  # words of an invitation
_CHANNELS = re.compile(
    r"newsletter|what'?s ?app|telegram|instagram|facebook|twitter|youtube|tiktok|google news|app store|google play",
    re.IGNORECASE,
)
_PLEAS = re.compile(
    r"^[\W_]*(?:follow|like|sign up|subscribe|join|folge|folgen sie|abonnieren sie|suivez|abonnez|inscrivez"
    r"|síguenos|sigue|suscr|segui|siga|iscriviti|inscreva|volg|følg|följ|seuraa|obserwuj|sledujte"
    r"|подпис|следите|takip edin|ikuti|تابع|フォロー|登録|구독|订阅|訂閱)",
    re.IGNORECASE,
)
_MEMBERS = re.compile(
    r"有料会員|会員登録|会員の方のみ|会員限定|読み放題|付费会员|开通会员"
    r"|加入會員|訂閱會員|유료\s?회원|구독하기|สมัครสมาชิก|सदस्यता लें"
)
_POINTER = re.compile(r"^[▷▶☞►]")
_CARD = 8  # lines in which a card of the author may stand at the end
_RULE = re.compile(r"^[\W_]+$")


def without_ending(blocks: list[Block], authors: tuple[str, ...]) -> list[Block]:
    """Without what follows the last line of the story."""
    names = _names(authors)
    end = len(blocks)
    while (
        end > 1
        and len(blocks) - end < _LINES
        and (_is_ending(blocks[end - 1], names) or _is_signature(blocks[end - 1], blocks[end - 2]))
    ):
        end -= 1
    return blocks[:end]


def without_card(blocks: list[Block], authors: tuple[str, ...]) -> list[Block]:
    """Without a card at the end: an author's name alone on a line, and short lines after it."""
    names = _names(authors)
    for place in range(max(len(blocks) // 2, len(blocks) - _CARD), len(blocks)):
        below = sum(len(block.text) for block in blocks[place:])
        if 2 * below > sum(len(block.text) for block in blocks):
            continue  # a byline above the story
        if normalise(blocks[place].text) in names and all(words_in(b.text) <= _PLEA for b in blocks[place:]):
            return blocks[:place]
    return blocks


def _names(authors: tuple[str, ...]) -> list[str]:
    """Names that are no common words, normalised: with a space, or in another script than Latin."""
    return [name for author in authors if " " in (name := normalise(author)) or not name.isascii()]


def _is_ending(block: Block, names: list[str]) -> bool:
    text, words = block.text, words_in(block.text)
    if block.kind == "row":
        return False
    if _RULE.match(text):
        return True
    if words <= _PLEA and ((_has_link(block) and _invites(text)) or _MEMBERS.search(text) or _POINTER.match(text)):
        return True
    if is_contact(text):
        return True
    start = normalise(text).lstrip("-–—*•(_ ")
    return any(start.startswith(name) for name in names) and (start.isascii() or words <= _PLEA)


def _invites(text: str) -> bool:
    return _PLEAS.match(text) is not None or _CHANNELS.search(text) is not None


def _has_link(block: Block) -> bool:
    return block.element is not None and next(block.element.iter("a"), None) is not None


def _is_signature(last: Block, before: Block) -> bool:
    """Whether the last line is a word or two that end no sentence, after one that does."""
    if last.kind != "p" or before.kind != "p" or not SENTENCE_OR_COLON.search(before.text):
        return False
    return len(last.text) < 60 and words_in(last.text) <= _SHORT and not SENTENCE_OR_COLON.search(last.text)
