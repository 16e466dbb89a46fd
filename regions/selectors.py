"""What other rooms ask about regions."""

from collections import defaultdict
from datetime import date

from django.db.models import F, Q

from common.calendar import Calendars
from common.scope import Scope
from regions.models import AuthorityHead, CalendarDay


def calendar_overrides(region: str = "", without: int | None = None) -> dict[date, bool]:
    """Days that were made working (True) or off (False), for the rules of `common.calendar`.

    Of the country, and of the region with this code, whose own days go before those of the country; `without`
    leaves one row out. One query.
    """
    rows = CalendarDay.objects.in_force().filter(Q(region=None) | Q(region=region))
    if without is not None:
        rows = rows.exclude(pk=without)
    return dict(rows.order_by(F("region").asc(nulls_first=True)).values_list("day", "is_working"))


def calendars() -> Calendars:
    """The calendar of the country with those of the regions that have days of their own; one query."""
    national: dict[date, bool] = {}
    own: dict[str, dict[date, bool]] = defaultdict(dict)
    for region, day, is_working in CalendarDay.objects.in_force().values_list("region", "day", "is_working"):
        (own[region] if region else national)[day] = is_working
    return Calendars(national, {code: national | days for code, days in own.items()})


def calendar_for(scope: Scope) -> dict[date, bool]:
    """The calendar by which a reader's lists are grouped: of his region if he has one, else of the country."""
    return calendar_overrides(next(iter(scope.regions)) if len(scope.regions) == 1 else "")


def heads_in_office(day: date) -> dict[str, AuthorityHead]:
    """Who heads the authority of each region on the day, by region code; one query."""
    heads = AuthorityHead.objects.in_office(day).select_related("authority")
    return {head.authority.region_id: head for head in heads}
