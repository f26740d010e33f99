"""Which shares are watched: of what, how much of it is bad."""

from dataclasses import dataclass

from archive.health.hours import Hour

STORIES = ("verdict/article", "verdict/live_blog", "verdict/teaser", "verdict/media")
WALLS = ("verdict/consent", "verdict/challenge")
FIELDS = ("authors", "dates", "title", "text")


@dataclass(frozen=True, slots=True)
class Share:
    """A share: `bad` of `bad` and `good`, names and families of an hour's counts; without `good`, of new articles."""

    name: str
    bad: tuple[str, ...]
    good: tuple[str, ...] = ()

    def of(self, hour: Hour) -> tuple[int, int]:
        """How many are bad, and how many there are."""
        bad = hour.sum(self.bad)
        return bad, bad + hour.sum(self.good) if self.good else hour.new


WALL = Share("wall", WALLS, STORIES)
NON_ARTICLES = Share(
    "non_articles",
    tuple(f"verdict/{kind}" for kind in ("index", "soft_404", "error", "js_shell", "not_html", "empty")),
    (*STORIES, *WALLS),
)
UNREACHABLE = Share("unreachable", ("page/",), ("verdict/",))
MISSING = {field: Share(f"missing/{field}", (f"missing/{field}",)) for field in FIELDS}
SHARES = (WALL, NON_ARTICLES, UNREACHABLE, *MISSING.values())
