"""What pages that are no stories say, in many languages: as concepts, so that no page's very wording matters.

Everything here is looked for in normalised text: folded case, single spaces.
"""

import re
from collections.abc import Mapping

Concepts = Mapping[str, "re.Pattern[str]"]


def _any(patterns: str) -> "re.Pattern[str]":
    """Any of the patterns, which are separated by white space; "_" stands for a space in them."""
    return re.compile("|".join(patterns.split()).replace("_", " "))


CONSENT: Concepts = {
    "cookie": _any(r"""
        cookie クッキー 쿠키 куки ملفات_تعريف_الارتباط คุกกี้ çerez evästeet informasjonskaps
    """),
    "consent": _any(r"""
        consent einwillig zustimm stimme_der einverstanden avec_votre_accord your_agreement consenti consenso
        toestemming akkoord samtyck samtykk zgod[aęy] souhlas соглас onay r[iı]za 同意 동의 موافق συγκατάθε συναίνε
        persetujuan ยินยอม सहमति hozzájárul acuerdo suostumu
    """),
    "partners": _any(r"""
        partner(?!schaft) socios parceir anbieter vendor третьи socii terze_parti drittanbieter 第三者 パートナー 파트너
        合作伙伴 شرك(?:اؤ|ائ) партн[её]р leverant συνεργ
    """),
    "privacy": _any(r"""
        privacy datenschutz privatsphäre confidentialit privacidad privacidade riservatezza integritet personvern
        prywatno конфиденциальн gizlilik プライバシー 個人情報 개인정보 隐私 隱私 خصوصية απορρήτου personal_data
        personenbezogen données_personnelles datos_personales dati_personali dados_pessoais persoonsgegevens
        personuppgift danych_osobow dane_osobow персональн kişisel_ver
    """),
    "adverts": _any(r"""
        personali[sz]ed? personalisiert personnalis personaliz anpassade gepersonaliseerd targeted_ad werbung publicit
        publicidad publicidade pubblicit annunci anúncios advertenti annonser reklam реклам 広告 광고 广告 إعلان
        tracking analytic audience zielgruppe öffentlichkeit
    """),
    "device": _any(r"""
        device endgerät gerät appareil dispositiv op_je_apparaat enhet urządzeni устройств cihaz デバイス 기기 设备
        geolocali geolocation speicher(?:n|ung) legitimate_interest berechtigt\w*_interesse intérêt_légitime
        interés_legítimo berättigat gerechtvaardigd
    """),
    "choice": _any(r"""
        accept_all reject_all alle_akzeptieren alle_ablehnen tout_accepter tout_refuser accept(?:er)?_(?:&|and|et)
        manage_(?:preferences|options|cookies) withdraw widerruf retirer_votre retirar revocare återkalla wycofać
        intrekken отозвать すべて(?:同意|拒否) 모두_동의 全部接受 aceptar accetta akceptuj godkänn aanvaarden weiger
        avvis odmítn ohne_(?:werbe)?tracking reject_and without_(?:agree|accept) sin_aceptar senza_accettare
        sans_accepter
    """),
}
ROBOT: Concepts = {
    "who": _any(r"""
        robot roboter \bbots?\b robô робот ロボット 机器人 機器人 로봇 روبوت ρομπότ human(?!itar|_rights) mensch\b
        humain(?!e) \bhumano \bumano mens_bent människa menneske człowiek_?iem человек\b insan_ 人間である 真人 사람인지
        captcha automated automatisiert automatisé automatizad unusual_traffic ungewöhnlich inhabituel inusual необычн
        异常访问 访问过于频繁 비정상 正常用户
    """),
    "asks": _any(r"""
        verif überprüf bestätig vérif comprueb compruebe confirm подтверд провер doğrula 確認 验证 驗證 확인 تحقق
        επαλήθευ weryfik kontroll checking press_&_hold type_the_characters solve lösen_sie résoudre ungewöhnlich
        unusual inhabituel 协助 complete_the continue_to security_check please_enable activate_cookies believe_you
    """),
    "blocked": _any(r"""
        blocked denied you_don't_have_permission gesperrt verweigert bloqué bloquead refusé denegad negato заблокир
        engellen 拒绝 차단 محظور
    """),
    "security": _any(r"""
        security_(?:service|check|verification|of_your) ray_id reference_(?:#|id) incident_id sicherheits
        vérification_de_sécurité verificación_de_seguridad безопасност 安全验证 安全检查 ddos javascript 보안
        セキュリティ
    """),
}
NOT_FOUND = _any(r"""
    (?:error|fehler|erreur|errore|erro|ошибка|hata|błąd|fel|feil|fejl|fout|エラー|오류|错误|خطأ)[\s:#\-–]{0,3}404
    404[\s:.\-–|]{0,3}(?:error|not_found|page_not_found|file_not_found|oops|seite_nicht_gefunden|fehler) ^\W*404\W*$
    (?:page|article|story|content|what|that|file|document|address|url)\b.{0,45}(?:not_(?:be_)?found)
    (?:page|article|story|content|what|that|file|document|address|url)\b.{0,45}(?:(?:doesn't|does_not|no_longer)_(?:exist|available))
    (?:page|article|story|content|what|that|file|document|address|url)\b.{0,45}(?:(?:can'?t|cannot|could_?n[o']t)_be_(?:found|located))
    (?:page|article|story|content|what|that|file|document|address|url)\b.{0,45}(?:not_(?:exist|available))
    (?:page|article|story|content|what|that|file|document|address|url)\b.{0,45}(?:is_gone|has_(?:moved|expired))
    (?:page|article|story|content|what|that|file|document|address|url)\b.{0,45}(?:is_missing)
    (?:page|article|story|content|what|that|file|document|address|url)\b.{0,45}(?:(?:been_)?(?:removed|deleted))
    not_found$ ^not_found
    (?:can'?t|cannot|could_?n[o']?t|unable_to|didn'?t|did_not)_(?:be_)?(?:find|locate)\b.{0,12}(?:page|article)
    (?:can'?t|cannot|could_?n[o']?t|unable_to|didn'?t|did_not)_(?:be_)?(?:find|locate)\b.{0,12}(?:story|what)
    (?:can'?t|cannot|could_?n[o']?t|unable_to|didn'?t|did_not)_(?:be_)?(?:find|locate)\b.{0,12}(?:that|content)
    nothing_(?:was_)?found
    (?:seite|artikel|beitrag|inhalt|dokument|adresse)\b.{0,35}(?:nicht|kein)\b(?:.{0,12}(?:gefunden|mehr|vorhanden|verfügbar|existier))?
    nicht_gefunden kein(?:e|en)?_(?:seite|artikel|treffer)
    (?:page|contenu|article|adresse)\b.{0,45}(?:n'existe|introuvable|non_trouvé|n'est_(?:plus|pas)|n'a_pas)
    (?:page|contenu|article|adresse)\b.{0,45}(?:a_été_supprimé)
    (?:página|contenido|noticia|artículo|conteúdo|matéria|enlace)\b.{0,45}(?:no_(?:existe|encontrad|se_(?:ha_)?enc|está|fue))
    (?:página|contenido|noticia|artículo|conteúdo|matéria|enlace)\b.{0,45}(?:não_(?:existe|encontrad|foi|está|pôde))
    no_(?:hemos|se_ha|se_pudo|pudimos)_encontra\w+.{0,40} não_(?:foi_)?(?:possível_)?encontra\w+.{0,30}
    (?:pagina|articolo|contenuto)\b.{0,45}(?:non_(?:esiste|trovat|è|disponib)|inesistente)
    (?:pagina|artikel)\b.{0,35}(?:niet_(?:gevonden|bestaa?t|meer|beschik)|bestaat_niet) bestaat_niet
    (?:sidan|artikeln|siden|artikkelen|artiklen)\b.{0,40}(?:inte|ikke)\b.{0,20} sivua_ei_löy\w* sivu[a-z]*_ei_
    (?:stron[ay]|artykuł)\b.{0,45}nie_(?:istnieje|została?|znaleziono) nie_(?:znaleziono|istnieje)
    (?:stránka|článek|oldal|pagina)\b.{0,40}(?:nenalezena|neexistuje|nebyla|nem_található|nu_(?:a_fost|există))
    (?:такой_)?(?:страниц[аы]|стать[яи]|запись)\b.{0,35}(?:не_(?:найден|существу)|нет\b|удален)
    такой_страницы_(?:нет|не) сторінк\w+_не_(?:знайден|існу)
    (?:sayfa|haber|içerik)\b.{0,30}(?:bulun[ua]ma|mevcut_değil|yok) halaman.{0,25}tidak_(?:ditemukan|ada)
    (?:الصفحة|الصفحه|المقال)\b.{0,25}(?:غير_موجود|لا_توجد|لم_يتم|غير_متاح)
    (?:σελίδα|άρθρο).{0,30}(?:δεν_(?:βρέθηκε|υπάρχει)) trang_.{0,20}không_(?:tồn_tại|tìm_thấy) ไม่พบหน้า
    ไม่พบ(?:ข้อมูล|เนื้อหา) पृष्ठ_नहीं_मिला पेज_नहीं_मिला
    (?:页面|頁面|网页|文章|内容|信息).{0,12}(?:不存在|找不到|已被?删除|未找到)(?:或.{0,8})?
    找不到.{0,8}(?:页面|頁面|网页)
    (?:ページ|記事|コンテンツ).{0,12}(?:見つかりません(?:でした)?|ありません|存在しません|削除されました)
    (?:페이지|기사|문서).{0,12}(?:찾을_수_없|존재하지_않|없습니다|삭제)(?:습니다|는)?
""")
FOR_SALE = _any(r"""
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:for_sale)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:(?:has|is)_(?:been_)?expired)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:expired|parked)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:zu_verkaufen)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:zum_(?:verkauf|kauf))
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:abgelaufen)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:à_vendre|expiré)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:en_venta|à_venda)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:in_vendita)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:scaduto|te_koop)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:till_salu)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:na_sprzedaż)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:продаж|продаётся)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:продается|satılık)
    (?:domain|domaine?|dominio|domínio|domeen|домен|域名|ドメイン|도메인|alan_adı)\b.{0,60}(?:出售|販売|판매)
    (?:buy|acquire)_this_domain diese_domain
""")
FAILURE = _any(r"""
    \b50[0-4]\b.{0,24}(?:error|bad_gateway|unavailable|time-?out|server) (?:error|fehler|erreur)\W{0,3}50[0-4]
    internal_server_error bad_gateway gateway_time-?out
    (?:service|server|site|website|page)\b.{0,20}(?:temporarily_|currently_)?(?:unavailable|down\b|offline)
    backend_fetch_failed database_error error_establishing too_many_connections application_error runtime_error
    something_went_wrong an_error_(?:has_)?occurred unexpected_error we'?ll_be_(?:right_)?back
    (?:scheduled_|under_)?maintenance back_(?:soon|shortly) wartung vorübergehend_nicht_(?:erreichbar|verfügbar)
    ein_fehler_ist_aufgetreten technische[rs]?_(?:fehler|störung) (?:momentanément|temporairement)_indisponible
    erreur_(?:technique|interne|est_survenue|serveur) en_maintenance no_disponible en_mantenimiento
    error_(?:interno|en_la_aplicación) fuera_de_servicio temporariamente_indisponível em_manutenção
    erro_(?:interno|de_aplicação|no_servidor) (?:temporaneamente|momentaneamente)_non_(?:disponibile|raggiungibile)
    in_manutenzione si_è_verificato_un_errore tijdelijk_niet_(?:beschikbaar|bereikbaar) onderhoud underhåll
    vedlikehold przerwa_techniczna prace_(?:serwisowe|techniczne) błąd_(?:serwera|wewnętrzny) wystąpił_błąd
    технические_работы ошибка_сервера сервис_временно временно_недоступ bakım_(?:çalışması|modu) bir_hata_oluştu
    メンテナンス エラーが発生 サーバーエラー 일시적인_오류 서비스_점검 점검_중 오류가_발생 系统维护
    服务器(?:内部)?错误 服务暂不可用 صيانة حدث_خطأ σφάλμα συντήρηση
""")
TRACE = _any(r"""
    traceback_\(most_recent stack_?trace: exception_(?:type|caught|in_thread) fatal_error:_ uncaught_\w+
    \w+(?:exception|error)_(?:at|in)_[/\w] \bat_[\w.$]+\([\w.]+:\d+\) \.(?:py|rb|php|java)[:(\"].{0,8}\d+ sqlstate\[
    ora-\d{5} mysqli?_ nullpointerexception
""")
LIVE = _any(r"""
    \blive ticker\b minuto_a_minuto en_direct\b en_(?:vivo|directo) ao_vivo diretta na_żywo relacja онлайн трансляц
    canlı ライブ 速報 실시간 直播 مباشر živě direkte\b suora ζωντανά siaran_langsung
""")
CHALLENGE_TITLES = (
    *("just a moment", "attention required! | cloudflare", "access denied", "access to this page has been denied"),
    *("are you a robot", "robot check", "bot verification", "security check", "security checkpoint", "captcha"),
    *("human verification", "verify you are human", "verifying you are human", "pardon our interruption"),
    *("checking your browser", "ddos-guard", "one more step", "request unsuccessful", "einen moment", "un momento"),
    *("un instant", "bir dakika", "один момент", "请稍候", "請稍候", "しばらくお待ちください", "challenge validation"),
)


def told(concepts: Concepts, text: str) -> tuple[int, int]:
    """How many of the concepts a normalised text speaks of, and how often it does so in all."""
    counts = [len(pattern.findall(text)) for pattern in concepts.values()]
    return sum(1 for count in counts if count), sum(counts)
