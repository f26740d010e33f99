"""What stands in a story's place: bot checks, consent walls, pages that say there is no page or that it failed."""

import re
from urllib.parse import urlsplit

from archive.extraction.page.sight import Sight
from archive.extraction.page.wording import CHALLENGE_TITLES, CONSENT, FAILURE, FOR_SALE, NOT_FOUND, ROBOT, TRACE, told
from archive.extraction.structured import Said
from archive.models import Article, Page, Verdict, VerdictKind
from archive.text import normalise
from archive.urls import is_home_page

SHORT = 1500  # as `extent`: a page with a longer story is no wall, whatever else it says
FEW = 250  # as `extent`: less is hardly a story
SCRAP = 160  # as `extent`: a brief of forty words has more
_LONGEST_CONSENT = 5000  # as `extent`: lists of purposes and partners are long
_NOTICE = 1000  # visible characters
_FEW_LINKS = 15  # a page of a site has more of them: its menu and its footer
_DENSE = 15  # words of consent in 1000 characters; walls have 20 to 30, comments on cookie banners 10
_COVERED = 0.4  # of a heading: so much of it must be the message that there is no such page
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_SITE_NAME = 45  # characters, with what separates it
_SUFFIX = re.compile(r"\s+[|\-–—·:»/]\s+")

_CONSENT_HOST = re.compile(
    r"^(?:consent|guce|privacy|cmp\d*|cookiewall|myprivacy|choices)\.|privacy-mgmt|consentmanager"
)
_CONSENT_PATH = re.compile(
    r"/(?:cookie-?wall|consent|cookie-?consent|gdpr-?consent|privacy-?wall|zustimmung|pur-abo)(?:[/?.]|$)"
)


def extent(text: str) -> int:
    """The length of a text in letters of an alphabet: a character of the scripts of East Asia says as much as three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


def declares_day(said: Said) -> bool:
    """Whether the page itself says when it was published, for programs to read."""
    return bool(said.of("published", "json-ld", "opengraph", "meta", "microdata"))


def wall(page: Page, sight: Sight, said: Said, article: Article) -> Verdict | None:
    """The verdict on a page that stands in a story's place; None for anything with a story of its own."""
    size, dated = extent(article.text), declares_day(said)
    if size < _LONGEST_CONSENT and not dated and (found := _consent(page, sight, article)):
        return found
    if size >= SHORT:
        return None
    if (size < FEW or not dated) and (found := _challenge(sight)):
        return found
    if dated:
        return None
    return _not_found(page, sight, article) or _failure(sight, article)


def _challenge(sight: Sight) -> Verdict | None:
    if sight.challenge or _is_challenge_title(sight.title):
        return Verdict(VerdictKind.CHALLENGE, 0.9, ("asks whether the reader is human",))
    if sight.visible >= _NOTICE or sight.links > _FEW_LINKS:
        return None
    headings = " ".join((sight.title, *sight.headings))
    concepts, _ = told(ROBOT, sight.beginning)
    if concepts >= 2 and ROBOT["who"].search(sight.beginning) and told(ROBOT, headings)[0]:
        return Verdict(VerdictKind.CHALLENGE, 0.8, ("speaks of robots and checks on a short page",))
    if concepts >= 3:
        return Verdict(VerdictKind.CHALLENGE, 0.7, (f"{concepts} signs of a check on a short page",))
    return None


def _is_challenge_title(title: str) -> bool:
    """A title that says more than that is a story's."""
    return any(title.startswith(said) and len(title) <= len(said) + _SITE_NAME // 2 for said in CHALLENGE_TITLES)


def _consent(page: Page, sight: Sight, article: Article) -> Verdict | None:
    """A wall asks for consent in what would be its story, not only in a notice before it."""
    sample = normalise(article.text[:_LONGEST_CONSENT]) if extent(article.text) >= FEW else sight.beginning
    concepts, words = told(CONSENT, sample)
    address = urlsplit(page.url)
    if concepts > 1 and (_CONSENT_HOST.search(address.hostname or "") or _CONSENT_PATH.search(address.path)):
        return Verdict(VerdictKind.CONSENT, 0.9, ("consent address", f"{concepts} signs of asking for consent"))
    dense = 1000 * words >= _DENSE * max(extent(sample), 200)
    if concepts >= 4 and dense and sight.links < 40 and sight.visible < _LONGEST_CONSENT:
        return Verdict(VerdictKind.CONSENT, 0.8, (f"{concepts} signs of asking for consent, {words} words of it",))
    return None


def _not_found(page: Page, sight: Sight, article: Article) -> Verdict | None:
    titles = [sight.title, *_without_site(sight.title), *sight.headings, normalise(article.title or "")]
    if any(_covers(NOT_FOUND, title) for title in titles):
        return Verdict(VerdictKind.SOFT_404, 0.9, ("says that nothing was found",))
    if sight.missing:
        return Verdict(VerdictKind.SOFT_404, 0.8, ("is named after a missing page in its markup",))
    if page.hops and is_home_page(page.url) and not is_home_page(page.requested_url):
        return Verdict(VerdictKind.SOFT_404, 0.8, ("redirected to the home page",))
    if sight.visible < SHORT and FOR_SALE.search(f"{sight.title} {sight.beginning}"):
        return Verdict(VerdictKind.SOFT_404, 0.8, ("the domain is nobody's",))
    return None


def _without_site(title: str) -> list[str]:
    """The parts of a title that others no longer than a site's name stand beside."""
    parts = _SUFFIX.split(title)
    return [part for part in parts if len(title) - len(part) <= _SITE_NAME]


def _covers(message: re.Pattern[str], title: str) -> bool:
    found = message.search(title)
    return found is not None and len(found[0]) >= _COVERED * len(title)


def _failure(sight: Sight, article: Article) -> Verdict | None:
    if sight.links > _FEW_LINKS:
        return None
    if TRACE.search(sight.beginning) and sight.visible < 3 * SHORT:
        return Verdict(VerdictKind.ERROR, 0.8, ("shows a program's failure",))
    if sight.visible >= SHORT // 2:
        return None
    titles = [sight.title, *_without_site(sight.title), *sight.headings]
    said = any(_covers(FAILURE, title) for title in titles)
    if said or (extent(article.text) < SCRAP and FAILURE.search(sight.beginning)):
        return Verdict(VerdictKind.ERROR, 0.8, ("says that something failed or is being maintained",))
    return None
