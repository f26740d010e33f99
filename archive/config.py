"""What the archive needs of morgue.toml: where the archive lies. `crawler.sources` reads the rest of the file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import ArchiveMissing, ConfigError, UsageError
from archive.space import MIN_FREE, parse_bytes

CONFIG_NAME = "morgue.toml"
ARCHIVE_NAME = "morgue.db"
ARCHIVE_VARIABLE = "MORGUE_ARCHIVE"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the archive is looked for, and what said so ("--archive", "MORGUE_ARCHIVE", a file's path, or "")."""

    path: Path
    said_by: str

    def __str__(self) -> str:
        return f"{self.path} ({self.said_by})" if self.said_by else str(self.path)


def find_config(start: Path) -> Path | None:
    """The nearest morgue.toml in `start` or above it, as git looks for .git."""
    folder = start.resolve()
    candidates = (parent / CONFIG_NAME for parent in (folder, *folder.parents))
    return next((path for path in candidates if path.is_file()), None)


def read_toml(path: Path) -> dict[str, Any]:
    """The file's tables. Raises ConfigError naming file and line."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None


def archive_place(option: str | Path | None, environ: Mapping[str, str], config: Path | None) -> Place:
    """`option`, else MORGUE_ARCHIVE, else `archive =` in `config` (relative to that file), else ./morgue.db."""
    if option:
        return Place(_absolute(option), "--archive")
    if variable := environ.get(ARCHIVE_VARIABLE):
        return Place(_absolute(variable), ARCHIVE_VARIABLE)
    if config is not None and (named := _named_archive(config)):
        return Place(_absolute(named, config.parent), f"archive in {config}")
    return Place(_absolute(ARCHIVE_NAME), "")


def archive_path(option: str | Path | None, environ: Mapping[str, str], config: Path | None) -> Path:
    """The absolute path of the archive, whether it exists or not."""
    return archive_place(option, environ, config).path


def existing_archive(place: Place) -> Path:
    """The path of an archive that must be there already. Raises ArchiveMissing, saying where it looked."""
    if place.path.exists():
        return place.path
    hint = "" if place.said_by else f"; there is no {CONFIG_NAME} with an archive here or above either"
    raise ArchiveMissing(f"no archive at {place}{hint}; `morgue crawl URL` makes one, or name yours with --archive")


def min_free(config: Path | None) -> int:
    """Bytes of the disk that crawls leave free. What is written wrongly is for whoever crawls to hear."""
    table = read_toml(config).get("crawl", {}) if config else {}
    said = table.get("min_free", MIN_FREE) if isinstance(table, dict) else MIN_FREE
    try:
        return said if isinstance(said, int) else parse_bytes(str(said))
    except UsageError:
        return MIN_FREE


def _named_archive(config: Path) -> str | None:
    named = read_toml(config).get("archive")
    if named is None or (isinstance(named, str) and named):
        return named
    raise ConfigError(f'{config}: archive must be a path, as in archive = "morgue.db", not {named!r}')


def _absolute(path: str | Path, folder: Path | None = None) -> Path:
    return ((folder or Path.cwd()) / Path(path).expanduser()).absolute()
