"""Nothing but the public internet, in whatever spelling an address comes."""

import pickle

import pytest

from archive.errors import ConfigError, NewsmorgueError
from crawler.guard import AddressRefused, Guard, read_address, refused_kind

OPEN = Guard()


def refusal(url: str, guard: Guard = OPEN) -> str | None:
    try:
        guard.check_url(url)
    except AddressRefused as error:
        return error.kind
    return None


@pytest.mark.parametrize(
    "url",
    [
        "http://paper.example/",
        "https://paper.example:8443/a?b#c",
        "https://xn--bcher-kva.example/",
        "https://bücher.example/",
        "https://paper.example./",
        "http://8.8.8.8/",
        "http://[2606:4700::1111]/",
        "http://1und1.example/",
        "http://127.0.0.1.example/",
        "http://localhost.example/",
        "http://3.example.0xf/",
    ],
)
def test_public_hosts_pass(url: str) -> None:
    assert refusal(url) == ("host" if url.endswith("0xf/") else None)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://paper.example/", "data:text/html,x", "gopher://x", "//paper.example/", "", "a b"],
)
def test_only_http_and_https_pass(url: str) -> None:
    assert refusal(url) == "scheme"


@pytest.mark.parametrize(
    "url", ["http://user@paper.example/", "http://u:p@127.0.0.1/", "http://a.example\\@127.0.0.1/"]
)
def test_urls_with_a_user_name_are_refused_and_the_password_is_not_repeated(url: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        OPEN.check_url(url.replace(":p@", ":secret@"))
    assert caught.value.kind == "userinfo"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0X7F.1",
        "0x7f.0x0.0x0.0x1",
        "017700000001",
        "0177.0.0.1",
        "0177.0.0.01",
        "127.0.0.1.",
        "１２７.０.０.１",
        "127。0。0。1",
        "%31%32%37.0.0.1",
        "127%2e0%2E0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::FFFF:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "[::127.0.0.1]",
        "[::]",
        "0",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "0xc0a80001",
        "169.254.169.254",
        "2852039166",
        "100.64.0.1",
        "198.18.0.1",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "192.0.0.1",
        "192.88.99.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "[fc00::1]",
        "[fd12::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[100::1]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[2001:2::1]",
        "[4000::1]",
        "[2001:20::1]",
    ],
)
def test_addresses_that_are_not_public_are_refused_in_every_spelling(host: str) -> None:
    assert refusal(f"http://{host}/") == "address"
    assert refusal(f"https://{host}:8080/x") == "address"


@pytest.mark.parametrize("host", ["[fe80::1%25eth0]", "[fe80::1%eth0]", "[2606:4700::1%25eth0]"])
def test_scoped_addresses_are_refused(host: str) -> None:
    assert refusal(f"http://{host}/") in ("address", "host")


@pytest.mark.parametrize(
    "name",
    ["localhost", "LOCALHOST.", "a.localhost", "printer.local", "metadata.google.internal", "nas.lan", "ｌocalhost"],
)
def test_names_of_local_machines_are_refused(name: str) -> None:
    assert refusal(f"http://{name}/") == "name"


@pytest.mark.parametrize(
    "url", ["http://", "http:///a", "http://[::1", "http://a.example:99999/", "http://1.2.3.4.5/", "http://256.1.1.1/"]
)
def test_what_is_no_host_is_refused(url: str) -> None:
    assert refusal(url) == "host"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.1", "127.0.0.1"),
        ("1.2.3", "1.2.0.3"),
        ("1.256", "1.0.1.0"),
        ("0x8.010.8.8", "8.8.8.8"),
        ("134744072", "8.8.8.8"),
        ("4294967296", None),
        ("1.16777216", None),
        ("08.8.8.8", "8.8.8.8"),
        ("paper.example", None),
        ("1..1", None),
        ("", None),
    ],
)
def test_addresses_are_read_as_a_resolver_reads_them(host: str, address: str | None) -> None:
    assert (str(found) if (found := read_address(host)) else None) == address


def test_the_refusal_is_one_line_and_names_the_setting() -> None:
    with pytest.raises(AddressRefused) as caught:
        OPEN.check_address("10.0.0.7", "intranet.paper.example")
    assert str(caught.value) == (
        "intranet.paper.example (10.0.0.7) is refused: the address is private (if this is meant, "
        "name its network in allow_networks of the source with intranet.paper.example)"
    )
    assert isinstance(caught.value, NewsmorgueError)


def test_a_refusal_can_be_sent_between_processes() -> None:
    error = pickle.loads(pickle.dumps(AddressRefused("no", "name")))
    assert (str(error), error.kind) == ("no", "name")


def test_a_named_network_is_open_to_its_host_only() -> None:
    guard = Guard({"paper.example": ["10.0.0.0/8"], "127.0.0.1": ["127.0.0.0/8"], "localhost": ["127.0.0.0/8", "::1"]})
    guard.check_address("10.1.2.3", "Paper.Example.")
    assert refusal("http://127.0.0.1:8000/", guard) is None
    assert refusal("http://localhost:8000/", guard) is None
    assert refusal("http://127.0.0.2/", guard) == "address"
    for address, host in [("10.1.2.3", "other.example"), ("192.168.0.1", "paper.example"), ("10.1.2.3", None)]:
        with pytest.raises(AddressRefused):
            guard.check_address(address, host)


def test_a_network_named_for_every_host() -> None:
    guard = Guard({"*": ["127.0.0.0/8"]})
    assert refusal("http://127.0.0.3/", guard) is None
    assert refusal("http://[::ffff:127.0.0.1]/", guard) is None
    assert refusal("http://10.0.0.1/", guard) == "address"


def test_a_wrapping_network_opens_public_addresses_only() -> None:
    guard = Guard({"*": ["64:ff9b::/96"]})
    guard.check_address("64:ff9b::808:808")
    with pytest.raises(AddressRefused):
        guard.check_address("64:ff9b::7f00:1")


@pytest.mark.parametrize("networks", [["10.0.0.1/8"], ["paper"], "10.0.0.0/8", [None]])
def test_what_is_no_network_is_said(networks: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"allow_networks for 'paper\.example'"):
        Guard({"paper.example": networks})


@pytest.mark.parametrize("value", [{"127.0.0.1": ["127.0.0.0/8"]}, '{"127.0.0.1": ["127.0.0.0/8"]}'])
def test_the_setting_is_read(value: object) -> None:
    assert refusal("http://127.0.0.1/", Guard.from_settings({"MORGUE_ALLOW_NETWORKS": value})) is None
    assert refusal("http://127.0.0.1/", Guard.from_settings({})) == "address"


def test_public_addresses_have_no_kind() -> None:
    from_all_over = ["1.1.1.1", "93.184.215.14", "2a02:26f0::1", "2400:cb00::1", "172.32.0.1", "100.128.0.1"]
    assert [refused_kind(address) for text in from_all_over if (address := read_address(text))] == [None] * 6
