"""Recalling an item as a whole: two people, one reason, execution by execution, undone for some minutes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import Membership
from assignments.long_work import recall_decided
from assignments.models import Assignment, Execution, ExecutionEvent, ExecutionRequest, ItemRecall
from assignments.services.executions import execution_annul, execution_submit
from assignments.services.late import late_cluster_add
from assignments.services.log import KeyTaken
from assignments.services.recalls import (
    recall_carry_out,
    recall_confirm,
    recall_propose,
    recall_put_back,
    recall_refuse,
    recall_undo,
    recall_withdraw,
)
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from notifications.models import DigestLine, LongTask, Notice
from notifications.services import long_tasks_drain
from tests.assignments import drafts
from tests.assignments.planned import WHY, recalled
from tests.cast import Cast
from tests.dashboard.figures import figures_of, listed

pytestmark = pytest.mark.usefixtures("wednesday")


@pytest.fixture
def first(cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


@pytest.fixture
def second(cast: Cast) -> Scope:
    return cast.scope("administrator")


@pytest.fixture
def item(first: Scope) -> Assignment:
    """Addressed to the four clusters of the cast."""
    found: Assignment = drafts.issued(first).assignments.get()
    return found


def propose(actor: Scope, item: Assignment, **changes: Any) -> ItemRecall:
    return recall_propose(actor=actor, assignment_id=item.pk, **({"reason": WHY} | changes))


def states(item: Assignment) -> list[str]:
    return sorted(Execution.objects.filter(assignment=item).values_list("state", flat=True))


def submit(cast: Cast, item: Assignment, code: str = "70-001") -> Execution:
    execution = item.executions.get(cluster__code=code)
    who = "tomsk_coordinator" if code.startswith("70") else "omsk_coordinator"
    execution_submit(
        actor=cast.scope(who), execution_id=execution.pk, version=execution.version, text="Сделано."
    )
    return execution


def test_a_proposal_changes_nothing_and_asks_the_others(cast: Cast, first: Scope, item: Assignment) -> None:
    recall = propose(first, item)
    assert (recall.state, states(item)) == ("proposed", ["issued"] * 4)
    assert Notice.objects.get(kind="recall_waits").person_id == cast.administrator.pk
    with pytest.raises(Missing):
        ItemRecall.objects.fetch(cast.scope("tomsk_coordinator"), pk=recall.pk)


def test_confirmed_by_another_person_everything_on_control_is_cancelled(
    cast: Cast, first: Scope, second: Scope, item: Assignment
) -> None:
    recall = recalled(item.pk, first, second)
    assert (recall.state, recall.cancelled, recall.refused) == ("done", 4, [])
    assert states(item) == ["cancelled"] * 4
    events = ExecutionEvent.objects.filter(kind="cancelled")
    assert set(events.values_list("text", "actor")) == {(WHY, second.user_id)}
    row = LogEntry.objects.get(additional_data__action="item_recall")
    assert row.additional_data["count"] == 4
    assert ItemRecall.objects.fetch(cast.scope("tomsk_coordinator"), pk=recall.pk) == recall


def test_a_coordinator_is_told_once_under_the_bell_and_by_one_line_of_the_digest(
    cast: Cast, first: Scope, second: Scope, item: Assignment
) -> None:
    recall = recalled(item.pk, first, second)
    notice = Notice.objects.get(person=cast.tomsk_coordinator, kind="item_recalled")
    assert notice.data["count"] == 2
    line = DigestLine.objects.get(person=cast.tomsk_coordinator, kind="item_recalled")
    assert line.data == {"item": item.pk, "regions": ["70"], "recall": recall.pk}
    assert Notice.objects.get(kind="recall_confirmed").person_id == first.user_id


def test_nobody_confirms_his_own_proposal(first: Scope, item: Assignment) -> None:
    recall = propose(first, item)
    with pytest.raises(NotAllowed):
        recall_confirm(actor=first, recall_id=recall.pk, version=1)
    with pytest.raises(NotAllowed):
        recall_refuse(actor=first, recall_id=recall.pk, version=1, answer="Нет.")
    recall.state, recall.answered_by_id, recall.answered_at = "done", first.user_id, drafts.NOW
    with pytest.raises(IntegrityError), transaction.atomic():
        recall.save()


@pytest.mark.parametrize("person", ["methodologist", "tomsk_coordinator"])
def test_readers_and_regions_recall_nothing(cast: Cast, first: Scope, item: Assignment, person: str) -> None:
    with pytest.raises(NotAllowed):
        propose(cast.scope(person), item)
    recall = propose(first, item)
    with pytest.raises((NotAllowed, Missing)):
        recall_confirm(actor=cast.scope(person), recall_id=recall.pk, version=1)


def test_the_same_sending_is_one_proposal_and_another_one_waits_its_turn(
    first: Scope, second: Scope, item: Assignment
) -> None:
    recall = propose(first, item, submission_key="k1")
    assert propose(first, item, submission_key="k1") == recall
    with pytest.raises(KeyTaken):
        propose(first, item, submission_key="k1", reason="Иначе.")
    with pytest.raises(ImpossibleStep):
        propose(second, item)
    assert recall_confirm(actor=second, recall_id=recall.pk, version=1).state == "under_way"
    assert recall_confirm(actor=second, recall_id=recall.pk, version=1).state == "under_way"


def test_a_proposal_needs_a_reason_and_something_on_control(
    first: Scope, second: Scope, item: Assignment
) -> None:
    with pytest.raises(InvalidInput):
        propose(first, item, reason=" ")
    recalled(item.pk, first, second)
    with pytest.raises(ImpossibleStep):
        propose(first, item)
    draft = drafts.draft(first, number="15")
    with pytest.raises(ImpossibleStep):
        propose(first, drafts.add_item(first, draft))


def test_a_proposal_is_refused_with_a_reason_or_withdrawn_by_its_author(
    first: Scope, second: Scope, item: Assignment
) -> None:
    recall = propose(first, item)
    with pytest.raises(InvalidInput):
        recall_refuse(actor=second, recall_id=recall.pk, version=1, answer="")
    with pytest.raises(StaleVersion):
        recall_refuse(actor=second, recall_id=recall.pk, version=5, answer="Нет.")
    assert recall_refuse(actor=second, recall_id=recall.pk, version=1, answer="Нет.").state == "refused"
    assert Notice.objects.get(kind="recall_refused").person_id == first.user_id
    again = propose(first, item)
    with pytest.raises(NotAllowed):
        recall_withdraw(actor=second, recall_id=again.pk, version=1)
    assert recall_withdraw(actor=first, recall_id=again.pk, version=1).state == "withdrawn"
    with pytest.raises(ImpossibleStep):
        recall_confirm(actor=second, recall_id=again.pk, version=2)
    assert states(item) == ["issued"] * 4


def test_what_is_executed_stays_executed_and_a_report_known_at_the_proposal_is_cancelled(
    cast: Cast, first: Scope, second: Scope, item: Assignment
) -> None:
    submit(cast, item)
    done = item.executions.get(cluster__code="70-002")
    Execution.objects.filter(pk=done.pk).update(state="executed", closed_at=drafts.NOW)
    with clock.at(drafts.NOW + timedelta(minutes=1)):
        recall = recalled(item.pk, first, second)
    assert recall.cancelled == 3
    assert states(item) == ["cancelled"] * 3 + ["executed"]


def test_a_report_that_came_after_the_proposal_is_named_and_not_swept_away(
    cast: Cast, first: Scope, second: Scope, item: Assignment
) -> None:
    recall = propose(first, item)
    with clock.at(drafts.NOW + timedelta(minutes=1)):
        reported = submit(cast, item)
        recall_confirm(actor=second, recall_id=recall.pk, version=1)
        done = recall_carry_out(actor=second, recall_id=recall.pk)
    assert [pk for pk, _reason in done.refused] == [reported.pk]
    assert states(item) == ["cancelled"] * 3 + ["in_review"]


def test_executions_of_a_region_that_the_second_person_coordinates_are_left(
    cast: Cast, first: Scope, second: Scope, item: Assignment
) -> None:
    Membership.objects.create(
        user=cast.administrator,
        role="coordinator",
        position="deputy",
        region=cast.tomsk,
        starts_on=drafts.TODAY,
    )
    done = recalled(item.pk, first, cast.scope("administrator"))
    assert (done.cancelled, len(done.refused)) == (2, 2)


def test_requests_that_wait_lapse_with_their_executions(
    cast: Cast, first: Scope, second: Scope, item: Assignment
) -> None:
    execution = item.executions.get(cluster__code="70-001")
    request = ExecutionRequest.objects.create(
        execution=execution, kind="not_applicable", reason="Нет.", asked_at=drafts.NOW,
        asked_by=cast.tomsk_coordinator,
    )  # fmt: skip
    recalled(item.pk, first, second)
    request.refresh_from_db()
    assert request.state == "lapsed"


def test_carried_out_anew_after_a_break_it_goes_on_and_counts_everything(
    first: Scope, second: Scope, item: Assignment
) -> None:
    recall = propose(first, item)
    recall_confirm(actor=second, recall_id=recall.pk, version=1)

    def breaks(_stage: str, number: int, _total: int) -> None:
        if number == 2:
            raise OSError("power")

    with pytest.raises(OSError, match="power"):
        recall_carry_out(actor=second, recall_id=recall.pk, watch=breaks)
    assert states(item).count("cancelled") == 2
    done = recall_carry_out(actor=second, recall_id=recall.pk)
    assert (done.cancelled, done.refused) == (4, [])
    assert recall_carry_out(actor=second, recall_id=recall.pk).version == done.version


def test_nobody_is_put_on_control_by_a_recalled_item(
    cast: Cast, first: Scope, second: Scope, item: Assignment
) -> None:
    recalled(item.pk, first, second)
    with pytest.raises(ImpossibleStep):
        late_cluster_add(actor=first, assignment_id=item.pk, cluster_id=cast.nameless.pk)


# Undoing


def test_within_minutes_the_whole_recall_is_undone(
    cast: Cast, first: Scope, second: Scope, item: Assignment
) -> None:
    recall = recalled(item.pk, first, second)
    with clock.at(drafts.NOW + timedelta(minutes=9)):
        assert recall_undo(actor=first, recall_id=recall.pk).state == "going_back"
        assert recall_undo(actor=first, recall_id=recall.pk).state == "going_back"
        back = recall_put_back(actor=first, recall_id=recall.pk)
    assert (back.state, back.cancelled, back.undone_by_id) == ("undone", 0, first.user_id)
    assert states(item) == ["issued"] * 4
    assert ExecutionEvent.objects.filter(kind="annulled").count() == 4
    assert Notice.objects.get(person=cast.tomsk_coordinator, kind="recall_undone").data["count"] == 2
    assert propose(first, item).state == "proposed"


def test_later_each_cancellation_is_annulled_for_itself(
    first: Scope, second: Scope, item: Assignment
) -> None:
    recall = recalled(item.pk, first, second)
    with clock.at(drafts.NOW + timedelta(minutes=11)), pytest.raises(ImpossibleStep):
        recall_undo(actor=first, recall_id=recall.pk)
    assert states(item) == ["cancelled"] * 4


def test_what_was_annulled_by_hand_is_not_undone_again(first: Scope, second: Scope, item: Assignment) -> None:
    recall = recalled(item.pk, first, second)
    event = ExecutionEvent.objects.filter(kind="cancelled").earliest("pk")
    execution = event.execution
    execution_annul(
        actor=first, execution_id=execution.pk, version=execution.version, event_id=event.pk, reason="Ошибка."
    )
    recall_undo(actor=first, recall_id=recall.pk)
    back = recall_put_back(actor=first, recall_id=recall.pk)
    assert (states(item), back.refused) == (["issued"] * 4, [])
    assert ExecutionEvent.objects.filter(kind="annulled").count() == 4


def test_readers_undo_nothing(cast: Cast, first: Scope, second: Scope, item: Assignment) -> None:
    recall = recalled(item.pk, first, second)
    with pytest.raises(NotAllowed):
        recall_undo(actor=cast.scope("methodologist"), recall_id=recall.pk)


# A centre of one person, and long work


def test_where_the_centre_is_one_person_it_is_decided_at_once(
    first: Scope, item: Assignment, settings: Settings
) -> None:
    settings.SECOND_PERSON_FOR_OWN_DECISIONS = False
    recall, task = recall_decided(actor=first, decide=lambda: propose(first, item))
    assert (recall.state, recall.alone, task) == ("done", True, None)
    assert states(item) == ["cancelled"] * 4


@pytest.fixture
def long(settings: Settings) -> None:
    settings.LONG_DECISION_ROWS = 3


def test_a_recall_of_many_is_long_work_in_the_name_of_the_second_person(
    emptied_after: None, long: None, cast: Cast
) -> None:
    drafts.load_rules()
    first, second = cast.scope("controller"), cast.scope("administrator")
    item = drafts.issued(first).assignments.get()
    recall = propose(first, item)
    under_way, task = recall_decided(
        actor=second, decide=lambda: recall_confirm(actor=second, recall_id=recall.pk, version=1)
    )
    assert under_way.state == "under_way"
    assert task is not None
    long_tasks_drain()
    task.refresh_from_db()
    recall.refresh_from_db()
    assert (task.state, recall.state, recall.cancelled) == ("done", "done", 4)
    assert set(ExecutionEvent.objects.filter(kind="cancelled").values_list("actor", flat=True)) == {
        second.user_id
    }
    _recall, back = recall_decided(actor=first, decide=lambda: recall_undo(actor=first, recall_id=recall.pk))
    assert back is not None
    long_tasks_drain()
    assert states(item) == ["issued"] * 4


# Pages


def test_a_recall_goes_through_its_pages(
    cast: Cast, as_person: Callable[[str], Client], first: Scope, item: Assignment
) -> None:
    controller, administrator = as_person("controller"), as_person("administrator")
    page = f"/protocols/{item.protocol_id}/items/{item.pk}/recall/"
    assert page in controller.get(f"/protocols/{item.protocol_id}/").content.decode()
    assert controller.get(page).context["count"].open == 4
    assert controller.post(page, {"reason": ""}).status_code == 400
    assert controller.post(page, {"reason": WHY, "submission_key": "k1"}).status_code == 302
    recall = ItemRecall.objects.get()
    own = recall.get_absolute_url()
    assert WHY in controller.get(page).content.decode()
    assert own in administrator.get("/protocols/recalls/").content.decode()
    assert WHY in administrator.get(own).content.decode()
    assert administrator.post(f"{own}confirm/", {"version": 9}).status_code == 409
    assert administrator.post(f"{own}refuse/", {"version": 1, "answer": ""}).status_code == 400
    assert controller.post(f"{own}confirm/", {"version": 1}).status_code == 403
    assert administrator.post(f"{own}confirm/", {"version": 1}).status_code == 302
    assert states(item) == ["cancelled"] * 4
    mark = "Пункт отозван"
    region = as_person("tomsk_coordinator")
    execution = item.executions.get(cluster__code="70-001")
    for client, address in (
        (region, execution.get_absolute_url()),
        (region, f"/protocols/{item.protocol_id}/"),
        (controller, f"/protocols/{item.protocol_id}/"),
    ):
        shown = client.get(address).content.decode()
        assert mark in shown
        assert WHY in shown
    assert region.get(own).status_code == 403
    assert controller.post(f"{own}undo/").status_code == 302
    assert states(item) == ["issued"] * 4
    assert mark not in region.get(execution.get_absolute_url()).content.decode()


def test_a_proposal_is_withdrawn_or_refused_on_its_page(
    as_person: Callable[[str], Client], first: Scope, item: Assignment
) -> None:
    own = propose(first, item).get_absolute_url()
    assert as_person("controller").post(f"{own}withdraw/", {"version": 1}).status_code == 302
    own = propose(first, item).get_absolute_url()
    said = {"version": 1, "answer": "Рано."}
    assert as_person("administrator").post(f"{own}refuse/", said).status_code == 302
    assert "Рано." in as_person("controller").get(own).content.decode()
    assert as_person("controller").post(f"{own}go-on/").status_code == 409


def test_a_long_recall_is_watched(
    long: None, as_person: Callable[[str], Client], first: Scope, item: Assignment
) -> None:
    recall = propose(first, item)
    own, client = recall.get_absolute_url(), as_person("administrator")
    answer = client.post(f"{own}confirm/", {"version": 1})
    task = LongTask.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, task.get_absolute_url())
    assert client.get(task.get_absolute_url()).status_code == 200
    assert task.get_absolute_url() in client.get(own).content.decode()
    assert as_person("controller").post(f"{own}go-on/").status_code == 302
    assert LongTask.objects.count() == 1


def test_what_waits_for_a_person_is_a_figure_of_the_first_page_and_the_list_behind_it(
    as_person: Callable[[str], Client], first: Scope, item: Assignment
) -> None:
    propose(first, item)
    own, other = as_person("controller"), as_person("administrator")

    figures = {figure.label: figure for figure in figures_of(other) if "recalls" in figure.url}
    assert {label: figure.count for label, figure in figures.items()} == {"отзыв пункта на подтверждении": 1}
    assert [listed(other, figure) for figure in figures.values()] == [1]
    assert not [figure for figure in figures_of(own) if "recalls" in figure.url]
    assert "Вас не ждёт ни один отзыв" in own.get("/protocols/recalls/?show=to_confirm").content.decode()
    assert item.title in own.get("/protocols/recalls/").content.decode()
    methodologist = as_person("methodologist").get("/protocols/recalls/?show=to_confirm")
    assert methodologist.context["page"].paginator.count == 0
