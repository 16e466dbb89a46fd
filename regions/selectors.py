"""What other rooms ask about regions."""

from datetime import date

from django.db.models import F, Q

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


def calendar_for(scope: Scope) -> dict[date, bool]:
    """The calendar by which a reader's lists are grouped: of his region if he has one, else of the country."""
    return calendar_overrides(next(iter(scope.regions)) if len(scope.regions) == 1 else "")


def heads_in_office(day: date) -> dict[str, AuthorityHead]:
    """Who heads the authority of each region on the day, by region code; one query."""
    heads = AuthorityHead.objects.in_office(day).select_related("authority")
    return {head.authority.region_id: head for head in heads}
