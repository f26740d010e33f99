"""Claims to fields, by stated precedence."""

from datetime import UTC, date, datetime

import pytest

from archive.extraction.fields import absolute, language_tag
from archive.extraction.site import Site
from archive.models import Moment
from tests.extraction.pages import STORY, TITLE, URL, article_page, extracted, html, paragraphs, values
from tests.extraction.test_structured import ld


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


# --- title


def test_name_of_the_site_is_no_title() -> None:
    page = html(
        f"<h1>Harbour Post</h1><h2>Wall</h2>{paragraphs(*STORY)}",
        meta("og:site_name", "Harbour Post") + meta("og:title", TITLE),
    )
    assert extracted(page).article.title == TITLE


@pytest.mark.parametrize(
    "window", [f"{TITLE} | Harbour Post", f"Harbour Post - {TITLE}", f"{TITLE} – harbour-post.com"]
)
def test_title_of_the_window_loses_the_name_of_the_site(window: str) -> None:
    page = html(paragraphs(*STORY), f"<title>{window}</title>" + meta("og:site_name", "Harbour Post"))
    assert extracted(page).article.title == TITLE


def test_entities_and_markup_in_a_claim_are_resolved() -> None:
    node = {"@type": "NewsArticle", "headline": "Sea &#x27;n&#x27; <em>Wall</em>", "name": "x"}
    page = html(paragraphs(*STORY), ld(node))
    assert extracted(page).article.title == "Sea 'n' Wall"


# --- authors


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ann Moor", ("Ann Moor",)),
        (["Ann Moor", "Bob Ray"], ("Ann Moor", "Bob Ray")),
        ({"@type": "Person", "name": "By Ann Moor and Bob Ray"}, ("Ann Moor", "Bob Ray")),
        ([{"@type": "Person", "name": ["Ann Moor", "Bob Ray"]}], ("Ann Moor", "Bob Ray")),
        ({"@type": "Organization", "name": "Associated Press"}, ("Associated Press",)),
        ([{"@type": "Organization", "name": "Harbour Post"}, {"@type": "Person", "name": "Ann Moor"}], ("Ann Moor",)),
        ("Von Ann Moor, ann@harbour-post.com", ("Ann Moor",)),
        ("ANN MOOR | BOB RAY", ("ANN MOOR", "BOB RAY")),
        ("渡辺洋介、松村太郎", ("渡辺洋介", "松村太郎")),
        ("https://www.facebook.com/harbourpost", ()),
        ("admin", ()),
    ],
)
def test_authors_are_names_of_people(author: object, names: tuple[str, ...]) -> None:
    node = {"@type": "NewsArticle", "headline": TITLE, "author": author}
    assert extracted(article_page(head=ld(node))).article.authors == names


def test_person_of_the_byline_comes_before_the_declared_newsroom() -> None:
    node = {"@type": "NewsArticle", "headline": TITLE, "author": {"@type": "Organization", "name": "Harbour Post"}}
    byline = '<p class="byline">By <a rel="author" href="/ann">Ann Moor</a>, Staff Writer</p>'
    assert extracted(article_page(byline, ld(node))).article.authors == ("Ann Moor",)


def test_newsroom_is_taken_where_nobody_else_is_named() -> None:
    node = {"@type": "NewsArticle", "headline": TITLE, "author": {"@type": "Organization", "name": "Harbour Post"}}
    head = ld(node) + meta("og:site_name", "Harbour Post")
    assert extracted(article_page(head=head)).article.authors == ("Harbour Post",)


def test_commenters_and_authors_of_other_stories_are_no_authors() -> None:
    inside = '<div class="comments"><b class="author">Troll King</b></div><aside><b class="author">Bob Ray</b></aside>'
    assert extracted(article_page(inside)).article.authors == ()


@pytest.mark.parametrize(
    "text", ["By Ann Moor December 16, 2016", "Ann Moor Staff Reporter", "Ann Moor, 20 March 2026"]
)
def test_dates_and_roles_of_a_byline_are_no_names(text: str) -> None:
    assert extracted(article_page(f'<div class="byline">{text}</div>')).article.authors == ("Ann Moor",)


# --- times


def published(head: str, url: str = URL, site: Site | None = None) -> Moment | None:
    return extracted(article_page(head=head), url, site).article.published


def test_instant_comes_before_a_day_whatever_the_place() -> None:
    head = ld({"@type": "Article", "datePublished": "2026-11-20"}) + meta(
        "article:published_time", "2026-11-20T08:00:00Z"
    )
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert published(head) == Moment("2026-11-20T08:00:00Z", at, date(2026, 11, 20), "second")


def test_time_without_a_zone_is_a_day_unless_the_zone_of_the_source_is_known() -> None:
    raw = "2026-11-20T08:00:00"
    assert published(meta("article:published_time", raw)) == Moment(raw, None, date(2026, 11, 20), "day")
    at = datetime(2026, 11, 20, 7, tzinfo=UTC)
    known = published(meta("article:published_time", raw), site=Site(timezone="Europe/Berlin"))
    assert known == Moment(raw, at, date(2026, 11, 20), "second")


def test_time_more_than_a_day_ahead_is_a_claim_and_not_chosen() -> None:
    head = meta("article:published_time", "2026-11-26T00:00:00Z") + meta("article:modified_time", "2999-01-01")
    found = extracted(article_page(head=head))
    assert found.article.modified is None
    assert values(found.claims, "published") == [("2026-11-26T00:00:00Z", "opengraph", False)]
    assert found.article.published is None


def test_time_within_a_day_ahead_is_chosen() -> None:
    moment = published(meta("article:published_time", "2026-11-25T11:00:00Z"))
    assert moment is not None
    assert moment.at == datetime(2026, 11, 25, 11, tzinfo=UTC)


def test_day_of_the_publisher_is_what_the_address_says_of_a_time_in_utc() -> None:
    url = "https://www.harbour-post.com/2026/11/19/wall"
    moment = published(meta("article:published_time", "2026-11-20T02:00:00Z"), url)
    assert moment is not None
    assert (moment.at, moment.on) == (datetime(2026, 11, 20, 2, tzinfo=UTC), date(2026, 11, 19))


@pytest.mark.parametrize(
    ("host", "raw", "day"),
    [
        ("www.sundmark-anzeiger.de", "2026-11-19T23:30:00Z", 20),
        ("noticias.vallalta.com.bo", "2026-11-20T02:41:00Z", 19),
        ("noticias.vallalta.com.bo", "2026-11-20T00:00:00Z", 20),
        ("www.vallalta.co", "2026-11-20T02:41:00Z", 20),
        ("www.harbour-post.com", "2026-11-20T02:41:00Z", 20),
        ("www.sundmark-anzeiger.de", "2026-11-19T23:30:00+03:00", 19),
    ],
)
def test_day_of_a_time_in_utc_is_that_of_the_country_in_the_address(host: str, raw: str, day: int) -> None:
    moment = published(meta("article:published_time", raw), f"https://{host}/wall")
    assert moment is not None
    assert moment.on == date(2026, 11, day)


def test_day_in_the_address_overrules_a_time_of_another_week() -> None:
    moment = published(
        meta("article:published_time", "2026-11-20T02:00:00Z"), "https://www.harbour-post.com/2026/10/01/wall"
    )
    assert moment == Moment("2026-10-01", None, date(2026, 10, 1), "day")


def test_numbers_in_an_address_that_are_no_day_say_nothing() -> None:
    assert published("", "https://www.harbour-post.com/story-19853482") is None


def test_day_that_only_the_text_shows_is_never_an_instant() -> None:
    found = extracted(article_page('<p class="date">Posted on November 12, 2026</p>'))
    assert found.article.published is not None
    assert (found.article.published.at, found.article.published.on) == (None, date(2026, 11, 12))


def test_nothing_is_made_of_a_year() -> None:
    assert published("", "https://www.harbour-post.com/wall") is None


# --- the rest


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        *(("en_us", "en-US"), ("DE", "de"), ("zh-hans-cn", "zh-Hans-CN"), ("fr-FR, en", "fr-FR"), ("es-419", "es-419")),
        *(("english", ""), ("", ""), ("x", ""), ("{{lang}}", "")),
    ],
)
def test_language_is_a_bcp47_tag(raw: str, tag: str) -> None:
    assert language_tag(raw) == tag


def test_language_of_a_template_that_the_text_is_not_written_in_is_not_believed() -> None:
    words = "Стена гавани течёт со времён весенней бури, и городской совет знает об этом с первого марта этого года. "
    assert extracted(html(paragraphs(words * 2, words, words), lang=' lang="en"')).article.language == "ru"


def test_language_whose_small_words_the_text_has_not_is_not_believed() -> None:
    german = (
        "Die Hafenmauer ist seit dem Sturm im Frühjahr undicht, und der Rat der Stadt weiß es seit dem ersten März.",
        "Taucher haben unter dem alten Kran ein Loch von vierzig Zentimetern gefunden, wo die Steine vor zwei Jahren",
        "gelegt worden sind. Die Reparatur wird die Stadt mehr kosten als die Schule, sagte der Bürgermeister,",
        "und niemand weiß, wo es enden wird. Die Fischer haben ihre Boote in das flache Becken gebracht.",
    )
    assert extracted(html(f"<h1>Die Mauer</h1>{paragraphs(*german)}", lang=' lang="en-US"')).article.language == "de"
    assert extracted(html(f"<h1>{TITLE}</h1>{paragraphs(*STORY)}", lang=' lang="en-GB"')).article.language == "en-GB"


def test_language_comes_from_the_source_or_the_text_where_the_page_says_nothing() -> None:
    page = html(f"<h1>{TITLE}</h1>{paragraphs(*STORY)}", lang="")
    assert extracted(page).article.language == "en"
    assert extracted(page, site=Site(language="en-GB")).article.language == "en-GB"


@pytest.mark.parametrize(
    ("url", "full"),
    [
        *(("/a#b", "https://www.harbour-post.com/a"), ("//x.org/i.png", "https://x.org/i.png"), ("data:image/png", "")),
        *(("javascript:1", ""), ("http://[bad", ""), (" https://x.org/a ", "https://x.org/a")),
    ],
)
def test_addresses_are_made_absolute(url: str, full: str) -> None:
    assert absolute(url, URL) == full


def test_longer_description_is_taken_where_one_begins_with_the_other() -> None:
    head = (
        meta("og:description", "The wall has leaked…")
        + '<meta name="description" content="The wall has leaked since spring.">'
    )
    assert extracted(article_page(head=head)).article.description == "The wall has leaked since spring."
