"""RFC 9309's own examples and rules, one claim each."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.robots import Policy, RobotsRules, robots_policy

SITE = "https://paper.example"

# RFC 9309, 5.1
SIMPLE_EXAMPLE = b"""User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""

# RFC 9309, 5.2
LONGEST_MATCH = b"User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n"


def allows(body: str | bytes, path: str, token: str = "newsmorgue") -> bool:
    return RobotsRules.parse(body if isinstance(body, bytes) else body.encode(), token).allows(SITE + path)


@pytest.mark.parametrize(
    ("token", "path", "allowed"),
    [
        ("anybot", "/a.gif", False),
        ("anybot", "/a.gif?x", True),
        ("anybot", "/example/x", False),
        ("anybot", "/publications/x", True),
        ("foobot", "/publications/x", False),
        ("foobot", "/example/page.html", True),
        ("foobot", "/example/allowed.gif", True),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/a.gif", True),
        ("quxbot", "/example/page.html", True),
    ],
)
def test_simple_example_of_the_rfc(token: str, path: str, allowed: bool) -> None:
    assert allows(SIMPLE_EXAMPLE, path, token) is allowed


def test_longest_match_of_the_rfc() -> None:
    assert not allows(LONGEST_MATCH, "/example/page/disallowed.gif", "foobot")
    assert allows(LONGEST_MATCH, "/example/page/other.gif", "foobot")


@pytest.mark.parametrize("rules", ["Allow: /a/\nDisallow: /a/", "Disallow: /a/\nAllow: /a/"])
def test_of_two_rules_as_long_the_allowing_wins(rules: str) -> None:
    assert allows(f"User-agent: *\n{rules}", "/a/b")


# RFC 9309, 2.2.2: the path in the file and the path to match
@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
        ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar"),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/ツ"),
        ("/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        ("/foo/bar/baz", "/foo/bar/%62%61%7A"),
    ],
)
def test_one_path_in_two_encodings_is_one_path(rule: str, path: str) -> None:
    assert not allows(f"User-agent: *\nDisallow: {rule}", path)


def test_an_encoded_slash_in_a_path_is_no_slash() -> None:
    assert allows("User-agent: *\nDisallow: /a/b", "/a%2Fb")
    assert not allows("User-agent: *\nDisallow: /a%2fb", "/a%2Fb")


# RFC 9309, 2.2.3
@pytest.mark.parametrize(
    ("rule", "path", "matches"),
    [
        ("/this/path/exactly$", "/this/path/exactly", True),
        ("/this/path/exactly$", "/this/path/exactly/not", False),
        ("/this/*/exactly", "/this/path/exactly", True),
        ("/this/*/exactly", "/this/exactly", False),
        ("/*.php$", "/a/b.php", True),
        ("/*.php$", "/a/b.php?c=d", False),
        ("/*a*b*c", "/xaxbxc/d", True),
        ("/*a*b*c", "/xbxaxc", False),
        ("/a*a$", "/a", False),
        ("/a*a$", "/aa", True),
        ("/**/b", "/a/b", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-x.html", False),
        ("/path/foo-%24", "/path/foo-$", True),
        ("/a$b", "/a$b", True),
        ("/A", "/a", False),
        ("/fish*", "/fish", True),
        ("*", "/anything", True),
        ("a", "/a", False),
        ("/?", "/", False),
        ("/?", "/?", True),
        ("/a?b", "/a?b#c", True),
    ],
)
def test_special_characters_in_patterns(rule: str, path: str, matches: bool) -> None:
    assert allows(f"User-agent: *\nDisallow: {rule}", path) is not matches


@pytest.mark.parametrize(
    "name", ["newsmorgue", "NewsMorgue", "NEWSMORGUE", "newsmorgue/0.1", "newsmorgue (+https://paper.example)"]
)
def test_our_token_is_found_in_any_case_and_before_a_version(name: str) -> None:
    assert not allows(f"User-agent: *\nDisallow:\n\nUser-agent: {name}\nDisallow: /", "/a")


@pytest.mark.parametrize("name", ["newsmorgue-images", "news", "morgue", "xnewsmorgue", ""])
def test_another_token_is_not_ours(name: str) -> None:
    assert allows(f"User-agent: {name}\nDisallow: /", "/a")


def test_groups_of_one_token_are_one_group() -> None:
    body = "User-agent: newsmorgue\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: newsmorgue\nDisallow: /b"
    assert [allows(body, path) for path in ("/a", "/b", "/c")] == [False, False, True]


def test_our_own_group_replaces_everyones() -> None:
    body = "User-agent: *\nDisallow: /\n\nUser-agent: newsmorgue\nDisallow: /private"
    assert [allows(body, path) for path in ("/a", "/private")] == [True, False]


def test_our_own_empty_group_allows_all() -> None:
    assert allows("User-agent: *\nDisallow: /\n\nUser-agent: newsmorgue", "/a")


def test_other_lines_between_do_not_part_a_group() -> None:
    body = "User-agent: newsmorgue\nSitemap: https://paper.example/s.xml\nHost: x\n\nUser-agent: other\nDisallow: /a"
    assert not allows(body, "/a")


def test_rules_before_any_user_agent_are_nobodys() -> None:
    assert allows("Disallow: /\nUser-agent: *\nDisallow: /b", "/a")


def test_robots_txt_itself_is_always_allowed() -> None:
    assert allows("User-agent: *\nDisallow: /", "/robots.txt")


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /a",
        b"User-agent: *\rDisallow: /a\r",
        b"User-agent: *\r\nDisallow: /a\r\n",
        b"  USER-AGENT  :  *  # all\n\t disallow :\t/a # but not b",
        b"User-agent: *\n\n\nDisallow: /a",
        b"\xff\xfe\x00garbage\nno colon here\nUser-agent: *\nDisallow: /a",
        b"<html>: no\nUser-agent:*\nDisallow:/a",
    ],
)
def test_files_as_they_are_found_are_read(body: bytes) -> None:
    assert [allows(body, path) for path in ("/a", "/b")] == [False, True]


def test_500_kib_are_read() -> None:
    lines = b"User-agent: *\n" + b"# padding of a line, to the length of 64 octets, line end too..\n" * 7990
    assert len(lines) <= 500 * 1024 - 20
    assert not allows(lines + b"Disallow: /last\n", "/last")


def test_crawl_delay_is_our_groups_else_everyones() -> None:
    both = b"User-agent: *\nCrawl-delay: 30\n\nUser-agent: newsmorgue\nCrawl-delay: 2.5\nDisallow: /a"
    everyones = b"User-agent: *\nCrawl-delay: 30\nDisallow: /x\n\nUser-agent: newsmorgue\nDisallow: /a"
    assert RobotsRules.parse(both).crawl_delay == 2.5
    assert RobotsRules.parse(everyones).crawl_delay == 30


@pytest.mark.parametrize("value", ["soon", "-1", "inf", "nan", ""])
def test_a_crawl_delay_that_is_no_time_is_none(value: str) -> None:
    assert RobotsRules.parse(f"User-agent: *\nCrawl-delay: {value}".encode()).crawl_delay is None


def test_sitemaps_are_found_anywhere() -> None:
    body = (
        b"Sitemap: https://paper.example/1.xml\nUser-agent: other\nDisallow: /\nsitemap:https://paper.example/2.xml?a=b:c"
        b"\nSitemap: https://paper.example/1.xml\nSITEMAP: /3.xml"
    )
    assert RobotsRules.parse(body).sitemaps == (
        "https://paper.example/1.xml",
        "https://paper.example/2.xml?a=b:c",
        "/3.xml",
    )


def test_a_pattern_of_many_stars_is_matched_in_no_time() -> None:
    rules = "".join(f"Disallow: /{'*a' * 2000}b{number}\n" for number in range(20))
    assert allows("User-agent: *\n" + rules, "/" + "a" * 5000)


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_bytes_and_no_url_raise(body: bytes, path: str) -> None:
    rules = RobotsRules.parse(b"User-agent: *\n" + body)
    assert rules.allows(SITE + "/" + path) in (True, False)


@given(st.lists(st.sampled_from("/ab*"), max_size=7), st.lists(st.sampled_from("/ab"), max_size=9), st.booleans())
def test_patterns_match_as_a_plain_recursive_reading_of_them(pattern: list[str], path: list[str], end: bool) -> None:
    def matches(p: str, s: str) -> bool:
        if not p:
            return not s or not end
        if p[0] == "*":
            return any(matches(p[1:], s[i:]) for i in range(len(s) + 1))
        return s[:1] == p[0] and matches(p[1:], s[1:])

    written, asked = "/" + "".join(pattern), "/" + "".join(path)
    rules = f"User-agent: *\nDisallow: {written}{'$' if end else ''}"
    assert allows(rules, asked) is not matches(written, asked)


HOUR, MONTH = timedelta(hours=1), timedelta(days=31)


@pytest.mark.parametrize(
    ("status", "error", "last_good", "age", "policy"),
    [
        (200, None, None, None, "rules"),
        (204, None, b"old", HOUR, "rules"),
        (301, None, b"old", HOUR, "allow"),
        (401, None, b"old", HOUR, "allow"),
        (403, None, None, None, "allow"),
        (404, None, None, None, "allow"),
        (429, None, None, None, "allow"),
        (500, None, b"old", HOUR, "last_good"),
        (503, None, b"old", MONTH, "disallow"),
        (503, None, None, None, "disallow"),
        (None, "timeout", b"old", HOUR, "last_good"),
        (None, "dns", None, None, "disallow"),
        (200, "cut short", None, None, "disallow"),
        (999, None, None, None, "disallow"),
        (100, None, None, None, "disallow"),
    ],
)
def test_what_an_answer_for_robots_txt_means(
    status: int | None, error: str | None, last_good: bytes | None, age: timedelta | None, policy: Policy
) -> None:
    assert robots_policy(status, error, last_good, age) == policy


def test_complete_disallow_and_allow() -> None:
    paths = [f"/{random.Random(seed).random()}" for seed in range(5)]
    assert [RobotsRules.disallow_all().allows(SITE + path) for path in [*paths, "", "/"]] == [False] * 7
    assert [RobotsRules.allow_all().allows(SITE + path) for path in [*paths, "", "/"]] == [True] * 7
