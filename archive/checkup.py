"""A look at the health of all sources: figures out of the archive, the judge's word into it."""

from collections.abc import Collection
from datetime import datetime

from archive.health.judging import Judged, judge
from archive.store.archive import Archive


def check_up(archive: Archive, now: datetime, paused: Collection[str] = ()) -> list[Judged]:
    """Counts what crawls did since, judges every source but those paused (names), and writes down what changed.

    One transaction; cheap enough for every crawl's end. Returns what the judge said, of sources without news too.
    """
    with archive.transaction():
        archive.health.count()
        archive.health.renew_baselines(now.date())
        everywhere = [incident for source_id, incident in archive.health.open() if source_id is None]
        judged = judge(archive.health.histories(now, paused), now, everywhere)
        archive.health.settle(judged, now)
    return judged
