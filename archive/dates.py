"""Times as publishers write them, read without guessing, and times as we store them.

What a string does not say stays unsaid: a day without a clock is no midnight, a clock without a zone is no instant,
`11/12/2023` is no day. Rules: README, "Times".
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from archive.errors import UsageError
from archive.models import Moment, Precision

_LONGEST = 150  # characters; a longer string is a text that holds a date, not a date
_YEARS = range(1600, 2101)
_BUDDHIST, _THAI = 543, re.compile("[\u0e00-\u0e7f]")  # years that Thailand's calendar is ahead

_MONTHS = {  # beginnings of names of months ("_" is a space); of several that fit the longest counts
    1: "jan ian ene gen genn gener styc ledn leden tammi oca янв яну јан січ ιαν يناير كانون_الثاني جانفي جنوری ינו जन"
    " জান มกรา ม.ค jaan saus sij",
    2: "feb fev febr lut luty unor helmi sub şub фев феб лют φεβ فبراير شباط فيفري فروری פבר फर ফেব กุม ก.พ veeb"
    " vasar velj shkurt",
    3: "mar mrz maart brez marc marec maalis мар бер μαρ مارس اذار مارچ מרץ मार्च মার্চ มีนา มี.ค mach mac kov ozuj",
    4: "apr abr avr kwie dub huhti nis апр кві απρ ابريل نيسان افريل اپریل אפר अप्र এপ্র เมษา เม.ย baland trav prill",
    5: "may mai mag maj mei maio kvet kves touko маи мая мај трав μαι مايو ايار ماي مئی מאי मई মে พฤษภ พ.ค geguz svib",
    6: "jun juin giu czer cerven cervna kesa haz iun июн юни јун черв ιουν يونيو حزيران جوان جون יונ जून জুন มิถุ มิ.ย juun"
    " birz lipan lipnj qershor",
    7: "jul juil lug lip cervenec cervence heina tem iul июл юли јул лип ιουλ يوليو تموز جويلية جولائی יול जुल জুল"
    " กรก ก.ค juul liep srpanj srpnj korrik",
    8: "aug ago aou aout sier srp elo agu avg авг серп αυγ اغسطس اب اوت اگست אוג अग আগ สิงหา ส.ค rugp kolov gusht ogos",
    9: "sep set wrze zari syys eyl szep сен сеп вер σεπ سبتمبر ايلول ستمبر ספט सित সেপ กันยา ก.ย rugs ruj shtator",
    10: "oct okt ott out paz rij loka eki окт жов οκτ اكتوبر تشرين_الاول اکتوبر אוק अक्ट অক্ট ตุลา ต.ค spal tetor",
    11: "nov lis marras kas ноя ное нов лист νοε نوفمبر تشرين_الثاني نومبر נוב नव নভ พฤศจิ พ.ย lapkr studen nentor",
    12: "dec dez des dic gru pros joulu ara дек дец груд δεκ ديسمبر كانون_الاول دسمبر דצמ दिस ডিস ธันวา ธ.ค det"
    " gruod dhjetor dis",
}


def plain_letters(raw: str) -> str:
    """Text case folded, without accents (names of months are written with and without), with a hyphen for a minus."""
    letters = unicodedata.normalize("NFKD", raw.casefold())
    text = unicodedata.normalize("NFKC", "".join(c for c in letters if not unicodedata.combining(c)))
    return text.replace("\u2212", "-").strip()


_MONTH_OF = {
    plain_letters(beginning.replace("_", " ")): month for month, names in _MONTHS.items() for beginning in names.split()
}
MONTH_BEGINNINGS = "|".join(re.escape(beginning) for beginning in sorted(_MONTH_OF, key=len, reverse=True))
_LETTERS = r"(?:[^\W\d_]|[\u0900-\u0dff\u0e00-\u0e7f])"  # and the signs of vowels
_MONTH = rf"(?P<name>(?:{MONTH_BEGINNINGS}){_LETTERS}*)\.?"
_MONTH_START = re.compile(MONTH_BEGINNINGS)
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?=t\d{2}:?\d{2}|z?$|\s)",
        r"(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?(?:\s|-|\bde\b|\bd'|\bof\b|\bב)*{_MONTH}(?:\s|-|,|\.|\bde\b|\bdel\b|\bof\b)*(?P<y>\d{{4}})(?!\d)",
        rf"(?<![^\W\d_]){_MONTH}\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)",
        rf"(?<![^\W\d_]){_MONTH}\s+(?P<d>\d{{1,2}})\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s+[a-z]{{3,5}})?\s+(?P<y>\d{{4}})",
        rf"(?P<y>\d{{4}})(?:\.|\sm\.)?\s+{_MONTH}\s+(?P<d>\d{{1,2}})(?!\d)",
        rf"(?P<y>\d{{4}})\.?\sgada\s+(?P<d>\d{{1,2}})\.?\s+{_MONTH}",
        r"(?<!\d)(?P<d>\d{1,2})\s+thang\s+(?P<m>\d{1,2}),?\s+(?:nam\s+)?(?P<y>\d{4})(?!\d)",
        r"(?<!\d)(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)",
        r"(?<!\d)(?P<first>\d{1,2})(?P<sep>[-/])(?P<second>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)",
    )
)
_MONTH_ONLY = re.compile(
    rf"(?P<y>\d{{4}})[-/](?P<m>\d{{1,2}})|{_MONTH}(?:\s|,|\bde\b)+(?P<year>\d{{4}})|(?P<y2>\d{{4}})\s?年\s?(?P<m2>\d{{1,2}})\s?月"
)
_CLOCK = re.compile(
    r"(?<![\d:+-])(?P<h>\d{1,2})\s?(?:[:h.时点]|uhr\s)\s?(?P<min>\d{2})(?:[:.](?P<s>\d{2})(?:[.,]\d+)?)?\s?(?P<half>[ap]\.?\s?m\b\.?)?(?!\d)"
)
_COMPACT_CLOCK = re.compile(r"t(?P<h>\d{2})(?P<min>\d{2})(?P<s>\d{2})?(?:[.,]\d+)?(?P<half>)(?!\d)")
_ZONE = re.compile(r"\s*[\[(]?(?P<name>z\b|utc|gmt|[a-z]{2,5}\b)?\s?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?(?![\d:])")
_EPOCH = re.compile(r"(\d{10})(\d{3})?(\.\d+)?")
_RFC822 = re.compile(r"(?:[a-z]{3}, )?\d{1,2} [a-z]{3} \d{4} \d{2}:\d{2}(?::\d{2})? [a-z]{3}")

# Names of zones that mean one offset wherever they are used, in hours.
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3}
_ZONES |= {"msk": 3, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "awst": 8, "nzst": 12, "nzdt": 13, "sgt": 8, "hkt": 8}
# RFC 822, 5.1: these mean North America, but only in a time written the way of that standard.
_ZONES_OF_RFC822 = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}


def now() -> datetime:
    """The time, aware UTC, to the millisecond that is stored."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def iso(moment: datetime) -> str:
    """`2026-01-31T23:59:59.123Z` for an aware time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """The aware UTC time that `iso` wrote. Raises ValueError for anything without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {text!r}")
    return moment.astimezone(UTC)


def parse_since(text: str, now: datetime) -> date:
    """The first day meant by "7d" (days before now), "2026-01-31", "2026-01" or "1998". Raises UsageError."""
    if days := re.fullmatch(r"(\d{1,5})\s?d", text.strip()):
        return now.date() - timedelta(days=int(days[1]))
    if parts := re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text.strip()):
        try:
            return date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
        except ValueError:
            pass
    raise UsageError(f"not a day: {text!r} (write 7d, 2026-01-31, 2026-01 or 1998)")


def parse_until(text: str, now: datetime) -> date:
    """The day meant by "30d" (days from now) or "2026-01-31". Raises UsageError."""
    if days := re.fullmatch(r"(\d{1,5})\s?d", text.strip()):
        return now.date() + timedelta(days=int(days[1]))
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"not a day: {text!r} (write 2026-01-31, or 30d)") from None


@lru_cache(maxsize=256)  # a page says the same day in many places, and is asked for it more than once
def parse_date(raw: str, timezone: str | None = None) -> Moment:
    """What a publisher's string says of a time, and no more. Never raises.

    `timezone` is the publisher's (IANA name): a clock without a zone is read in it, and the calendar day is counted in
    it. For precision "month", `on` is the month's first day. An unreadable string comes back with precision "none".
    """
    text = plain_letters(raw[: _LONGEST + 1])
    zone = _zone_called(timezone)
    if len(raw.strip()) > _LONGEST or not text:
        return Moment(raw)
    if epoch := _EPOCH.fullmatch(text):
        at = datetime.fromtimestamp(int(epoch[1]), UTC)
        return Moment(raw, at, at.astimezone(zone).date() if zone else at.date(), "second")
    found = min(_days(text), key=lambda day: day[0], default=None)
    if found is None:
        return _month(raw, text)
    _, end, day = found
    return _with_clock(raw, text, end, day, zone) if day else Moment(raw)


def _zone_called(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (LookupError, ValueError, OSError):  # unknown, absurd, or a directory of the zone files
        return None


def _days(text: str) -> Iterator[tuple[int, int, date | None]]:
    """Every day the text names as (start, end, day): day is None where its parts are no date or a coin toss."""
    for pattern in _DATES:
        if found := pattern.search(text):
            yield found.start(), found.end(), _day(found.groupdict())


def _day(parts: dict[str, str | None]) -> date | None:
    year, day = int(parts["y"] or 0), int(parts.get("d") or 0)
    if name := parts.get("name"):
        month = _month_called(name)
        year -= _BUDDHIST if _THAI.match(name) and year > _YEARS.stop else 0
    elif "first" in parts:
        day, month = sorted((int(parts["first"] or 0), int(parts["second"] or 0)), reverse=True)
        if day <= 12 and day != month:
            return None
    else:
        month = int(parts["m"] or 0)
    return _date(year, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def _month_called(name: str) -> int:
    found = _MONTH_START.match(name)
    return _MONTH_OF[found[0]] if found else 0


def _month(raw: str, text: str) -> Moment:
    parts = _MONTH_ONLY.fullmatch(text)
    if not parts:
        return Moment(raw)
    month = _month_called(parts["name"]) if parts["name"] else int(parts["m"] or parts["m2"])
    on = _date(int(parts["y"] or parts["year"] or parts["y2"]), month, 1)
    return Moment(raw, None, on, "month") if on else Moment(raw)


def _with_clock(raw: str, text: str, end: int, day: date, zone: ZoneInfo | None) -> Moment:
    """The day with the clock that follows it (or else stands before it), if its zone is known."""
    found = _COMPACT_CLOCK.match(text, end) or _CLOCK.search(text, end) or _CLOCK.search(text, 0, end)
    clock = _clock(found.groupdict()) if found else None
    if not found or clock is None:
        return Moment(raw, None, day, "day")
    local = datetime.combine(day, clock)
    offset = _offset(text, found.end(), local, zone)
    if offset is None:
        return Moment(raw, None, day, "day")
    try:
        at = local.replace(tzinfo=offset).astimezone(UTC)
    except OverflowError:
        return Moment(raw, None, day, "day")
    precision: Precision = "second" if found["s"] else "minute"
    return Moment(raw, at, at.astimezone(zone).date() if zone else day, precision)


def _clock(parts: dict[str, str | None]) -> time | None:
    hour, half = int(parts["h"] or 0), parts["half"]
    if half and not 1 <= hour <= 12:
        half = None
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        return time(hour, int(parts["min"] or 0), int(parts["s"] or 0))
    except ValueError:
        return None


def _offset(text: str, end: int, local: datetime, zone: ZoneInfo | None) -> tzinfo | None:
    """The zone written after the clock; without one the publisher's own, unless that hour came twice or never."""
    written = _ZONE.match(text, end)
    name, offset = (written["name"], written["offset"]) if written else (None, None)
    if offset and name in (None, "utc", "gmt", "z"):
        return _fixed(offset)
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    if name in _ZONES_OF_RFC822 and _RFC822.fullmatch(text):
        return timezone(timedelta(hours=_ZONES_OF_RFC822[name]))
    if zone is None or zone.utcoffset(local) != zone.utcoffset(local.replace(fold=1)):
        return None
    if name and name in _ZONES_OF_RFC822 and (zone.tzname(local) or "").casefold() != name:
        return None
    return zone


def _fixed(offset: str) -> tzinfo | None:
    digits = offset[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 14 or minutes > 59:
        return None
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if offset[0] == "-" else span)
