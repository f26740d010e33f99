"""What a year is judged by: stories archived while listed, edits seen, requests, alarms."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median


@dataclass(slots=True)
class Tally:
    """Stories and edits that could be had, and those that were; by paper. `lags`: seconds from publication."""

    stories: Counter[str] = field(default_factory=Counter)
    archived: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    of_kinds: Counter[str] = field(default_factory=Counter)
    seen_of_kinds: Counter[str] = field(default_factory=Counter)
    whole: int = 0
    unobtainable: int = 0
    lags: list[int] = field(default_factory=list)

    def story(self, paper: str, lag: int | None) -> None:
        """A story: archived so many seconds after it was published, or not while it was listed."""
        self.stories[paper] += 1
        if lag is not None:
            self.archived[paper] += 1
            self.lags.append(lag)

    def edit(self, paper: str, kind: str, seen: bool) -> None:
        """An edit of some kind of story: whether a fetch got what it made before the next one took its place."""
        self.edits[paper] += 1
        self.seen[paper] += seen
        self.of_kinds[kind] += 1
        self.seen_of_kinds[kind] += seen

    def kinds(self) -> str:
        """How many edits of each kind were seen, in words."""
        shares = ((kind, of, self.seen_of_kinds[kind] / of) for kind, of in sorted(self.of_kinds.items()))
        return ", ".join(f"{kind} {share:.1%} of {of:,}" for kind, of, share in shares)

    @property
    def archived_share(self) -> float:
        """Of the stories that could be had, the share that was archived while listed."""
        return _share(self.archived.total(), self.stories.total())

    @property
    def seen_share(self) -> float:
        """Of the edits of stories' first days, the share that was seen."""
        return _share(self.seen.total(), self.edits.total())

    @property
    def worst_archived(self) -> tuple[float, str]:
        """The paper of which the smallest share was archived."""
        return min(((_share(self.archived[name], of), name) for name, of in self.stories.items()), default=(1.0, ""))

    @property
    def worst_seen(self) -> tuple[float, str]:
        """Of papers with 30 edits at least, the one of which the smallest share was seen."""
        many = ((_share(self.seen[name], of), name) for name, of in self.edits.items() if of >= 30)
        return min(many, default=(1.0, ""))

    @property
    def lag(self) -> float:
        """Minutes from publication to the archive, the median."""
        return median(self.lags) / 60 if self.lags else 0.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
