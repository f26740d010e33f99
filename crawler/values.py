"""What a value in morgue.toml may be: each kind checks what was written and says in one line what it must be."""

import re
import shlex
from datetime import timedelta
from ipaddress import ip_network
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

from archive.dates import now, parse_since
from archive.errors import UsageError
from archive.space import parse_bytes
from archive.urls import safe_url
from crawler.cron import Cron, parse_cron, shortest

SHORTEST = timedelta(minutes=5)
"""No listing is looked at more often, unless its source's permission says so."""
SHORTEST_OF_OURS = timedelta(minutes=1)
_EVERY = re.compile(r"(\d+)\s*(m|min|h|d|w)")
_ISO = re.compile(r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?)?")  # as archives of earlier versions hold it
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _web_address(value: str) -> str:
    url = safe_url(value.strip())
    if url is None:
        raise ValueError("must be an http:// or https:// address")
    return url


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return value


def _interval(value: object) -> object:
    if isinstance(value, str) and _ISO.fullmatch(value):
        return value
    match = _EVERY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not int(match[1]):
        raise ValueError('must be an interval such as "30m", "6h" or "1d"')
    try:
        return timedelta(**{_UNITS[match[2]]: int(match[1])})
    except OverflowError:
        raise ValueError("is longer than all time") from None


def _every(value: object) -> object:
    if isinstance(value, str) and (value.strip().startswith("@") or len(value.split()) > 2):
        return parse_cron(value)
    try:
        return _interval(value)
    except ValueError:
        raise ValueError('must be an interval such as "30m" or "6h", or as in crontab: "*/15 6-22 * * *"') from None


def written(every: timedelta | Cron) -> str:
    """As it is written in morgue.toml, in the largest unit that fits: "90m", "6h", "1d"."""
    if isinstance(every, Cron):
        return str(every)
    minutes = int(every.total_seconds()) // 60
    size, unit = next((size, unit) for size, unit in ((1440, "d"), (60, "h"), (1, "m")) if minutes % size == 0)
    return f"{minutes // size}{unit}"


def too_often(every: timedelta | Cron, *, permitted: bool) -> str | None:
    """What is wrong with looking at a listing that often; None if nothing is."""
    least = shortest(every) if isinstance(every, Cron) else every
    floor = SHORTEST_OF_OURS if permitted else SHORTEST
    if least >= floor:
        return None
    said = f"{written(every)!r} asks every {written(least)}" if isinstance(every, Cron) else f"{written(every)!r}"
    need = "" if permitted else ', but for permission = "why you may" in the same block'
    return f"{said}: at least {written(floor)} must lie between two looks{need}"


def _list_of_ages(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise ValueError('must be a list of ages such as ["15m", "1h", "1d"]')
    return value


def _ages(value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if any(after - before < SHORTEST for before, after in pairwise((timedelta(), *value))):
        raise ValueError(f"must be ages in order, {written(SHORTEST)} or more apart and from the first answer")
    return value


def _network(value: str) -> str:
    try:
        return str(ip_network(value, strict=False))
    except ValueError:
        raise ValueError('must be networks such as "10.0.0.0/8"') from None


def _from_environment(value: str) -> str:
    if not value.startswith("env:") or not value[4:]:
        raise ValueError(
            'must name an environment variable, as in "env:NEWS_TOKEN"; secrets do not belong in this file'
        )
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError):  # unknown, absurd, or a directory of the zone files
        raise ValueError('must be the name of a time zone such as "Europe/London"') from None
    return value


def _name(value: str) -> str:
    name = value.strip()
    if not name or "://" in name or not name.isprintable():
        raise ValueError("must be a short name on one line, and not an address")
    return name


def _day(value: str) -> str:
    try:
        parse_since(value, now())
    except UsageError:
        raise ValueError('must be a day such as "7d", "2026-01-31" or "1998"') from None
    return value


def _bytes(value: object) -> object:
    if isinstance(value, str):
        try:
            return parse_bytes(value)
        except UsageError:
            pass
    elif isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError('must be a size such as "500 MB" or "1 GB"; 0 for no floor')


def _webhook(value: str) -> str:
    if value.startswith("env:") and value[4:]:
        return value
    return _web_address(value)


def _command(value: object) -> object:
    """The words of a command line, or a list of them."""
    if not isinstance(value, str):
        return value
    try:
        words = shlex.split(value)
    except ValueError as error:
        raise ValueError(f"cannot be taken apart into words: {error}") from None
    if not words:
        raise ValueError("must be a command")
    return words


Webhook = Annotated[str, AfterValidator(_webhook)]
Command = Annotated[tuple[str, ...], BeforeValidator(_command)]


def _host(value: str) -> str:
    name = value.strip().lower().rstrip(".")
    if not _HOST.fullmatch(name):
        raise ValueError('must be the name of a host such as "cdn.example.com"')
    return name


Address = Annotated[str, AfterValidator(_web_address)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Network = Annotated[str, AfterValidator(_network)]
Since = Annotated[str, AfterValidator(_day)]
Zone = Annotated[str, AfterValidator(_timezone)]
Secret = Annotated[str, AfterValidator(_from_environment)]
Bytes = Annotated[int, BeforeValidator(_bytes)]
Host = Annotated[str, AfterValidator(_host)]
Interval = Annotated[timedelta, BeforeValidator(_interval), PlainSerializer(written)]
Ages = Annotated[tuple[Interval, ...], BeforeValidator(_list_of_ages), AfterValidator(_ages)]
Every = Annotated[timedelta | Cron, BeforeValidator(_every), PlainSerializer(written)]
SourceName = Annotated[str, AfterValidator(_name)]
