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


BANNER = (
    "We and our partners use cookies and similar technologies to store personal data, for personalised advertising and "
    "tracking. You can give or withdraw your consent to cookies in our privacy policy at any time."
)


def test_consent_notice_before_a_short_story_is_no_wall() -> None:
    page = html(
        f"<div role='dialog'><p>{BANNER}</p><button>Accept all</button></div><h1>{TITLE}</h1>{paragraphs(*STORY)}"
    )
    assert extracted(page).verdict.kind is VerdictKind.ARTICLE


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("The story you are looking for has moved", VerdictKind.SOFT_404),
        ("Página no encontrada", VerdictKind.SOFT_404),
        ("404: how a town lost its records, and who went looking for the pages", VerdictKind.ARTICLE),
    ],
)
def test_heading_must_say_little_else_than_that_there_is_no_page(heading: str, kind: VerdictKind) -> None:
    assert extracted(html(f"<h1>{heading}</h1>{paragraphs(*STORY)}")).verdict.kind is kind


def test_markup_named_after_a_missing_page_tells_what_words_do_not() -> None:
    page = html(f"<main class='page error-404'><h1>Well, well</h1>{paragraphs(STORY[0])}</main>")
    assert extracted(page).verdict.kind is VerdictKind.SOFT_404


@pytest.mark.parametrize(
    "text",
    [
        "<h1>500 Internal Server Error</h1><p>The server encountered an error and could not complete your request.</p>",
        "<h1>Wartungsarbeiten</h1><p>Unsere Seite ist bald wieder für Sie da.</p>",
        "<pre>Traceback (most recent call last):\n  File 'app.py', line 3\nKeyError: 'title of the story'</pre>",
    ],
)
def test_failure_sent_as_a_page_is_an_error(text: str) -> None:
    assert extracted(html(text)).verdict.kind is VerdictKind.ERROR


def test_check_without_a_known_service_is_recognised_by_what_it_speaks_of() -> None:
    page = html("<h1>Подтвердите, что вы не робот</h1><p>Запросы с вашего адреса похожи на автоматические.</p>")
    assert extracted(page).verdict.kind is VerdictKind.CHALLENGE


def test_list_of_teasers_is_an_index_whatever_its_address() -> None:
    cards = "".join(
        f"<li><h3><a href='/{n}'>Story number {n} of the harbour</a></h3><p>{STORY[n]}</p></li>" for n in range(5)
    )
    page = html(f"<h1>Harbour</h1><ul>{cards}</ul>")
    assert extracted(page, "https://www.harbour-post.com/the-harbour-in-2026").verdict.kind is VerdictKind.INDEX


def test_story_with_linked_headings_and_paragraphs_of_its_own_is_no_index() -> None:
    related = "".join(f"<li><h3><a href='/{n}'>Story number {n} of the town</a></h3></li>" for n in range(8))
    page = html(f"<h1>{TITLE}</h1>{paragraphs(*(text + ' ' + text for text in STORY))}<ul>{related}</ul>")
    assert extracted(page).verdict.kind is VerdictKind.ARTICLE


def entries(texts: tuple[str, ...]) -> str:
    return "".join(
        f"<div class='e'><time>1{n}:05</time><h3>Point {n}</h3><p>{text}</p></div>" for n, text in enumerate(texts)
    )


def test_reports_with_clocks_are_a_live_blog_where_the_page_says_live() -> None:
    live = html(f"<h1>Live: the storm at the harbour</h1><div>{entries(STORY)}</div>")
    assert extracted(live).verdict.kind is VerdictKind.LIVE_BLOG
    day = html(f"<h1>One day at the harbour wall</h1><div>{entries(STORY)}</div>")
    assert extracted(day).verdict.kind is VerdictKind.ARTICLE


def test_short_text_beside_a_box_that_keeps_readers_out_is_a_teaser() -> None:
    box = "<div class='regwall'><p>Register to read on, it is free and takes a minute.</p></div>"
    page = html(f"<article><h1>{TITLE}</h1>{paragraphs(*STORY[:3])}{box}</article>")
    assert extracted(page).verdict.kind is VerdictKind.TEASER


@pytest.mark.parametrize(
    "document",
    [
        "<?xml version='1.0'?><rss version='2.0'><channel><item><title>A</title></item></channel></rss>",
        "<urlset><url><loc>https://www.harbour-post.com/</loc></url></urlset>",
        '{"title": "Wall", "body": "<p>The harbour wall has leaked since the storm.</p>"}',
    ],
)
def test_feed_or_data_is_no_page(document: str) -> None:
    assert extracted(document).verdict.kind is VerdictKind.NOT_HTML


def test_scrap_of_text_without_anything_around_it_is_no_story() -> None:
    assert extracted(html("<p>It will be right back.</p>")).verdict.kind is VerdictKind.EMPTY
    assert extracted(html("<p>The page is loading…</p>", SCRIPT)).verdict.kind is VerdictKind.JS_SHELL


def test_brief_of_forty_words_on_a_bare_page_is_a_story() -> None:
    brief = (
        "The road to the harbour stays closed for maintenance until Friday, the council said on Monday. Buses go "
        "by Mill Lane. The ferry waits five minutes longer for those who walk, and the fish market opens an hour late."
    )
    page = html(
        f"<h1>Harbour road closed for maintenance until Friday</h1><p>{brief}</p>", "<script>var a = 1</script>"
    )
    assert extracted(page).verdict.kind is VerdictKind.ARTICLE
