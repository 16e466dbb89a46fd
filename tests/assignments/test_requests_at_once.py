"""Two people at one proposal or question at the same moment, on PostgreSQL: one wins, nothing happens twice."""

import pytest

from assignments.models import AnswerWording, Execution, ExecutionEvent, ItemAnswer, ItemQuestion
from assignments.services.executions import execution_submit
from assignments.services.questions import question_ask, questions_answer
from assignments.services.requests import request_grant, request_refuse, request_withdraw
from common.errors import ImpossibleStep, PortalError, StaleVersion
from tests.assignments.builders import put_on_control
from tests.assignments.counter import current
from tests.assignments.pair import Pair
from tests.assignments.test_execution_concurrency import consistent, together
from tests.cast import Cast

pytestmark = pytest.mark.services


@pytest.fixture
def pair(emptied_after: None, cast: Cast) -> Pair:
    return Pair(cast, put_on_control([cast.tomsk_machines])[0])


def version_of(pair: Pair) -> int:
    """The version that the coordinator has read."""
    return Execution.objects.get(pk=pair.pk).version


def test_of_confirmations_at_the_same_moment_one_is_in_the_log(pair: Pair, cast: Cast) -> None:
    proposal = pair.extend()
    scope = cast.scope("administrator")
    answers = together(
        *(lambda: request_grant(actor=scope, request_id=proposal.pk, version=1) for _turn in range(6))
    )
    refused = [answer for answer in answers if isinstance(answer, PortalError)]
    assert len(refused) == 5
    assert all(isinstance(answer, StaleVersion) for answer in refused)
    assert ExecutionEvent.objects.filter(kind="extended").count() == 1
    assert current(proposal).state == "granted"


def test_a_confirmation_and_a_withdrawal_at_the_same_moment_leave_one_of_them(pair: Pair, cast: Cast) -> None:
    for act in (pair.extend, pair.cancel):
        proposal = act()
        before = ExecutionEvent.objects.count()
        confirmed, withdrawn = together(
            lambda pk=proposal.pk: request_grant(actor=cast.scope("administrator"), request_id=pk, version=1),
            lambda pk=proposal.pk: request_withdraw(actor=cast.scope("controller"), request_id=pk, version=1),
        )
        assert isinstance(confirmed, PortalError) != isinstance(withdrawn, PortalError)
        happened = ExecutionEvent.objects.count() - before
        assert (current(proposal).state, happened) in {("granted", 1), ("withdrawn", 0)}


def test_a_confirmation_and_a_refusal_at_the_same_moment_leave_one_of_them(pair: Pair, cast: Cast) -> None:
    proposal, scope = pair.cancel(), cast.scope("administrator")
    answers = together(
        lambda: request_grant(actor=scope, request_id=proposal.pk, version=1),
        lambda: request_refuse(actor=scope, request_id=proposal.pk, version=1, answer="Оснований нет."),
    )
    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 1


def test_a_cancellation_confirmed_while_a_report_is_handed_in_never_sweeps_it_away(
    pair: Pair, cast: Cast
) -> None:
    proposal = pair.cancel()
    version = version_of(pair)
    confirmed, submitted = together(
        lambda: request_grant(actor=cast.scope("administrator"), request_id=proposal.pk, version=1),
        lambda: execution_submit(
            actor=cast.scope("tomsk_coordinator"), execution_id=pair.pk, version=version, text="Отчёт."
        ),
    )
    assert isinstance(confirmed, PortalError) != isinstance(submitted, PortalError)
    kinds = [event.kind for event in consistent(proposal.execution)]
    if isinstance(confirmed, PortalError):
        assert isinstance(confirmed, ImpossibleStep)
        assert (kinds, current(proposal).state) == (["issued", "submitted"], "open")
    else:
        assert (kinds, current(proposal).state) == (["issued", "cancelled"], "granted")


def test_an_extension_confirmed_while_a_report_is_handed_in_loses_neither(pair: Pair, cast: Cast) -> None:
    proposal, version = pair.extend(), version_of(pair)
    confirmed, submitted = together(
        lambda: request_grant(actor=cast.scope("administrator"), request_id=proposal.pk, version=1),
        lambda: execution_submit(
            actor=cast.scope("tomsk_coordinator"), execution_id=pair.pk, version=version, text="Отчёт."
        ),
    )
    assert not isinstance(confirmed, PortalError)
    kinds = [event.kind for event in consistent(proposal.execution)]
    assert "extended" in kinds
    assert isinstance(submitted, StaleVersion) == ("submitted" not in kinds)


def test_the_same_proposed_by_several_at_the_same_moment_waits_once(pair: Pair) -> None:
    answers = together(*(lambda who=who: pair.cancel(who) for who in ("controller", "administrator")))
    assert sum(isinstance(answer, ImpossibleStep) for answer in answers) == 1


def test_of_answers_at_the_same_moment_one_is_given(pair: Pair, cast: Cast) -> None:
    scope = cast.scope("tomsk_coordinator")
    ids = [
        question_ask(actor=scope, execution_id=pair.pk, text=f"Вопрос {number}?").pk for number in range(3)
    ]
    answers = together(
        lambda: questions_answer(actor=cast.scope("controller"), question_ids=ids[:2], text="Да."),
        lambda: questions_answer(actor=cast.scope("administrator"), question_ids=ids[1:], text="Нет."),
    )
    assert sum(isinstance(answer, ImpossibleStep) for answer in answers) == 1
    assert (ItemAnswer.objects.count(), AnswerWording.objects.count()) == (1, 1)
    assert ItemQuestion.objects.filter(answer=None).count() == 1
