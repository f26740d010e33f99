"""Reading stored pages again: today's extractor on yesterday's bytes. Nothing is fetched, no version is lost."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path

from archive.configured import ConfiguredSource
from archive.dates import now
from archive.errors import NotHeld
from archive.extraction.site import Site
from archive.identity.revisions import decide_again
from archive.interpretation import Interpretation, interpret_stored
from archive.judgement import overruled
from archive.learning import learn_sites
from archive.models import Outcome, Page
from archive.placing import catch_up
from archive.settling import Fetched, candidate_of, place_version, saving_of, settle_read
from archive.source_rules import Rules, rules_of
from archive.store.archive import Archive
from archive.store.rereading import Stored, stored_at, worth_rereading
from archive.store.sources import SourceRecord
from archive.store.writer import Writer
from archive.urls import safe_url
from archive.workers import Executor, PageFailed

_AT_ONCE = 32  # pages with the workers or waiting for them


def re_extract(archive_path: str | Path, executor: Executor, *, force: bool = False) -> Counter[Outcome]:
    """Reads again the page of every current version, and every page that gave no article; counts what came of it.

    A text read alike only brings the fields up to date (unchanged); another text is a revision whose cause is the
    extractor. A page no longer read as a story leaves its article as it is. Older versions keep the text they had.
    """
    counted: Counter[Outcome] = Counter()
    writer = Writer(archive_path, force=force)
    try:
        while writer.call(catch_up).result():
            pass
        with Archive.open(archive_path, readonly=True, force=force) as archive:
            for stored, fetched, read in _readings(archive, executor):
                counted[_settled(writer, stored, fetched, read)] += 1
        learn_sites(writer)
    finally:
        writer.close()
    return counted


def take_over_rules(archive: Archive, sources: Iterable[ConfiguredSource]) -> list[str]:
    """Gives the archive's sources the rules of morgue.toml; returns the names of those that had others.

    A source that the archive does not know yet is added: its pages may come before its first crawl.
    """
    changed: list[str] = []
    for source in sources:
        held = archive.sources.by_name(source.name)
        if held is None and source.name and safe_url(source.home):
            archive.sources.save(SourceRecord.of(source, _config(source)), now())
        elif held is not None and rules_of(held) != source.rules:
            archive.sources.set_rules(source.name, source.rules.table())
            changed.append(source.name)
    return changed


def _config(source: ConfiguredSource) -> dict[str, object]:
    config = {"name": source.name, "home": source.home, "rules": source.rules.table()}
    return {key: value for key, value in config.items() if value}


def page_held(archive: Archive, url: str) -> tuple[Page, Site]:
    """A stored page with its body decoded, and what the archive knows of its site. Raises NotHeld."""
    stored = stored_at(archive, url)
    if stored is None:
        raise NotHeld(f"the archive holds no page of {url}; `morgue save {url}` fetches and keeps it")
    item = archive.fetches.stored(stored.fetch_id, archive.bodies.get(stored.sha256))
    return item.page, Rules().of(archive, item.context.source_id).site or Site()


def _readings(archive: Archive, executor: Executor) -> Iterator[tuple[Stored, Fetched, Future[Interpretation]]]:
    """Pages in order of fetch, each with what a worker makes of it; some are always under way."""
    rules = Rules()
    under_way: deque[tuple[Stored, Fetched, Future[Interpretation]]] = deque()
    for stored in worth_rereading(archive):
        item = archive.fetches.stored(stored.fetch_id, archive.bodies.get(stored.sha256))
        fetched = Fetched(stored.fetch_id, item.page, item.context, rules.of(archive, item.context.source_id))
        read = executor.submit(interpret_stored, item.page, fetched.rules.site, stored.sha256)
        under_way.append((stored, fetched, read))
        if len(under_way) >= _AT_ONCE:
            yield under_way.popleft()
    yield from under_way


def _settled(writer: Writer, stored: Stored, fetched: Fetched, read: Future[Interpretation]) -> Outcome:
    try:
        interpretation = read.result()
    except PageFailed:
        return Outcome.FAILED
    return writer.call(lambda archive: _settle(archive, stored, fetched, interpretation)).result()


def _settle(archive: Archive, stored: Stored, fetched: Fetched, interpretation: Interpretation) -> Outcome:
    held = archive.articles.held(stored.article_id)
    if held is None:
        archive.fetches.set_read_with(fetched.fetch_id, fetched.rules.read_with)
        return settle_read(archive, fetched, interpretation, "extractor").outcome
    interpretation = overruled(archive, fetched.page, interpretation)
    decision = decide_again(candidate_of(fetched.page, interpretation, fetched.rules.keep), held)
    archive.articles.save(saving_of(fetched, interpretation, decision, "extractor"))
    place_version(archive, held.id, decision, interpretation)
    if decision.refresh or decision.change is not None:
        archive.fetches.set_read_with(fetched.fetch_id, fetched.rules.read_with)
    return decision.outcome
