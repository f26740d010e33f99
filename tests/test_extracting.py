"""Extraction alone: in order, with few pages in memory, however many there are."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from archive.extracting import Alone, Job, More, extract_all
from archive.inputs import HandedIn
from archive.models import Extraction, Verdict, VerdictKind
from archive.workers import PageTimeout
from tests.pages import page

ALONE = Alone("", None, "", 0, Extraction(Verdict(VerdictKind.ARTICLE)))


class Lazy:
    """An executor that works on a page only when it must: `most` pages and bytes were with it at once."""

    def __init__(self, *, eager: bool = False) -> None:
        self.eager, self.waiting, self.most, self.most_bytes = eager, list[Any](), 0, 0

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        lazy = self

        class Pending(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                lazy.waiting.remove(self)
                return ALONE

        future: Future[Any] = Pending()
        future.size = len(args[1].body)  # type: ignore[attr-defined]
        self.waiting.append(future)
        self.most = max(self.most, len(self.waiting))
        self.most_bytes = max(self.most_bytes, sum(each.size for each in self.waiting))
        if self.eager:
            future.set_result(ALONE)
        return future


def jobs(count: int, size: int = 10) -> Iterator[Job]:
    return (Job(HandedIn(str(n), page(f"https://news.example/{n}", b"x" * size))) for n in range(count))


def test_no_more_pages_are_under_way_than_asked_for() -> None:
    executor = Lazy()
    results = extract_all(jobs(100), executor, (), at_once=8, more=More())
    assert [result.given.name for result in results] == [str(n) for n in range(100)]
    assert executor.most == 8


def test_large_pages_are_fewer_at_once() -> None:
    executor = Lazy()
    results = list(extract_all(jobs(20, 10 * 2**20), executor, (), at_once=64, more=More()))
    assert len(results) == 20
    assert executor.most_bytes <= 80 * 2**20
    assert all(result.given.page and not result.given.page.body for result in results)


def test_what_is_done_is_given_out_at_once_and_what_is_wrong_in_its_place() -> None:
    executor = Lazy(eager=True)
    taken = 0

    def given() -> Iterator[Job]:
        nonlocal taken
        for job in [*jobs(2), Job(HandedIn("bad", wrong="is not JSON")), *jobs(2)]:
            taken += 1
            yield job

    results = extract_all(given(), executor, (), at_once=64, more=More())
    assert (next(results).given.name, taken) == ("0", 1)
    assert [(result.given.name, result.failure) for result in results] == [
        ("1", ""),
        ("bad", "is not JSON"),
        ("0", ""),
        ("1", ""),
    ]


def test_a_page_that_fails_says_why() -> None:
    class Failing:
        def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(PageTimeout("timeout"))
            return future

    (result,) = extract_all(jobs(1), Failing(), (), at_once=1, more=More())
    assert (result.alone, result.failure) == (None, "timeout")
