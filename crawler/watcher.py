"""`morgue watch` without its clockwork: one look after the other, and a crawl where something is due."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from archive.errors import ConfigError, ExitCode, NewsmorgueError
from archive.reports import counted, sums_line
from archive.store.archive import Archive
from archive.store.lock import ArchiveLock
from archive.store.reports_sql import last_crawl
from crawler.agenda import Item, next_due
from crawler.schedule import LEEWAY
from crawler.sources import Settings, load
from crawler.watching import Memory, Times, after, ended_line, look_at, next_crawl


class Voice(Protocol):
    """Where lines go: what happened, and what is wrong, which is also said where only that is wanted."""

    def say(self, line: str) -> None:
        """What happened."""

    def warn(self, line: str) -> None:
        """What is wrong."""


class WatchedConfig:
    """A morgue.toml that people edit while it is watched: the last one that could be read holds."""

    def __init__(self, path: Path, voice: Voice) -> None:
        """Raises ConfigError if it cannot be read now, or names no contact."""
        self.path, self._voice = path, voice
        self._stamp = self._look()
        self.settings = _checked(path)
        self._copy: Path | None = None
        self._elsewhere: TemporaryDirectory[str] | None = None

    def reread(self, *, force: bool = False) -> bool:
        """Read the file if it changed; whether something else holds now. A file that is broken is said once."""
        stamp = self._look()
        if stamp == self._stamp and not force:
            return False
        self._stamp = stamp
        try:
            settings = _checked(self.path)
        except ConfigError as error:
            self._voice.warn(f"{error}; what it said before goes on to hold")
            return False
        changed = settings != self.settings
        self.settings = settings
        if changed or force:
            self._voice.say(f"{self.path} was read again: {counted(len(settings.sources), 'source')}")
        return changed

    def usable(self) -> Path:
        """A file for a crawl to read: this one, or a copy of what holds if it says something else by now."""
        try:
            if self.path.read_text(encoding="utf-8-sig") == self.settings.text:
                return self.path
        except (OSError, UnicodeDecodeError):
            pass
        self._copy = self._write(self.path.with_name(f".{self.path.name}.watched"))
        return self._copy

    def _write(self, copy: Path) -> Path:
        """Beside the file, so that paths in it mean the same; elsewhere if that folder cannot be written."""
        try:
            copy.write_text(self.settings.text, encoding="utf-8")
        except OSError:
            self._elsewhere = self._elsewhere or TemporaryDirectory(prefix="morgue-")
            copy = Path(self._elsewhere.name) / self.path.name
            copy.write_text(self.settings.text, encoding="utf-8")
        return copy

    def close(self) -> None:
        """Remove the copy, if one was made."""
        if self._copy is not None:
            self._copy.unlink(missing_ok=True)
        if self._elsewhere is not None:
            self._elsewhere.cleanup()

    def _look(self) -> tuple[int, ...]:
        try:
            status = self.path.stat()
        except OSError:
            return ()
        return (status.st_mtime_ns, status.st_size, status.st_ino)


@dataclass(slots=True)
class Watcher:
    """Looks what is due, crawls, and says how that went. `crawl` runs one crawl of what is due, given a morgue.toml.

    It returns the exit code, or None when the watch is being stopped.
    """

    archive: Path
    config: WatchedConfig
    crawl: Callable[[Path], int | None]
    voice: Voice
    times: Callable[[], Times]
    force: bool = False
    memory: Memory = field(default_factory=Memory)
    next_item: Item | None = None
    _last_code: int = ExitCode.OK

    def look(self) -> datetime | None:
        """Crawl if anything is due. Returns when to look again, None when the watch is being stopped."""
        at = self.times()
        crawl_at = next_crawl(self.memory, self._due_at(at.now), at)
        if crawl_at is not None and crawl_at <= at.now:
            code = self.crawl(self.config.usable())
            if code is None:
                return None
            began, at = at, self.times()
            self._ended(code, began, at)
            crawl_at = next_crawl(self.memory, self._due_at(at.now), at)
            self._say_next(crawl_at)
        return look_at(crawl_at, at.now)

    def _ended(self, code: int, began: Times, at: Times) -> None:
        due_at = self._due_at(at.now)
        counts = self._counts() if code in (ExitCode.OK, ExitCode.ILL) else Counter()
        is_left = due_at is not None and due_at <= began.now and not counts["fetched"]
        self.memory = after(self.memory, code, at, is_left=is_left)
        overrun = due_at if due_at is not None and began.now + LEEWAY < due_at < at.now else None
        if code == ExitCode.BUSY == self._last_code:
            return  # said when it began
        self._last_code = code
        line = ended_line(code, at.passed - began.passed, overrun)
        if code == ExitCode.BUSY:
            line += f", and waits: {ArchiveLock(self.archive).held_by()}"
        line += f": {sums_line(counts)}" if counts else ""
        (self.voice.say if code == ExitCode.OK else self.voice.warn)(line)

    def _due_at(self, now: datetime) -> datetime | None:
        """When anything is due. Where the archive cannot be read it is now: the crawl will say what is wrong."""
        self.next_item = None
        if not self.config.settings.sources:
            return None
        try:
            with Archive.open(self.archive, readonly=True, force=self.force) as archive:
                self.next_item = next_due(archive, self.config.settings.sources, now)
        except (NewsmorgueError, sqlite3.Error):
            return now
        return self.next_item.at if self.next_item else None

    def _counts(self) -> Counter[str]:
        """What the last crawl found, all sources together; empty if that cannot be read."""
        counts: Counter[str] = Counter()
        try:
            with Archive.open(self.archive, readonly=True, force=self.force) as archive:
                crawl = last_crawl(archive.db)
        except (NewsmorgueError, sqlite3.Error):
            return counts
        for of_source in crawl["sources"].values() if crawl else ():
            counts.update({term: count for term, count in of_source.items() if isinstance(count, int)})
        return counts

    def _say_next(self, crawl_at: datetime | None) -> None:
        if crawl_at is not None and self.next_item is not None:
            item = self.next_item
            self.voice.say(f"next at {crawl_at:%Y-%m-%d %H:%M}Z ({item.source}: {item.what}, {item.by})")


def require_contact(settings: Settings) -> None:
    """Raises ConfigError, with the line to add: nobody asks sites day and night without saying who does."""
    if settings.crawl.contact is None:
        raise ConfigError(
            f"{settings.path} names no contact, so sites cannot tell who asks day and night; "
            'add this line under [crawl]: contact = "you@example.org"'
        )


def _checked(path: Path) -> Settings:
    settings = load(path)
    require_contact(settings)
    return settings
