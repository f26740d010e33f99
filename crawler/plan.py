"""What one crawl is asked to do, and for which sources: commands and configuration as values."""

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from archive.config import archive_path, find_config
from archive.errors import ExitCode, UsageError
from archive.store.archive import Archive
from archive.store.crawls import SourceSums
from archive.store.sources import SourceRecord
from archive.urls import host_of, is_home_page, safe_url
from crawler.browser import require_browser
from crawler.guard import AddressRefused, Guard
from crawler.sources import DELAY, Settings, Source, load, parse_source

_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


@dataclass(frozen=True, slots=True)
class CrawlRequest:
    """A crawl as a command asks for it. `targets` are addresses or names of sources; none means every source.

    `save`: exactly these pages, whatever they are. `due`: only what is due, of sources where anything is. `limit` is
    per source. `only`: of these sources these known addresses and nothing else. `force`: also on a network file system.
    """

    archive: Path
    config: Path | None = None
    targets: tuple[str, ...] = ()
    limit: int | None = None
    since: str | None = None
    revisit: bool = False
    save: bool = False
    due: bool = False
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    command: str = "crawl"
    quiet: bool = False
    force: bool = False

    @property
    def exact(self) -> bool:
        """Whether certain pages are asked for and no listing is."""
        return self.save or bool(self.only)

    @classmethod
    def from_strings(cls, arguments: Mapping[str, str]) -> "CrawlRequest":
        """The request that `scrapy crawl news -a name=value` gives. `targets` are separated by blanks."""
        arguments = {name: value for name, value in arguments.items() if not name.startswith("_")}  # Scrapyd's own
        known = ("archive", "config", "targets", "limit", "since", "revisit", "due")
        if unknown := sorted(set(arguments) - set(known)):
            raise UsageError(f"the spider news has no argument {unknown[0]!r}; it has {', '.join(known)}")
        limit = arguments.get("limit")
        if limit is not None and not limit.isdecimal():
            raise UsageError(f"limit must be a number, not {limit!r}")
        config = Path(arguments["config"]) if "config" in arguments else find_config(Path.cwd())
        return cls(
            archive=archive_path(arguments.get("archive"), os.environ, config),
            config=config,
            targets=tuple(arguments.get("targets", "").split()),
            limit=int(limit) if limit else None,
            since=arguments.get("since"),
            revisit=_said(arguments, "revisit"),
            due=_said(arguments, "due"),
            command="scrapy crawl news",
        )


def _said(arguments: Mapping[str, str], name: str) -> bool:
    """A string as yes or no. Raises UsageError for one that is neither."""
    word = arguments.get(name, "no").lower()
    if word not in _YES | _NO:
        raise UsageError(f"{name} must be yes or no, not {word!r}")
    return word in _YES


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What a crawl did for one source. `older` and `undated`: stories that sitemaps list and
    that were not taken. `delay`: seconds between two requests.

    `problem` says in one line why nothing came of it; None when well.
    """

    name: str
    sums: SourceSums
    older: int = 0
    oldest_on: str | None = None
    undated: int = 0
    delay: float = DELAY
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one URL of `morgue save`: `reason` where there was no answer."""

    url: str
    status: int | None = None
    verdict: str | None = None
    fetched_at: str | None = None
    sha256: str | None = None
    id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """The end of a crawl. `ended` is finished, stopped, failed or "nothing due"; `notes`: lines for a person."""

    exit_code: ExitCode
    ended: str
    crawl_id: int
    sources: tuple[SourceReport, ...] = ()
    saved: tuple[Saved, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """A source and what is wanted of it: all of it (`whole`), or the addresses in `asked`."""

    source: Source
    whole: bool = True
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A request, the configuration it is made under, and what is to be crawled."""

    request: CrawlRequest
    settings: Settings
    planned: tuple[Planned, ...]

    def user_agent(self, program: str) -> str:
        """`newsmorgue/VERSION (+CONTACT)`."""
        contact = self.settings.crawl.contact
        return f"{program} (+{contact})" if contact else program

    def design(self, source: Source) -> tuple[timedelta, ...]:
        """The fixed ages at which a source's stories are looked at again; none where that follows what is seen."""
        return tuple(source.revisit if source.revisit is not None else self.settings.crawl.revisit or ())

    def allow_networks(self) -> dict[str, list[str]]:
        """The networks that each source's permission opens, by the hosts that its block or the command names."""
        allowed: dict[str, list[str]] = {}
        for planned in self.planned:
            source = planned.source
            named = [source.home, *(source.feeds or ()), *(source.sitemaps or ())]
            named += [url for url in planned.asked if source.owns(url)]
            for host in {*map(host_of, named), *source.hosts}:
                allowed[host] = [*allowed.get(host, ()), *source.allow_networks]
        return allowed


@dataclass(slots=True)
class _Choice:
    known: Sequence[Source]
    chosen: dict[str, Planned] = field(default_factory=dict)

    def add(self, source: Source, url: str | None = None) -> None:
        planned = self.chosen.get(source.name) or Planned(source, whole=False)
        if url is None:
            planned = replace(planned, whole=True)
        elif url not in planned.asked:
            planned = replace(planned, asked=(*planned.asked, url))
        self.chosen[source.name] = planned

    def for_url(self, url: str) -> Source:
        """The source this address belongs to, as configured or held, else one named by its host."""
        owners = [source for source in (*self.known, *(p.source for p in self.chosen.values())) if source.owns(url)]
        exact = [source for source in owners if host_of(source.home) == host_of(url)]
        return next(iter(exact or owners), None) or source_of(url)


def read_plan(request: CrawlRequest) -> Plan:
    """The plan of a request, from its morgue.toml and its archive. Raises ConfigError, UsageError, ArchiveUnusable."""
    settings = load(request.config) if request.config else Settings()
    held: list[SourceRecord] = []
    if request.archive.exists():
        with Archive.open(request.archive, readonly=True, force=request.force) as archive:
            held = archive.sources.all()
    plan = Plan(request, settings, tuple(choose(request, settings, held)))
    if not request.exact:
        _refuse_private(plan)
    for planned in plan.planned:
        if planned.source.js:
            require_browser(planned.source.name)
    return plan


def choose(request: CrawlRequest, settings: Settings, held: Iterable[SourceRecord]) -> list[Planned]:
    """The sources of a crawl, each with what is wanted of it. Raises UsageError for a target that is none."""
    if not request.targets and not request.only:
        return _everything(settings, due=request.due)
    result = _Choice(
        [*settings.sources, *(parse_source(record.config) for record in held if _unlisted(record, settings))]
    )
    if request.only:
        return [Planned(_named(name, result.known), False, urls) for name, urls in request.only.items()]
    for target in request.targets:
        url = address(target)
        if url is None:
            result.add(_awake(_named(target, result.known)))
        elif not request.save and (is_home_page(url) or any(url == source.home for source in result.known)):
            result.add(_awake(result.for_url(url)))
        else:
            result.add(result.for_url(url), url)
    return list(result.chosen.values())


def address(target: str) -> str | None:
    """A target as a URL, if it is one: `https://…`, or a bare `www.example-news.com/…`."""
    if "://" in target:
        url = safe_url(target)
        if url is None:
            raise UsageError(f"{target} is not an address that can be fetched: http and https only")
        return url
    host = target.split("/", 1)[0]
    return safe_url(f"https://{target}") if "." in host.strip(".") and " " not in target else None


def source_of(url: str) -> Source:
    """A source for an address nobody configured, named by its host."""
    parts = urlsplit(url)
    return Source(name=host_of(url).removeprefix("www."), home=f"{parts.scheme}://{parts.netloc}/")


def _refuse_private(plan: Plan) -> None:
    """Raises UsageError for a target that the guard would refuse at once, with the setting that allows it."""
    guard = Guard(plan.allow_networks())
    for url in (url for planned in plan.planned for url in planned.asked or (planned.source.home,)):
        try:
            guard.check_url(url)
        except AddressRefused as error:
            raise UsageError(str(error)) from None


def _everything(settings: Settings, *, due: bool) -> list[Planned]:
    if not settings.sources:
        where = f"{settings.path} has no [[source]] block" if settings.path else "there is no morgue.toml here or above"
        raise UsageError(f"nothing to crawl: {where}; `morgue crawl https://…` needs none, `morgue add URL` writes one")
    awake = [Planned(source) for source in settings.sources if not source.paused]
    if not awake and not due:
        raise UsageError(f"nothing to crawl: every source of {settings.path} is paused")
    return awake


def _unlisted(record: SourceRecord, settings: Settings) -> bool:
    return settings.named(record.name) is None


def _awake(source: Source) -> Source:
    if source.paused:
        raise UsageError(f"{source.name} is paused: take `paused = true` out of its [[source]] to crawl it")
    return source


def _named(name: str, known: Sequence[Source]) -> Source:
    by_name = {source.name.casefold(): source for source in known}
    if found := by_name.get(name.casefold()):
        return found
    near = difflib.get_close_matches(name.casefold(), by_name, n=1)
    hint = (
        f"did you mean {by_name[near[0]].name!r}?"
        if near
        else f"known are {', '.join(s.name for s in known) or 'none'}"
    )
    raise UsageError(f"no source is called {name!r} ({hint}); an address begins with https://")
