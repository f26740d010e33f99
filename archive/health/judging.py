"""The judge: of every source, what ails it now, what began and what ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.health.answers import down, listing_illnesses, network
from archive.health.figures import BLINDING, NORMAL_AFTER, History, Illness, Incident
from archive.health.pages import page_illnesses
from archive.health.volume import common_factor, drop, ratios_of, silence

_WEARS_OFF = ("drop", "drift", "non_articles", "feed_dead", "feed_moved")
EVERYWHERE = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the health of one source, or of all together (`source_id` None)."""

    source_id: int | None
    began: tuple[Incident, ...] = ()
    lasting: tuple[Incident, ...] = ()
    ended: tuple[Incident, ...] = ()


def judge(histories: Sequence[History], now: datetime, everywhere: Sequence[Incident] = ()) -> list[Judged]:
    """The health of these sources at `now`. `everywhere`: what was open of all of them together.

    Each incident begins once and ends once: an illness that is open is measured by what its getting well needs.
    """
    known = list(histories)
    offline, ratios = network(known, now), ratios_of(known, now)
    judged = [_settled(EVERYWHERE, everywhere, [offline] if offline else [], now)]
    for history in known:
        if offline and not any(history.opened(kind) for kind in ("down", "certificate", "robots")):
            judged.append(Judged(history.source_id, lasting=history.open))  # nothing can be told of it
            continue
        judged.append(_source(history, ratios, now))
    return judged


def _source(history: History, ratios: Mapping[int, tuple[str | None, float]], now: datetime) -> Judged:
    if (ill := down(history, now)) is not None:  # of what else ails it, nothing new is known
        others = tuple(one for one in history.open if one.illness.kind != ill.kind)
        settled = _settled(history.source_id, [one for one in history.open if one not in others], [ill], now)
        return Judged(history.source_id, settled.began, (*others, *settled.lasting), settled.ended)
    found = [*listing_illnesses(history, now), *page_illnesses(history, now)]
    held: set[str] = {one.illness.kind for one in history.open}
    causes = {ill.kind for ill in found} | held  # also what ends with this look: it was there until now
    factor = common_factor(history, ratios)
    quiet = silence(history, now, factor)
    fewer = drop(history, now, factor) if quiet is None or "drop" in held else None
    is_told_of = bool(causes & BLINDING) or _all_feeds_ill(history, found)
    found += [ill for ill in (quiet, fewer) if ill is not None and (not is_told_of or ill.kind in held)]
    return _settled(history.source_id, history.open, found, now)


def _all_feeds_ill(history: History, found: Sequence[Illness]) -> bool:
    ill = {one.subject for one in found if one.kind in ("listing", "feed_dead")}
    feeds = {one.url for one in history.listings if one.kind == "feed"}
    return bool(feeds) and feeds <= ill


def _settled(source: int | None, opened: Sequence[Incident], found: Sequence[Illness], now: datetime) -> Judged:
    held = {(one.illness.kind, one.illness.subject): one for one in opened}
    ill = {(one.kind, one.subject): one for one in found}
    worn = {key for key, one in held.items() if key[0] in _WEARS_OFF and now - one.found_at >= NORMAL_AFTER}
    began = [Incident(one, now) for key, one in ill.items() if key not in held]
    lasting = [one for key, one in held.items() if key in ill and key not in worn]
    ended = [one for key, one in held.items() if key not in ill or key in worn]
    return Judged(source, tuple(began), tuple(lasting), tuple(ended))
