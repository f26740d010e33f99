"""Lines in a story that send the reader elsewhere: "read more", "lesen Sie auch"; and credits of pictures."""

import re

from archive.extraction.page.units import text_of
from archive.extraction.story.blocks import Block
from archive.text import words_in

_SHORT = 25  # words
_LABEL, _HEADING = 4, 8  # words of a line, of a heading, that need no link to send away
_LINKED, _ALL_LINKED = 0.3, 0.6  # of a line's text: after a lead-in; in the lines that follow one
_LEAD_INS = re.compile(
    r"^[\W_]*(?:read (?:more|also|next)|also read|more (?:on|from|about)|see also|watch(?: more| now)?:"
    r"|related(?: \w+)?(?::|$)|don'?t miss|you may also like|recommended|most read|click here|sign up"
    r"|join (?:us|our)|subscribe"
    r"|lesen sie (?:auch|hier|mehr)|lies auch|mehr (?:zum thema|dazu|lesen)|auch interessant|siehe auch|zum weiterlesen"
    r"|(?:weitere|ähnliche|verwandte) (?:artikel|beiträge|themen|nachrichten|meldungen)"
    r"|(?:à )?lire (?:aussi|également|la suite)|voir aussi|sur le même sujet"
    r"|(?:lea|lee|leer|vea|ver|mira|te puede) (?:también|tambien|más|mas|interesar)|no te pierdas|más sobre"
    r"|(?:(?:contenidos?|artículos?|notas?|noticias?|artigos?|matérias?) )?relacionad[oa]s?(?::|$)|articoli correlati"
    r"|le(?:ia|ja) (?:também|mais)|veja (?:também|mais)|saiba mais"
    r"|leggi anche|vedi anche|per approfondire|potrebbe interessarti"
    r"|lees (?:ook|meer|verder)|les (?:også|mer|ogs)|läs (?:också|mer|även)|læs (?:også|mere)|lue (?:myös|lisää)"
    r"|czytaj (?:też|także|więcej)|zobacz (?:też|także)|čtěte (?:také|též)|přečtěte si|čítajte|olvassa el|citește și"
    r"|прочетете|читайте (?:также|ещё|еще)|читать (?:также|далее)|смотрите также|читайте також|дивіться також"
    r"|διαβάστε (?:επίσης|ακόμη)|ayrıca (?:bkz|oku)|bunu da oku"
    r"|baca (?:juga|selengkapnya)|simak juga|xem thêm|đọc thêm"
    r"|اقرأ (?:أيضا|أيضًا|ايضا|المزيد)|شاهد أيضا|یہ بھی پڑھیں|(?:यह|ये)(?: खबर)? भी पढ़ें"
    r"|あわせて読みたい|関連記事|合わせて読みたい|続きを読む|(?:相关|相關|延伸)(?:阅读|閱讀|新闻|新聞|推荐|推薦)"
    r"|[请請]?(?:继续|繼續)(?:往下)?(?:阅读|閱讀)|관련 ?기사|อ่านเพิ่มเติม|อ่านข่าว"
    r"|(?:table of contents|inhaltsverzeichnis|sommaire|índice|sommario|inhoudsopgave|innehåll|spis treści|содержание"
    r"|目次|目录|目錄|목차):?$)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:^|[\s.)])(?:fotos?|photos?|bild(?:er)?|credits?|images?|imagen|immagine|crédits?(?: photos?)?|fot\.|zdjęcie"
    r"|фото|写真|사진|图)\s?[:：] ?\S.{0,60}$",
    re.IGNORECASE,
)


def without_lead_ins(blocks: list[Block]) -> list[Block]:
    """Without short lines that begin with a lead-in and are links, or announce some; and with those links, and
    teasers with the same links."""
    kept: list[Block] = []
    leading = False
    targets: set[str] = set()
    for block in blocks:
        if _sends_away(block):
            leading, targets = True, _targets(block)
        elif (
            leading and words_in(block.text) <= _SHORT and (_linked(block) >= _ALL_LINKED or targets & _targets(block))
        ):
            targets |= _targets(block)
        else:
            leading = False
            kept.append(block)
    return kept


def _targets(block: Block) -> set[str]:
    """Where the links at the end of a line lead."""
    if block.element is None or block.element.tag == "body":
        return set()
    links = [link for link in block.element.iter("a") if link.get("href")]
    return {link.get("href", "") for link in links if block.text.endswith(text_of(link))}


def _sends_away(block: Block) -> bool:
    words = words_in(block.text)
    if words > _SHORT or not _LEAD_INS.match(block.text):
        return False
    short = words <= (_HEADING if block.kind == "head" else _LABEL)
    return short or _announces(block.text) or _linked(block) >= _LINKED


def _announces(text: str) -> bool:
    return text.endswith((":", "：", "…", "..."))


def _linked(block: Block) -> float:
    """The share of a line's text that is links."""
    if block.element is None:
        return 0.0
    if next(block.element.iterancestors("a"), None) is not None:
        return 1.0
    return sum(len(text_of(link)) for link in block.element.iter("a")) / len(block.text)


def ends_in_credit(text: str) -> bool:
    """Whether a line ends by naming who took the picture."""
    return words_in(text) <= 2 * _SHORT and _CREDIT.search(text) is not None
