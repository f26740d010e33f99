"""Traps, in a crawl: addresses of a shape that gives nothing are left out, with their reason, and are not asked for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from archive.dates import now
from archive.shapes import url_shape, with_any
from archive.store.archive import Archive
from archive.store.pending import LinkRow
from archive.store.shapes import Yielded, is_suspect
from crawler.running import RunningCrawl, RunningSource
from crawler.schedule.traps import FEW, PROBES, WARY, Standing, is_counted, is_varied, standing, variants

TRAP = "trap"
THROTTLED = "throttled"
_LATER = timedelta(hours=6)
_ROOM: dict[Standing, int] = {"few": FEW, "probe": PROBES, "stopped": 0}

Shapes = Mapping[str, Yielded]
Fate = Literal["now", "later", "never"]


@dataclass(frozen=True, slots=True)
class _Sweep:
    """Addresses of a source to be left out: of a shape, all (or until `not_before`), or those whose paths are held."""

    source_id: int
    shape: str
    crawl_id: int
    variants: bool = False
    not_before: datetime | None = None


class Traps:
    """Says of links, before they are asked for, whether they are."""

    def __init__(self, crawl: RunningCrawl) -> None:
        self._crawl = crawl
        self._asked: Counter[tuple[int, str]] = Counter()
        self._probing: set[tuple[int, str]] = set()
        self._swept: set[int] = set()
        self._unjudged: dict[int, str] = {}  # link -> shape
        self._good: set[tuple[int, str]] = set()  # shapes that were seen to give stories

    def ended(self, link: LinkRow) -> None:
        """A link was judged, or got no answer."""
        self._unjudged.pop(link.id, None)

    def learn(self, source_id: int, yielded: Iterable[Yielded]) -> None:
        """What the shapes of an address that was answered have given by now."""
        shapes = self._crawl.sources[source_id].shapes
        for of in yielded:
            if of.stories and (of.forks or not is_varied(of.shape)):
                self._good.add((source_id, of.shape))
            if is_suspect(of):
                shapes[of.shape] = of
            else:
                shapes.pop(of.shape, None)

    async def lets(self, link: LinkRow) -> Fate:
        """Whether a link is asked for. If "never", all that wait like it are left out, in one transaction.

        "later": so many of its shape are being read that what it gives is to be learned from them first.
        """
        source = self._crawl.sources[link.source_id]
        if link.article_id is not None or link.url in source.planned.asked:
            return "now"
        shape = url_shape(link.url)
        is_new = is_counted(shape) and (link.source_id, shape) not in self._good
        if is_new and self._being_read(link, shape) >= WARY:
            return "later"
        if source.shapes and not await self._is_wanted(link, source):
            return "never"
        self._unjudged[link.id] = shape
        return "now"

    def _being_read(self, link: LinkRow, shape: str) -> int:
        """How many of a shape were asked for and are not judged yet."""
        if not self._in_flight(link) and self._crawl.ingest.is_idle():
            self._unjudged.clear()
        return list(self._unjudged.values()).count(shape)

    async def _is_wanted(self, link: LinkRow, source: RunningSource) -> bool:
        if link.id in self._swept:
            return False
        mine = [source.shapes[shape] for shape in shapes_of(link.url) if shape in source.shapes]
        for of in mine:
            if (sweep := self._sweep(link.source_id, of)) is not None:
                self._swept |= await self._crawl.write(partial(_leave, sweep=sweep, spare=self._in_flight(link)))
                return False
        for of in filter(variants, mine):
            sweep = _Sweep(link.source_id, of.shape, self._crawl.crawl_id, variants=True)
            self._swept |= await self._crawl.write(partial(_leave, sweep=sweep, spare=self._in_flight(link)))
        if link.id in self._swept:
            return False
        self._asked.update((link.source_id, of.shape) for of in mine)
        return True

    def _sweep(self, source_id: int, of: Yielded) -> _Sweep | None:
        """What is to be left out, if a crawl has asked for as much of a shape as it may."""
        key, is_now = (source_id, of.shape), standing(of, now())
        if is_now == "probe":
            self._probing.add(key)
        elif is_now == "stopped" and key in self._probing:
            is_now = "probe"
        if is_now == "free" or self._asked[key] < _ROOM[is_now]:
            return None
        later = now() + _LATER if is_now == "few" else None
        return _Sweep(source_id, of.shape, self._crawl.crawl_id, not_before=later)

    def _in_flight(self, link: LinkRow) -> frozenset[int]:
        return self._crawl.frontier.in_flight - {link.id}


def shapes_of(url: str) -> list[str]:
    """The shape of an address, and the one with whatever parameters."""
    shape = url_shape(url)
    general = with_any(shape)
    return [shape] if general is None else [shape, general]


def refused(archive: Archive, urls: Iterable[str], shapes: Shapes, at: datetime) -> set[str]:
    """Of the addresses that a listing names, those that are not asked for. What is held is no trap."""
    if not shapes:
        return set()
    suspect = {url: [shapes[shape] for shape in shapes_of(url) if shape in shapes] for url in urls}
    stopped = {url for url, mine in suspect.items() if any(standing(of, at) == "stopped" for of in mine)}
    varied = archive.shapes.held_paths(url for url, mine in suspect.items() if any(map(variants, mine)))
    found = stopped | varied
    return found - archive.shapes.held(found) if found else found


def _leave(archive: Archive, sweep: _Sweep, spare: frozenset[int]) -> set[int]:
    """Leave links out, or until later; returns which. `spare`: links that are being asked for."""
    waiting = archive.shapes.waiting(sweep.source_id)
    mine = {url: of for of, url in waiting if of not in spare and sweep.shape in shapes_of(url)}
    if sweep.variants:
        held = archive.shapes.held_paths(mine)
        mine = {url: of for url, of in mine.items() if url in held}
    if sweep.not_before is not None:
        archive.shapes.put_off(mine.values(), sweep.not_before, THROTTLED)
    else:
        archive.shapes.leave_out(mine.values(), TRAP)
    return set(mine.values())
