"""What a line is, told by its words alone: who holds the rights, a caption, an advertisement's label, an address."""

import re

from archive.text import extent

SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’»」』)\]]*$")
SENTENCE_OR_COLON = re.compile(r"[.!?…。！？।؟:：][\"'”’»」』)\]]*$")
STATEMENT_END = re.compile(r"[.。।؟][\"'”’»)\]]*$")  # headlines ask and call out, they state nothing with a full stop
_LONGEST_RIGHT, _LONGEST_CAPTION, _LONGEST_CONTACT, _LONGEST_DATELINE = 200, 250, 80, 80  # extents
_RIGHTS = re.compile(
    r"©|ⓒ|\(c\)|all rights reserved|alle rechte vorbehalten|tous droits réservés|(?:todos los )?derechos reservados"
    r"|direitos reservados|diritti riservati|alle rechten voorbehouden|wszelkie prawa zastrzeżone|все права защищены"
    r"|無断転[載用]|版[权權]所有|저작권자|무단\s?전재|สงวนลิขสิทธิ์|सर्वाधिकार",
    re.IGNORECASE,
)
_MARKUP_CREDIT = re.compile(
    r"[(（\[［【〔][^()（）\[\]［］]{0,40}?(?:\b(?:photo|foto|image|picture|bild|fot|kuva|фото)\b|撮影|提供|写真|사진|제공"
    r"|摄|攝|供[图圖]|[图圖][／/:：]|ภาพ|फोटो|तस्वीर)[^()（）\[\]［］]{0,60}[)）\]］】〕]\W{0,2}$",
    re.IGNORECASE,
)
_CAPTION_MARK = re.compile(r"^[▲△▼▽↑↓◀▶]")
_ADVERTISEMENTS = {
    *("advertisement", "anzeige", "werbung", "publicité", "publicidad", "publicidade", "pubblicità", "advertentie"),
    *("annons", "annonse", "annonce", "reklama", "реклама", "reklam", "reklame", "mainos", "iklan", "quảng cáo"),
    *("広告", "pr", "广告", "廣告", "광고", "โฆษณา", "विज्ञापन", "إعلان"),
}
_CLOCK = re.compile(r"\d{1,2}\s?(?:[:.]\s?\d{2}|[時时시]\s?\d{1,2}\s?[分분])")
_DAY = re.compile(r"(?:19|20|25)\d{2}(?!\d)")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+\W*$")


def is_right(text: str) -> bool:
    """Who holds the rights in a picture or a page."""
    return extent(text) <= _LONGEST_RIGHT and _RIGHTS.search(text) is not None


def is_caption(text: str) -> bool:
    """What stands below a picture: it ends with whose picture it is, or begins with a mark that points to one."""
    if extent(text) > _LONGEST_CAPTION:
        return False
    credit = _MARKUP_CREDIT.search(text)
    return credit is not None and (credit.start() > 0 or _CAPTION_MARK.match(text) is not None)


def is_advertisement(text: str) -> bool:
    """The word that sites put over advertisements, perhaps in brackets."""
    return text.strip(" []()［］【】-—:").casefold() in _ADVERTISEMENTS


def is_dateline(text: str) -> bool:
    """A day and a clock with a word or two: when a page was published, and by whom."""
    return extent(text) <= _LONGEST_DATELINE and _CLOCK.search(text) is not None and _DAY.search(text) is not None


def is_contact(text: str) -> bool:
    """Somebody's e-mail address, with a name or a word before it."""
    return extent(text) <= _LONGEST_CONTACT and _CONTACT.search(text) is not None
