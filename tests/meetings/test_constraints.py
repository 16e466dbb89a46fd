"""What the database itself refuses about meetings, whatever a service forgets."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from assignments.models import Protocol
from audit.append_only import AppendOnlyError
from meetings.enums import (
    AgendaSource,
    AgendaState,
    DecisionKind,
    MeetingEventKind,
    MeetingKind,
    MeetingState,
)
from meetings.models import (
    AgendaNote,
    CalendarKey,
    ClusterAttendance,
    Invitation,
    Meeting,
    MeetingEvent,
    ProtocolApproval,
    SeriesAgendaRow,
)
from tests.cast import Cast
from tests.meetings.builders import (
    OPENED,
    WEDNESDAY,
    decision,
    invite,
    issued_minutes_of,
    item,
    meeting,
    minutes_of,
    proposal,
    stored_file,
    template,
    weekly_series,
)

pytestmark = pytest.mark.django_db

STATES = list(MeetingState)


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def issued_protocol() -> Protocol:
    return Protocol.objects.create(
        number="1", held_on=date(2026, 3, 4), meeting_title="Совещание", status="issued",
        created_at=OPENED, issued_at=OPENED,
    )  # fmt: skip


# Meetings


@pytest.mark.parametrize("state", STATES)
def test_a_meeting_stands_in_every_state_with_its_instants(state: MeetingState) -> None:
    assert Meeting.objects.get(pk=meeting(state).pk).state == state


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("draft", {"opened_at": OPENED}),
        ("open", {"opened_at": None}),
        ("open", {"started_at": OPENED}),
        ("in_progress", {"started_at": None}),
        ("in_progress", {"closed_at": OPENED}),
        ("closed", {"closed_at": None}),
        ("closed", {"protocol_issued_at": OPENED}),
        ("closed", {"closed_at": OPENED - timedelta(minutes=1)}),
        ("closed", {"current_since": OPENED}),
        ("protocol_issued", {"protocol_issued_at": None}),
        ("cancelled", {"cancelled_at": None}),
        ("cancelled", {"cancel_reason": ""}),
        ("cancelled", {"started_at": OPENED}),
        ("open", {"cancel_reason": "Перенос"}),
        ("open", {"duration_minutes": 0}),
        ("open", {"limit_minutes": 721}),
        ("open", {"kind": MeetingKind.WEEKLY}),
        ("open", {"kind": MeetingKind.ASSOCIATION}),
        ("closed", {"kind": MeetingKind.HISTORIC}),
        ("open", {"cohort_year": 2023}),
        ("open", {"occurrence_on": date(2026, 3, 4)}),
    ],
)
def test_a_meeting_whose_dates_or_kind_do_not_fit_is_refused(state: str, changes: dict[str, object]) -> None:
    refused(lambda: meeting(MeetingState(state), **changes))


def test_a_draft_may_be_cancelled_without_having_been_opened() -> None:
    assert not meeting(MeetingState.CANCELLED, opened_at=None).is_shown


def test_a_series_has_one_meeting_of_a_day_though_it_was_moved() -> None:
    of_series = {
        "series": weekly_series(),
        "occurrence_on": date(2026, 3, 4),
        "kind": MeetingKind.WEEKLY,
        "calendar_uid": "series",
    }
    meeting(**of_series)

    moved = {**of_series, "starts_at": WEDNESDAY + timedelta(days=1), "calendar_uid": "moved"}
    refused(lambda: meeting(**moved))


def test_the_winners_of_a_year_before_the_weekly_meeting_have_meetings_of_their_own() -> None:
    kept = meeting(MeetingState.CLOSED, kind=MeetingKind.HISTORIC, cohort_year=2022)

    assert kept.is_over
    assert not kept.can_be("open")


def test_a_meeting_late_in_the_day_has_the_date_of_moscow() -> None:
    late = meeting(starts_at=WEDNESDAY.replace(hour=21, minute=30))

    assert late.day == date(2026, 3, 5)
    assert late.ends_at == WEDNESDAY.replace(hour=23, minute=0)


@pytest.mark.parametrize(
    "changes",
    [
        {"weekday": 0},
        {"weekday": 8},
        {"until": date(2025, 12, 31)},
        {"opens_days_before": 61},
        {"duration_minutes": 0},
    ],
)
def test_a_series_with_an_impossible_rule_is_refused(changes: dict[str, object]) -> None:
    refused(lambda: weekly_series(**changes))


def test_a_row_of_a_series_names_a_process_only_when_it_stands_for_processes(cast: Cast) -> None:
    series = weekly_series()
    row = {"series": series, "position": 1, "title": "Контингент", "process": cast.headcount}
    SeriesAgendaRow.objects.create(source=AgendaSource.PROCESS, **row)

    refused(lambda: SeriesAgendaRow.objects.create(source=AgendaSource.TEMPLATE, **row))


# The log and the templates


def test_the_log_of_a_meeting_is_never_changed() -> None:
    event = MeetingEvent.objects.create(meeting=meeting(), kind=MeetingEventKind.OPENED, at=OPENED)

    for act in (event.save, event.delete):
        with pytest.raises(AppendOnlyError):
            act()
    for statement in ("UPDATE meetings_meetingevent SET text = 'x'", "DELETE FROM meetings_meetingevent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("kind", ["cancelled", "mended", "protocol_remarked"])
def test_what_needs_a_reason_is_not_logged_without_one(kind: str) -> None:
    refused(lambda: MeetingEvent.objects.create(meeting=meeting(), kind=kind, at=OPENED))


def test_a_version_of_the_template_is_written_once() -> None:
    template()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE meetings_protocoltemplate SET note = 'x'")


# The agenda


def test_a_source_stands_on_an_agenda_once_also_when_it_was_removed() -> None:
    today = meeting()
    item(today, key="overdue:70", source=AgendaSource.OVERDUE, state=AgendaState.REMOVED)
    item(meeting(calendar_uid="next"), key="overdue:70", source=AgendaSource.OVERDUE)
    item(today)
    item(today)

    refused(lambda: item(today, key="overdue:70", source=AgendaSource.OVERDUE))


def test_an_item_is_carried_to_one_meeting_once() -> None:
    earlier = item(meeting(MeetingState.CLOSED))
    following = meeting(calendar_uid="next")
    item(following, carries_on=earlier, source=AgendaSource.CARRIED_OVER)

    refused(lambda: item(following, carries_on=earlier, source=AgendaSource.CARRIED_OVER))


def test_only_a_proposal_waits_without_a_meeting(cast: Cast) -> None:
    assert proposal(None, region=cast.tomsk).is_proposal

    refused(lambda: item(None))
    refused(lambda: proposal(None, AgendaState.ON_AGENDA, region=cast.tomsk))


@pytest.mark.parametrize(
    "values",
    [
        {"source": AgendaSource.PROPOSAL},
        {"state": AgendaState.PROPOSED},
        {"state": AgendaState.DECLINED, "decline_reason": "Рассмотрено"},
        {"source": AgendaSource.PROPOSAL, "proposed_at": OPENED},
        {"decline_reason": "Рассмотрено"},
        {"minutes": 721},
    ],
)
def test_an_item_whose_fields_do_not_fit_its_source_or_state_is_refused(values: dict[str, object]) -> None:
    refused(lambda: item(meeting(), **values))


def test_a_proposal_is_of_one_place_and_is_declined_with_a_reason(cast: Cast) -> None:
    of_region = {"region": cast.tomsk}

    refused(lambda: proposal(None, **of_region, association=cast.farmers))
    refused(
        lambda: item(
            None, source=AgendaSource.PROPOSAL, proposed_at=OPENED, state=AgendaState.DECLINED, **of_region
        )
    )


def test_two_people_write_two_notes_on_one_item(cast: Cast) -> None:
    on = item(meeting())
    for author in (cast.controller, cast.methodologist):
        AgendaNote.objects.create(item=on, author=author, text="Заслушан регион.", changed_at=OPENED)

    refused(lambda: AgendaNote.objects.create(item=on, author=cast.controller, changed_at=OPENED))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("assignment", {"due_on": None}),
        ("noted", {"due_on": date(2026, 3, 20)}),
        ("noted", {"answer": "Да"}),
        ("assignment", {"weight": 0}),
    ],
)
def test_a_decision_whose_fields_do_not_fit_its_kind_is_refused(kind: str, values: dict[str, object]) -> None:
    refused(lambda: decision(item(meeting()), DecisionKind(kind), **values))


# Participation


@pytest.mark.parametrize(
    "values",
    [
        {"answer": "will_attend"},
        {"answered_at": OPENED},
        {"answer": "excused", "answered_at": OPENED},
        {"answer": "substitute", "answered_at": OPENED},
        {"answer": "will_attend", "answered_at": OPENED, "substitute_name": "Томина В. О."},
        {"present": True},
        {"present": True, "marked_at": OPENED},
        {"marked_way": "hand"},
    ],
)
def test_an_answer_or_a_mark_that_is_not_whole_is_refused(cast: Cast, values: dict[str, object]) -> None:
    invitation = invite(meeting(), cast.tomsk)
    of_cluster = invitation.clusters.first()

    assert of_cluster is not None
    for model, pk in ((Invitation, invitation.pk), (ClusterAttendance, of_cluster.pk)):
        refused(lambda model=model, pk=pk: model.objects.filter(pk=pk).update(**values))


def test_a_region_is_invited_once_and_brings_a_cluster_once(cast: Cast) -> None:
    invitation = invite(meeting(), cast.tomsk)

    refused(lambda: invite(invitation.meeting, cast.tomsk))
    refused(lambda: ClusterAttendance.objects.create(invitation=invitation, cluster=cast.tomsk_machines))


def test_a_person_has_one_address_of_a_calendar_in_force(cast: Cast) -> None:
    CalendarKey.objects.create(person=cast.chair, digest="a", made_at=OPENED, revoked_at=OPENED)
    CalendarKey.objects.create(person=cast.chair, digest="b", made_at=OPENED)

    refused(lambda: CalendarKey.objects.create(person=cast.chair, digest="c", made_at=OPENED))


# The protocol as a document


@pytest.mark.parametrize(
    "values",
    [
        {"state": "agreed"},
        {"state": "agreed", "agreed_at": OPENED},
        {"agreed_at": OPENED},
        {"signed_on": date(2026, 3, 5)},
        {"issued_at": OPENED},
    ],
)
def test_a_protocol_whose_dates_or_files_do_not_fit_its_state_is_refused(values: dict[str, object]) -> None:
    refused(lambda: minutes_of(meeting(MeetingState.CLOSED), **values))


def test_a_number_is_given_once_in_a_year() -> None:
    minutes_of(meeting(MeetingState.CLOSED))

    refused(lambda: minutes_of(meeting(MeetingState.CLOSED, calendar_uid="other")))
    minutes_of(meeting(MeetingState.CLOSED, calendar_uid="other"), year=2027)


def test_an_issued_protocol_stands_still_but_its_scan_may_come_later() -> None:
    minutes = issued_minutes_of(meeting(MeetingState.PROTOCOL_ISSUED), protocol=issued_protocol())
    minutes.scan = stored_file("scan")
    minutes.save()

    for change in ("number = 2", "docx_id = NULL", "state = 'draft'", "control_clause = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE meetings_meetingprotocol SET {change}")  # noqa: S608  constants


def test_a_draft_that_is_thrown_away_leaves_the_meeting_and_its_decisions() -> None:
    held = meeting(MeetingState.CLOSED)
    draft = Protocol.objects.create(number="1", held_on=held.day, meeting_title=held.title, created_at=OPENED)
    minutes = minutes_of(held, protocol=draft)
    made = decision(item(held), DecisionKind.ASSIGNMENT)
    made.assignment = draft.assignments.create(
        number="1", position=1, title="Пункт", text="Представить.", due_on=date(2026, 3, 20)
    )
    made.save()

    draft.delete()
    minutes.refresh_from_db()
    made.refresh_from_db()

    assert minutes.protocol is None
    assert made.assignment is None


@pytest.mark.parametrize(
    "values",
    [
        {"state": "agreed"},
        {"answered_at": OPENED},
        {"state": "agreed", "answered_at": OPENED - timedelta(minutes=1)},
    ],
)
def test_an_approval_that_is_not_whole_is_refused(cast: Cast, values: dict[str, object]) -> None:
    minutes = minutes_of(meeting(MeetingState.CLOSED))
    asked = {"minutes": minutes, "approver": cast.methodologist, "draft_version": 1, "asked_at": OPENED}
    refused(lambda: ProtocolApproval.objects.create(**asked, **values))


def test_a_person_approves_once_in_a_round(cast: Cast) -> None:
    minutes = minutes_of(meeting(MeetingState.CLOSED))
    asked = {"minutes": minutes, "approver": cast.methodologist, "draft_version": 1, "asked_at": OPENED}
    ProtocolApproval.objects.create(**asked)
    ProtocolApproval.objects.create(**asked, round=2)

    refused(lambda: ProtocolApproval.objects.create(**asked))
