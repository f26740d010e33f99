"""What a page is read with: its source's settings and rules, and the snapshot of what is known of its site."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from archive.errors import ConfigError
from archive.extraction.site import NO_RULES, Site, SiteMemory
from archive.models import Page
from archive.rules import SiteRules
from archive.store.archive import Archive
from archive.store.fetches import ReadWith
from archive.store.sources import SourceRecord


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What a source's configuration says about reading its pages: `keep` are verdicts stored whatever they hold."""

    site: Site | None = None
    keep: frozenset[str] = frozenset()

    @property
    def read_with(self) -> ReadWith:
        """What names the part of it that changes from page to page."""
        if self.site is None:
            return ReadWith("", "")
        return ReadWith(_hash(self.site.memory) if self.site.memory else "", self.site.rules.hash)

    @property
    def rules_text(self) -> str:
        """The rules as the archive keeps them: JSON."""
        return json.dumps(self.site.rules.table(), ensure_ascii=False) if self.site else ""


NO_SOURCE = SourceRules()


class Rules:
    """The rules of the archive's sources, and what is known of their sites; each read once."""

    def __init__(self) -> None:
        self._of: dict[int, SourceRules] = {}
        self._memories: dict[str, SiteMemory | None] = {}
        self._site_rules_of: dict[str, SiteRules] = {}

    def of(self, archive: Archive, source_id: int | None) -> SourceRules:
        """The rules of a source, with the newest snapshot of its site's memory; none for a page without a source."""
        if source_id is None:
            return NO_SOURCE
        if source_id not in self._of:
            source, newest = archive.sources.by_id(source_id), archive.sites.newest(source_id)
            memory = SiteMemory(newest.data) if newest else None
            rules = rules_of(source)
            site = Site(source.timezone, source.language, source.home, memory=memory, rules=rules, name=source.name)
            self._of[source_id] = SourceRules(site, _strings(source.config, "keep"))
        return self._of[source_id]

    def for_page(self, archive: Archive, source_id: int | None, page: Page) -> SourceRules:
        """The same; but the page of an article that is held is read with the snapshot and rules that the article was.

        Or what we have learned since would look like the publisher's edit. Reading stored pages again brings articles
        up to date.
        """
        rules = self.of(archive, source_id)
        held = archive.sites.held_with(page.url, page.requested_url)
        if rules.site is None or held is None:
            return rules
        return self._with(archive, rules, held[0], held[1])

    def for_fetch(self, archive: Archive, fetch_id: int, source_id: int | None, page: Page) -> SourceRules:
        """For a page that has been read: the snapshot and rules that it was read with, as its fetch says.

        If it does not (it was fetched before that was written down), the newest snapshot made before it; now it does.
        """
        recorded = archive.fetches.read_with(fetch_id)
        rules = self.of(archive, source_id)
        if rules.site is None:
            return rules
        if recorded is not None:
            return self._with(archive, rules, recorded.memory, recorded.rules)
        if held := archive.sites.held_with(page.url, page.requested_url):
            of = self._with(archive, rules, *held)
        else:
            then = archive.sites.newest(source_id, before=fetch_id) if source_id else None
            of = replace(rules, site=replace(rules.site, memory=SiteMemory(then.data) if then else None))
            archive.sites.keep_rules(of.read_with.rules, of.rules_text, page.fetched_at)
        archive.fetches.set_read_with(fetch_id, of.read_with)
        return of

    def _with(self, archive: Archive, rules: SourceRules, memory: str | None, site_rules: str | None) -> SourceRules:
        assert rules.site is not None
        known, told = self._memory(archive, memory), self._site_rules(archive, site_rules)
        return replace(rules, site=replace(rules.site, memory=known, rules=told))

    def _memory(self, archive: Archive, hash_: str | None) -> SiteMemory | None:
        if not hash_:
            return None
        if hash_ not in self._memories:
            data = archive.sites.data(hash_)
            self._memories[hash_] = SiteMemory(data) if data else None
        return self._memories[hash_]

    def _site_rules(self, archive: Archive, hash_: str | None) -> SiteRules:
        if not hash_:
            return NO_RULES
        if hash_ not in self._site_rules_of:
            self._site_rules_of[hash_] = SiteRules.read(json.loads(archive.sites.rules(hash_) or "{}"))
        return self._site_rules_of[hash_]


def rules_of(source: SourceRecord) -> SiteRules:
    """The rules for a source's pages. Raises ConfigError if somebody has written others into the archive."""
    try:
        return SiteRules.read(source.config.get("rules", {}))
    except ConfigError as error:
        raise ConfigError(f"the archive's source {source.name!r}: rules: {error}") from None


@lru_cache(maxsize=256)
def _hash(memory: SiteMemory) -> str:
    return memory.hash


def _strings(config: Mapping[str, Any], key: str) -> frozenset[str]:
    value = config.get(key)
    return frozenset(map(str, value)) if isinstance(value, list | tuple) else frozenset()
