"""A web server for loopback: one port, a paper for each address, a log of all requests, answers as bad as wanted."""

import gzip
import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Headers = tuple[tuple[str, str], ...]
LOOPBACK = "127.0.0.1"
PORT_TRIES = 50  # a port that is free on one address may be taken on the next


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in. `at` is time.monotonic() seconds, `path` the request target with its query."""

    at: float
    origin: str
    method: str
    path: str
    headers: Headers

    @property
    def host(self) -> str:
        return self.origin.removeprefix("http://").rpartition(":")[0]

    @property
    def url(self) -> str:
        return self.origin + self.path

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, good or bad.

    Headers are sent as given; a Content-Length among them is believed, true or not. With `etag` or `last_modified` a
    request that already has it gets a 304. `compress`: gzip for who accepts it. `wait`: seconds before the first byte.
    `drip`: (bytes, seconds) a piece. `cut`: the connection is closed after so many bytes of the body (0: before any).
    Status 0 closes the connection without a word.
    """

    status: int = 200
    body: bytes = b""
    headers: Headers = ()
    etag: str | None = None
    last_modified: str | None = None
    compress: bool = False
    wait: float = 0.0
    drip: tuple[int, float] | None = None
    cut: int | None = None


Paper = Callable[[Request], Answer]
"""What stands behind an address."""


def document(text: str, content_type: str = "text/html; charset=utf-8", status: int = 200) -> Answer:
    """A healthy text document in UTF-8, with an ETag of what it says."""
    body = text.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    return Answer(status, body, (("Content-Type", content_type),), etag=etag, compress=True)


def redirect(location: str, status: int = 302) -> Answer:
    """Go there."""
    return Answer(status, headers=(("Location", location),))


class Server:
    """Papers by loopback address, all on one free port. Use it as a context manager; again, it has the same port."""

    def __init__(self, papers: Mapping[str, Paper]) -> None:
        self.papers = dict(papers)
        self.port = 0
        self._log: list[Request] = []
        self._stack = ExitStack()

    def __enter__(self) -> "Server":
        servers = _bind(list(self.papers), self.port)
        self.port = servers[0].server_address[1]
        for server in servers:
            self._start(server)
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def _start(self, server: "_OneAddress") -> None:
        address = str(server.server_address[0])
        server.origin, server.paper, server.log = self.origin(address), self.papers[address], self._log
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        for end in (server.server_close, server.hang_up, thread.join, server.shutdown):  # last in, first out
            self._stack.callback(end)

    def origin(self, address: str = LOOPBACK) -> str:
        """scheme://address:port of a paper."""
        return f"http://{address}:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """Everything asked so far, in order of arrival."""
        return list(self._log)


class _OneAddress(ThreadingHTTPServer):
    """The listener of one address; it knows its open connections, so that closing it leaves none behind."""

    daemon_threads = True
    request_queue_size = 128
    origin: str
    paper: Paper
    log: list[Request]

    def __init__(self, address: tuple[str, int]) -> None:
        self.open: set[socket.socket] = set()
        super().__init__(address, _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.open.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what crawlers do when they have seen enough."""

    def hang_up(self) -> None:
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has gone by itself


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _OneAddress

    def do_GET(self) -> None:
        headers = tuple((name, str(value)) for name, value in self.headers.items())
        request = Request(time.monotonic(), self.server.origin, self.command, self.path, headers)
        self.server.log.append(request)
        answer = _negotiated(self.server.paper(request), request)
        time.sleep(answer.wait)
        if answer.status:
            self._head(answer)
            self._body(answer)
        self.close_connection = self.close_connection or not answer.status or answer.cut is not None

    do_HEAD = do_GET  # noqa: N815 - the name is http.server's

    def _head(self, answer: Answer) -> None:
        known = {status.value: status.phrase for status in HTTPStatus}
        self.send_response(answer.status, known.get(answer.status, "Unknown"))
        names = {name.lower() for name, _ in answer.headers}
        if not names & {"content-length", "transfer-encoding"} and answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()

    def _body(self, answer: Answer) -> None:
        if self.command == "HEAD":
            return
        body = answer.body if answer.cut is None else answer.body[: answer.cut]
        size, pause = answer.drip or (len(body) or 1, 0.0)
        for start in range(0, len(body), size):
            self.wfile.write(body[start : start + size])
            time.sleep(pause)

    def log_message(self, format: str, *args: Any) -> None:
        """The log is `Server.requests`."""


def _negotiated(answer: Answer, request: Request) -> Answer:
    """The answer for this very client: 304 when it has it, gzip when it takes it."""
    validators = _validators(answer)
    if _has_it(answer, request):
        return replace(answer, status=304, body=b"", headers=validators)
    headers, body = answer.headers + validators, answer.body
    if answer.compress and "gzip" in (request.header("Accept-Encoding") or ""):
        body = gzip.compress(body, 6, mtime=0)
        headers += (("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return replace(answer, body=body, headers=headers)


def _validators(answer: Answer) -> Headers:
    named = (("ETag", answer.etag), ("Last-Modified", answer.last_modified))
    return tuple((name, value) for name, value in named if value is not None)


def _has_it(answer: Answer, request: Request) -> bool:
    if answer.status != HTTPStatus.OK:
        return False
    if (tag := request.header("If-None-Match")) is not None:
        return answer.etag is not None and answer.etag in tag
    return answer.last_modified is not None and answer.last_modified == request.header("If-Modified-Since")


def _bind(addresses: list[str], port: int) -> list[_OneAddress]:
    for _ in range(PORT_TRIES):
        servers: list[_OneAddress] = []
        try:
            for address in addresses:
                servers.append(_OneAddress((address, servers[0].server_address[1] if servers else port)))
        except OSError:
            for server in servers:
                server.server_close()
            continue
        return servers
    raise OSError(f"no port is free on all of {', '.join(addresses)}")


@contextmanager
def serving(paper: Paper, address: str = LOOPBACK) -> Iterator[Server]:
    """One paper on one address."""
    with Server({address: paper}) as server:
        yield server
