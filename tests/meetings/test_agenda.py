"""The agenda: filled from the work, put in order, removed and put back; the way back from every source."""

from datetime import date, timedelta

import pytest

from assignments.enums import RequestKind
from assignments.models import ExecutionRequest
from associations.models import Milestone
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from cyclogram.models import ClusterStage
from meetings.enums import AgendaState, DecisionKind, MeetingKind
from meetings.models import AgendaItem, Meeting
from meetings.selectors.agenda import agenda_of, discussed_at
from meetings.services import agenda, proposals
from meetings.services.filling import agenda_fill
from meetings.services.life import meeting_close, meeting_start
from meetings.services.occurrences import meetings_make
from tests.assignments.builders import put_on_control
from tests.cast import Cast
from tests.cyclogram import builders as stages
from tests.dashboard.office import ISSUED_LONG_AGO, methodology, published, work
from tests.meetings.acts import NOW, WEDNESDAY, begun, closed, decided, draft, opened, question, rows, weekly

pytestmark = pytest.mark.usefixtures("thursday")
LATE = date(2026, 2, 20)
MOVED = {"moved_at": stages.MADE, "move_reason": "Поставка"}


def titles(meeting: Meeting, state: AgendaState = AgendaState.ON_AGENDA) -> list[str]:
    found = meeting.agenda.filter(state=state).order_by("position", "pk")
    return list(found.values_list("title", flat=True))


def fill(actor: Scope, meeting: Meeting) -> int:
    return agenda_fill(actor=actor, meeting_id=meeting.pk)


# Filled from the work


def test_overdue_and_returned_work_comes_by_region_with_its_executions(keeper: Scope, cast: Cast) -> None:
    work([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines], LATE)
    returned = work([cast.omsk_machines], date(2026, 3, 20))[0]
    type(returned).objects.filter(pk=returned.pk).update(state="returned")
    meeting = draft(keeper)

    fill(keeper, meeting)

    found = {item.key: item for item in meeting.agenda.exclude(region=None)}
    assert sorted(found) == ["overdue:55", "overdue:70", "returned:55"]
    assert found["overdue:70"].figures == {"count": 2, "oldest": "2026-02-20"}
    assert found["overdue:70"].executions.count() == 2
    assert list(found["returned:55"].executions.all()) == [returned]


def test_only_regions_that_are_invited_are_spoken_of(keeper: Scope, cast: Cast) -> None:
    work([cast.tomsk_machines, cast.omsk_machines], LATE)
    meeting = draft(keeper, audience={"regions": ["55"]})

    fill(keeper, meeting)

    assert list(meeting.agenda.filter(source="overdue").values_list("region", flat=True)) == ["55"]


def test_filled_again_it_adds_what_is_new_and_brings_nothing_back(keeper: Scope, cast: Cast) -> None:
    item = work([cast.tomsk_machines], LATE)[0].assignment
    meeting = draft(keeper)
    fill(keeper, meeting)
    removed = meeting.agenda.get(key="overdue:70")
    agenda.item_remove(actor=keeper, item_id=removed.pk)
    put_on_control([cast.omsk_machines, cast.tomsk_farming], item, at=ISSUED_LONG_AGO)

    assert fill(keeper, meeting) == 1
    assert fill(keeper, meeting) == 0
    removed.refresh_from_db()
    assert removed.state == AgendaState.REMOVED
    assert meeting.agenda.get(key="overdue:55").state == AgendaState.ON_AGENDA


def test_figures_are_of_today_and_a_region_that_owes_nothing_any_more_says_so(
    keeper: Scope, cast: Cast
) -> None:
    execution = work([cast.tomsk_machines], LATE)[0]
    meeting = draft(keeper)
    fill(keeper, meeting)
    type(execution).objects.filter(pk=execution.pk).update(state="cancelled", closed_at=NOW)

    fill(keeper, meeting)

    [row] = [row for row in agenda_of(keeper, meeting).rows if row.item.key == "overdue:70"]
    assert (row.figures, row.is_settled) == ("больше не осталось", True)


def test_a_request_to_extend_the_term_waits_on_the_agenda(keeper: Scope, cast: Cast) -> None:
    execution = work([cast.tomsk_machines], date(2026, 3, 20))[0]
    asked = ExecutionRequest.objects.create(
        execution=execution, kind=RequestKind.EXTENSION, reason="Нет данных.", asked_at=NOW,
        asked_by=cast.tomsk_coordinator, proposed_due=date(2026, 4, 1),
    )  # fmt: skip
    meeting = draft(keeper)

    fill(keeper, meeting)

    item = meeting.agenda.get(source="request")
    assert (item.request, item.region, item.assignment) == (asked, cast.tomsk, execution.assignment)


def test_a_process_has_its_figures(keeper: Scope, cast: Cast) -> None:
    [execution, _other] = work([cast.tomsk_machines, cast.omsk_machines], LATE)
    type(execution.assignment).objects.filter(pk=execution.assignment_id).update(process=cast.headcount)
    meeting = draft(keeper)

    fill(keeper, meeting)

    assert meeting.agenda.get(process=cast.headcount).figures == {"open": 2, "overdue": 2}


def test_stages_late_or_due_soon_come_with_their_clusters_until_nobody_owes_them(
    keeper: Scope, cast: Cast
) -> None:
    procurement = stages.plan_stage()
    stages.cluster_stage(cast.tomsk_machines, procurement, planned_to=date(2026, 2, 20), **MOVED)
    stages.cluster_stage(cast.omsk_machines, procurement, planned_to=date(2026, 3, 18), **MOVED)
    stages.cluster_stage(cast.tomsk_farming, procurement, planned_to=date(2026, 3, 19), **MOVED)
    meeting = draft(keeper)

    fill(keeper, meeting)
    [row] = [row for row in agenda_of(keeper, meeting).rows if row.item.source == "stage"]
    assert row.item.process == procurement.process
    assert row.figures == "отстают кластеров: 1, скоро срок: 1"

    ClusterStage.objects.exclude(cluster=cast.tomsk_farming).update(
        state="not_applicable", reason="Закупок не было"
    )
    fill(keeper, meeting)
    [row] = [row for row in agenda_of(keeper, meeting).rows if row.item.source == "stage"]
    assert (row.figures, row.is_settled) == ("больше не осталось", True)


def test_overdue_milestones_come_to_the_agenda_by_association(keeper: Scope, cast: Cast) -> None:
    for association in (None, cast.machine_builders, cast.farmers):
        Milestone.objects.create(
            association=association, name_ru="Слёт", name_en="Meeting", due_on=date(2026, 2, 20)
        )
    meeting = draft(keeper)
    fill(keeper, meeting)
    found = [row for row in agenda_of(keeper, meeting).rows if row.item.source == "milestone"]
    assert [row.item.association for row in found] == [None, cast.machine_builders, cast.farmers]
    assert found[0].figures == "1 веха, самая давняя – до 20.02.2026"
    assert found[1].link is not None
    assert str(cast.machine_builders.pk) in found[1].link.url

    Milestone.objects.update(state="cancelled")
    fill(keeper, meeting)
    found = [row for row in agenda_of(keeper, meeting).rows if row.item.source == "milestone"]
    assert [row.is_settled for row in found] == [True, True, True]


def test_the_rating_comes_when_it_was_published_since_the_meeting_before(cast: Cast) -> None:
    methodology()
    keeper = cast.scope("controller")
    published("2026-01")
    first = draft(keeper)
    fill(keeper, first)
    assert first.agenda.filter(source="rating").count() == 1

    with clock.at(WEDNESDAY):
        before = closed_weekly(keeper)
        after = Meeting.objects.filter(series=before.series).order_by("-starts_at").first()
        fill(keeper, after)
    assert not after.agenda.filter(source="rating").exists()


def closed_weekly(keeper: Scope) -> Meeting:
    """The weekly meeting of 4 March, held; the next one is made."""
    with clock.at(NOW):
        weekly(keeper)
    with clock.at(NOW + timedelta(hours=2)):
        meetings_make()
    meeting = Meeting.objects.exclude(series=None).get()
    with clock.at(WEDNESDAY):
        meeting = meeting_start(actor=keeper, meeting_id=meeting.pk, version=meeting.version)
        meeting = meeting_close(actor=keeper, meeting_id=meeting.pk, version=meeting.version)
    with clock.at(WEDNESDAY + timedelta(hours=2)):
        meetings_make()
    return meeting


def test_the_next_meeting_carries_over_what_was_left(keeper: Scope, cast: Cast) -> None:
    weekly(keeper, rows=[*rows("carried_over"), *rows("template")])
    with clock.at(NOW + timedelta(hours=2)):
        meetings_make()
    meeting = Meeting.objects.get()
    with clock.at(WEDNESDAY):
        meeting = meeting_start(actor=keeper, meeting_id=meeting.pk, version=meeting.version)
        for kind, title in (
            (DecisionKind.NOTED, "Закрытый"),
            (DecisionKind.CARRIED_OVER, "Перенесённый"),
            (DecisionKind.QUESTION, "С вопросом"),
        ):
            decided(keeper, question(keeper, meeting, title), kind)
        meeting_close(actor=keeper, meeting_id=meeting.pk, version=meeting.version)
    with clock.at(WEDNESDAY + timedelta(hours=2)):
        meetings_make()

    after = Meeting.objects.order_by("-starts_at").first()
    assert titles(after) == ["Перенесённый", "С вопросом", "Template"]
    carried = after.agenda.get(title="Перенесённый")
    assert carried.carries_on.meeting == meeting


def test_the_rows_of_the_series_say_what_stands_where(keeper: Scope, cast: Cast) -> None:
    work([cast.tomsk_machines], LATE)
    weekly(keeper, rows=[*rows("template"), *rows("overdue", minutes=7, speaker="Контролёров П. И.")])
    meetings_make()

    [first, second] = Meeting.objects.get().agenda.order_by("position")
    assert (first.source, second.key) == ("template", "overdue:70")
    assert (second.minutes, second.speaker, second.title) == (
        7, "Контролёров П. И.", "Overdue: Томская область",
    )  # fmt: skip


def test_an_agenda_is_not_filled_after_the_beginning(keeper: Scope) -> None:
    with pytest.raises(ImpossibleStep):
        fill(keeper, begun(keeper))


# Questions and their order


def test_questions_are_put_in_order_and_the_ends_hold(keeper: Scope) -> None:
    meeting = draft(keeper)
    first, second, third = (question(keeper, meeting, title) for title in ("А", "Б", "В"))

    agenda.item_move(actor=keeper, item_id=third.pk, position=1)
    assert titles(meeting) == ["В", "А", "Б"]
    agenda.item_move(actor=keeper, item_id=third.pk, position=99)
    assert titles(meeting) == ["А", "Б", "В"]
    agenda.agenda_order(actor=keeper, meeting_id=meeting.pk, order=[second.pk, first.pk])
    assert titles(meeting) == ["Б", "А", "В"]


def test_an_order_with_a_question_of_another_agenda_is_refused(keeper: Scope) -> None:
    meeting = draft(keeper)
    own = question(keeper, meeting)
    other = question(keeper, draft(keeper, title="Иное"))
    for order in ([own.pk, other.pk], [own.pk, own.pk]):
        with pytest.raises(InvalidInput):
            agenda.agenda_order(actor=keeper, meeting_id=meeting.pk, order=order)


def test_a_removed_question_is_put_back_at_the_end(keeper: Scope) -> None:
    meeting = draft(keeper)
    first = question(keeper, meeting, "А")
    question(keeper, meeting, "Б")
    agenda.item_remove(actor=keeper, item_id=first.pk)
    assert titles(meeting) == ["Б"]

    agenda.item_restore(actor=keeper, item_id=first.pk)
    assert titles(meeting) == ["Б", "А"]


def test_two_secretaries_on_one_question_do_not_overwrite_each_other(keeper: Scope) -> None:
    item = question(keeper, draft(keeper))
    said = {"speaker": "", "minutes": 5}
    agenda.item_change(actor=keeper, item_id=item.pk, version=1, title="Первое", **said)
    with pytest.raises(StaleVersion) as caught:
        agenda.item_change(actor=keeper, item_id=item.pk, version=1, title="Второе", **said)
    assert caught.value.current == 2


@pytest.mark.parametrize(
    ("changes", "field"), [({"title": " "}, "title"), ({"minutes": -1}, "minutes"), ({"minutes": 721}, "minutes"),
                           ({"title": "я" * 301}, "title"), ({"speaker": "я" * 301}, "speaker")],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_named(keeper: Scope, changes: dict, field: str) -> None:
    meeting = draft(keeper)
    with pytest.raises(InvalidInput) as caught:
        agenda.item_add(actor=keeper, meeting_id=meeting.pk, **{"title": "Вопрос", **changes})
    assert list(caught.value.errors) == [field]


def test_a_question_with_decisions_stays(keeper: Scope) -> None:
    meeting = begun(keeper)
    item = question(keeper, meeting)
    decided(keeper, item)
    with pytest.raises(ImpossibleStep):
        agenda.item_remove(actor=keeper, item_id=item.pk)


def test_the_sum_of_minutes_goes_over_the_limit(keeper: Scope) -> None:
    meeting = draft(keeper, limit_minutes=10)
    question(keeper, meeting, "А", minutes=7)
    assert agenda_of(keeper, meeting).over == 0
    removed = question(keeper, meeting, "Б", minutes=8)
    assert (agenda_of(keeper, meeting).minutes, agenda_of(keeper, meeting).over) == (15, 5)
    agenda.item_remove(actor=keeper, item_id=removed.pk)
    assert agenda_of(keeper, meeting).over == 0


# Proposals


def test_a_proposal_comes_to_the_next_meeting_and_is_taken_once(keeper: Scope, cast: Cast) -> None:
    region = cast.scope("tomsk_coordinator")
    made = proposals.proposal_make(actor=region, title="О целевом наборе", region="70")
    assert proposals.proposal_make(actor=region, title="О целевом наборе", region="70") == made
    meeting = draft(keeper)
    fill(keeper, meeting)

    assert titles(meeting, AgendaState.PROPOSED) == ["О целевом наборе"]
    for _press in range(2):
        proposals.proposal_take(actor=keeper, item_id=made.pk, meeting_id=meeting.pk)
    assert "О целевом наборе" in titles(meeting)
    with pytest.raises(ImpossibleStep):
        proposals.proposal_withdraw(actor=region, item_id=made.pk, version=None)


def test_a_proposal_that_nobody_took_waits_for_the_next_meeting(keeper: Scope, cast: Cast) -> None:
    made = proposals.proposal_make(actor=cast.scope("tomsk_coordinator"), title="Вопрос", region="70")
    meeting = draft(keeper)
    fill(keeper, meeting)
    meeting = Meeting.objects.get()
    meeting = opened(keeper)
    started = meeting_start(actor=keeper, meeting_id=meeting.pk, version=meeting.version)
    meeting_close(actor=keeper, meeting_id=meeting.pk, version=started.version)

    made.refresh_from_db()
    assert (made.state, made.meeting) == (AgendaState.PROPOSED, None)


def test_a_declined_proposal_has_its_reason(keeper: Scope, cast: Cast) -> None:
    chair = cast.scope("chair")
    made = proposals.proposal_make(actor=chair, title="Вопрос", association=cast.machine_builders.pk)
    with pytest.raises(InvalidInput):
        proposals.proposal_decline(actor=keeper, item_id=made.pk, version=1, reason="")
    proposals.proposal_decline(actor=keeper, item_id=made.pk, version=1, reason="Рассмотрено ранее.")

    made.refresh_from_db()
    assert (made.state, made.decline_reason) == (AgendaState.DECLINED, "Рассмотрено ранее.")


def test_nobody_proposes_for_others_nor_takes_back_what_is_theirs(keeper: Scope, cast: Cast) -> None:
    tomsk, omsk = cast.scope("tomsk_coordinator"), cast.scope("omsk_coordinator")
    for actor, place in ((omsk, "70"), (keeper, "70"), (cast.scope("tomsk_minister"), "70")):
        with pytest.raises(NotAllowed):
            proposals.proposal_make(actor=actor, title="Вопрос", region=place)
    made = proposals.proposal_make(actor=tomsk, title="Вопрос", region="70")
    with pytest.raises(Missing):
        proposals.proposal_withdraw(actor=omsk, item_id=made.pk, version=1)
    with pytest.raises(NotAllowed):
        proposals.proposal_withdraw(actor=keeper, item_id=made.pk, version=1)
    proposals.proposal_withdraw(actor=cast.scope("tomsk_deputy"), item_id=made.pk, version=1)
    assert not AgendaItem.objects.exists()


def test_a_place_keeps_ten_proposals_waiting(cast: Cast) -> None:
    region = cast.scope("tomsk_coordinator")
    for number in range(proposals.MOST_WAITING):
        proposals.proposal_make(actor=region, title=f"Вопрос {number}", region="70")
    with pytest.raises(InvalidInput):
        proposals.proposal_make(actor=region, title="Ещё один", region="70")


# The way back


def test_every_source_finds_its_meetings(keeper: Scope, cast: Cast) -> None:
    execution = work([cast.tomsk_machines], LATE)[0]
    meeting = opened(keeper)
    assert discussed_at(keeper, execution=execution) == []
    fill(keeper, meeting)

    region = cast.scope("tomsk_coordinator")
    for who in (keeper, region):
        for about in (
            {"execution": execution}, {"assignment": execution.assignment}, {"region": "70"},
            {"protocol": execution.assignment.protocol},
        ):  # fmt: skip
            [found] = [i for i in discussed_at(who, **about) if i.source == "overdue"]
            assert found.meeting == meeting
    assert discussed_at(cast.scope("chair"), region="70") == []


def test_a_closed_meeting_out_of_turn_is_carried_on_by_the_next_of_its_kind(keeper: Scope) -> None:
    first = closed(keeper)
    decided(
        keeper, question(keeper, first, reason="Пропущено."), DecisionKind.CARRIED_OVER, reason="Пропущено."
    )
    Meeting.objects.filter(pk=first.pk).update(starts_at=NOW - timedelta(days=1))
    after = draft(keeper, title="Следующее")
    assert after.kind == MeetingKind.AD_HOC
    fill(keeper, after)
    assert "О ходе набора" in titles(after)


def test_all_of_a_source_goes_off_and_comes_back_in_one_act(keeper: Scope, cast: Cast) -> None:
    work([cast.tomsk_machines, cast.omsk_machines], LATE)
    meeting = opened(keeper)
    fill(keeper, meeting)
    own = question(keeper, meeting)

    assert agenda_of(keeper, meeting).sources == [("overdue", "просроченные исполнения", 2)]
    assert agenda.source_remove(actor=keeper, meeting_id=meeting.pk, source="overdue") == 2
    assert agenda.source_remove(actor=keeper, meeting_id=meeting.pk, source="overdue") == 0
    assert fill(keeper, meeting) == 0
    assert own.title in titles(meeting)
    assert len(titles(meeting, AgendaState.REMOVED)) == 2

    assert agenda.source_restore(actor=keeper, meeting_id=meeting.pk, source="overdue") == 2
    assert len(titles(meeting, AgendaState.REMOVED)) == 0


def test_a_source_is_taken_off_before_the_meeting_and_by_whoever_runs_it(keeper: Scope, cast: Cast) -> None:
    meeting = begun(keeper)
    with pytest.raises(ImpossibleStep):
        agenda.source_remove(actor=keeper, meeting_id=meeting.pk, source="overdue")
    with pytest.raises((NotAllowed, Missing)):
        agenda.source_remove(actor=cast.scope("tomsk_coordinator"), meeting_id=meeting.pk, source="overdue")
