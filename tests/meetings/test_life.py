"""The life of a meeting: every step once, by whom and when the table says, told to whoever is invited."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from meetings.enums import STEPS, AgendaState, MeetingKind, MeetingState
from meetings.models import Invitation, Meeting, MeetingEvent
from meetings.selectors.agenda import missing_at_end
from meetings.services import life
from meetings.services.proposals import proposal_make, proposal_take
from meetings.services.terms import Terms
from notifications.models import Notice
from tests.cast import Cast
from tests.meetings.acts import NOW, WEDNESDAY, begun, closed, draft, opened, question

pytestmark = pytest.mark.usefixtures("thursday")
LATER = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


def log_of(meeting: Meeting) -> list[str]:
    return list(MeetingEvent.objects.filter(meeting=meeting).order_by("pk").values_list("kind", flat=True))


def told(kind: str) -> int:
    return Notice.objects.filter(kind=f"meeting_{kind}").count()


# Entered


def test_a_meeting_entered_twice_by_one_press_is_one(keeper: Scope) -> None:
    assert draft(keeper) == draft(keeper)
    assert Meeting.objects.count() == 1
    assert log_of(Meeting.objects.get()) == ["created"]


@pytest.mark.parametrize(
    ("starts_at", "field"),
    [(NOW - timedelta(minutes=1), "starts_at"), (NOW + timedelta(days=400), "starts_at"),
     (datetime(2026, 3, 4, 7), "starts_at")],  # noqa: DTZ001  what a program may send
)  # fmt: skip
def test_its_time_is_ahead_and_within_a_year(keeper: Scope, starts_at: datetime, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        life.meeting_create(actor=keeper, terms=Terms("Совещание"), starts_at=starts_at)
    assert list(caught.value.errors) == [field]


def test_a_meeting_of_an_association_names_it(keeper: Scope) -> None:
    with pytest.raises(InvalidInput) as caught:
        life.meeting_create(
            actor=keeper, terms=Terms("Совещание"), starts_at=WEDNESDAY, kind=MeetingKind.ASSOCIATION
        )
    assert list(caught.value.errors) == ["association"]


def test_only_whoever_drafts_protocols_enters_meetings(cast: Cast) -> None:
    for name in ("methodologist", "tomsk_coordinator", "chair", "tomsk_minister"):
        with pytest.raises(NotAllowed):
            draft(cast.scope(name))


# Opened


def test_opening_freezes_who_is_invited_and_tells_them_once(keeper: Scope, cast: Cast) -> None:
    meeting = opened(keeper, audience={"regions": ["70", "55"]})

    assert sorted(Invitation.objects.values_list("region", flat=True)) == ["55", "70"]
    assert {row.region_id: row.clusters.count() for row in Invitation.objects.all()} == {"55": 2, "70": 2}
    assert told("opened") == 3
    again = life.meeting_open(actor=keeper, meeting_id=meeting.pk, version=1)
    assert (again.version, told("opened")) == (2, 3)


def test_clusters_by_conditions_bring_their_regions_and_nobody_else(keeper: Scope, cast: Cast) -> None:
    opened(keeper, addressee="clusters", audience={"cohorts": [2024]})

    invitation = Invitation.objects.get()
    assert invitation.region == cast.tomsk
    assert [row.cluster for row in invitation.clusters.all()] == [cast.tomsk_farming]


def test_nobody_who_fits_is_a_refusal_and_the_meeting_stays_a_draft(keeper: Scope) -> None:
    meeting = draft(keeper, addressee="clusters", audience={"cohorts": [2030]})
    with pytest.raises(InvalidInput) as caught:
        life.meeting_open(actor=keeper, meeting_id=meeting.pk, version=1)

    assert list(caught.value.errors) == ["audience"]
    meeting.refresh_from_db()
    assert meeting.is_draft


def test_a_meeting_whose_time_has_passed_is_not_opened(keeper: Scope) -> None:
    meeting = draft(keeper)
    with clock.at(WEDNESDAY), pytest.raises(InvalidInput):
        life.meeting_open(actor=keeper, meeting_id=meeting.pk, version=1)


# Moved, changed, cancelled


def test_a_move_is_told_and_kept_and_calendars_learn_it(keeper: Scope) -> None:
    meeting = opened(keeper)
    moved = life.meeting_move(
        actor=keeper, meeting_id=meeting.pk, version=2, starts_at=LATER, reason="Занят зал."
    )

    assert (moved.starts_at, moved.calendar_sequence) == (LATER, 1)
    assert told("moved") == 3
    event = MeetingEvent.objects.get(kind="moved")
    assert (event.text, event.values["became"]) == ("Занят зал.", LATER.isoformat())


def test_a_draft_is_moved_and_changed_in_silence(keeper: Scope) -> None:
    meeting = draft(keeper)
    life.meeting_move(actor=keeper, meeting_id=meeting.pk, version=1, starts_at=LATER, reason="")
    life.meeting_change(
        actor=keeper, meeting_id=meeting.pk, version=2, terms=Terms("Иное", video_link="https://x.example/1")
    )

    assert not Notice.objects.exists()
    assert log_of(meeting) == ["created", "moved", "changed"]


def test_a_wider_audience_of_an_open_meeting_invites_more_and_takes_nobody_away(keeper: Scope) -> None:
    meeting = opened(keeper, audience={"regions": ["70"]})
    life.meeting_change(
        actor=keeper, meeting_id=meeting.pk, version=2, terms=Terms("Совещание", audience={"regions": ["55"]})
    )

    assert sorted(meeting.invitations.values_list("region", flat=True)) == ["55", "70"]


def test_a_cancelled_meeting_has_its_reason_and_its_proposals_wait_again(keeper: Scope, cast: Cast) -> None:
    meeting = opened(keeper)
    proposal = proposal_make(actor=cast.scope("tomsk_coordinator"), title="О целевом наборе", region="70")
    proposal_take(actor=keeper, item_id=proposal.pk, meeting_id=meeting.pk)

    with pytest.raises(InvalidInput):
        life.meeting_cancel(actor=keeper, meeting_id=meeting.pk, version=2, reason=" ")
    for _press in range(2):
        life.meeting_cancel(actor=keeper, meeting_id=meeting.pk, version=2, reason="Праздник.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.meeting) == (AgendaState.PROPOSED, None)
    assert (told("cancelled"), log_of(meeting)[-1]) == (3, "cancelled")


# Begun, closed, recorded


def test_a_meeting_is_closed_without_attendance_and_the_page_says_what_is_missing(
    keeper: Scope, cast: Cast
) -> None:
    meeting = begun(keeper)
    question(keeper, meeting)

    missing = missing_at_end(keeper, meeting)
    assert (missing.unmarked, missing.invited, len(missing.undecided)) == (3, 3, 1)
    assert life.meeting_close(actor=keeper, meeting_id=meeting.pk, version=3).is_over
    assert life.meeting_close(actor=keeper, meeting_id=meeting.pk, version=3).version == 4


def test_the_secretary_of_the_meeting_runs_it_though_he_keeps_none(keeper: Scope, cast: Cast) -> None:
    meeting = opened(keeper, secretary=cast.methodologist.pk)
    secretary = cast.scope("methodologist")

    assert meeting.secretary_name == "Методист Н. Л."
    life.meeting_start(actor=secretary, meeting_id=meeting.pk, version=2)
    with pytest.raises(NotAllowed):
        life.meeting_cancel(actor=secretary, meeting_id=meeting.pk, version=3, reason="Нет.")


def test_a_region_runs_nothing_and_a_stranger_sees_nothing(keeper: Scope, cast: Cast) -> None:
    meeting = opened(keeper, audience={"regions": ["70"]})

    with pytest.raises(NotAllowed):
        life.meeting_start(actor=cast.scope("tomsk_coordinator"), meeting_id=meeting.pk, version=2)
    with pytest.raises(Missing):
        life.meeting_start(actor=cast.scope("omsk_coordinator"), meeting_id=meeting.pk, version=2)


def record(actor: Scope, **changes: Any) -> Meeting:
    values: dict[str, Any] = {
        "terms": Terms("Совещание победителей 2022 года"), "cohort_year": 2022,
        "starts_at": datetime(2023, 9, 13, 7, tzinfo=UTC), **changes,
    }  # fmt: skip
    return life.meeting_record(actor=actor, content=life.RecordContent(**values))


def test_a_meeting_of_winners_is_entered_closed_and_in_silence(keeper: Scope) -> None:
    meeting = record(keeper, also_present="Иванов И. И.\nПетров П. П.")

    assert (meeting.state, meeting.kind, meeting.cohort_year) == ("closed", "historic", 2022)
    assert (meeting.started_at, meeting.closed_at) == (meeting.starts_at, meeting.ends_at)
    assert not Notice.objects.exists()
    assert not Invitation.objects.exists()
    item = question(keeper, meeting, reason="Перенесено из архива.")
    assert item.meeting == meeting
    assert log_of(meeting) == ["created", "closed", "mended"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": datetime(2023, 10, 4, 7, tzinfo=UTC)}, "starts_at"),
        ({"cohort_year": 2030}, "cohort_year"),
        ({"terms": Terms("")}, "title"),
    ],
)
def test_history_is_what_was_before_the_weekly_meeting(
    keeper: Scope, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        record(keeper, **changes)
    assert list(caught.value.errors) == [field]


def test_one_meeting_of_winners_is_entered_once(keeper: Scope) -> None:
    record(keeper)
    with pytest.raises(InvalidInput):
        record(keeper)


def test_a_closed_meeting_is_mended_with_a_reason_only(keeper: Scope) -> None:
    meeting = closed(keeper)
    with pytest.raises(InvalidInput) as caught:
        question(keeper, meeting)
    assert list(caught.value.errors) == ["reason"]
    question(keeper, meeting, reason="Пропущено.")

    event = MeetingEvent.objects.get(kind="mended")
    assert (event.text, event.actor_id) == ("Пропущено.", keeper.user_id)


# Any order of steps


class Life(RuleBasedStateMachine):
    """Any acts in any order: only those of the table happen, each adds one row to the history."""

    actor: Scope

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.meeting = draft(self.actor)
        self.state, self.events = MeetingState.DRAFT, 1

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def _do(self, act: str, **more: Any) -> None:
        services = {
            "open": life.meeting_open, "move": life.meeting_move, "cancel": life.meeting_cancel,
            "start": life.meeting_start, "close": life.meeting_close,
        }  # fmt: skip
        said = {"actor": self.actor, "meeting_id": self.meeting.pk, "version": self.meeting.version, **more}
        may = self.state in STEPS[act].sources
        is_repeated = (act, self.state) in {("start", "in_progress"), ("cancel", "cancelled")}
        try:
            services[act](**said)
        except ImpossibleStep:
            assert not may
        else:
            assert may or is_repeated
        if may:
            self.events += 1
            self.state = STEPS[act].target or self.state

    @rule()
    def open(self) -> None:
        self._do("open")

    @rule(minutes=st.integers(1, 1000))
    def move(self, minutes: int) -> None:
        self.meeting.refresh_from_db()
        self._do("move", starts_at=self.meeting.starts_at + timedelta(minutes=minutes), reason="")

    @rule()
    def cancel(self) -> None:
        self._do("cancel", reason="Отмена.")

    @rule()
    def start(self) -> None:
        self._do("start")

    @rule()
    def close(self) -> None:
        self._do("close")

    @rule()
    def press_what_was_read_long_ago(self) -> None:
        with pytest.raises((StaleVersion, ImpossibleStep)):
            life.meeting_move(
                actor=self.actor, meeting_id=self.meeting.pk, version=0, starts_at=LATER, reason=""
            )

    @invariant()
    def stands_where_the_table_says(self) -> None:
        self.meeting.refresh_from_db()
        assert self.meeting.state == self.state
        assert self.meeting.events.count() == self.meeting.version == self.events


def test_in_any_order_only_the_steps_of_the_table_happen(keeper: Scope) -> None:
    machine = type("LifeOfThisMeeting", (Life,), {"actor": keeper})
    examples = settings(
        max_examples=10, stateful_step_count=12, suppress_health_check=list(HealthCheck), deadline=None
    )
    run_state_machine_as_test(machine, settings=examples)
