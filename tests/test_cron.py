"""Cron expressions: what crontab(5) means by them, and those that are mistakes."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.cron import Cron, parse_cron, shortest

SUNDAY = datetime(2026, 3, 1, tzinfo=UTC)


def days(expression: str, count: int, zone: str | None = None) -> list[str]:
    cron, moment, found = parse_cron(expression), SUNDAY, []
    for _ in range(count):
        moment = cron.after(moment, zone)
        found.append(f"{moment:%a %d %H:%M}")
    return found


def test_a_time_is_the_first_after_the_last_one() -> None:
    assert days("*/20 6 * * *", 4) == ["Sun 01 06:00", "Sun 01 06:20", "Sun 01 06:40", "Mon 02 06:00"]
    at_six = datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert Cron("0 6 * * *").after(at_six) == at_six + timedelta(days=1)
    assert Cron("0 6 * * *").after(at_six - timedelta(microseconds=1)) == at_six


@pytest.mark.parametrize("expression", ["0 6 * * 1", "0 6 * * mon", "0 6 * * MON"])
def test_monday_is_one(expression: str) -> None:
    assert days(expression, 2) == ["Mon 02 06:00", "Mon 09 06:00"]


@pytest.mark.parametrize("expression", ["0 6 * * 0", "0 6 * * 7", "0 6 * * sun", "@weekly"])
def test_sunday_is_nought_and_seven(expression: str) -> None:
    assert days(expression, 2)[0].startswith("Sun ")


def test_weekdays_have_ranges_steps_and_lists() -> None:
    assert days("0 6 * * 4-5", 3) == ["Thu 05 06:00", "Fri 06 06:00", "Thu 12 06:00"]
    assert days("0 6 * * fri-sun", 3) == ["Sun 01 06:00", "Fri 06 06:00", "Sat 07 06:00"]
    assert days("0 6 * * 1-7/2", 4) == ["Sun 01 06:00", "Mon 02 06:00", "Wed 04 06:00", "Fri 06 06:00"]
    assert days("0 6 * * tue,4", 2) == ["Tue 03 06:00", "Thu 05 06:00"]


def test_of_two_restricted_days_one_is_enough() -> None:
    assert days("0 6 10 * 2", 3) == ["Tue 03 06:00", "Tue 10 06:00", "Tue 17 06:00"]
    assert days("0 6 4 * 2", 3) == ["Tue 03 06:00", "Wed 04 06:00", "Tue 10 06:00"]


def test_the_clocks_are_those_of_the_zone_also_where_they_change() -> None:
    assert days("0 6 28-30 * *", 3, "Europe/Berlin") == ["Sat 28 05:00", "Sun 29 04:00", "Mon 30 04:00"]
    assert days("30 2 29 * *", 1, "Europe/Berlin") == ["Sun 29 01:30"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 0 31 2 *", "never comes: no month it names has that day"),
        ("0 0 31 4,6,9,11 *", "never comes"),
        ("* * * *", r"must have five fields as in crontab: .*; it has 4"),
        ("61 * * * *", r"is not a cron expression: .*\b61\b"),
        ("* * * * 8", "is not a cron expression: '8' is no weekday"),
        ("* * * * 6-2", "the weekdays '6-2' go backwards"),
        ("* * * * */0", r"'\*/0' is no weekday"),
        ("* * * foo *", 'Invalid month name "foo"'),
        ("@fortnightly", "must have five fields"),
    ],
)
def test_mistakes_are_told_in_words(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_cron(text)


def test_a_leap_day_comes_and_half_an_expression_that_never_does_is_left_out() -> None:
    assert parse_cron("0 0 29 2 *").after(SUNDAY).date().isoformat() == "2028-02-29"
    assert parse_cron("0 0 30 2 1").after(SUNDAY).date().isoformat() == "2027-02-01"


@pytest.mark.parametrize(
    ("expression", "minutes"), [("*/15 * * * *", 15), ("*/7 * * * *", 4), ("0,1 6 * * *", 1), ("@daily", 1440)]
)
def test_the_shortest_time_between_two(expression: str, minutes: int) -> None:
    assert shortest(parse_cron(expression)) == timedelta(minutes=minutes)
