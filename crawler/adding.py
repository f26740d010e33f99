"""`morgue add`: sources looked at, and written into morgue.toml."""

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import plain, print_rows
from archive.config import CONFIG_NAME
from archive.errors import ExitCode, NewsmorgueError, UsageError
from archive.reports import counted
from archive.urls import host_of
from crawler.plan import address
from crawler.probe import Found, probe
from crawler.sources import HORIZON, Settings, add_sources, load, parse_source
from crawler.url_lists import Listed, read_list, read_opml, read_text

Block = dict[str, Any]

_KEYS = ("language", "country", "timezone", "group", "since", "every", "permission")
_LISTS = ("feeds", "sitemaps", "allow", "deny", "keep", "allow_networks")
_SLOW = 60.0
"""Seconds of Crawl-delay from which on a source needs somebody's attention."""


@click.command(short_help="Look at a site and add it to morgue.toml.")
@click.argument("url", required=False)
@click.option("--from", "list_", metavar="FILE", help="A list: CSV with a column url, text, or OPML. - is stdin.")
@click.option("--name", help="What to call the source; else the site's host.")
@click.option("--permission", help="Why you may do what only a site's own operator may.")
@click.option("--allow-network", "networks", multiple=True, metavar="CIDR", help="Private network; needs --permission.")
@click.option("--dry-run", is_flag=True, help="Look and tell; write nothing.")
@global_options
@pass_options
def add(options: Options, /, url: str | None, list_: str | None, dry_run: bool, **given: Any) -> int:
    """Look at a site and add it to morgue.toml, which is made if there is none.

    Of a list, columns called like a key of a source (name, language, country, group, feeds ...) go into its block, with
    blanks between the entries of a list; other columns go into its `meta`.
    """
    config = options.config or Path.cwd() / CONFIG_NAME
    settings = load(config) if config.exists() else Settings()
    blocks = _checked(_entries(url, list_), given)
    known = {block["name"]: name for block in blocks if (name := _known_as(block, settings))}
    for name in known.values():
        options.say(f"{name} is in {config} already")
    wanted = [block for block in blocks if block["name"] not in known]
    if not wanted:
        return ExitCode.OK
    looked = probe(wanted, settings, quiet=options.quiet)
    if looked.exit_code != ExitCode.OK:
        return looked.exit_code
    if list_ is None and (problem := looked.found[0].problem):
        raise NewsmorgueError(f"{looked.found[0].name} is not added: {problem}")
    if not dry_run:
        add_sources(config, wanted)
    what = f"would go into {config}" if dry_run else f"added to {config}"
    _tell(options, looked.found, what, many=list_ is not None, dry=dry_run)
    return ExitCode.ILL if any(found.problem for found in looked.found) else ExitCode.OK


def attention(found: Found) -> str | None:
    """What somebody should look at before crawling this site; None when all is well."""
    if found.problem:
        return found.problem
    if found.crawl_delay and found.crawl_delay > _SLOW:
        return f"robots.txt asks for {found.crawl_delay:.0f} s between requests: {86400 / found.crawl_delay:.0f} a day"
    return None if found.stories else f"no story of the last {HORIZON} is listed"


def _entries(url: str | None, list_: str | None) -> list[Listed]:
    if (url is None) == (list_ is None):
        raise UsageError("name a site's address, or a list with --from FILE")
    if url is not None:
        return [Listed(_address(url))]
    assert list_ is not None
    text = read_text(list_)
    name = "standard input" if list_ == "-" else list_
    listed = read_opml(text, name) if "<opml" in text[:2000].lower() else read_list(text, name)
    if not listed:
        raise UsageError(f"{name} has no address in it")
    return listed


def _address(url: str) -> str:
    found = address(url)
    if found is None:
        raise UsageError(f"{url!r} is not the address of a site, such as https://www.example-news.com")
    return found


def _checked(entries: Iterable[Listed], given: Mapping[str, Any]) -> list[Block]:
    """A checked block for each entry. Raises ConfigError, UsageError."""
    blocks = [_block(entry, given) for entry in entries]
    doubles = [name for name, times in Counter(block["name"] for block in blocks).items() if times > 1]
    if doubles:
        raise UsageError(f"several sites of the list are called {doubles[0]!r}; a column name tells them apart")
    return blocks


def _known_as(block: Block, settings: Settings) -> str | None:
    """What the file calls a source already: by its name, or by its home."""
    if settings.named(block["name"]):
        return str(block["name"])
    return next((source.name for source in settings.sources if source.home == block["home"]), None)


def _block(entry: Listed, given: Mapping[str, Any]) -> Block:
    said = {column.lower(): value for column, value in entry.said.items()}
    is_feed = "home" in said and entry.url != said["home"]
    home = _address(said.pop("home", "") or entry.url)
    block: Block = {"name": given["name"] or said.pop("name", "") or host_of(home).removeprefix("www."), "home": home}
    if is_feed:
        block["feeds"] = [entry.url]
    block |= {key: said.pop(key).split() for key in _LISTS if key in said}
    block |= {key: said.pop(key) for key in _KEYS if key in said}
    block |= {"delay": _number(said.pop("delay"))} if "delay" in said else {}
    if given["permission"]:
        block |= {"permission": given["permission"]}
    if given["networks"]:
        block |= {"allow_networks": list(given["networks"])}
    said.pop("name", None)
    if meta := {column: value for column, value in entry.said.items() if column.lower() in said}:
        block["meta"] = meta
    parse_source(block)
    return block


def _number(text: str) -> float | str:
    """Checked with the block, which names the key."""
    try:
        return float(text)
    except ValueError:
        return text


def _tell(options: Options, sites: Sequence[Found], what: str, *, many: bool, dry: bool) -> None:
    if options.quiet:
        _tell_problems(sites)
        return
    if not many:
        click.echo("\n".join(_story_of(sites[0])))
        options.say(what if dry else f"{what}; next: `{shlex.join(['morgue', 'crawl', sites[0].name])}`")
        return
    options.say(f"{counted(len(sites), 'source')} {what}")
    wanting = [site for site in sites if attention(site)]
    if wanting:
        options.say(f"{len(wanting)} of them want attention:")
        rows = ((site.name, site.feeds, site.sitemaps, site.stories, attention(site)) for site in wanting)
        print_rows(("source", "feeds", "sitemaps", "stories", "what"), rows)


def _tell_problems(sites: Sequence[Found]) -> None:
    for site in sites:
        if site.problem:
            click.echo(f"{site.name}: {plain(site.problem)}", err=True)


def _story_of(site: Found) -> list[str]:
    listings = f"{counted(site.feeds, 'feed')}, {counted(site.sitemaps, 'sitemap')}"
    lines = [
        f"{site.name} ({site.home}): {listings}, {counted(site.stories, 'story', 'stories')} of the last {HORIZON}"
    ]
    if site.older:
        lines.append(f"  {counted(site.older, 'older story', 'older stories')} listed, back to {site.oldest_on or '?'}")
    warning = attention(site)
    return [*lines, f"  {warning}"] if warning else lines
