"""Alerts: delivered once when an incident begins and once when it ends, tried again, and harmless when they hang."""

import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import feedparser
import pytest

from archive.errors import ConfigError
from archive.health.figures import Illness, Incident
from archive.health.judging import Judged
from archive.store.archive import Archive
from archive.store.sources import SourceRecord
from crawler.alerts import Told, tell
from crawler.sources import Settings, load

NOW = datetime(2026, 5, 14, 6, 0, tzinfo=UTC)
SAYS = "94 % consent pages since 14 May 03:10 UTC (47 of 50 pages)"


class Receiver:
    """A webhook that keeps what it is sent, and answers `status`."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.status = 204
        received = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if received.status == 204:
                    received.received.append(json.loads(body))
                self.send_response(received.status)
                self.send_header("Location", "http://127.0.0.1:9/")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "morgue.db", create=True) as made:
        made.sources.save(SourceRecord(None, "lakeside", "https://lakeside.example/"), NOW)
        yield made


def fall_ill(archive: Archive, kind: Any = "wall", at: datetime = NOW) -> None:
    ill = Illness(kind, at - timedelta(hours=3), SAYS, "ask the publisher", figures={"bad": 47})
    archive.health.settle([Judged(1, began=(Incident(ill, at),))], at)


def get_well(archive: Archive, at: datetime) -> None:
    archive.health.settle([Judged(1, ended=tuple(incident for _, incident in archive.health.open()))], at)


def configured(folder: Path, table: str) -> Settings:
    path = folder / "morgue.toml"
    path.write_text(f'[alerts]\n{table}\n[[source]]\nname = "lakeside"\nhome = "https://lakeside.example/"\n')
    return load(path)


def test_an_incident_is_told_once_when_it_begins_and_once_when_it_ends(
    archive: Archive, tmp_path: Path, webhook: Receiver
) -> None:
    settings = configured(tmp_path, f'webhook = "{webhook.url}"')
    fall_ill(archive)
    assert tell(archive, settings, NOW) == [Told("webhook", 1)]
    assert tell(archive, settings, NOW) == [Told("webhook", 0)]
    get_well(archive, NOW + timedelta(hours=5))
    assert tell(archive, settings, NOW + timedelta(hours=5)) == [Told("webhook", 1)]
    assert tell(archive, settings, NOW + timedelta(hours=6)) == [Told("webhook", 0)]
    first, last = webhook.received
    assert (first["stage"], first["text"], first["source"]) == ("began", f"lakeside: {SAYS}", "lakeside")
    assert (first["kind"], first["began_at"], first["advice"]) == (
        "wall",
        "2026-05-14T03:00:00.000Z",
        "ask the publisher",
    )
    assert (last["stage"], last["text"]) == ("ended", f"lakeside: over: {SAYS}")


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_was_not_accepted_is_sent_again_though_it_is_over(
    archive: Archive, tmp_path: Path, webhook: Receiver, status: int
) -> None:
    settings = configured(tmp_path, f'webhook = "{webhook.url}"')
    fall_ill(archive)
    webhook.status = status
    assert tell(archive, settings, NOW) == [Told("webhook", 0, f"http_{status}")]
    assert [row[:2] for row in archive.alerts.undelivered()] == [("webhook", 1)]
    get_well(archive, NOW + timedelta(hours=1))
    webhook.status = 204
    tell(archive, settings, NOW + timedelta(hours=2))
    tell(archive, settings, NOW + timedelta(hours=3))
    assert [message["stage"] for message in webhook.received] == ["began", "ended"]


def test_a_webhook_that_hangs_costs_its_time_once_however_much_there_is_to_tell(
    archive: Archive, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        settings = configured(tmp_path, f'webhook = "http://127.0.0.1:{hanging.getsockname()[1]}/"\ntimeout = 1')
        for kind in ("wall", "silence", "drop"):
            fall_ill(archive, kind)
        begun = time.monotonic()
        assert tell(archive, settings, NOW) == [Told("webhook", 0, "no answer within 1 s")]
        assert time.monotonic() - begun < 3
    assert len(archive.alerts.to_tell("webhook", NOW - timedelta(days=1), 50)) == 3


def test_a_webhook_that_drips_is_given_up_too(archive: Archive, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                for letter in b"HTTP/1.1 200 OK and so on":
                    connection.send(bytes([letter]))
                    time.sleep(0.2)

        threading.Thread(target=drip, daemon=True).start()
        settings = configured(tmp_path, f'webhook = "http://127.0.0.1:{server.getsockname()[1]}/"\ntimeout = 1')
        fall_ill(archive)
        assert tell(archive, settings, NOW) == [Told("webhook", 0, "no answer within 1 s")]


def test_nobody_is_told_of_a_muted_source_until_the_mute_is_over(
    archive: Archive, tmp_path: Path, webhook: Receiver
) -> None:
    settings = configured(tmp_path, f'webhook = "{webhook.url}"\natom = "alerts.xml"')
    archive.decisions.add("mute", "lakeside", "2026-05-20", "known", NOW)
    fall_ill(archive)
    tell(archive, settings, NOW)
    assert webhook.received == []
    assert feedparser.parse((tmp_path / "alerts.xml").read_bytes()).entries == []
    tell(archive, settings, datetime(2026, 5, 21, tzinfo=UTC))
    assert [message["stage"] for message in webhook.received] == ["began"]


def test_a_command_gets_the_incident_on_its_standard_input(archive: Archive, tmp_path: Path) -> None:
    script = tmp_path / "tell.py"
    script.write_text("import pathlib, sys\npathlib.Path('told.json').write_text(sys.stdin.read() + sys.argv[1])\n")
    settings = configured(tmp_path, f"command = \"{sys.executable} tell.py 'two words'\"")
    fall_ill(archive)
    assert tell(archive, settings, NOW) == [Told("command", 1)]
    told = (tmp_path / "told.json").read_text()
    assert json.loads(told.splitlines()[0])["says"] == SAYS
    assert told.endswith("\ntwo words")


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ('["no-such-command"]', "no-such-command: No such file or directory"),
        (f'["{sys.executable}", "-c", "raise SystemExit(\'no line out\')"]', "exit code 1: no line out"),
        ('["sleep", "30"]', "not done within 1 s"),
        ('["sh", "-c", "sleep 30 & wait"]', "not done within 1 s"),
    ],
)
def test_a_command_that_fails_or_hangs_is_told_of_and_tried_again(
    archive: Archive, tmp_path: Path, command: str, error: str
) -> None:
    settings = configured(tmp_path, f"command = {command}\ntimeout = 1")
    fall_ill(archive)
    assert tell(archive, settings, NOW) == [Told("command", 0, error)]
    assert archive.alerts.undelivered() == [("command", 1, "2026-05-14T06:00:00.000Z", error)]


def test_the_feed_has_each_incident_once_and_says_when_it_is_over(archive: Archive, tmp_path: Path) -> None:
    settings = configured(tmp_path, 'atom = "alerts.xml"')
    fall_ill(archive)
    assert tell(archive, settings, NOW) == [Told("atom", 0)]
    feed = feedparser.parse((tmp_path / "alerts.xml").read_bytes())
    assert (feed.version, feed.bozo) == ("atom10", False)
    assert [(entry.title, entry.updated) for entry in feed.entries] == [
        (f"lakeside: {SAYS}", "2026-05-14T06:00:00.000Z")
    ]
    get_well(archive, NOW + timedelta(hours=5))
    tell(archive, settings, NOW)
    (over,) = feedparser.parse((tmp_path / "alerts.xml").read_bytes()).entries
    assert (over.id, over.title) == (feed.entries[0].id, f"lakeside: over: {SAYS}")
    assert [path.name for path in tmp_path.glob(".alerts*")] == []


def test_a_feed_that_cannot_be_written_is_said(archive: Archive, tmp_path: Path) -> None:
    (told,) = tell(archive, configured(tmp_path, 'atom = "missing/alerts.xml"'), NOW)
    assert told.error == f"{tmp_path}/missing/alerts.xml: No such file or directory"


def test_mistakes_in_the_table_are_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        configured(tmp_path, 'webhok = "https://x.example"\ncommand = "an \'open quote"\ntimeout = 0')
    assert [line.removeprefix(f"{tmp_path}/morgue.toml: ") for line in str(raised.value).splitlines()] == [
        '[alerts]: command cannot be taken apart into words: No closing quotation, not "an \'open quote"',
        "[alerts]: timeout should be greater than or equal to 1, not 0",
        "[alerts]: unknown key 'webhok' (did you mean 'webhook'?)",
    ]


def test_a_secret_webhook_comes_from_the_environment(tmp_path: Path) -> None:
    options = configured(tmp_path, 'webhook = "env:NEWS_HOOK"').alerts
    assert options.webhook_url({"NEWS_HOOK": "https://hooks.example/secret"}) == "https://hooks.example/secret"
    assert options.webhook_url({}) is None
