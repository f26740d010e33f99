"""morgue.toml: what it may say, and that every mistake in it is named at once."""

from datetime import timedelta
from pathlib import Path

import pytest

from archive.errors import ConfigError
from crawler.cron import Cron
from crawler.plan import CrawlRequest, Plan
from crawler.sources import Source, add_sources, disputed_hosts, load, parse_source, secret_headers

WELL = """
# our outlets
archive = "news.db"

[crawl]
contact = "desk@example.org"

[[source]]
name = "Harbour Post"
home = "https://www.harbour-post.com"
feeds = ["https://www.harbour-post.com/rss.xml"]
deny = ["/video/"]
every = "6h"
"""

NO_INTERVAL = 'must be an interval such as "30m" or "6h", or as in crontab: "*/15 6-22 * * *"'


def written(folder: Path, text: str) -> Path:
    path = folder / "morgue.toml"
    path.write_text(text)
    return path


def problems(folder: Path, text: str) -> list[str]:
    path = written(folder, text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [line.removeprefix(f"{path}: ") for line in str(caught.value).splitlines()]


def block(**keys: object) -> Source:
    return parse_source({"name": "Post", "home": "https://www.post.com/", **keys})


def test_a_file_is_read_as_written(tmp_path: Path) -> None:
    settings = load(written(tmp_path, WELL))
    assert settings.crawl.contact == "desk@example.org"
    assert settings.crawl.delay == 3.0
    assert settings.text == WELL
    assert settings.sources == (
        Source(
            name="Harbour Post",
            home="https://www.harbour-post.com/",
            feeds=("https://www.harbour-post.com/rss.xml",),
            deny=("/video/",),
            every="6h",
        ),
    )
    assert settings.sources[0].every == timedelta(hours=6)
    assert settings.named("harbour post") is settings.sources[0]


def test_every_mistake_is_named_at_once_with_source_key_and_nearest_known_key(tmp_path: Path) -> None:
    text = """
    archiv = "x.db"
    [crawl]
    contakt = "a@b"
    delay = 1
    [[source]]
    name = "One"
    home = "ftp://one.com"
    feed = ["https://one.com/rss"]
    [[source]]
    home = "https://two.com"
    every = "often"
    since = "soon"
    timezone = "Europe/Lundon"
    deny = ["("]
    """
    assert problems(tmp_path, text) == [
        "unknown key 'archiv' (did you mean 'archive'?)",
        "[crawl]: delay should be greater than or equal to 3, not 1",
        "[crawl]: unknown key 'contakt' (did you mean 'contact'?)",
        "source 'One': home must be an http:// or https:// address, not 'ftp://one.com'",
        "source 'One': unknown key 'feed' (did you mean 'feeds'?)",
        "source number 2: name is missing",
        "source number 2: deny is not a regular expression: missing ), unterminated subpattern at position 0, not '('",
        'source number 2: since must be a day such as "7d", "2026-01-31" or "1998", not \'soon\'',
        f"source number 2: every {NO_INTERVAL}, not 'often'",
        "source number 2: timezone must be the name of a time zone such as \"Europe/London\", not 'Europe/Lundon'",
    ]


def test_names_differ(tmp_path: Path) -> None:
    twice = '[[source]]\nname = "A"\nhome = "https://a.com"\n[[source]]\nname = "a"\nhome = "https://b.com"\n'
    assert problems(tmp_path, twice) == ["source 'a' is there 2 times; names must differ"]


def test_a_source_table_that_is_no_list_is_an_error(tmp_path: Path) -> None:
    assert problems(tmp_path, '[source]\nname = "A"\n') == ["source must be written as [[source]] blocks"]


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"delay": 1}, "a delay below 3 s"),
        ({"parallel": 2}, "parallel"),
        ({"robots": "ignore"}, "robots"),
        ({"allow_networks": ["10.0.0.0/8"]}, "allow_networks"),
        ({"headers": {"Authorization": "env:TOKEN"}}, "headers"),
    ],
)
def test_what_needs_permission_is_refused_without_it(keys: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        block(**keys)
    assert str(caught.value) == f"source 'Post': {named} needs permission = \"why you may\" in the same block"
    assert block(permission="we run this site", **keys).unlocked() != {}


def test_permission_by_itself_unlocks_nothing() -> None:
    assert block(permission="we run this site").unlocked() == {}


def test_allow_networks_are_named_and_never_a_boolean() -> None:
    with pytest.raises(ConfigError, match="allow_networks"):
        block(permission="ours", allow_networks=True)
    with pytest.raises(ConfigError, match="networks such as"):
        block(permission="ours", allow_networks=["everything"])


def test_headers_come_from_the_environment_only() -> None:
    with pytest.raises(ConfigError, match="env:NEWS_TOKEN"):
        block(permission="ours", headers={"Authorization": "Bearer abc"})
    source = block(permission="ours", headers={"Authorization": "env:NEWS_TOKEN"})
    assert secret_headers(source, {"NEWS_TOKEN": "Bearer abc"}) == {"Authorization": "Bearer abc"}
    with pytest.raises(ConfigError, match="the environment has no NEWS_TOKEN"):
        secret_headers(source, {})


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("https://www.post.com/town/fire-12", None),
        ("https://blogs.post.com/fire", None),
        ("https://cdn.partner.net/town/a", None),
        ("https://news.cdn.partner.net/town/a", None),
        ("https://partner.net/a", "off_site"),
        ("https://notpost.com/a", "off_site"),
        ("https://www.post.com/video/fire", "denied"),
    ],
)
def test_links_of_other_sites_and_denied_ones_are_refused(url: str, refused: str | None) -> None:
    assert block(allow=["cdn.partner.net"], deny=["/video/"]).refuses(url) == refused


def test_patterns_in_allow_narrow_what_is_taken() -> None:
    source = block(allow=["/town/", "/news/"])
    assert source.refuses("https://www.post.com/town/fire") is None
    assert source.refuses("https://www.post.com/sport/match") == "denied"


def test_permission_holds_for_the_sources_own_site_only() -> None:
    source = block(permission="ours", delay=0)
    assert source.owns("https://blogs.post.com/a")
    assert not source.owns("https://post.com.evil.net/a")


def test_adding_a_source_keeps_comments_and_what_stood_there(tmp_path: Path) -> None:
    path = written(tmp_path, WELL)
    add_sources(path, [{"name": "Two", "home": "https://two.com/"}])
    assert path.read_text().startswith(WELL)
    assert [source.name for source in load(path).sources] == ["Harbour Post", "Two"]
    assert list(tmp_path.iterdir()) == [path]


def test_adding_a_source_makes_the_file(tmp_path: Path) -> None:
    add_sources(tmp_path / "morgue.toml", [{"name": "Two", "home": "https://two.com/"}])
    assert [source.home for source in load(tmp_path / "morgue.toml").sources] == ["https://two.com/"]


def test_a_bad_addition_leaves_the_file_alone(tmp_path: Path) -> None:
    path = written(tmp_path, WELL)
    with pytest.raises(ConfigError, match=r"morgue\.toml: source 'harbour post' is there 2 times"):
        add_sources(path, [{"name": "Harbour Post", "home": "https://two.com/"}])
    assert path.read_text() == WELL
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("every", "said"),
    [
        ("0 0 31 2 *", "every never comes: no month it names has that day, not '0 0 31 2 *'"),
        (
            "2m",
            "every '2m': at least 5m must lie between two looks, but for permission",
        ),
        ("0m", f"every {NO_INTERVAL}, not '0m'"),
        ("* * * * *", "every '* * * * *' asks every 1m: at least 5m must lie between two looks, but for permission"),
        ("99999999999w", "every must be an interval"),
    ],
)
def test_an_interval_that_never_comes_or_comes_too_often_is_a_mistake(tmp_path: Path, every: str, said: str) -> None:
    text = f'[[source]]\nname = "A"\nhome = "https://a.com"\nevery = "{every}"\n'
    (told,) = problems(tmp_path, text)
    assert told.startswith(f"source 'A': {said}")


def test_permission_allows_to_look_every_minute_and_no_more_often() -> None:
    assert block(every="1m", permission="ours").every == timedelta(minutes=1)
    assert block(every="* * * * *", permission="ours").every == Cron("* * * * *")


@pytest.mark.parametrize("every", ["90m", "6h", "1d", "*/15 6-22 * * 1-5"])
def test_what_is_kept_of_a_source_is_what_was_written(every: str) -> None:
    kept = block(every=every).model_dump(mode="json", exclude_defaults=True)
    assert kept["every"] == every
    assert parse_source(kept) == block(every=every)


def test_an_interval_as_earlier_versions_kept_it_is_understood() -> None:
    assert block(every="PT6H").every == timedelta(hours=6)


def test_of_two_sources_that_name_one_host_the_slower_wins() -> None:
    shared = "https://feeds.example.org/"
    slow = parse_source({"name": "Slow", "home": "https://slow.com", "feeds": [f"{shared}a"], "delay": 20})
    fast = parse_source({"name": "Fast", "home": "https://fast.com", "feeds": [f"{shared}b"]})
    assert disputed_hosts([fast, slow], 3.0) == {"feeds.example.org": (slow, fast)}
    assert disputed_hosts([fast, slow], 20.0) == {}


def test_a_design_of_looks_is_ages_in_order_that_leave_time_between(tmp_path: Path) -> None:
    blocks = "".join(
        f'[[source]]\nname = "{name}"\nhome = "https://{name}.example/"\n{more}\n'
        for name, more in {"A": "", "B": 'revisit = ["1d"]', "C": "revisit = []"}.items()
    )
    text = f'[crawl]\nrevisit = ["15m", "1h"]\n{blocks}'
    plan = Plan(CrawlRequest(tmp_path / "a.db"), load(written(tmp_path, text)), ())
    hour = timedelta(hours=1)
    assert [plan.design(source) for source in plan.settings.sources] == [(hour / 4, hour), (24 * hour,), ()]
    for wrong in ('["1h", "15m"]', '["1m"]', '["1h", "1h"]', '"1h"', '["soon"]'):
        [problem] = problems(tmp_path, text.replace('["1d"]', wrong))
        assert problem.startswith("source 'B': revisit must be ")
