"""Extraction alone: pages handed in, read by workers, given back in their order; few are in memory at a time."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from archive.configured import ConfiguredSource, owner_by_home
from archive.inputs import HandedIn
from archive.models import Extraction, Page
from archive.workers import Executor, PageFailed, call

_BYTES = 64 * 2**20  # of pages that are with the workers


@dataclass(frozen=True, slots=True)
class Alone:
    """A page extracted: where it is from ("" if unknown), whose source it is, its decoded body's SHA-256, its words."""

    url: str
    source: str | None
    sha256: str
    words: int
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a page handed in, which has lost its bytes: `alone`, or why there is none."""

    given: HandedIn
    alone: Alone | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """What is asked for beside the fields: claims and notes of what was dropped, the story as Markdown."""

    details: bool = False
    markdown: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A page handed in, and what is known of its site if that comes from the archive."""

    given: HandedIn
    site: Any = None


def extract_all(
    jobs: Iterable[Job], executor: Executor, sources: tuple[ConfiguredSource, ...], *, at_once: int, more: More
) -> Iterator[Result]:
    """The results in the order of the jobs. `at_once`: pages with the workers; `more`: beside the fields.

    A page is read by the rules of the source that its address belongs to, unless its job knows its site.
    """
    owner = owner_by_home((source.home, source) for source in sources)
    under_way: deque[tuple[HandedIn, int, Future[Alone] | None]] = deque()
    size = 0
    for job in jobs:
        page = job.given.page
        if page is None:
            under_way.append((job.given, 0, None))
        else:
            found = owner(page.url) if page.url else None
            choices = sources if not page.url else (found,) if found else ()
            future = executor.submit(call, "archive.alone:extract_alone", page, job.site, choices, more)
            under_way.append((replace(job.given, page=_without_body(page)), len(page.body), future))
            size += len(page.body)
        while len(under_way) >= at_once or size > _BYTES or (under_way and _is_done(under_way[0])):
            given, bytes_of_it, future_of_it = under_way.popleft()
            size -= bytes_of_it
            yield _result(given, future_of_it)
    yield from (_result(given, future) for given, _, future in under_way)


def _is_done(first: tuple[HandedIn, int, Future[Alone] | None]) -> bool:
    return first[2] is None or first[2].done()


def _without_body(page: Page) -> Page:
    return replace(page, body=b"")


def _result(given: HandedIn, future: Future[Alone] | None) -> Result:
    if future is None:
        return Result(given, failure=given.wrong)
    try:
        return Result(given, future.result())
    except PageFailed as failure:
        return Result(given, failure=str(failure))
