"""What a page is taken for, and that real stories are not refused."""

import pytest

from archive.models import Hop, VerdictKind
from tests.extraction.pages import STORY, TITLE, URL, article_page, extracted, html, paragraphs
from tests.extraction.test_structured import ld

SCRIPT = "<script>window.app = 1</script>"
LINKS = "".join(
    f"<h3><a href='/{n}'>Story number {n} of the harbour</a></h3><p>Two lines of it.</p>" for n in range(60)
)


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (b"", VerdictKind.EMPTY),
        (b" \n\x00\x00", VerdictKind.EMPTY),
        ("<html></html>", VerdictKind.EMPTY),
        ("just words", VerdictKind.NOT_HTML),
        (b"%PDF-1.7 " + bytes(50), VerdictKind.NOT_HTML),
        (html("<h1>Checking</h1><p>Please wait.</p>", "<title>Just a moment...</title>"), VerdictKind.CHALLENGE),
        (
            html("<p>Enable cookies.</p><script src='https://geo.captcha-delivery.com/c.js'></script>"),
            VerdictKind.CHALLENGE,
        ),
        (html("<h1>Page not found</h1><p>It may have moved. Try the search.</p>"), VerdictKind.SOFT_404),
        (html("<h1>Seite nicht gefunden</h1><p>Vielleicht wurde sie verschoben.</p>"), VerdictKind.SOFT_404),
        (html(f"<div id=root></div><noscript>Enable JavaScript.</noscript>{SCRIPT}"), VerdictKind.JS_SHELL),
        (article_page(), VerdictKind.ARTICLE),
    ],
)
def test_page_is_taken_for_what_it_is(document: str | bytes, kind: VerdictKind) -> None:
    found = extracted(document).verdict
    assert found.kind is kind
    assert found.reasons


def test_error_status_is_an_error_whatever_the_page_says() -> None:
    found = extracted(article_page(), status=503)
    assert (found.verdict.kind, found.verdict.reasons, found.article.text) == (VerdictKind.ERROR, ("status 503",), "")


def test_consent_wall_is_no_story() -> None:
    words = "We and our partners use cookies and tracking for advertising. With your consent we process your data. "
    page = html(f"<h1>Before you continue</h1>{paragraphs(words * 3)}<button>Accept cookies</button>")
    assert extracted(page).verdict.kind is VerdictKind.CONSENT
    assert extracted(page, "https://consent.harbour-post.com/v2?continue=x").verdict.kind is VerdictKind.CONSENT


def test_front_page_is_an_index() -> None:
    page = html(f"<main><h1>Harbour Post</h1>{LINKS}</main>")
    assert extracted(page, "https://www.harbour-post.com/").verdict.kind is VerdictKind.INDEX
    assert extracted(page, "https://www.harbour-post.com/town").verdict.kind is VerdictKind.INDEX


def test_redirect_to_the_home_page_is_a_missing_page() -> None:
    home = "https://www.harbour-post.com/"
    hops = (Hop(URL, 302, home),)
    found = extracted(html("<h1>Harbour Post</h1><p>Welcome.</p>"), home, requested_url=URL, hops=hops)
    assert found.verdict.kind is VerdictKind.SOFT_404


def test_video_with_a_line_is_media() -> None:
    node = {"@type": "VideoObject", "name": TITLE, "description": STORY[0], "uploadDate": "2026-11-20"}
    assert extracted(html(f"<h1>{TITLE}</h1><p>{STORY[0]}</p>", ld(node))).verdict.kind is VerdictKind.MEDIA


def test_short_text_that_is_not_free_is_a_teaser() -> None:
    node = {"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": False}
    page = html(f"<article><h1>{TITLE}</h1>{paragraphs(*STORY[:3])}</article>", ld(node))
    assert extracted(page).verdict.kind is VerdictKind.TEASER


def test_text_that_breaks_off_is_a_teaser() -> None:
    page = html(f"<article><h1>{TITLE}</h1>{paragraphs(*STORY[:2], STORY[2][:60] + '…')}</article>")
    assert extracted(page).verdict.kind is VerdictKind.TEASER


def test_long_text_that_is_not_free_is_a_story() -> None:
    node = {"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": False}
    page = html(f"<article><h1>{TITLE}</h1>{paragraphs(*STORY * 3)}</article>", ld(node))
    assert extracted(page).verdict.kind is VerdictKind.ARTICLE


@pytest.mark.parametrize(
    "title",
    [
        "404 houses not found after the flood",
        "Why cookies and consent banners are everywhere",
        "Access denied: how the harbour was closed to fishermen",
        "Just a moment of silence for the drowned",
        "Captcha: are you a robot?",
    ],
)
def test_story_about_walls_is_no_wall(title: str) -> None:
    cookies = "Cookies, consent, tracking, privacy, GDPR and cookies again are what the council spoke about."
    node = {"@type": "NewsArticle", "headline": title, "datePublished": "2026-11-20T10:00:00Z"}
    page = html(f"<h1>{title}</h1>{paragraphs(cookies, *STORY)}", ld(node) + f"<title>{title}</title>")
    assert extracted(page).verdict.kind is VerdictKind.ARTICLE


def test_story_with_many_links_around_it_is_a_story() -> None:
    page = html(f"<main><h1>{TITLE}</h1>{paragraphs(*(s + ' ' + s for s in STORY))}</main><div>{LINKS}</div>")
    assert extracted(page).verdict.kind is VerdictKind.ARTICLE
