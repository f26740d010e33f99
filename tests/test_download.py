"""The download handler against servers of our own on loopback that say exactly what a test wants said."""

import asyncio
import datetime
import json
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response

from crawler.download import BodyTooLargeError, GuardedDownloadHandler, GuardedResolver, HeadersTooLargeError
from crawler.errands import failure_of
from crawler.guard import AddressRefused, Guard

LOOPBACK = {"127.0.0.1": ["127.0.0.0/8"]}
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers each request with the same bytes, or by a function, and remembers what it was asked."""

    def __init__(self, answer: bytes | Answer = OK, keep: bool = False) -> None:
        self.answer, self.keep = answer, keep
        self.asked: list[bytes] = []
        self.connections = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.asked.append(await reader.readuntil(b"\r\n\r\n"))
                if isinstance(self.answer, bytes):
                    writer.write(self.answer)
                    await writer.drain()
                else:
                    await self.answer(writer)
                if not self.keep:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Server"]:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@asynccontextmanager
async def handler(allow: dict[str, list[str]] | None = None) -> AsyncIterator[GuardedDownloadHandler]:
    allowed = LOOPBACK if allow is None else allow
    made = GuardedDownloadHandler(
        Crawler(Spider, {"MORGUE_ALLOW_NETWORKS": allowed, "DOWNLOAD_VERIFY_CERTIFICATES": True})
    )
    try:
        yield made
    finally:
        await made.close()


def answered(answer: bytes | Answer, path: str = "/", **meta: Any) -> tuple[Response, Server]:
    """What a handler makes of an answer, and the server that gave it."""

    async def fetch() -> tuple[Response, Server]:
        async with Server(answer).running() as server, handler() as made:
            request = Request(server.url(path), meta=meta)
            response = await made.download_request(request)
            response.request = request
            return response, server

    return asyncio.run(fetch())


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


class Names(AbstractResolver):
    """A resolver that knows these names only, and counts how often it was asked."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self.names:
            raise OSError(None, "no such name")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self.names[host]
        ]

    async def close(self) -> None:
        return


def resolving(made: GuardedDownloadHandler, names: dict[str, list[str]]) -> Names:
    resolver = Names(names)
    made._resolver._resolver = resolver
    return resolver


def test_an_answer_is_kept_verbatim() -> None:
    answer = (
        b"HTTP/1.1 203 Quite  So\r\nDATE: x\r\nx-odd:  a b\t\r\nSet-Cookie: a=1\r\nServer: \xe9t\xe9\r\n"
        b"set-cookie: b=2\r\n"
        b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x00\xff"
    )
    response, server = answered(answer)
    assert response.request is not None
    assert response.request.meta["status_line"] == "HTTP/1.1 203 Quite  So"
    assert response.request.meta["raw_headers"] == [
        ("DATE", "x"),
        ("x-odd", "a b"),
        ("Set-Cookie", "a=1"),
        ("Server", "été"),
        ("set-cookie", "b=2"),
        ("Content-Encoding", "gzip"),
        ("Content-Length", "4"),
    ]
    assert response.body == b"\x1f\x8b\x00\xff"
    assert (response.status, str(response.ip_address), response.protocol, response.flags) == (
        203,
        "127.0.0.1",
        "HTTP/1.1",
        [],
    )
    assert response.headers.getlist("Set-Cookie") == [b"a=1", b"b=2"]
    assert response.url == server.url()


def test_only_the_headers_of_the_request_are_sent() -> None:
    async def test() -> None:
        async with Server().running() as server, handler() as made:
            request = Request(server.url(), headers={"User-Agent": "newsmorgue/0 (+x)", "Accept": "text/html"})
            await made.download_request(request)
            lines = server.asked[0].decode().strip().split("\r\n")
            sent = [": ".join(pair) for pair in request.meta["sent_headers"]]
            assert sorted(lines[1:]) == [
                "Accept: text/html",
                f"Host: 127.0.0.1:{server.port}",
                "User-Agent: newsmorgue/0 (+x)",
            ]
            assert sorted(sent) == sorted(lines[1:])

    run(test())


@pytest.mark.parametrize(
    "path", ["/a%2Fb%7Ec?d=%3A:%2f&e=a+b", "/a/../b/./c", "/%e3%83%84?q=%zz", "/a//b", "/a;b=1?c;d", "/a?b=c?d=/e"]
)
def test_urls_are_sent_as_they_are(path: str) -> None:
    async def test() -> None:
        async with Server().running() as server, handler() as made:
            await made.download_request(Request(server.url(path), meta={"verbatim_url": True}))
            assert server.asked[0].split(b" ")[1].decode() == path

    run(test())


def test_cookies_are_not_kept() -> None:
    async def test() -> None:
        answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nContent-Length: 0\r\n\r\n"
        async with Server(answer, keep=True).running() as server, handler() as made:
            for _ in range(2):
                await made.download_request(Request(server.url()))
            assert [b"ookie" in asked for asked in server.asked] == [False, False]
            assert server.connections == 1

    run(test())


def test_proxies_of_the_environment_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with Server().running() as trap, Server().running() as server, handler() as made:
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"):
                monkeypatch.setenv(name, trap.url())
            await made.download_request(Request(server.url()))
            assert (len(trap.asked), len(server.asked)) == (0, 1)

    run(test())


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "127.0.0.1.",
    ],
)
def test_no_spelling_of_a_refused_address_is_connected_to(host: str) -> None:
    async def test() -> None:
        async with Server().running() as server, handler({}) as made:
            with pytest.raises(AddressRefused):
                await made.download_request(Request(server.url(host=host), meta={"verbatim_url": True}))
            assert server.connections == 0

    run(test())


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["10.0.0.1"], ["::1"]])
def test_a_name_that_leads_to_a_refused_address_is_not_connected_to(addresses: list[str]) -> None:
    async def test() -> None:
        async with Server().running() as server, handler() as made:
            resolver = resolving(made, {"paper.example": addresses})
            with pytest.raises(AddressRefused, match="allow_networks"):
                await made.download_request(Request(server.url(host="paper.example")))
            assert (server.connections, resolver.asked) == (0, ["paper.example"])

    run(test())


def test_the_socket_is_the_last_check_when_the_resolver_let_something_pass() -> None:
    class Careless(GuardedResolver):
        async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
            return await self._resolver.resolve(host, port, family)

    async def test() -> None:
        async with Server().running() as server, handler() as made:
            for addresses in (["127.0.0.1"], ["127.0.0.1", "127.0.0.2"]):
                connector: Any = made._session.connector
                connector._resolver = Careless(Names({f"{len(addresses)}.example": addresses}))
                with pytest.raises(AddressRefused):
                    await made.download_request(Request(server.url(host=f"{len(addresses)}.example")))
            assert server.connections == 0

    run(test())


def test_the_peer_is_checked_before_the_body_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with Server().running() as server, handler() as made:
            monkeypatch.setattr("crawler.download._peer", lambda response: "10.0.0.1")
            request = Request(server.url())
            with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
                await made.download_request(request)
            assert "raw_headers" not in request.meta

    run(test())


def test_a_network_is_open_to_its_host_only() -> None:
    async def test() -> None:
        async with Server().running() as server, handler({"paper.example": ["127.0.0.0/8"]}) as made:
            resolving(made, {"paper.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]})
            response = await made.download_request(Request(server.url(host="paper.example")))
            assert response.body == b"ok"
            for host in ("other.example", "127.0.0.1"):
                with pytest.raises(AddressRefused):
                    await made.download_request(Request(server.url(host=host)))
            assert server.connections == 1

    run(test())


def test_a_request_may_bring_its_own_guard() -> None:
    async def test() -> None:
        async with Server(keep=True).running() as server, handler({}) as made:
            resolving(made, {"paper.example": ["127.0.0.1"]})
            mine = Guard({"paper.example": ["127.0.0.0/8"]})
            url = server.url(host="paper.example")
            assert (await made.download_request(Request(url, meta={"guard": mine}))).body == b"ok"
            with pytest.raises(AddressRefused):  # though a connection stands and the name is known
                await made.download_request(Request(url, meta={"guard": Guard()}))

    run(test())


def test_a_proxy_is_asked_for_names_that_pass_our_own_look() -> None:
    async def test() -> None:
        async with Server().running() as proxy, handler({}) as made:
            resolving(made, {"paper.example": ["93.184.215.14"], "inside.example": ["10.0.0.1"]})
            meta = {"proxy": proxy.url()}
            response = await made.download_request(Request("http://paper.example/a?b", meta=meta))
            assert response.body == b"ok"
            assert proxy.asked[0].split(b"\r\n")[0] == b"GET http://paper.example/a?b HTTP/1.1"
            for url in ("http://inside.example/", "http://127.0.0.1/", "http://localhost/"):
                with pytest.raises(AddressRefused):
                    await made.download_request(Request(url, meta=meta))
            with pytest.raises(CannotResolveHostError):
                await made.download_request(Request("http://nowhere.example/", meta=meta))
            assert len(proxy.asked) == 1

    run(test())


def header_section(size: int, count: int) -> bytes:
    """`count` headers that with the status line make a section of `size` bytes, as the cap counts."""
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
    each = (size - len(start)) // count
    lines = [b"X%05d: " % number + b"v" * (each - 10) + b"\r\n" for number in range(count)]
    lines[-1] = lines[-1][:-2] + b"v" * ((size - len(start)) - each * count) + b"\r\n"
    return start + b"".join(lines)


@pytest.mark.parametrize("count", [1, 200, 4000])
def test_64_kib_of_headers_pass_and_a_byte_more_does_not(count: int) -> None:
    response, _ = answered(header_section(64 * 1024, count) + b"\r\nok")
    assert (response.body, len(response.headers)) == (b"ok", count + 1)
    with pytest.raises(HeadersTooLargeError):
        answered(header_section(64 * 1024 + 1, count) + b"\r\nok")


@pytest.mark.parametrize("line", [b"X: y\r\n", b"X", b"X: " + b"y" * 900 + b"\r\n"])
def test_headers_that_do_not_end_are_not_awaited(line: bytes) -> None:
    sent = 0

    async def flood(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(line * 1000)
            sent += len(line) * 1000
            await writer.drain()
            await asyncio.sleep(0)

    with pytest.raises(HeadersTooLargeError):
        answered(flood, download_timeout=20)
    assert sent < 30 * 2**20  # what buffers on the way hold; nothing like what 20 seconds would bring


def test_informational_answers_count_with_the_final_one() -> None:
    async def flood(writer: asyncio.StreamWriter) -> None:
        for _ in range(2000):
            writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload; as=style\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0)
        writer.write(OK)

    with pytest.raises(HeadersTooLargeError):
        answered(flood)


def test_one_early_hint_is_no_harm() -> None:
    response, _ = answered(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + OK)
    assert (response.status, response.body) == (200, b"ok")


@pytest.mark.parametrize("head", [b"Content-Length: 5000\r\n", b""])
def test_a_body_over_its_cap_is_said_to_be_too_large(head: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + b"x" * 5000
    with pytest.raises(BodyTooLargeError) as caught:
        answered(answer, download_maxsize=4999)
    assert caught.value.reason == "too_large"
    assert len(answered(answer, download_maxsize=5000)[0].body) == 5000


CUT = [
    pytest.param(b"Content-Length: 1000\r\n\r\nhalf", b"half", id="length lied"),
    pytest.param(b"Content-Length: 1000\r\n\r\n", b"", id="nothing came"),
    pytest.param(b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", b"half", id="last chunk missing"),
    pytest.param(b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n8\r\nof", b"halfof", id="chunk cut"),
    pytest.param(
        b"Content-Length: 3000000\r\n\r\n" + b"x" * 2_000_000, b"x" * 2_000_000, id="length lied, larger than buffers"
    ),
]


@pytest.mark.parametrize(("rest", "body"), CUT)
def test_a_body_cut_short_is_what_came_of_it_and_flagged(rest: bytes, body: bytes) -> None:
    response, _ = answered(b"HTTP/1.1 200 OK\r\n" + rest)
    assert (response.body == body, response.flags, response.status) == (True, ["dataloss"], 200)


def reset(writer: asyncio.StreamWriter) -> None:
    """End the connection as a crashing peer does."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@pytest.mark.parametrize("head", [b"", b"Content-Length: 1000\r\n"])
def test_a_connection_that_broke_has_not_ended_a_body(head: bytes) -> None:
    async def half(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + head + b"\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.05)
        reset(writer)

    response, _ = answered(half)
    assert (response.body, response.flags) == (b"half", ["dataloss"])


def test_a_body_whose_chunks_break_later_is_what_came_of_it() -> None:
    async def broken(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(b"zz\r\n")

    response, _ = answered(broken, download_timeout=5)
    assert (response.body, response.flags) == (b"half", ["dataloss"])


def test_a_body_without_length_ends_where_the_connection_is_closed() -> None:
    response, _ = answered(b"HTTP/1.0 200 OK\r\n\r\nall of it")
    assert (response.body, response.flags, response.protocol) == (b"all of it", [], "HTTP/1.0")


def test_a_dripping_server_does_not_hold_us_longer_than_the_timeout() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    with pytest.raises(DownloadTimeoutError):
        answered(drip, download_timeout=0.3)


def test_a_silent_server_does_not_hold_us_longer_than_the_timeout() -> None:
    async def silence(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    with pytest.raises(DownloadTimeoutError):
        answered(silence, download_timeout=0.2)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"])
def test_what_is_no_answer_is_a_failed_download(answer: bytes) -> None:
    with pytest.raises(DownloadFailedError):
        answered(answer)


def test_odd_headers_are_no_harm() -> None:
    head = b"Content-Type: text/html\r\nContent-Type: text/plain\r\nEmpty:\r\nServer: \xff\xfe\r\n"
    response, _ = answered(b"HTTP/1.1 200\r\n" + head + b"Content-Length: 2\r\n\r\nok")
    assert (response.status, response.body) == (200, b"ok")


def test_nobody_there_and_no_such_name() -> None:
    async def test() -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            async with handler() as made:
                resolving(made, {})
                with pytest.raises(DownloadConnectionRefusedError):
                    await made.download_request(Request(f"http://127.0.0.1:{unused.getsockname()[1]}/"))
                with pytest.raises(CannotResolveHostError):
                    await made.download_request(Request("http://nowhere.example/"))

    run(test())


def test_a_kept_connection_is_used_again() -> None:
    async def test() -> None:
        async with Server(keep=True).running() as server, handler() as made:
            responses = [await made.download_request(Request(server.url(f"/{n}"))) for n in range(5)]
            assert [response.body for response in responses] == [b"ok"] * 5
            assert server.connections == 1

    run(test())


def self_signed(folder: Path, until: int = 1) -> ssl.SSLContext:
    """A server's context with a certificate for 127.0.0.1 that nobody vouches for, valid for `until` more days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    lasting = builder.not_valid_before(now - datetime.timedelta(days=9)).not_valid_after(
        now + datetime.timedelta(days=until)
    )
    named = lasting.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
    )
    certificate = named.sign(key, hashes.SHA256())
    pem, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "pem").write_bytes(
        certificate.public_bytes(pem) + key.private_bytes(pem, private, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pem")
    return context


@pytest.mark.parametrize(("days", "trusted", "reason"), [(1, False, "certificate"), (-1, True, "certificate_expired")])
def test_a_certificate_that_cannot_be_relied_on_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, trusted: bool, reason: str
) -> None:
    context = self_signed(tmp_path, days)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "pem"))

    async def test() -> None:
        server = Server()
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
        port = listening.sockets[0].getsockname()[1]
        async with listening, handler() as made:
            with pytest.raises(DownloadFailedError, match="certificate") as raised:
                await made.download_request(Request(f"https://127.0.0.1:{port}/"))
        assert failure_of(raised.value).reason == reason
        assert server.asked == []

    run(test())


SPIDER = """
import json, sys, scrapy
from scrapy.crawler import AsyncCrawlerProcess

class Asking(scrapy.Spider):
    name = "asking"

    async def start(self):
        for url in sys.argv[1:]:
            yield scrapy.Request(url, self.parse, errback=self.failed, meta={"handle_httpstatus_all": True})

    def parse(self, response):
        if b"moved" in response.body:
            yield response.follow(response.headers["Location"].decode(), self.parse, errback=self.failed)
        print(json.dumps([response.status, response.body.decode(), response.meta["status_line"], response.protocol]))

    def failed(self, failure):
        print(json.dumps([type(failure.value).__name__, str(failure.value).split(":")[0]]))

handler = "crawler.download.GuardedDownloadHandler"
process = AsyncCrawlerProcess({
    "DOWNLOAD_HANDLERS": {"http": handler, "https": handler}, "LOG_LEVEL": "INFO", "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False, "MORGUE_ALLOW_NETWORKS": {"127.0.0.1": ["127.0.0.0/8"]},
})
process.crawl(Asking)
process.start()
"""


def test_a_crawl_is_guarded_on_redirects_too_and_ends_without_a_warning(tmp_path: Path) -> None:
    async def test() -> None:
        (tmp_path / "asking.py").write_text(SPIDER)
        moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/secret\r\nContent-Length: 5\r\n\r\nmoved"
        async with Server(moved).running() as server:
            command = [
                sys.executable,
                "-X",
                "dev",
                "-W",
                "error::ResourceWarning",
                tmp_path / "asking.py",
                server.url(),
            ]
            done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60)
        printed = sorted(json.dumps(json.loads(line)) for line in done.stdout.splitlines())
        assert printed == [
            '["AddressRefused", "127.0.0.2 is refused"]',
            '[302, "moved", "HTTP/1.1 302 Found", "HTTP/1.1"]',
        ]
        assert "experimental" not in done.stderr
        assert "Unclosed" not in done.stderr
        assert done.returncode == 0

    run(test())
