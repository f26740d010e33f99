"""`morgue explain`, with what the crawler knows: whether robots.txt and its source let an address be asked for."""

from functools import partial
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from archive.cli.explain import answer_why
from archive.cli.options import Options, global_options, pass_options
from archive.dates import now
from archive.errors import ConfigError
from archive.muting import muted
from archive.store.archive import Archive
from archive.store.listings import RobotsCopy
from archive.store.trail import Row, Trail
from crawler.robots import RobotsRules, robots_policy
from crawler.running import origin_of
from crawler.sources import Settings, Source, load


@click.command(short_help="Tell why an address is in the archive as it is, or is not.")
@click.argument("url_or_id", metavar="URL-or-ID")
@click.option("--json", "as_json", is_flag=True, help="All rows about it, in full, as one JSON object.")
@global_options
@pass_options
def explain(options: Options, /, url_or_id: str, as_json: bool) -> int:
    """Tell why an address is in the archive as it is, or is not.

    The trail from discovery to storage, from the archive alone: who listed it, what answered, what that was taken for
    and why, which addresses lead to the article and by what claim, what it is related to and how sure that is, every
    version, event and decision. Of what is not held: whether robots.txt and its source's patterns let it be asked for,
    and of what was never heard of, what its source lists; the exit code is then 1.
    """
    settings = _settings(options.config)
    return answer_why(options, url_or_id, partial(permitted, settings=settings), as_json=as_json)


def permitted(archive: Archive, trail: Trail, settings: Settings | None = None) -> Row:
    """What robots.txt, as last received, and the source of an address say of it today.

    The source is that of `settings` (morgue.toml), by which the next crawl goes; else as the last crawl had it.
    `refused`: why the source leaves it out: off_site, denied; `patterns`: which of its patterns say so; `paused`:
    whether nothing is asked of it; `muted`: until when and why nobody is alarmed about it; `robots`: allows, forbids,
    or unreachable (which forbids all), ignored (the source's permission), unknown (never asked for); `robots_rule`: the
    line that decides; `crawl_delay`: in seconds.
    """
    source = _source(trail, settings)
    said = _robots(archive.robots.get(origin_of(trail.address)), trail.address)
    if source is not None and source.robots == "ignore":
        said |= {"robots": "ignored"}
    if source is None:
        return {"refused": None, "patterns": [], "paused": False, "muted": None, **said}
    mute = muted(archive, now()).get(source.name)
    return {
        "refused": source.refuses(trail.address),
        "patterns": list(source.decided_by(trail.address)),
        "paused": source.paused,
        "muted": f"until {mute.until}, because {mute.because}: nobody is alarmed about it" if mute else None,
        **said,
    }


def _source(trail: Trail, settings: Settings | None) -> Source | None:
    if trail.source is None:
        return None
    if settings is not None and (configured := settings.named(trail.source["name"])):
        return configured
    config: dict[str, Any] = trail.source["config"]
    said = {"name": trail.source["name"], "home": trail.source["home"]}
    known = {name: config[name] for name in ("allow", "deny") if name in config}
    try:
        source = Source.model_validate(said | known)
    except ValidationError:  # a configuration of another version
        return None
    # Only with its permission, which is checked where the file is read.
    return source.model_copy(update={"robots": config.get("robots", "obey")})


def _settings(config: Path | None) -> Settings | None:
    """morgue.toml as it is today, if it can be read; what is wrong with it is other commands' to say."""
    try:
        return load(config) if config else None
    except ConfigError:
        return None


def _robots(copy: RobotsCopy | None, url: str) -> Row:
    unknown = {"robots": "unknown", "robots_rule": None, "crawl_delay": None}
    if copy is None:
        return unknown
    error = None if copy.status is not None else "no answer"
    age = copy.fetched_at - copy.good_at if copy.good_at else None
    policy = robots_policy(copy.status, error, copy.body, age)
    if policy == "disallow":
        return unknown | {"robots": "unreachable"}
    rules = RobotsRules.allow_all() if policy == "allow" else RobotsRules.parse(copy.body or b"")
    rule = rules.deciding(url)
    said = {"robots": "allows" if rules.allows(url) else "forbids", "robots_rule": str(rule) if rule else None}
    return said | {"crawl_delay": rules.crawl_delay}
