"""Names in sentences that were put in another's place: by their capitals, or beside a title where there are none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from archive.identity.figures import figures
from archive.identity.sentences import Sentence
from archive.identity.stamps import is_day

_TYPO = 0.8  # how alike two words are that differ by a letter
_NOUNS_TOO = 0.2  # of the words within sentences: so many capitals, and nouns have them
_NEAR = 3  # words between a name and its title
_NEAR_UNSPACED = 6  # characters
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_TITLES = re.compile(
    "قال|قالت|اضاف|صرح|مدير|رئيس|وزير|السيد|الدكتور|محافظ|المتحدث|نائب|القاضي|الصياد|اللاعب|المدرب|اللواء|الشيخ"
    '|אמר|הוסיפ|הוסיף|ראש|מנכ|שר |שרת|שר$|ד"ר|פרופ|יו"ר|סגן|סגנית|דובר|השופט|המאמן|מנהל|מר$|גב\''
    "|कहा|बताया|मंत्री|अधिकारी|डॉ|श्री|अध्यक्ष|निवासी|प्रवक्ता|न्यायाधीश|विधायक|सांसद|किसान|कोच"
    "|说|說|表示|告诉|告訴|称|稱|主任|市长|市長|先生|女士|教授|研究员|研究員|局长|局長|部长|部長|书记|書記"
    "|主席|经理|經理|总裁|總裁|院长|院長|校长|校長|发言人|發言人|记者|記者|议员|議員"
    "|氏|さん|町長|村長|社長|知事|容疑者|首相|会長|選手|監督|被告|理事|大臣|署長|弁護士|住職|館長"
    "|씨|시장|국장|대표|교수|의원|장관|회장|군수|감독|선수|변호사|대변인|위원장|총장|사장|말했|밝혔"
    "|นาย|นาง|กล่าว|ดร\\.|ผู้ว่า|รัฐมนตรี|โฆษก"
)


@dataclass(frozen=True, slots=True)
class Replaced:
    """Words that took the place of others in a sentence: both sentences, and where in each."""

    before: Sentence
    after: Sentence
    old: slice
    new: slice


def share_of_capitals(sentences: Sequence[Sentence]) -> float:
    """How many of the words within sentences begin with a capital, 0 to 1."""
    within = [
        word for s in sentences for word in s.words[1:] if word[0].isalpha() and word[0].upper() != word[0].lower()
    ]
    return sum(_capital(word) for word in within) / len(within) if within else 0.0


def names_within(sentences: Sequence[Sentence]) -> frozenset[str]:
    """The words with a capital that do not begin a sentence."""
    return frozenset(
        word for s in sentences for at, word in enumerate(s.words) if _capital(word) and not _begins(s, at)
    )


def names_changed(replaced: Replaced, capitals: float, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Old name and new name. `capitals`: their share in the text; `known`: names of it that begin no sentence."""
    old, new = replaced.before.words[replaced.old], replaced.after.words[replaced.new]
    if not old or not new:
        return
    if any(word[0].isupper() for word in replaced.before.words):
        was = _names(replaced.before, replaced.old, capitals, known)
        is_ = _names(replaced.after, replaced.new, capitals, known)
        if was and is_ and was != is_ and not _typo(was, is_) and not all(map(is_day, f"{was} {is_}".split())):
            yield was, is_
    elif _is_name_by_title(replaced, old, new):
        gap = "" if _UNSPACED.search(old[0]) else " "
        yield gap.join(old), gap.join(new)


def _names(sentence: Sentence, place: slice, capitals: float, known: frozenset[str]) -> str:
    found = [at for at in range(place.start, place.stop) if _is_name(sentence, at, capitals, known)]
    return " ".join(sentence.words[at] for at in found)


def _is_name(sentence: Sentence, at: int, capitals: float, known: frozenset[str]) -> bool:
    word = sentence.words[at]
    if not _capital(word) or (_begins(sentence, at) and word not in known):
        return False
    if capitals < _NOUNS_TOO:
        return True
    beside = [other for other in (at - 1, at + 1) if 0 <= other < len(sentence.words) and not _begins(sentence, other)]
    return any(_capital(sentence.words[other]) for other in beside)


def _capital(word: str) -> bool:
    return word[0].isupper() and len(word) > 1


def _begins(sentence: Sentence, at: int) -> bool:
    """Whether a word is the first of a sentence, or of one within it."""
    return at == 0 or not (sentence.words[at - 1][-1].isalnum() or sentence.words[at - 1] in ",-–—(/&'’.")


def _typo(old: str, new: str) -> bool:
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= _TYPO


def _is_name_by_title(replaced: Replaced, old: Sequence[str], new: Sequence[str]) -> bool:
    """In scripts without capitals: a few words, none of them alike, beside a title or a word for "said"."""
    unspaced = _UNSPACED.search(old[0]) is not None
    fewest, most = (2, 6) if unspaced else (1, 3)
    if not (fewest <= len(old) <= most and fewest <= len(new) <= most) or set(old) & set(new):
        return False
    if figures(old) or figures(new) or not all(word[0].isalnum() for word in (*old, *new)):
        return False
    if not unspaced and any(SequenceMatcher(None, a, b).ratio() >= 0.5 for a, b in zip(old, new, strict=False)):
        return False
    words, place = replaced.before.key, replaced.old
    near = _NEAR_UNSPACED if unspaced else _NEAR
    gap = "" if unspaced else " "
    around = (words[max(0, place.start - near) : place.start], words[place.stop : place.stop + near])
    return any(_TITLES.search(gap.join(side)) for side in around)
