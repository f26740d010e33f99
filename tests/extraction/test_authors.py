"""Who wrote it: persons before newsrooms, places that agree, bylines by the headline, names in many languages."""

import pytest

from archive.extraction.claims.names import clean_names, looks_like_person
from tests.extraction.pages import STORY, TITLE, extracted, html, paragraphs
from tests.extraction.test_structured import ld


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def node(author: object, **more: object) -> str:
    return ld({"@type": "NewsArticle", "headline": TITLE, "author": author, **more})


def person(name: str) -> dict[str, str]:
    return {"@type": "Person", "name": name}


def authors(head: str = "", below: str = "", after: str = "", above: str = "") -> tuple[str, ...]:
    site = '<meta property="og:site_name" content="Harbour Post">'
    body = f"<main>{above}<article><h1>{TITLE}</h1>{below}{paragraphs(*STORY)}</article>{after}</main>"
    return extracted(html(body, head + site)).article.authors


# --- which place


def test_persons_whom_more_places_name_come_first() -> None:
    head = node(person("Web Shift")) + meta("parsely-author", "Ann Moor")
    assert authors(head, '<p class="byline">By Ann Moor</p>') == ("Ann Moor",)
    assert authors(node(person("Web Shift"))) == ("Web Shift",)


def test_each_property_and_meta_tag_is_a_reading_of_its_own() -> None:
    head = node(person("Ann Moor"), creator=["Ann Moor", "Bob Ray"]) + meta("author", "Ann Moor, Bob Ray")
    assert authors(head) == ("Ann Moor", "Bob Ray")
    cited = "".join(meta("author", f"Cited {name}") for name in ("Lee", "Orr"))
    assert authors(cited + meta("citation_author", "Ann Moor") + meta("dc.creator", "Ann Moor"), "") == (
        "Cited Lee",
        "Cited Orr",
    )
    assert authors(cited + meta("citation_author", "Ann Moor"), '<p class="byline">Ann Moor</p>') == ("Ann Moor",)


def test_longer_list_is_supported_by_who_names_a_part_of_it() -> None:
    head = node([person("Ann Moor"), person("Bob Ray")]) + meta("author", "Ann Moor")
    assert authors(head, '<p class="byline">Ann Moor</p>') == ("Ann Moor", "Bob Ray")


def test_byline_does_not_add_to_who_is_declared() -> None:
    assert authors(node(person("Ann Moor")), '<p class="byline">Ann Moor and Bob Ray</p>') == ("Ann Moor",)


def test_agency_stays_where_no_person_stands_by_the_headline() -> None:
    head, card = node({"@type": "Organization", "name": "Coast Agency"}), '<div class="byline">By Bob Ray</div>'
    assert authors(head, after=card) == ("Coast Agency",)
    assert authors(head, below=card) == ("Bob Ray",)


def test_site_itself_gives_way_to_a_byline_elsewhere_and_not_to_a_label() -> None:
    head = node({"@type": "Organization", "name": "Harbour Post"})
    assert authors(head, after='<div class="byline">By Bob Ray</div>') == ("Bob Ray",)
    assert authors(head, after='<div class="byline">cst</div>') == ("Harbour Post",)


@pytest.mark.parametrize("label", ["Written by", "Verfasst von", "Écrit par", "Escrito por"])
def test_card_of_twitter_names_the_writer_by_its_label(label: str) -> None:
    assert authors(meta("twitter:label1", label) + meta("twitter:data1", "Ann Moor")) == ("Ann Moor",)
    assert authors(meta("twitter:label1", "Reading time") + meta("twitter:data1", "Six Minutes")) == ()


@pytest.mark.parametrize("name", ["articleAuthor", "mrf:authors", "author_name", "DCSext.author"])
def test_meta_tags_that_end_in_author_name_one(name: str) -> None:
    assert authors(meta(name, "Ann Moor")) == ("Ann Moor",)
    assert authors(meta("smartbanner:author", "Ann Moor")) == ()


def test_address_of_an_authors_page_names_the_author_where_nothing_else_does() -> None:
    address = "https://www.harbour-post.com/profile/ann-moor,https://www.harbour-post.com/profile/bob-ray"
    assert authors(f'<meta property="article:author" content="{address}">') == ("Ann Moor", "Bob Ray")
    assert authors('<meta property="article:author" content="https://www.facebook.com/annmoor">') == ()


# --- which byline


def test_bylines_that_stand_side_by_side_are_one() -> None:
    below = "<ul><li class='author'>Ann Moor</li><li class='author'>Bob Ray</li></ul>"
    assert authors(below=below, after="<div><p class='author'>Cy Orr</p></div>") == ("Ann Moor", "Bob Ray")


def test_byline_by_the_headline_comes_before_those_above_and_below() -> None:
    card = "<div class='card'><h2>Other news</h2><span class='author'>Cy Orr</span></div>"
    assert authors(below="<p>By Ann Moor</p>", above=card, after=card) == ("Ann Moor",)


@pytest.mark.parametrize(
    "line", ["By Ann Moor", "Von Ann Moor", "Par Ann Moor", "Autor: Ann Moor", "Author: Ann Moor", "Story by Ann Moor"]
)
def test_line_below_the_headline_that_begins_like_a_byline_is_one(line: str) -> None:
    assert authors(below=f"<div><span>{line}</span></div>") == ("Ann Moor",)


def test_half_of_an_agencys_name_is_no_author() -> None:
    assert authors(below="<p class='byline'>By The Associated Press</p>") == ()
    assert authors(below="<p class='byline'>By Ann Moor and The Associated Press</p>") == ("Ann Moor",)


def test_sentence_is_no_byline() -> None:
    assert authors(below="<p>By the sea it rains again</p>") == ()
    assert authors(below="<p>Saving the wall by building a new one</p>") == ()


def test_editors_and_reviewers_are_no_authors() -> None:
    assert authors(below='<p class="byline">Written by Ann Moor. Reviewed by Bob Ray</p>') == ("Ann Moor",)
    parts = "By <a rel='author'>Ann Moor</a> Fact-checked by <a rel='author'>Bob Ray</a>"
    assert authors(below=f"<p class='byline'>{parts}</p>") == ("Ann Moor",)


def test_names_within_the_story_are_no_bylines() -> None:
    told = f"<p>{STORY[0]} So said <a href='/people/bob-ray'>Bob Ray</a>. {STORY[1]}</p>"
    assert authors(below=told) == ()


@pytest.mark.parametrize(
    "label", ["Posted on", "Publiziert am", "wordpressadmin", "Sat, 20 Nov, 2026 - 06:36", "Read more"]
)
def test_label_is_no_author_and_a_nickname_after_it_is(label: str) -> None:
    byline = f"<p class='author'>{label}</p><div class='author'>seagull</div>"
    assert authors(below=byline) == ("seagull",)


def test_what_belongs_to_a_name_is_not_cut_off() -> None:
    assert authors(meta("author", "Gulls on the Pier")) == ("Gulls on the Pier",)
    assert authors(meta("author", "Gulls in the Harbour")) == ("Gulls in the Harbour",)
    assert authors(meta("author", "Ann Moor for the Coast Agency")) == ("Ann Moor",)


def test_bold_names_above_a_newsrooms_story_are_its_authors() -> None:
    bold = "<p><strong>Ann Moor/Bob Ray</strong></p>"
    assert authors(meta("author", "Harbour Post"), bold) == ("Ann Moor", "Bob Ray")
    assert authors("", bold) == ()
    assert authors(meta("author", "Harbour Post"), "<p><b>What the wall costs</b></p>") == ("Harbour Post",)


def test_footer_of_an_article_may_name_its_author() -> None:
    story = paragraphs(*STORY)
    page = html(f"<article><h1>{TITLE}</h1>{story}<footer><a rel='author'>Ann Moor</a></footer></article>")
    assert extracted(page).article.authors == ("Ann Moor",)
    assert (
        extracted(html(f"<h1>{TITLE}</h1>{story}<footer><a rel='author'>Ann Moor</a></footer>")).article.authors == ()
    )


# --- which words are names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Von Ann Moor und Bob Ray", ("Ann Moor", "Bob Ray")),
        ("Par Anne Moor et Bob Ray", ("Anne Moor", "Bob Ray")),
        ("Por Ana Mora y Bo Ruiz", ("Ana Mora", "Bo Ruiz")),
        ("Di Anna Mora e Bo Rei", ("Anna Mora", "Bo Rei")),
        ("Av Anna Mo og Bo Rå", ("Anna Mo", "Bo Rå")),
        ("Eine Analyse von Ann Moor", ("Ann Moor",)),
        ("Veröffentlicht von Ann Moor", ("Ann Moor",)),
        ("AM Ann Moor", ("Ann Moor",)),
        ("annmoor, Ann Moor, ANN MOOR, Bob Ray", ("Ann Moor", "Bob Ray")),
        ("Ann Moor, Staff Writer", ("Ann Moor",)),
        ("김하늘 기자 sky@port.kr", ("김하늘",)),
        ("記者 渡辺洋", ("渡辺洋",)),
        ("渡辺洋記者", ("渡辺洋",)),
        ("记者 张海", ("张海",)),
        ("文/张海", ("张海",)),
        ("作者：张海、李港", ("张海", "李港")),
        ("بقلم سمير البحري", ("سمير البحري",)),
        ("Автор: Анна Морская", ("Анна Морская",)),
        ("מאת דנה ים", ("דנה ים",)),
        ("राम, रमा", ("राम", "रमा")),
    ],
)
def test_byline_is_read_in_its_language(byline: str, names: tuple[str, ...]) -> None:
    assert clean_names([byline], set()) == names


@pytest.mark.parametrize(
    "name", ["Ann Moor", "Anna-Lena von der See", "ANN MOOR", "김하늘", "Анна Морская", "Ann O'Moor"]
)
def test_names_of_persons_look_like_them(name: str) -> None:
    assert looks_like_person(name, shown=True)


@pytest.mark.parametrize(
    "name",
    ["Harbour News", "Coast Agency", "Click Here", "cst", "About Ann", "ann moor", "Elm e. V", "港通信", "Verein GmbH"],
)
def test_newsrooms_and_labels_do_not_look_like_persons(name: str) -> None:
    assert not looks_like_person(name, shown=True)
