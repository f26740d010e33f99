"""The picture by the headline, what is said below it, and whose it is."""

import pytest

from archive.models import Article
from tests.extraction.pages import STORY, TITLE, extracted, html, paragraphs
from tests.extraction.test_fields import meta
from tests.extraction.test_structured import ld


def article(picture: str, head: str = "", before: str = "") -> Article:
    """The article of a page with a picture between headline and story."""
    return extracted(html(f"<main>{before}<h1>{TITLE}</h1>{picture}{paragraphs(*STORY)}</main>", head)).article


def figure(caption: str) -> str:
    return f'<figure><img src="/wall.jpg"><figcaption>{caption}</figcaption></figure>'


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("The wall at low water. <span class='photo-credit'>Ann Moor/Post</span>", "Ann Moor/Post"),
        ("The wall at low water. (Photo: Ann Moor)", "Photo: Ann Moor"),
        ("The wall at low water. © Ann Moor/Post", "© Ann Moor/Post"),
        ("The wall at low water. | Bildquelle: Ann Moor", "Bildquelle: Ann Moor"),
        ("The wall at low water. (AP Photo/Ann Moor)", "AP Photo/Ann Moor"),
        ("The wall at low water. <i class='copyright-label'>Copyright</i> Ann Moor", "Copyright Ann Moor"),
        ("The wall at low water.", None),
    ],
)
def test_caption_and_credit_are_told_apart(caption: str, credit: str | None) -> None:
    found = article(figure(caption))
    assert (found.image_caption, found.image_credit) == ("The wall at low water.", credit)


def test_picture_above_the_headline_and_a_caption_that_is_no_figcaption_are_found() -> None:
    assert article("", before=figure("The wall")).image_caption == "The wall"
    assert article('<div><img src="/a.jpg"><p class="wp-caption-text">The wall</p></div>').image_caption == "The wall"


def test_picture_without_another_address_is_the_image() -> None:
    assert article(figure("The wall")).image_url == "https://www.harbour-post.com/wall.jpg"
    assert article(figure("The wall"), meta("og:image", "/a.jpg")).image_url == "https://www.harbour-post.com/a.jpg"


@pytest.mark.parametrize(
    "elsewhere",
    [
        f"<aside>{figure('Another')}</aside>",
        "<div><img src='/ann.jpg'><span class='caption'>By <a href='/ann'>Ann Moor</a></span></div>",
        f"{paragraphs(*STORY)}{figure('One in the story')}",
    ],
)
def test_captions_of_other_pictures_are_not_that_of_the_story(elsewhere: str) -> None:
    assert article(elsewhere).image_caption is None


def test_caption_below_the_picture_is_taken_where_json_ld_only_adds_the_credit_to_it() -> None:
    node = {"@type": "NewsArticle", "image": {"@type": "ImageObject", "caption": "The wall. Photo: Ann Moor"}}
    found = article(figure("The wall. <b class=credit>Ann Moor</b>"), ld(node))
    assert (found.image_caption, found.image_credit) == ("The wall.", "Ann Moor")
