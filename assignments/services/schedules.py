"""Drafts that issue themselves at an hour: set, moved, taken back by a person; carried out by the clock.

The row is the job: the clock only rings, and an issue that was missed is made up for at the next ring. It is the same
issue as by hand, in the name of whoever set the hour and with the rights that he has at that moment.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.selectors import scope_for
from assignments.enums import ScheduleState
from assignments.holding import holding_problems
from assignments.models import IssueSchedule, Protocol
from assignments.policies import can_issue
from assignments.selectors.protocols import issue_problems
from assignments.services.protocols import draft_locked, draft_touch, protocol_issue
from assignments.services.telling import failed_issue_tell
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, PortalError
from common.formatting import date_time
from common.scope import SYSTEM, Scope
from common.versions import require_version
from notifications.enums import StaffTaskKind
from notifications.services import staff_task_open

log = structlog.get_logger(__name__)

AHEAD = timedelta(days=92)
"""As far ahead as a protocol may be drafted; more is a slip of the pen."""


@audited
@transaction.atomic
def issue_schedule(*, actor: Scope, protocol_id: int, version: int | None, at: datetime) -> IssueSchedule:
    """Let a draft issue itself at an instant (aware), or move the instant; the same said twice is said once.

    Whoever says it stands behind the issue. Everything that the issue will check is checked for that day now, and
    again when the hour has come. Raises Missing, NotAllowed, ImpossibleStep (issued, a template), StaleVersion,
    InvalidInput for `at` and for what could not be issued then.
    """
    draft = draft_locked(actor, protocol_id)
    if draft.is_template:
        raise ImpossibleStep(_("A template is not issued: make a protocol of it."))
    row = draft.schedules.waiting().first()
    if row is not None and (row.at, row.set_by_id) == (at, actor.user_id):
        return row
    require_version(draft, version)
    _require_instant(at)
    problems = [*holding_problems(draft), *issue_problems(draft, clock.day_of(at))]
    if problems:
        raise InvalidInput({"__all__": problems})
    row = row or IssueSchedule(protocol=draft)
    row.at, row.set_by_id, row.set_at = at, _person(actor), clock.now()
    row.save()
    draft_touch(draft)
    return row


def _person(actor: Scope) -> int:
    """Somebody must stand behind the issue: no scheduled job sets an hour."""
    if actor.user_id is None:
        raise NotAllowed(_("Sign in first."))
    return actor.user_id


def _require_instant(at: datetime) -> None:
    if at.tzinfo is None:
        raise InvalidInput({"at": _("Say the time zone of the instant.")})
    now = clock.now()
    if at <= now:
        raise InvalidInput(
            {"at": _("It is %(now)s in Moscow already: choose a later instant.") % {"now": date_time(now)}}
        )
    if at - now > AHEAD:
        raise InvalidInput({"at": _("The instant is more than three months ahead: check the year.")})


@audited
@transaction.atomic
def issue_unschedule(*, actor: Scope, protocol_id: int, version: int | None) -> IssueSchedule:
    """Take the appointment back: the draft stays a draft.

    Raises Missing, NotAllowed, StaleVersion, ImpossibleStep when the draft is issued or waits for no hour.
    """
    draft = draft_locked(actor, protocol_id)
    row: IssueSchedule | None = draft.schedules.waiting().first()
    if row is None:
        raise ImpossibleStep(_("This draft waits for no hour: there is nothing to take back."))
    require_version(draft, version)
    row.state, row.closed_at, row.closed_by_id = ScheduleState.WITHDRAWN, clock.now(), actor.user_id
    row.save()
    draft_touch(draft)
    return row


def issues_due() -> int:
    """Issue every draft whose hour has come; how many were issued now. Must not be called in a transaction.

    What is refused stays a draft as it was: its appointment ends with the reason in words. A fault of our own is
    logged, becomes a task of the staff and is tried again.
    """
    issued = 0
    due = IssueSchedule.objects.waiting().filter(at__lte=clock.now()).order_by("at", "pk")
    for pk, protocol_id in list(due.values_list("pk", "protocol")):
        try:
            with translation.override(settings.LANGUAGE_CODE):
                issued += _carry_out(pk, protocol_id)
        except Exception as error:
            log.exception("scheduled_issue_failed", schedule=pk)
            with translation.override(settings.LANGUAGE_CODE):
                _open_task(Protocol.objects.get(pk=protocol_id), type(error).__name__)
    return issued


@transaction.atomic
def _carry_out(pk: int, protocol_id: int) -> bool:
    """One appointment under the lock of its draft: issued, or ended with the reason; False when it is not due now."""
    draft = Protocol.objects.select_for_update().filter(pk=protocol_id).first()
    row = IssueSchedule.objects.select_related("set_by", "protocol").filter(pk=pk).first()
    if draft is None or row is None or row.state != ScheduleState.WAITING or row.at > clock.now():
        return False
    try:
        with transaction.atomic():
            protocol_issue(actor=_author(row), protocol_id=protocol_id, version=draft.version)
    except PortalError as error:
        _give_up(row, str(error))
        return False
    return True


def _author(row: IssueSchedule) -> Scope:
    """Whoever set the hour, with the rights of today; NotAllowed when they no longer suffice."""
    scope = scope_for(row.set_by) if row.set_by.is_active else Scope()
    if not can_issue(scope):
        raise NotAllowed(
            _("%(name)s set the hour and may no longer issue protocols.")
            % {"name": row.set_by.get_short_name()}
        )
    return scope


def _give_up(row: IssueSchedule, reason: str) -> None:
    row.state, row.closed_at, row.reason = ScheduleState.FAILED, clock.now(), reason
    _save_as_system(actor=SYSTEM, row=row)
    draft_touch(row.protocol)
    _open_task(row.protocol, reason)
    failed_issue_tell(schedule=row)


@audited
def _save_as_system(*, actor: Scope, row: IssueSchedule) -> None:
    row.save()


def _open_task(protocol: Protocol, reason: str) -> None:
    staff_task_open(
        kind=StaffTaskKind.NOT_ISSUED,
        object_key=protocol.task_key,
        title=_("Not issued at its hour: %(protocol)s") % {"protocol": protocol},
        reason=reason,
        link=protocol.get_absolute_url(),
    )
