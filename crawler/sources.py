"""What is crawled: morgue.toml as checked values. Every mistake in the file is reported at once."""

import difflib
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from archive.config import read_toml
from archive.errors import ConfigError
from archive.rules import problems as rule_problems
from archive.space import MIN_FREE
from archive.urls import host_of, same_site
from crawler.cron import Cron
from crawler.values import (
    Address,
    Ages,
    Bytes,
    Command,
    Every,
    Host,
    Interval,
    Network,
    Pattern,
    Secret,
    Since,
    SourceName,
    Webhook,
    Zone,
    too_often,
)

DELAY = 3.0
"""Seconds between two requests to one host, unless a source's permission says less (CONTRACTS, Manners)."""
HORIZON = "7d"
TOP_LEVEL = ("alerts", "archive", "crawl", "export", "source")
_FOR_ALL = ("feed_every", "most_requests")
"""Keys of [crawl] that hold for every source that does not say otherwise."""
_HOST = re.compile(r"(?i)[a-z0-9-]+(\.[a-z0-9-]+)+")

Model = TypeVar("Model", bound=BaseModel)


class Source(BaseModel):
    """A publication as configured: one [[source]] block.

    `feeds` or `sitemaps` left out means "find them"; a list, also an empty one, means exactly these.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: SourceName
    home: Address
    feeds: tuple[Address, ...] | None = None
    sitemaps: tuple[Address, ...] | None = None
    allow: tuple[Pattern, ...] = ()
    deny: tuple[Pattern, ...] = ()
    since: Since | None = None
    delay: float | None = Field(default=None, ge=0)
    every: Every | None = None
    paused: bool = False
    feed_every: Interval | None = None
    most_requests: int | None = Field(default=None, ge=1)
    revisit: Ages | None = None
    language: str | None = None
    country: str | None = None
    timezone: Zone | None = None
    group: str | None = None
    keep: tuple[str, ...] = ()
    rules: dict[str, Any] = {}
    meta: dict[str, Any] = {}
    permission: Annotated[str, Field(min_length=1)] | None = None
    js: bool | tuple[Host, ...] = False
    parallel: int = Field(default=1, ge=1, le=64)
    robots: Literal["obey", "ignore"] = "obey"
    allow_networks: tuple[Network, ...] = ()
    headers: dict[str, Secret] = {}

    def pause(self, default: float) -> float:
        """Seconds between two requests to its hosts."""
        return default if self.delay is None else self.delay

    def interval(self, kind: str) -> timedelta | Cron | None:
        """How often its listings of this kind are looked at, if that is configured: `feed_every`, else `every`."""
        return self.feed_every if self.feed_every is not None and kind != "sitemap" else self.every

    def owns(self, url: str) -> bool:
        """Whether what `permission` unlocks holds for this URL: the home page's registered domain and no other."""
        return same_site(url, self.home)

    @property
    def script_hosts(self) -> tuple[str, ...]:
        """Other hosts that the scripts of its pages may load from."""
        return () if isinstance(self.js, bool) else self.js

    @property
    def hosts(self) -> list[str]:
        """The entries of `allow` that are names of hosts: their stories are this source's too."""
        return [entry.lower() for entry in self.allow if _HOST.fullmatch(entry)]

    def refuses(self, url: str) -> str | None:
        """Why a listed link is not asked for: "off_site", "denied", or None when it is."""
        host = host_of(url)
        if not self.owns(url) and not any(host == entry or host.endswith("." + entry) for entry in self.hosts):
            return "off_site"
        if any(re.search(entry, url) for entry in self.deny):
            return "denied"
        if self._patterns and not any(re.search(entry, url) for entry in self._patterns):
            return "denied"
        return None

    def decided_by(self, url: str) -> Iterator[str]:
        """Which patterns leave a link out, or let it be asked for, in words."""
        yield from (f"deny {entry!r} matches it" for entry in self.deny if re.search(entry, url))
        matching = [entry for entry in self._patterns if re.search(entry, url)]
        if self._patterns and not matching:
            yield f"no allow pattern matches it: {', '.join(map(repr, self._patterns))}"
        yield from (f"allow {entry!r} matches it" for entry in matching[:1])

    @property
    def _patterns(self) -> list[str]:
        """The entries of `allow` that are patterns of addresses."""
        return [entry for entry in self.allow if not _HOST.fullmatch(entry)]

    def unlocked(self) -> dict[str, Any]:
        """What this source's permission is used for; empty without one."""
        used = {key: getattr(self, key) for key in ("parallel", "robots", "allow_networks")}
        used = {key: value for key, value in used.items() if value != Source.model_fields[key].default}
        if self.delay is not None and self.delay < DELAY:
            used["delay"] = self.delay
        if self.headers:
            used["headers"] = sorted(self.headers)
        return used


class CrawlOptions(BaseModel):
    """The [crawl] table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: Annotated[str, Field(min_length=1)] | None = None
    delay: float = Field(default=DELAY, ge=DELAY)
    proxy: Address | None = None
    feed_every: Interval | None = None
    most_requests: int | None = Field(default=None, ge=1)
    most_per_crawl: int | None = Field(default=None, ge=1)
    workers: int = Field(default=2, ge=1, le=64)
    min_free: Bytes = MIN_FREE
    revisit: Ages | None = None


class AlertOptions(BaseModel):
    """The [alerts] table: who is told when a source falls ill, and when it is well again.

    `webhook` is an address, or "env:NAME" for one that is a secret; it may be a private one: the operator wrote it.
    `command` is run without a shell, in the folder of morgue.toml. `atom` is a file, relative to that folder. `timeout`
    is in seconds, for each delivery.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook: Webhook | None = None
    command: Command = ()
    atom: Annotated[str, Field(min_length=1)] | None = None
    timeout: float = Field(default=10.0, ge=1, le=300)

    def webhook_url(self, environ: Mapping[str, str] = os.environ) -> str | None:
        """Where to post to; None if the environment does not have it."""
        if self.webhook is not None and self.webhook.startswith("env:"):
            return environ.get(self.webhook[4:])
        return self.webhook


@dataclass(frozen=True, slots=True)
class Settings:
    """A whole morgue.toml. `text` is the file as it stood, for the crawl's record."""

    path: Path | None = None
    text: str = ""
    crawl: CrawlOptions = field(default_factory=CrawlOptions)
    sources: tuple[Source, ...] = ()
    alerts: AlertOptions = field(default_factory=AlertOptions)

    @property
    def folder(self) -> Path:
        """What paths in the file are relative to."""
        return self.path.parent if self.path else Path.cwd()

    @property
    def paused(self) -> frozenset[str]:
        """Names of the sources that are not crawled for now."""
        return frozenset(source.name for source in self.sources if source.paused)

    def named(self, name: str) -> Source | None:
        """The source of that name, whatever the case of its letters."""
        return next((source for source in self.sources if source.name.casefold() == name.casefold()), None)


def load(path: Path) -> Settings:
    """Read and check a morgue.toml. Raises ConfigError, a line a mistake: file, source, key, nearest known key."""
    tables = read_toml(path)
    problems = [_unknown(key, TOP_LEVEL) for key in tables if key not in TOP_LEVEL]
    crawl = _checked(CrawlOptions, tables.get("crawl", {}), "[crawl]", problems)
    if crawl is not None:
        problems += (f"[crawl]: {problem}" for problem in _too_often(crawl, permitted=False))
    alerts = _checked(AlertOptions, tables.get("alerts", {}), "[alerts]", problems)
    blocks = tables.get("source", [])
    if not isinstance(blocks, list):
        problems.append("source must be written as [[source]] blocks")
        blocks = []
    sources = [_source(block, number, problems) for number, block in enumerate(blocks, 1)]
    problems += _doubles(source.name for source in sources if source)
    if problems:
        raise ConfigError("\n".join(f"{path}: {problem}" for problem in problems))
    text = path.read_text(encoding="utf-8-sig")
    options = crawl or CrawlOptions()
    kept = tuple(_with_defaults(source, options) for source in sources if source)
    return Settings(path, text, options, kept, alerts or AlertOptions())


def parse_source(block: Mapping[str, Any]) -> Source:
    """One source from plain values, as for a block of the file. Raises ConfigError."""
    problems: list[str] = []
    source = _source(dict(block), 1, problems)
    if problems or source is None:
        raise ConfigError("; ".join(problems))
    return source


def secret_headers(source: Source, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The values of `headers`, from the environment. Raises ConfigError for a variable that is not set."""
    missing = [value[4:] for value in source.headers.values() if value[4:] not in environ]
    if missing:
        raise ConfigError(f"source {source.name!r}: headers: the environment has no {', '.join(missing)}")
    return {name: environ[value[4:]] for name, value in source.headers.items()}


def disputed_hosts(sources: Iterable[Source], delay: float) -> dict[str, tuple[Source, Source]]:
    """Hosts that several sources name with different delays: the most patient source, and the least.

    The slower one wins. `delay`: of sources that name none. A host is named by home, feeds and sitemaps.
    """
    by_host: dict[str, list[Source]] = {}
    for source in sources:
        named = {host_of(url) for url in (source.home, *(source.feeds or ()), *(source.sitemaps or ()))}
        for host in sorted(named):
            by_host.setdefault(host, []).append(source)
    ordered = {host: sorted(of, key=lambda source: source.pause(delay)) for host, of in by_host.items()}
    return {host: (of[-1], of[0]) for host, of in ordered.items() if of[-1].pause(delay) > of[0].pause(delay)}


def add_sources(path: Path, blocks: Sequence[Mapping[str, Any]]) -> None:
    """Append [[source]] blocks to a morgue.toml, made if it is not there; what stands in it keeps its comments.

    The result is checked before the file is replaced. Raises ConfigError and leaves the file alone.
    """
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig")) if path.exists() else tomlkit.document()
    listed = document.get("source")
    if listed is None:
        listed = document["source"] = tomlkit.aot()
    for block in blocks:
        table = tomlkit.table()
        for key, value in block.items():
            table.add(key, value)
        listed.append(table)
    replace_checked(path, tomlkit.dumps(document))


def replace_checked(path: Path, text: str) -> None:
    """Put `text` in place of the file in one step, if it is a morgue.toml that loads. Raises ConfigError."""
    tomllib.loads(text)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    try:
        load(draft)
        draft.replace(path)
    except ConfigError as error:
        raise ConfigError(str(error).replace(str(draft), str(path))) from None
    finally:
        draft.unlink(missing_ok=True)


def _source(block: object, number: int, problems: list[str]) -> Source | None:
    if not isinstance(block, dict):
        problems.append("source must be written as [[source]] blocks")
        return None
    name = block.get("name")
    where = f"source {name!r}" if isinstance(name, str) else f"source number {number}"
    problems += (f"{where}: {problem}" for problem in _locked(block))
    if isinstance(rules := block.get("rules"), dict):
        problems += (f"{where}: rules: {problem}" for problem in rule_problems(rules))
    source = _checked(Source, block, where, problems)
    if source is not None:
        problems += (f"{where}: {problem}" for problem in _too_often(source, permitted=source.permission is not None))
    return source


def _too_often(options: Source | CrawlOptions, *, permitted: bool) -> Iterator[str]:
    """Intervals below the floor that politeness sets."""
    for key in ("every", "feed_every"):
        every = getattr(options, key, None)
        if every is not None and (said := too_often(every, permitted=permitted)):
            yield f"{key} {said}"


def _with_defaults(source: Source, options: CrawlOptions) -> Source:
    """The source with what [crawl] says for all of them."""
    missing = [key for key in _FOR_ALL if getattr(source, key) is None]
    return source.model_copy(update={key: getattr(options, key) for key in missing})


def _locked(block: Mapping[str, Any]) -> list[str]:
    """Keys that only the operator's permission unlocks, in a block that has none."""
    if block.get("permission"):
        return []
    locked = [key for key in ("parallel", "allow_networks", "headers") if key in block]
    locked += ["robots"] if block.get("robots") == "ignore" else []
    delay = block.get("delay")
    locked += [f"a delay below {DELAY:g} s"] if isinstance(delay, int | float) and delay < DELAY else []
    return [f'{key} needs permission = "why you may" in the same block' for key in locked]


def _checked(model: type[Model], values: object, where: str, problems: list[str]) -> Model | None:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems += (f"{where}: {_explained(detail, model)}" for detail in error.errors(include_url=False))
        return None


def _explained(detail: ErrorDetails, model: type[BaseModel]) -> str:
    key = str(detail["loc"][0]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        return _unknown(key, model.model_fields)
    if detail["type"] == "missing":
        return f"{key} is missing"
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{key} {message[:1].lower()}{message[1:]}, not {detail['input']!r}"


def _unknown(key: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    return f"unknown key {key!r}" + (
        f" (did you mean {near[0]!r}?)" if near else f"; known are {', '.join(sorted(names))}"
    )


def _doubles(names: Iterable[str]) -> list[str]:
    counted = Counter(name.casefold() for name in names)
    return [
        f"source {name!r} is there {times} times; names must differ" for name, times in counted.items() if times > 1
    ]
