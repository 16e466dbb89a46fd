"""Who gets what by mail on a day to come, for those who answer for it: the same answer that the task sends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from common import clock
from common.errors import NotAllowed
from common.scope import Scope
from notifications.digests import calendars
from notifications.policies import can_see_digests
from notifications.selectors import PlannedDigest, digests_planned
from regions.models import Region

AHEAD_DAYS = 14


def days_ahead() -> tuple[date, date]:
    """The first and the last day that can be looked at: tomorrow, and 14 days from today."""
    return clock.today() + timedelta(days=1), clock.today() + timedelta(days=AHEAD_DAYS)


def require_sight_of_digests(scope: Scope) -> None:
    """Raises NotAllowed for whoever may not see the letters of others."""
    if not can_see_digests(scope):
        raise NotAllowed(_("What is sent to whom is seen by controllers and administrators."))


def digests_ahead(scope: Scope, day: date, region: str = "") -> list[PlannedDigest]:
    """The digests of a day by name of the reader; of a region only what is about it. Raises NotAllowed."""
    require_sight_of_digests(scope)
    planned = digests_planned(day)
    return [narrowed for digest in planned if (narrowed := _of_region(digest, region)).lines]


def _of_region(digest: PlannedDigest, code: str) -> PlannedDigest:
    """The digest with the lines about a region; a line that names no place is about those of its reader."""
    if not code:
        return digest
    lines = [
        line
        for line in digest.lines
        if line.region == code or (not line.region and code in line.reader.regions)
    ]
    return replace(digest, lines=lines)


def is_day_off(day: date, region: str = "") -> bool:
    """Whether nobody works on the day: in the region, or without one anywhere in the country."""
    kept = calendars()
    working = kept.working_on(day)
    return kept.key_of([region]) not in working if region else not working


def region_choices(scope: Scope) -> Sequence[tuple[str, str]]:
    """The regions that the page can be narrowed to."""
    return [(region.code, region.name) for region in Region.objects.visible_to(scope).by_name()]
