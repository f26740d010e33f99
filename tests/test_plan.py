"""What a command's targets mean: sources by name, sites by address, single pages."""

from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.store.sources import SourceRecord
from crawler.plan import CrawlRequest, Plan, Planned, address, choose, read_plan, source_of
from crawler.sources import CrawlOptions, Settings, Source

POST = Source(name="Post", home="https://www.post.com/")
OWN = Source(
    name="Own",
    home="http://10.0.0.5:8000/",
    feeds=("http://10.0.0.6/rss",),
    allow=("stories.own.test",),
    permission="ours",
    allow_networks=("10.0.0.0/8",),
)
SETTINGS = Settings(sources=(POST, OWN))
NONE = Settings()


def request(*targets: str, save: bool = False) -> CrawlRequest:
    return CrawlRequest(Path("morgue.db"), targets=targets, save=save)


def test_no_target_means_every_source() -> None:
    assert choose(request(), SETTINGS, []) == [Planned(POST), Planned(OWN)]


def test_nothing_to_crawl_says_what_to_type() -> None:
    with pytest.raises(UsageError, match=r"nothing to crawl: there is no morgue\.toml .* `morgue crawl https://…`"):
        choose(request(), NONE, [])


def test_a_source_is_named_in_any_case_and_by_its_home() -> None:
    assert choose(request("post"), SETTINGS, []) == [Planned(POST)]
    assert choose(request("https://www.post.com/"), SETTINGS, []) == [Planned(POST)]
    assert choose(request("https://www.post.com"), SETTINGS, []) == [Planned(POST)]


def test_an_unknown_name_is_an_error_with_the_nearest_known() -> None:
    with pytest.raises(UsageError, match=r"no source is called .Pots. .did you mean .Post."):
        choose(request("Pots"), SETTINGS, [])


def test_a_page_of_a_known_source_is_asked_of_that_source() -> None:
    url = "https://blogs.post.com/a-story"
    assert choose(request(url), SETTINGS, []) == [Planned(POST, whole=False, asked=(url,))]


def test_a_site_nobody_configured_becomes_a_source_named_by_its_host() -> None:
    made = Source(name="gazette.org", home="https://www.gazette.org/")
    assert choose(request("https://www.gazette.org/"), NONE, []) == [Planned(made)]
    assert choose(request("www.gazette.org"), NONE, []) == [Planned(made)]


def test_a_source_made_by_an_earlier_command_is_known_by_name() -> None:
    held = SourceRecord(
        1, "gazette.org", "https://www.gazette.org/", config={"name": "gazette.org", "home": "https://www.gazette.org/"}
    )
    assert choose(request("gazette.org"), NONE, [held]) == [
        Planned(Source(name="gazette.org", home="https://www.gazette.org/"))
    ]


def test_pages_to_save_are_grouped_by_source_and_a_home_page_is_a_page_too() -> None:
    urls = ("https://www.post.com/", "https://a.org/1", "https://a.org/2", "https://a.org/1")
    assert choose(request(*urls, save=True), SETTINGS, []) == [
        Planned(POST, whole=False, asked=("https://www.post.com/",)),
        Planned(source_of("https://a.org/1"), whole=False, asked=("https://a.org/1", "https://a.org/2")),
    ]


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("https://post.com/a", "https://post.com/a"),
        ("post.com", "https://post.com/"),
        ("post.com/a?b=1", "https://post.com/a?b=1"),
        ("The Post", None),
        ("post", None),
    ],
)
def test_what_looks_like_an_address_is_one(target: str, url: str | None) -> None:
    assert address(target) == url


def test_an_address_that_cannot_be_fetched_is_an_error() -> None:
    with pytest.raises(UsageError, match="http and https only"):
        address("ftp://post.com/a")


def test_networks_are_allowed_for_the_hosts_a_block_names() -> None:
    plan = Plan(request(), SETTINGS, (Planned(POST), Planned(OWN)))
    assert plan.allow_networks() == {
        "www.post.com": [],
        "10.0.0.5": ["10.0.0.0/8"],
        "10.0.0.6": ["10.0.0.0/8"],
        "stories.own.test": ["10.0.0.0/8"],
    }


def test_a_private_address_is_refused_with_the_setting_that_allows_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"loopback.*allow_networks"):
        read_plan(CrawlRequest(tmp_path / "morgue.db", targets=("http://127.0.0.1:8000/",)))


def test_the_user_agent_carries_the_contact() -> None:
    told = Plan(request(), Settings(crawl=CrawlOptions(contact="desk@example.org")), ())
    assert told.user_agent("newsmorgue/1") == "newsmorgue/1 (+desk@example.org)"
    assert Plan(request(), NONE, ()).user_agent("newsmorgue/1") == "newsmorgue/1"


def test_scrapys_spider_arguments_make_a_request(tmp_path: Path) -> None:
    arguments = {"archive": str(tmp_path / "a.db"), "targets": "one two", "limit": "5", "revisit": "1"}
    made = CrawlRequest.from_strings(arguments)
    assert (made.archive, made.targets, made.limit, made.revisit) == (tmp_path / "a.db", ("one", "two"), 5, True)
    assert CrawlRequest.from_strings({**arguments, "_job": "4711"}) == made  # Scrapyd's own
    assert CrawlRequest.from_strings({**arguments, "due": "Yes"}).due
    assert not CrawlRequest.from_strings({**arguments, "due": "no"}).due
    with pytest.raises(UsageError, match="due must be yes or no, not 'sometimes'"):
        CrawlRequest.from_strings({**arguments, "due": "sometimes"})
    with pytest.raises(UsageError, match="no argument 'target'"):
        CrawlRequest.from_strings({"target": "one"})
