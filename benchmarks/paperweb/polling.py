"""Polling at fixed intervals, in the same web: what it gets, what it asks. It reads without fault and needs no pause.

Polling everything every N minutes: at every multiple of N from beginning to end, each paper's front page, feeds, news
sitemap, sitemap index and newest child are asked for, and each story that was found, until it is 24 hours old.
A poller is thus better than a real one could be: fifteen minutes do not suffice for the large papers' pages at one
request every three seconds.
"""

from dataclasses import dataclass

from benchmarks.paperweb import DAY, HOUR
from benchmarks.paperweb.measures import Tally
from benchmarks.paperweb.stories import Story
from benchmarks.paperweb.web import Site, Web


@dataclass(frozen=True, slots=True)
class Polled:
    """What fixed polling came to."""

    tally: Tally
    requests: int


def poll(web: Web, every: int) -> Polled:
    """Polls everything every so many seconds."""
    tally = Tally()
    times = (web.end - web.begin) // every
    requests = times * sum(site.listings() for site in web.sites)
    for site in web.sites:
        for story in site.stories:
            found = _found(site, story, every, web.begin)
            last = min(web.end, story.published + DAY)
            if found is not None and found < last:
                requests += 1 + (last - 1 - found) // every
    for site, story in web.stories():
        if not site.obtainable(story):
            tally.unobtainable += 1
            continue
        found = _found(site, story, every, web.begin)
        tally.story(site.paper.name, None if found is None else found - story.published)
        for edit, gone in edits_of(story):
            if obtainable_edit(site, edit, gone):
                seen = found is not None and _sees(site, edit, gone, found, (every, story.published))
                tally.edit(site.paper.name, kind_of(story, edit), seen)
    return Polled(tally, requests)


def edits_of(story: Story) -> list[tuple[int, int]]:
    """The edits of a story's first day: when each was made, and when the next one took its place."""
    ends = (*story.edits[1:], 2**40)
    return [(edit, end) for edit, end in zip(story.edits, ends, strict=False) if edit < story.published + DAY]


def kind_of(story: Story, edit: int) -> str:
    """What kind of edit it is: to a live story, or how old the story was."""
    if story.is_live:
        return "live"
    age = edit - story.published
    return "first hour" if age < HOUR else "first day"


def obtainable_edit(site: Site, edit: int, gone: int) -> bool:
    """Whether a version could be read at any moment of its life."""
    return site.readable_from(edit) < min(gone, site.end)


def _found(site: Site, story: Story, every: int, begin: int) -> int | None:
    """The first poll that gets a story; None if it is not listed any more by then."""
    at = _next_poll(max(begin, site.readable_from(story.published)), every)
    while not site.readable(at):
        at = _next_poll(site.readable_from(at), every)
    return at if at < story.listed_until else None


def _sees(site: Site, edit: int, gone: int, found: int, polling: tuple[int, int]) -> bool:
    every, published = polling
    at = _next_poll(max(edit, found), every)
    while at < min(gone, published + DAY + every):
        if site.readable(at):
            return True
        at += every
    return False


def _next_poll(at: int, every: int) -> int:
    return -(-at // every) * every
