"""The life of a meeting: entered, opened, moved, cancelled, begun, closed; one held earlier is recorded."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.enums import AddresseeKind
from audit.services import audited
from common import clock
from common.errors import InvalidInput
from common.formatting import date_short, date_time
from common.scope import Scope
from common.versions import require_version
from meetings.enums import (
    WEEKLY_SINCE,
    AgendaSource,
    AgendaState,
    MeetingEventKind,
    MeetingKind,
    MeetingState,
)
from meetings.models import Meeting
from meetings.services.invitations import invitations_write
from meetings.services.steps import (
    meeting_locked,
    meeting_log,
    meeting_step,
    refuse,
    require_keeper,
    require_runner,
    require_step,
    required_reason,
)
from meetings.services.telling import meeting_tell
from meetings.services.terms import Terms, terms_values

AHEAD = timedelta(days=366)
"""A meeting further away is a slip of the pen."""
KINDS_BY_HAND = (MeetingKind.AD_HOC, MeetingKind.ASSOCIATION)


@dataclass(frozen=True, slots=True)
class RecordContent:
    """What is known of a meeting of the winners of one year that was held before the weekly one."""

    terms: Terms
    cohort_year: int
    starts_at: datetime
    also_present: str = ""


@audited
@transaction.atomic
def meeting_create(
    *, actor: Scope, terms: Terms, starts_at: datetime, kind: str = MeetingKind.AD_HOC
) -> Meeting:
    """Enter a meeting out of turn, as a draft. The same entered twice by one person is one meeting.

    Raises NotAllowed, InvalidInput by field.
    """
    require_keeper(actor)
    values = _values(terms, starts_at, kind)
    twin = Meeting.objects.visible_to(actor).filter(
        state=MeetingState.DRAFT, version=1, created_by=actor.user_id,
        **{name: values[name] for name in ("title", "starts_at", "kind")},
    ).first()  # fmt: skip
    if twin and all(getattr(twin, name) == value for name, value in values.items()):
        return twin
    return meeting_store(actor=actor, values=values)


def meeting_store(*, actor: Scope, values: dict[str, Any]) -> Meeting:
    """Write a new draft with its calendar name and the first row of its history."""
    now = clock.now()
    meeting = Meeting(
        created_by_id=actor.user_id,
        created_at=now,
        changed_at=now,
        calendar_uid=secrets.token_hex(16),
        **values,
    )
    meeting.save()
    # The name follows from the row, which has its number only now: the same portal gives the same calendars.
    meeting.calendar_uid = calendar_uid_of(meeting.pk)
    meeting.save(update_fields=["calendar_uid"])
    meeting_log(actor, meeting, MeetingEventKind.CREATED)
    return meeting


def calendar_uid_of(row: int) -> str:
    """The name of a meeting in calendars, for ever (RFC 5545); `row` is the number of its row."""
    return f"meeting-{row}@{urlsplit(settings.PORTAL_BASE_URL).hostname}"


@audited
@transaction.atomic
def meeting_change(*, actor: Scope, meeting_id: int, version: int | None, terms: Terms) -> Meeting:
    """Change the terms of a meeting to come; its time is moved (`meeting_move`).

    Who is invited is frozen at the opening: a wider audience invites more, nobody is taken away. Raises Missing,
    NotAllowed, ImpossibleStep, StaleVersion, InvalidInput by field.
    """
    meeting = meeting_locked(actor, meeting_id)
    require_keeper(actor)
    require_step(meeting, "change")
    values, errors = terms_values(terms)
    errors |= _kind_errors(meeting.kind, values)
    refuse(errors)
    changes = {name: value for name, value in values.items() if getattr(meeting, name) != value}
    if not changes:
        return meeting
    require_version(meeting, version)
    for name, value in changes.items():
        setattr(meeting, name, value)
    _touch_calendar(meeting)
    meeting_step(actor, meeting, "change", fields=sorted(changes))
    if meeting.is_shown:
        invitations_write(actor=actor, meeting=meeting)
        meeting_tell(actor=actor, meeting=meeting, kind="moved")
    return meeting


@audited
@transaction.atomic
def meeting_open(*, actor: Scope, meeting_id: int, version: int | None) -> Meeting:
    """Invite: from now on the regions see the meeting. A second press of the same button opens nothing twice.

    Raises Missing, NotAllowed, ImpossibleStep, StaleVersion, InvalidInput for a time that has passed and for an
    audience that nobody fits.
    """
    meeting = meeting_locked(actor, meeting_id)
    require_keeper(actor)
    if meeting.state == MeetingState.OPEN and version == meeting.version - 1:
        return meeting
    require_step(meeting, "open")
    require_version(meeting, version)
    if meeting.starts_at <= clock.now():
        raise InvalidInput({"starts_at": _("The time of the meeting has passed: move it first.")})
    meeting.opened_at = clock.now()
    invited = invitations_write(actor=actor, meeting=meeting)
    meeting_step(actor, meeting, "open", regions=invited)
    meeting_tell(actor=actor, meeting=meeting, kind="opened")
    return meeting


@audited
@transaction.atomic
def meeting_move(
    *, actor: Scope, meeting_id: int, version: int | None, starts_at: datetime, reason: str
) -> Meeting:
    """Move one meeting to another instant (aware); whoever is invited is told, with the `reason` if one is given.

    Raises Missing, NotAllowed, ImpossibleStep, StaleVersion, InvalidInput for `starts_at`.
    """
    meeting = meeting_locked(actor, meeting_id)
    require_keeper(actor)
    require_step(meeting, "move")
    if meeting.starts_at == starts_at:
        return meeting
    require_version(meeting, version)
    refuse(_instant_errors(starts_at))
    was, meeting.starts_at = meeting.starts_at, starts_at
    _touch_calendar(meeting)
    words = required_reason(reason, "") if reason else ""
    meeting_step(actor, meeting, "move", words, was=was.isoformat(), became=starts_at.isoformat())
    meeting_tell(actor=actor, meeting=meeting, kind="moved")
    return meeting


@audited
@transaction.atomic
def meeting_cancel(*, actor: Scope, meeting_id: int, version: int | None, reason: str) -> Meeting:
    """Cancel one meeting; proposals that stood on its agenda wait for another one. Said twice it is said once.

    Raises Missing, NotAllowed, ImpossibleStep, StaleVersion, InvalidInput without a reason.
    """
    meeting = meeting_locked(actor, meeting_id)
    require_keeper(actor)
    words = required_reason(reason, _("Say why the meeting is cancelled."))
    if meeting.state == MeetingState.CANCELLED and meeting.cancel_reason == words:
        return meeting
    require_step(meeting, "cancel")
    require_version(meeting, version)
    meeting.cancelled_at, meeting.cancel_reason = clock.now(), words
    _touch_calendar(meeting)
    meeting_step(actor, meeting, "cancel", words)
    _release(meeting.agenda.filter(source=AgendaSource.PROPOSAL).exclude(state=AgendaState.DECLINED))
    meeting_tell(actor=actor, meeting=meeting, kind="cancelled")
    return meeting


@audited
@transaction.atomic
def meeting_start(*, actor: Scope, meeting_id: int, version: int | None) -> Meeting:
    """The people have come: the clock of the meeting runs. A second press changes nothing.

    Raises Missing, NotAllowed, ImpossibleStep, StaleVersion.
    """
    meeting = meeting_locked(actor, meeting_id)
    require_runner(actor, meeting)
    if meeting.is_running:
        return meeting
    require_step(meeting, "start")
    require_version(meeting, version)
    meeting.started_at = clock.now()
    meeting_step(actor, meeting, "start")
    return meeting


@audited
@transaction.atomic
def meeting_close(*, actor: Scope, meeting_id: int, version: int | None) -> Meeting:
    """The meeting is over; proposals that nobody took wait for the next one. A second press changes nothing.

    What is missing (attendance, items without a decision) is asked on the page and forbids nothing. Raises Missing,
    NotAllowed, ImpossibleStep, StaleVersion.
    """
    meeting = meeting_locked(actor, meeting_id)
    require_runner(actor, meeting)
    if meeting.is_over and version == meeting.version - 1:
        return meeting
    require_step(meeting, "close")
    require_version(meeting, version)
    now = clock.now()
    leave_item(meeting, now)
    meeting.closed_at, meeting.check_in_opened_at = now, None
    meeting_step(actor, meeting, "close")
    _release(meeting.agenda.proposals())
    return meeting


@audited
@transaction.atomic
def meeting_record(*, actor: Scope, content: RecordContent) -> Meeting:
    """Enter a meeting of the winners of one year held before the weekly one: nobody is invited, nobody is told.

    It is closed at once; its agenda and decisions are written afterwards, each with the reason of the mending. Raises
    NotAllowed, InvalidInput by field.
    """
    require_keeper(actor)
    cohort = {"cohorts": [content.cohort_year]}
    terms = replace(content.terms, addressee=AddresseeKind.CLUSTERS, audience=cohort)
    values, errors = terms_values(terms)
    if not 2000 <= content.cohort_year <= clock.today().year:
        errors["cohort_year"] = errors.pop("audience", None) or _("Give the year of the winners.")
    if clock.day_of(content.starts_at) >= WEEKLY_SINCE:
        since = date_short(WEEKLY_SINCE)
        message = _(
            "Only meetings before %(since)s are entered as history: since then there is the weekly one."
        )
        errors["starts_at"] = message % {"since": since}
    refuse(errors)
    values |= {
        "kind": MeetingKind.HISTORIC, "cohort_year": content.cohort_year, "starts_at": content.starts_at,
        "also_present": content.also_present.strip(),
    }  # fmt: skip
    known = Meeting.objects.filter(
        kind=MeetingKind.HISTORIC, cohort_year=content.cohort_year, starts_at=content.starts_at
    )
    if known.exists():
        raise InvalidInput({"starts_at": _("This meeting of the winners of that year is entered already.")})
    meeting = meeting_store(actor=actor, values=values)
    require_step(meeting, "record")
    meeting.opened_at = meeting.started_at = content.starts_at
    meeting.closed_at = meeting.ends_at
    meeting_step(actor, meeting, "record")
    return meeting


# Shared


def leave_item(meeting: Meeting, now: datetime) -> None:
    """Stop the clock of the item under discussion, adding what it has taken; the meeting is not saved."""
    item = meeting.current_item
    if item is not None and meeting.current_since is not None:
        item.spent_seconds += max(0, int((now - meeting.current_since).total_seconds()))
        item.save(update_fields=["spent_seconds"])
    meeting.current_item, meeting.current_since = None, None


def _release(proposals: Any) -> None:
    """Let proposals of a meeting wait for another one."""
    for item in proposals:
        item.state, item.meeting, item.position = AgendaState.PROPOSED, None, 0
        item.version += 1
        item.save()


def _values(terms: Terms, starts_at: datetime, kind: str) -> dict[str, Any]:
    values, errors = terms_values(terms)
    if kind not in KINDS_BY_HAND:
        errors["kind"] = _("Choose a meeting out of turn or of an association.")
    errors |= _kind_errors(kind, values) | _instant_errors(starts_at)
    refuse(errors)
    return values | {"starts_at": starts_at, "kind": kind}


def _kind_errors(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    if kind == MeetingKind.ASSOCIATION and not values.get("association_id"):
        return {"association": _("Name the association whose meeting it is.")}
    return {}


def _instant_errors(starts_at: datetime) -> dict[str, str]:
    if starts_at.tzinfo is None:
        return {"starts_at": _("Say the time zone of the instant.")}
    now = clock.now()
    if starts_at <= now:
        message = _("It is %(now)s in Moscow already: choose a later instant.")
        return {"starts_at": message % {"now": date_time(now)}}
    if starts_at - now > AHEAD:
        return {"starts_at": _("The meeting is more than a year ahead: check the year.")}
    return {}


def _touch_calendar(meeting: Meeting) -> None:
    """Count a change that calendars must learn."""
    meeting.calendar_sequence += 1
    meeting.changed_at = clock.now()
