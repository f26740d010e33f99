"""One crawl of many sites, each in its own trouble: what every trouble costs, and that it costs nobody else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from crawler.sample.server import Answer, Request, document, redirect
from tests.crawling import Bench, Ran
from tests.newssite import NewsSite, NewsWeb, cut_gzip, lying_about_length

pytestmark = pytest.mark.xdist_group("troubles")
STORIES = 3
CUT_FEED = 12
FRONT = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body>News</body></html>'


@dataclass
class Troubled:
    """All of them, after one crawl. `trap` stands in the environment as a proxy; `private` is no source's host."""

    sites: dict[str, NewsSite]
    bench: Bench
    trap: NewsSite
    private: NewsSite
    ran: Ran

    def sums(self, name: str) -> dict[str, Any]:
        return self.ran.sums(self.sites[name].host)

    def reasons(self, name: str) -> dict[str, int]:
        return self.ran.reasons(self.sites[name].host)

    def problem(self, name: str) -> str | None:
        return self.ran.problem(self.sites[name].host)

    def stored(self, name: str) -> list[str]:
        """The paths of the site's stored articles, in the order of its stories."""
        url = self.sites[name].url
        held = {stored.removeprefix(url) for stored in self.bench.stored_urls()}
        return [story.path for story in self.sites[name].stories if story.path in held]


def forbidding(path: str, status: int = 200) -> Answer:
    return document(f"User-agent: *\nDisallow: {path}\n", "text/plain", status)


def first(site: NewsSite) -> str:
    return site.stories[0].path


def healthy(site: NewsSite, path: str) -> Answer:
    """What the site answers when nothing is wrong."""
    return replace(site.paper, answers={})(Request(0.0, site.url, "GET", path, ()))


def then_well(site: NewsSite, *answers: Answer) -> Callable[[Request], Answer]:
    """These answers first, a healthy one ever after."""
    left = iter(answers)
    return lambda request: next(left, None) or healthy(site, request.path)


def make_trouble(sites: dict[str, NewsSite], private: NewsSite) -> dict[str, dict[str, Any]]:
    """Sets every site's answers; returns further keys of its block."""

    def answer(name: str, path: str | None, given: Any) -> None:
        sites[name].paper.answers[path or first(sites[name])] = given

    story = "".join(f"<p>The harbour froze over last night, said {number} men.</p>" for number in range(200))
    answer("robots_forbids", "/robots.txt", forbidding(first(sites["robots_forbids"])))
    answer("robots_404", "/robots.txt", forbidding("/", 404))
    answer("robots_403", "/robots.txt", forbidding("/", 403))
    answer("robots_503", "/robots.txt", document("User-agent: *\nAllow: /\n", "text/plain", 503))
    answer("robots_cut", "/robots.txt", cut_gzip("User-agent: *\nDisallow: /a\nDisallow: /b\n"))
    answer("robots_moved", "/robots.txt", redirect("/real-robots.txt"))
    answer("robots_moved", "/real-robots.txt", forbidding(first(sites["robots_moved"])))
    answer("robots_ignored", "/robots.txt", forbidding("/"))
    answer("redirects_to_private", None, redirect("http://10.0.0.1/internal"))
    answer("redirects_to_loopback", None, redirect(private.url + "/"))
    answer("lies_about_length", None, lying_about_length(story, len(story) * 2))
    answer("fails_twice", None, then_well(sites["fails_twice"], Answer(500), Answer(0)))
    whole = healthy(sites["gzip_cut_once"], first(sites["gzip_cut_once"])).body.decode()
    answer("gzip_cut_once", None, then_well(sites["gzip_cut_once"], cut_gzip(whole)))
    answer("gzip_stays_cut", None, cut_gzip(whole))
    feed = replace(cut_gzip(healthy(sites["feed_stays_cut"], "/feed.xml").body.decode()), etag='"one"')
    answer("feed_stays_cut", "/feed.xml", feed)
    feed = cut_gzip(healthy(sites["feed_cut_once"], "/feed.xml").body.decode())
    answer("feed_cut_once", "/feed.xml", then_well(sites["feed_cut_once"], feed))
    answer("fails", None, Answer(500, b"<h1>Oops</h1>"))
    answer("busy_for_long", None, Answer(429, headers=(("Retry-After", "120"),)))
    answer("busy_a_moment", None, then_well(sites["busy_a_moment"], Answer(503, headers=(("Retry-After", "1"),))))
    answer("lists_nothing", "/", document("<html><body><h1>Under construction</h1></body></html>"))
    listed = "https://elsewhere.example.com/their-story"
    rss = f"<rss version='2.0'><channel><item><title>x</title><link>{listed}</link></item></channel></rss>"
    answer("lists_others", "/feed.xml", document(rss, "application/rss+xml"))
    answer("sends_secret_away", None, redirect(sites["healthy"].url + "/elsewhere"))
    return {
        "robots_ignored": {"robots": "ignore"},
        "busy_for_long": {"delay": 0.01},
        "unreachable": {"home": "http://127.0.0.77:9/"},
        "sends_secret_away": {"headers": {"X-Desk": "env:DESK_SECRET"}},
        "denies": {"deny": [first(sites["denies"])]},
    }


NAMES = (
    *("healthy", "robots_forbids", "robots_404", "robots_403", "robots_503", "robots_moved", "robots_ignored"),
    *("redirects_to_private", "redirects_to_loopback", "lies_about_length", "fails_twice", "gzip_cut_once", "fails"),
    *("busy_for_long", "busy_a_moment", "lists_nothing", "lists_others", "sends_secret_away", "denies", "unreachable"),
    *("gzip_stays_cut", "feed_cut_once", "feed_stays_cut", "robots_cut"),
)


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Troubled]:
    bench = Bench(tmp_path_factory.mktemp("troubles"))
    sites = {name: NewsSite(STORIES, host=f"127.0.0.{n}", seed=n) for n, name in enumerate(NAMES, 1)}
    for name in ("feed_cut_once", "feed_stays_cut"):
        sites[name] = NewsSite(CUT_FEED, host=sites[name].host, seed=len(name), sitemaps=())
        sites[name].paper.answers["/"] = document(FRONT)
    sites["lists_nothing"] = NewsSite(0, host=sites["lists_nothing"].host, feeds=(), sitemaps=())
    trap, private = NewsSite(host="127.0.0.98"), NewsSite(host="127.0.0.99")
    with NewsWeb([*sites.values(), trap, private]):
        keys = make_trouble(sites, private)
        bench.configure_each({site: keys.get(name, {}) for name, site in sites.items()})
        proxies = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        bench.env = {"DESK_SECRET": "open sesame", **dict.fromkeys(proxies, trap.url)}
        yield Troubled(sites, bench, trap, private, bench.crawl())
        bench.end()


def test_a_crawl_ends_with_3_when_a_source_gave_nothing_and_prints_no_traceback(troubled: Troubled) -> None:
    assert (troubled.ran.code, troubled.ran.stderr) == (3, "")
    ill = {name for name in NAMES if troubled.problem(name)}
    assert ill == {"robots_503", "robots_cut", "lists_nothing", "unreachable"}


def test_a_healthy_site_is_not_the_worse_for_others(troubled: Troubled) -> None:
    assert troubled.sums("healthy") == {"discovered": 3, "fetched": 3, "new": 3}


# -- robots.txt


def test_what_robots_txt_forbids_is_never_asked_for(troubled: Troubled) -> None:
    site = troubled.sites["robots_forbids"]
    assert first(site) not in site.paths
    assert troubled.reasons("robots_forbids") == {"skipped: robots": 1}
    assert troubled.sums("robots_forbids") == {"discovered": 3, "fetched": 2, "new": 2, "skipped": 1}


@pytest.mark.parametrize("name", ["robots_404", "robots_403"])
def test_a_robots_txt_that_is_not_there_allows_everything_whatever_its_page_says(troubled: Troubled, name: str) -> None:
    assert troubled.sums(name)["new"] == STORIES


def test_a_server_error_for_robots_txt_disallows_everything_whatever_its_page_says(troubled: Troubled) -> None:
    assert set(troubled.sites["robots_503"].paths) == {"/robots.txt"}
    home = troubled.sites["robots_503"].url
    assert troubled.problem("robots_503") == f"{home}/ could not be read (robots_unreachable)"


def test_half_a_robots_txt_allows_nothing(troubled: Troubled) -> None:
    assert set(troubled.sites["robots_cut"].paths) == {"/robots.txt"}


def test_robots_txt_is_followed_through_redirects(troubled: Troubled) -> None:
    site = troubled.sites["robots_moved"]
    assert "/real-robots.txt" in site.paths
    assert first(site) not in site.paths
    assert len(troubled.stored("robots_moved")) == 2


def test_permission_to_ignore_robots_txt_is_used_and_recorded(troubled: Troubled) -> None:
    assert troubled.sums("robots_ignored")["new"] == STORIES
    [(permissions,)] = troubled.bench.rows("SELECT permissions FROM crawls")
    assert permissions.count("robots = ignore") == 1


# -- where it must not go


@pytest.mark.parametrize("name", ["redirects_to_private", "redirects_to_loopback"])
def test_a_redirect_to_a_private_address_is_refused_and_recorded(troubled: Troubled, name: str) -> None:
    assert troubled.reasons(name) == {"unreachable: address_refused": 1}
    url = troubled.sites[name].story_urls[0]
    assert troubled.bench.rows("SELECT reason FROM left_out WHERE url = ?", url) == [("address_refused",)]
    assert troubled.private.requests == []


def test_the_environments_proxies_see_nothing(troubled: Troubled) -> None:
    assert troubled.trap.requests == []


def test_links_to_other_sites_are_left_out_with_their_reason(troubled: Troubled) -> None:
    assert troubled.reasons("lists_others") == {"skipped: off_site": 1}
    assert troubled.sums("lists_others") == {"discovered": 4, "fetched": 3, "new": 3, "skipped": 1}


def test_links_the_source_denies_are_left_out_with_their_reason(troubled: Troubled) -> None:
    assert troubled.reasons("denies") == {"skipped: denied": 1}
    assert first(troubled.sites["denies"]) not in troubled.sites["denies"].paths


def test_a_secret_header_goes_to_the_sources_own_host_only_and_is_not_stored(troubled: Troubled) -> None:
    site = troubled.sites["sends_secret_away"]
    assert {request.header("X-Desk") for request in site.requests} == {"open sesame"}
    elsewhere = troubled.sites["healthy"].requests_for("/elsewhere")
    assert [request.header("X-Desk") for request in elsewhere] == [None]
    assert b"open sesame" not in troubled.bench.archive.read_bytes()


# -- faults of servers


def test_a_body_cut_short_is_asked_for_again_and_marked_as_such(troubled: Troubled) -> None:
    site = troubled.sites["lies_about_length"]
    assert len(site.requests_for(first(site))) == 3
    kept = troubled.bench.rows("SELECT truncated FROM fetches WHERE requested_url = ?", site.story_urls[0])
    assert kept == [(1,)]


def test_a_gzip_body_without_its_end_is_asked_for_again(troubled: Troubled) -> None:
    site = troubled.sites["gzip_cut_once"]
    kept = troubled.bench.rows("SELECT truncated FROM fetches WHERE requested_url = ? ORDER BY id", site.story_urls[0])
    assert kept == [(1,), (0,)]
    assert len(site.requests_for(first(site))) == 2
    assert len(troubled.stored("gzip_cut_once")) == STORIES


def test_a_page_that_stays_cut_is_new_in_the_crawl_that_stored_it(troubled: Troubled) -> None:
    assert len(troubled.sites["gzip_stays_cut"].requests_for(first(troubled.sites["gzip_stays_cut"]))) == 3
    assert troubled.sums("gzip_stays_cut") == {"discovered": 3, "fetched": 3, "new": 3}
    assert len(troubled.stored("gzip_stays_cut")) == STORIES


def test_a_feed_cut_short_is_asked_for_again_before_its_links_count(troubled: Troubled) -> None:
    assert len(troubled.sites["feed_cut_once"].requests_for("/feed.xml")) == 2
    assert len(troubled.stored("feed_cut_once")) == CUT_FEED


def test_a_feed_that_stays_cut_gives_what_came_and_is_asked_for_whole_the_next_time(troubled: Troubled) -> None:
    site = troubled.sites["feed_stays_cut"]
    assert len(site.requests_for("/feed.xml")) == 3
    assert 0 < len(troubled.stored("feed_stays_cut")) < CUT_FEED
    kept = troubled.bench.rows("SELECT etag FROM listings WHERE url = ?", site.url + "/feed.xml")
    assert kept == [(None,)]
    assert troubled.bench.rows("SELECT truncated FROM fetches WHERE requested_url = ?", site.url + "/feed.xml") == [
        (1,)
    ]


def test_a_page_that_comes_at_the_third_try_is_stored(troubled: Troubled) -> None:
    site = troubled.sites["fails_twice"]
    assert len(site.requests_for(first(site))) == 3
    assert troubled.sums("fails_twice") == {"discovered": 3, "fetched": 3, "new": 3}


def test_a_server_error_that_stays_is_a_rejected_page_and_its_status_is_kept(troubled: Troubled) -> None:
    assert troubled.sums("fails") == {"discovered": 3, "fetched": 3, "new": 2, "rejected": 1}
    url = troubled.sites["fails"].story_urls[0]
    rows = troubled.bench.rows("SELECT status, verdict FROM fetches WHERE requested_url = ?", url)
    assert rows == [(500, "error")]


def test_a_host_that_says_it_is_busy_for_long_ends_its_turn_and_its_links_wait(troubled: Troubled) -> None:
    site = troubled.sites["busy_for_long"]
    assert troubled.sums("busy_for_long") == {"discovered": 3, "pending": 3}
    assert [path for path in site.paths if path in site.paper.stories] == [first(site)]
    waits = troubled.bench.rows(
        "SELECT DISTINCT reason, julianday(not_before) > julianday(last_seen_at) + 110.0 / 86400 "
        "FROM links WHERE host = ?",
        site.host,
    )
    assert waits == [("http_429", 1)]


def test_a_host_that_says_it_is_busy_for_a_moment_is_asked_again_then(troubled: Troubled) -> None:
    site = troubled.sites["busy_a_moment"]
    before, after = site.requests_for(first(site))
    assert after.at - before.at >= 1.0
    assert len(troubled.stored("busy_a_moment")) == STORIES


# -- sources that give nothing


def test_a_site_that_cannot_be_reached_says_why(troubled: Troubled) -> None:
    assert troubled.problem("unreachable") == "http://127.0.0.77:9/ could not be read (refused)"


def test_a_site_that_lists_nothing_says_what_was_looked_for(troubled: Troubled) -> None:
    assert troubled.problem("lists_nothing") == (
        "no feed, no sitemap and no stories found; looked at the front page, sitemaps in robots.txt, "
        "feeds the front page declares, and the common places of both"
    )
    assert {"/", "/robots.txt", "/sitemap.xml", "/feed/"} <= set(troubled.sites["lists_nothing"].paths)
