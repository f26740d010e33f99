"""`morgue init`: a morgue.toml and an archive to begin with."""

import os
import sys
from pathlib import Path

import click
import tomlkit

from archive.cli.options import Options, global_options, pass_options
from archive.config import CONFIG_NAME, archive_path
from archive.errors import UsageError
from archive.store.archive import Archive
from crawler.sources import replace_checked

_NEW = """\
# What newsmorgue crawls; `morgue add URL` writes a source's block. All keys: README.md, "morgue.toml".
archive = {archive}

[crawl]
# In every request, so that somebody who minds our visits can write to us.
{contact}

"""


@click.command(short_help="Start a morgue.toml here.")
@click.option("--contact", metavar="MAIL|URL", help="Where sites can reach you; asked for on a terminal.")
@global_options
@pass_options
def init(options: Options, /, contact: str | None) -> None:
    """Start a morgue.toml and an archive here."""
    config = Path.cwd() / CONFIG_NAME
    if config.exists():
        raise UsageError(f"{config} is there already; `morgue add URL` adds to it")
    if contact is None and sys.stdin.isatty():
        contact = click.prompt("A mail address or URL where sites can reach you (empty: none)", default="", err=True)
    contact = _checked_contact(contact or "")
    place = archive_path(options.archive, os.environ, None)
    Archive.open(place, create=True, force=options.force).close()
    named = place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place
    line = f"contact = {_quoted(contact)}" if contact else '# contact = "you@example.org"'
    replace_checked(config, _NEW.format(archive=_quoted(str(named)), contact=line))
    options.say(f"wrote {config}\narchive: {place}")
    if not contact:
        options.say("no contact is set: put one into [crawl] before long crawls")
    options.say("next: `morgue add https://…`, then `morgue crawl`")


def _checked_contact(contact: str) -> str:
    contact = contact.strip()
    if contact and (not contact.isprintable() or not ("@" in contact or "://" in contact)):
        raise UsageError(f"a contact is a mail address or a URL, not {contact!r}")
    return contact


def _quoted(text: str) -> str:
    return tomlkit.item(text).as_string()
