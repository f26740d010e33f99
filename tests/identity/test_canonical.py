import pytest

from archive.identity.canonical import claimed_key, own_canonical, refused_because

STORY = "https://www.news.example.org/harbour/2026/10/storm-hits-coast-123"


@pytest.mark.parametrize(
    "canonical",
    [
        STORY,
        "http://news.example.org/harbour/2026/10/storm-hits-coast-123/",
        "https://m.news.example.org/storm-hits-the-coast",
        "https://www.news.example.org/?p=123",
        "https://www.news.example.org/123",
        "https://www.news.example.org/%E6%96%B0%E8%81%9E",
    ],
)
def test_another_address_of_the_host_may_be_the_pages_own(canonical: str) -> None:
    assert refused_because(canonical, STORY) is None
    assert own_canonical(canonical, STORY) == canonical


@pytest.mark.parametrize(
    ("canonical", "why"),
    [
        ("https://www.news.example.org", "home page"),
        ("https://www.news.example.org/index.html?utm_source=x", "home page"),
        ("https://news.example.org/en/", "home page"),
        ("https://elsewhere.example.com/", "home page"),
        ("https://www.news.example.org/harbour", "section"),
        ("https://www.news.example.org/harbour/", "section"),
        ("https://www.news.example.org/harbour/2026/10", "section"),
        ("https://www.news.example.org/harbour/2026", "section"),
        ("https://www.news.example.org/sport/football", "section"),
        ("https://elsewhere.example.com/harbour/2026/10/storm-hits-coast-123", "another host"),
        ("https://agency.example.org/storm-hits-coast-123", "another host"),
    ],
)
def test_home_page_section_or_another_host_is_nobodys_own_address(canonical: str, why: str) -> None:
    assert refused_because(canonical, STORY) == why
    assert own_canonical(canonical, STORY) is None


def test_pages_that_have_no_slug_may_have_any_address() -> None:
    assert refused_because("https://news.example/storm", "https://news.example/index.php?id=5") is None
    assert refused_because("https://news.example/world", "https://news.example/world/storm") == "section"
    assert refused_because("https://news.example/a-b-c-1", "https://news.example/a-b-c-1/2") is None


def test_claim_is_to_be_looked_up_where_it_names_another_address_that_texts_could_confirm() -> None:
    assert claimed_key("https://agency.example/wire/1?utm_source=x", STORY) == "agency.example/wire/1"
    assert claimed_key("https://news.example.org/other-story-5.html", STORY) == "news.example.org/other-story-5"
    for nothing in (
        None,
        "",
        STORY,
        STORY + "?utm_source=x",
        "https://agency.example/",
        "https://news.example.org/harbour",
    ):
        assert claimed_key(nothing, STORY) is None
