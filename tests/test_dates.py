from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.dates import from_iso, iso, now, parse_date, parse_since
from archive.errors import UsageError
from archive.models import Moment

NOON = datetime(2023, 4, 20, 12, 5, tzinfo=UTC)
DAY = date(2023, 4, 20)


@pytest.mark.parametrize(
    "raw",
    [
        "2023-04-20T12:05:00Z",
        "2023-04-20T12:05:00.000Z",
        "2023-04-20T14:05:00+02:00",
        "2023-04-20T14:05:00+0200",
        "2023-04-20 14:05:00 +0200",
        "2023-04-20T07:05:00-05",
        "20230420T120500Z",
        "20230420T12:05:00Z",
        "Thu Apr 20 14:05:00 CEST 2023",
        "Thu, 20 Apr 2023 12:05:00 GMT",
        "Thu, 20 Apr 2023 08:05:00 EDT",
        "Thu Apr 20 2023 12:05:00 GMT+0000 (Coordinated Universal Time)",
        "1681992300",
        "1681992300000",
        "20. April 2023, 14:05:00 MESZ",
    ],
)
def test_clock_with_offset_is_an_instant_to_the_second(raw: str) -> None:
    assert parse_date(raw) == Moment(raw, NOON, DAY, "second")


@pytest.mark.parametrize(
    ("raw", "month"),
    [
        *(("5 srpna 2023", 8), ("5 srpnja 2023", 7), ("5 lipca 2023", 7), ("5 lipnja 2023", 6), ("5 avgust 2023", 8)),
        *(("5 كانون الثاني 2023", 1), ("5 تشرين الأول 2023", 10), ("5 अक्टूबर 2023", 10), ("5 जुलाई 2023", 7)),
        *(("5 সেপ্টেম্বর 2023", 9), ("5 พฤษภาคม 2566", 5), ("5 พฤศจิกายน 2566", 11), ("5 rugsėjo 2023", 9)),
    ],
)
def test_months_whose_names_begin_alike_are_told_apart(raw: str, month: int) -> None:
    assert parse_date(raw).on == date(2023, month, 5)


def test_years_of_no_calendar_in_use_are_none() -> None:
    assert parse_date("2566-04-20").on is None
    assert parse_date("20 April 2566").on is None


@pytest.mark.parametrize("raw", ["2023-04-20T12:05Z", "April 20, 2023 at 12:05 PM UTC", "12:05 GMT, 20 April 2023"])
def test_clock_without_seconds_is_an_instant_to_the_minute(raw: str) -> None:
    assert parse_date(raw) == Moment(raw, NOON, DAY, "minute")


@pytest.mark.parametrize(
    "raw",
    [
        "2023-04-20",
        "2023/04/20",
        "20230420",
        "April 20, 2023",
        "Apr. 20th, 2023",
        "Published: 20 April 2023",
        "20. April 2023",
        "20 avril 2023",
        "20 de abril de 2023",
        "20 aprile 2023",
        "20 апреля 2023 г.",
        "2023년 4월 20일",
        "الخميس، 20 أبريل 2023",
        "Thu Apr 20 14:05:00 2023",
        "20 kwietnia 2023",
        "2023年4月20日",
        *("20 aprilie 2023", "20 април 2023 г.", "20 Απριλίου 2023", "20 באפריל 2023", "20 अप्रैल 2023", "২০ এপ্রিল ২০২৩"),
        *(
            "20 เมษายน 2566",
            "20 เม.ย. 2566",
            "ngày 20 tháng 4 năm 2023",
            "20 نيسان 2023",
            "٢٠ أبريل ٢٠٢٣",
            "20 اپریل 2023",
        ),
        *(
            "2023 m. balandžio 20 d.",
            "2023. gada 20. aprīlis",
            "2023. április 20.",
            "20. travnja 2023.",
            "20. aprill 2023",
        ),
        "20.04.2023",
        "20/04/2023",
        "04/20/2023",
    ],
)
def test_day_without_clock_is_a_day_and_no_midnight(raw: str) -> None:
    assert parse_date(raw) == Moment(raw, None, DAY, "day")


@pytest.mark.parametrize(
    "raw", ["2023-04-20T12:05:00", "April 20, 2023 3:04 PM", "April 20, 2023 3:04 PM EST", "20.04.2023 14:05 Uhr"]
)
def test_clock_without_known_zone_keeps_the_day_only(raw: str) -> None:
    assert parse_date(raw) == Moment(raw, None, DAY, "day")


@pytest.mark.parametrize(
    "raw",
    [
        *("", "2026", "11/12/2023", "05-06-2023", "yesterday", "10:30", "May", "Friday 13", "2023-13-40"),
        *("30 February 2023", "0001-01-01T00:00:00Z", "99999999999999", "\x00", "\ud800"),
        "a text of April 20, 2023 " * 20,
    ],
)
def test_what_does_not_name_a_day_is_not_guessed(raw: str) -> None:
    assert parse_date(raw) == Moment(raw)


@pytest.mark.parametrize("raw", ["2023-04", "April 2023", "avril 2023", "2023年4月"])
def test_month_is_a_month(raw: str) -> None:
    assert parse_date(raw) == Moment(raw, None, date(2023, 4, 1), "month")


def test_clock_without_zone_is_read_in_the_timezone_of_the_source() -> None:
    assert parse_date("2023-04-20T14:05:00", "Europe/Berlin") == Moment("2023-04-20T14:05:00", NOON, DAY, "second")
    assert parse_date("April 20, 2023 8:05 AM EDT", "America/New_York").at == NOON


def test_zone_that_the_source_does_not_have_is_not_replaced_by_its_own() -> None:
    assert parse_date("April 20, 2023 8:05 AM PDT", "America/New_York").at is None


def test_day_is_counted_in_the_timezone_of_the_source() -> None:
    assert parse_date("2023-04-21T01:30:00Z", "America/New_York").on == DAY
    assert parse_date("2023-04-21T01:30:00Z").on == date(2023, 4, 21)


def test_hour_that_came_twice_is_no_instant() -> None:
    raw = "2023-10-29T02:30:00"
    assert parse_date(raw, "Europe/Berlin") == Moment(raw, None, date(2023, 10, 29), "day")


def test_unknown_timezone_is_no_timezone() -> None:
    assert parse_date("2023-04-20T14:05:00", "Europe/Nowhere") == parse_date("2023-04-20T14:05:00")
    assert parse_date("2023-04-20T14:05:00", "../etc") == parse_date("2023-04-20T14:05:00")


def test_first_of_several_days_is_taken() -> None:
    assert parse_date("Published April 20, 2023, updated 2023-05-01").on == DAY


@given(st.text(), st.sampled_from([None, "Asia/Tokyo"]))
def test_any_text_is_read_without_an_error(raw: str, timezone: str | None) -> None:
    assert parse_date(raw, timezone).raw == raw


@given(st.text("0123456789-/:.TZ+ apmJanEST,", max_size=30))
def test_near_dates_are_read_without_an_error(raw: str) -> None:
    moment = parse_date(raw, "Europe/Berlin")
    assert (moment.at is None) or moment.on is not None


@given(st.datetimes(timezones=st.just(UTC)))
def test_stored_time_comes_back_to_the_millisecond(moment: datetime) -> None:
    assert from_iso(iso(moment)) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def test_stored_time_is_utc_with_z() -> None:
    assert iso(from_iso("2023-04-20T14:05:00+02:00")) == "2023-04-20T12:05:00.000Z"
    assert from_iso(iso(now())) <= now()


def test_stored_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        from_iso("2023-04-20T14:05:00")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("7d", date(2023, 4, 13)),
        ("0d", DAY),
        ("2026-01-01", date(2026, 1, 1)),
        ("1998", date(1998, 1, 1)),
        ("1998-07", date(1998, 7, 1)),
    ],
)
def test_since_names_a_day(text: str, day: date) -> None:
    assert parse_since(text, NOON) == day


@pytest.mark.parametrize("text", ["", "soon", "7", "2026-13-01", "2026-1-1", "01.02.2026", "99999999d"])
def test_since_that_names_no_day_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="not a day"):
        parse_since(text, NOON)
