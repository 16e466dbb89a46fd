"""The meetings of series make and open themselves, each once, also after an outage of any length."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from audit.services import audited
from common import clock
from common.errors import InvalidInput
from common.scope import SYSTEM, Scope
from meetings.enums import MeetingKind, MeetingState
from meetings.models import Meeting, MeetingSeries
from meetings.models.series import TERMS
from meetings.recurrence import Occurrence, coming
from meetings.selectors.rules import rule_of
from meetings.services.filling import agenda_fill
from meetings.services.life import meeting_open, meeting_store
from notifications.enums import StaffTaskKind
from notifications.services import staff_task_open
from regions.selectors import calendar_overrides

log = structlog.get_logger(__name__)

COPIED = tuple(f"{name}_id" if name in ("association", "chair", "secretary") else name for name in TERMS)
"""What a meeting takes over from its series as it stands at that moment."""


def meetings_make() -> int:
    """Make and open what is due of every series; how many meetings were made or opened now.

    Must not be called in a transaction. A series that fails is logged, is tried again and stops no other.
    """
    done = 0
    running = MeetingSeries.objects.running(clock.today()).order_by("pk")
    with translation.override(settings.LANGUAGE_CODE):
        for pk in list(running.values_list("pk", flat=True)):
            try:
                done += series_catch_up(actor=SYSTEM, series_id=pk)
            except Exception:
                log.exception("meeting_series_failed", series=pk)
        for pk in _to_open():
            try:
                done += _open(pk)
            except Exception:
                log.exception("meeting_not_opened", meeting=pk)
    return done


@audited
@transaction.atomic
def series_catch_up(*, actor: Scope, series_id: int) -> int:
    """Make the next meeting of a series and every further one whose hour to open has come; how many.

    A meeting whose time passed while the portal was out is not made. A cancelled one stays cancelled, and the one after
    it is the next. `actor` is the clock.
    """
    series = MeetingSeries.objects.select_for_update(of=("self",)).get(pk=series_id)
    if not series.is_active:
        return 0
    now = clock.now()
    lead = timedelta(days=series.opens_days_before)
    known = dict(series.meetings.values_list("occurrence_on", "state"))
    made = 0
    for number, occurrence in enumerate(_live(series, known)):
        if number and occurrence.starts_at - lead > now:
            break
        if occurrence.named_on not in known:
            meeting = _make(actor, series, occurrence)
            agenda_fill(actor=actor, meeting_id=meeting.pk)
            made += 1
    return made


def _live(series: MeetingSeries, known: dict) -> list[Occurrence]:
    """The meetings to come, without those that somebody cancelled."""
    rows = coming(rule_of(series), clock.now(), calendar_overrides())
    return [one for one in rows if known.get(one.named_on) != MeetingState.CANCELLED]


def _make(actor: Scope, series: MeetingSeries, occurrence: Occurrence) -> Meeting:
    terms = {name: getattr(series, name) for name in COPIED}
    values = {
        "series": series, "occurrence_on": occurrence.named_on, "kind": MeetingKind.WEEKLY,
        "starts_at": occurrence.starts_at, **terms,
    }  # fmt: skip
    return meeting_store(actor=actor, values=values)


def _to_open() -> list[int]:
    """Drafts of series whose hour to open has come and whose time has not passed."""
    now = clock.now()
    drafts = Meeting.objects.filter(state=MeetingState.DRAFT, series__isnull=False, starts_at__gt=now)
    rows = drafts.order_by("starts_at", "pk").values_list("pk", "starts_at", "series__opens_days_before")
    return [pk for pk, starts_at, days in rows if starts_at - timedelta(days=days) <= now]


def _open(pk: int) -> int:
    """Fill the agenda once more and open; what is refused stays a draft and becomes a task of the staff."""
    meeting = Meeting.objects.get(pk=pk)
    try:
        with transaction.atomic():
            agenda_fill(actor=SYSTEM, meeting_id=pk)
            meeting_open(actor=SYSTEM, meeting_id=pk, version=meeting.version)
    except InvalidInput as error:
        staff_task_open(
            kind=StaffTaskKind.NOBODY_FITS,
            object_key=f"meeting:{pk}",
            title=_("Not opened: %(meeting)s") % {"meeting": meeting},
            reason=str(error),
            link=meeting.get_absolute_url(),
        )
        return 0
    return 1
