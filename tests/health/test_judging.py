"""The judge: what is told of made-up papers, since when, and what is not."""

from datetime import timedelta

import pytest

from archive.health.baseline import make_baseline
from archive.health.figures import ListingFigures
from archive.health.hours import Count, Hour
from archive.health.judging import judge
from tests.health.papers import BEGIN, DAY, HOUR, Paper, fails, grown, nothing, only, well


def test_nothing_is_told_of_papers_that_are_well() -> None:
    told = {}
    for rate in (2.0, 8.0, 30.0, 100.0):
        for weekend in (0.05, 0.4, 1.0):
            paper = grown(f"{rate} {weekend}", rate=rate, weekend=weekend)
            if news := paper.live_and_be_judged(14 * DAY):
                told[paper.name] = news
    assert told == {}


def test_silence_is_told_within_a_day_since_the_last_story_and_is_over_with_the_next() -> None:
    paper = grown()
    paper.live(9 * HOUR)
    last = paper.history.last_new_at
    told = paper.live_and_be_judged(DAY, nothing)
    assert told == [("began", "silence")]
    (incident,) = paper.open
    assert incident.illness.since == last
    assert incident.illness.says.startswith("no new story since 13 Apr 08:30 UTC: in ")
    assert paper.live_and_be_judged(DAY, nothing) == []
    assert paper.live_and_be_judged(DAY) == [("ended", "silence")]


def test_a_slow_paper_may_be_silent_for_longer() -> None:
    assert grown(rate=1.0).live_and_be_judged(3 * DAY, nothing) == []


@pytest.mark.parametrize(("rate", "told"), [(30.0, True), (1.0, False)])
def test_from_the_first_day_silence_is_measured_by_what_was_published_before(rate: float, told: bool) -> None:
    paper = Paper("new", rate=rate, first_rate=rate)
    paper.live(DAY)
    assert (("began", "silence") in paper.live_and_be_judged(2 * DAY, nothing)) is told


def test_a_holiday_of_all_papers_alarms_nobody_and_that_of_one_does() -> None:
    papers = [grown(f"paper{number}", rate=40.0, seed=number) for number in range(6)]
    for paper in papers:
        paper.live(DAY, share=0.1)
    one, *others = papers
    assert one.judged(*others).began == ()
    for other in others:
        other.hours = [hour for hour in other.hours if hour.at < one.at - DAY]
        other.at = one.at - DAY
        other.live(DAY)
    (incident,) = one.judged(*others).began
    assert incident.illness.kind == "drop"


def test_a_wall_is_told_with_the_minute_it_went_up_and_hides_what_follows_from_it() -> None:
    paper = grown()
    paper.live(15 * HOUR)
    up = paper.at
    told = paper.live_and_be_judged(2 * DAY, only("verdict/consent"))
    assert told == [("began", "wall")]
    (incident,) = paper.open
    assert incident.found_at - up <= DAY
    first = next(hour.at for hour in paper.hours if hour.at >= up and hour.counts)
    assert incident.illness.since == first + timedelta(minutes=10)
    assert incident.illness.says.startswith(f"100 % consent pages since 13 Apr {first:%H}:10 UTC (")
    assert paper.live_and_be_judged(2 * DAY) == [("ended", "wall")]
    assert paper.live_and_be_judged(7 * DAY) == []  # the pages of then are not told of again


@pytest.mark.parametrize(
    ("names", "kind", "words"),
    [
        (("verdict/challenge",), "wall", "bot checks since"),
        (("verdict/soft_404",), "non_articles", "of the pages are no articles since"),
        (("page/timeout",), "unreachable", "of the stories do not answer since"),
        (("missing/authors",), "drift", "are without authors since"),
        (("missing/dates",), "drift", "are without a date since"),
        (("missing/text",), "drift", "are without text to speak of since"),
    ],
)
def test_what_pages_turn_into_is_told_within_a_day_once_and_once_when_it_is_over(
    names: tuple[str, ...], kind: str, words: str
) -> None:
    paper = grown()
    began = paper.at
    assert paper.live_and_be_judged(DAY, only(*names)) == [("began", kind)]
    (incident,) = paper.open
    assert words in incident.illness.says
    assert timedelta() <= incident.illness.since - began <= 8 * HOUR
    assert paper.live_and_be_judged(DAY, only(*names)) == []
    assert paper.live_and_be_judged(2 * DAY) == [("ended", kind)]


def test_what_is_missing_every_sunday_is_no_drift() -> None:
    def agency_on_sundays(at, stories):  # type: ignore[no-untyped-def]
        return only("missing/authors")(at, stories) if at.weekday() == 6 else well(at, stories)

    paper = Paper("lakeside", weekend=1.0)
    paper.live(42 * DAY, agency_on_sundays)
    assert paper.live_and_be_judged(14 * DAY, agency_on_sundays) == []


@pytest.mark.parametrize(("name", "kind"), [("authors", "no_authors"), ("dates", "no_dates")])
def test_from_the_first_day_fields_that_no_story_has_are_told(name: str, kind: str) -> None:
    paper = Paper("new", weekend=1.0)
    assert paper.live_and_be_judged(2 * DAY, only(f"missing/{name}")) == [("began", kind)]
    assert paper.live_and_be_judged(3 * DAY) == [("ended", kind)]


def test_from_the_first_day_a_source_of_nothing_but_sections_is_told() -> None:
    paper = Paper("new", weekend=1.0)
    told = paper.live_and_be_judged(3 * DAY, only("verdict/index"))
    assert told == [("began", "non_articles")]


@pytest.mark.parametrize(
    ("reason", "kind", "hours", "says"),
    [
        ("timeout", "down", 4, "nothing answers since 13 Apr 00:20 UTC (timeout)"),
        ("http_403", "down", 4, "nothing answers since 13 Apr 00:20 UTC (http_403)"),
        (
            "certificate_expired",
            "certificate",
            2,
            "the certificate of https://lakeside.example/ has expired: nothing could be had since 13 Apr 00:20 UTC",
        ),
        ("robots", "robots", 2, "robots.txt forbids everything since 13 Apr 00:20 UTC"),
    ],
)
def test_a_source_that_does_not_answer_is_told_when_it_has_lasted(
    reason: str, kind: str, hours: int, says: str
) -> None:
    paper = grown()
    paper.live((hours - 1) * HOUR, fails(reason))
    assert paper.judged().began == ()
    paper.live(2 * HOUR, fails(reason))
    (incident,) = paper.judged().began
    assert (incident.illness.kind, incident.illness.says) == (kind, says)
    assert paper.live_and_be_judged(2 * DAY, fails(reason)) == []
    assert paper.live_and_be_judged(DAY) == [("ended", kind)]


def test_what_ailed_a_source_before_it_went_down_lasts_meanwhile() -> None:
    paper = grown()
    paper.live_and_be_judged(DAY, only("verdict/consent"))
    assert paper.live_and_be_judged(DAY, fails("timeout")) == [("began", "down")]
    assert {incident.illness.kind for incident in paper.open} == {"wall", "down"}
    assert paper.live_and_be_judged(DAY, only("verdict/consent")) == [("ended", "down")]


def test_where_nobody_answers_it_is_the_network() -> None:
    papers = [grown(f"paper{number}", days=12) for number in range(4)]
    for paper in papers:
        paper.live(6 * HOUR, fails("dns"))
    everywhere, *each = judge([paper.history for paper in papers], papers[0].at)
    (incident,) = everywhere.began
    assert (incident.illness.kind, everywhere.source_id) == ("network", None)
    assert incident.illness.says == "none of 4 sources could be reached since 14 Mar 00:20 UTC"
    assert [one.began for one in each] == [()] * 4
    for paper in papers:
        paper.live(2 * HOUR)
    back = judge([paper.history for paper in papers], papers[0].at, everywhere.began)
    assert back[0].ended == everywhere.began


def listing(**fields: object) -> ListingFigures:
    known = {"url": "https://lakeside.example/rss", "kind": "feed", "first_seen_at": BEGIN, "answered": 900}
    return ListingFigures(**{**known, **fields})  # type: ignore[arg-type]


def test_a_feed_that_fails_while_others_answer_is_told_and_is_over_when_it_answers() -> None:
    paper = grown()
    since = paper.at
    failing = {"failures": 3, "failing_since": since, "reason": "http_404"}
    paper.listings = (listing(last_fetched_at=since + 5 * HOUR, **failing),)
    assert paper.live_and_be_judged(6 * HOUR) == []
    paper.listings = (listing(last_fetched_at=since + 6 * HOUR, **failing),)
    assert paper.live_and_be_judged(6 * HOUR) == [("began", "listing")]
    (incident,) = paper.open
    assert incident.illness.says == "the feed https://lakeside.example/rss fails since 13 Apr 00:00 UTC (http_404)"
    assert incident.illness.since == since
    paper.listings = (listing(last_fetched_at=paper.at),)
    assert paper.live_and_be_judged(6 * HOUR) == [("ended", "listing")]


def test_a_feed_that_stands_still_while_the_paper_goes_on_is_dead() -> None:
    paper = grown()
    since = paper.at
    still = {"changes": 400, "last_changed_at": since}
    paper.live(9 * HOUR)
    paper.listings = (listing(last_fetched_at=paper.at, **still),)
    assert paper.judged().began == ()
    paper.live(12 * HOUR)
    paper.listings = (listing(last_fetched_at=paper.at, **still),)
    (incident,) = paper.judged().began
    assert (incident.illness.kind, incident.illness.since) == ("feed_dead", since)
    paper.listings = (listing(last_fetched_at=paper.at, changes=400, last_changed_at=paper.at),)
    assert paper.live_and_be_judged(3 * HOUR) == [("ended", "feed_dead")]


def test_a_feed_of_a_section_that_rarely_changes_is_not_dead() -> None:
    paper = grown()
    paper.listings = (listing(last_fetched_at=paper.at + DAY, last_changed_at=paper.at, changes=30),)
    assert paper.live_and_be_judged(DAY) == []


def test_a_feed_that_moves_is_told_but_one_that_always_redirected_is_not() -> None:
    paper = grown()
    to = "https://lakeside.example/feed"
    paper.listings = (listing(moved_to=to, moved_at=BEGIN),)
    assert paper.live_and_be_judged(3 * HOUR) == []
    paper.listings = (listing(moved_to=to, moved_at=paper.at),)
    assert paper.live_and_be_judged(3 * HOUR) == [("began", "feed_moved")]
    assert to in paper.open[0].illness.says


def test_a_drop_is_told_and_is_what_is_usual_after_four_weeks() -> None:
    paper = grown(rate=80.0, weekend=1.0)
    assert paper.live_and_be_judged(2 * DAY, share=0.2) == [("began", "drop")]
    assert paper.open[0].illness.since >= paper.at - 3 * DAY
    assert paper.live_and_be_judged(26 * DAY, share=0.2) == []
    assert ("ended", "drop") in paper.live_and_be_judged(2 * DAY, share=0.2)


def test_what_was_not_looked_at_is_no_silence() -> None:
    paper = grown()
    assert paper.live_and_be_judged(4 * DAY, lambda at, stories: None) == []
    assert paper.live_and_be_judged(DAY) == []


def test_there_is_no_baseline_before_ten_days_and_days_of_illness_do_not_count() -> None:
    assert Paper("new", hours=[well(BEGIN, 3)]).history.baseline is None
    assert grown(days=10).history.baseline is None  # the first day has a week's stories
    paper = grown(days=11)
    before = paper.history.baseline
    assert before is not None
    assert before.days == 10
    paper.live(10 * DAY, nothing)
    ill = [(paper.at - 10 * DAY, paper.at)]

    after = make_baseline(paper.hours, BEGIN, paper.at.date(), ill)
    assert after == before


def test_an_hour_tells_when_things_were_first_counted() -> None:
    hour = Hour(BEGIN, counts={"verdict/consent": Count(3, 41), "verdict/article": Count(1, 7)})
    assert hour.first("verdict/consent") == BEGIN + timedelta(minutes=41)
    assert hour.first("verdict/") == BEGIN + timedelta(minutes=7)
    assert hour.total("verdict/") == 4
