"""Numbers, dates and months as they stand on the screen, in letters and in exports, in the active language.

Scores travel through the portal as whole hundredths (``int``) or as ``Decimal`` points; both are accepted
everywhere here. Russian texts use the decimal comma, a real minus and non-breaking spaces, so that a figure
and its unit never part at the end of a line.
"""

from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"
NO_VALUE = EN_DASH
MOSCOW = timezone(timedelta(hours=3))

Number = int | Decimal
Period = date | str


def is_russian() -> bool:
    """True when texts are being produced in Russian, the first language of the portal."""
    return (translation.get_language() or "ru").startswith("ru")


def hundredths(value: Number) -> int:
    """A score as whole hundredths: integers already are, decimals are points (78.67 → 7867)."""
    if isinstance(value, Decimal):
        return int((value * 100).to_integral_value(rounding=ROUND_HALF_UP))
    return value


def number(value: Number, places: int | None = None) -> str:
    """A plain number with thousands parted («1 180», "1,180") and, when asked, fixed decimal places."""
    quantity = Decimal(value)
    if places is not None:
        quantity = quantity.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(quantity):,f}"
    if is_russian():
        text = text.replace(",", NBSP).replace(".", ",")
    return f"{MINUS}{text}" if quantity < 0 else text


def score(value: Number | None) -> str:
    """A score or a loss in points with two decimals: 7867 → «78,67»; no value → «–»."""
    if value is None:
        return NO_VALUE
    return number(Decimal(hundredths(value)) / 100, places=2)


def score_tile(value: Number | None) -> str:
    """A score cut to whole points for a tile: 89.60 is «89», so that it never reads as the next zone."""
    if value is None:
        return NO_VALUE
    return str((Decimal(hundredths(value)) / 100).to_integral_value(rounding=ROUND_DOWN))


def signed(value: Number | None, places: int = 2) -> str:
    """A change in points with its sign: 430 → «+4,30», -733 → «−7,33», 0 → «0,00»; no value → «–»."""
    if value is None:
        return NO_VALUE
    points = Decimal(hundredths(value)) / 100
    text = number(points, places=places)
    return f"+{text}" if points > 0 else text


def in_line(*parts: str) -> str:
    """Facts of one line, parted by dots of which none begins a line; empty parts are left out."""
    return f"{NBSP}· ".join(filter(None, parts))


def fours(code: str) -> list[str]:
    """A long code in groups of four, as it is read aloud and typed."""
    return [code[start : start + 4] for start in range(0, len(code), 4)]


def points_word(figure: str) -> str:
    """«балл» as it follows a written figure: 1 балл, 2 балла, 5 баллов, after decimals always «2,56 балла»."""
    if ("," if is_russian() else ".") in figure:
        return pgettext("after a figure with decimals", "points")
    whole = int("".join(filter(str.isdecimal, figure)))
    return ngettext("point", "points", whole)


def interval(low: Number | None, high: Number | None) -> str:
    """The two ends of an interval of scores: «61,20 – 89,40»; no value → «–»."""
    if low is None or high is None:
        return NO_VALUE
    return f"{score(low)}{NBSP}{EN_DASH}{NBSP}{score(high)}"


def percent(value: Number | None, places: int = 0) -> str:
    """A percentage with its sign: «94 %» in Russian, "94%" in English; no value → «–»."""
    if value is None:
        return NO_VALUE
    return f"{number(value, places)}{NBSP}%" if is_russian() else f"{number(value, places)}%"


def share(part: int, whole: int) -> str:
    """``part`` of ``whole`` in whole percent, cut: 999 of 1000 is «99 %», never «100 %»; nothing → «–»."""
    return percent(part * 100 // whole) if whole else NO_VALUE


def as_date(value: Period | datetime) -> date:
    """The day meant by a date, by an instant (in Moscow) or by a month written "2026-10" (its first day)."""
    if isinstance(value, datetime):
        return value.astimezone(MOSCOW).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    year, month = value.split("-")[:2]
    return date(int(year), int(month), 1)


def date_long(value: Period | None) -> str:
    """«28 мая 2026 г.», "28 May 2026"; no value → «–»."""
    if value is None:
        return NO_VALUE
    text = date_format(as_date(value), f"j{NBSP}E{NBSP}Y")
    return f"{text}{NBSP}г." if is_russian() else text


def date_day(value: Period | None) -> str:
    """The day without its year, where the year is plain from the place: «28 мая», "28 May"."""
    return NO_VALUE if value is None else date_format(as_date(value), f"j{NBSP}E")


def date_short(value: Period | None) -> str:
    """The date of a table cell: «28.05.2026», "28 May 2026"."""
    if value is None:
        return NO_VALUE
    day = as_date(value)
    if is_russian():
        return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"
    return date_format(day, f"j{NBSP}M{NBSP}Y")


def not_later(term: date | str | None) -> str:
    """A term as official papers write it: «не позднее 28.05.2026 включительно»; the one place that words it.

    A text that names the day already («28 мая») is kept as it is; no value → «–».
    """
    if term is None:
        return NO_VALUE
    day = term if isinstance(term, str) else date_short(term)
    return gettext("not later than %(day)s inclusive") % {"day": day}


def not_later_format() -> str:
    """The same as the number format of a spreadsheet: the cell stays a date that sorts and counts."""
    before, day, after = not_later("\n").partition("\n")
    return f'"{before}"dd.mm.yyyy"{after}"' if day else "dd.mm.yyyy"


def date_time(value: datetime | None) -> str:
    """An instant in Moscow time with its zone named: «10 ноября 2026 г., 10:00 МСК»."""
    if value is None:
        return NO_VALUE
    local = value.astimezone(MOSCOW)
    zone = gettext("MSK")
    return f"{date_long(local.date())}, {local:%H:%M}{NBSP}{zone}"


def _month(value: Period, form: str) -> str:
    return date_format(as_date(value), form)


def month_name(value: Period) -> str:
    """A month with its year inside a sentence: «октябрь 2026», "October 2026"."""
    name = _month(value, "F")
    return f"{name.lower() if is_russian() else name}{NBSP}{as_date(value).year}"


def month_full(value: Period) -> str:
    """The month with its year in an official sentence: «октябрь 2026 года», "October 2026"."""
    name = month_name(value)
    return f"{name}{NBSP}года" if is_russian() else name


def month_full_genitive(value: Period) -> str:
    """«октября 2026 года», as in «письмо по итогам октября 2026 года»; English does not bend."""
    name = month_genitive(value)
    return f"{name}{NBSP}года" if is_russian() else name


def month_only(value: Period) -> str:
    """The month without its year: «октябрь», "October"."""
    name = _month(value, "F")
    return name.lower() if is_russian() else name


def month_title(value: Period) -> str:
    """A month with its year at the head of a line: «Октябрь 2026», "October 2026"."""
    name = month_name(value)
    return name[:1].upper() + name[1:]


def month_genitive(value: Period) -> str:
    """«октября 2026», as in «срез октября 2026»; English does not bend."""
    return f"{_month(value, 'E')}{NBSP}{as_date(value).year}"


def _month_with_ending(value: Period, soft: str, hard: str) -> str:
    name = month_only(value)
    if not is_russian():
        return name
    return name[:-1] + soft if name[-1] in "ьй" else name + hard


def month_dative(value: Period) -> str:
    """«октябрю», as in «к октябрю»; English does not bend."""
    return _month_with_ending(value, "ю", "у")


def month_prepositional(value: Period) -> str:
    """«октябре», as in «в октябре»; English does not bend."""
    return _month_with_ending(value, "е", "е")


def month_short(value: Period) -> str:
    """Three letters for the axis of a chart: «окт», "Oct"."""
    return month_only(value)[:3]


def days(count: int) -> str:
    """«1 день», «3 дня», «10 дней»."""
    return ngettext("%(count)s day", "%(count)s days", count).replace(" ", NBSP) % {"count": number(count)}


def file_size(size: int) -> str:
    """The size of a file for people: «640 Б», «12 КБ», «3,4 МБ» (binary multiples)."""
    if size < 1024:
        return NBSP.join((str(size), gettext("B")))
    if size < 1024 * 1024:
        return NBSP.join((number(Decimal(size) / 1024, places=0), gettext("KB")))
    megabytes = round(Decimal(size) / (1024 * 1024), 1)
    places = 0 if megabytes == int(megabytes) else 1
    return NBSP.join((number(megabytes, places=places), gettext("MB")))
