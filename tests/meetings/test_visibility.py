"""Who sees a meeting, and what of it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.models import Protocol
from meetings.enums import AgendaSource, AgendaState, DecisionKind, MeetingEventKind, MeetingState
from meetings.models import (
    AgendaItem,
    AgendaNote,
    CalendarKey,
    ClusterAttendance,
    Decision,
    Invitation,
    Meeting,
    MeetingEvent,
    MeetingProtocol,
    MeetingSeries,
    ProtocolApproval,
    ProtocolTemplate,
    SeriesAgendaRow,
)
from tests.assignments.builders import issued_item, put_on_control
from tests.cast import Cast
from tests.meetings.builders import (
    OPENED,
    WEDNESDAY,
    decision,
    issued_minutes_of,
    item,
    meeting,
    minutes_of,
    proposal,
    template,
    weekly_series,
)

pytestmark = pytest.mark.django_db

CENTRE = ("administrator", "controller", "methodologist")
TOMSK = ("tomsk_coordinator", "tomsk_deputy", "tomsk_minister")
STRANGERS = ("omsk_coordinator", "chair", "newcomer", "public")
EVERYBODY = (*CENTRE, *TOMSK, *STRANGERS)


def readers(cast: Cast, row: Any) -> set[str]:
    """Who of the cast sees the row."""
    rows = type(row).objects
    return {name for name in EVERYBODY if rows.visible_to(cast.scope(name)).filter(pk=row.pk).exists()}


# Meetings


@pytest.mark.parametrize("state", [state for state in MeetingState if state != MeetingState.DRAFT])
def test_a_meeting_is_seen_by_the_centre_and_the_regions_that_are_invited(
    cast: Cast, state: MeetingState
) -> None:
    assert readers(cast, meeting(state, cast.tomsk)) == {*CENTRE, *TOMSK}


def test_a_draft_is_silent_even_for_those_who_will_be_invited(cast: Cast) -> None:
    draft = meeting(MeetingState.DRAFT, cast.tomsk, association=cast.machine_builders)
    never_opened = meeting(MeetingState.CANCELLED, cast.tomsk, opened_at=None)

    assert readers(cast, draft) == {*CENTRE}
    assert readers(cast, never_opened) == {*CENTRE}
    assert readers(cast, draft.invitations.get()) == {*CENTRE}
    assert readers(cast, ClusterAttendance.objects.filter(invitation__meeting=draft)[0]) == {*CENTRE}
    assert readers(cast, item(draft)) == {*CENTRE}


def test_an_association_sees_its_meetings_and_those_where_it_is_on_the_agenda(cast: Cast) -> None:
    own = meeting(association=cast.machine_builders)
    foreign = meeting(association=cast.farmers)
    where_it_proposes = meeting(MeetingState.OPEN, cast.omsk)
    proposal(where_it_proposes, association=cast.machine_builders)
    where_it_was_left_out = meeting()
    item(where_it_was_left_out, association=cast.machine_builders, state=AgendaState.REMOVED)

    seen = Meeting.objects.visible_to(cast.scope("chair"))

    assert set(seen) == {own, where_it_proposes}
    assert readers(cast, foreign) == {*CENTRE}


def test_many_invitations_show_a_meeting_once(cast: Cast) -> None:
    meeting(MeetingState.OPEN, cast.tomsk, cast.omsk)
    item_of_chair = proposal(Meeting.objects.get(), association=cast.machine_builders)
    proposal(item_of_chair.meeting, association=cast.machine_builders, position=2)

    for name in ("tomsk_coordinator", "chair"):
        assert Meeting.objects.visible_to(cast.scope(name)).count() == 1


def test_the_scope_of_meetings_is_one_query_however_many_there_are(cast: Cast) -> None:
    for _ in range(3):
        meeting(MeetingState.OPEN, cast.tomsk, cast.omsk)

    scope = cast.scope("tomsk_coordinator")
    with CaptureQueriesContext(connection) as asked:
        assert len(Meeting.objects.visible_to(scope).for_list()) == 3
    assert len(asked) == 1


def test_the_log_tells_the_regions_what_concerns_them(cast: Cast) -> None:
    today = meeting(MeetingState.CLOSED, cast.tomsk)
    moved = MeetingEvent.objects.create(meeting=today, kind=MeetingEventKind.MOVED, at=OPENED)
    mended = MeetingEvent.objects.create(
        meeting=today, kind=MeetingEventKind.MENDED, at=OPENED, text="Ошибка в явке"
    )

    assert readers(cast, moved) == {*CENTRE, *TOMSK}
    assert readers(cast, mended) == {*CENTRE}


def test_lists_know_what_is_ahead_and_what_is_over() -> None:
    draft, running = meeting(MeetingState.DRAFT), meeting(MeetingState.IN_PROGRESS)
    closed, cancelled = meeting(MeetingState.CLOSED), meeting(MeetingState.CANCELLED)
    past = meeting(MeetingState.OPEN, starts_at=OPENED)

    assert set(Meeting.objects.ahead(WEDNESDAY)) == {draft, running}
    assert set(Meeting.objects.held()) == {closed}
    assert {cancelled, past} <= set(Meeting.objects.shown())


# Series, templates, calendars


def test_series_and_templates_are_tools_of_the_centre(cast: Cast) -> None:
    series = weekly_series()
    row = SeriesAgendaRow.objects.create(series=series, position=1, title="Оперативные поручения")
    form = template()

    for thing in (series, row, form):
        assert readers(cast, thing) == {*CENTRE}
    assert ProtocolTemplate.objects.all().newest() == form
    assert list(MeetingSeries.objects.all().running(WEDNESDAY.date())) == [series]
    series.is_active = False
    series.save()
    assert not MeetingSeries.objects.all().running(WEDNESDAY.date())


def test_an_address_of_a_calendar_is_seen_by_its_person_alone(cast: Cast) -> None:
    key = CalendarKey.objects.create(person=cast.tomsk_deputy, digest="a", made_at=OPENED)
    old = CalendarKey.objects.create(person=cast.tomsk_deputy, digest="b", made_at=OPENED, revoked_at=OPENED)

    assert readers(cast, key) == {"tomsk_deputy"}
    assert list(CalendarKey.objects.all().in_force()) == [key]
    assert not old.is_in_force


# The agenda


def test_the_agenda_is_read_by_all_who_are_invited_without_what_was_left_out(cast: Cast) -> None:
    today = meeting(MeetingState.OPEN, cast.tomsk)
    on_it = item(today, minutes=15, region=cast.omsk, source=AgendaSource.OVERDUE)
    removed = item(today, minutes=20, state=AgendaState.REMOVED)

    assert readers(cast, on_it) == {*CENTRE, *TOMSK}
    assert readers(cast, removed) == {*CENTRE}
    assert today.agenda.all().on_agenda().minutes_sum() == 15
    assert meeting().agenda.all().minutes_sum() == 0


@pytest.mark.parametrize("state", [AgendaState.PROPOSED, AgendaState.DECLINED])
def test_a_proposal_is_known_to_the_centre_and_the_place_that_made_it(cast: Cast, state: AgendaState) -> None:
    of_region = proposal(meeting(MeetingState.OPEN, cast.tomsk, cast.omsk), state, region=cast.omsk)
    waiting = proposal(None, state, region=cast.tomsk)
    of_association = proposal(None, state, association=cast.machine_builders)

    assert readers(cast, of_region) == {*CENTRE, "omsk_coordinator"}
    assert readers(cast, waiting) == {*CENTRE, *TOMSK}
    assert readers(cast, of_association) == {*CENTRE, "chair"}
    assert AgendaItem.objects.all().proposals().count() == (3 if state == AgendaState.PROPOSED else 0)


def test_notes_stay_in_the_centre(cast: Cast) -> None:
    on = item(meeting(MeetingState.IN_PROGRESS, cast.tomsk))
    note = AgendaNote.objects.create(item=on, author=cast.controller, text="Резко", changed_at=OPENED)

    assert readers(cast, note) == {*CENTRE}


def test_a_decision_prepared_before_the_meeting_is_not_told(cast: Cast) -> None:
    prepared = decision(item(meeting(MeetingState.OPEN, cast.tomsk)))
    taken = decision(item(meeting(MeetingState.IN_PROGRESS, cast.tomsk)))

    assert readers(cast, prepared) == {*CENTRE}
    assert readers(cast, taken) == {*CENTRE, *TOMSK}


# Participation


def test_answers_and_marks_are_seen_by_the_centre_and_the_own_region(cast: Cast) -> None:
    today = meeting(MeetingState.OPEN, cast.tomsk, cast.omsk)
    of_tomsk = today.invitations.get(region=cast.tomsk)

    assert readers(cast, of_tomsk) == {*CENTRE, *TOMSK}
    assert {frozenset(readers(cast, row)) for row in of_tomsk.clusters.all()} == {
        frozenset({*CENTRE, *TOMSK})
    }
    assert set(Invitation.objects.all().unanswered()) == set(today.invitations.all())


# The protocol as a document


def test_a_protocol_is_read_by_its_approvers_and_when_issued_by_all_who_were_invited(cast: Cast) -> None:
    today = meeting(MeetingState.CLOSED, cast.tomsk)
    minutes = minutes_of(today, number=2)
    asked = {"minutes": minutes, "draft_version": 1, "asked_at": OPENED}
    approval = ProtocolApproval.objects.create(approver=cast.chair, **asked)
    ProtocolApproval.objects.create(
        approver=cast.omsk_coordinator, state="withdrawn", answered_at=OPENED, **asked
    )
    ProtocolApproval.objects.create(approver=cast.newcomer, **asked)
    protocol = Protocol.objects.create(
        number="1", held_on=today.day, meeting_title="Совещание", status="issued",
        created_at=OPENED, issued_at=OPENED,
    )  # fmt: skip
    other = meeting(MeetingState.PROTOCOL_ISSUED, cast.tomsk)
    issued = issued_minutes_of(other, protocol=protocol)

    assert readers(cast, minutes) == {*CENTRE, "chair"}
    assert readers(cast, approval) == {*CENTRE, "chair"}
    assert readers(cast, issued) == {*CENTRE, *TOMSK}
    assert ProtocolApproval.objects.all().waiting().count() == 2
    assert set(MeetingProtocol.objects.visible_to(cast.scope("omsk_coordinator"))) == set()


# The way back from a source


def test_a_source_shows_in_which_meetings_it_was_discussed(cast: Cast) -> None:
    [execution, second, other] = put_on_control([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines])
    assignment = execution.assignment
    held, draft = meeting(MeetingState.CLOSED, cast.tomsk), meeting(MeetingState.DRAFT)
    earlier = meeting(MeetingState.CLOSED, cast.omsk, starts_at=OPENED)
    overdue = item(held, source=AgendaSource.OVERDUE, region=cast.tomsk)
    overdue.executions.add(execution, second)
    whole = item(earlier, assignment=assignment)
    item(draft, assignment=assignment)
    item(held, assignment=assignment, state=AgendaState.REMOVED)
    born = item(held, position=2)
    made = issued_item("2")
    decision(born, DecisionKind.ASSIGNMENT, assignment=made)
    everything = AgendaItem.objects.all()

    assert list(everything.discussed(assignment=assignment)) == [overdue, whole]
    assert list(everything.discussed(execution=execution)) == [overdue, whole]
    assert list(everything.discussed(execution=other)) == [whole]
    assert list(everything.discussed(assignment=made)) == [born]
    assert list(everything.discussed(region=cast.tomsk)) == [overdue]
    assert list(everything.discussed()) == []
    seen = AgendaItem.objects.visible_to(cast.scope("tomsk_coordinator"))
    assert list(seen.discussed(assignment=assignment)) == [overdue]


def test_decisions_are_listed_once_whatever_they_are_joined_with(cast: Cast) -> None:
    on = item(meeting(MeetingState.IN_PROGRESS, cast.tomsk, cast.omsk))
    decision(on)

    assert Decision.objects.visible_to(cast.scope("tomsk_coordinator")).count() == 1
