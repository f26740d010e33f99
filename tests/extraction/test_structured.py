"""What a page says of itself: claims from every kind of place."""

# ruff: noqa: E501 - markup and prose read better on one line

import json
from time import process_time

import pytest

from archive.extraction.claims.jsonld import read_nodes
from archive.models import Claim, VerdictKind
from tests.extraction.pages import STORY, TITLE, URL, article_page, extracted, html, paragraphs, values


def ld(value: object) -> str:
    """A JSON-LD script."""
    return f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'


def test_claims_name_their_place_and_those_chosen_are_marked() -> None:
    head = (
        ld({"@type": "NewsArticle", "headline": TITLE, "author": {"@type": "Person", "name": "Ann Moor"}})
        + f'<meta property="og:title" content="{TITLE}!"><meta name="author" content="Harbour Post"><title>{TITLE}</title>'
    )
    found = extracted(article_page(head=head)).claims
    assert [c for c in found if c.field in ("title", "author")] == [
        Claim("title", TITLE, "json-ld", "NewsArticle.headline"),
        Claim("author", "Ann Moor", "json-ld", "NewsArticle.author:Person", chosen=True),
        Claim("title", f"{TITLE}!", "opengraph", "meta[og:title]"),
        Claim("author", "Harbour Post", "meta", "meta[author]"),
        Claim("title", TITLE, "h1", "h1", chosen=True),
        Claim("title", TITLE, "title", "title"),
    ]


def test_graph_is_read_and_references_are_followed() -> None:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebPage", "@id": URL, "name": "Page"},
            {
                "@type": ["NewsArticle"],
                "headline": TITLE,
                "author": {"@id": "#ann"},
                "datePublished": "2026-11-20T10:00:00Z",
            },
            {"@type": "Person", "@id": "#ann", "name": "Ann Moor"},
        ],
    }
    article = extracted(article_page(head=ld(graph))).article
    assert article.authors == ("Ann Moor",)
    assert article.published is not None
    assert article.published.raw == "2026-11-20T10:00:00Z"


def test_of_several_articles_the_one_of_this_page_counts() -> None:
    others = [
        {"@type": "NewsArticle", "headline": f"Other {n}", "url": f"/{n}", "author": f"Bob Ray {n}"} for n in range(3)
    ]
    own = {"@type": "http://schema.org/NewsArticle", "headline": "Wall", "url": f"{URL}#top", "author": "Ann Moor"}
    assert extracted(article_page(head=ld([*others, own]))).article.authors == ("Ann Moor",)


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"@type": "Article", "headline": "Wall"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "Wall"}\n//]]>',
        '{"@type": "Article", "headline": "Wall",}',
        '{"@type": "Article", "headline": "Wall"};',
        '{"@type": "Thing"} {"@type": "Article", "headline": "Wall"}',
        '{"@type": "Article", "description": "two\nlines", "headline": "Wall"}',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;Wall&quot;}",
        '{"@type": "Article", "headline": "Wall", "description": "an "unescaped" quote"}',
        '[[{"@type": "Article", "headline": "Wall"}]]',
        '{"@type": "Article", /* ours */ "headline": "Wall" // theirs\n}',
        '{"@type": "Article", "url": "https://x.org//a", "headline": "Wall",, }',
        '{"@type": "Article" "headline": "Wall"}',
        '[{"@type": "Thing"} {"@type": "Article", "headline": "Wall"}]',
        '{"@type": "Article", "description": "a \\\'quoted\\\' \\x word, C:\\\\", "headline": "Wall"}',
        '{"@type": "Article", "rating": undefined, "headline": "Wall"}',
        '\n<![CDATA[ {"@type": "Article", "headline": "Wall"} ]]>\n',
        '{"@type": "Article", "description": "a\ttab and \x01 a control", "headline": "Wall"}',
        '{ "@type": &quot;Article&quot;, "headline": "Wall"}',
        '{"@type": "Article", "headline": "Wall", "description": "cut off in the mid',
    ],
)
def test_broken_json_is_read_as_far_as_it_goes(script: str) -> None:
    assert [node["headline"] for node in read_nodes([script]) if "headline" in node] == ["Wall"]


def test_author_of_json_beyond_repair_is_found() -> None:
    script = '{"description": "an "unescaped" quote", "author": [{"@type": "Person", "name": "Ann Moor"}], "headline": "Wall"}'
    assert [(node["author"], node["headline"]) for node in read_nodes([script])] == [("Ann Moor", "Wall")]


@pytest.mark.parametrize("piece", [" ", ",", '"', '"\\', "/*", "//", "} ", ' "author":{', "<!--", "]]>"])
def test_broken_json_without_end_takes_time_in_proportion_to_its_length(piece: str) -> None:
    started = process_time()
    read_nodes(["{" + piece * (2**17 // len(piece)), piece * (2**17 // len(piece))])
    assert process_time() - started < 3


def test_thousandfold_json_stays_within_limits() -> None:
    node = '{"@type": "NewsArticle", "headline": "Other", "author": [{"name": "Bob Ray"}], "image": [{"caption": "x"}]}'
    many = ld("[" + ",".join([node] * 5000) + "]") * 3
    page = article_page(head=many + ld("{" * 100_000) + ld("[" * 100_000) + ld("[{" * 100_000))
    assert len(extracted(page).claims) < 100


@pytest.mark.parametrize("script", ["", "nothing", "{", '"text"', "[1, 2]", "null", '{"@type": 7}', "x" * 2_000_000])
def test_scripts_that_say_nothing_give_no_headline(script: str) -> None:
    assert [node for node in read_nodes([script]) if "headline" in node] == []


def test_json_nested_beyond_sense_is_left_alone() -> None:
    assert read_nodes(['{"author":[{"@type":"Person",' * 10_000]) == []


@pytest.mark.parametrize(
    ("value", "paywalled"),
    [(False, True), ("False", True), (True, False), ("true", False), (None, None)],
)
def test_what_is_not_free_is_paywalled(value: object, paywalled: bool | None) -> None:
    node = {"@type": "NewsArticle", "headline": TITLE} | ({} if value is None else {"isAccessibleForFree": value})
    assert extracted(article_page(head=ld(node))).article.paywalled is paywalled


def test_part_that_is_not_free_makes_a_paywall() -> None:
    part = {"@type": "WebPageElement", "isAccessibleForFree": False}
    node = {"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": True, "hasPart": part}
    assert extracted(article_page(head=ld(node))).article.paywalled is True


@pytest.mark.parametrize(
    ("head", "headers", "opt_out"),
    [
        ('<meta name="robots" content="index, noai, noimageai">', (), "noai, noimageai"),
        ('<meta name="tdm-reservation" content="1">', (), "tdm-reservation"),
        ('<meta name="tdm-reservation" content="0">', (), None),
        ('<meta name="robots" content="noindex, noarchive">', (), None),
        ("", (("X-Robots-Tag", "noai"), ("x-robots-tag", "otherbot: noimageai")), "noai, noimageai"),
        ("", (("TDM-Reservation", "1"),), "tdm-reservation"),
    ],
)
def test_reservations_against_machine_learning_are_kept(
    head: str, headers: tuple[tuple[str, str], ...], opt_out: str | None
) -> None:
    assert extracted(article_page(head=head), headers=headers).article.opt_out == opt_out


def test_licence_canonical_address_image_section_and_tags() -> None:
    head = (
        '<link rel="canonical" href="/town/wall#top"><link rel="alternate" hreflang="de" href="/de/wall">'
        '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"><meta property="og:image" content="/wall.jpg">'
        '<meta property="article:section" content="Town"><meta name="news_keywords" content="harbour, storm,Harbour">'
    )
    article = extracted(article_page(head=head)).article
    assert article.canonical_url == "https://www.harbour-post.com/town/wall"
    assert article.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert article.image_url == "https://www.harbour-post.com/wall.jpg"
    assert (article.section, article.tags) == ("Town", ("harbour", "storm"))


def test_canonical_address_that_is_no_address_is_none() -> None:
    assert extracted(article_page(head='<link rel="canonical" href="javascript:x">')).article.canonical_url is None


def test_caption_and_credit_of_the_image_are_read_from_json_ld_also_by_reference() -> None:
    image = {"@type": "ImageObject", "@id": "#i", "url": "/wall.jpg", "caption": "The wall", "creditText": "Ann Moor"}
    graph = {"@graph": [{"@type": "NewsArticle", "headline": TITLE, "image": {"@id": "#i"}}, image]}
    article = extracted(article_page(head=ld(graph))).article
    assert article.image_url == "https://www.harbour-post.com/wall.jpg"
    assert (article.image_caption, article.image_credit) == ("The wall", "Ann Moor")
    image |= {"creditText": "", "author": {"@type": "Person", "name": "Bob Ray"}}
    article = extracted(article_page(head=ld({"@type": "NewsArticle", "image": [image]}))).article
    assert (article.image_url, article.image_credit) == ("https://www.harbour-post.com/wall.jpg", "Bob Ray")


def test_reference_to_nothing_is_no_image() -> None:
    node = {"@type": "NewsArticle", "headline": TITLE, "image": {"@id": "#primaryimage"}}
    assert extracted(article_page(head=ld(node))).article.image_url is None


def test_microdata_is_read() -> None:
    body = (
        f'<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{TITLE}</h1>'
        '<span itemprop="author" itemscope><b itemprop="name">Ann Moor</b> of the Post</span>'
        f'<time itemprop="datePublished" datetime="2026-11-20T10:00:00+01:00">Friday</time>{paragraphs(*STORY)}</div>'
    )
    found = extracted(html(body))
    assert values(found.claims, "author")[0] == ("Ann Moor", "microdata", True)
    assert values(found.claims, "published")[0] == ("2026-11-20T10:00:00+01:00", "microdata", True)


def test_times_in_rdfa_and_in_dublin_core_with_a_colon_are_read() -> None:
    span = (
        '<span property="dc:date dc:created" content="2026-11-20T10:00:00+01:00" datatype="xsd:dateTime">Friday</span>'
    )
    assert values(extracted(article_page(span)).claims, "published")[0] == ("2026-11-20T10:00:00+01:00", "rdfa", True)
    meta = '<meta property="dc:date" content="2026-11-19">'
    assert values(extracted(article_page(head=meta)).claims, "published") == [("2026-11-19", "meta", True)]


def test_a_value_without_end_is_cut_and_a_field_without_end_too() -> None:
    head = f'<meta name="description" content="{"x" * 5000}">' + '<meta property="article:tag" content="t{}">' * 200
    claims = extracted(article_page(head=head.format(*range(200)))).claims
    assert max(len(c.value) for c in claims) == 1000
    assert sum(c.field == "tag" for c in claims) <= 40


def test_live_blog_is_told_by_its_type() -> None:
    node = {"@type": "LiveBlogPosting", "headline": TITLE, "articleBody": "Long."}
    assert extracted(article_page(head=ld(node))).verdict.kind is VerdictKind.LIVE_BLOG


def test_body_in_json_is_a_rescue_for_a_page_without_text() -> None:
    node = {"@type": "NewsArticle", "headline": TITLE, "articleBody": " ".join(STORY)}
    assert extracted(html("<div id=app></div>", ld(node))).article.text == " ".join(STORY)
