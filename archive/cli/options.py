"""Options that every command understands, before or after its name."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from archive.config import Place, archive_place, existing_archive, find_config


@dataclass
class Options:
    """What was asked for the whole run; commands get it by `pass_options`."""

    archive: str | None = None
    morgue_toml: str | None = None
    debug: bool = False
    quiet: bool = False
    force: bool = False
    terminated: bool = False  # by SIGTERM, whatever that interrupted

    @property
    def config(self) -> Path | None:
        """The morgue.toml that was named, else the one that holds here, if any."""
        return Path(self.morgue_toml).absolute() if self.morgue_toml else find_config(Path.cwd())

    def place(self) -> Place:
        """Where the archive is looked for."""
        return archive_place(self.archive, os.environ, self.config)

    def existing(self) -> Path:
        """The archive's path. Raises ArchiveMissing."""
        return existing_archive(self.place())

    def say(self, text: str) -> None:
        """A remark beside the answer, on stderr so that stdout holds the answer only; nothing with -q."""
        if not self.quiet:
            sys.stdout.flush()  # the remark comes after what it is about, also where both go into one log
            click.echo(text, err=True)


F = TypeVar("F", bound=Callable[..., Any])

pass_options = click.make_pass_decorator(Options, ensure=True)


def global_options(function: F) -> F:
    """Adds --archive, --config, -q, --force and --debug; what is given after the command's name wins."""
    for declarations, settings in reversed(_GLOBAL):
        function = click.option(*declarations, expose_value=False, callback=_remember, **settings)(function)
    return function


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value and parameter.name:
        setattr(context.ensure_object(Options), parameter.name, value)


_GLOBAL: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--archive",), {"metavar": "FILE", "help": "The archive; else MORGUE_ARCHIVE, morgue.toml, ./morgue.db."}),
    (
        ("--config", "morgue_toml"),
        {
            "metavar": "FILE",
            "type": click.Path(exists=True, dir_okay=False),
            "help": "The morgue.toml; else that of here or above.",
        },
    ),
    (("-q", "--quiet"), {"is_flag": True, "help": "Say nothing unless something is wrong."}),
    (("--force",), {"is_flag": True, "help": "Use an archive that lies on a network file system."}),
    (("--debug",), {"is_flag": True, "help": "Show tracebacks and log in detail."}),
)
