"""Articles that are fetched twice or more, each with what is to be said of its last version."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from archive.models import Page
from benchmarks.refetches.pages import ASPECTS, Seen, Site, later, render, sites
from benchmarks.refetches.stories import Edits, Story, inserted, lengthened, load, moved, reworded, without

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_HOURS = 7  # between two visits

NOISE: dict[str, tuple[str, ...]] = {
    "counters": ("counters",),
    "ages": ("stamps",),
    "boxes": ("related", "ticker"),
    "ads": ("ads", "places"),
    "order": ("order",),
    "letters and cookies": ("letters", "cookies"),
    "tokens and classes": ("tokens", "classes", "image"),
    "white space": ("space",),
    "date of change": (),
    "everything": ASPECTS,
}


@dataclass(frozen=True, slots=True)
class Case:
    """The pages of one article in order.

    `kind`: noise, edit, degraded or reverted. `expected`: the class of the last version, "" where none is asked for;
    `silent`: whether it is a silent edit, None where that is not asked.
    """

    name: str
    site: str
    held_back: bool
    kind: str
    pages: tuple[Page, ...]
    expected: str = ""
    silent: bool | None = None


@dataclass(frozen=True, slots=True)
class _Edit:
    """A change: to what class it belongs, whether it is silent if the date of change does not move."""

    name: str
    expected: str
    change: Callable[[Story, Edits], Story]
    notable: bool = False


def cases(seed: int = 1) -> Iterator[Case]:
    """All cases, site by site."""
    for site in sites():
        random = Random(f"{seed}-{site.name}")
        story, edits = load(site.story)
        yield from _noise(site, story, random)
        yield from _edits(site, story, edits, random)
        yield from _degraded(site, story, random)
        yield from _reverted(site, story, edits, random)


def _noise(site: Site, story: Story, random: Random) -> Iterator[Case]:
    for name, aspects in NOISE.items():
        first = _request(random)
        again = replace(first, seeds=first.seeds | {aspect: random.randrange(10**9) for aspect in aspects})
        if name in ("date of change", "everything"):
            again = replace(again, modified=later(first.modified, random.randrange(5, 400)))
        yield _case(site, f"noise: {name}", "noise", [(story, first), (story, again)])


def _edits(site: Site, story: Story, edits: Edits, random: Random) -> Iterator[Case]:
    for number, edit in enumerate(_known_edits(len(story.paragraphs), random)):
        first, again = _request(random), _request(random)
        dated = (number + len(site.name)) % 2 == 0
        if dated:
            again = replace(again, modified=later(first.modified, random.randrange(5, 400)))
        changed = edit.change(story, edits)
        # A page without a date of change tells nobody of an edit, whenever it was.
        told = (dated and "$modified" in site.page) or bool(changed.note)
        case = _case(site, f"edit: {edit.name}", "edit", [(story, first), (changed, again)])
        yield replace(case, expected=edit.expected, silent=edit.notable and not told)


def _known_edits(paragraphs: int, random: Random) -> Iterator[_Edit]:
    for n in (0, 1, 2):
        yield _Edit(f"minor {n}", "minor", lambda story, edits, n=n: reworded(story, edits.minor[n]))
    middle, dropped = random.randrange(1, paragraphs - 1), random.randrange(2, paragraphs)
    yield _Edit("paragraph at the end", "text added", lambda s, e: inserted(s, paragraphs, e.extra[0]))
    yield _Edit("paragraph within", "text added", lambda s, e: inserted(s, middle, e.extra[1]))
    yield _Edit("sentence", "text added", lambda s, e: lengthened(s, middle, e.sentence))
    yield _Edit("paragraph dropped", "text removed", lambda s, e: without(s, dropped))
    yield _Edit("first dropped, one moved", "text removed", lambda s, e: moved(without(s, 0), 1, 3))
    yield _Edit("two dropped", "text removed", lambda s, e: without(s, 3, paragraphs - 1))
    for n in (0, 1, 2):
        yield _Edit(f"figure {n}", "figures changed", lambda s, e, n=n: reworded(s, e.figure[n]), notable=True)
    for n in (0, 1):
        yield _Edit(f"quote {n}", "quote changed", lambda s, e, n=n: reworded(s, e.quote[n]), notable=True)
    for n in (0, 1):
        yield _Edit(f"headline {n}", "headline changed", lambda s, e: replace(s, headline=e.headline), notable=True)
    for on_top in (False, True):
        where = "above" if on_top else "below"
        yield _Edit(
            f"figure, note {where}", "correction noted", lambda s, e, top=on_top: _noted(s, e, top), notable=True
        )
    yield _Edit("name", "", lambda s, e: reworded(s, e.name[0]), notable=True)


def _noted(story: Story, edits: Edits, on_top: bool) -> Story:
    return replace(reworded(story, edits.figure[0]), note=edits.note, note_on_top=on_top)


def _degraded(site: Site, story: Story, random: Random) -> Iterator[Case]:
    first, again = _request(random), _request(random)
    walled = replace(again, paywall=random.choice((1, 2)))
    yield replace(_case(site, "degraded: paywall", "degraded", [(story, first), (story, walled)]), expected="degraded")
    case = _case(site, "degraded: cut short", "degraded", [(story, first), (story, again)])
    last = case.pages[-1]
    middle = last.body.find(story.paragraphs[2][-12:].encode())
    assert middle > 0 or " " in story.paragraphs[2]
    cut = replace(last, body=last.body[: middle if middle > 0 else len(last.body) // 2], truncated=True)
    yield replace(case, pages=(*case.pages[:-1], cut), expected="degraded")


def _reverted(site: Site, story: Story, edits: Edits, random: Random) -> Iterator[Case]:
    changed = reworded(story, edits.figure[1])
    versions = [(story, _request(random)), (changed, _request(random)), (story, _request(random))]
    yield replace(_case(site, "reverted", "reverted", versions), expected="reverted")


def _request(random: Random) -> Seen:
    return Seen({aspect: random.randrange(10**9) for aspect in ASPECTS})


def _case(site: Site, name: str, kind: str, versions: list[tuple[Story, Seen]]) -> Case:
    url = f"https://{site.name}.example/news/{site.story}-20417"
    pages = []
    for number, (story, seen) in enumerate(versions):
        at = START + timedelta(hours=_HOURS * number)
        body = render(site, story, url, seen)
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        pages.append(Page(url, url, body, at, 200, "HTTP/1.1 200 OK", headers))
    return Case(name, site.name, site.held_back, kind, tuple(pages))
