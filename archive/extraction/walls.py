"""What stands between a reader and a story: bot checks, consent walls, pages that say there is no page."""

import re
from urllib.parse import urlsplit

from archive.extraction.sight import Sight
from archive.models import Article, Page, Verdict, VerdictKind
from archive.text import normalise
from archive.urls import is_home_page

SHORT = 1500  # characters: a page with a longer story is no wall, whatever else it says
FEW = 250  # characters: less is hardly a story

_CHALLENGE_TITLES = (
    *("just a moment", "attention required! | cloudflare", "access denied", "access to this page has been denied"),
    *("are you a robot", "robot check", "bot verification", "security check", "security checkpoint", "captcha"),
    *("human verification", "verify you are human", "verifying you are human", "pardon our interruption"),
    *("checking your browser", "ddos-guard", "one more step", "request unsuccessful", "einen moment", "un momento"),
    *("un instant", "bir dakika", "один момент", "请稍候", "請稍候", "しばらくお待ちください"),
)
_CONSENT_HOST = re.compile(r"^(?:consent|guce|privacy|cmp|cookiewall|myprivacy|choices)\.|privacy-mgmt|consentmanager")
_CONSENT_PATH = re.compile(
    r"/(?:cookie-?wall|consent|cookie-?consent|gdpr-?consent|privacy-?wall|zustimmung|pur-abo)(?:[/?.]|$)"
)
_CONSENT_WORD = re.compile(
    r"cookie|consent|gdpr|dsgvo|rgpd|einwilligung|zustimm|datenschutz|consentement|privacy|tracking|werbung"
)
_NOT_FOUND = re.compile(
    r"\b(?:404|page not found|not found|page (?:does not|doesn'?t|no longer) exists?|page cannot be found"
    r"|(?:seite (?:wurde )?)?nicht gefunden|page introuvable|page non trouvée|no encontrada|no existe"
    r"|página não encontrada|pagina non trovata|pagina niet gevonden|sidan (?:kunde inte hittas|hittades inte)"
    r"|siden (?:blev )?ikke fundet|siden finnes ikke|sivua ei löyt\w*|nie znaleziono|nie istnieje|stránka nenalezena"
    r"|страница не найдена|sayfa bulunamadı|halaman tidak ditemukan)\b|页面不存在|找不到|見つかりません|찾을 수 없"
)


def wall(page: Page, sight: Sight, article: Article) -> Verdict | None:
    """The verdict on a page that stands in a story's place; None for anything with a story of its own."""
    if len(article.text) >= SHORT:
        return None
    asks = sight.title.startswith(_CHALLENGE_TITLES) or (sight.challenge and sight.visible < SHORT)
    if asks and (len(article.text) < FEW or article.published is None):
        return Verdict(VerdictKind.CHALLENGE, 0.9, ("asks whether the reader is human",))
    if article.published is not None:
        return None
    return _consent(page, sight) or _not_found(page, sight, article)


def _consent(page: Page, sight: Sight) -> Verdict | None:
    address = urlsplit(page.url)
    words = len(_CONSENT_WORD.findall(sight.beginning))
    if words > 1 and (_CONSENT_HOST.search(address.hostname or "") or _CONSENT_PATH.search(address.path)):
        return Verdict(VerdictKind.CONSENT, 0.9, ("consent address",))
    if words >= 6 and sight.links < 40 and sight.visible < 3 * SHORT:
        return Verdict(VerdictKind.CONSENT, 0.7, (f"{words} words of consent on a short page",))
    return None


def _not_found(page: Page, sight: Sight, article: Article) -> Verdict | None:
    if _NOT_FOUND.search(f"{sight.title} {normalise(article.title or '')}"):
        return Verdict(VerdictKind.SOFT_404, 0.9, ("says that nothing was found",))
    if page.hops and is_home_page(page.url) and not is_home_page(page.requested_url):
        return Verdict(VerdictKind.SOFT_404, 0.8, ("redirected to the home page",))
    return None
