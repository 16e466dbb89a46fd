"""Periods of recurring items become items of their protocol, each once, also after an outage of any length."""

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from assignments.models import Assignment, Execution, ItemSeries, SeriesOccurrence
from assignments.recurrence import Term
from assignments.selectors import fold_rules
from assignments.selectors.series import terms_to_come, visible_from
from assignments.services.fanout import (
    addressed_by,
    executions_insert,
    first_fold,
    issued_events_insert,
)
from assignments.services.telling import period_tell
from audit.services import audit_record, audited
from common import clock
from common.formatting import date_short
from common.scope import SYSTEM, Scope
from notifications.enums import StaffTaskKind
from notifications.services import staff_task_open
from regions.selectors import calendar_overrides

log = structlog.get_logger(__name__)

COPIED = ("title", "text", "expected_result", "process_id", "weight", "addressee", "audience")
"""What a period takes over from its recurring item as it stands at that moment."""


def occurrences_make() -> int:
    """Make the items of every period that has become visible; how many were made now.

    Must not be called in a transaction. A recurring item that fails is logged, is tried again and stops no other.
    """
    made = 0
    for pk in list(ItemSeries.objects.running().order_by("pk").values_list("pk", flat=True)):
        try:
            made += series_catch_up(actor=SYSTEM, series_id=pk)
        except Exception:
            log.exception("series_failed", series=pk)
    return made


@audited
@transaction.atomic
def series_catch_up(*, actor: Scope, series_id: int) -> int:
    """The items of the periods of one recurring item that are visible by today and not made yet; how many.

    After an outage each missed period gets its own item: nothing is due before the day after it was made. `actor` is
    the clock; the decision was the issue of the protocol.
    """
    series = ItemSeries.objects.select_for_update().select_related("protocol").get(pk=series_id)
    if not series.is_running:
        return 0
    today, made, left = clock.today(), 0, False
    for term in terms_to_come(series, calendar_overrides()):
        if visible_from(series, term) > today:
            left = True
            break
        with translation.override(settings.LANGUAGE_CODE):
            made += _make(actor, series, term)
    if not left:
        series.ended_at = clock.now()
        series.save(update_fields=["ended_at"])
    return made


def _make(actor: Scope, series: ItemSeries, term: Term) -> bool:
    """The item of one period with its executions, or the mark that nobody fitted."""
    number = (series.occurrences.aggregate(last=Max("number"))["last"] or 0) + 1
    occurrence = SeriesOccurrence(
        series=series, number=number, period=term.period, day=term.day, due_on=term.due, made_at=clock.now()
    )
    with transaction.atomic():
        item = _item(series, occurrence)
        count = _put_on_control(actor, item)
        if not count:
            transaction.set_rollback(True)
    if count:
        occurrence.item = item
        audit_record(actor=actor, action="period_issue", obj=item, count=count)
        period_tell(actor=actor, item=item)
    else:
        _ask_staff(series, term)
    occurrence.save()
    return bool(count)


def _item(series: ItemSeries, occurrence: SeriesOccurrence) -> Assignment:
    """The item of a period: «3.2/5» of the protocol, with what the recurring item says now."""
    items = series.protocol.assignments
    taken, step = set(items.values_list("number", flat=True)), occurrence.number
    while f"{series.number}/{step}" in taken:
        step += 1
    item = Assignment(
        protocol=series.protocol,
        code=f"{series.protocol_id}-s{series.pk}-{occurrence.number:03d}",
        number=f"{series.number}/{step}",
        position=(items.aggregate(last=Max("position"))["last"] or 0) + 1,
        due_on=occurrence.due_on,
        **{name: getattr(series, name) for name in COPIED},
    )
    item.save()
    return item


def _put_on_control(actor: Scope, item: Assignment) -> int:
    now, day = clock.now(), clock.today()
    state = first_fold(item.due_on, None, now, fold_rules())
    count = executions_insert(item, addressed_by(item, day), state)
    issued_events_insert(Execution.objects.filter(assignment=item), actor.user_id, now)
    return count


def _ask_staff(series: ItemSeries, term: Term) -> None:
    staff_task_open(
        kind=StaffTaskKind.NOBODY_FITS,
        object_key=f"series:{series.pk}",
        title=_("Nobody fits: %(series)s") % {"series": series},
        reason=_("The period due on %(due)s has no executions. Change the audience for the periods to come.")
        % {"due": date_short(term.due)},
        link=series.get_absolute_url(),
    )
