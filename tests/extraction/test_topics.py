"""Topics: what is declared, what is linked as a tag, and what is only a system's own mark."""

# ruff: noqa: E501 - markup reads better on one line

from time import process_time

import pytest
from lxml.html import document_fromstring

from archive.extraction.claims.taglinks import find_labelled_links, find_tag_links
from tests.extraction.pages import STORY, TITLE, article_page, extracted, html, paragraphs
from tests.extraction.test_fields import meta
from tests.extraction.test_structured import ld


def tags(after: str = "", head: str = "", before: str = "") -> tuple[str, ...]:
    """The tags of a page with something after its story, in its head, or before its headline."""
    body = f"{before}<main><h1>{TITLE}</h1><div>{paragraphs(*STORY)}</div>{after}</main><footer>Harbour Post</footer>"
    return extracted(html(body, head)).article.tags


def links(*words: str, path: str = "/tag/") -> str:
    return "".join(f'<li><a href="{path}{word.lower()}">{word}</a></li>' for word in words)


@pytest.mark.parametrize(
    ("keywords", "topics"),
    [
        ("harbour, storm; wall", ("harbour", "storm", "wall")),
        (["harbour", "spring storm"], ("harbour", "spring storm")),
        ([{"@type": "DefinedTerm", "name": "harbour", "url": "https://www.harbour-post.com/t/1"}], ("harbour",)),
        (["Day: Friday", "Subject: Harbour", "Page Type: Article", "Storm"], ("Harbour", "Storm")),
        (["webType:story", "words=900", "8ae9ab2d-fe1b-4230-acb8-a59b52877682", "1234567", "Storm"], ("Storm",)),
        (["Formula 1: Monaco", "Storm"], ("Formula 1: Monaco", "Storm")),
    ],
)
def test_keywords_of_json_ld_are_topics_and_marks_of_the_system_are_not(
    keywords: object, topics: tuple[str, ...]
) -> None:
    node = {"@type": "NewsArticle", "headline": TITLE, "keywords": keywords}
    assert extracted(article_page(head=ld(node))).article.tags == topics


def test_what_a_story_is_said_to_be_about_is_a_topic() -> None:
    node = {"@type": "NewsArticle", "headline": TITLE, "about": [{"@type": "Place", "name": "Ostling"}, "Storms"]}
    assert extracted(article_page(head=ld(node))).article.tags == ("Ostling", "Storms")


@pytest.mark.parametrize("name", ["article:tag", "news_keywords", "parsely-tags", "cms-tags", "acme.keywords", "topic"])
def test_meta_tags_called_tags_or_keywords_name_topics(name: str) -> None:
    assert tags(head=meta(name, "Harbour,Storm")) == ("Harbour", "Storm")


@pytest.mark.parametrize("name", ["x-robots-tag", "heritage", "stage"])
def test_other_meta_tags_name_none(name: str) -> None:
    assert tags(head=meta(name, "Harbour")) == ()


@pytest.mark.parametrize(
    "after",
    [
        f'<ul class="article-tags">{links("Harbour", "Storm")}</ul>',
        f'<ul class="singleTagList">{links("Harbour", "Storm", path="/topic/")}</ul>',
        f'<nav aria-label="x"><ul>{links("Harbour", "Storm", path="/wissen/thema/")}</ul></nav>',
        '<p class="post-tags">Tagged <a rel="tag" href="/a/1">#Harbour</a>, <a rel="tag" href="/a/2">Storm</a></p>',
        f"<section><h4>Mehr lesen über</h4><ul>{links('Harbour', 'Storm', path='/wissen/')}</ul></section>",
        f"<div><div><b>タグ：</b></div><ul>{links('Harbour', 'Storm', path='/n/')}</ul></div>",
        f'<ul class="topics">{links("Harbour", "Storm")}<li><a href="/tag/">Alle Themen</a></li></ul>',
    ],
)
def test_list_of_tags_after_the_story_is_read(after: str) -> None:
    assert tags(after) == ("Harbour", "Storm")


@pytest.mark.parametrize(
    "elsewhere",
    [
        f'<ul class="trending-tags">{links("Harbour", "Storm")}</ul>',
        f'<ul class="tag-cloud tags">{links(*(f"Topic {n}" for n in range(30)))}</ul>',
        f'<div class="related-stories"><span class="tag">{links("Harbour")}</span></div>',
        f'<p class="tags">The {links("Harbour")} and what it is to the town</p>'.replace("<li>", "").replace(
            "</li>", ""
        ),
        '<p><a rel="category tag" href="/category/news">News</a></p>',
        f"<section><h4>More on</h4><ul>{links('How the old crane was sold to a museum in the capital last week again')}</ul></section>",
    ],
)
def test_tags_of_the_site_of_other_stories_and_of_the_text_are_not_those_of_the_story(elsewhere: str) -> None:
    assert tags(elsewhere) == ()


def test_lists_before_the_headline_are_menus() -> None:
    assert tags(before=f"<ul>{links('Harbour', 'Storm')}</ul>") == ()


def test_labels_are_looked_for_only_where_nothing_else_names_topics() -> None:
    after = f"<div><b>Topics</b><ul>{links('Harbour', path='/wissen/')}</ul></div>"
    assert tags(after, meta("keywords", "Storm")) == ("Storm",)


@pytest.mark.parametrize(
    "piece", ["<b>Tags</b><a href='/x'>a</a>", "<a rel=tag href='/x'>a</a>", "<p class=tags><a href='/tag/a'>a</a>"]
)
def test_lists_without_end_take_no_time_without_end(piece: str) -> None:
    started = process_time()
    find_tag_links(document := document_fromstring(f"<h1>x</h1>{piece * 5000}"))
    find_labelled_links(document)
    assert process_time() - started < 3
