"""Dates that a page shows by its headline, and how they weigh beside those it declares."""

from datetime import UTC, date, datetime

import pytest

from archive.extraction.claims.datelines import find_datelines
from archive.extraction.page.parsing import parse
from archive.extraction.page.surroundings import headline_of
from archive.models import Moment
from tests.extraction.pages import STORY, TITLE, URL, extracted, html, paragraphs, values
from tests.extraction.test_fields import meta
from tests.extraction.test_structured import ld


def shown(after: str = "", before: str = "", head: str = f"<title>{TITLE}</title>", lang: str = "") -> str:
    """A page with something around its headline."""
    return html(f"<div><div>{before}<h1>{TITLE}</h1>{after}</div><div>{paragraphs(*STORY)}</div></div>", head, lang)


def published(page: str, url: str = URL) -> Moment:
    found = extracted(page, url).article.published
    assert found is not None
    return found


@pytest.mark.parametrize(
    "after",
    [
        "<p>3 March 2026</p>",
        "<div><span>By Ann Moor</span> <span>Published: March 3, 2026</span></div>",
        "<div>Ann Moor · 3. März 2026, 14:03 Uhr</div>",
        "<ul><li>Ann Moor</li><li>2026年3月3日 14時03分</li></ul>",
        "<p>Από τη σύνταξη</p><p>3/3/2026</p>",
        "<div><svg></svg> 3 mars 2026</div>",
        "<a href='/2026/03/'><time>3 maart 2026</time></a>",
    ],
)
def test_day_shown_after_the_headline_is_that_of_the_story(after: str) -> None:
    assert published(shown(after)).on == date(2026, 3, 3)


def test_day_shown_before_the_headline_is_found_where_none_follows() -> None:
    assert published(shown(before="<div><p>Town</p><p>3 March 2026</p></div>")).on == date(2026, 3, 3)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "<aside>3 March 2026</aside>",
        "<footer>3 March 2026</footer>",
        "<figure><figcaption>The wall, 3 March 2026</figcaption></figure>",
        "<ul><li><a href='/other'>Old crane sold to a museum in the city</a> 3 March 2026</li></ul>",
        "<article><h3><a href='/other'>Old crane sold to a museum in the city</a></h3>3 March 2026</article>",
        "<p>The council has promised a new wall by 3 March 2026, a promise few in town believe</p>",
        "<div class='comments'>3 March 2026</div>",
    ],
)
def test_days_of_other_things_are_not_that_of_the_story(elsewhere: str) -> None:
    assert values(extracted(shown(elsewhere)).claims, "published")[:1] in ([], [("2026-03-03", "text", True)])


def test_no_day_is_taken_from_within_the_story() -> None:
    page = html(f"<h1>{TITLE}</h1>{paragraphs(*STORY)}<p>3 March 2026</p>")
    assert not [c for c in extracted(page).claims if c.where == "dateline"]


@pytest.mark.parametrize(
    "text",
    [
        "Updated 3 March 2026",
        "Zuletzt aktualisiert: 3. März 2026",
        "Mis à jour le 3 mars 2026",
        "Обновлено 3 марта 2026",
        "更新:2026年3月3日",
        "2026.03.03 수정",
        "<time class='updated' datetime='2026-03-03'>March</time>",
        "<span>Last modified</span> <span>3 March 2026</span>",
    ],
)
def test_day_of_a_change_is_not_that_of_publication(text: str) -> None:
    article = extracted(shown(f"<div>1 March 2026</div><div>{text}</div>")).article
    assert article.published is not None
    assert article.modified is not None
    assert (article.published.on, article.modified.on) == (date(2026, 3, 1), date(2026, 3, 3))


def test_time_with_two_dates_is_that_of_the_first() -> None:
    time = '<time datetime="2026-03-01T09:00:00Z">Posted: Mar 01, 2026 9:00 AM | Last Updated: 24 minutes ago</time>'
    assert published(shown(time)).at == datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_heading_with_the_words_of_the_title_is_the_headline_and_not_the_name_of_the_site() -> None:
    body = f"<h1>Post</h1><p>24 November 2026</p><div><h1>{TITLE}</h1><p>3 March 2026</p>{paragraphs(*STORY)}</div>"
    assert published(html(body, f"<title>{TITLE} | Post</title>")).on == date(2026, 3, 3)


def test_day_that_two_kinds_of_place_name_beats_that_of_one() -> None:
    head = meta("article:published_time", "2026-03-20T10:00:00Z") + '<meta name="date" content="2026-03-03">'
    assert published(shown("<p>3 March 2026</p>", head=head)).on == date(2026, 3, 3)


def test_day_declared_twice_beats_the_one_shown() -> None:
    head = meta("article:published_time", "2026-03-20T10:00:00Z") + ld(
        {"@type": "Article", "datePublished": "2026-03-20"}
    )
    assert published(shown("<p>24 March 2026</p>", head=head)).on == date(2026, 3, 20)


def test_day_of_the_last_change_declared_as_that_of_publication_gives_way_to_an_earlier_one_shown() -> None:
    head = '<meta name="date" content="2026-03-20">' + meta("article:modified_time", "2026-03-20T10:00:00Z")
    assert published(shown("<p>3 March 2026</p>", head=head)).on == date(2026, 3, 3)


def test_instant_is_that_of_the_day_chosen_and_not_of_a_comment() -> None:
    body = (
        f"<article><h1>{TITLE}</h1><time itemprop=datePublished datetime=2026-03-03>3 March 2026</time>"
        f"{paragraphs(*STORY)}</article><section><time itemprop=datePublished datetime='2026-03-20T10:00:00Z'></time>"
        "<time itemprop=datePublished datetime='2026-03-21T10:00:00Z'></time></section>"
    )
    assert published(html(body)) == Moment("2026-03-03", None, date(2026, 3, 3), "day")


def test_day_shown_tells_the_local_day_of_a_time_in_utc() -> None:
    moment = published(shown("<p>March 2, 2026</p>", head=meta("article:published_time", "2026-03-03T02:00:00Z")))
    assert (moment.at, moment.on) == (datetime(2026, 3, 3, 2, tzinfo=UTC), date(2026, 3, 2))


def test_headline_below_very_many_elements_is_no_trouble() -> None:
    tree = parse(html(f"{'<div>' * 1_500}<h1>{TITLE}</h1><p>3 March 2026</p>{'<div>' * 1_500}"))
    assert tree is not None
    headline = headline_of(tree, [])
    assert headline is not None
    assert [date.value for date in find_datelines(headline)] == ["3 March 2026"]
