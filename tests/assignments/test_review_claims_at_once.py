"""Two controllers press "next" at the same moment, on PostgreSQL: they get different reports."""

import pytest

from assignments.models import ReviewClaim
from assignments.services.claims import claims_take
from assignments.services.executions import executions_decide
from tests.assignments.test_execution_concurrency import together
from tests.assignments.test_review_claims import handed_in, queue
from tests.cast import Cast

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("march")]


def test_two_controllers_who_press_next_at_once_get_different_reports(
    emptied_after: None, cast: Cast
) -> None:
    reports = handed_in(cast, 12)
    controller, administrator = cast.scope("controller"), cast.scope("administrator")
    for _turn in range(6):
        first, second = together(
            lambda: claims_take(actor=controller, queue=queue(), count=2),
            lambda: claims_take(actor=administrator, queue=queue(), count=2),
        )
        assert (len(first), len(second)) == (2, 2)
        assert not set(first) & set(second)
        claims = dict(ReviewClaim.objects.values_list("execution", "person"))
        assert claims == dict.fromkeys(first, controller.user_id) | dict.fromkeys(
            second, administrator.user_id
        )
        ReviewClaim.objects.all().delete()
    assert len(reports) == 12


def test_twenty_takings_at_once_share_the_queue_without_waiting_for_ever(
    emptied_after: None, cast: Cast
) -> None:
    handed_in(cast, 10)
    scopes = [cast.scope("controller"), cast.scope("administrator")] * 10
    answers = together(*(lambda scope=scope: claims_take(actor=scope, queue=queue()) for scope in scopes))

    assert all(isinstance(answer, list) for answer in answers)
    by_person: dict[int, set[int]] = {}
    for scope, answer in zip(scopes, answers, strict=True):
        by_person.setdefault(scope.user_id, set()).update(answer)
    first, second = by_person.values()
    assert not first & second


def test_taking_and_deciding_on_many_at_once_never_wait_for_each_other_for_ever(
    emptied_after: None, cast: Cast
) -> None:
    reports = handed_in(cast, 12)
    controller, administrator = cast.scope("controller"), cast.scope("administrator")
    claims_take(actor=controller, queue=queue(), count=12)
    decided, *taken = together(
        lambda: executions_decide(actor=administrator, action="accept", execution_ids=reports),
        *(lambda: claims_take(actor=controller, queue=queue(), count=12) for _time in range(6)),
    )

    assert (sorted(decided.done), decided.refused) == (reports, [])
    assert all(isinstance(answer, list) for answer in taken)
    assert not ReviewClaim.objects.filter(execution__state="executed").exists()
