"""The headline, by precedence, without labels and without the site's name."""

import pytest

from archive.extraction.fields.sitenames import without_site
from tests.extraction.pages import STORY, TITLE, extracted, html, paragraphs
from tests.extraction.test_structured import ld

LONG = "Council of the harbour town votes for a new wall after a night of speeches, and for a second crane on the pier"
CUT = "Council of the harbour town votes for a new wall after a night of speeches, and for a second crane on"


def head(window: str = "", og: str = "", news: str = "", kind: str = "NewsArticle") -> str:
    said = [f"<title>{window}</title>"] if window else []
    said += [f'<meta property="og:title" content="{og}">'] if og else []
    said += [ld({"@type": kind, "headline": news})] if news else []
    return "".join(said) + '<meta property="og:site_name" content="Harbour Post">'


def title_of(headings: str, declared: str) -> str | None:
    return extracted(html(headings + paragraphs(*STORY), declared)).article.title


def test_headline_of_the_page_comes_before_one_for_search_engines_and_networks() -> None:
    searched = "Harbour wall: what you must know about the leaks"
    assert title_of(f"<h1>{TITLE}</h1>", head(searched, og=searched)) == TITLE
    assert title_of(f"<h1>{TITLE}</h1>", head(searched, og=searched, news=searched, kind="BlogPosting")) == TITLE


def test_headline_of_a_news_article_in_json_ld_comes_before_h1() -> None:
    wanted = "Harbour wall leaks, and nobody pays"
    assert title_of(f"<h1>{TITLE}</h1>", head(TITLE, og=wanted, news=wanted)) == wanted


def test_json_ld_that_only_repeats_the_window_against_page_and_network_is_not_the_headline() -> None:
    searched = "Harbour wall: all about the leaks"
    assert title_of(f"<h1>{TITLE}</h1>", head(searched, og=TITLE, news=searched)) == TITLE


@pytest.mark.parametrize("cut", [CUT, f"{LONG[:60]}…", f"{LONG[:60]}..."])
def test_cut_headline_gives_way_to_the_whole_one(cut: str) -> None:
    assert title_of(f"<h1>{LONG}</h1>", head(news=cut)) == LONG
    assert title_of("", head(og=LONG, news=cut)) == LONG


@pytest.mark.parametrize("other", ["Harbour Post", "Menu", "Town hall", "harbour-post.com"])
def test_heading_that_is_not_like_the_head_is_no_headline(other: str) -> None:
    assert title_of(f"<h1>{other}</h1><h2>{TITLE}</h2>", head(f"{TITLE} | Harbour Post")) == TITLE
    assert title_of(f"<h1>{other}</h1><h1>{TITLE}</h1>", head(og=f"{TITLE}!")) == TITLE


@pytest.mark.parametrize(
    "h1",
    [
        f"<span class='kicker'>Town</span> {TITLE}",
        f"<small>Town</small>{TITLE}",
        f"<span>Town</span><span>{TITLE}</span>",
        f"<div>Town</div><div><span>{TITLE}</span></div>",
        f"<span>{TITLE}</span><span class='subtitle'>The council has known it since March</span>",
    ],
)
def test_part_of_a_headline_that_the_head_has_alone_is_the_headline(h1: str) -> None:
    assert title_of(f"<h1>{h1}</h1>", head(og=TITLE)) == TITLE


@pytest.mark.parametrize("separator", [": ", " - ", " | "])
def test_part_that_the_head_sets_apart_by_a_separator_is_a_label(separator: str) -> None:
    h1 = f"<span>Town</span><span>{TITLE}</span>"
    assert title_of(f"<h1>{h1}</h1>", head(og=f"Town{separator}{TITLE}")) == TITLE


def test_label_that_json_ld_writes_into_the_headline_belongs_to_it() -> None:
    whole = f"Storm: {TITLE}"
    h1 = f"<span class='kicker'>Storm: </span><span>{TITLE}</span>"
    assert title_of(f"<h1>{h1}</h1>", head(whole, og=whole, news=whole)) == whole


@pytest.mark.parametrize(
    ("h1", "title"),
    [
        ("Gulls <em>and</em> herons on the <b>pier</b>", "Gulls and herons on the pier"),
        ("<span>Gulls on</span> <span>the pier</span>", "Gulls on the pier"),
        ("Gulls of the week<br>Herons of the year", "Gulls of the week Herons of the year"),
        ("<span>Bird of the week</span><span>Heron</span>", "Bird of the week Heron"),
        ("<span>G</span>ulls on the pier", "Gulls on the pier"),
    ],
)
def test_words_of_a_headline_are_neither_glued_nor_torn(h1: str, title: str) -> None:
    assert title_of(f"<h1>{h1}</h1>", "") == title


def test_heading_that_og_title_repeats_is_the_headline_where_json_ld_repeats_the_window() -> None:
    searched, wanted = "Harbour wall: leaks, costs, plans", "Nobody wants to pay for the old wall"
    headings = f"<nav><h1>{searched}</h1></nav><h2><span class='kicker'>Anger</span><span>{wanted}</span></h2>"
    assert title_of(headings, head(searched, og=wanted, news=searched)) == wanted
    linked = f"<h1>{searched}</h1><h2><a href='/other'>{wanted}</a></h2>"
    assert title_of(linked, head(searched, og=wanted, news=searched)) == searched


@pytest.mark.parametrize(
    ("title", "sites"),
    [
        ("Wall leaks | Harbour Post", {"harbour post"}),
        ("Wall leaks - harbour-post.com", {"harbour post"}),
        ("Wall leaks – HP", {"harbour post"}),
        ("Wall leaks - Town - Harbour Post Online", {"harbour post", "town"}),
        ("Wall leaks:港新聞社", {"港新聞社"}),
        ("Wall leaks- Harbour", {"harbour"}),
        ("Wall leaks ⋆ Harbour Post", {"harbour post"}),
        ("Harbour Post » Wall leaks", {"harbour post"}),
    ],
)
def test_name_of_the_site_is_taken_from_either_end(title: str, sites: set[str]) -> None:
    assert without_site(title, sites) == "Wall leaks"


@pytest.mark.parametrize(
    ("title", "wanted", "site"),
    [
        ("老港的墙又漏水了-港湾网", "老港的墙又漏水了", "港湾网"),
        ("老港的墙又漏水了_港湾网", "老港的墙又漏水了", "港湾网"),
        ("旧港の壁がまた漏れる｜港新聞", "旧港の壁がまた漏れる", "港新聞"),
        ("旧港の壁がまた漏れる - 港新聞デジタル", "旧港の壁がまた漏れる", "港新聞"),
        ("항구의 벽이 또 샌다 :: 항구일보", "항구의 벽이 또 샌다", "항구일보"),
        ("تسرب جديد في جدار الميناء | الميناء", "تسرب جديد في جدار الميناء", "الميناء"),
        ("港湾网的新船", "港湾网的新船", "港湾网"),
    ],
)
def test_name_of_the_site_is_taken_in_any_script(title: str, wanted: str, site: str) -> None:
    assert without_site(title, {site}) == wanted


@pytest.mark.parametrize(
    "title", ["Harbour walls – a history", "What the Harbour Post got wrong", "Post by post - a fence"]
)
def test_headline_keeps_words_that_the_name_of_the_site_has_too(title: str) -> None:
    assert without_site(title, {"harbour", "harbour post"}) == title


def test_archived_copy_has_the_site_of_the_page_that_it_is_of() -> None:
    page = html(f"<h1>Harbour-Post</h1><h2>{TITLE}</h2>" + paragraphs(*STORY), f"<title>{TITLE} | harbour-post</title>")
    url = "https://web.example/web/2026/https://www.harbour-post.com/wall"
    assert extracted(page, url).article.title == TITLE
