"""Lists of meetings, the next one, what their pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q

from common import clock
from common.scope import Scope
from common.weekly import next_meeting
from meetings.enums import AgendaState, MeetingState
from meetings.models import Meeting, MeetingEvent, MeetingSeries
from meetings.querysets import MeetingQuerySet
from meetings.recurrence import coming
from meetings.selectors.rules import rule_of
from regions.selectors import calendar_overrides

MOSCOW_ZONE = ZoneInfo("Europe/Moscow")
"""The zone of `clock.MOSCOW` by the name that databases know."""
GONE_STATES = (MeetingState.CANCELLED, MeetingState.CLOSED, MeetingState.PROTOCOL_ISSUED)


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """What a list of meetings is narrowed to."""

    state: str = ""
    kind: str = ""
    year: int | None = None
    words: str = ""


def meetings_found(scope: Scope, narrowed: MeetingFilter) -> MeetingQuerySet:
    """The meetings of a filter, the newest first, with how many questions each has."""
    rows: MeetingQuerySet = Meeting.objects.visible_to(scope).for_list()
    for name in ("state", "kind"):
        if getattr(narrowed, name):
            rows = rows.filter(**{name: getattr(narrowed, name)})
    if narrowed.year:
        first = datetime(narrowed.year, 1, 1, tzinfo=clock.MOSCOW)
        rows = rows.filter(starts_at__gte=first, starts_at__lt=first.replace(year=narrowed.year + 1))
    for word in narrowed.words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(place__icontains=word))
    questions = Count("agenda", filter=Q(agenda__state=AgendaState.ON_AGENDA))
    return rows.annotate(questions=questions).order_by("-starts_at", "-pk")


def meeting_years(scope: Scope) -> list[int]:
    """Years in which there are meetings, the newest first."""
    instants = Meeting.objects.visible_to(scope).order_by().datetimes("starts_at", "year", tzinfo=MOSCOW_ZONE)
    return sorted({instant.year for instant in instants}, reverse=True)


def history_of(scope: Scope, meeting: Meeting) -> Sequence[MeetingEvent]:
    """The log of a meeting as this person reads it, the newest first."""
    rows = MeetingEvent.objects.visible_to(scope).filter(meeting=meeting)
    return list(rows.select_related("actor").order_by("-pk"))


# The next meeting


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """When the next meeting begins; `meeting` is its page, None while this person knows only the day."""

    starts_at: datetime
    meeting: Meeting | None = None


def next_of(scope: Scope) -> NextMeeting:
    """The next meeting of a person: the one place that says so, for every page.

    The meetings that he sees, and the days of the series that is for all regions; where there is no series, the weekly
    rule of the settings. Three queries at most.
    """
    now = clock.now()
    known = Meeting.objects.visible_to(scope).ahead(now).first()
    planned = _planned(now)
    if known is not None and (planned is None or known.starts_at <= planned):
        return NextMeeting(known.starts_at, known)
    if planned is not None:
        return NextMeeting(planned)
    return NextMeeting(next_meeting(settings.WEEKLY_MEETING, now, calendar_overrides()))


def _planned(now: datetime) -> datetime | None:
    """The next day of the series for all regions, as it stands: moved or by the rule, without what is cancelled."""
    running = MeetingSeries.objects.running(clock.day_of(now)).filter(audience__everyone=True)
    series = running.order_by("pk").first()
    if series is None:
        return None
    rows = series.meetings.exclude(state__in=GONE_STATES, starts_at__lt=now)
    known = {row.occurrence_on: row for row in rows}
    days = coming(rule_of(series), now, calendar_overrides())
    free = next((one.starts_at for one in days if one.named_on not in known), None)
    ahead = [row.starts_at for row in known.values() if row.starts_at >= now and row.state not in GONE_STATES]
    return min([*ahead, *([free] if free else [])], default=None)
