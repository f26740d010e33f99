"""Made-up histories of sources: what each hour brought, as a paper that publishes by weekday and hour would."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from archive.health.baseline import Baseline, make_baseline
from archive.health.figures import History, Incident, ListingFigures, spans_of_illness
from archive.health.hours import Count, Hour
from archive.health.judging import Judged, judge

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Change = Callable[[datetime, int], Hour | None]


def well(at: datetime, stories: int) -> Hour:
    """An hour in which all is as it should be."""
    counts = {"verdict/article": Count(stories, 5)} if stories else {}
    return Hour(at, 2, stories, stories, counts)


def only(*names: str) -> Change:
    """An hour whose pages are all of this, from minute 10 on; stories among them lack what "missing/" says."""

    def hour(at: datetime, stories: int) -> Hour:
        new = stories if names[0].startswith("missing/") else 0
        counts = {name: Count(stories, 10) for name in (*names, *(["verdict/article"] if new else []))}
        return Hour(at, 2, new, new, counts if stories else {})

    return hour


def fails(reason: str) -> Change:
    """An hour in which no listing answers."""
    return lambda at, stories: Hour(at, 0, 0, 0, {f"listing/{reason}": Count(2, 20)})


def nothing(at: datetime, stories: int) -> Hour:
    """An hour without a story."""
    return Hour(at, 2)


@dataclass
class Paper:
    """A source that lives hour by hour, is judged, and remembers its incidents."""

    name: str
    rate: float = 30.0
    weekend: float = 0.4
    seed: int = 1
    country: str = "GB"
    hours: list[Hour] = field(default_factory=list)
    listings: tuple[ListingFigures, ...] = ()
    open: tuple[Incident, ...] = ()
    closed: tuple[Incident, ...] = ()
    first_rate: float = 0.0
    at: datetime = BEGIN
    baselines: dict[tuple[object, ...], Baseline | None] = field(default_factory=dict)

    def live(self, span: timedelta, change: Change = well, share: float = 1.0) -> None:
        """Goes on for so long, publishing so much of what is usual."""
        end = self.at + span
        while self.at < end:
            chance = Random(f"{self.name} {self.seed} {self.at}")
            night = 0.05 if self.at.hour < 6 or self.at.hour >= 22 else 1.0
            usual = self.rate / 16.4 * night * (self.weekend if self.at.weekday() >= 5 else 1.0) * share
            hour = change(self.at, sum(chance.random() < usual / 20 for _ in range(20)))
            if hour is not None:
                self.hours.append(hour)
            self.at += HOUR

    @property
    def history(self) -> History:
        looked = [hour.at for hour in self.hours if hour.looks]
        came = [hour.at for hour in self.hours if hour.fresh]
        spans = spans_of_illness((*self.open, *self.closed), self.at)
        return History(
            source_id=hash(self.name) % 1000,
            name=self.name,
            home=f"https://{self.name}.example/",
            country=self.country,
            first_look_at=looked[0] if looked else None,
            last_look_at=looked[-1] + timedelta(minutes=50) if looked else None,
            last_new_at=came[-1] + timedelta(minutes=30) if came else None,
            first_rate=self.first_rate,
            hours=tuple(hour for hour in self.hours if hour.at >= self.at - 8 * DAY),
            baseline=self._baseline(looked[0], spans) if looked else None,
            listings=self.listings,
            open=self.open,
            closed=tuple(one for one in self.closed if one.ended_at and one.ended_at >= self.at - 8 * DAY),
        )

    def _baseline(self, first: datetime, spans: list[tuple[datetime, datetime]]) -> Baseline | None:
        """Made once a day, as the archive does."""
        key = (self.at.date(), len(self.closed))
        if key not in self.baselines:
            self.baselines[key] = make_baseline(self.hours, first, self.at.date(), spans)
        return self.baselines[key]

    def judged(self, *others: "Paper", **changed: object) -> Judged:
        """What is said of it now, beside these others."""
        mine = replace(self.history, **changed)  # type: ignore[arg-type]
        found = judge([mine, *(other.history for other in others)], self.at)
        (said,) = [one for one in found if one.source_id == mine.source_id]
        self.open = (*said.lasting, *said.began)
        self.closed = (*self.closed, *(replace(one, ended_at=self.at) for one in said.ended))
        return said

    def live_and_be_judged(self, span: timedelta, change: Change = well, share: float = 1.0) -> list[tuple[str, str]]:
        """Goes on, judged every three hours. Returns what was told: (began or ended, kind)."""
        told: list[tuple[str, str]] = []
        for _ in range(int(span / (3 * HOUR))):
            self.live(3 * HOUR, change, share)
            said = self.judged()
            told += [("began", one.illness.kind) for one in said.began]
            told += [("ended", one.illness.kind) for one in said.ended]
        return told


def grown(name: str = "lakeside", days: int = 42, **fields: object) -> Paper:
    """A paper after six weeks."""
    paper = Paper(name, **fields)  # type: ignore[arg-type]
    paper.live(timedelta(days=days))
    return paper
