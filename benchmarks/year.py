"""A year of a newspaper web that does not exist, crawled by the real schedule with a fake clock.

python -m benchmarks.year --seed 1            60 days of one seed
python -m benchmarks.year --seeds 1 2 3 4 5   each of these, and the worst of every figure
python -m benchmarks.year --seed 1 --days 365
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.store.archive import Archive
from benchmarks.paperweb import DAY, MINUTE
from benchmarks.paperweb.alarms import Told, alarms_of, judge_alarms
from benchmarks.paperweb.crawling import Crawling, in_words, settings_of
from benchmarks.paperweb.measures import Tally
from benchmarks.paperweb.polling import poll
from benchmarks.paperweb.web import Web, make_web
from crawler import watching

LEAST = int(watching.LEAST.total_seconds())
QUICK = ("synchronous = OFF", "cache_size = -600000", "wal_autocheckpoint = 20000", "temp_store = MEMORY")
"""Nobody needs the file afterwards."""
ARCHIVED, SEEN, ASKED = 0.995, 0.95, 0.40
FALSE_ALARMS = 1.0  # a source and year


@dataclass(frozen=True, slots=True)
class Result:
    """What one way of asking came to. `share`: its requests, as a share of those of polling every 15 minutes."""

    name: str
    tally: Tally
    requests: int
    share: float


@dataclass(frozen=True, slots=True)
class Year:
    """What came of one seed: the schedule first, then fixed polling every 15 minutes and every hour."""

    seed: int
    results: tuple[Result, ...]
    told: Told

    @property
    def ours(self) -> Result:
        """The schedule's."""
        return self.results[0]


def simulate(seed: int, days: int, papers: int = 60, *, progress: bool = False) -> Year:
    """Crawls the web of a seed by the schedule, and by polling."""
    web = make_web(seed, days, papers)
    with tempfile.TemporaryDirectory(prefix="year") as folder:
        crawling = crawled(web, Path(folder), progress=progress)
    requests = web.requests.total()
    quarter, hourly = poll(web, 15 * MINUTE), poll(web, 60 * MINUTE)
    base = quarter.requests
    return Year(
        seed,
        (
            Result("schedule", crawling.ledger.tally(web), requests, requests / base),
            Result("every 15 min", quarter.tally, quarter.requests, 1.0),
            Result("every hour", hourly.tally, hourly.requests, hourly.requests / base),
        ),
        judge_alarms(web, crawling.alarms),
    )


def crawled(web: Web, folder: Path, *, progress: bool = False) -> Crawling:
    """Crawls a web from beginning to end, as `morgue watch` does: what is due when it is due, never two at once."""
    began = time.process_time()
    with Archive.open(folder / "year.db", create=True) as archive:
        for pragma in QUICK:
            archive.db.conn.execute(f"PRAGMA {pragma}")
        crawling = Crawling(archive, web, settings_of(web))
        at, told = web.begin, web.begin
        while at < web.end:
            at = max(crawling.crawl(at) + LEAST, crawling.next_due())
            if progress and at - told >= DAY:
                told = at
                cpu = time.process_time() - began
                print(f"{in_words(at)}  {cpu:.0f} s  {web.requests.total():,} requests", file=sys.stderr, flush=True)
        crawling.alarms = alarms_of(archive)
        if crawling.counts["broken sums"]:
            raise AssertionError(f"{crawling.counts['broken sums']} sums do not hold")
    return crawling


def table(year: Year) -> Iterator[str]:
    """The figures of a seed."""
    tally = year.ours.tally
    could = f"{tally.stories.total():,} stories, and {tally.edits.total():,} edits of first days, that could be had"
    yield f"seed {year.seed}: {could}"
    yield f"{'':14}  archived  worst paper       edits seen  worst paper       minutes to archive  requests"
    for result in year.results:
        tally = result.tally
        archived, seen = tally.worst_archived, tally.worst_seen
        yield (
            f"{result.name:14}  {tally.archived_share:8.2%}  {archived[0]:7.2%} {archived[1]}  "
            f"{tally.seen_share:10.2%}  {seen[0]:7.2%} {seen[1]}  "
            f"{tally.lag:18.1f}  {result.share:7.1%} {result.requests:,}"
        )
    for result in year.results:
        yield f"edits seen, {result.name}: {result.tally.kinds()}"
    whole = year.ours.tally
    yield f"edits of which the version before is held too: {whole.whole / max(1, whole.edits.total()):.2%}"
    told = year.told
    yield f"illnesses told within 24 hours: {told.planted - len(told.late)} of {told.planted}"
    for illness, hours in told.late:
        when = "never" if hours is None else f"after {hours:.0f} hours"
        yield f"  {illness.kind} of paper {illness.paper:02} from {in_words(illness.begin)}: {when}"
    yield f"false alarms: {len(told.false)}, {told.false_a_year:.2f} a source and year"
    for alarm in told.false:
        yield f"  paper {alarm.paper} {in_words(alarm.found)} {alarm.kind}: {alarm.says}"


def misses(years: Sequence[Year]) -> list[str]:
    """Each target that the worst of the seeds misses."""
    worst = (
        ("stories archived while listed", min(year.ours.tally.archived_share for year in years), ARCHIVED, 1),
        ("edits of the first 24 h seen", min(year.ours.tally.seen_share for year in years), SEEN, 1),
        ("requests of polling every 15 minutes", max(year.ours.share for year in years), ASKED, -1),
    )
    missed = [f"{name}: {got:.2%}, not {target:.1%}" for name, got, target, sign in worst if (got - target) * sign < 0]
    if late := max(len(year.told.late) for year in years):
        missed.append(f"illnesses not told within 24 hours: {late}")
    if (false := max(year.told.false_a_year for year in years)) > FALSE_ALARMS:
        missed.append(f"false alarms a source and year: {false:.2f}, not {FALSE_ALARMS:g}")
    return missed


def main(arguments: Sequence[str] | None = None) -> None:
    """The table; with --check, exit code 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", "--seeds", type=int, nargs="+", default=[1], dest="seeds", help="of the webs (1)")
    parser.add_argument("--days", type=int, default=60, help="how long (60); 365 for the year")
    parser.add_argument("--papers", type=int, default=60)
    parser.add_argument("--check", action="store_true", help="fail when the worst seed misses a target")
    options = parser.parse_args(arguments)
    years = []
    for seed in options.seeds:
        years.append(simulate(seed, options.days, options.papers, progress=True))
        print("\n".join(table(years[-1])), flush=True)
    missed = misses(years)
    print("\n".join(["worst of the seeds:", *(missed or ["all targets reached"])]))
    sys.exit(1 if options.check and missed else 0)


if __name__ == "__main__":
    main()
