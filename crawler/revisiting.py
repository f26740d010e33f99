"""Plans the next look at a story in the transaction that brings an answer, or that none came. No network, no Scrapy.

`Revisiting.settled` belongs to every page that was decided, `unanswered` to every link that got no answer; `claim`
gives the links that are due, `finish` keeps what was learned. They run where the archive is written.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from archive.models import Outcome, Page, VerdictKind
from archive.settling import Decided, Fetched
from archive.store.archive import Archive
from archive.store.pending import LinkRow
from archive.store.revisits import Counts, Life, Validators
from crawler.schedule import LEEWAY, EditPace, Found, Look, after_look, age_from, is_late, passed, watched

_GONE = (404, 410)
_NONE_TO_COME = (VerdictKind.INDEX, VerdictKind.NOT_HTML, VerdictKind.MEDIA)
_WELL = (Outcome.NEW, Outcome.REVISION, Outcome.UNCHANGED, Outcome.DUPLICATE)

Designs = Mapping[int, tuple[timedelta, ...]]
Refuses = Callable[[str], str | None]


@dataclass(slots=True)
class Revisiting:
    """The looks of one crawl. `designs`: fixed ages of looks, by source; none where they are adaptive.

    `began_at`: when the crawl did. What comes due later is left to the next one, or it would never end. `refuses`: by
    source, why a URL is not asked for any more, if so.
    """

    crawl_id: int
    began_at: datetime
    designs: Designs = field(default_factory=dict)
    refuses: Mapping[int, Refuses] = field(default_factory=dict)
    _paces: dict[int, EditPace] = field(default_factory=dict)
    _numbers: dict[tuple[timedelta, ...], int | None] = field(default_factory=dict)

    def claim(self, archive: Archive, source_id: int, limit: int, exclude: Collection[int]) -> list[LinkRow]:
        """At most `limit` links of a source that are due, newest first; they are pending from now on.

        Those that the source's patterns refuse by now are skipped, and not due any more.
        """
        taken: list[LinkRow] = []
        refuses = self.refuses.get(source_id, _nothing)
        while (left := limit - len(taken)) > 0:
            claimed = archive.revisits.claim(self.crawl_id, source_id, self.began_at + LEEWAY, left, exclude)
            refused = {link.id: reason for link in claimed if (reason := refuses(link.url))}
            for link_id, reason in refused.items():
                archive.links.finish(link_id, self.crawl_id, "skipped", reason, self.began_at)
                archive.revisits.end(link_id)
            taken += (link for link in claimed if link.id not in refused)
            if len(claimed) < left:
                break
        return taken

    def settled(self, archive: Archive, fetched: Fetched, decided: Decided) -> None:
        """An answer was decided: plans the next look, and keeps what a conditional request needs."""
        link_id, source_id = decided.link_id, decided.source_id
        if link_id is None or source_id is None:
            return
        validators = validators_after(fetched.page, decided)
        if validators is not None:
            archive.revisits.validate(link_id, validators)
        life = archive.revisits.life(link_id)
        if decided.outcome is Outcome.DUPLICATE and decided.article_id:
            is_other = archive.revisits.is_another_address(link_id, decided.article_id)
        else:
            is_other = False
        if life.first_at is None and decided.outcome is Outcome.NEW and decided.article_id:
            published = archive.revisits.published_at(decided.article_id)
            life = replace(life, began_at=age_from(life.began_at, published))
        found: Found = "never" if is_other else found_in(fetched.page, decided, again=life.last_at is not None)
        self._looked(archive, link_id, source_id, life, Look(fetched.page.fetched_at, found))

    def unanswered(self, archive: Archive, link: LinkRow, at: datetime) -> None:
        """A link got no answer, or may not be asked for."""
        life = archive.revisits.life(link.id)
        self._looked(archive, link.id, link.source_id, life, Look(at, "silence"))

    def finish(self, archive: Archive, now: datetime) -> None:
        """Keeps what was learned of sources."""
        for source_id, pace in self._paces.items():
            archive.revisits.keep_pace(source_id, pace.text(), now)

    def _looked(self, archive: Archive, link_id: int, source_id: int, life: Life, look: Look) -> None:
        design = self.designs.get(source_id, ())
        pace = self._pace(archive, source_id)
        again = life.first_at is not None
        counts = Counts(
            due=passed(life, look.at, design),
            made=int(again),
            answered=int(again and look.found != "silence"),
            late=int(is_late(life, look.at, design)),
        )
        archive.revisits.keep(link_id, after_look(life, look, pace, design), counts, self._number(archive, design))
        self._paces[source_id] = watched(life, look, pace)

    def _pace(self, archive: Archive, source_id: int) -> EditPace:
        if source_id not in self._paces:
            self._paces[source_id] = EditPace.of(archive.revisits.pace(source_id))
        return self._paces[source_id]

    def _number(self, archive: Archive, design: tuple[timedelta, ...]) -> int | None:
        if design not in self._numbers:
            self._numbers[design] = archive.revisits.design(design)
        return self._numbers[design]


def _nothing(url: str) -> None:
    """Refuses nothing."""


def found_in(page: Page, decided: Decided, *, again: bool) -> Found:
    """What an answer is to the schedule. `again`: the link was answered before."""
    match decided.outcome:
        case Outcome.NEW:
            return "live" if decided.verdict == VerdictKind.LIVE_BLOG else "story"
        case Outcome.REVISION:
            return "edit" if again and decided.reason is None else "same"
        case Outcome.UNCHANGED | Outcome.DUPLICATE:
            return "same"
        case Outcome.REJECTED if page.status == 200 and decided.verdict in _NONE_TO_COME:
            return "never"
        case _:
            return "nothing"


def validators_after(page: Page, decided: Decided) -> Validators | None:
    """What the next request is made conditional with; None: with what it was before.

    A page that is gone, or a server's error, leaves the version held as it was. Any other answer that was not a whole
    story makes the next request one in full, and so does an answer that another address gave.
    """
    if page.status == 304 and decided.outcome is Outcome.UNCHANGED:
        return None
    if decided.outcome is Outcome.REJECTED and (page.status in _GONE or page.status >= 500):
        return None
    is_whole = decided.outcome in _WELL and decided.reason is None and not (decided.truncated or page.truncated)
    if not is_whole or page.hops or page.url != page.requested_url or page.status != 200:
        return Validators()
    return Validators(page.header("ETag"), page.header("Last-Modified"))
