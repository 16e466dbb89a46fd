"""The series that a new portal begins with: the weekly meeting, until somebody enters another one."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock
from common.reference import LoadResult
from common.scope import SYSTEM
from meetings.models import MeetingSeries
from meetings.services.series import SeriesContent, default_rows, series_save
from meetings.services.terms import Terms


def weekly_series_load() -> LoadResult:
    """Enter the weekly meeting of all coordinators by the rule of the settings, when there is no series at all."""
    if MeetingSeries.objects.exists():
        return LoadResult(unchanged=1)
    rule = settings.WEEKLY_MEETING
    with translation.override(settings.LANGUAGE_CODE):
        content = SeriesContent(
            terms=Terms(title=_("Weekly meeting with the regional coordinators")),
            weekday=rule.weekday,
            starts_at=rule.at,
            starts_on=clock.today(),
            rows=default_rows(),
        )
        series_save(actor=SYSTEM, content=content)
    return LoadResult(created=1)
