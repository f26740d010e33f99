"""Tells people of incidents, once when they begin and once when they end: a webhook, a command, an Atom feed.

What cannot be delivered waits in the archive for the next crawl's end. A channel that hangs costs its time-out once.
"""

import asyncio
import json
import logging
import os
import subprocess
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import aiohttp

from archive.dates import iso, now
from archive.errors import NewsmorgueError
from archive.muting import muted
from archive.store.alerting import Alert
from archive.store.archive import Archive
from crawler.alert_feed import write_feed
from crawler.plan import Plan
from crawler.sources import AlertOptions, Settings

logger = logging.getLogger("newsmorgue")
MOST = 50
"""Alerts that a channel is told in one run; the rest follow in the next."""
BUDGET = 60.0
"""Seconds that a channel may take in one run."""
LATE = timedelta(days=7)
"""What has been over for so long is not told any more."""
IN_FEED = 100
Send = Callable[[Alert], str | None]


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel was told in a run: how many, and why the last one failed, None if none did."""

    channel: str
    delivered: int
    error: str | None = None


def tell(archive: Archive, settings: Settings, at: datetime) -> list[Told]:
    """Delivers what is new, and what could not be delivered before. Blocks, at most BUDGET and a time-out a channel.

    No transaction is open meanwhile, so nobody waits for it.
    """
    options = settings.alerts
    silent = {*muted(archive, at), *settings.paused}
    told = [_through(archive, name, send, silent, at) for name, send in channels(options, settings.folder).items()]
    if options.atom is not None:
        error = write_feed(settings.folder / options.atom, archive.uuid, archive.alerts.latest(IN_FEED, silent))
        told.append(Told("atom", 0, error))
    return told


def tell_people(plan: Plan) -> None:
    """What a crawl does at its end. What goes wrong is logged, and waits for the next crawl; it harms no crawl."""
    if not (plan.settings.alerts.webhook or plan.settings.alerts.command or plan.settings.alerts.atom):
        return
    try:
        with Archive.open(plan.request.archive, force=plan.request.force) as archive:
            told = tell(archive, plan.settings, now())
    except NewsmorgueError as error:
        logger.warning("alerts were not delivered, and will be tried again: %s", error)
        return
    for one in told:
        if one.error is not None:
            logger.warning("alerts could not be delivered by %s, and will be tried again: %s", one.channel, one.error)


def send_test(settings: Settings, archive: Path, moment: datetime) -> list[Told]:
    """Sends an alert that says it is a test through every channel but the feed."""
    at = iso(moment)
    says = f"this is a test of the alerts of {archive}; nothing is wrong"
    alert = Alert("began", 0, None, "test", "", at, at, None, says, "nothing is to be done")
    errors = {name: send(alert) for name, send in channels(settings.alerts, settings.folder).items()}
    return [Told(name, int(error is None), error) for name, error in errors.items()]


def channels(options: AlertOptions, folder: Path) -> dict[str, Send]:
    """How each channel that is configured is told of an alert; what it returns is why that failed."""
    named: dict[str, Send] = {}
    if options.webhook is not None:
        named["webhook"] = lambda alert: post(options.webhook_url(), alert, options.timeout)
    if options.command:
        named["command"] = lambda alert: run(options.command, alert, folder, options.timeout)
    return named


def post(url: str | None, alert: Alert, timeout: float) -> str | None:
    """POSTs the alert as JSON; an answer of 2xx is a delivery. Redirects are not followed, the body is not read."""
    if url is None:
        return "the environment variable that names the webhook is not set"
    try:
        status = asyncio.run(_post(url, _message(alert), timeout))
    except TimeoutError:
        return f"no answer within {timeout:g} s"
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"[:200]
    return None if 200 <= status < 300 else f"http_{status}"


async def _post(url: str, message: dict[str, object], seconds: float) -> int:
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session,
        session.post(url, json=message, allow_redirects=False) as answer,
    ):
        return answer.status


def run(command: Sequence[str], alert: Alert, folder: Path, seconds: float) -> str | None:
    """Runs the command in the folder of morgue.toml, the alert as JSON on its standard input, no shell between.

    The whole process group is killed when its time is over.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the operator's own words
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    try:
        _, said = process.communicate((json.dumps(_message(alert)) + "\n").encode(), seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return f"not done within {seconds:g} s"
    if process.returncode == 0:
        return None
    last = said.decode("utf-8", "replace").strip().splitlines()[-1:]
    return f"exit code {process.returncode}{': ' + last[0][:150] if last else ''}"


def _message(alert: Alert) -> dict[str, object]:
    return {"text": alert.text, **asdict(alert)}


def _through(archive: Archive, channel: str, send: Send, silent: Collection[str], at: datetime) -> Told:
    begun, delivered = monotonic(), 0
    for alert in archive.alerts.to_tell(channel, at - LATE, MOST, silent):
        error = send(alert)
        archive.alerts.tried(channel, [(alert, error)], at)
        if error is not None:  # it would hang for the next one, too
            return Told(channel, delivered, error)
        delivered += 1
        if monotonic() - begun > BUDGET:
            break
    return Told(channel, delivered)
