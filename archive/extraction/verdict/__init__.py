"""What a page is taken for. General signs only, and in doubt an article: a real story is hardly ever refused."""

import re

from archive.extraction.claims.described import ARTICLE_TYPE, MEDIA_TYPES
from archive.extraction.page.sight import Sight
from archive.extraction.structured import Said
from archive.extraction.verdict.listing import listing
from archive.extraction.verdict.walls import FEW, SCRAP, SHORT, declares_day, extent, wall
from archive.models import Article, Page, Verdict, VerdictKind

_TEASER = 900
_CAPTION = 500  # a video's or gallery's description
_BARE = 250  # characters that the whole page shows
_ENTRIES = 4  # reports one after another: fewer are no running account
_MEDIA_KIND = re.compile(r"^(?:video|music|audio)\b")

_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")


def judge(page: Page, sight: Sight, said: Said, article: Article) -> Verdict:
    """The verdict on a page whose story has been extracted, the surest first."""
    story, size = is_story(said), extent(article.text)
    found = None if story and size > FEW else wall(page, sight, said, article)
    if found:
        return found
    if said.types[:1] == ("LiveBlogPosting",) or said.entries:
        return Verdict(VerdictKind.LIVE_BLOG, 0.95, ("LiveBlogPosting",))
    media = not MEDIA_TYPES.isdisjoint(said.types[:1]) or any(_MEDIA_KIND.match(c.value) for c in said.of("type"))
    if not article.text:
        return _without_text(sight, media)
    if media and size < _CAPTION:
        return Verdict(VerdictKind.MEDIA, 0.8, ("video or audio with a short text",))
    if index := listing(page, sight, said, article):
        return index
    if sight.entries >= _ENTRIES:
        return Verdict(VerdictKind.LIVE_BLOG, 0.7, (f"{sight.entries} reports with a clock",))
    return _scrap(sight, said, size) or _teaser(sight, article, size) or _story(said, size, story)


def is_story(said: Said) -> bool:
    """Whether the page calls itself an article."""
    return any(ARTICLE_TYPE.search(t) for t in said.types[:1]) or any(c.value == "article" for c in said.of("type"))


def _without_text(sight: Sight, media: bool) -> Verdict:
    if media:
        return Verdict(VerdictKind.MEDIA, 0.8, ("video or audio without text",))
    if sight.visible < SHORT and sight.scripts:
        return Verdict(VerdictKind.JS_SHELL, 0.8, (f"{sight.visible} characters, {sight.scripts} scripts",))
    if sight.links > 20 and 2 * sight.linked > sight.visible:
        return Verdict(VerdictKind.INDEX, 0.8, (f"{sight.links} links and no story",))
    return Verdict(VerdictKind.EMPTY, 0.8, ("no story text",))


def _teaser(sight: Sight, article: Article, size: int) -> Verdict | None:
    shown = 3 * len(article.text) >= sight.running  # else there is more to read, and extraction did not find it
    if size >= _TEASER or not shown:
        return None
    if article.paywalled or sight.gate:
        why = "not free" if article.paywalled else "a box that keeps readers out"
        return Verdict(VerdictKind.TEASER, 0.8, (why, f"{len(article.text)} characters"))
    if _CUT.search(article.text):
        return Verdict(VerdictKind.TEASER, 0.6, ("ends in the middle", f"{len(article.text)} characters"))
    return None


def _scrap(sight: Sight, said: Said, size: int) -> Verdict | None:
    """The verdict on a page with next to nothing on it, also beside its text: "Loading…"."""
    if is_story(said) or declares_day(said) or size >= SCRAP or sight.visible >= _BARE:
        return None
    if sight.scripts:
        return Verdict(VerdictKind.JS_SHELL, 0.6, (f"{sight.visible} characters, {sight.scripts} scripts",))
    return Verdict(VerdictKind.EMPTY, 0.5, (f"{sight.visible} characters on the whole page",))


def _story(said: Said, size: int, story: bool) -> Verdict:
    reasons = [f"{size} characters"]
    if story:
        reasons.append("calls itself an article")
    dated = declares_day(said)
    score = 0.5 + 0.2 * story + 0.2 * dated + 0.1 * (size >= _TEASER)
    return Verdict(VerdictKind.ARTICLE, round(score, 2), tuple(reasons))
