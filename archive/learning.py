"""Between crawls: what the latest pages of each source teach becomes the snapshot that its next pages are read with."""

import json
from functools import partial

from archive.dates import now
from archive.extraction.site import from_lists, learn, marks_in
from archive.extraction.site.teaching import mark_of
from archive.store.archive import Archive
from archive.store.saving import TEACHING
from archive.store.sites import Snapshot
from archive.store.writer import Writer

_STORIES = 1000  # the latest of a source whose promos are known
_NEWS = 0.25  # of the pages taught from: with fewer new ones, the snapshot there is stays


def learn_sites(writer: Writer) -> int:
    """Makes new snapshots for the sources that have enough new pages; returns how many.

    Call it when no page is being read. Each source is a call to the writer, so others get their turn.
    """
    sources = writer.call(lambda archive: [source.id for source in archive.sources.all() if source.id]).result()
    return sum(writer.call(partial(_learn_site, source=source)).result() for source in sources)


def _learn_site(archive: Archive, source: int) -> bool:
    held = archive.sites.newest(source)
    known = archive.sites.traits(source, TEACHING)
    news = archive.sites.news(source, held.until if held else 0)
    if not news or news <= _NEWS * (len(known) - 1):
        return False
    pages = [from_lists(json.loads(traits)) for _, traits in known]
    told = {mark_of(text) for story in archive.sites.stories(source, _STORIES) for text in story if text}
    memory = learn(pages, told)
    if memory is None or (held is not None and memory.hash == held.hash):
        return False
    texts = {line.mark: line.text for page in reversed(pages) for line in page.lines}
    lines = {mark: texts[mark] for mark in marks_in(memory)}
    archive.sites.keep(source, Snapshot(memory.hash, memory.data, known[0][0]), lines, now())
    return True
