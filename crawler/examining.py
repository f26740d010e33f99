"""A close look at one site for `morgue doctor`, by a crawl into an archive that is thrown away."""

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.cli.show import read_again
from archive.errors import ExitCode, NewsmorgueError
from archive.face import Archive
from archive.store.looked import Looked, Row
from crawler.crawl import CrawlRequest, run_crawl
from crawler.looking import LookingSpider
from crawler.probe import manners_of
from crawler.robots import RobotsRules, robots_policy
from crawler.running import origin_of
from crawler.sources import Settings, Source, add_sources, parse_source

SAMPLE = 3
"""Stories that are fetched."""
SHOWN = 5
"""Links of each fate that are kept for showing."""
_CHECKED = 2000
"""Links that are held against robots.txt."""


@dataclass(frozen=True, slots=True)
class Robots:
    """robots.txt of the home page: `status` None if there was no answer; `policy` as in `robots_policy`."""

    status: int | None
    policy: str
    crawl_delay: float | None = None
    sitemaps: int = 0
    allows_home: bool = True
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class Examination:
    """What was seen. `fates`: links by what a crawl does with them: accepted, or the reason of the refusal.

    `samples`: some links of each fate. `delay`: seconds between two requests; `a_day`: stories that are listed a day,
    if that can be told. `pages`: what was fetched, the front page among it. `again`: what a second request gave.
    """

    name: str
    home: str
    block: Mapping[str, Any]
    robots: Robots | None = None
    delay: float = 0.0
    a_day: float | None = None
    listings: tuple[Row, ...] = ()
    fates: Mapping[str, int] = field(default_factory=dict)
    samples: tuple[Row, ...] = ()
    pages: tuple[Row, ...] = ()
    again: tuple[Row, ...] = ()
    story: Row | None = None
    older: int = 0
    oldest_on: str | None = None
    problem: str | None = None
    exit_code: ExitCode = ExitCode.OK

    @property
    def accepted(self) -> int:
        """How many stories a crawl would ask for."""
        return self.fates.get("accepted", 0)

    @property
    def needs_browser(self) -> bool:
        """Whether the stories, or the front page of a site that lists none, are nothing without JavaScript."""
        stories = [page for page in self.pages if not page["is_front"]]
        if stories:
            return all(page["verdict"] == "js_shell" for page in stories)
        return not self.accepted and any(page["verdict"] == "js_shell" for page in self.pages)

    @property
    def walls(self) -> list[Row]:
        """Pages on which a request for consent or a bot check stood in the place of what was asked for."""
        return [page for page in self.pages if page["verdict"] in ("consent", "challenge")]


def examine(block: Mapping[str, Any], settings: Settings, *, quiet: bool = False) -> Examination:
    """Look at a site. `block`: its source's, as in morgue.toml. Once per process. Raises NewsmorgueError."""
    source = parse_source(block)
    with tempfile.TemporaryDirectory(prefix="morgue-") as folder:
        config = Path(folder) / "morgue.toml"
        config.write_text(manners_of(settings), encoding="utf-8")
        add_sources(config, [block])
        place = Path(folder) / "look.db"
        request = CrawlRequest(place, config, limit=SAMPLE, command="morgue doctor", quiet=quiet, force=True)
        report = run_crawl(request, LookingSpider)
        if report.exit_code in (ExitCode.INTERRUPTED, ExitCode.TERMINATED):
            return Examination(source.name, source.home, block, exit_code=report.exit_code)
        with Archive.open(place, readonly=True, force=True) as archive:
            (of_source,) = report.sources
            seen = _seen(archive, source, settings)
            return Examination(
                source.name,
                source.home,
                block,
                older=of_source.older,
                oldest_on=of_source.oldest_on,
                problem=of_source.problem,
                **seen,
            )


def _seen(archive: Archive, source: Source, settings: Settings) -> dict[str, Any]:
    record = archive.sources.by_name(source.name)
    assert record is not None
    assert record.id is not None
    looked = Looked(archive.db, record.id)
    links = looked.links()
    rules: dict[str, RobotsRules | None] = {}
    fates = [_fate(archive, source, link, rules) for link in links[:_CHECKED]]
    fates += ["accepted" if link["state"] != "skipped" else link["reason"] for link in links[_CHECKED:]]
    robots = _robots(archive, source)
    delay = source.delay if source.delay is not None else settings.crawl.delay
    return {
        "robots": robots,
        "delay": max(delay, (robots and not robots.ignored and robots.crawl_delay) or 0.0),
        "a_day": _a_day(links),
        "listings": tuple(looked.listings()),
        "fates": dict(Counter(fates).most_common()),
        "samples": tuple(_samples(links, fates)),
        "pages": tuple(looked.pages()),
        "again": tuple(looked.again()),
        "story": _story(archive, looked),
    }


def _robots(archive: Archive, source: Source) -> Robots | None:
    copy = archive.robots.get(origin_of(source.home))
    if copy is None:
        return None
    policy = robots_policy(copy.status, None if copy.status is not None else "no answer", copy.body, None)
    rules = RobotsRules.parse(copy.body or b"") if policy == "rules" else RobotsRules.allow_all()
    allowed = policy != "disallow" and rules.allows(source.home)
    ignored = source.robots == "ignore"
    return Robots(copy.status, policy, rules.crawl_delay, len(rules.sitemaps), allowed, ignored)


def _fate(archive: Archive, source: Source, link: Row, rules: dict[str, RobotsRules | None]) -> str:
    """What a crawl does with a link: "accepted", or why it is not asked for."""
    if link["state"] == "skipped":
        return str(link["reason"])
    if source.robots == "ignore" and source.owns(link["url"]):
        return "accepted"
    origin = origin_of(link["url"])
    if origin not in rules:
        copy = archive.robots.get(origin)
        rules[origin] = RobotsRules.parse(copy.body) if copy and copy.body else None
    known = rules[origin]
    return "accepted" if known is None or known.allows(link["url"]) else "robots"


def _samples(links: list[Row], fates: list[str]) -> list[Row]:
    """The first links of each fate."""
    shown: Counter[str] = Counter()
    samples = []
    for link, fate in zip(links, fates, strict=True):
        shown[fate] += 1
        if shown[fate] <= SHOWN:
            samples.append({"url": link["url"], "title": link["title"], "found_as": link["found_as"], "fate": fate})
    return samples


def _a_day(links: list[Row]) -> float | None:
    """Stories a day, by the days that the dated ones are of; None if too few are to tell."""
    days = Counter(link["order_at"][:10] for link in links if link["dated"])
    if len(days) < 2 or sum(days.values()) < SHOWN:
        return None
    whole = sorted(days)[1:]  # the oldest day is listed in part, and so is the latest: they make up for each other
    return sum(days[day] for day in whole) / len(whole)


def _story(archive: Archive, looked: Looked) -> Row | None:
    story = looked.story()
    if story is None:
        return None
    try:
        alone = read_again(archive, story["url"]).alone
    except NewsmorgueError:
        return story
    markdown = alone.extraction.markdown if alone else None
    return {**story, "markdown": len(markdown or "")}
