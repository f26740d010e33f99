"""What morgue.toml says of reading a source's pages. The rest of a [[source]] is `crawler.sources`'s."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from archive.config import read_toml
from archive.errors import ConfigError
from archive.rules import SiteRules, problems
from archive.urls import host_of, site_of

Owner = TypeVar("Owner")
NO_RULES = SiteRules()
_TEXTS = ("name", "home", "timezone", "language", "country", "group")


@dataclass(frozen=True, slots=True)
class ConfiguredSource:
    """A [[source]] as far as its pages go: how they are read, and what their rows say of it."""

    name: str
    home: str
    timezone: str | None = None
    language: str | None = None
    country: str | None = None
    group: str | None = None
    rules: SiteRules = NO_RULES
    paused: bool = False


def configured_sources(path: Path) -> tuple[ConfiguredSource, ...]:
    """The sources of a morgue.toml. Raises ConfigError, a line for each mistake in their rules."""
    blocks = read_toml(path).get("source", [])
    blocks = [block for block in blocks if isinstance(block, Mapping)] if isinstance(blocks, list) else []
    wrong = [f"source {block.get('name')!r}: rules: {said}" for block in blocks for said in problems(_rules(block))]
    if wrong:
        raise ConfigError("\n".join(f"{path}: {problem}" for problem in wrong))
    return tuple(map(_source, blocks))


def _source(block: Mapping[str, object]) -> ConfiguredSource:
    texts = {key: value for key, value in block.items() if key in _TEXTS and isinstance(value, str)}
    rules = SiteRules.read(_rules(block))
    return ConfiguredSource(**{"name": "", "home": "", **texts}, rules=rules, paused=block.get("paused") is True)


def owner_by_home(homes: Iterable[tuple[str, Owner]]) -> Callable[[str], Owner | None]:
    """Whose a URL is: the one whose home has its host, else the only one of its site."""
    hosts: dict[str, Owner] = {}
    sites: dict[str, Owner | None] = {}
    for home, owner in homes:
        host = host_of(home)
        hosts[host] = owner
        sites[site_of(host)] = None if site_of(host) in sites else owner

    def find(url: str) -> Owner | None:
        host = host_of(url)
        return hosts[host] if host in hosts else sites.get(site_of(host)) if sites else None

    return find


def _rules(block: Mapping[str, object]) -> object:
    return block.get("rules", {})
