"""`morgue explain`, with what the crawler knows: whether robots.txt and its source let an address be asked for."""

from typing import Any

import click
from pydantic import ValidationError

from archive.cli.explain import answer_why
from archive.cli.options import Options, global_options, pass_options
from archive.store.archive import Archive
from archive.store.listings import RobotsCopy
from archive.store.trail import Row, Trail
from crawler.robots import RobotsRules, robots_policy
from crawler.running import origin_of
from crawler.sources import Source


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
    return answer_why(options, url_or_id, permitted, as_json=as_json)


def permitted(archive: Archive, trail: Trail) -> Row:
    """What robots.txt, as last received, and the source of an address say of it.

    `refused`: why the source leaves it out: off_site, denied; `robots`: allows, forbids, or unreachable (which forbids
    all), ignored (the source's permission), unknown (never asked for); `crawl_delay`: in seconds.
    """
    config: dict[str, Any] = trail.source["config"] if trail.source else {}
    said = _robots(archive.robots.get(origin_of(trail.address)), trail.address)
    if config.get("robots") == "ignore":
        said |= {"robots": "ignored"}
    return {"refused": _refused(config, trail), **said}


def _refused(config: dict[str, Any], trail: Trail) -> str | None:
    if trail.source is None:
        return None
    try:
        said = {"name": trail.source["name"], "home": trail.source["home"]}
        patterns = {name: config[name] for name in ("allow", "deny") if name in config}
        return Source.model_validate(said | patterns).refuses(trail.address)
    except ValidationError:  # a configuration of another version
        return None


def _robots(copy: RobotsCopy | None, url: str) -> Row:
    if copy is None:
        return {"robots": "unknown", "crawl_delay": None}
    error = None if copy.status is not None else "no answer"
    age = copy.fetched_at - copy.good_at if copy.good_at else None
    policy = robots_policy(copy.status, error, copy.body, age)
    if policy == "disallow":
        return {"robots": "unreachable", "crawl_delay": None}
    rules = RobotsRules.allow_all() if policy == "allow" else RobotsRules.parse(copy.body or b"")
    return {"robots": "allows" if rules.allows(url) else "forbids", "crawl_delay": rules.crawl_delay}
