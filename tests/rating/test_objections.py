"""Objections of the regions: filed in time, answered by another than the reviewer, moving only what was appealed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from assignments.models import ExecutionEvent
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, PortalError, StaleVersion
from files.models import StoredFile
from rating.enums import ObjectionState, SliceStatus
from rating.models import Objection, RegionScore, ScoreLoss, Slice
from rating.selectors import slice_differences
from rating.services import objection_file, objection_withdraw, slice_publish, slice_revise
from tests.assignments.desk import Desk, snapshot
from tests.cast import Cast
from tests.files.samples import PDF
from tests.rating.appeals import AFTER, ANSWER, PERIOD, REASON, March, march

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(cast: Cast) -> March:
    made = march(cast)
    made.open()
    return made


def everything() -> tuple[Any, ...]:
    """What a refused act must leave as it was."""
    return (
        *snapshot(),
        list(Objection.objects.order_by("pk").values_list()),
        list(Slice.objects.values_list()),
    )


def refused(error: type[PortalError], act: Callable[[], object]) -> PortalError:
    """The act is refused with this error, and nothing changed."""
    before = everything()
    with pytest.raises(error) as caught:
        act()
    assert everything() == before
    return caught.value


def publish(month: March, *, at: datetime = AFTER) -> Slice:
    with clock.at(at):
        newest = Slice.objects.filter(period=PERIOD).order_by("-revision")[0]
        return slice_publish(actor=month.cast.scope("administrator"), slice_id=newest.pk)


def test_a_coordinator_objects_during_the_preview_with_a_reason_and_a_file(month: March) -> None:
    paper = SimpleUploadedFile("receipt.pdf", PDF, "application/pdf")

    objection = month.object(file=paper)

    assert objection.state == ObjectionState.OPEN
    assert (objection.region_id, objection.execution_id) == ("70", month.missed.pk)
    assert objection.reason == REASON
    assert objection.file.original_name == "receipt.pdf"
    assert objection.filed_by == month.cast.tomsk_coordinator


def test_nobody_objects_before_the_preview_is_open(cast: Cast) -> None:
    closed = march(cast)

    refused(Missing, closed.object)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("omsk_coordinator", Missing),
        ("tomsk_minister", Missing),
        ("controller", Missing),
        ("public", Missing),
    ],
)
def test_others_than_the_coordinators_of_the_region_do_not_object_to_a_preview(
    who: str, error: type[PortalError], month: March
) -> None:
    refused(error, lambda: month.object(who=who))


def test_the_centre_and_the_head_see_a_published_loss_but_do_not_object_to_it(month: March) -> None:
    publish(month)

    refused(NotAllowed, lambda: month.object(who="controller"))
    refused(NotAllowed, lambda: month.object(who="tomsk_minister"))


def test_an_execution_that_lost_nothing_in_the_slice_is_not_objected_to(month: March) -> None:
    error = refused(InvalidInput, lambda: month.object(month.on_time))

    assert isinstance(error, InvalidInput)
    assert list(error.errors) == ["execution"]


@pytest.mark.parametrize("reason", ["", "  \n", "a\x00b", "x" * 5001])
def test_a_bad_reason_is_refused_at_its_field_and_keeps_no_file(reason: str, month: March) -> None:
    paper = SimpleUploadedFile("receipt.pdf", PDF, "application/pdf")

    error = refused(InvalidInput, lambda: month.object(reason=reason, file=paper))

    assert isinstance(error, InvalidInput)
    assert list(error.errors) == ["reason"]
    assert not StoredFile.objects.exists()


def test_a_file_that_is_not_what_it_says_is_refused(month: March) -> None:
    wrong = SimpleUploadedFile("receipt.pdf", b"MZ not a paper", "application/pdf")

    error = refused(InvalidInput, lambda: month.object(file=wrong))

    assert isinstance(error, InvalidInput)
    assert list(error.errors) == ["file"]


def test_a_second_objection_to_the_same_execution_is_refused_while_open_and_after_the_answer(
    month: March,
) -> None:
    objection = month.object()
    refused(ImpossibleStep, lambda: month.object(who="tomsk_deputy"))

    month.dismiss(objection)
    refused(ImpossibleStep, month.object)


def test_an_objection_that_was_taken_back_may_be_filed_again(month: March) -> None:
    objection = month.object()
    withdrawn = objection_withdraw(actor=month.cast.scope("tomsk_deputy"), objection_id=objection.pk)

    again = month.object()

    assert withdrawn.state == ObjectionState.WITHDRAWN
    assert again.pk != objection.pk
    assert again.is_open


def test_the_database_itself_knows_one_open_objection_to_an_execution(month: March) -> None:
    first = month.object()

    with pytest.raises(DatabaseError), transaction.atomic():
        Objection.objects.create(
            slice=first.slice, region=first.region, execution=first.execution, reason="x", filed_at=AFTER
        )


def test_objections_are_taken_for_twenty_days_after_publication_and_not_on_the_day_after(
    month: March,
) -> None:
    publish(month)
    coordinator = month.cast.scope("tomsk_coordinator")

    def file(at: datetime) -> Objection:
        with clock.at(at):
            return objection_file(
                actor=coordinator, slice_id=month.slice.pk, execution_id=month.missed.pk, reason=REASON
            )

    refused(ImpossibleStep, lambda: file(datetime(2026, 4, 30, 21, tzinfo=UTC)))
    assert file(datetime(2026, 4, 30, 20, 59, tzinfo=UTC)).is_open


def test_a_replaced_revision_takes_no_objections(month: March) -> None:
    month.uphold(month.object(month.reviewed), "annul", event_id=_return_of(month).pk)
    publish(month)
    _revise(month, at=AFTER + timedelta(days=1))
    publish(month, at=AFTER + timedelta(days=2))

    refused(ImpossibleStep, month.object)


def test_a_dismissal_needs_an_answer_and_changes_no_log(month: March) -> None:
    objection = month.object()
    refused(InvalidInput, lambda: month.dismiss(objection, answer=" "))
    events = ExecutionEvent.objects.count()

    decided = month.dismiss(objection)

    assert decided.state == ObjectionState.DISMISSED
    assert decided.answer == ANSWER
    assert decided.decided_by == month.cast.administrator
    assert ExecutionEvent.objects.count() == events


def test_nobody_answers_an_objection_to_his_own_review(month: March) -> None:
    objection = month.object(month.reviewed)

    refused(NotAllowed, lambda: month.dismiss(objection, "controller"))
    refused(
        NotAllowed,
        lambda: month.uphold(objection, "annul", "controller", event_id=_return_of(month).pk),
    )
    assert month.dismiss(objection, "administrator").state == ObjectionState.DISMISSED


@pytest.mark.parametrize("who", ["methodologist", "tomsk_coordinator"])
def test_others_than_controllers_and_administrators_do_not_answer(who: str, month: March) -> None:
    objection = month.object()

    refused(NotAllowed, lambda: month.dismiss(objection, who))


@pytest.mark.parametrize("who", ["omsk_coordinator", "chair", "tomsk_minister", "newcomer"])
def test_a_stranger_does_not_learn_of_an_objection(who: str, month: March) -> None:
    objection = month.object()

    refused(Missing, lambda: month.dismiss(objection, who))
    refused(Missing, lambda: objection_withdraw(actor=month.cast.scope(who), objection_id=objection.pk))


def _return_of(month: March) -> ExecutionEvent:
    return ExecutionEvent.objects.get(execution=month.reviewed, kind="returned")


REMEDIES = {
    "extend": ({}, "extended"),
    "cancel": ({}, "cancelled"),
    "accept": ({}, "accepted"),
    "record": (
        {"handed_in_at": datetime(2026, 3, 19, 9, tzinfo=UTC), "report": "Отчёт от 19 марта."},
        "submitted",
    ),
}


@pytest.mark.parametrize("remedy", list(REMEDIES))
def test_an_upheld_objection_appends_an_event_that_corrects_its_month(remedy: str, month: March) -> None:
    fields, kind = REMEDIES[remedy]

    decided = month.uphold(month.object(), remedy, **fields)

    assert decided.state == ObjectionState.UPHELD
    assert decided.event is not None
    assert (decided.event.kind, decided.event.corrects) == (kind, PERIOD)
    assert decided.event.actor == month.cast.administrator
    assert ANSWER in (decided.event.text, decided.event.late_reason)


def test_an_upheld_objection_may_annul_a_wrong_return(month: March) -> None:
    decided = month.uphold(month.object(month.reviewed), "annul", event_id=_return_of(month).pk)

    assert decided.event is not None
    assert decided.event.target == _return_of(month)
    assert decided.event.corrects == PERIOD


@pytest.mark.parametrize(
    ("remedy", "fields", "named"),
    [
        ("extend", {"new_due": None}, "new_due"),
        ("annul", {}, "event_id"),
        ("annul", {"event_id": 999_999}, "event_id"),
        ("record", {"report": "Отчёт."}, "handed_in_at"),
        ("record", {"handed_in_at": datetime(2026, 3, 19, 9, tzinfo=UTC)}, "report"),
        (
            "record",
            {"handed_in_at": datetime(2027, 3, 19, 9, tzinfo=UTC), "report": "Отчёт."},
            "handed_in_at",
        ),
        ("forgive", {}, "remedy"),
        ("cancel", {"answer": ""}, "answer"),
    ],
)
def test_a_correction_that_lacks_something_is_refused_at_its_field(
    remedy: str, fields: dict[str, Any], named: str, month: March
) -> None:
    objection = month.object()

    error = refused(InvalidInput, lambda: month.uphold(objection, remedy, **fields))

    assert isinstance(error, InvalidInput)
    assert list(error.errors) == [named]


def test_a_correction_that_the_state_does_not_allow_is_refused(month: March) -> None:
    objection = month.object(month.reviewed)

    refused(ImpossibleStep, lambda: month.uphold(objection, "extend"))


def test_a_decision_over_an_old_reading_of_the_execution_is_refused(month: March) -> None:
    objection = month.object()

    refused(StaleVersion, lambda: month.uphold(objection, "cancel", version=month.missed.version - 1))


def test_a_decided_objection_is_decided_once(month: March) -> None:
    objection = month.object()
    month.dismiss(objection)

    refused(ImpossibleStep, lambda: month.dismiss(objection))
    refused(ImpossibleStep, lambda: month.uphold(objection))
    refused(
        ImpossibleStep,
        lambda: objection_withdraw(actor=month.cast.scope("tomsk_coordinator"), objection_id=objection.pk),
    )


def _revise(month: March, *, at: datetime) -> Slice:
    with clock.at(at):
        return slice_revise(
            actor=month.cast.scope("methodologist"), period=PERIOD, corrections_as_of=at, reason="Возражения"
        )


def test_the_next_revision_moves_only_what_was_appealed(month: March) -> None:
    month.uphold(month.object(), "extend")
    with clock.at(datetime(2026, 4, 8, 9, tzinfo=UTC)):
        Desk(month.cast, month.omsk_missed).do("submit", "omsk_coordinator")
    second = _revise(month, at=datetime(2026, 4, 9, 8, tzinfo=UTC))

    before = {row.region_id: row.score for row in RegionScore.objects.filter(slice=month.slice)}
    after = {row.region_id: row.score for row in RegionScore.objects.filter(slice=second)}
    losses = ScoreLoss.objects.filter(region_score__slice=second, region_score__region="70")

    assert after["70"] is not None
    assert before["70"] is not None
    assert after["70"] > before["70"]
    assert after["55"] == before["55"]
    assert set(losses.values_list("execution", flat=True)) == {month.reviewed.pk}
    assert slice_differences(second) == []


def test_a_month_is_not_published_while_an_objection_waits(month: March) -> None:
    objection = month.object()

    error = refused(ImpossibleStep, lambda: publish(month))
    assert "1" in str(error)

    month.dismiss(objection)
    assert publish(month).status == SliceStatus.PUBLISHED


def test_the_deadline_lets_a_month_be_published_over_open_objections(month: March, settings: Any) -> None:
    month.object()
    settings.RATING_PUBLISH_ANYWAY_DAYS = 5

    refused(ImpossibleStep, lambda: publish(month, at=datetime(2026, 4, 15, 6, 59, tzinfo=UTC)))
    assert publish(month, at=datetime(2026, 4, 15, 7, tzinfo=UTC)).status == SliceStatus.PUBLISHED


def test_without_a_deadline_open_objections_always_hold_the_month(month: March, settings: Any) -> None:
    month.object()
    settings.RATING_PUBLISH_ANYWAY_DAYS = 0

    refused(ImpossibleStep, lambda: publish(month, at=datetime(2026, 6, 1, tzinfo=UTC)))


def test_an_objection_survives_the_publication_and_holds_the_next_revision(month: March) -> None:
    publish(month)
    month.object()
    _revise(month, at=AFTER + timedelta(days=1))

    refused(ImpossibleStep, lambda: publish(month, at=AFTER + timedelta(days=2)))


def test_the_audit_trail_names_who_objected_and_who_answered(month: March) -> None:
    objection = month.object()
    month.dismiss(objection)

    entries = LogEntry.objects.get_for_object(objection)
    assert {entry.action for entry in entries} == {LogEntry.Action.CREATE, LogEntry.Action.UPDATE}
