"""What a page is taken for. General signs only, and in doubt an article: a real story is hardly ever refused."""

import re

from archive.extraction.sight import Sight
from archive.extraction.structured import ARTICLE_TYPE, MEDIA_TYPES, Said
from archive.extraction.walls import FEW, SHORT, wall
from archive.models import Article, Page, Verdict, VerdictKind
from archive.urls import is_home_page

_TEASER = 900
_CAPTION = 500  # a video's or gallery's description

_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")


def judge(page: Page, sight: Sight, said: Said, article: Article) -> Verdict:
    """The verdict on a page whose story has been extracted, the surest first."""
    story = is_story(said)
    found = None if story and len(article.text) > FEW else wall(page, sight, article)
    if found:
        return found
    if said.types[:1] == ("LiveBlogPosting",):
        return Verdict(VerdictKind.LIVE_BLOG, 0.95, ("LiveBlogPosting",))
    media = not MEDIA_TYPES.isdisjoint(said.types[:1]) or any(c.value.startswith("video") for c in said.of("type"))
    if not article.text:
        return _without_text(sight, media)
    if index := _index(page, sight, article, story):
        return index
    if media and len(article.text) < _CAPTION:
        return Verdict(VerdictKind.MEDIA, 0.8, ("video or audio with a short text",))
    shown = 3 * len(article.text) >= sight.running  # else there is more to read, and extraction did not find it
    if len(article.text) < _TEASER and shown and (article.paywalled or _CUT.search(article.text)):
        why = "not free" if article.paywalled else "ends in the middle"
        return Verdict(VerdictKind.TEASER, 0.8 if article.paywalled else 0.6, (why, f"{len(article.text)} characters"))
    return _story(sight, article, story)


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


def _index(page: Page, sight: Sight, article: Article, story: bool) -> Verdict | None:
    if is_home_page(page.url) and not story and article.published is None:
        return Verdict(VerdictKind.INDEX, 0.9, ("home page",))
    prose = sum(1 for paragraph in article.text.split("\n\n") if len(paragraph) >= 200)
    many = sight.linked_headings >= 10 and 2 * sight.linked >= sight.running and sight.links >= 40
    if many and prose < 3 and not story and (article.published is None or article.published.at is None):
        return Verdict(VerdictKind.INDEX, 0.7, (f"{sight.linked_headings} linked headlines, {prose} long paragraphs",))
    return None


def _story(sight: Sight, article: Article, story: bool) -> Verdict:
    reasons = [f"{len(article.text)} characters"]
    if story:
        reasons.append("calls itself an article")
    if sight.scripts and sight.visible < FEW and len(article.text) < FEW and not story:
        return Verdict(VerdictKind.JS_SHELL, 0.6, (f"{sight.visible} characters, {sight.scripts} scripts",))
    score = 0.5 + 0.2 * story + 0.2 * (article.published is not None) + 0.1 * (len(article.text) >= _TEASER)
    return Verdict(VerdictKind.ARTICLE, round(score, 2), tuple(reasons))
