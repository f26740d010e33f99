"""What a crawl got of each story, and when; and what that comes to."""

from dataclasses import dataclass, field

from benchmarks.paperweb.measures import Tally
from benchmarks.paperweb.polling import edits_of, kind_of, obtainable_edit
from benchmarks.paperweb.stories import Story
from benchmarks.paperweb.web import Site, Web


@dataclass(slots=True)
class Held:
    """A story held: when it was archived first, which versions, as bits, and which last."""

    first: int
    versions: int = 0
    last: int = -1


@dataclass(slots=True)
class Ledger:
    """By paper and story, what is held of it."""

    held: dict[tuple[int, int], Held] = field(default_factory=dict)

    def got(self, site: Site, story: Story, version: int, at: int) -> None:
        """A fetch that brought a story as a story."""
        held = self.held.setdefault((site.paper.number, story.n), Held(at))
        held.versions |= 1 << version
        held.last = version

    def last(self, site: Site, story: Story) -> int:
        """The version of a story that was got last; -1 if none was."""
        held = self.held.get((site.paper.number, story.n))
        return held.last if held else -1

    def tally(self, web: Web) -> Tally:
        """All stories and edits that could be had, and which of them were."""
        tally = Tally()
        for site, story in web.stories():
            if not site.obtainable(story):
                tally.unobtainable += 1
                continue
            held = self.held.get((site.paper.number, story.n))
            in_time = held is not None and held.first < story.listed_until
            tally.story(site.paper.name, held.first - story.published if held and in_time else None)
            versions = held.versions if held else 0
            for number, (edit, gone) in enumerate(edits_of(story), 1):
                if obtainable_edit(site, edit, gone):
                    tally.edit(site.paper.name, kind_of(story, edit), bool(versions >> number & 1))
                    tally.whole += versions >> (number - 1) & 3 == 3
        return tally
