"""What other rooms ask about regions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils.translation import gettext as _

from common.calendar import Calendars
from common.errors import Missing
from common.scope import Scope
from regions.models import AuthorityHead, CalendarDay, Region, SharingConsent


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


def own_region(scope: Scope, code: str) -> Region:
    """A region whose own affairs the reader may read: the centre any, others their own; Missing for the rest."""
    region: Region = Region.objects.for_list().fetch(scope, code=code)
    if not (scope.is_centre or code in scope.regions):
        raise Missing(_("Not found: %(what)s.") % {"what": Region._meta.verbose_name})
    return region


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent in the words of its reader, to whom the staff of the centre is one office unless he is of it."""

    consent: SharingConsent
    given_words: str
    withdrawn_words: str


def consent_rows(scope: Scope, region: Region) -> list[ConsentRow]:
    """The consents of a region, the newest first; one query."""
    rows = SharingConsent.objects.visible_to(scope).filter(region=region)
    return [
        ConsentRow(
            consent=row,
            given_words=_who(scope, row.given_by, row.given_by_centre),
            withdrawn_words=_who(scope, row.withdrawn_by, row.withdrawn_by_centre)
            if row.withdrawn_at
            else "",
        )
        for row in rows.select_related("given_by", "withdrawn_by").order_by("-given_at", "-pk")
    ]


def _who(scope: Scope, person: object, by_centre: bool) -> str:
    if not by_centre:
        return str(person or "")
    office = _("the centre")
    return f"{office}, {person}" if person and scope.is_centre else office


def sharing_regions(codes: Iterable[str]) -> frozenset[str]:
    """Which of these regions agree, at this moment, that others read their accepted reports; one query."""
    agreed = SharingConsent.objects.in_force().filter(region__in=list(codes))
    return frozenset(agreed.values_list("region", flat=True))
