import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.urls import host_of, is_home_page, safe_url, same_site, site_of, url_key
from tests.url_cases import DIFFERENT, SAME

PIECES = (
    *(
        "http://",
        "https://",
        "//",
        "www.",
        "m.",
        "amp",
        "gazette",
        "example.org",
        ".",
        "/",
        "?",
        "&",
        "=",
        "#",
        "#!",
        "é",
    ),
    *(
        "%20",
        "%2F",
        "%",
        ";jsessionid=1",
        "index.html",
        "print",
        "-1",
        "google.com",
        "/url?url=",
        "http%3A%2F%2F",
        "rss",
    ),
    *(
        "cdn.ampproject.org",
        "/c/s/",
        ":80",
        ":443",
        "@",
        "[",
        "]",
        "::1",
        "ref",
        "..",
        "+",
        " ",
        "id=1",
        "amp;",
        ".amp",
    ),
    *("\u200b", "(S(a))", "A", "co.uk", "\x00", "\ud800"),
    *(
        ".html",
        "-amp",
        "_print",
        "!",
        "mobile.",
        "/m/",
        "2026/",
        "page/",
        "/print/",
        ";",
        "%25",
        "%3F",
        "\\",
        "&#38;",
        "%CC%81",
    ),
    *(
        "urldefense.com/v3/__",
        "__;",
        "news.google.com/articles/",
        "CBMi",
        "web.archive.org/web/",
        "2026",
        ".translate.goog",
    ),
    *("index.php/", "url=", "tmpl=component", "layout=x", "m=1", "utm_x=1", "%22", '"', "<", "12ft.io/", "RU=", "e"),
)
anything = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))


@pytest.mark.parametrize(
    "url",
    [
        "http://gazette.example.org/world/storm-hits-coast?id=7",
        "HTTPS://WWW.Gazette.Example.org./world/storm-hits-coast?id=7",
        "https://gazette.example.org:443/world/storm-hits-coast/?id=7",
        "https://m.gazette.example.org//world/./storm-hits-coast/index.html?id=7",
        "https://gazette.m.example.org/world/x/../storm-hits-coast?id=7#comments",
        "https://www.gazette.example.org/world/storm-hits-coast;jsessionid=A1?id=7&id=7",
        "https://gazette.example.org/world/storm%2Dhits-coast?utm_source=a&id=7&utm_medium=b&fbclid=Iw4",
        "https://gazette.example.org/world/storm-hits-coast?ref=rss&amp;id=7",
        "https://gazette.example.org/world/storm-hits-coast?id=7&src=share_btn&cid=0123456789abcdef0123456789abcdef",
        "https://gazette.example.org/amp/world/storm-hits-coast?id=7&page=1",
        "https://gazette.example.org/world/storm-hits-coast/amp?id=7&print=1&_=17",
        "https://gazette.example.org/world/storm-hits-coast/print?id=7",
        "https://www.google.com/amp/s/gazette.example.org/world/storm-hits-coast?id=7",
        "https://gazette-example-org.cdn.ampproject.org/c/s/gazette.example.org/world/storm-hits-coast?id=7",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fgazette.example.org%2Fworld%2Fstorm-hits-coast%3Fid%3D7&h=x",
        "https://web.archive.org/web/20261004120000/https://gazette.example.org/world/storm-hits-coast?id=7",
        "https://out.reddit.com/t3_x?url=https%3A%2F%2Fgazette.example.org%2Fworld%2Fstorm-hits-coast%3Fid%3D7&token=y",
        "https://gazette.example.org/(S(abc))/world/storm-hits-coast/page/1??id=7&view=amp&intlink_from_url=x&nl=push",
        " gazette.example.org/world/storm-hits-coast%20?id=7 ",
    ],
)
def test_every_address_of_a_story_has_one_key(url: str) -> None:
    assert url_key(url) == "gazette.example.org/world/storm-hits-coast?id=7"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/story?id=1", "https://example.org/story?id=2"),
        ("https://example.org/?p=100", "https://example.org/?p=101"),
        ("https://example.org/a?id=1&id=2", "https://example.org/a?id=2"),
        ("https://example.org/a?cid=55", "https://example.org/a?cid=56"),
        ("https://example.org/a?sid=web12345", "https://example.org/a?sid=web12346"),
        ("https://example.org/a?source=reuters", "https://example.org/a?source=ap"),
        ("https://example.org/a?from=2026-10-01", "https://example.org/a?from=2026-10-02"),
        ("https://example.org/a?ref=how-facebook-changed-the-town-hall", "https://example.org/a?ref=how-x-changed"),
        ("https://example.org/a?page=2", "https://example.org/a"),
        ("https://example.org/a/page/2", "https://example.org/a"),
        ("https://example.org/a?link_id=1", "https://example.org/a?link_id=2"),
        ("https://example.org/redirect?url=https://a.example/1", "https://a.example/1"),
        ("https://example.org/a?lang=en", "https://example.org/a?lang=fr"),
        ("https://example.org/a?x=1&copy=2", "https://example.org/a?x=1\u00a9=2"),
        ("https://example.org/#!/article/1", "https://example.org/#!/article/2"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/News", "https://example.org/news"),
        ("https://en.example.org/a", "https://fr.example.org/a"),
        ("https://forum.example.org/a", "https://foru.example.org/a"),
        ("https://team.example.org/a", "https://example.org/a"),
        ("https://example.org/amp-hour", "https://example.org/hour"),
        ("https://example.org/2026/10/04/", "https://example.org/2026/10/05/"),
        ("https://m.com/a", "https://com/a"),
        ("https://www.co.uk/a", "https://co.uk/a"),
    ],
)
def test_what_may_select_a_story_keeps_keys_apart(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize("group", SAME)
def test_what_the_web_does_to_a_storys_address_leaves_its_key(group: str) -> None:
    first, *others = SAME[group]
    assert [url for url in others if url_key(url) != url_key(first)] == []


def test_what_tells_two_stories_apart_is_in_their_keys() -> None:
    assert [pair for pair in DIFFERENT if url_key(pair[0]) == url_key(pair[1])] == []


def test_ordinary_urls_have_the_key_that_the_long_way_gives() -> None:
    urls = [url for group in SAME.values() for url in group] + [url for pair in DIFFERENT for url in pair]
    assert [url for url in urls if url_key(url) != url_key(url.replace("https:", "hTTps:", 1))] == []


# What w3lib's tests of `canonicalize_url` say is one address must have one key, what they keep apart must not; but
# user names, port 80 and fragments, which it keeps or may keep, are not in keys.
@pytest.mark.parametrize(
    "urls",
    [
        ("http://www.example.com", "http://www.example.com/", "http://www.EXAMPLE.com/"),
        ("http://www.example.com/do?a=1&b=2&c=3", "http://www.example.com/do?c=3&b=2&a=1"),
        ("http://www.example.com/do?a=1", "http://www.example.com/do?&a=1", "http://www.example.com:/do?a=1"),
        ("http://www.example.com/do?c=3&b=5&b=2&a=50", "http://www.example.com/do?a=50&b=2&b=5&c=3"),
        ("http://www.example.com/do?b=&c&a=2", "http://www.example.com/do?a=2&b=&c="),
        ("http://www.example.com/do?1750,4", "http://www.example.com/do?1750%2C4="),
        *(
            (f"http://www.example.com/do?q={space}&a=1", "http://www.example.com/do?a=1&q=a+space")
            for space in ("a space", "a+space", "a%20space")
        ),
        ("http://www.example.com/résumé?q=résumé", "http://www.example.com/r%c3%a9sum%C3%A9?q=r%c3%a9sum%c3%a9"),
        ("http://www.example.com/a%a3do?q=r%e9sum%e9", "http://www.example.com/a%A3do?q=r%E9sum%E9"),
        ("http://www.example.com/a do£.html?a=1", "http://www.example.com/a%20do%C2%A3.html?a=1"),
        ("http://www.example.com/do?price(£)=500&a=1", "http://www.example.com/do?a=1&price%28%C2%A3%29=500"),
        ("http://user:pass@www.example.com/do?a=1#frag", "http://user:pass@www.example.com/do?a=1"),
        ("http://shop.example/Mirror:-Cheval.html", "http://shop.example/Mirror%3A-Cheval.html"),
        ("http://www.bücher.de?q=bücher", "http://www.xn--bcher-kva.de/?q=b%C3%BCcher"),
        ("http://はじめよう.みんな/?query=サ&x=5", "http://xn--p8j9a0d9c9a.xn--q9jyb4c/?x=5&query=%E3%82%B5"),
        ("http://foo.com/AC%2FDC+rocks%3f/?yeah=1", "http://foo.com/AC%2FDC+rocks%3F/?yeah=1"),
        ("http://.example.com/résumé", "http://.example.com/r%C3%A9sum%C3%A9"),
        (f"http://www.{'example' * 11}.com/résumé", f"http://www.{'example' * 11}.com/r%C3%A9sum%C3%A9"),
        ("http://www.example.com/to/%23/bar#frag", "http://www.example.com/to/%23/bar"),
        (
            "http://www.example.com/a?url=http%3A%2F%2Fb.org%2F%23%2Fc#d",
            "http://www.example.com/a?url=http://b.org/%23/c",
        ),
        ("http://[::0:1]/a/../b", "http://[::1]/b"),
    ],
)
def test_urls_that_w3lib_takes_for_one_have_one_key(urls: tuple[str, ...]) -> None:
    assert len(set(map(url_key, urls))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.example.com/do?a=1&b=2&c=3", "http://www.example.com/do?a=3&b=2&c=1"),
        ("http://www.example.com:8888/do?a=1", "http://www.example.com/do?a=1"),
        ("http://www.example.com/do?b=&a=2", "http://www.example.com/do?a=2"),
        ("http://www.example.com/do?b=2&b=5", "http://www.example.com/do?b=5"),
        ("http://www.example.com/r%E9sum%E9", "http://www.example.com/r%C3%A9sum%C3%A9"),
        ("http://www.example.com/a %20do", "http://www.example.com/a%20do"),
        ("http://foo.com/AC%2FDC/", "http://foo.com/AC/DC/"),
        ("http://foo.com/rocks%3F/", "http://foo.com/rocks?/"),
        ("http://www.example.com/to/%23/bar", "http://www.example.com/to/#/bar"),
        (
            "http://www.example.com/a?url=http%3A%2F%2Fb.org%2F%23%2Fc",
            "http://www.example.com/a?url=http%3A%2F%2Fb.org%2F",
        ),
    ],
)
def test_urls_that_w3lib_keeps_apart_have_two_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example.fr/monde/café?b=2&a=1", "example.fr/monde/caf%C3%A9?a=1&b=2"),
        ("https://MÜNCHEN.example/nachricht.amp.html", "xn--mnchen-3ya.example/nachricht"),
        ("https://www.example.org/?12345", "example.org?12345"),
        ("http://[2001:DB8::1]:8080/a", "[2001:db8::1]:8080/a"),
        ("http://127.0.0.1:8001/a", "127.0.0.1:8001/a"),
        ("https://www.example.org/index.php?id=5", "example.org?id=5"),
        ("not a url", "not%20a%20url"),
    ],
)
def test_key_is_readable(url: str, key: str) -> None:
    assert url_key(url) == key


@given(anything)
@example("https://example.org/a/amp/index.html")
@example("https://www.google.com/url?url=https://www.google.com/url?url=https://example.org/a")
def test_key_of_a_key_is_the_key(url: str) -> None:
    key = url_key(url)
    assert url_key(key) == key


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("HTTP://News.Example.org:80/a b#top", "http://news.example.org/a%20b"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org./a?q=ü", "https://example.org/a?q=%C3%BC"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("http://[::1]:81/", "http://[::1]:81/"),
        ("../b?x=1", "https://example.org/b?x=1"),
        ("//cdn.example.net/c", "https://cdn.example.net/c"),
        ("https://example.org/%7Ejane/%2Fa?utm_source=x", "https://example.org/%7Ejane/%2Fa?utm_source=x"),
    ],
)
def test_safe_url_is_absolute_and_otherwise_as_it_was(url: str, safe: str) -> None:
    assert safe_url(url, base="https://example.org/a/") == safe


@pytest.mark.parametrize(
    "url",
    [
        *(
            "mailto:a@example.org",
            "javascript:alert(1)",
            "ftp://example.org/a",
            "file:///etc/passwd",
            "data:text/html,x",
        ),
        *("https://user@example.org/", "https://user:secret@example.org/", "http://", "https:///a", "http://%20/"),
        *("http://example.org:0/", "http://example.org:99999/", "http://example.org:x/", "http://[::1/", ""),
        "https://example.org/" + "a" * 8000,
    ],
)
def test_what_cannot_be_fetched_has_no_safe_url(url: str) -> None:
    assert safe_url(url) is None


@given(anything)
def test_safe_url_is_stable_ascii_with_a_host(url: str) -> None:
    if (safe := safe_url(url)) is not None:
        assert safe.isascii()
        assert safe_url(safe) == safe
        assert host_of(safe)


def test_hosts_and_sites() -> None:
    assert host_of("https://News.Example.co.uk:8080/a") == "news.example.co.uk"
    assert host_of("http://[::1]:80/") == "::1"
    assert host_of("a/b") == host_of("http://[") == ""
    assert [site_of(host) for host in ("news.example.co.uk", "a.blogspot.com", "127.0.0.1", "::1", "localhost")] == [
        *("example.co.uk", "a.blogspot.com", "127.0.0.1", "::1", "localhost")
    ]
    assert same_site("https://news.example.co.uk/a", "http://example.co.uk/")
    assert not same_site("https://one.co.uk/a", "https://other.co.uk/a")
    assert not same_site("nowhere", "nowhere")


@pytest.mark.parametrize(
    "url", ["https://example.org", "http://www.example.org/index.html?utm_source=x#a", "https://a.org/en/"]
)
def test_front_pages_are_home_pages(url: str) -> None:
    assert is_home_page(url)


@pytest.mark.parametrize(
    "url", ["https://example.org/?p=5", "https://example.org/news", "https://example.org/en/storm"]
)
def test_stories_are_not_home_pages(url: str) -> None:
    assert not is_home_page(url)
