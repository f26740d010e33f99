"""The loopback server sends what it is told to send, good or bad, and remembers what it was asked."""

import gzip
import http.client
import socket
from collections.abc import Callable

import pytest

from crawler.sample.server import Answer, Request, Server, document, redirect, serving


def get(server: Server, path: str = "/", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def always(answer: Answer) -> Callable[[Request], Answer]:
    return lambda request: answer


def test_each_address_answers_with_its_own_paper_on_one_port() -> None:
    with Server({"127.0.0.1": always(document("one")), "127.0.0.2": always(document("two"))}) as server:
        connection = http.client.HTTPConnection("127.0.0.2", server.port, timeout=5)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"two"
        connection.close()
        assert get(server)[2] == b"one"


def test_requests_are_logged_in_order_with_headers_and_query() -> None:
    with serving(always(document("x"))) as server:
        get(server, "/a?b=1", X_Mark="first")
        get(server, "/c")
        first, second = server.requests
    assert [first.url, second.path] == [f"http://127.0.0.1:{server.port}/a?b=1", "/c"]
    assert first.header("x-mark") == "first"
    assert first.at <= second.at


def test_document_is_gzipped_for_who_takes_it_and_304_for_who_has_it() -> None:
    with serving(always(document("news"))) as server:
        status, headers, body = get(server, Accept_Encoding="gzip")
        assert (status, headers["Content-Encoding"], gzip.decompress(body)) == (200, "gzip", b"news")
        assert get(server)[2] == b"news"
        status, _, body = get(server, If_None_Match=headers["ETag"])
        assert (status, body) == (304, b"")
        assert get(server, If_None_Match='"other"')[0] == 200


def test_redirect_and_error_are_sent_as_given() -> None:
    with serving(always(redirect("http://10.0.0.1/", 307))) as server:
        status, headers, _ = get(server)
    assert (status, headers["Location"]) == (307, "http://10.0.0.1/")
    with serving(always(Answer(503, b"later", (("Retry-After", "120"),)))) as server:
        status, headers, body = get(server, If_None_Match='"x"')
    assert (status, headers["Retry-After"], body) == (503, "120", b"later")


def test_claimed_length_is_sent_though_the_body_is_shorter() -> None:
    lie = Answer(body=b"short", headers=(("Content-Length", "100"),), cut=5)
    with serving(always(lie)) as server, pytest.raises(http.client.IncompleteRead) as caught:
        get(server)
    assert caught.value.partial == b"short"


def test_status_zero_hangs_up_without_a_word() -> None:
    with serving(always(Answer(0))) as server, pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        get(server)


def test_drip_sends_the_whole_body_in_pieces() -> None:
    with serving(always(Answer(body=b"abcdefgh", drip=(3, 0.001)))) as server:
        assert get(server)[2] == b"abcdefgh"


def test_closing_hangs_up_on_open_connections_and_frees_the_port() -> None:
    with serving(always(document("x"))) as server:
        kept = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        kept.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert kept.recv(12) == b"HTTP/1.1 200"
    rest = kept.makefile("rb").read()
    assert rest.endswith(b"x")
    kept.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)
