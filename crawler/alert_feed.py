"""Incidents as an Atom feed (RFC 4287) in a file, for feed readers and for web servers to serve."""

import os
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from archive.store.alerting import Alert

_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00Z"


def write_feed(path: Path, uuid: str, alerts: Sequence[Alert]) -> str | None:
    """Puts the feed in place of the file in one step, if it says anything else. Returns why that failed."""
    feed = atom(uuid, alerts)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists() and path.read_bytes() == feed:
            return None
        draft.write_bytes(feed)
        draft.replace(path)
    except OSError as error:
        return f"{path}: {error.strerror}"
    finally:
        draft.unlink(missing_ok=True)
    return None


def atom(uuid: str, alerts: Sequence[Alert]) -> bytes:
    """The feed, an entry for each incident that is updated when it ends."""
    feed = etree.fromstring(f'<feed xmlns="{_ATOM}"/>'.encode())
    _add(feed, "id", f"urn:uuid:{uuid}")
    _add(feed, "title", "newsmorgue: what is wrong with its sources")
    _add(feed, "updated", max((_updated(alert) for alert in alerts), default=_NEVER))
    _add(_add(feed, "author"), "name", "newsmorgue")
    for alert in alerts:
        entry = _add(feed, "entry")
        _add(entry, "id", f"urn:uuid:{uuid}#{alert.incident}")
        _add(entry, "title", alert.text)
        _add(entry, "updated", _updated(alert))
        _add(entry, "published", alert.found_at)
        if alert.home:
            _add(entry, "link").set("href", alert.home)
        _add(entry, "summary", f"{alert.text}. To do: {alert.advice}.")
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _updated(alert: Alert) -> str:
    return alert.ended_at or alert.found_at


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}")
    if text is not None:
        child.text = "".join(letter for letter in text if letter.isprintable())
    return child
