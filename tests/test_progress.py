"""What a crawl says at its end."""

import pytest

from archive.dates import now
from archive.errors import ExitCode
from archive.store.crawls import SourceSums
from crawler.plan import CrawlReport, SourceReport
from crawler.progress import report_lines, source_lines

NOTHING = dict.fromkeys(
    (
        *("discovered", "fetched", "unreachable", "skipped", "pending", "new", "revision", "unchanged"),
        *("duplicate", "rejected", "failed", "awaiting", "known"),
    ),
    0,
)


def sums(**terms: int) -> SourceSums:
    return SourceSums(source="Post", **{**NOTHING, **terms})


SOME = sums(discovered=12, fetched=7, new=5, rejected=2, skipped=4, known=3, unreachable=1)


def test_a_source_has_one_line_with_every_term() -> None:
    assert source_lines(SourceReport("Post", SOME)) == [
        "Post: found 12, fetched 7: 5 new, 0 revised, 0 unchanged, 0 duplicate, 2 rejected, 0 failed; "
        "3 known, 1 skipped, 1 unreachable, 0 pending"
    ]


def test_what_is_wrong_and_what_was_not_taken_have_lines_of_their_own() -> None:
    report = SourceReport("The Post", sums(), older=412338, oldest_on="1998-01-01", problem="it burns")
    assert source_lines(report)[1:] == [
        "The Post: it burns",
        "The Post: 412,338 older stories are listed, back to 1998; "
        "`morgue crawl 'The Post' --since 1998-01-01` fetches them, about 14 days at 3 s a request",
    ]


def test_older_stories_of_this_year_are_told_by_their_day() -> None:
    day = f"{now().year}-01-01"
    [_, line] = source_lines(SourceReport("Post", sums(), older=3, oldest_on=day))
    assert line.startswith(f"Post: 3 older stories are listed, back to {day}; ")


def test_stories_listed_without_a_date_are_told() -> None:
    [_, line] = source_lines(SourceReport("Post", sums(), undated=40))
    assert line == (
        "Post: 40 stories are listed without a date; `morgue crawl Post --since 1990-01-01` fetches them, "
        "about 2 minutes at 3 s a request"
    )


@pytest.mark.parametrize(
    ("older", "said"),
    [(1, "less than a minute"), (20, "about 1 minute"), (2400, "about 2 hours"), (28800, "about 1 day")],
)
def test_how_long_older_stories_take_is_said_in_the_largest_unit(older: int, said: str) -> None:
    [_, line] = source_lines(SourceReport("Post", sums(), older=older, oldest_on="2020-01-01"))
    assert line.endswith(f"fetches them, {said} at 3 s a request")


def test_the_view_of_what_was_left_out_is_named_when_it_has_rows() -> None:
    def last(counted: SourceSums) -> str:
        return report_lines(CrawlReport(ExitCode.OK, "finished", 1, (SourceReport("Post", counted),)))[-1]

    assert last(SOME) == "What is not in articles, and why: the view left_out."
    assert last(sums(discovered=4, fetched=2, new=1, unchanged=1, skipped=2, known=2)).startswith("Post: ")
