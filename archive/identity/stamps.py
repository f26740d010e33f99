"""Lines that tell of the page and not of its story: ages, dates of change, counters, labels of boxes. By their shape.

A line is one if it is short, has a number or says how long ago, and all its longer words are those of time, of change
and of counting, in some thirty languages. Nothing here looks at where a line stands.
"""

import re
import unicodedata
from functools import lru_cache

from archive.dates import MONTH_BEGINNINGS, plain_letters

_LONGEST = 90  # characters
_GLUE = 3  # letters of a word that says nothing by itself: "il y a", "vor", "há"
_MOST_GLUE = 2  # such words

# Beginnings of words, folded and without accents: of spans of time, of "ago" and "now", and of days.
_TIME = """
    second sekund segund secon sec sek min minut mins hour hours hr hrs stund heure hora ore ora uur uren timm timer
    time godzin hodin час часов часа годин минут мин сек секунд dakika saat jam menit phut gio giay day days tag tage
    tagen jour jours dia dias giorn dag dagar dagen dage dni dzien дней дня день днів gun gunu hari ngay week weeks
    woche wochen semaine seman settiman vecka veckor uke uger weken tydzien tygodni недел тижд hafta minggu tuan month
    monat mois mes mese mesi maand manad maned miesiac месяц місяц yil year jahr annee anno ano jaar rok rokit год лет
    tahun nam perc nap napja minuutti minuuttia tunti tuntia paivaa λεπτ ωρα ωρες ημερ ora ore zile zi minute
    دقيق دقائق ساع ثاني ثوان يوم ايام اسبوع شهر سنة דקה דקות שעה שעות יום ימים שבוע חודש שנה मिनट घंट दिन सप्ताह
    नाटि घण्ट सेकंड uhr clock today yesterday heute gestern hier aujourd hui ayer hoy ieri oggi ontem hoje gisteren
    vandaag igar idag dag dnes wczoraj dzis вчера сегодня dun bugun اليوم امس היום אתמול आज कल gmt utc cet cest mez
    mesz est edt pst pdt msk jst ist bst
"""
_AGO = """
    ago vor il hace há ha fa geleden sedan siden for temu назад тому once lalu truoc πριν fa acum δευτ sitten ennen
    قبل منذ לפני पहले before just now gerade eben instant ahora mismo agora mesmo proprio adesso zojuist nyss nettopp
    przed pred chwila только что щойно simdi الان עכשיו अभी
"""
_SMALL = """
    a an one few some the of on at in by to nd th st rd ein eine einem einer einigen wenigen der den die am um von un
    une des de du le la les quelques el los las del una unos algunos o os as um uma uns da do il lo alcuni alle een het
    van op om en ett et
    this that these are is was were have has been now right dies dieser dieses diesen ist sind cet
    cette ce esta este esto
    questo questa dit deze det den denna detta dette ten tej tego этот эту эта это bu هذا هذه זה זו
    यह इस noen nogle nagra kl w z o в на около одну i
"""
_CHANGE = """
    updat modif aktualis actualis actualiz aktualiz akt mise mis jour atualiz aggiornat aggiornament bijgewerkt
    gewijzigd oppdater opdater uppdater andrad endret paivitet muokat frissit zmenen zmieni guncel diperbarui cap nhat
    обнов измен оновлен ажур ενημερ τροποπ تحديث تعديل עודכן עדכון अपडेट publish publi publie veroffentlich erschien
    posted post gepubliceerd geplaatst publicer publisert opublik pubblicat опублик дата date datum fecha data dato
    نشر פורסם प्रकाशित yayin stand dernier derniere ultim last latest zuletzt laatst sist senast sidst ostatni
    последн останн terakhir son اخر אחרון अंतिम first erst premiere primer prima
"""
_COUNT = """
    view views vue vues visita visite visual visionn aufruf wyswietl просмотр перегляд просмотры oynat
    gosterim goruntu
    visning lasning katselu megtekint zobrazen προβολ مشاهد قراء قراءة צפיות צפיה נקרא נקראה व्यू पढ़ा बार
    read reads reader readers reading gelesen lu lue lus lues letto letta letti leido leida leitur leitura
    lectur lectura
    lecturas lettur lettura bekeken gelezen last lasta lest przeczytan czytan читан прочит прочитали чтени
    okuma okunma
    okundu dibaca lesezeit leestijd lastid lasetid lukuaika laseti duration duree dauer
    temps tempo tiempo tid tijd czas время час
    comment komment kommentar comentar commentair commenti commento reacti reakti komentar komentarz
    комментар коментар
    yorum binh luan σχολι تعليق تعليقات תגוב टिप्पणि टिप्पणी conversation discussion diskussion
    share shares shared partage partag teil geteilt compart condivi condiviso gedeeld delning dela deldes
    delt delinger
    udostep sdilen подел поделились поширен paylas bagikan chia se مشارك שיתופ शेयर
    like likes gefallt aime gusta megusta mi piace lajki нравится begen suka إعجاب אהבו पसंद
    times mal fois vez veces vezes volte volta keer ganger gange raz razy razu раз kali kere lan φορες مرة مرات פעמים
    people personen personnes personas pessoas persone osob osoby человек orang kisi lecteurs lectores lettori leser
    online votes stimmen vistas visitas
"""
_STORY = """
    article articles artikel artikeln artikkel artiklen artikkeli articulo articolo artigo artykul статья статью стаття
    story beitrag noticia news haber yazi berita מאמר כתבה مقال خبر लेख खबर pagina page seite
"""
_STRONG_UNSPACED = (
    "更新|修正|修改|更改|编辑|編集|編輯|前|刚刚|剛剛|たった今|公開|公布|掲載|配信|発表|发布|發布|发表|閲覧"
    "|閱覽|浏览|瀏覽|阅读|閱讀|"
    "读|讀|評論|评论|コメント|留言|回帖|跟帖|点击|點擊|点赞|いいね|赞|讚|シェア|分享|共有|转发|轉發|ツイート"
    "|アクセス|人気|视频播放|播放|次|"
    "所要時間|読めます|この記事は|記事|本文|最終|最后|最後|約|约需|约|大约|时间|時間|發佈|来源|入力|조회수?"
    "|댓글|공감|공유|좋아요|추천|수정|"
    "업데이트|입력|등록|승인|송고|게시|발행|기사입력|최종|전|방금|읽는|읽음|읽었습니다|เมื่อ|ที่แล้ว|อัปเดต"
    "|อัพเดต|แก้ไข|เผยแพร่|ล่าสุด|ครั้ง|อ่าน|ความคิดเห็น|"
    "แชร์|ผู้ชม|เข้าชม"
)
_WEAK_UNSPACED = (
    "年|月|日|時|时|分|秒|点|點|午前|午後|上午|下午|今天|昨天|今日|昨日|天|小时|小時|分钟|分鐘|周|週|個月"
    "|个月|星期[一二三四五六日天]?|"
    "[月火水木金土日]曜日?|年前|回|件|人|名|条|條|個|个|的|に|で|の|を|が|は|時点|現在|分間|です|ます|需|于|於|"
    "년|월|일|시|분|초|시간|개월|주|오전|오후|명|명이|개|회|건|시각|이|"
    "วัน|เดือน|ปี|ชั่วโมง|นาที|วินาที|น\\.|เวลา|คน|สัปดาห์|"
    "[。、，・：:（）()【】\\[\\]「」]"
)
_PIECES = re.compile(rf"(?P<strong>{plain_letters(_STRONG_UNSPACED)})|{plain_letters(_WEAK_UNSPACED)}|\d+|\s+|[^\w\s]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f\u0900-\u0dff]*")
# Readings that stand beside every story of a day: "3 °C, 97 %", "DAX 18,234 +0.4 %".
_READING = re.compile(r"\d\s?°(?:\s?[cf]\b)?|[+\-−▲▼]\s?\d+(?:[.,]\d+)?\s?%")
_MOST_OF_A_READING = 5  # words
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")


def _stems(words: str) -> re.Pattern[str]:
    found = sorted({plain_letters(word) for word in words.split()}, key=lambda word: (-len(word), word))
    # A short beginning is a whole word: "min" and "mins", but not "mineral".
    long = "|".join(re.escape(stem) for stem in found if len(stem) >= 4)
    short = [re.escape(stem) for stem in found if len(stem) < 4]
    return re.compile("|".join((rf"(?:{long})[\w\u0300-\u036f\u0900-\u0dff]{{0,10}}", *short)))


_TIMES, _AGOS, _CHANGES, _COUNTS, _SMALLS = map(_stems, (_TIME, _AGO, _CHANGE, _COUNT, f"{_SMALL} {_STORY}"))
_MONTHS = re.compile(rf"(?:{MONTH_BEGINNINGS})\w{{0,7}}")
_WEEKDAYS = _stems("""
    mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch
    donnerstag freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes
    miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi venerdi domenica segunda terca
    quarta quinta
    sexta feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag mandag tisdag tirsdag onsdag torsdag fredag
    lordag lordag sondag poniedzialek wtorek sroda czwartek piatek sobota niedziela понедельник вторник среда четверг
    пятница суббота воскресенье pazartesi sali carsamba persembe cuma cumartesi pazar الاحد الاثنين الثلاثاء الاربعاء
    الخميس الجمعة السبت सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
""")

_LABEL = (
    r"ad|ads|advert|advertisement|advertisements|sponsored(?: content)?|promoted|anzeige|werbung|publicite"
    r"|publicidad|publicidade|pubblicita|advertentie|annons|annonse|annonce|reklama|реклама|reklam|reklame|mainos"
    r"|iklan|quang cao|広告|pr|广告|廣告|광고|โฆษณา|विज्ञापन|اعلان|إعلان|פרסומת"
    r"|(?:story|article|text)? ?continues (?:below|after)(?: \w+){0,3}|scroll to continue(?: \w+){0,3}"
    r"|share(?: this)?(?: article| story)?|teilen|partager|compartir|compartilhar|condividi|delen|dela|del|udostepnij"
    r"|поделиться|paylas|シェア|分享|공유|شارك|שתף"
    r"|print|drucken|imprimer|imprimir|stampa|save|merken|listen|anhoren"
)
_BOX = (
    r"related(?: (?:stories|articles|news|topics|content|links|coverage))?|most (?:read|popular|viewed)"
    r"|(?:more|also) (?:on|from|in|like) (?:this|\w+)(?: \w+)?|read (?:also|more|next)|see also|more stories|trending"
    r"|recommended(?: for you)?|popular(?: now)?|top stories|latest(?: news)?|editors? picks?|you may also like"
    r"|mehr zum thema|lesen sie auch|auch interessant|das konnte sie auch interessieren|meistgelesen(?:e artikel)?"
    r"|weitere (?:artikel|meldungen|themen)|sur le meme sujet|a lire aussi|lire aussi|voir aussi|les plus lus"
    r"|noticias relacionadas|relacionad[oa]s|lo mas leido|te puede interesar|lea tambien|mas noticias"
    r"|mais lid[oa]s|leia tambem|leia mais|saiba mais|veja tambem|artigos relacionados"
    r"|leggi anche|i piu letti|articoli correlati|potrebbe interessarti|lees ook|meest gelezen|gerelateerd"
    r"|las ocksa|mest last|les ogsa|mest lest|lae?s ogsa|mest laeste|lue myos|luetuimmat|czytaj (?:takze|tez)"
    r"|najczesciej czytane|zobacz (?:takze|tez)|polecane|ctete take|nejctenejsi|olvasta mar|citeste si"
    r"|читайте также|самое читаемое|популярное|материалы по теме|читайте також|διαβαστε επισης"
    r"|ilgili haberler|cok okunanlar|baca juga|terpopuler|xem them|tin lien quan"
    r"|関連記事|関連ニュース|おすすめ記事|アクセスランキング|人気記事|あわせて読みたい|相关新闻|相關新聞"
    r"|相关阅读|延伸閱讀|热门排行|推荐阅读"
    r"|관련 ?기사|많이 본 (?:뉴스|기사)|추천 ?기사|مواضيع ذات صلة|اقرا ايضا|الاكثر قراءه?|اخبار ذات صلة"
    r"|כתבות נוספות(?: בנושא)?|הנקראות ביותר|אולי יעניין אותך|संबंधित खबरें|ये भी पढ़ें|यह भी पढ़ें"
    r"|सबसे ज्यादा पढ़ी गई"
    r"|ข่าวที่เกี่ยวข้อง|ยอดนิยม"
)
_LONGEST_PLEA = 300  # characters
_CHANNELS = re.compile(
    plain_letters(
        r"newsletter|inbox|nieuwsbrief|nyhetsbrev|nyhedsbrev|uutiskirje|boletin|boletim|infolettre|bulten"
        r"|рассылк|розсилк"
        r"|hirlevel|ニュースレター|メルマガ|メールマガジン|뉴스레터|电子报|電子報|早间新闻|نشرتنا"
        r"|النشرة البريدية|ניוזלטר|न्यूजलेटर|न्यूज़लेटर"
        r"|จดหมายข่าว|whats ?app|telegram|instagram|facebook|youtube|tiktok|google news|push|e-?mail|公众号"
        r"|公眾號|line official"
    )
)
_ASKS = re.compile(
    plain_letters(
        r"\b(?:sign ?up|subscribe|register now|get (?:the|our|your|all)|join (?:us|our|the)|follow us|download"
        r"|receive|enter your"
        r"|abonnier|bestellen|anmelden|melden sie|folgen sie|erhalten sie|jetzt|inscri|abonnez|recevez|suivez"
        r"|suscri|registrate"
        r"|recibe|siguenos|subscrev|assine|receba|siga|cadastre|iscriv|ricevi|seguici|schrijf|abonne|meld je|volg ons"
        r"|ontvang|prenumerera|anmal|folj|tilaa|zapisz|subskryb|dolacz|obserwuj|подпи[сш]|следите|підпис|abone"
        r"|takip|kaydol"
        r"|berlangganan|ikuti|daftar|dang ky|prihlas|odebir|feliratkoz|iratkozz|aboneaza|εγγραφ|ακολουθ)"
        r"|اشترك|تابعنا|تابعونا|הירשמו|הצטרפו|עקבו|सब्सक्राइब|जुड़ें|पाएं|登録|フォロー|お届け|구독|订阅|訂閱"
        r"|关注|關注|สมัคร|ติดตาม"
    )
)
_COOKIES = re.compile(
    plain_letters(r"cookie|クッキー|쿠키|kakor|informasjonskaps|çerez|evästeet|куки|עוגיות|कुकी|คุกกี้|ملفات تعريف")
)
_AGREE = re.compile(
    plain_letters(
        r"accept|agree|consent|akzeptier|zustimm|einwillig|autoris|aceptar|aceitar|accett|accept|akkoord"
        r"|godkann|samtyck|godta"
        r"|samtykk|akcept|zgod|zaakcept|соглас|принять|kabul|同意|동의|موافق|قبول|אישור|स्वीकार|ยอมรับ|συγκατα|αποδοχ"
    )
)
_LABELS, _BOXES = (re.compile(rf"[\W_]*(?:{plain_letters(words)})[\W_]*") for words in (_LABEL, _BOX))


def folded(text: str) -> str:
    """Text as the words here are: case folded, without accents, its numbers in ASCII digits, single spaces."""
    plain = plain_letters(text)
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in plain)
    return " ".join(digits.split())


@lru_cache(maxsize=1024)
def is_stamp(line: str) -> bool:
    """Whether a line is an age, a date of change, or a counter, and nothing else."""
    if len(line) > _LONGEST:
        return False
    text = folded(line)
    if _READING.search(text) and len(_WORD.findall(text)) <= _MOST_OF_A_READING and text[-1] not in ".!?":
        return True
    return _is_unspaced_stamp(text) if _UNSPACED.search(text) else _is_spaced_stamp(text)


def is_label(line: str) -> bool:
    """Whether a line is the label of an advertisement or of a button."""
    return len(line) <= _LONGEST and _LABELS.fullmatch(folded(line)) is not None


def is_plea(block: str) -> bool:
    """Whether a block asks the reader to subscribe to letters or channels, or to agree to cookies."""
    if len(block) > _LONGEST_PLEA:
        return False
    text = folded(block)
    return bool(_CHANNELS.search(text) and _ASKS.search(text)) or bool(_COOKIES.search(text) and _AGREE.search(text))


def heads_box(line: str) -> bool:
    """Whether a line is the heading of a box that leads to other stories."""
    return len(line) <= _LONGEST and _BOXES.fullmatch(folded(line)) is not None


def _is_spaced_stamp(text: str) -> bool:
    words = _WORD.findall(text)
    told = [_kind(word) for word in words]
    if None in told or told.count("glue") > _MOST_GLUE:
        return False
    kinds, number = set(told), any(c.isdigit() for c in text)
    if number:
        dated = "month" in kinds or _CLOCK.search(text) is not None
        return bool(kinds & {"change", "count"}) or {"ago", "time"} <= kinds or (dated and "glue" not in kinds)
    return {"ago", "time"} <= kinds or ("change" in kinds and bool(kinds & {"ago", "time", "day"}))


_KINDS = (
    *(("ago", _AGOS), ("change", _CHANGES), ("count", _COUNTS), ("time", _TIMES), ("day", _WEEKDAYS)),
    *(("small", _SMALLS), ("month", _MONTHS)),
)


def _kind(word: str) -> str | None:
    """What a word tells of: None for one of a story."""
    kind = next((name for name, stems in _KINDS if stems.fullmatch(word)), None)
    return kind or ("glue" if len(word) <= _GLUE else None)


def _is_unspaced_stamp(text: str) -> bool:
    """The same where words are not parted: pieces of time and counting leave nothing over but a letter or two."""
    at, strong = 0, False
    over = 0
    while at < len(text):
        if (piece := _PIECES.match(text, at)) is not None:
            strong = strong or piece["strong"] is not None
            at = piece.end()
        else:
            at, over = at + 1, over + 1
    return over <= 1 and (strong or _CLOCK.search(text) is not None) and any(c.isdigit() for c in text)


def is_day(word: str) -> bool:
    """Whether a word is the name of a day or a month."""
    plain = plain_letters(word)
    return bool(_WEEKDAYS.fullmatch(plain) or _MONTHS.fullmatch(plain))


def is_small(word: str) -> bool:
    """Whether a word is an article or a preposition, as far as these languages have common ones."""
    return _SMALLS.fullmatch(plain_letters(word)) is not None
