"""benchmarks/year.py and its paper web: that the web is what it says, and that a crawl of it is judged by the truth."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from archive.models import Page
from archive.store.listings import Listing, ListingKind
from benchmarks import year
from benchmarks.paperweb import DAY, HOUR, MINUTE
from benchmarks.paperweb.alarms import Alarm, judge_alarms
from benchmarks.paperweb.illness import Illness
from benchmarks.paperweb.papers import FEWEST, MOST, make_papers
from benchmarks.paperweb.polling import poll
from benchmarks.paperweb.reading import Reader
from benchmarks.paperweb.server import Server
from benchmarks.paperweb.stories import Story
from benchmarks.paperweb.web import Site, Web, make_web
from crawler.discovery.feeds import read_feed
from crawler.discovery.pages import read_front
from crawler.discovery.sitemaps import read_sitemap
from crawler.listings import read_listing
from crawler.schedule import Horizon
from crawler.sources import parse_source

LISTINGS: tuple[tuple[ListingKind, str], ...] = (
    ("front", ""),
    ("feed", "feed.xml"),
    ("sitemap", "sitemap-news.xml"),
)
BEGIN = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())


@pytest.fixture(scope="module")
def web() -> Web:
    web = make_web(7, 6, 12)
    for site in web.sites:
        site.illnesses.clear()
    return web


def one_paper(stories: list[Story], illnesses: list[Illness] | None = None, **changes: Any) -> Web:
    """A web of one paper, with a front page of 40 and a feed of two."""
    paper = make_papers(Random(1), 60)[58]
    feed = replace(paper.feeds[0], length=2, form="rss")
    paper = replace(paper, **{"feeds": (feed,), "front": 3, "page_validators": "etag", "number": 0, **changes})
    site = Site(paper, stories, illnesses or [], BEGIN + 10 * DAY)
    return Web([site], BEGIN, BEGIN + 10 * DAY, illnesses or [])


def test_same_seed_gives_same_web_and_another_seed_another() -> None:
    stories = [[site.stories for site in make_web(seed, 3, 6).sites] for seed in (1, 1, 2)]
    assert stories[0] == stories[1] != stories[2]


def test_papers_publish_from_two_to_three_hundred_stories_a_day_as_they_are_said_to(web: Web) -> None:
    rates = [paper.rate for paper in make_papers(Random(1))]
    assert FEWEST * 0.8 <= min(rates) < 3
    assert 200 < max(rates) <= MOST
    site = next(site for site in web.sites if site.paper.rhythm == "daily" and site.paper.rate > 100)
    days = (web.end - web.begin) / DAY + 40
    assert 0.5 * site.paper.rate < len(site.stories) / days < 1.8 * site.paper.rate


def test_paper_of_weekdays_publishes_nothing_on_saturdays_and_sundays() -> None:
    sites = [site for site in make_web(3, 3).sites if site.paper.rhythm == "weekdays"]
    days = {
        datetime.fromtimestamp(story.published + site.paper.offset, UTC).weekday()
        for site in sites
        for story in site.stories
    }
    assert days == {0, 1, 2, 3, 4}


def test_most_stories_are_never_edited_and_most_edits_come_in_the_first_hours() -> None:
    stories = [story for site in make_web(3, 3).sites for story in site.stories if not story.is_live]
    ages = [edit - story.published for story in stories for edit in story.edits]
    assert 0.4 < sum(not story.edits for story in stories) / len(stories) < 0.8
    assert 0.4 < sum(age < HOUR for age in ages) / len(ages) < 0.7
    assert all(later - edit >= MINUTE for story in stories for edit, later in pairwise(story.edits))


def test_every_listing_reads_as_what_it_lists(web: Web) -> None:
    server, at = Server(web), web.begin + 5 * DAY
    found: set[str] = set()
    for site in web.sites:
        home = site.paper.home
        front = server.get(home, at)
        assert {link.url for link in read_front(front.body, home).links} <= set(site.by_url)
        for feed in site.paper.feeds:
            links = read_feed(server.get(home + feed.path, at).body, home).links
            assert [link.url for link in links] == [
                site.renderer.url(s) for s in site.latest(site.of(feed), at, feed.length)
            ]
            found.add(feed.form)
        if site.paper.sitemaps != "none" and server.get(home + "sitemap.xml", at).failure is None:
            index = read_sitemap(server.get(home + "sitemap.xml", at).body, home)
            children = [read_sitemap(server.get(child.url, at).body, home) for child in index.listings]
            listed = {link.url for child in children for link in child.links}
            assert listed <= set(site.by_url)
            found.add(site.paper.sitemaps if listed else "")
    assert {"rss", "atom", "monthly"} <= found


def test_listing_that_is_put_together_says_what_the_whole_says(web: Web) -> None:
    server, reader = Server(web), Reader()
    horizon = Horizon(datetime.fromtimestamp(web.begin - 2 * DAY, UTC).date())
    for at in (web.begin, web.begin + HOUR, web.begin + DAY):
        for site in web.sites:
            source = parse_source({"name": site.paper.name, "home": site.paper.home})
            for kind, path in LISTINGS:
                answer = server.get(site.paper.home + path, at)
                url = site.paper.home + path
                page = Page(url, url, answer.body, datetime.fromtimestamp(at, UTC))
                if answer.document is not None:
                    listing = Listing(1, url, kind, page.fetched_at)
                    heard = reader.read_listing(page, answer.document, listing, horizon, source)
                    whole = read_listing(page, kind, horizon, source)
                    assert sorted(heard.wanted, key=str) == sorted(whole.wanted, key=str)
                    assert (heard.reading, heard.refused, heard.span) == (whole.reading, whole.refused, whole.span)


def test_story_is_listed_until_the_last_listing_drops_it() -> None:
    web = one_paper([Story(n, BEGIN + n * HOUR, 0) for n in range(6)])
    site = web.sites[0]
    assert [story.listed_until - BEGIN for story in site.stories[:4]] == [3 * HOUR, 4 * HOUR, 5 * HOUR, 10 * DAY]
    hidden = one_paper([Story(n, BEGIN, 0, is_front=False) for n in range(6)]).sites[0]
    assert [hidden.obtainable(story) for story in hidden.stories] == [False] * 4 + [True] * 2  # all at once


def test_unchanged_page_answers_304_until_it_is_edited() -> None:
    web = one_paper([Story(0, BEGIN, 0, edits=(BEGIN + HOUR,))])
    server, url = Server(web), web.sites[0].renderer.url(web.sites[0].stories[0])
    etag = dict(server.get(url, BEGIN + 60).headers)["ETag"]
    answers = [server.get(url, BEGIN + at, {"If-None-Match": etag}) for at in (120, HOUR - 1, HOUR)]
    assert [(answer.status, answer.version) for answer in answers] == [(304, 0), (304, 0), (200, 1)]
    assert web.requests[0] == 4


@pytest.mark.parametrize(
    ("kind", "status", "verdict"),
    [("consent", 200, "consent"), ("challenge", 403, "challenge"), ("busy", 503, "article")],
)
def test_illness_lasts_from_its_beginning_to_its_end(kind: str, status: int, verdict: str) -> None:
    ill = Illness(0, kind, BEGIN + DAY, BEGIN + 2 * DAY, tell=True)  # type: ignore[arg-type]
    web = one_paper([Story(0, BEGIN, 0)], [ill])
    server, url = Server(web), web.sites[0].renderer.url(web.sites[0].stories[0])
    answers = [server.get(url, BEGIN + at) for at in (DAY - 1, DAY, 2 * DAY)]
    assert [(answer.status, answer.verdict) for answer in answers] == [
        (200, "article"),
        (status, verdict),
        (200, "article"),
    ]
    assert web.sites[0].readable_from(BEGIN + DAY + 5) == BEGIN + 2 * DAY


def test_poller_sees_an_edit_only_before_the_next_one_and_pays_for_every_look() -> None:
    at = BEGIN + 3 * DAY
    edits = (at + 16 * MINUTE, at + 20 * MINUTE, at + 50 * MINUTE)
    polled = poll(one_paper([Story(0, at, 0, edits=edits)]), 15 * MINUTE)
    assert (polled.tally.edits.total(), polled.tally.seen.total()) == (3, 2)
    assert polled.requests == 2 * 10 * 96 + 96  # the front page and the feed, and the story's first day
    assert poll(one_paper([Story(0, at, 0, edits=edits)]), HOUR).tally.seen.total() == 1


@pytest.fixture(scope="module")
def result() -> year.Year:
    return year.simulate(7, 3, 2)


def test_crawl_by_the_schedule_archives_what_is_listed_and_is_judged_by_the_web(result: year.Year) -> None:
    ours = result.ours
    assert ours.tally.archived_share > 0.95
    assert 0 < ours.requests < result.results[1].requests
    assert ours.tally.stories == result.results[1].tally.stories
    assert ours.tally.edits == result.results[2].tally.edits


def test_alarm_counts_by_its_name_and_its_time() -> None:
    web = one_paper([], [Illness(0, "tls", BEGIN + DAY, BEGIN + 3 * DAY, tell=True)])
    inside = Alarm(0, "certificate", BEGIN + DAY + 3 * HOUR, None, "")
    cases = {
        "in time": [inside],
        "late": [replace(inside, found=BEGIN + 2 * DAY + HOUR)],
        "by another name": [replace(inside, kind="silence")],
        "of another paper": [replace(inside, paper=1)],
        "long before": [replace(inside, found=BEGIN, ended=BEGIN + HOUR)],
    }
    told = {name: judge_alarms(web, alarms) for name, alarms in cases.items()}
    assert {name: len(one.late) for name, one in told.items()} == {
        "in time": 0,
        "late": 1,
        "by another name": 1,
        "of another paper": 1,
        "long before": 1,
    }
    assert {name for name, one in told.items() if one.false} == {"of another paper", "long before"}


def test_check_fails_on_a_missed_target(result: year.Year) -> None:
    poor = replace(result.ours, share=0.41)
    assert "requests of polling every 15 minutes: 41.00%, not 40.0%" in (
        year.misses([replace(result, results=(poor, *result.results[1:]))])
    )


@pytest.mark.endurance
def test_two_weeks_get_nearly_all_stories_for_less_than_polling_asks() -> None:
    result = year.simulate(1, 14, 8)
    ours, quarter, hourly = result.results
    assert ours.tally.archived_share >= year.ARCHIVED
    assert ours.share <= year.ASKED
    assert ours.tally.seen_share > hourly.tally.seen_share
    assert quarter.requests > hourly.requests
