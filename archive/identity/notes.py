"""Words by which a newsroom says that it has corrected a story, in some thirty languages, and where they stand."""

import re

from archive.dates import plain_letters
from archive.text import words_in

_LONGEST = 90  # words of a note
_LABEL = (
    "corrections?(?: and clarifications?)?|corrigend(?:um|a)|errat(?:um|a)|clarifications?|corrected"
    "|berichtigung|korrektur(?:hinweis)?|korrigiert|richtigstellung|klarstellung"
    ""
    "|rectificatifs?|rectification|correctif|erratum|precision|mise au point"
    "|fe de err(?:atas?|ores)|rectificacion|correccion(?:es)?|aclaracion"
    "|corre[c]?cao|errata|retificacao|erramos|esclarecimento"
    "|errata corrige|rettifica|correzione|precisazione"
    "|correctie|rectificatie|verduidelijking|gecorrigeerd"
    "|rattelse|rattning|korrigering|fortydligande|retting|rettelse|presisering|berigtigelse|praecisering"
    "|korjaus|oikaisu"
    "|sprostowanie|korekta|wyjasnienie|oprava|upresneni|helyesbites|helyreigazitas|rectificare|erata|precizare"
    "|исправление|поправка|уточнение|опровержение|виправлення|уточнення|поправка|ispravka|ispravak|popravek|корекция"
    "|διορθωση|επανορθωση|duzeltme|tekzip|koreksi|ralat|dinh chinh|sua loi|dinh chinh"
    "|تصحيح|تصويب|استدراك|توضيح|תיקון(?: טעות)?|הבהרה|भूल ?सुधार|संशोधन|सुधार|स्पष्टीकरण|সংশোধনী"
    "|แก้ไข(?:ข่าว|ข้อผิดพลาด)"
    "|訂正(?:とおわび|とお詫び|・おわび)?|お詫びと訂正|おわびと訂正|おことわり|更正(?:启事|說明|说明)?|勘误"
    "|勘誤|订正|澄清|정정(?:보도)?|바로잡습니다|바로 잡습니다|정정문"
)
_FOLLOWED = (
    r"(?=\s*[:：|)\]】］〉》>(/]|\s+[-–—]|[–—]|\.(?:\s|$)|\s*$|\s+(?:\[|\d|(?:vom|du|del|of|from|av|den|z|от) \d))"
)
_STARTS = re.compile(rf"[\W_]*(?:\w{{1,6}}\W{{1,2}}){{0,2}}?(?:{plain_letters(_LABEL)}){_FOLLOWED}")
_UPDATE = (
    "updates?|updated|aktualisierung|aktualisiert|nachtrag|mise a jour|actualizacion|actualizado|atualizacao"
    "|atualizado"
    "|aggiornamento|aggiornato|bijgewerkt|uppdatering|uppdaterad|oppdatering|oppdatert|opdatering|paivitys"
    "|aktualizacja"
    "|aktualizace|frissites|actualizare|обновлено|обновление|дополнено|дополнение|оновлено|guncelleme"
    "|guncellendi|pembaruan"
    "|تحديث|עדכון|अपडेट|更新|追記|补充|補充|업데이트|추가"
)
_UPDATES = re.compile(
    rf"[\W_]*(?:{plain_letters(_UPDATE)}){_FOLLOWED}"
    r"|(?:this|the) (?:article|story|post|piece|report) (?:has been|was) (?:updated|amended|edited|changed|revised)"
)
_VERSION = (
    "editor.?s.? note|anmerkung der redaktion|transparenzhinweis|note de la redaction"
    "|nota (?:de la redaccion|del editor)"
    "|nota d[ao] (?:redacao|editora?)|nota della redazione|알려드립니다|"
    "(?:an? |the )?(?:earlier|previous|original|prior|first|initial) (?:version|edition|headline|caption)"
    "|(?:this|the) (?:article|story|post|piece|report|headline|caption|page|version|text|column|item)"
    " (?:has been|was|is|had)"
    "|fruheren? (?:fassung|version|meldung)|ursprunglichen? (?:fassung|version)"
    "|vorherigen? (?:fassung|version)|ersten fassung"
    "|(?:version|edition) (?:precedente|initiale|anterieure|originale|anterior|original|previa|inicial|iniziale)"
    "|(?:premiere|precedente|primera|primeira|prima|anterior) version[ei]?"
    "|versao (?:anterior|original|inicial)|primeira versao"
    "|versione (?:precedente|originale|iniziale)|precedente versione|prima versione"
    "|eerdere versie|vorige versie|oorspronkelijke versie|tidigare version|ursprunglig version|tidligere versjon"
    "|tidligere version|opprinnelig versjon|aiemm\\w+ versio\\w*|poprzedniej wersji|pierwotnej wersji"
    "|wczesniejszej wersji"
    "|puvodni verzi|predchozi verzi|korabbi valtozat\\w*|versiune anterioara"
    "|(?:ранней|предыдущей|первоначальной|прежней|изначальной) версии|попередній версії|προηγουμενη εκδοση"
    "|αρχικη εκδοση"
    "|onceki (?:surum|versiyon|hali)\\w*|haberin ilk|versi sebelumnya|phien ban truoc"
    "|(?:نسخه|نسخة|نسخة) سابقة|نسخة اولي|بنسخة سابقة|בגרסה (?:קודמת|הקודמת|ראשונה)|पहले संस्करण|पिछले संस्करण"
    "|(?:当初|以前|先)の(?:記事|版|見出し)|記事の初[版出]|配信当初"
    "|(?:较早|此前|先前|之前|早前)(?:的)?(?:版本|报道|報道)|早先版本|(?:이전|앞선|당초|최초) (?:기사|보도)"
)
_MENDED = (
    "correct|amend|misstat|mis-?spell|mis-?identif|misquot|incorrect|erroneous|inaccura|wrong|in error|mistake"
    "|clarif|updated to (?:correct|clarify|reflect)|revised to"
    "|berichtig|korrigier|falsch|fehler|irrtum|richtiggestellt|geandert|angepasst"
    "|corrig|rectifi|erron|erreur|inexact|errone|equivocad|errad|sbagliat|erro\\b|errore|error\\b|foutief"
    "|verkeerd|fout|gecorrigeerd|aangepast"
    "|rattat|fel\\b|felaktig|feil|rettet|fejl|korriger|virhe|korjattu|bledn|poprawion|skorygowan|nespravn"
    "|opraven|hibas|javit|gresit|corectat"
    "|ошиб|исправ|неверн|неправильн|некоррект|помилк|виправ|λαθος|διορθω|hata|yanlis|duzelt|salah|keliru"
    "|dikoreksi|sai\\b|nham"
    "|خطا|خاط|تصحيح|صحح|שגוי|שגיא|תוקנ|טעות|गलत|सुधार|誤り|誤って|訂正|おわび|お詫び|有误|有誤|错误|錯誤|更正"
    "|致歉|잘못|오류|정정|바로잡"
)
_TELLS = re.compile(
    rf"(?:{plain_letters(_VERSION)}).{{0,160}}?(?:{plain_letters(_MENDED)})|(?:{plain_letters(_MENDED)}).{{0,80}}?(?:{plain_letters(_VERSION)})",
    re.DOTALL,
)
_APOLOGY = re.compile(
    plain_letters(
        "we (?:regret|apologi[sz]e for) the error|訂正しておわび|訂正してお詫び|特此更正|特此致歉|現予更正"
        "|现予更正|바로잡습니다"
        "|wir bitten.{0,30}fehler.{0,20}entschuldig|приносим извинения за ошибку|редакция приносит извинения"
        "|ce ne scusiamo con i lettori|nos disculpamos por el error|pedimos desculpa.{0,20}erro"
        "|za pomylke przepraszamy"
        "|beklagar felet|vi beklager feilen|pahoittelemme virhetta|hatayi duzeltir"
    )
)

_REGRET = "regret|apolog|извинен|disculp|desculp|beklag|pahoitt|przeprasz|scus|entschuldig"
_MAYBE = re.compile("|".join(map(plain_letters, (_LABEL, _MENDED, _REGRET))))


def is_note(text: str) -> bool:
    """Whether a sentence or a paragraph says that the story was corrected.

    It begins with a label of corrections, or speaks of an earlier version and of a mistake, or of regret. A story may
    tell of somebody else's corrections: those do not begin so.
    """
    if words_in(text) > _LONGEST:
        return False
    plain = " ".join(plain_letters(text).split())
    if not _MAYBE.search(plain):  # most do not, and what follows takes ten times as long
        return False
    return bool(_STARTS.match(plain) or _TELLS.search(plain) or _APOLOGY.search(plain))


def tells_of_change(text: str) -> bool:
    """Whether a sentence or a paragraph says that the story was changed, for whatever reason."""
    if words_in(text) > _LONGEST:
        return False
    return is_note(text) or _UPDATES.match(" ".join(plain_letters(text).split())) is not None
