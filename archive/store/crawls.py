"""Crawls: what ran, and the two sums that every run must satisfy.

discovered = fetched + unreachable + skipped + pending
fetched = new + revision + unchanged + duplicate + rejected + failed + awaiting
Each term is a query of its own, so that the sums can fail.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from archive.dates import from_iso, iso
from archive.store.connection import ArchiveDatabase

_TERMS = {
    "discovered": "1",
    "fetched": "state = 'fetched'",
    "unreachable": "state = 'unreachable'",
    "skipped": "state = 'skipped'",
    "pending": "state = 'pending'",
    "new": "state = 'fetched' AND outcome = 'new'",
    "revision": "state = 'fetched' AND outcome = 'revision'",
    "unchanged": "state = 'fetched' AND outcome = 'unchanged'",
    "duplicate": "state = 'fetched' AND outcome = 'duplicate'",
    "rejected": "state = 'fetched' AND outcome = 'rejected'",
    "failed": "state = 'fetched' AND outcome = 'failed'",
    "awaiting": "state = 'fetched' AND outcome = 'awaiting_extraction'",
    "known": "state = 'skipped' AND reason = 'known'",
}
_REASONS = """
SELECT source_id, CASE state WHEN 'fetched' THEN outcome ELSE state END AS stage, reason, count(*) FROM links
WHERE crawl_id = ? AND reason IS NOT NULL GROUP BY source_id, stage, reason
"""
_SOURCES = """
SELECT source_id, name FROM (
    SELECT source_id FROM links WHERE crawl_id = :crawl
    UNION SELECT source_id FROM crawl_sources WHERE crawl_id = :crawl
) JOIN sources ON sources.id = source_id ORDER BY source_id
"""
_LISTINGS = """
SELECT count(*), coalesce(sum(older), 0), min(oldest_on) FROM listings
WHERE source_id = ? AND last_fetched_at >= (SELECT started_at FROM crawls WHERE id = ?)
"""


@dataclass(frozen=True, slots=True)
class CrawlStart:
    """What is about to run. `sources`: ids of those to be visited, so that one that gives nothing has its row too."""

    command: str
    pid: int
    versions: Mapping[str, str]
    config: str | None
    user_agent: str | None
    permissions: tuple[str, ...]
    started_at: datetime
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceSums:
    """The terms of both sums for one source in one crawl, in links.

    `known` is the part of skipped that is held and was not due. `reasons` counts "stage: reason", the stage being
    unreachable, skipped, pending, rejected or failed.
    """

    source: str
    discovered: int
    fetched: int
    unreachable: int
    skipped: int
    pending: int
    new: int
    revision: int
    unchanged: int
    duplicate: int
    rejected: int
    failed: int
    awaiting: int
    known: int
    reasons: dict[str, int] = field(default_factory=dict)

    def broken(self) -> list[str]:
        """Which of the two sums does not hold, in words."""
        met = self.fetched + self.unreachable + self.skipped + self.pending
        judged = (
            self.new + self.revision + self.unchanged + self.duplicate + self.rejected + self.failed + self.awaiting
        )
        sums = (("discovered", self.discovered, met), ("fetched", self.fetched, judged))
        return [f"{self.source}: {name} {left}, its terms {right}" for name, left, right in sums if left != right]


class Crawls:
    """The part of an archive that knows what ran."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def begin(self, start: CrawlStart) -> int:
        """Opens a crawl and returns its id. An earlier one that never ended is marked killed, as of its last answer.

        Only for the holder of the archive's lock: nobody else's crawl can be running then.
        """
        config_hash = None if start.config is None else hashlib.sha256(start.config.encode()).hexdigest()
        config = None if config_hash is not None and config_hash == self._last_config() else start.config
        with self._db.atomic():
            self._db.conn.execute(
                "UPDATE crawls SET ended = 'killed', ended_at = coalesce("
                "(SELECT max(fetched_at) FROM fetches WHERE crawl_id = crawls.id), started_at) WHERE ended IS NULL"
            )
            cursor = self._db.conn.execute(
                "INSERT INTO crawls "
                "(started_at, command, pid, versions, config, config_sha256, user_agent, permissions) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    iso(start.started_at),
                    start.command,
                    start.pid,
                    json.dumps(dict(start.versions), sort_keys=True),
                    config,
                    config_hash,
                    start.user_agent,
                    json.dumps(start.permissions),
                ),
            )
            assert cursor.lastrowid is not None
            self._db.conn.executemany(
                "INSERT INTO crawl_sources (crawl_id, source_id, counts) VALUES (?, ?, '{}')",
                [(cursor.lastrowid, source) for source in dict.fromkeys(start.sources)],
            )
        return cursor.lastrowid

    def end(
        self,
        crawl_id: int,
        ended: Literal["finished", "stopped", "failed"],
        now: datetime,
        notes: Mapping[int, str] | None = None,
    ) -> None:
        """Closes a crawl: writes each source's sums, and chains its fetches. `notes`: source id -> what was wrong."""
        with self._db.atomic():
            self._db.conn.execute("UPDATE crawls SET ended = ?, ended_at = ? WHERE id = ?", (ended, iso(now), crawl_id))
            for source_id, sums in self._sums(crawl_id).items():
                listings, older, oldest = self._db.conn.execute(_LISTINGS, (source_id, crawl_id)).fetchone()
                counts = asdict(sums) | {"listings": listings, "older": older, "oldest_on": oldest}
                del counts["source"]
                self._db.conn.execute(
                    "INSERT OR REPLACE INTO crawl_sources (crawl_id, source_id, counts, note) VALUES (?, ?, ?, ?)",
                    (crawl_id, source_id, json.dumps(counts), (notes or {}).get(source_id)),
                )
            self._seal()

    def sums(self, crawl_id: int) -> list[SourceSums]:
        """Both sums' terms for every source of the crawl, counted now."""
        return list(self._sums(crawl_id).values())

    def broken_sums(self, crawl_id: int) -> list[str]:
        """Every sum that does not hold, one line each; empty when nothing has vanished."""
        return [line for sums in self.sums(crawl_id) for line in sums.broken()]

    def last_begun(self) -> datetime | None:
        """When the last crawl began, by the clock as it was then."""
        row = self._db.conn.execute("SELECT started_at FROM crawls ORDER BY id DESC LIMIT 1").fetchone()
        return from_iso(row[0]) if row else None

    def latest(self) -> int | None:
        """The id of the last crawl begun."""
        (latest,) = self._db.conn.execute("SELECT max(id) FROM crawls").fetchone()
        return None if latest is None else int(latest)

    def digest(self, crawl_id: int) -> str:
        """SHA-256 over the crawl's fetches, chained to the crawl before, as the table `about` describes it."""
        row = self._db.conn.execute(
            "SELECT sha256 FROM crawls WHERE id < ? ORDER BY id DESC LIMIT 1", (crawl_id,)
        ).fetchone()
        digest = hashlib.sha256(f"{row[0] if row else ''}\n".encode())
        for fetch in self._db.conn.execute(
            "SELECT requested_url, fetched_at, coalesce(sha256, '') FROM fetches WHERE crawl_id = ? ORDER BY id",
            (crawl_id,),
        ):
            digest.update(("\t".join(fetch) + "\n").encode())
        return digest.hexdigest()

    def _last_config(self) -> str | None:
        """The hash of what the crawl before ran with."""
        row = self._db.conn.execute("SELECT config_sha256 FROM crawls ORDER BY id DESC LIMIT 1").fetchone()
        return row[0] if row else None

    def _seal(self) -> None:
        """Chains ended crawls in order, up to the first with pages still to be interpreted."""
        waiting = self._db.conn.execute(
            "SELECT min(crawl_id) FROM inbox JOIN fetches ON fetches.id = fetch_id"
        ).fetchone()[0]
        ended = self._db.conn.execute(
            "SELECT id FROM crawls WHERE sha256 IS NULL AND id < coalesce("
            "(SELECT min(id) FROM crawls WHERE ended IS NULL OR id = ?), id + 1) ORDER BY id",
            (waiting,),
        ).fetchall()
        for (crawl_id,) in ended:
            digest = self.digest(crawl_id)
            self._db.conn.execute("UPDATE crawls SET sha256 = ? WHERE id = ?", (digest, crawl_id))

    def _sums(self, crawl_id: int) -> dict[int, SourceSums]:
        terms = {name: self._count(crawl_id, condition) for name, condition in _TERMS.items()}
        reasons: dict[int, dict[str, int]] = {}
        for source_id, stage, reason, count in self._db.conn.execute(_REASONS, (crawl_id,)):
            reasons.setdefault(source_id, {})[f"{stage}: {reason}"] = count
        sources: list[tuple[Any, ...]] = self._db.conn.execute(_SOURCES, {"crawl": crawl_id}).fetchall()
        return {
            source_id: SourceSums(
                source=name,
                **{term: counts.get(source_id, 0) for term, counts in terms.items()},
                reasons=reasons.get(source_id, {}),
            )
            for source_id, name in sources
        }

    def _count(self, crawl_id: int, condition: str) -> dict[int, int]:
        """Links of the crawl that meet a condition of ours, by source."""
        return dict(
            self._db.conn.execute(
                f"SELECT source_id, count(*) FROM links WHERE crawl_id = ? AND {condition} GROUP BY source_id",  # noqa: S608
                (crawl_id,),
            )
        )
