"""How times, lengths and shares are written in the sentences about illnesses."""

from datetime import UTC, datetime, timedelta

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when(moment: datetime, now: datetime) -> str:
    """ "14 May 03:10 UTC", with the year if it is another one."""
    moment = moment.astimezone(UTC)
    year = "" if moment.year == now.astimezone(UTC).year else f" {moment.year}"
    return f"{moment.day} {_MONTHS[moment.month - 1]}{year} {moment:%H:%M} UTC"


def long(span: timedelta) -> str:
    """ "7 hours", "3 days"."""
    hours = span.total_seconds() / 3600
    if hours < 48:
        number, unit = max(1, round(hours)), "hour"
    else:
        number, unit = round(hours / 24), "day"
    return f"{number} {unit}{'' if number == 1 else 's'}"


def share(part: float, whole: float) -> str:
    """ "94 %"; only all is 100 %."""
    return "100 %" if part >= whole else f"{min(99, round(100 * part / whole))} %"


def number(value: float) -> str:
    """ "about 12", and one digit after the point below ten."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
