"""One tree of errors, each with the exit code its command ends with."""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command's exit status means; documented in README.md, compared by a test."""

    OK = 0
    FAILED = 1
    USAGE = 2
    ILL = 3
    BUSY = 4
    UNUSABLE = 5
    INTERRUPTED = 130
    TERMINATED = 143


class NewsmorgueError(Exception):
    """Something the user can act on. Its text is one line: what is wrong, and where."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED


class UsageError(NewsmorgueError):
    """The command was asked for something that makes no sense."""

    exit_code = ExitCode.USAGE


class ConfigError(UsageError):
    """morgue.toml, or a list of sources, cannot be used as it stands."""


class ArchiveMissing(UsageError):
    """There is no archive where the command looked."""


class ArchiveBusy(NewsmorgueError):
    """Another process holds the archive's lock."""

    exit_code = ExitCode.BUSY


class ArchiveUnusable(NewsmorgueError):
    """Not an archive, made by a newer version, read-only, corrupt, or on a network file system."""

    exit_code = ExitCode.UNUSABLE


class HookFailed(NewsmorgueError):
    """A program of the user's that reads a site's pages has failed on one."""


class NotHeld(NewsmorgueError):
    """The archive does not hold what was asked for."""
