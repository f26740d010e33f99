"""`morgue alerts`."""

import json
from datetime import UTC, datetime
from pathlib import Path

from archive import Archive
from archive.health.figures import Illness, Incident
from archive.health.judging import Judged
from tests.cli.conftest import Morgue

THEN = datetime(2026, 5, 14, 3, 10, tzinfo=UTC)


def test_incidents_are_listed_and_so_is_what_could_not_be_delivered(morgue: Morgue, held: Path) -> None:
    with Archive.open(held) as archive:
        ill = Illness("wall", THEN, "94 % consent pages", "ask the publisher")
        archive.health.settle([Judged(1, began=(Incident(ill, THEN),))], THEN)
        (alert,) = archive.alerts.to_tell("webhook", THEN, 9)
        archive.alerts.tried("webhook", [(alert, "http_500")], THEN)
    ran = morgue("alerts")
    assert ran.out.splitlines()[1].split("\t")[3:7] == ["lakeside", "wall", "", "94 % consent pages"]
    assert ran.err == "1 incident\nwebhook: 1 alert not delivered yet; last tried 2026-05-14T03:10Z: http_500\n"
    assert json.loads(morgue("alerts", "--json").out)["began_at"] == "2026-05-14T03:10:00.000Z"


def test_a_test_goes_through_every_channel_and_says_what_failed(morgue: Morgue, held: Path, tmp_path: Path) -> None:
    ran = morgue("alerts", "--test")
    assert ran.code == 2
    assert "there is nothing to test" in ran.err
    (tmp_path / "morgue.toml").write_text(
        '[alerts]\nwebhook = "http://127.0.0.1:9/"\ncommand = ["cp", "/dev/stdin", "told"]\n'
    )
    ran = morgue("alerts", "--test")
    assert ran.code == 1
    assert ran.err.startswith("webhook: ClientConnectorError: ")
    assert ran.err.endswith("\ncommand: delivered\n")
    told = json.loads((tmp_path / "told").read_text())
    assert (told["kind"], told["says"]) == ("test", f"this is a test of the alerts of {held}; nothing is wrong")
