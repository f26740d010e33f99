"""What a page is taken for. General signs only, and in doubt an article: a real story is hardly ever refused."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.extraction.structured import ARTICLE_TYPE, MEDIA_TYPES, Said
from archive.models import Article, Page, Verdict, VerdictKind
from archive.text import normalise
from archive.urls import is_home_page

_HIDDEN = {"script", "style", "noscript", "template", "head", "svg", "iframe", "select", "textarea", "button", "option"}
_PIECE = 25  # characters from which a piece of text counts as running text
_SAMPLE = 3000

_SHORT = 1500  # characters: a page with a longer story is no wall, whatever else it says
_TEASER = 900
_FEW = 250

_CHALLENGE_TITLE = re.compile(
    r"^(?:just a moment|attention required!? \| cloudflare|access denied|access to this page has been denied|are you a robot"
    r"|robot check|bot verification|security check(?:point)?|human verification|verify(?:ing)? you are (?:a )?human"
    r"|pardon our interruption|checking your browser|ddos-guard|one more step|captcha|request unsuccessful|einen moment"
    r"|un momento|un instant|bir dakika|один момент|請稍候|请稍候|しばらくお待ちください)\b|^(?:请稍候|請稍候|しばらくお待ちください)"
)
_CHALLENGE_SCRIPT = re.compile(
    r"/cdn-cgi/challenge-platform/[^\"']*/orchestrate|_cf_chl_opt|captcha-delivery\.com|px-captcha|_Incapsula_Resource"
    r"|awswaf\.com|sec-if-cpt|hcaptcha\.com/1/api|recaptcha/(?:api|enterprise)|geo\.captcha|ddos-guard|perfdrive\.com"
)
_CONSENT_HOST = re.compile(r"^(?:consent|guce|privacy|cmp|cookiewall|myprivacy|choices)\.|privacy-mgmt|consentmanager")
_CONSENT_PATH = re.compile(
    r"/(?:cookie-?wall|consent|cookie-?consent|gdpr-?consent|privacy-?wall|zustimmung|pur-abo)(?:[/?.]|$)"
)
_CONSENT_WORDS = re.compile(
    r"cookie|consent|gdpr|dsgvo|rgpd|einwilligung|zustimm|datenschutz|consentement|privacy|tracking|werbung"
)
_NOT_FOUND = re.compile(
    r"\b(?:404|page not found|not found|page (?:does not|doesn'?t|no longer) exists?|page cannot be found|page you requested"
    r"|seite (?:wurde )?nicht gefunden|nicht gefunden|page introuvable|page non trouvée|no encontrada|no existe"
    r"|página não encontrada|pagina non trovata|pagina niet gevonden|sidan (?:kunde inte hittas|hittades inte)"
    r"|siden (?:blev )?ikke fundet|siden finnes ikke|sivua ei löyt|nie znaleziono|nie istnieje|stránka nenalezena|страница не найдена"
    r"|sayfa bulunamadı|halaman tidak ditemukan)\b|页面不存在|找不到|見つかりません|찾을 수 없"
)
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")


@dataclass(frozen=True, slots=True)
class Sight:
    """What a page shows before anything is taken out of it; sizes in characters."""

    visible: int  # of all text
    running: int  # of pieces long enough to be prose, outside links
    linked: int
    links: int
    scripts: int
    linked_headings: int
    title: str  # normalised, as `beginning`
    beginning: str
    challenge: bool


def look(tree: HtmlElement) -> Sight:
    """Measure a page in one walk."""
    visible = running = linked = links = 0
    beginning: list[str] = []
    body = tree.find(".//body")
    for element in body.iter() if body is not None else ():
        tag, text, tail = element.tag, element.text, element.tail
        if tag == "a":
            links += 1
            linked += len("".join(element.itertext()).strip())
        if text and tag not in _HIDDEN:
            size = len(text) if len(text) < _PIECE else len(text.strip())
            visible += size
            running += size if size >= _PIECE and tag != "a" else 0
            if len(beginning) < _SAMPLE:
                beginning.append(text)
        if tail and len(tail) >= 2:
            parent = element.getparent()
            size = len(tail.strip())
            if size and parent is not None and parent.tag not in _HIDDEN:
                visible += size
                running += size if size >= _PIECE and parent.tag != "a" else 0
    scripts = [s for s in tree.iter("script") if "json" not in (s.get("type") or "")]
    return Sight(
        visible=visible,
        running=running,
        linked=linked,
        links=links,
        scripts=len(scripts),
        linked_headings=sum(1 for h in tree.iter("h2", "h3", "h4") if h.find(".//a") is not None or _in_link(h)),
        title=normalise(tree.findtext(".//title") or ""),
        beginning=normalise(" ".join(beginning)[:_SAMPLE]),
        challenge=any(_CHALLENGE_SCRIPT.search(s.get("src") or s.text or "") for s in scripts[:60]),
    )


def _in_link(element: HtmlElement) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "a"


def judge(page: Page, sight: Sight, said: Said, article: Article) -> Verdict:
    """The verdict on a page whose story has been extracted, the surest first."""
    story = is_story(said)
    if len(article.text) < _SHORT and not (story and len(article.text) > _FEW):
        if wall := _wall(page, sight, article):
            return wall
    if said.types[:1] == ("LiveBlogPosting",):
        return Verdict(VerdictKind.LIVE_BLOG, 0.95, ("LiveBlogPosting",))
    media = not MEDIA_TYPES.isdisjoint(said.types[:1]) or any(c.value.startswith("video") for c in said.of("type"))
    if not article.text:
        return _without_text(sight, media)
    if index := _index(page, sight, article, story):
        return index
    if media and len(article.text) < _TEASER:
        return Verdict(VerdictKind.MEDIA, 0.8, ("video or audio with a short text",))
    if len(article.text) < _TEASER and (article.paywalled or _CUT.search(article.text)):
        why = "not free" if article.paywalled else "ends in the middle"
        return Verdict(VerdictKind.TEASER, 0.8 if article.paywalled else 0.6, (why, f"{len(article.text)} characters"))
    return _story(sight, article, story)


def is_story(said: Said) -> bool:
    """Whether the page calls itself an article."""
    return any(ARTICLE_TYPE.search(t) for t in said.types[:1]) or any(c.value == "article" for c in said.of("type"))


def _wall(page: Page, sight: Sight, article: Article) -> Verdict | None:
    if _CHALLENGE_TITLE.search(sight.title) or (
        sight.challenge and sight.visible < _SHORT and len(article.text) < _FEW
    ):
        return Verdict(VerdictKind.CHALLENGE, 0.9, ("asks whether the reader is human",))
    address = urlsplit(page.url)
    words = len(_CONSENT_WORDS.findall(sight.beginning))
    if _CONSENT_HOST.search(address.hostname or "") or _CONSENT_PATH.search(address.path):
        if words > 1:
            return Verdict(VerdictKind.CONSENT, 0.9, ("consent address",))
    if words >= 6 and sight.links < 40 and sight.visible < 3 * _SHORT and article.published is None:
        return Verdict(VerdictKind.CONSENT, 0.7, (f"{words} words of consent on a short page",))
    headings = f"{sight.title} {normalise(article.title or '')}"
    if _NOT_FOUND.search(headings) and article.published is None:
        return Verdict(VerdictKind.SOFT_404, 0.9, ("says that nothing was found",))
    if page.hops and is_home_page(page.url) and not is_home_page(page.requested_url):
        return Verdict(VerdictKind.SOFT_404, 0.8, ("redirected to the home page",))
    return None


def _without_text(sight: Sight, media: bool) -> Verdict:
    if media:
        return Verdict(VerdictKind.MEDIA, 0.8, ("video or audio without text",))
    if sight.visible < _SHORT and sight.scripts:
        return Verdict(VerdictKind.JS_SHELL, 0.8, (f"{sight.visible} characters, {sight.scripts} scripts",))
    if sight.links > 20 and 2 * sight.linked > sight.visible:
        return Verdict(VerdictKind.INDEX, 0.8, (f"{sight.links} links and no story",))
    return Verdict(VerdictKind.EMPTY, 0.8, ("no story text",))


def _index(page: Page, sight: Sight, article: Article, story: bool) -> Verdict | None:
    if is_home_page(page.url) and not story and article.published is None:
        return Verdict(VerdictKind.INDEX, 0.9, ("home page",))
    prose = sum(1 for paragraph in article.text.split("\n\n") if len(paragraph) >= 200)
    many = sight.linked_headings >= 10 and 2 * sight.linked >= sight.running and sight.links >= 40
    if many and prose < 3 and not story and (article.published is None or article.published.at is None):
        return Verdict(
            VerdictKind.INDEX,
            0.7,
            (f"{sight.linked_headings} linked headlines, {prose} long paragraphs"),
        )
    return None


def _story(sight: Sight, article: Article, story: bool) -> Verdict:
    reasons = [f"{len(article.text)} characters"]
    if story:
        reasons.append("calls itself an article")
    if sight.scripts and sight.visible < _FEW and len(article.text) < _FEW and not story:
        return Verdict(VerdictKind.JS_SHELL, 0.6, (f"{sight.visible} characters, {sight.scripts} scripts",))
    score = 0.5 + 0.2 * story + 0.2 * (article.published is not None) + 0.1 * (len(article.text) >= _TEASER)
    return Verdict(VerdictKind.ARTICLE, round(score, 2), tuple(reasons))
