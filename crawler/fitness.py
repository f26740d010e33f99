"""What the crawler's side of `morgue doctor` looks at: morgue.toml, the contact, proxies, and what starts crawls."""

import getpass
from collections.abc import Iterator, Mapping
from pathlib import Path

from archive.errors import ConfigError
from archive.fitness import Check
from archive.reports import counted
from crawler.browser import require_browser
from crawler.sources import Settings, load

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_LINGERING = Path("/var/lib/systemd/linger")


def config_checks(config: Path | None) -> Iterator[Check]:
    """morgue.toml, and the contact in it."""
    if config is None:
        yield Check("morgue.toml", "note", "there is none here or above", "`morgue init` makes one")
        return
    try:
        settings = load(config)
    except ConfigError as error:
        first, *rest = str(error).splitlines()
        more = f", and {counted(len(rest), 'more mistake')}" if rest else ""
        yield Check("morgue.toml", "wrong", f"{first}{more}", "mend it: no crawl begins before")
        return
    sources = counted(len(settings.sources), "source")
    yield Check("morgue.toml", "ok", f"{config}, {sources}")
    yield _contact(settings)
    yield from _browser(settings)


def proxy_check(environ: Mapping[str, str], settings: Settings | None) -> Check:
    """Proxies of the environment are ignored, which surprises whoever needs one."""
    own = settings.crawl.proxy if settings else None
    named = sorted(name for name in environ if name.lower() in _PROXIES and environ[name])
    if named:
        advice = "" if own else "if you need one, put proxy into [crawl] of morgue.toml"
        said = f"{', '.join(named)} of the environment {'is' if len(named) == 1 else 'are'} ignored"
        return Check("proxy", "note", f"{said}{f'; {own} is used' if own else ''}", advice)
    return Check("proxy", "ok", f"{own} (morgue.toml)" if own else "none")


def timer_checks(units: Path, lingering: Path = _LINGERING, user: str | None = None) -> Iterator[Check]:
    """Whether systemd starts crawls, and goes on when nobody is logged in. `units`: the folder of a user's units."""
    timers = sorted(units.glob("newsmorgue*.timer"))
    if not timers:
        yield Check("timer", "note", "no timer is installed", "`morgue schedule install` writes one")
        return
    yield Check("timer", "ok", ", ".join(map(str, timers)))
    user = user or getpass.getuser()
    if (lingering / user).exists():
        yield Check("linger", "ok", f"timers run while {user} is not logged in, too")
    else:
        advice = f"sudo loginctl enable-linger {user}"
        yield Check("linger", "wrong", f"timers run only while {user} is logged in", advice)


def _contact(settings: Settings) -> Check:
    if settings.crawl.contact:
        return Check("contact", "ok", settings.crawl.contact)
    advice = 'put contact = "you@example.org" into [crawl]: what runs without a person needs one'
    return Check("contact", "wrong" if settings.sources else "note", "none is set", advice)


def _browser(settings: Settings) -> Iterator[Check]:
    """Whether sources that need a browser have one."""
    if (source := next((source for source in settings.sources if source.js), None)) is None:
        return
    try:
        yield Check("browser", "ok", f"{require_browser(source.name)}, for sources with js")
    except ConfigError as error:
        yield Check("browser", "wrong", str(error), "no crawl of that source begins before")
